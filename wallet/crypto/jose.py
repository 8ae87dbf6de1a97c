"""Compact JWS (RFC 7515) and JWK (RFC 7517), strictly.

A header is taken apart here and refused when it asks for something this reader does not do (`crit`,
`b64`, `alg: none`); whose key it names is decided in `wallet.verify`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from wallet.crypto import signatures, strictjson
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.model import Json, KeyType, PublicKey

# A header with a certificate chain of four stays under this; nothing else comes near it.
MAX_HEADER_CHARS: Final = 32 * 1024
MAX_TOKEN_CHARS: Final = 22 * 1024 * 1024
MAX_SIGNATURE_CHARS: Final = 1400  # RSA-8192 is 1,366

# "!" stands for what base64url has no use for.
_TO_BASE64: Final = bytes.maketrans(b"-_+/=", b"+/!!!")
_TO_BASE64URL: Final = bytes.maketrans(b"+/", b"-_")
CERTIFIED: Final = "x509_hash:"
_HEADER_LIMITS: Final = strictjson.Limits(size=MAX_HEADER_CHARS, depth=12)
_PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_EC_TYPES: Final = {
    "P-256": (KeyType.P256, 32),
    "P-384": (KeyType.P384, 48),
    "P-521": (KeyType.P521, 66),
    "secp256k1": (KeyType.SECP256K1, 32),
}


@dataclass(frozen=True, slots=True)
class Jws:
    """A compact JWS taken apart; nothing about it has been verified."""

    header: Mapping[str, Json]
    payload: bytes
    signing_input: bytes
    signature: bytes

    @property
    def algorithm(self) -> str:
        """The `alg` header: one of `signatures.KEY_TYPES` or an unknown name, never `none`."""
        return str(self.header["alg"])


def decode_base64url(text: str) -> bytes:
    """Return the bytes of base64url text: no padding, no other characters, no stray bits."""
    try:
        plain = text.encode("ascii").translate(_TO_BASE64)
        data = binascii.a2b_base64(plain + b"==="[: -len(plain) % 4])
    except (binascii.Error, ValueError) as error:
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING) from error
    # Written again it must be the same: the decoder passes over what it does not know.
    if binascii.b2a_base64(data, newline=False).rstrip(b"=") != plain:
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING)
    return data


def decode_base64(text: str) -> bytes:
    """Return the bytes of base64 text, padded or not (RFC 4648 section 4)."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING) from error


def encode_base64url(data: bytes) -> str:
    """Return `data` as base64url without padding."""
    text = binascii.b2a_base64(data, newline=False).rstrip(b"=")
    return text.translate(_TO_BASE64URL).decode("ascii")


def parse_compact(token: str) -> Jws:
    """Take a compact JWS apart (RFC 7515 section 7.1); raises `MalformedError` (BAD_JOSE)."""
    if len(token) > MAX_TOKEN_CHARS:
        raise MalformedError(Code.TOO_LARGE, size=len(token), limit=MAX_TOKEN_CHARS)
    parts = token.split(".")
    if len(parts) != 3 or len(parts[0]) > MAX_HEADER_CHARS or len(parts[2]) > MAX_SIGNATURE_CHARS:
        raise MalformedError(Code.BAD_JOSE)
    try:
        header = strictjson.parse_object(decode_base64url(parts[0]), _HEADER_LIMITS)
        payload, signature = decode_base64url(parts[1]), decode_base64url(parts[2])
    except MalformedError as error:
        raise MalformedError(Code.BAD_JOSE, cause=error.code.value) from error
    _check_header(header)
    signing_input = token[: len(parts[0]) + 1 + len(parts[1])].encode("ascii")
    return Jws(header, payload, signing_input, signature)


def sign_compact(
    header: Mapping[str, Json], payload: bytes, *, sign: Callable[[bytes], bytes]
) -> str:
    """Return the compact JWS of `payload`; `header` holds `alg`, `sign` makes the raw signature."""
    text = json.dumps(dict(header), separators=(",", ":"), ensure_ascii=False)
    signing_input = f"{encode_base64url(text.encode())}.{encode_base64url(payload)}"
    return f"{signing_input}.{encode_base64url(sign(signing_input.encode('ascii')))}"


def key_of_jwk(jwk: Json) -> PublicKey:
    """Return the public key of a JWK (RFC 7518 section 6, RFC 8037).

    Raises `MalformedError` (BAD_KEY) also for a JWK with private members: a published private key
    proves nothing. Raises `UnsupportedError` (KEY_UNSUPPORTED) for other key types.
    """
    if not isinstance(jwk, dict) or not _PRIVATE_MEMBERS.isdisjoint(jwk):
        raise MalformedError(Code.BAD_KEY)
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise MalformedError(Code.BAD_KEY, member="key_ops")
    if jwk.get("use", "sig") != "sig":
        raise MalformedError(Code.BAD_KEY, use=str(jwk.get("use"))[:20])
    kty, crv = jwk.get("kty"), jwk.get("crv")
    if kty == "OKP" and crv == "Ed25519":
        key = PublicKey(KeyType.ED25519, _member(jwk, "x", 32))
        signatures.load(key)
        return key
    if kty == "EC" and isinstance(crv, str) and crv in _EC_TYPES:
        key_type, size = _EC_TYPES[crv]
        x = int.from_bytes(_member(jwk, "x", size))
        return signatures.ec_key_of_point(key_type, x, int.from_bytes(_member(jwk, "y", size)))
    if kty == "RSA":
        n, e = _member(jwk, "n", None), _member(jwk, "e", None)
        return signatures.rsa_key_of_numbers(int.from_bytes(n), int.from_bytes(e))
    raise UnsupportedError(Code.KEY_UNSUPPORTED, kty=str(kty)[:20], crv=str(crv)[:20])


def jwk_of_key(key: PublicKey) -> dict[str, str]:
    """Return the JWK of a public key, members a thumbprint needs and nothing else (RFC 7638)."""
    if key.type is KeyType.ED25519:
        return {"crv": "Ed25519", "kty": "OKP", "x": encode_base64url(key.data)}
    if key.type is KeyType.RSA:
        n, e = signatures.rsa_numbers(key)
        return {"e": _encode_uint(e), "kty": "RSA", "n": _encode_uint(n)}
    x, y = signatures.ec_point(key)
    name, size = next((n, s) for n, (t, s) in _EC_TYPES.items() if t is key.type)
    return {
        "crv": name,
        "kty": "EC",
        "x": encode_base64url(x.to_bytes(size)),
        "y": encode_base64url(y.to_bytes(size)),
    }


def certificate(header: Mapping[str, Json]) -> bytes | None:
    """Return the certificate of the key that signed (RFC 7515 section 4.1.6), DER; None without."""
    chain = header.get("x5c")
    if chain is None:
        return None
    if not isinstance(chain, list) or not chain or not isinstance(chain[0], str):
        raise MalformedError(Code.BAD_JOSE, member="x5c")
    return decode_base64(chain[0])


def certificate_name(der: bytes) -> str:
    """Return the name of whoever is known by a certificate alone (OpenID4VP 1.0, section 5.9.3)."""
    return CERTIFIED + encode_base64url(hashlib.sha256(der).digest())


def _check_header(header: Mapping[str, Json]) -> None:
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm.lower() == "none":
        raise MalformedError(Code.BAD_JOSE, alg=str(algorithm)[:20])
    if "crit" in header or header.get("b64", True) is not True:
        raise UnsupportedError(Code.FORMAT_UNSUPPORTED, kind="jws-crit")
    if "jwk" in header:
        jwk = header["jwk"]
        if not isinstance(jwk, dict) or not _PRIVATE_MEMBERS.isdisjoint(jwk):
            raise MalformedError(Code.BAD_JOSE, member="jwk")
    if not isinstance(header.get("kid", ""), str):
        raise MalformedError(Code.BAD_JOSE, member="kid")


def _member(jwk: Mapping[str, Json], name: str, size: int | None) -> bytes:
    value = jwk.get(name)
    if not isinstance(value, str) or len(value) > MAX_SIGNATURE_CHARS:
        raise MalformedError(Code.BAD_KEY, member=name)
    data = decode_base64url(value)
    if size is not None and len(data) != size:
        raise MalformedError(Code.BAD_KEY, member=name)
    return data


def _encode_uint(number: int) -> str:
    return encode_base64url(number.to_bytes((number.bit_length() + 7) // 8))
