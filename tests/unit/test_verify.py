"""Every question about a credential, answered yes, no or not at all, for the right reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.world import World, did_document, did_url
from wallet import formats
from wallet.crypto import jose, multikey
from wallet.errors import Code, UnreachableError
from wallet.formats import data_integrity, status_list, suites
from wallet.model import Format, KeyType
from wallet.report import Outcome, Question, Reason
from wallet.verify import Policy, verify

DAY = timedelta(days=1)
FORMS = {
    "eddsa-rdfc-2022": {},
    "Ed25519Signature2020": {"suite": data_integrity.ED25519_SIGNATURE_2020},
    "vc-jwt": {"form": Format.VC_JWT},
    "vc-jose": {"form": Format.VC_JOSE},
}


@pytest.fixture
def world():
    return World()


@pytest.fixture
def school(world):
    return world.issuer("Harbor College")


def report(world, raw, policy=None, **known):
    found = formats.read(raw) if isinstance(raw, bytes) else raw
    return verify(found, policy or world.policy(*known.get("listed", ())), world, world.now)


def answers(found):
    """Return what did not pass, by question."""
    return {c.question: (c.outcome, c.reason) for c in found.checks if c.reason is not None}


NO, OPEN = Outcome.FAILED, Outcome.UNKNOWN
UNLISTED = {Question.ISSUER: (OPEN, Reason.ISSUER_NOT_LISTED)}


@pytest.mark.parametrize("method", ["key", "jwk", "web"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_good_credential_of_a_listed_issuer(world, method, form):
    school = world.issuer("Harbor College", method)
    found = report(world, world.issue(school, **form), listed=[school])
    assert [c.question for c in found.checks] == list(Question)[:5]
    assert answers(found) == {}
    assert found.outcome is Outcome.PASSED
    assert found[Question.ISSUER].facts["name"] == "Harbor College"
    assert all(c.checked_at == world.now for c in found.checks)


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384, KeyType.RSA, KeyType.SECP256K1])
@pytest.mark.parametrize("method", ["key", "jwk", "web"])
def test_tokens_under_every_kind_of_key(world, key_type, method):
    school = world.issuer("Harbor College", method, key_type)
    raw = world.issue(school, form=Format.VC_JWT)
    assert answers(report(world, raw)) == UNLISTED


# -- altered ------------------------------------------------------------------------------------


def _members(value, path=()):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from _members(inner, (*path, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield (*path, index)
            yield from _members(inner, (*path, index))


def _changed(document, path, value):
    copy = json.loads(json.dumps(document))
    target = copy
    for step in path[:-1]:
        target = target[step]
    if value is None:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return json.dumps(copy).encode()


RICH = World()
# One for each way to make what is signed and to write the signature; `test_embedded` has them all.
SIGNERS = {
    (suite, key_type): RICH.issuer(f"{suite} {key_type}", key_type=key_type)
    for suite, key_type in (
        (suites.EDDSA_RDFC_2022, KeyType.ED25519),
        (suites.EDDSA_JCS_2022, KeyType.ED25519),
        (suites.ED25519_SIGNATURE_2020, KeyType.ED25519),
        (suites.ED25519_SIGNATURE_2018, KeyType.ED25519),
        (suites.ECDSA_RDFC_2019, KeyType.P384),
        (suites.ECDSA_SD_2023, KeyType.P256),
        (suites.JSON_WEB_SIGNATURE_2020, KeyType.P256),
    )
}
DOCUMENTS = {
    f"{suite} {key_type}": json.loads(
        RICH.issue(
            school,
            suite=suite,
            subject="did:example:robin",
            ends=RICH.now + DAY,
            status=["revocation", "suspension"],
            evidence=[{"type": ["Evidence"], "name": "Weld", "narrative": "A seam."}],
        )
    )
    for (suite, key_type), school in SIGNERS.items()
}
CHANGES = [(suite, path) for suite, document in DOCUMENTS.items() for path in _members(document)]
# Order and repetition of these mean nothing, and a proof covers statements.
NEUTRAL = {("@context",)}


@pytest.mark.parametrize(("suite", "path"), CHANGES, ids=lambda v: str(v))
def test_any_member_changed_or_taken_away_never_passes(suite, path):
    document = DOCUMENTS[suite]
    assert report(RICH, json.dumps(document).encode()).outcome is Outcome.PASSED
    for value in ("urn:x:changed", "2020-01-01T00:00:00Z", {"id": "urn:x:y"}, ["x"], 5, None):
        try:
            found = report(RICH, _changed(document, path, value))
        except formats.reading.WalletError:
            continue
        if found.outcome is Outcome.PASSED:
            assert _same_statements(document, path, value), (path, value)


def _same_statements(document, path, value):
    """Say whether a change is one that JSON-LD cannot see: a base type that an OB type implies."""
    return value is None and path[-1] in _redundant(document, path)


def _redundant(document, path):
    target = document
    for step in path[:-1]:
        target = target[step]
    # A context whose terms another one defines as well changes nothing when taken away.
    return set(range(len(target))) if path[:-1] == ("@context",) else set()


@pytest.mark.parametrize("suite", DOCUMENTS)
@pytest.mark.parametrize(
    "extra",
    [
        {"gradePoint": "4.0"},
        {"type": ["VerifiableCredential", "OpenBadgeCredential", "MedicalLicence"]},
        {"https://schema.org/award": "Nobel"},
        {"description": "with honours"},
        {"evidence": {"id": "relative"}},
    ],
)
def test_anything_added_never_passes(suite, extra):
    raw = json.dumps({**DOCUMENTS[suite], **extra}).encode()
    found = report(RICH, raw)
    assert found[Question.SIGNATURE].outcome is NO
    assert found.outcome is NO


def test_a_term_that_nobody_signed_is_named(world, school):
    document = json.loads(world.issue(school))
    document["credentialSubject"]["gradePoint"] = "4.0"
    found = report(world, json.dumps(document).encode())[Question.SIGNATURE]
    assert found.reason is Reason.TERM_NOT_SIGNED
    assert found.facts["term"] == "gradePoint"


@pytest.mark.parametrize("form", [Format.VC_JWT, Format.VC_JOSE])
def test_any_altered_character_of_a_token_never_passes(world, school, form):
    raw = world.issue(school, form=form)
    for position in range(0, len(raw), 7):
        swapped = b"A" if raw[position : position + 1] != b"A" else b"B"
        altered = raw[:position] + swapped + raw[position + 1 :]
        try:
            found = report(world, altered)
        except formats.reading.WalletError:
            continue
        assert found.outcome is not Outcome.PASSED


def test_any_altered_byte_of_a_badge_never_passes(world, school):
    raw = world.issue(school)
    good = formats.read(raw).claims
    for position in range(0, len(raw), 3):
        altered = raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :]
        try:
            credential = formats.read(altered)
        except formats.reading.WalletError:
            continue
        found = report(world, credential)
        assert found.outcome is not Outcome.PASSED or credential.claims == good


def test_without_proof(world, school):
    raw = world.issue(school, form=Format.UNSECURED)
    assert answers(report(world, raw)) == {
        Question.SIGNATURE: (NO, Reason.NO_PROOF),
        Question.AUTHORITY: (OPEN, Reason.NOT_CHECKED),
        Question.STATUS: (OPEN, Reason.NOT_CHECKED),
        Question.ISSUER: (OPEN, Reason.NOT_CHECKED),
    }


# -- proofs -------------------------------------------------------------------------------------


def with_proof(world, school, **changes):
    document = json.loads(world.issue(school))
    document["proof"] = {**document["proof"], **changes}
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("changes", "outcome", "reason"),
    [
        ({"cryptosuite": "bbs-2033"}, OPEN, Reason.PROOF_UNSUPPORTED),
        ({"type": "RsaSignature2017"}, OPEN, Reason.PROOF_UNSUPPORTED),
        ({"type": "eddsa-rdfc-2022"}, OPEN, Reason.PROOF_UNSUPPORTED),
        ({"cryptosuite": "Ed25519Signature2018"}, OPEN, Reason.PROOF_UNSUPPORTED),
        ({"cryptosuite": "ecdsa-rdfc-2019"}, NO, Reason.KEY_UNSUPPORTED),
        ({"cryptosuite": "eddsa-jcs-2022"}, NO, Reason.ALTERED),
        ({"type": "RsaSignature2018"}, NO, Reason.PROOF_MALFORMED),
        ({"jws": "e30..AA"}, OPEN, Reason.PROOF_UNSUPPORTED),
        ({"type": 5}, OPEN, Reason.PROOF_UNSUPPORTED),
        ({"proofValue": "z123"}, NO, Reason.PROOF_MALFORMED),
        ({"proofValue": None}, NO, Reason.PROOF_MALFORMED),
        ({"nonsense": 1}, OPEN, Reason.PROOF_UNSUPPORTED),
        ({"created": "2020-01-01T00:00:00Z"}, NO, Reason.ALTERED),
        ({"verificationMethod": "did:ion:abc#k"}, OPEN, Reason.DID_METHOD_UNSUPPORTED),
        ({"verificationMethod": "did:web:gone.example#k"}, OPEN, Reason.KEY_UNREACHABLE),
        ({"verificationMethod": "did:web:localhost#k"}, OPEN, Reason.KEY_MALFORMED),
        ({"verificationMethod": "did:key:zzz0#zzz0"}, OPEN, Reason.KEY_MALFORMED),
        ({"verificationMethod": None}, OPEN, Reason.KEY_MALFORMED),
    ],
)
def test_odd_proofs(world, school, changes, outcome, reason):
    found = report(world, with_proof(world, school, **changes))
    assert (found[Question.SIGNATURE].outcome, found[Question.SIGNATURE].reason) == (
        outcome,
        reason,
    )
    assert found.outcome is not Outcome.PASSED


def signed(world, party, claims, **options):
    options = {"method": party.method, "sign": party.sign, "created": world.now, **options}
    return json.dumps(data_integrity.sign(claims, **options)).encode()


def test_a_proof_that_has_ended(world, school):
    raw = signed(world, school, world.claims(school), expires=world.now - DAY)
    assert answers(report(world, raw))[Question.SIGNATURE] == (NO, Reason.PROOF_EXPIRED)
    raw = signed(world, school, world.claims(school), expires=world.now + DAY)
    assert answers(report(world, raw)) == UNLISTED


def test_several_proofs_must_all_hold(world, school):
    first = json.loads(world.issue(school))
    second = data_integrity.sign(
        first, method=school.method, sign=school.sign, created=world.now - DAY
    )
    both = {**first, "proof": [first["proof"], second["proof"]]}
    assert answers(report(world, json.dumps(both).encode())) == UNLISTED
    both["proof"][1] = {**second["proof"], "created": "2020-01-01T00:00:00Z"}
    assert answers(report(world, json.dumps(both).encode()))[Question.SIGNATURE] == (
        NO,
        Reason.ALTERED,
    )


def test_an_unknown_proof_beside_one_that_holds(world, school):
    document = json.loads(world.issue(school))
    unknown = {**document["proof"], "cryptosuite": "bbs-2033"}
    for order in ([document["proof"], unknown], [unknown, document["proof"]]):
        raw = json.dumps({**document, "proof": order}).encode()
        assert answers(report(world, raw)) == UNLISTED


def test_a_second_proof_by_somebody_else_lends_no_authority(world, school):
    thief = world.issuer("Thief")
    claims = world.claims(school, title="Doctor of Medicine")
    raw = signed(world, thief, claims)
    assert answers(report(world, raw)) == {
        Question.AUTHORITY: (NO, Reason.KEY_OF_ANOTHER),
        Question.ISSUER: (OPEN, Reason.NOT_CHECKED),
    }
    # Nor does the issuer's own proof over something else help.
    document = json.loads(raw)
    real = json.loads(world.issue(school))["proof"]
    both = json.dumps({**document, "proof": [document["proof"], real]}).encode()
    assert answers(report(world, both))[Question.SIGNATURE] == (NO, Reason.ALTERED)


def test_a_witness_beside_the_issuer_is_welcome(world, school):
    witness = world.issuer("Witness")
    document = json.loads(world.issue(school))
    other = json.loads(signed(world, witness, document))["proof"]
    raw = json.dumps({**document, "proof": [other, document["proof"]]}).encode()
    assert answers(report(world, raw)) == UNLISTED


# -- authority ----------------------------------------------------------------------------------


def test_another_purpose(world, school):
    raw = signed(world, school, world.claims(school), purpose="authentication")
    assert answers(report(world, raw))[Question.AUTHORITY] == (NO, Reason.WRONG_PURPOSE)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_did_web_document_decides(world, form):
    school = world.issuer("Harbor College", "web")
    raw, where = world.issue(school, **form), did_url(school.id)
    document = did_document(school)

    def after(**changes):
        world.documents[where] = json.dumps({**document, **changes}).encode()
        return answers(report(world, raw))

    assert after() == UNLISTED
    assert after(assertionMethod=[])[Question.AUTHORITY] == (NO, Reason.KEY_NOT_AUTHORISED)
    embedded = after(verificationMethod=[], assertionMethod=document["verificationMethod"])
    assert embedded == UNLISTED
    gone = after(verificationMethod=[], assertionMethod=[])
    assert gone[Question.SIGNATURE] == (OPEN, Reason.KEY_NOT_FOUND)
    assert gone[Question.AUTHORITY] == (NO, Reason.KEY_NOT_FOUND)
    replaced = multikey.encode_multikey(world.issuer("New key").public)
    method = {**document["verificationMethod"][0], "publicKeyMultibase": replaced}
    assert after(verificationMethod=[method])[Question.SIGNATURE] == (NO, Reason.ALTERED)
    other = after(id="did:web:other.example")
    assert other[Question.SIGNATURE] == (OPEN, Reason.KEY_MALFORMED)
    world.outage(where)
    away = answers(report(world, raw))
    assert away[Question.SIGNATURE] == (OPEN, Reason.KEY_UNREACHABLE)
    assert away[Question.AUTHORITY] == (OPEN, Reason.KEY_UNREACHABLE)


def test_an_issuer_may_list_a_key_that_is_its_own_did(world):
    school = world.issuer("Harbor College", "web")
    registrar = world.issuer("Registrar")
    claims = world.claims(school)
    raw = signed(world, registrar, claims)
    assert answers(report(world, raw))[Question.AUTHORITY] == (NO, Reason.KEY_OF_ANOTHER)
    document = did_document(school)
    document["assertionMethod"].append(registrar.method)
    world.documents[did_url(school.id)] = json.dumps(document).encode()
    assert answers(report(world, raw)) == UNLISTED


def published(world, school, body, method):
    """Publish `body` where `method` says, and return a badge of that address's issuer."""
    address = method.partition("#")[0]
    world.documents[address] = json.dumps(body).encode()
    issuer = replace(school, id=address, method=method)
    return world.issue(issuer, form=Format.VC_JWT)


def test_keys_published_at_https_addresses(world, school):
    address = "https://school.example/issuer"
    jwk = jose.jwk_of_key(school.public)
    document = did_document(replace(school, id=address, method=f"{address}#k"))
    for body, method in [
        (document, f"{address}#k"),
        ({"keys": [{**jwk, "kid": "k"}, {**jwk, "kid": "l"}]}, f"{address}#k"),
        (jwk, address),
    ]:
        raw = published(world, school, body, method)
        assert answers(report(world, raw)) == UNLISTED
    raw = published(world, school, {"keys": [{**jwk, "kid": "other"}] * 2}, f"{address}#k")
    assert answers(report(world, raw))[Question.AUTHORITY] == (NO, Reason.KEY_NOT_FOUND)
    raw = published(world, school, {"keys": 5}, f"{address}#k")
    assert answers(report(world, raw))[Question.SIGNATURE][0] is OPEN


def test_an_https_issuer_with_a_key_of_its_own_making(world, school):
    claims = {**world.claims(school), "issuer": {"id": "https://mit.example/"}}
    raw = signed(world, school, claims)
    found = answers(report(world, raw))
    assert found[Question.AUTHORITY] == (OPEN, Reason.KEY_UNREACHABLE)
    world.documents["https://mit.example/"] = json.dumps({"id": "https://mit.example/"}).encode()
    assert answers(report(world, raw))[Question.AUTHORITY] == (NO, Reason.KEY_OF_ANOTHER)


# -- tokens -------------------------------------------------------------------------------------


def token(world, school, header, **claims):
    payload = json.dumps(world.claims(school, **claims)).encode()
    return jose.sign_compact({"alg": "EdDSA", **header}, payload, sign=school.sign).encode()


def test_how_a_token_may_name_its_key(world):
    for method in ("key", "jwk", "web"):
        school = world.issuer("Harbor College", method)
        fragment = school.method.partition("#")[2]
        jwk = jose.jwk_of_key(school.public)
        headers = [
            {"kid": school.method},
            {"kid": fragment},
            {"kid": "#" + fragment},
            {},
            {"jwk": jwk},
            {"kid": school.method, "jwk": jose.jwk_of_key(world.issuer("Other").public)},
        ]
        if method == "jwk":
            headers.append({"kid": school.id})
        for header in headers:
            assert answers(report(world, token(world, school, header))) == UNLISTED, header


def test_a_key_in_the_header_proves_nothing_about_the_issuer(world, school):
    thief = world.issuer("Thief")
    header = {"jwk": jose.jwk_of_key(thief.public)}
    payload = json.dumps(world.claims(school)).encode()
    raw = jose.sign_compact({"alg": "EdDSA", **header}, payload, sign=thief.sign).encode()
    assert answers(report(world, raw))[Question.AUTHORITY] == (NO, Reason.KEY_OF_ANOTHER)


def test_a_token_under_another_algorithm_than_its_key(world, school):
    raw = token(world, school, {"alg": "ES256", "kid": school.method})
    assert report(world, raw)[Question.SIGNATURE].outcome is NO
    raw = token(world, school, {"alg": "HS256", "kid": school.method})
    assert answers(report(world, raw))[Question.SIGNATURE] == (OPEN, Reason.PROOF_UNSUPPORTED)


def test_a_token_that_contradicts_itself(world, school):
    claims = {**world.claims(school, subject="did:example:robin")}
    payload = json.dumps({"iss": school.id, "sub": "did:example:kim", "vc": claims}).encode()
    header = {"alg": "EdDSA", "kid": school.method}
    raw = jose.sign_compact(header, payload, sign=school.sign).encode()
    found = report(world, raw)[Question.SIGNATURE]
    assert (found.outcome, found.reason, found.facts["claim"]) == (
        NO,
        Reason.CLAIMS_CONTRADICT,
        "sub",
    )


# -- validity -----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_dates(world, school, form):
    def valid(**dates):
        raw = world.issue(school, **form, **dates)
        return answers(report(world, raw)).get(Question.VALIDITY)

    assert valid(ends=world.now + DAY) is None
    assert valid(ends=world.now - DAY) == (NO, Reason.ENDED)
    assert valid(starts=world.now + DAY) == (NO, Reason.NOT_YET)
    assert valid(starts=world.now + timedelta(minutes=4)) is None
    assert valid(starts=world.now + timedelta(minutes=6)) == (NO, Reason.NOT_YET)
    assert valid(ends=world.now - timedelta(minutes=4)) is None


@pytest.mark.parametrize("value", ["soon", "2026-13-01T00:00:00Z", 5, {}])
def test_dates_that_cannot_be_read(world, school, value):
    raw = world.issue(school, form=Format.VC_JOSE, validUntil=value)
    found = report(world, raw)
    assert answers(found)[Question.VALIDITY] == (OPEN, Reason.DATES_MALFORMED)
    assert found.outcome is OPEN


# -- status -------------------------------------------------------------------------------------

KINDS = ["BitstringStatusListEntry", "StatusList2021Entry"]  # the others: test_verify_status


def with_entries(world, school, purposes, kind=KINDS[0], **changes):
    entries = [{**e, **changes} for e in world.entries(school, purposes, kind)]
    return world.issue(school, form=Format.VC_JOSE, credentialStatus=entries)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["key", "web"])
def test_withdrawn_suspended_and_restored(world, kind, method):
    school = world.issuer("Harbor College", method)
    raw = with_entries(world, school, ["revocation", "suspension"], kind)
    assert answers(report(world, raw)) == UNLISTED
    world.suspend(raw)
    assert answers(report(world, raw))[Question.STATUS] == (NO, Reason.SUSPENDED)
    world.set_status(raw, "suspension", value=0)
    assert answers(report(world, raw)) == UNLISTED
    world.revoke(raw)
    found = report(world, raw)
    assert answers(found)[Question.STATUS] == (NO, Reason.REVOKED)
    assert found.outcome is NO


def test_one_withdrawal_does_not_touch_the_neighbour(world, school):
    first, second = (world.issue(school, title=t, status=["revocation"]) for t in ("A", "B"))
    world.revoke(first)
    assert report(world, first).outcome is NO
    assert report(world, second).outcome is Outcome.PASSED


def test_unreachable_is_neither_good_nor_bad(world, school):
    raw = world.issue(school, status=["revocation"])
    world.revoke(raw)
    world.outage()
    found = report(world, raw)
    assert answers(found)[Question.STATUS] == (OPEN, Reason.STATUS_UNREACHABLE)
    assert found[Question.STATUS].facts["host"] == "harbor-college.example"
    assert found.outcome is OPEN


def test_the_age_of_a_cached_list_is_told(world, school):
    raw = world.issue(school, status=["revocation"])
    url = formats.read(raw).status[0].list_url
    world.read_at[url] = world.now - 5 * DAY
    assert report(world, raw)[Question.STATUS].checked_at == world.now - 5 * DAY


def test_a_list_that_has_ended(world, school):
    raw = world.issue(school, status=["revocation"])
    url = formats.read(raw).status[0].list_url
    world.publish(url, world.fetch(url).body)
    world.now += 10 * DAY
    assert answers(report(world, raw))[Question.STATUS] == (OPEN, Reason.STATUS_OUT_OF_DATE)


def test_a_withdrawal_does_not_lapse_with_the_list(world, school):
    raw = world.issue(school, status=["revocation"])
    world.revoke(raw)
    url = formats.read(raw).status[0].list_url
    world.publish(url, world.fetch(url).body)
    world.now += 10 * DAY
    assert answers(report(world, raw))[Question.STATUS] == (NO, Reason.REVOKED)


def published_list(world, school, make):
    raw = world.issue(school, status=["revocation"])
    url = formats.read(raw).status[0].list_url
    claims = world.list_claims(url)
    world.publish(url, make(claims))
    return answers(report(world, raw)).get(Question.STATUS)


def test_lists_that_do_not_count(world, school):
    stranger = world.issuer("Stranger")
    untrusted, malformed = (OPEN, Reason.STATUS_NOT_TRUSTED), (OPEN, Reason.STATUS_MALFORMED)

    def altered(claims):
        document = json.loads(world.secure(school, claims))
        document["credentialSubject"]["encodedList"] = status_list.encode(bytes(16 * 1024 + 1))
        return json.dumps(document).encode()

    def subject(**changes):
        def make(claims):
            inner = {**claims["credentialSubject"], **changes}
            return world.secure(school, {**claims, "credentialSubject": inner}, form=Format.VC_JOSE)

        return make

    cases = {
        "unsigned": (lambda c: json.dumps(c).encode(), untrusted),
        "signed by another": (lambda c: world.secure(stranger, c), untrusted),
        "of another": (
            lambda c: world.secure(stranger, {**c, "issuer": stranger.id}),
            untrusted,
        ),
        "altered": (altered, untrusted),
        "no JSON": (lambda c: b"<html>", malformed),
        "a presentation": (lambda c: world.present(school, []), malformed),
        "other purpose": (subject(statusPurpose="suspension"), malformed),
        "other type": (subject(type="TokenStatusList"), malformed),
        "too short": (subject(encodedList=status_list.encode(b"")), malformed),
        "no gzip": (subject(encodedList="uAAAA"), malformed),
        "several purposes": (subject(statusPurpose=["suspension", "revocation"]), None),
        "as a token": (lambda c: world.secure(school, c, form=Format.VC_JWT), None),
    }
    for name, (make, expected) in cases.items():
        assert published_list(world, school, make) == expected, name


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"type": "RevocationList2020Status", "statusPurpose": "x"}, Reason.STATUS_UNSUPPORTED),
        ({"type": "BlockchainStatus"}, Reason.STATUS_UNSUPPORTED),
        ({"type": "1EdTechRevocationList"}, Reason.STATUS_MALFORMED),
        ({"statusPurpose": "activation"}, Reason.STATUS_UNSUPPORTED),
        ({"type": None}, Reason.STATUS_UNSUPPORTED),
        ({"statusListIndex": "x"}, Reason.STATUS_MALFORMED),
        ({"statusListIndex": "99999999"}, Reason.STATUS_MALFORMED),
        ({"statusListCredential": 5}, Reason.STATUS_MALFORMED),
        ({"statusPurpose": None}, Reason.STATUS_MALFORMED),
    ],
)
def test_entries_that_cannot_be_asked(world, school, changes, reason):
    raw = with_entries(world, school, ["revocation"], **changes)
    found = report(world, raw)
    assert answers(found)[Question.STATUS] == (OPEN, reason)
    assert found.outcome is OPEN


def test_every_entry_is_asked(world, school):
    unread = {"type": "BlockchainStatus"}
    for order in (1, -1):
        entries = [*world.entries(school, ["revocation"]), unread][::order]
        raw = world.issue(school, form=Format.VC_JOSE, credentialStatus=entries)
        assert answers(report(world, raw))[Question.STATUS] == (OPEN, Reason.STATUS_UNSUPPORTED)
        world.revoke(raw)
        assert answers(report(world, raw))[Question.STATUS] == (NO, Reason.REVOKED)


# -- issuer -------------------------------------------------------------------------------------


def test_who_is_known(world, school):
    raw = world.issue(school)
    assert report(world, raw, world.policy(samples=[school]))[Question.ISSUER].reason is (
        Reason.ISSUER_SAMPLE
    )
    own = world.issue(school, subject=school.id)
    assert report(world, own)[Question.ISSUER].reason is Reason.ISSUER_SELF
    strict = Policy(tolerated=frozenset())
    assert report(world, raw, strict).outcome is OPEN


# -- whatever the resolver does -----------------------------------------------------------------


class Broken:
    def fetch(self, url):
        raise UnreachableError(Code.OFFLINE)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"\xff", b"[" * 10_000, b'{"id": 5}'])
def test_no_answer_of_the_network_makes_a_verdict(world, body):
    school = world.issuer("Harbor College", "web")
    raw = world.issue(school, status=["revocation"])
    world.documents[did_url(school.id)] = body
    for url in [s.list_url for s in formats.read(raw).status]:
        world.publish(url, body)
    found = report(world, raw)
    assert found.outcome is OPEN
    assert found[Question.SIGNATURE].outcome is OPEN


def test_offline_nothing_fails(world):
    school = world.issuer("Harbor College", "web")
    raw = world.issue(school, status=["revocation"])
    found = verify(formats.read(raw), Policy(), Broken(), world.now)
    assert found.outcome is OPEN
    assert not any(c.outcome is NO for c in found.checks)
