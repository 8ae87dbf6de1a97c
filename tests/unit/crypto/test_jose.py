"""Compact JWS and JWK: what is refused before anybody looks at a signature."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.crypto import jose, signatures
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.model import KeyType

KEY = signatures.generate(KeyType.ED25519)
PUBLIC = jose.jwk_of_key(signatures.public_of(KEY))
EC = jose.jwk_of_key(signatures.public_of(signatures.generate(KeyType.P256)))


def b64(value) -> str:
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return jose.encode_base64url(data)


def token(header, payload=b"{}") -> str:
    return f"{b64(header)}.{b64(payload)}.{b64(bytes(64))}"


def test_sign_and_take_apart():
    sign = signatures.signer("EdDSA", KEY)
    made = jose.sign_compact({"alg": "EdDSA", "kid": "k"}, b'{"a":1}', sign=sign)
    jws = jose.parse_compact(made)
    assert (jws.algorithm, jws.payload, jws.header["kid"]) == ("EdDSA", b'{"a":1}', "k")
    public = signatures.public_of(KEY)
    assert signatures.verify("EdDSA", public, jws.signing_input, jws.signature)


REFUSED = {
    "two parts": "e30.e30",
    "four parts": "e30.e30.e30.e30",
    "empty": "",
    "no header": ".e30.AA",
    "padding": token({"alg": "EdDSA"}).replace(".", "=.", 1),
    "standard base64": token({"alg": "EdDSA"}) + "+/",
    "stray bits in the signature": "eyJhbGciOiJFZERTQSJ9.e30.AB",
    "one character too many": "eyJhbGciOiJFZERTQSJ9.e30.AAAAA",
    "space": token({"alg": "EdDSA"}) + " ",
    "no algorithm": token({"kid": "x"}),
    "algorithm none": token({"alg": "none"}),
    "algorithm None": token({"alg": "None"}),
    "algorithm is a number": token({"alg": 1}),
    "header is a list": token(["EdDSA"]),
    "header twice the same key": b64(b'{"alg":"EdDSA","alg":"none"}') + ".e30.AA",
    "header not JSON": f"{b64(b'alg')}.e30.AA",
    "kid is a number": token({"alg": "EdDSA", "kid": 1}),
    "private key in the header": token({"alg": "EdDSA", "jwk": {**PUBLIC, "d": "AA"}}),
    "symmetric key in the header": token({"alg": "EdDSA", "jwk": {"kty": "oct", "k": "AA"}}),
    "jwk is a string": token({"alg": "EdDSA", "jwk": "x"}),
    "huge header": token({"alg": "EdDSA", "x": "y" * jose.MAX_HEADER_CHARS}),
    "huge signature": token({"alg": "EdDSA"}) + "A" * 2000,
    "deep header": f"{b64(b'[' * 5000)}.e30.AA",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refuses(text):
    with pytest.raises(MalformedError) as caught:
        jose.parse_compact(text)
    assert caught.value.code is Code.BAD_JOSE


@pytest.mark.parametrize(
    "extra", [{"crit": ["b64"], "b64": False}, {"crit": ["exp"]}, {"crit": []}, {"b64": False}]
)
def test_critical_extensions_are_said_to_be_unknown(extra):
    with pytest.raises(UnsupportedError):
        jose.parse_compact(token({"alg": "EdDSA", **extra}))


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{0,9}(\.[A-Za-z0-9_-]{0,9}){0,4}"))
def test_any_text_is_taken_apart_or_refused(text):
    try:
        jose.parse_compact(text)
    except WalletError:
        return


@given(st.binary(max_size=100))
def test_base64url_round_trip(data):
    assert jose.decode_base64url(jose.encode_base64url(data)) == data


@given(st.from_regex(r"[A-Za-z0-9_-]{0,12}", fullmatch=True))
def test_only_one_text_means_some_bytes(text):
    try:
        data = jose.decode_base64url(text)
    except MalformedError:
        return
    assert jose.encode_base64url(data) == text


BAD_KEYS = {
    "not an object": "x",
    "no type": {},
    "private member": {**PUBLIC, "d": PUBLIC["x"]},
    "x too short": {**PUBLIC, "x": PUBLIC["x"][:-2]},
    "x missing": {"kty": "OKP", "crv": "Ed25519"},
    "x with padding": {**PUBLIC, "x": PUBLIC["x"] + "="},
    "x a number": {**PUBLIC, "x": 1},
    "for encryption": {**PUBLIC, "use": "enc"},
    "not for verifying": {**PUBLIC, "key_ops": ["encrypt"]},
    "off the curve": {**EC, "y": EC["x"]},
    "coordinate shortened": {**EC, "x": b64(jose.decode_base64url(EC["x"])[1:])},
    "RSA too small": {"kty": "RSA", "n": b64(b"\xff" * 128), "e": "AQAB"},
    "RSA exponent 1": {"kty": "RSA", "n": b64(b"\xff" * 256), "e": "AQ"},
    "symmetric": {"kty": "oct", "k": "AA"},
    "X25519": {"kty": "OKP", "crv": "X25519", "x": PUBLIC["x"]},
    "P-521": {"kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"},
    "curve is a list": {"kty": "EC", "crv": ["P-256"], "x": "AA", "y": "AA"},
}


@pytest.mark.parametrize("jwk", BAD_KEYS.values(), ids=BAD_KEYS)
def test_is_no_key(jwk):
    with pytest.raises(WalletError) as caught:
        jose.key_of_jwk(jwk)
    assert caught.value.code in {Code.BAD_KEY, Code.KEY_UNSUPPORTED, Code.BAD_SIGNATURE_ENCODING}


def test_thumbprint_members_only():
    assert set(PUBLIC) == {"kty", "crv", "x"}
    assert set(EC) == {"kty", "crv", "x", "y"}
