"""The one door: what bytes are, and what is said of those that are nothing we read."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.world import V1, V2, World
from wallet import formats
from wallet.crypto import jose
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import badge_image, vc_jwt
from wallet.model import Bundle, Credential, Format, Presentation

WORLD = World()
SCHOOL = WORLD.issuer("Harbor College")
ROBIN = WORLD.learner()
BADGE = WORLD.issue(SCHOOL, title="Welding – “Level 1” ®", subject=ROBIN.id)
JWT = WORLD.issue(SCHOOL, form=Format.VC_JWT)
JOSE = WORLD.issue(SCHOOL, form=Format.VC_JOSE)


def _text(value):
    return json.dumps(value).encode()


def test_a_badge_is_read_and_its_bytes_are_kept():
    found = formats.read(BADGE)
    assert isinstance(found, Credential)
    assert found.raw is BADGE
    assert (found.format, found.issuer, found.subject) == (
        Format.DATA_INTEGRITY,
        SCHOOL.id,
        ROBIN.id,
    )
    assert found.title == "Welding – “Level 1” ®"
    assert found.claims == json.loads(BADGE)
    assert found.valid_from is not None
    assert found.valid_from.tzinfo is not None
    assert [p.suite for p in found.proofs] == ["eddsa-rdfc-2022"]


@pytest.mark.parametrize("data", [BADGE, JWT, JOSE], ids=["json", "jwt", "jose"])
@pytest.mark.parametrize("frame", [b"%s\n", b" \r\n%s\t", b"\n\n%s"])
def test_space_around_is_kept_and_ignored(data, frame):
    framed = frame % data
    found = formats.read(framed)
    assert found.raw == framed
    assert found.title == formats.read(data).title


@pytest.mark.parametrize(("data", "form"), [(JWT, Format.VC_JWT), (JOSE, Format.VC_JOSE)])
def test_tokens_become_data_model_json(data, form):
    found = formats.read(data)
    assert found.format is form
    assert found.raw == data
    assert found.claims["@context"][0] == V2
    assert found.claims["issuer"]["id"] == SCHOOL.id
    assert not found.claims.keys() & {"iss", "nbf", "vc"}
    assert found.proofs[0].verification_method == SCHOOL.method


def test_a_token_as_json_string():
    quoted = b'"' + JWT + b'"'
    assert formats.read(quoted).raw == quoted
    assert formats.read(quoted).issuer == SCHOOL.id


@pytest.mark.parametrize("kind", ["vc+jwt", "vc-ld+jwt", "vc+ld+jwt"])
@pytest.mark.parametrize("coded", [False, True])
def test_enveloped_credentials(kind, coded):
    body = ";base64," + base64.b64encode(JOSE).decode() if coded else "," + JOSE.decode()
    text = json.dumps(
        {
            "@context": V2,
            "id": f"data:application/{kind}{body}",
            "type": "EnvelopedVerifiableCredential",
        }
    ).encode()
    found = formats.read(text)
    assert (found.raw, found.container, found.format) == (JOSE, text, Format.VC_JOSE)


def test_a_badge_in_a_picture():
    from io import BytesIO

    from PIL import Image

    canvas = BytesIO()
    Image.new("RGB", (8, 8)).save(canvas, "PNG")
    for data in (BADGE, JWT):
        baked = badge_image.bake(canvas.getvalue(), data)
        found = formats.read(baked)
        assert (found.raw, found.container) == (data, baked)
    with pytest.raises(MalformedError):
        formats.read(canvas.getvalue())


def test_several_in_one_array_keep_their_own_bytes():
    data = b" [ " + BADGE + b" ,\n" + b'"' + JWT + b'"' + b"]\n"
    found = formats.read(data)
    assert isinstance(found, Bundle)
    assert [c.raw for c in found.credentials] == [BADGE, JWT]


def test_a_presentation_keeps_the_bytes_of_what_it_holds():
    raw = WORLD.present(ROBIN, [BADGE, JOSE], name="For Harbor Hospital")
    found = formats.read(raw)
    assert isinstance(found, Presentation)
    assert (found.holder, found.name, found.raw) == (ROBIN.id, "For Harbor Hospital", raw)
    badge, token = found.credentials
    assert token.raw == JOSE
    assert badge.raw in raw
    assert json.loads(badge.raw) == json.loads(BADGE)


@pytest.mark.parametrize("also", [[], ["VerifiableCredential"]])
@pytest.mark.parametrize("alone", [True, False])
def test_what_calls_itself_a_presentation_is_no_credential_in_one(also, alone):
    """Kept by itself it would be read as something else than what was checked."""
    inner = json.loads(BADGE) | {"type": ["VerifiablePresentation", *also]}
    whole = json.loads(WORLD.present(ROBIN, [BADGE]))
    whole["verifiableCredential"] = inner if alone else [json.loads(BADGE), inner]
    with pytest.raises(MalformedError) as caught:
        formats.read(json.dumps(whole).encode())
    assert caught.value.code is Code.NOT_A_CREDENTIAL


@pytest.mark.parametrize("claim", ["vp", None])
def test_a_presentation_as_token(claim):
    inner = {
        "@context": [V1],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [JWT.decode()],
    }
    payload = (
        {"iss": ROBIN.id, "aud": "https://work.example", claim: inner}
        if claim
        else {
            **inner,
            "holder": ROBIN.id,
        }
    )
    token = vc_jwt.jose.sign_compact(
        {"alg": "EdDSA", "kid": ROBIN.method}, json.dumps(payload).encode(), sign=ROBIN.sign
    ).encode()
    found = formats.read(token)
    assert isinstance(found, Presentation)
    assert found.holder == ROBIN.id
    assert [c.raw for c in found.credentials] == [JWT]


def test_a_credential_without_proof_is_read_as_unsecured():
    assert formats.read(WORLD.issue(SCHOOL, form=Format.UNSECURED)).format is Format.UNSECURED


SD_JWT = WORLD.diploma(SCHOOL)
ENVELOPE = {"@context": V2, "type": "EnvelopedVerifiableCredential"}
SEALED = {
    "sd-jwt": SD_JWT,
    "sd-jwt in quotes": b'"' + SD_JWT + b'"',
    "enveloped sd-jwt": _text(ENVELOPE | {"id": "data:application/dc+sd-jwt," + SD_JWT.decode()}),
    "enveloped as base64": _text(
        ENVELOPE | {"id": "data:application/dc+sd-jwt;base64," + base64.b64encode(SD_JWT).decode()}
    ),
    "enveloped as base64url": _text(
        ENVELOPE | {"id": "data:application/dc+sd-jwt;base64url," + jose.encode_base64url(SD_JWT)}
    ),
}


@pytest.mark.parametrize("data", SEALED.values(), ids=SEALED)
def test_an_sd_jwt_is_read_however_it_comes(data):
    found = formats.read(data)
    assert found.format is Format.SD_JWT_VC
    assert found.claims["credentialSubject"]["given_name"] == "Robin"


UNREAD = {
    "cose": _text(ENVELOPE | {"id": "data:application/vc+cose;base64url,AAAA"}),
    "an envelope that was signed": vc_jwt.jose.sign_compact(
        {"alg": "EdDSA", "kid": ROBIN.method},
        _text(ENVELOPE | {"id": "data:application/vc+jwt," + JWT.decode()}),
        sign=ROBIN.sign,
    ).encode(),
    "open-badge-1": json.dumps(
        {"uid": "1", "badge": "https://x.example/1", "recipient": "robin@example.org"}
    ).encode(),
}


@pytest.mark.parametrize("data", UNREAD.values(), ids=UNREAD)
def test_what_is_known_but_not_read_says_what_it_is(data):
    with pytest.raises(UnsupportedError) as caught:
        formats.read(data)
    assert caught.value.code is Code.FORMAT_UNSUPPORTED
    assert caught.value.facts["kind"] in {
        *("application/vc+cose", "envelope-in-token", "open-badge-1"),
    }


def _without(name):
    claims = json.loads(BADGE)
    del claims[name]
    return json.dumps(claims).encode()


NOTHING = {
    "nothing": (b"", Code.EMPTY),
    "space": (b"  \n", Code.EMPTY),
    "empty array": (b"[]", Code.EMPTY),
    "empty object": (b"{}", Code.NOT_A_CREDENTIAL),
    "number": (b"5", Code.NOT_A_CREDENTIAL),
    "string": (b'"hello"', Code.NOT_A_CREDENTIAL),
    "text": (b"hello", Code.NOT_JSON),
    "array of numbers": (b"[1]", Code.NOT_A_CREDENTIAL),
    "some JSON": (b'{"name": "x"}', Code.NOT_A_CREDENTIAL),
    "cut": (BADGE[:-20], Code.NOT_JSON),
    "no issuer": (_without("issuer"), Code.MISSING_FIELD),
    "no claims": (_without("credentialSubject"), Code.MISSING_FIELD),
    "pdf": (b"%PDF-1.7\n\x80", Code.NOT_UTF8),
    "svg without badge": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
    "token of something else": (
        vc_jwt.jose.sign_compact({"alg": "EdDSA"}, b'{"sub":"x"}', sign=ROBIN.sign).encode(),
        Code.NOT_A_CREDENTIAL,
    ),
    "token cut": (JWT[:200], Code.NOT_JSON),
}


@pytest.mark.parametrize(("data", "code"), NOTHING.values(), ids=NOTHING)
def test_what_is_no_credential_says_why(data, code):
    with pytest.raises(MalformedError) as caught:
        formats.read(data)
    assert code is None or caught.value.code is code


def test_far_too_many_credentials_are_refused():
    data = b"[" + b",".join([_small()] * 1001) + b"]"
    with pytest.raises(MalformedError) as caught:
        formats.read(data)
    assert caught.value.code is Code.TOO_MANY_CREDENTIALS


def _small():
    return b'{"type":"VerifiableCredential","issuer":"did:x:y","credentialSubject":{"a":1}}'


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    try:
        formats.read(data)
    except WalletError:
        return


@settings(max_examples=300)
@given(
    st.sampled_from([BADGE, JWT, JOSE, b"[" + BADGE + b"]", WORLD.present(ROBIN, [BADGE])]),
    st.integers(0, 10_000),
    st.binary(min_size=0, max_size=3),
    st.integers(0, 3),
)
def test_any_altered_bytes_are_read_or_refused(data, position, replacement, removed):
    position %= len(data)
    altered = data[:position] + replacement + data[position + removed :]
    try:
        formats.read(altered)
    except WalletError:
        return


MEMBERS = (
    *("@context", "id", "type", "issuer", "name", "validFrom", "validUntil", "proof", "holder"),
    *("credentialSubject", "credentialStatus", "verifiableCredential", "issuanceDate"),
    "expirationDate",
)
ODD_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "name", "@value", "credentialStatus", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@settings(max_examples=300)
@given(
    st.dictionaries(
        st.sampled_from(MEMBERS),
        ODD_VALUES,
    )
)
def test_any_shape_of_claims_is_read_or_refused(claims):
    claims = {"type": ["VerifiableCredential"], **claims}
    for text in (claims, {**claims, "type": "VerifiablePresentation"}, [claims]):
        try:
            formats.read(json.dumps(text).encode())
        except WalletError:
            continue
