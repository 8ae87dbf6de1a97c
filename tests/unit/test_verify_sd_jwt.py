"""Credentials with selective disclosure: what holds, and who shows to be their holder."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.paths import shared
from tests.world import V2, World
from wallet import formats, record
from wallet.crypto import jose, signatures
from wallet.errors import WalletError
from wallet.formats import sd_jwt
from wallet.model import Credential, Format, KeyType, Presentation
from wallet.record import Kind
from wallet.report import Outcome, Question, Reason
from wallet.verify import verify, verify_presentation

WORLD = World()
SCHOOL = WORLD.issuer("Harbor College")
WEB = WORLD.issuer("Web College", "web")
ROBIN = WORLD.learner()
MALLORY = WORLD.learner("Mallory")
DIPLOMA = WORLD.diploma(SCHOOL, ROBIN)
POLICY = WORLD.policy(SCHOOL, WEB)
FAILED, UNKNOWN, PASSED = Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED


def check(raw):
    found = formats.read(raw)
    assert isinstance(found, Credential)
    return verify(found, POLICY, WORLD, WORLD.now)


def check_shown(raw, **options):
    found = formats.read(raw)
    assert isinstance(found, Presentation)
    return verify_presentation(found, POLICY, WORLD, WORLD.now, **options)


def answer(report, question):
    return report[question].outcome, report[question].reason


def bind(raw=DIPLOMA, by=ROBIN, **options):
    said = {"audience": "https://jobs.example", "nonce": "n", "issued_at": WORLD.now, **options}
    return sd_jwt.bind(raw, sign=by.sign, **said)


@pytest.mark.parametrize("method", ["key", "jwk", "web"])
@pytest.mark.parametrize("key_type", [KeyType.ED25519, KeyType.P256])
def test_a_diploma_holds(method, key_type):
    world = World()
    school = world.issuer("Some College", method, key_type)
    found = formats.read(world.diploma(school))
    report = verify(found, world.policy(school), world, world.now)
    assert (found.format, found.issuer) == (Format.SD_JWT_VC, school.id)
    assert report.outcome is PASSED


@pytest.mark.parametrize("chosen", [(), ("given_name",), ("degree",)])
def test_what_is_shown_holds(chosen):
    digests = [d.digest for d in sd_jwt.parse(DIPLOMA).disclosures if d.name in chosen]
    raw = sd_jwt.select(DIPLOMA, digests)
    assert check(raw).outcome is PASSED
    assert formats.read(raw).claims["credentialSubject"].keys() <= {*chosen, "courses"}


def test_an_added_disclosure_is_a_failure():
    text = jose.encode_base64url(b'["salt","degree_class","first"]').encode()
    report = check(DIPLOMA + text + b"~")
    assert answer(report, Question.SIGNATURE) == (FAILED, Reason.DISCLOSURE_NOT_SIGNED)
    twice = DIPLOMA + DIPLOMA.split(b"~")[1] + b"~"
    assert answer(check(twice), Question.SIGNATURE) == (FAILED, Reason.DISCLOSURE_NOT_SIGNED)


@settings(max_examples=150)
@given(st.integers(0, len(DIPLOMA) - 2), st.integers(1, 255))
def test_no_altered_byte_passes(place, change):
    raw = DIPLOMA[:place] + bytes([DIPLOMA[place] ^ change]) + DIPLOMA[place + 1 :]
    try:
        found = formats.read(raw)
    except WalletError:
        return
    if isinstance(found, Presentation):
        return  # a tilde that went: what followed is no key binding, which is asked elsewhere
    assert verify(found, POLICY, WORLD, WORLD.now).outcome is not PASSED


SHOWN = bind()


@settings(max_examples=150)
@given(st.integers(0, len(SHOWN) - 1), st.integers(1, 255))
def test_no_altered_byte_of_what_is_shown_passes(place, change):
    raw = SHOWN[:place] + bytes([SHOWN[place] ^ change]) + SHOWN[place + 1 :]
    try:
        found = formats.read(raw)
    except WalletError:
        return
    if isinstance(found, Presentation):
        assert verify_presentation(found, POLICY, WORLD, WORLD.now).outcome is not PASSED
    else:
        assert verify(found, POLICY, WORLD, WORLD.now).outcome is not PASSED


# -- the claims ------------------------------------------------------------------------------


def test_claims_are_told_as_everywhere_else():
    uri = "https://college.example/statuslists/1"
    raw = WORLD.diploma(
        SCHOOL,
        sub=ROBIN.id,
        jti="urn:uuid:1",
        exp=int(WORLD.now.timestamp()) + 3600,
        issuer_name="Harbor College",
        status={"status_list": {"idx": 9, "uri": uri}},
    )
    found = formats.read(raw)
    assert found.claims["type"] == [
        "VerifiableCredential",
        "https://credentials.example.com/bachelor-diploma",
    ]
    assert found.claims["issuer"] == {"id": SCHOOL.id, "name": "Harbor College"}
    assert (found.subject, found.claims["id"]) == (ROBIN.id, "urn:uuid:1")
    assert found.claims["credentialSubject"]["courses"] == ["Statics", "Hydraulics"]
    assert found.claims["validUntil"] == "2026-06-01T13:00:00Z"
    (ref,) = found.status
    assert (ref.type, ref.purpose, ref.list_url, ref.index) == (
        *("TokenStatusList", "revocation"),
        *(uri, 9),
    )


@pytest.mark.parametrize(
    "status", [{}, [], "x", {"identifier_list": {"id": "1"}}, {"a": 1, "b": 2}]
)
def test_a_status_that_is_not_understood_is_never_good(status):
    report = check(WORLD.diploma(SCHOOL, status=status))
    assert answer(report, Question.STATUS) == (UNKNOWN, Reason.STATUS_UNSUPPORTED)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"nbf": 4e9}, (FAILED, Reason.NOT_YET)),
        ({"iat": 4e9}, (FAILED, Reason.NOT_YET)),
        ({"exp": 1}, (FAILED, Reason.ENDED)),
        ({"exp": "soon"}, (UNKNOWN, Reason.DATES_MALFORMED)),
        ({"nbf": "soon"}, (UNKNOWN, Reason.DATES_MALFORMED)),
        ({"iat": "lately"}, (UNKNOWN, Reason.DATES_MALFORMED)),
        ({"iat": None}, (PASSED, None)),
    ],
)
def test_dates(claims, expected):
    assert answer(check(WORLD.diploma(SCHOOL, **claims)), Question.VALIDITY) == expected


@pytest.mark.parametrize("missing", ["iss", "vct"])
def test_what_is_no_credential(missing):
    payload = {"iss": SCHOOL.id, "vct": "x"}
    del payload[missing]
    with pytest.raises(WalletError):
        formats.read(WORLD.sd_jwt(SCHOOL, payload))


def test_a_record_is_read_for_people():
    found = record.read(formats.read(WORLD.diploma(SCHOOL, issuer_name="Harbor College")))
    assert (found.title, found.type_label, found.kind) == (
        *("Bachelor of Science", "Bachelor diploma"),
        Kind.EDUCATION,
    )
    assert (found.issuer_name, found.subject_name) == ("Harbor College", "Robin")
    assert ("Grade", "1.3") in found.details
    flat = {"iss": SCHOOL.id, "vct": "urn:example:licence:welder:1.2", "degree": "Welder, level 2"}
    found = record.read(formats.read(WORLD.sd_jwt(SCHOOL, flat)))
    assert (found.title, found.type_label) == ("Welder, level 2", "Welder")
    bare = formats.read(
        WORLD.sd_jwt(SCHOOL, {"iss": SCHOOL.id, "vct": "https://x.example/v/id_card/v2"})
    )
    assert bare.title == "id card"


# -- who presents ------------------------------------------------------------------------------


def test_who_shows_the_key_is_the_holder():
    report = check_shown(bind())
    assert report.outcome is PASSED
    assert answer(report.presentation, Question.HOLDER) == (PASSED, None)
    assert answer(report.credentials[0], Question.HOLDER) == (PASSED, None)


def test_who_shows_another_key_is_not():
    report = check_shown(bind(by=MALLORY))
    assert answer(report.presentation, Question.SIGNATURE) == (FAILED, Reason.ALTERED)
    assert answer(report.presentation, Question.HOLDER) == (FAILED, Reason.KEY_BINDING_BROKEN)
    assert report.credentials[0][Question.HOLDER].outcome is not PASSED


def test_a_binding_is_over_just_what_is_shown():
    token = sd_jwt.parse(bind())
    less = sd_jwt.select(DIPLOMA, []) + token.binding.encode()
    report = check_shown(less)
    assert answer(report.presentation, Question.SIGNATURE) == (FAILED, Reason.ALTERED)
    assert report.credentials[0][Question.SIGNATURE].outcome is PASSED


def test_a_binding_without_a_key_to_bind_to_fails():
    report = check_shown(bind(WORLD.diploma(SCHOOL)))
    assert answer(report.presentation, Question.SIGNATURE) == (FAILED, Reason.KEY_NOT_FOUND)


def test_a_key_that_cannot_be_read_leaves_it_open():
    raw = WORLD.sd_jwt(SCHOOL, {"iss": SCHOOL.id, "vct": "x", "cnf": {"jku": "https://x.example"}})
    report = check_shown(bind(raw))
    assert answer(report.presentation, Question.SIGNATURE) == (UNKNOWN, Reason.KEY_UNSUPPORTED)
    assert report.outcome is UNKNOWN


def binding(header=None, **payload):
    said = {"iat": int(WORLD.now.timestamp()), "aud": "a", "nonce": "n"}
    said |= {"sd_hash": sd_jwt.parse(DIPLOMA).digest(DIPLOMA.decode()), **payload}
    text = json.dumps({name: value for name, value in said.items() if value is not None})
    full = {"alg": "EdDSA", "typ": "kb+jwt", **(header or {})}
    return DIPLOMA + jose.sign_compact(full, text.encode(), sign=ROBIN.sign).encode()


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (binding(), None),
        (binding({"typ": "JWT"}), Reason.PROOF_MALFORMED),
        (binding({"typ": None}), Reason.PROOF_MALFORMED),
        (binding(iat=None), Reason.PROOF_MALFORMED),
        (binding(iat="now"), Reason.PROOF_MALFORMED),
        (binding(aud=None), Reason.PROOF_MALFORMED),
        (binding(aud=["a"]), Reason.PROOF_MALFORMED),
        (binding(nonce=None), Reason.PROOF_MALFORMED),
        (binding(sd_hash=None), Reason.PROOF_MALFORMED),
        (binding(sd_hash="AA"), Reason.ALTERED),
        (binding({"alg": "ES256"}), Reason.KEY_UNSUPPORTED),
    ],
)
def test_what_a_binding_must_say(made, reason):
    report = check_shown(made)
    assert report.presentation[Question.SIGNATURE].reason is reason
    assert (report.outcome is PASSED) == (reason is None)


def test_a_binding_of_the_future_or_for_somebody_else():
    future = check_shown(binding(iat=4_000_000_000))
    assert answer(future.presentation, Question.VALIDITY) == (FAILED, Reason.NOT_YET)
    elsewhere = check_shown(bind(), page_origin="https://other.example")
    assert answer(elsewhere.presentation, Question.HOLDER) == (FAILED, Reason.OTHER_AUDIENCE)
    here = check_shown(bind(), page_origin="https://jobs.example")
    assert answer(here.presentation, Question.HOLDER) == (PASSED, None)


def enveloped(raw, kind="dc+sd-jwt"):
    return {
        "@context": V2,
        "id": f"data:application/{kind},{raw.decode()}",
        "type": "EnvelopedVerifiableCredential",
    }


def in_presentation(by, *members):
    return WORLD.present(by, [json.dumps(member).encode() for member in members])


def test_in_a_presentation_that_the_key_itself_signed():
    report = check_shown(in_presentation(ROBIN, enveloped(DIPLOMA)))
    assert answer(report.credentials[0], Question.HOLDER) == (PASSED, None)


def test_in_a_presentation_that_another_key_signed():
    report = check_shown(in_presentation(MALLORY, enveloped(DIPLOMA)))
    assert answer(report.credentials[0], Question.HOLDER) == (
        *(UNKNOWN, Reason.HOLDER_KEY_NOT_SHOWN),
    )
    report = check_shown(in_presentation(MALLORY, enveloped(bind())))
    assert answer(report.credentials[0], Question.HOLDER) == (
        *(UNKNOWN, Reason.HOLDER_KEY_NOT_SHOWN),
    )
    report = check_shown(in_presentation(MALLORY, enveloped(bind(by=MALLORY))))
    assert answer(report.credentials[0], Question.HOLDER) == (FAILED, Reason.KEY_BINDING_BROKEN)


def test_a_jwt_may_be_bound_to_a_key_too():
    claims = WORLD.claims(SCHOOL)
    payload = {"iss": SCHOOL.id, "vc": claims, "cnf": {"jwk": jose.jwk_of_key(ROBIN.public)}}
    header = {"alg": "EdDSA", "kid": SCHOOL.method, "typ": "JWT"}
    raw = jose.sign_compact(header, json.dumps(payload).encode(), sign=SCHOOL.sign).encode()
    for by, expected in ((ROBIN, PASSED), (MALLORY, UNKNOWN)):
        report = check_shown(in_presentation(by, enveloped(raw, "vc+jwt")))
        assert report.credentials[0][Question.HOLDER].outcome is expected


# -- VCDM with selective disclosure (VC-JOSE-COSE section 3.2) ------------------------------------


def vcdm(**more):
    hidden = ("credentialSubject.achievement.description", "name")
    claims = WORLD.claims(SCHOOL, subject=ROBIN.id, **more)
    return WORLD.sd_jwt(SCHOOL, claims, hidden=hidden, holder=ROBIN, typ="vc+sd-jwt")


def test_a_vcdm_credential_with_selective_disclosure():
    raw = vcdm()
    found = formats.read(raw)
    assert (found.format, found.title) == (Format.VC_SD_JWT, "Welding Level 1")
    assert check(raw).outcome is PASSED
    bare = formats.read(sd_jwt.select(raw, []))
    assert "name" not in bare.claims
    assert "description" not in bare.claims["credentialSubject"]["achievement"]
    assert check_shown(bind(raw)).outcome is PASSED


@pytest.mark.parametrize("shown", ["all", "none", "all but an entry"])
def test_what_tells_whether_it_holds_may_have_been_left_out(shown):
    ends, status = WORLD.now - timedelta(days=1), ["revocation", "suspension"]
    claims = WORLD.claims(SCHOOL, subject=ROBIN.id, ends=ends, status=status)
    hidden = ("validUntil", "credentialStatus.0", "credentialStatus.1")
    raw = WORLD.sd_jwt(SCHOOL, claims, hidden=hidden, typ="vc+sd-jwt")
    if shown == "all":
        assert answer(check(raw), Question.VALIDITY) == (FAILED, Reason.ENDED)
        assert answer(check(raw), Question.STATUS) == (PASSED, None)
        return
    digests = [one.digest for one in sd_jwt.parse(raw).disclosures if one.path[0] == "validUntil"]
    report = check(sd_jwt.select(raw, digests if shown == "all but an entry" else []))
    assert answer(report, Question.STATUS) == (UNKNOWN, Reason.PARTS_LEFT_OUT)
    if shown == "none":
        assert answer(report, Question.VALIDITY) == (UNKNOWN, Reason.PARTS_LEFT_OUT)


def test_what_is_withheld_of_the_subject_hides_no_end():
    claims = WORLD.claims(SCHOOL, subject=ROBIN.id)
    hidden = ("credentialSubject.achievement.description",)
    raw = WORLD.sd_jwt(SCHOOL, claims, hidden=hidden, typ="vc+sd-jwt")
    assert check(sd_jwt.select(raw, [])).outcome is PASSED
    assert answer(check(sd_jwt.select(raw, [])), Question.STATUS) == (PASSED, None)


def test_a_vcdm_1_credential_with_selective_disclosure():
    inner = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
    }
    inner |= {"credentialSubject": {"degree": {"name": "BA"}, "note": "x"}}
    payload = {"iss": SCHOOL.id, "sub": ROBIN.id, "nbf": 1_700_000_000, "vc": inner}
    raw = WORLD.sd_jwt(SCHOOL, payload, hidden=("vc.credentialSubject.note",), typ="JWT")
    found = formats.read(raw)
    assert (found.issuer, found.subject) == (SCHOOL.id, ROBIN.id)
    assert check(raw).outcome is PASSED


@pytest.mark.parametrize("wrapped", ["embedded", "JWT", "SD-JWT"])
def test_presentations_that_are_tokens(wrapped):
    plain = WORLD.issue(SCHOOL, form=Format.VC_JOSE, subject=ROBIN.id)
    badge = WORLD.issue(SCHOOL, subject=ROBIN.id)
    members = [enveloped(DIPLOMA), enveloped(vcdm(), "vc+sd-jwt"), enveloped(plain, "vc+jwt")]
    members.append(json.loads(badge))
    claims = {"@context": [V2], "type": ["VerifiablePresentation"], "holder": ROBIN.id}
    claims["verifiableCredential"] = members
    if wrapped == "embedded":
        raw = in_presentation(ROBIN, *members)
    elif wrapped == "JWT":
        header = {"alg": "EdDSA", "kid": ROBIN.method, "typ": "vp+jwt"}
        raw = jose.sign_compact(header, json.dumps(claims).encode(), sign=ROBIN.sign).encode()
    else:
        claims["verifiableCredential"].append(enveloped(bind()))
        hidden = ("verifiableCredential.4",)
        raw = sd_jwt.select(WORLD.sd_jwt(ROBIN, claims, hidden=hidden, typ="vp+sd-jwt"), [])
    found = formats.read(raw)
    assert [c.format for c in found.credentials] == [
        *(Format.SD_JWT_VC, Format.VC_SD_JWT, Format.VC_JOSE, Format.DATA_INTEGRITY)
    ]
    report = check_shown(raw)
    assert report.outcome is PASSED
    assert all(r[Question.HOLDER].outcome is PASSED for r in report.credentials)
    envelope = {
        "@context": V2,
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/vp+{'sd-' if b'~' in raw else ''}jwt,{raw.decode()}",
    }
    if wrapped != "embedded":
        assert formats.read(json.dumps(envelope).encode()).raw == raw


def test_the_corpus_holds():
    lines = (shared("corpus") / "sd-jwt-vc.jsonl").read_bytes().splitlines()
    assert len(lines) == 100
    for line in lines:
        assert check(line).outcome is PASSED
        found = sd_jwt.parse(line)
        some = [one.digest for one in found.disclosures if one.path[0] == "address"]
        assert check(sd_jwt.select(line, some[:1])).outcome is PASSED


def test_the_examples_of_rfc_9901_hold_under_their_key():
    """With the published key behind the issuer's own name; one has a key binding, one has none."""
    keys = json.loads(shared("vectors", "jose-sdjwt", "sdjwt__rfc9901-keys.json").read_text())
    private = {k: v for k, v in keys["issuer_key"].items() if k != "d"}
    for name in ("sdjwt__rfc9901-a1.sdjwt", "waltid-SDJwtTest__02.sdjwt"):
        raw = shared("vectors", "jose-sdjwt", name).read_bytes().strip()
        jws = sd_jwt.parse(raw).jws
        key = jose.key_of_jwk(private)
        assert signatures.verify(jws.algorithm, key, jws.signing_input, jws.signature)
