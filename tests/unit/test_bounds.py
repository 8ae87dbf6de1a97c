"""What one input may cost, and what may be said on the strength of nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.world import World, did_document
from wallet import checking
from wallet.checking import Budgeted, Verifier
from wallet.crypto import did, jose
from wallet.errors import Code, UnreachableError
from wallet.formats import data_integrity
from wallet.model import Fact, Format
from wallet.report import Outcome, Question, Reason
from wallet.verify import Policy, embedded

NO, OPEN = Outcome.FAILED, Outcome.UNKNOWN


@pytest.fixture
def world():
    return World()


@pytest.fixture
def school(world):
    return world.issuer("Harbor College")


def check(world, raw, *known):
    verifier = Verifier(world, policy=world.policy(*known), clock=lambda: world.now)
    data = raw if isinstance(raw, bytes) else json.dumps(raw).encode()
    checked = verifier.check(data)
    for one in checked.leaves():
        assert one.record is not None
    return checked


def said(checked, question):
    one = getattr(checked.report, "presentation", checked.report)[question]
    return one.outcome, one.reason


# -- canonicalisation ----------------------------------------------------


def _counted(monkeypatch):
    calls = []
    whole = data_integrity.document_hash

    def counted(document, proof, contexts, **more):
        calls.append(proof)
        return whole(document, proof, contexts, **more)

    monkeypatch.setattr(data_integrity, "document_hash", counted)
    return calls


def test_a_document_that_fails_is_not_tried_again_for_every_proof(world, school, monkeypatch):
    document = json.loads(world.issue(school)) | {"grade": "A"}
    document["proof"] = [document["proof"]] * 10
    calls = _counted(monkeypatch)
    found = check(world, document)
    assert said(found, Question.SIGNATURE) == (NO, Reason.TERM_NOT_SIGNED)
    assert len(calls) == 1


def test_a_chain_over_a_large_document_is_not_canonicalised_for_every_link(
    world, school, monkeypatch
):
    evidence = [{"id": f"urn:x:{n}", "type": ["Evidence"]} for n in range(5_000)]
    document = json.loads(world.issue(school)) | {"evidence": evidence}
    first = document["proof"]
    document["proof"] = [
        first | {"id": f"urn:p:{n}"} | ({"previousProof": f"urn:p:{n - 1}"} if n else {})
        for n in range(10)
    ]
    calls = _counted(monkeypatch)
    found = check(world, document)
    assert said(found, Question.SIGNATURE)[0] is not Outcome.PASSED
    assert 1 <= len(calls) <= embedded.MAX_VALUES // (3 * len(evidence))


def test_a_circle_of_links_costs_nothing(world, school, monkeypatch):
    document = json.loads(world.issue(school))
    document["proof"] = [
        document["proof"] | {"id": f"urn:p:{n}", "previousProof": f"urn:p:{(n + 1) % 10}"}
        for n in range(10)
    ]
    calls = _counted(monkeypatch)
    found = check(world, document)
    assert said(found, Question.SIGNATURE) == (NO, Reason.PROOF_MALFORMED)
    assert calls == []


def test_what_is_too_large_to_canonicalise_could_not_be_checked(world, school, monkeypatch):
    tags = [f"t{n}" for n in range(embedded.MAX_VALUES)]
    document = json.loads(world.issue(school)) | {"tag": tags}
    calls = _counted(monkeypatch)
    found = check(world, document)
    assert said(found, Question.SIGNATURE) == (OPEN, Reason.TOO_COMPLEX)
    assert calls == []


def test_links_of_a_chain_share_the_document_they_share(world, school, monkeypatch):
    document = json.loads(world.issue(school))
    first = document["proof"] | {"id": "urn:p:1"}
    chained = document["proof"] | {"previousProof": "urn:p:1"}
    document["proof"] = [first, *[chained] * 5]
    calls = _counted(monkeypatch)
    check(world, document)
    assert len(calls) == 2


# -- odd addresses ----------------------------------------------------

ODD_ADDRESSES = ["https://[", "https://[x#k", "https://a\u2100.com/#k", "did:web:[", "https://]:x"]
ADDRESSES = st.one_of(
    st.sampled_from(ODD_ADDRESSES),
    st.text(max_size=30).map("https://{}".format),
    st.text(alphabet="[]:/@#?%.\u2100\u2488a1", max_size=12).map("https://{}".format),
    st.text(alphabet="[]:/@#?%.a1", max_size=12).map("did:web:{}".format),
    st.text(max_size=20),
)


@pytest.mark.parametrize("address", [*ODD_ADDRESSES, "", "x", "//[", "https://a.example/x"])
def test_the_host_of_any_address_is_a_text(address):
    assert did.host_of(address) in {"", "a.example"}


def _with_address(world, school, address):
    good = json.loads(world.issue(school, status=["revocation"]))
    for place in ("issuer", "proof", "credentialStatus", "evidence"):
        odd = json.loads(json.dumps(good))
        if place == "issuer":
            odd["issuer"]["id"] = address
        elif place == "proof":
            odd["proof"]["verificationMethod"] = address
        elif place == "credentialStatus":
            odd["credentialStatus"][0]["statusListCredential"] = address
        else:
            odd["evidence"] = [{"id": address, "type": ["Evidence"]}]
        yield json.dumps(odd).encode()
    unsigned = {name: value for name, value in good.items() if name != "proof"}
    for header, issuer in (({"kid": address}, school.id), ({}, address), ({"kid": "k"}, address)):
        text = json.dumps(unsigned | {"issuer": issuer}).encode()
        yield jose.sign_compact({"alg": "EdDSA", **header}, text, sign=school.sign).encode()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ADDRESSES)
def test_no_address_stops_a_check(address):
    world = World()
    school = world.issuer("Harbor College")
    for raw in _with_address(world, school, address):
        found = check(world, raw)
        assert found.error is not None or found.outcome is not None


@pytest.mark.parametrize("operations", [5, None, "verify", {}, {"verify": 1}, [], ["sign"], [[]]])
def test_a_key_whose_operations_are_no_list_with_verify_is_none(world, operations):
    school = world.issuer("Harbor College")
    jwk = jose.jwk_of_key(school.public) | {"key_ops": operations}
    claims = json.dumps(world.claims(school)).encode()
    name = "did:jwk:" + jose.encode_base64url(json.dumps(jwk).encode()) + "#0"
    for header in ({"jwk": jwk}, {"kid": name}):
        token = jose.sign_compact({"alg": "EdDSA", **header}, claims, sign=school.sign)
        found = check(world, token.encode())
        assert said(found, Question.SIGNATURE)[1] is Reason.KEY_MALFORMED


# -- requests ----------------------------------------------------


class Counting:
    """Answers nothing, and counts who was asked."""

    def __init__(self):
        self.asked = []

    def fetch(self, url):
        self.asked.append(url)
        raise UnreachableError(Code.UNREACHABLE, host=did.host_of(url), why="timeout")


def test_each_address_is_asked_once_and_only_so_many():
    outside = Counting()
    resolver = Budgeted(outside, fetches=3)
    for n in (1, 2, 1, 3, 2, 1):
        with pytest.raises(UnreachableError) as caught:
            resolver.fetch(f"https://h{n}.example/")
        assert caught.value.facts["why"] == "timeout"
    with pytest.raises(UnreachableError) as caught:
        resolver.fetch("https://h4.example/")
    assert caught.value.facts == {"host": "h4.example", "why": "budget"}
    assert outside.asked == [f"https://h{n}.example/" for n in (1, 2, 3)]


def test_nothing_is_asked_after_the_time_for_one_check(world):
    world.documents["https://a.example/"] = b"{}"
    seconds = iter([0.0, 59.0, 61.0, 61.0])
    resolver = Budgeted(world, clock=lambda: next(seconds))
    assert isinstance(resolver.fetch("https://a.example/"), Fact)
    with pytest.raises(UnreachableError) as caught:
        resolver.fetch("https://b.example/")
    assert caught.value.facts["why"] == "budget"
    assert resolver.fetch("https://a.example/").body == b"{}"


def test_a_check_has_a_budget_of_requests(world, school):
    def named(n):
        good = json.loads(world.issue(school))
        method = f"did:web:h{n}.example#k"
        return good | {"proof": [good["proof"] | {"verificationMethod": method}]}

    many = [named(n) for n in range(3 * checking.MAX_FETCHES_OF_MANY)]
    outside = Counting()
    verifier = Verifier(outside, policy=Policy(), clock=lambda: world.now)
    found = verifier.check(json.dumps(many).encode())
    assert len(outside.asked) == checking.MAX_FETCHES_OF_MANY
    last = found.credentials[-1].report[Question.SIGNATURE]
    assert (last.outcome, last.reason) == (OPEN, Reason.KEY_UNREACHABLE)


def test_the_key_of_a_proof_that_cannot_be_checked_anyway_is_not_fetched(world, school):
    document = json.loads(world.issue(school))
    document["proof"] |= {
        "cryptosuite": "bbs-2033",
        "verificationMethod": "did:web:somebody.example#k",
    }
    outside = Counting()
    Verifier(outside, policy=Policy(), clock=lambda: world.now).check(json.dumps(document).encode())
    assert outside.asked == []


# -- what may be said of an issuer ----------------------------------------------------


def test_an_unknown_suite_lends_nobody_a_listed_issuers_name(world, school):
    forged = world.claims(school, title="Doctor of Medicine")
    good = json.loads(world.issue(school))
    forged["proof"] = good["proof"] | {"cryptosuite": "bbs-2033"}
    found = check(world, forged, school)
    assert said(found, Question.AUTHORITY) == (OPEN, Reason.NOT_CHECKED)
    assert said(found, Question.ISSUER) == (OPEN, Reason.NOT_CHECKED)
    assert found.outcome is OPEN


def test_a_broken_signature_says_nothing_of_whose_key_it_was_to_be(world, school):
    altered = world.issue(school).replace(b"Welding Level 1", b"Welding Level 9")
    found = check(world, altered, school)
    assert said(found, Question.SIGNATURE) == (NO, Reason.ALTERED)
    assert said(found, Question.AUTHORITY) == (OPEN, Reason.NOT_CHECKED)
    assert said(found, Question.ISSUER) == (OPEN, Reason.NOT_CHECKED)


def test_an_unknown_suite_of_somebody_elses_key_is_still_the_wrong_key(world, school):
    mallory = world.learner("Mallory")
    document = json.loads(world.issue(school))
    document["proof"] |= {"cryptosuite": "bbs-2033", "verificationMethod": mallory.method}
    found = check(world, document, school)
    assert said(found, Question.AUTHORITY) == (NO, Reason.KEY_OF_ANOTHER)


# -- times of a token ----------------------------------------------------

UNREADABLE = ["2020-01-01", "0", [1], True, {}, 1e300, -1e300]


def _token(world, school, shape, **claims):
    if shape is Format.VC_JWT:
        payload = {"iss": school.id, "vc": world.claims(school), **claims}
    else:
        payload = world.claims(school) | claims
    header = {"alg": "EdDSA", "kid": school.method}
    return jose.sign_compact(header, json.dumps(payload).encode(), sign=school.sign).encode()


@pytest.mark.parametrize("shape", [Format.VC_JWT, Format.VC_JOSE])
@pytest.mark.parametrize("claim", ["exp", "nbf"])
@pytest.mark.parametrize("value", UNREADABLE, ids=str)
def test_a_time_of_a_token_that_cannot_be_read_is_not_ignored(world, school, shape, claim, value):
    found = check(world, _token(world, school, shape, **{claim: value}), school)
    assert said(found, Question.VALIDITY) == (OPEN, Reason.DATES_MALFORMED)
    assert found.outcome is OPEN


@pytest.mark.parametrize("value", [-5, 0, -1.5, 1_500_000_000])
def test_a_token_that_ended_in_the_past_has_ended(world, school, value):
    found = check(world, _token(world, school, Format.VC_JOSE, exp=value), school)
    assert said(found, Question.VALIDITY) == (NO, Reason.ENDED)


def test_a_token_without_an_end_has_none(world, school):
    found = check(world, _token(world, school, Format.VC_JOSE, exp=None, nbf=-5), school)
    assert found.outcome is Outcome.PASSED


def test_the_times_of_a_presented_token_count_too(world, school):
    robin = world.learner()
    inner = {"type": "VerifiablePresentation", "verifiableCredential": []}
    for value, answer in (("soon", (OPEN, Reason.DATES_MALFORMED)), (-5, (NO, Reason.ENDED))):
        text = json.dumps({"iss": robin.id, "exp": value, "vp": inner}).encode()
        header = {"alg": "EdDSA", "kid": robin.method}
        token = jose.sign_compact(header, text, sign=robin.sign).encode()
        assert said(check(world, token), Question.VALIDITY) == answer


@pytest.mark.parametrize("typ", ["kb+jwt", "KB+JWT", "application/kb+jwt", "dpop+jwt"])
def test_a_token_that_says_it_is_something_else_is_no_credential(world, school, typ):
    header = {"alg": "EdDSA", "kid": school.method, "typ": typ}
    text = json.dumps(world.claims(school)).encode()
    found = check(world, jose.sign_compact(header, text, sign=school.sign).encode())
    assert found.error is not None
    assert found.error.code is Code.FORMAT_UNSUPPORTED


@pytest.mark.parametrize("empty", [{"vc": None, "vp": {}}, {"vc": {}, "vp": None}])
def test_a_token_is_not_both_a_credential_and_a_presentation(world, school, empty):
    found = check(world, _token(world, school, Format.VC_JOSE, **empty))
    assert found.error is not None
    assert found.error.code is Code.BAD_JOSE


# -- whose list ----------------------------------------------------


@pytest.mark.parametrize(
    ("own", "good"),
    [
        ("https://harbor-college.example/status/revocation", True),
        ("https://harbor-college.example/status/revocation#lists", True),
        ("https://moved.example/lists/revocation", True),
        ("urn:uuid:8c1f9a44-5f0e-4d0c-9f8a-111111111111", True),
        (None, True),
        ("https://harbor-college.example/status/2019", False),
        ("https://harbor-college.example/old/revocation", False),
        ("https://moved.example/lists/suspension", False),
    ],
)
def test_a_list_that_is_by_its_own_word_another_says_nothing(world, school, own, good):
    raw = world.issue(school, status=["revocation"])
    url = world.list_url(school, "revocation")
    assert url == "https://harbor-college.example/status/revocation"
    claims = world.list_claims(url)
    if own is None:
        del claims["id"]
    else:
        claims["id"] = own
    world.publish(url, world.secure(school, claims))
    answer = said(check(world, raw, school), Question.STATUS)
    assert answer == ((Outcome.PASSED, None) if good else (OPEN, Reason.STATUS_NOT_TRUSTED))


def test_the_pretend_world_still_holds(world):
    """The other tests here are about what does not pass: this is what does."""
    web = world.issuer("Web School", "web")
    raw = world.issue(web, status=["revocation", "suspension"])
    assert did_document(web)["id"] == web.id
    assert check(world, raw, web).outcome is Outcome.PASSED
    world.now = datetime(2026, 6, 1, tzinfo=UTC) + timedelta(hours=1)
