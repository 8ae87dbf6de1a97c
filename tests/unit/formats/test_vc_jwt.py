"""Credentials as tokens: the registered claims, and tokens that contradict themselves."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.paths import shared
from tests.world import V1, World
from wallet import formats
from wallet.crypto import jose
from wallet.errors import Code, MalformedError, WalletError
from wallet.formats import vc_jwt
from wallet.model import Format, KeyType

WORLD = World()
SCHOOL = WORLD.issuer("Harbor College")
START = datetime(2025, 1, 1, tzinfo=UTC)


def token(payload):
    header = {"alg": "EdDSA", "kid": SCHOOL.method}
    return jose.sign_compact(header, json.dumps(payload).encode(), sign=SCHOOL.sign).encode()


INNER = {
    "@context": [V1],
    "type": ["VerifiableCredential"],
    "credentialSubject": {"degree": {"name": "BA"}},
}


def test_registered_claims_fill_what_the_credential_leaves_out():
    found = formats.read(
        token(
            {
                "iss": SCHOOL.id,
                "sub": "did:example:robin",
                "jti": "urn:uuid:1",
                "nbf": START.timestamp(),
                "exp": (START + timedelta(days=365)).timestamp(),
                "vc": INNER,
            }
        )
    )
    assert found.issuer == SCHOOL.id
    assert found.subject == "did:example:robin"
    assert found.claims["id"] == "urn:uuid:1"
    assert found.claims["issuanceDate"] == "2025-01-01T00:00:00Z"
    assert found.claims["expirationDate"] == "2026-01-01T00:00:00Z"
    assert (found.valid_from, found.valid_until) == (START, START + timedelta(days=365))


def test_the_narrower_dates_count():
    inner = {
        **INNER,
        "issuer": SCHOOL.id,
        "issuanceDate": "2025-03-01T00:00:00Z",
        "expirationDate": "2025-12-01T00:00:00Z",
    }
    found = formats.read(
        token(
            {
                "nbf": START.timestamp(),
                "exp": datetime(2030, 1, 1, tzinfo=UTC).timestamp(),
                "vc": inner,
            }
        )
    )
    assert found.valid_from == datetime(2025, 3, 1, tzinfo=UTC)
    assert found.valid_until == datetime(2025, 12, 1, tzinfo=UTC)


CONTRADICTIONS = {
    "iss": {"iss": "did:example:other", "vc": {**INNER, "issuer": SCHOOL.id}},
    "sub": {
        "sub": "did:example:me",
        "vc": {**INNER, "issuer": SCHOOL.id, "credentialSubject": {"id": "did:example:you"}},
    },
    "jti": {"jti": "urn:uuid:1", "vc": {**INNER, "issuer": SCHOOL.id, "id": "urn:uuid:2"}},
}


@pytest.mark.parametrize("claim", CONTRADICTIONS)
def test_contradictions_are_named(claim):
    assert vc_jwt.parse(token(CONTRADICTIONS[claim])).contradiction == claim


@pytest.mark.parametrize("shape", [Format.VC_JWT, Format.VC_JOSE])
def test_signing_keeps_the_claims(shape):
    claims = WORLD.claims(SCHOOL, ends=WORLD.now + timedelta(days=1), subject="did:example:robin")
    made = vc_jwt.sign(claims, method=SCHOOL.method, sign=SCHOOL.sign, shape=shape)
    parsed = vc_jwt.parse(made)
    assert parsed.format is shape
    assert parsed.contradiction is None
    assert dict(parsed.claims) == claims


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b'"x"',
        b'{"vc": 5}',
        b'{"vc": {}, "vp": {}}',
        b'{"a": 1, "a": 2}',
        b'{"vc": {"type": "VerifiableCredential", "credentialSubject": {"a": 1}}}',
    ],
)
def test_payloads_that_are_no_credential(payload):
    made = jose.sign_compact({"alg": "EdDSA"}, payload, sign=SCHOOL.sign).encode()
    with pytest.raises(MalformedError):
        formats.read(made)


@pytest.mark.parametrize("value", [True, "1", -(10**12), 1e400, 10**18, [], {}])
def test_odd_numeric_dates_are_no_dates(value):
    text = json.dumps({"vc": {**INNER, "issuer": SCHOOL.id}, "nbf": value}).replace(
        "Infinity", "1e400"
    )
    made = jose.sign_compact({"alg": "EdDSA"}, text.encode(), sign=SCHOOL.sign).encode()
    try:
        assert formats.read(made).valid_from is None
    except WalletError as error:
        if error.code is not Code.NUMBER_OUT_OF_RANGE:
            raise


def test_signing_needs_an_issuer():
    with pytest.raises(MalformedError):
        vc_jwt.sign({}, method="x", sign=SCHOOL.sign)


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384, KeyType.RSA, KeyType.SECP256K1])
def test_other_keys_sign_tokens_too(key_type):
    made = WORLD.issue(WORLD.issuer(f"School {key_type}", key_type=key_type), form=Format.VC_JWT)
    assert vc_jwt.parse(made).jws.algorithm in {"ES256", "ES384", "RS256", "ES256K"}


def test_the_corpus_is_read_with_the_names_in_it():
    for line in shared("corpus", "vc-jwt.jsonl").read_bytes().splitlines():
        found = formats.read(line)
        assert found.title
        assert found.claims["issuer"]["id"] == found.issuer
        assert found.subject
