"""Multibase and multicodec, and the DIDs that are keys: did:key and did:jwk, both ways.

Controlled Identifiers 1.0 sections 2.2.2 and 2.4, did:key, did:jwk. No DID document is read here;
`wallet.crypto.did` does that.
"""

from __future__ import annotations

import json
from functools import lru_cache
from operator import mul
from typing import Final

from wallet.crypto import jose, signatures, strictjson
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.model import KeyType, PublicKey

_ALPHABET: Final = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BAD: Final = 255
_DIGITS: Final = bytes(
    _ALPHABET.index(octet) if octet in _ALPHABET else _BAD for octet in range(256)
)

# An RSA-8192 key is about 1,400 characters; base58 costs quadratic time, so it ends soon after.
MAX_BASE58_CHARS: Final = 1600
MAX_MULTIBASE_CHARS: Final = 64 * 1024
_POWERS: Final = tuple(58**n for n in range(128))

# multicodec table: (varint prefix, key type, length of the key material or None)
_CODECS: Final[dict[bytes, tuple[KeyType, int | None]]] = {
    b"\xed\x01": (KeyType.ED25519, 32),
    b"\x80\x24": (KeyType.P256, 33),
    b"\x81\x24": (KeyType.P384, 49),
    b"\x82\x24": (KeyType.P521, 67),
    b"\xe7\x01": (KeyType.SECP256K1, 33),
    b"\x85\x24": (KeyType.RSA, None),
    b"\xeb\x01": (KeyType.BLS12381G2, 96),
}
_PREFIXES: Final = {key_type: prefix for prefix, (key_type, _) in _CODECS.items()}
_JWK: Final = b"\xd1\xd6\x03"  # jwk_jcs-pub: a whole JWK, as EBSI names natural persons
_MAX_VARINT: Final = 4


def decode_base58btc(text: str) -> bytes:
    """Return the bytes of base58btc text (without a multibase prefix)."""
    if len(text) > MAX_BASE58_CHARS:
        raise MalformedError(Code.BAD_MULTIBASE, size=len(text))
    try:
        digits = text.encode("ascii").translate(_DIGITS)
    except UnicodeEncodeError as error:
        raise MalformedError(Code.BAD_MULTIBASE) from error
    if _BAD in digits:
        raise MalformedError(Code.BAD_MULTIBASE)
    stripped = digits.lstrip(b"\0")
    if len(stripped) <= len(_POWERS):
        number: int = sum(map(mul, reversed(stripped), _POWERS))
    else:
        number = 0
        for digit in stripped:
            number = number * 58 + digit
    body: bytes = number.to_bytes((number.bit_length() + 7) // 8)
    return bytes(len(digits) - len(stripped)) + body


def encode_base58btc(data: bytes) -> str:
    """Return `data` as base58btc text (without a multibase prefix)."""
    stripped = data.lstrip(b"\0")
    number, out = int.from_bytes(stripped), bytearray()
    while number:
        number, digit = divmod(number, 58)
        out.append(_ALPHABET[digit])
    out.extend(b"1" * (len(data) - len(stripped)))
    out.reverse()
    return out.decode("ascii")


def decode_multibase(text: str) -> bytes:
    """Return the bytes of `z` (base58btc), `u` (base64url) or `m` (base64) multibase text."""
    prefix, body = text[:1], text[1:]
    if not body or len(text) > MAX_MULTIBASE_CHARS:
        raise MalformedError(Code.BAD_MULTIBASE, size=len(text))
    if prefix == "z":
        return decode_base58btc(body)
    if prefix == "u":
        return jose.decode_base64url(body)
    if prefix == "m":
        return jose.decode_base64(body)
    raise MalformedError(Code.BAD_MULTIBASE, prefix=prefix)


@lru_cache(maxsize=1024)
def decode_multikey(text: str) -> PublicKey:
    """Return the key a Multikey (`publicKeyMultibase`) spells.

    Raises `UnsupportedError` (KEY_UNSUPPORTED) for a codec that is not in the table, for instance
    an X25519 key.
    """
    return key_of_bytes(decode_multibase(text))


def key_of_bytes(data: bytes) -> PublicKey:
    """Return the key that the bytes of a Multikey are: a codec and the key material."""
    prefix = _varint(data)
    if prefix == _JWK:
        return jose.key_of_jwk(strictjson.parse_object(data[len(prefix) :]))
    found = _CODECS.get(prefix)
    if found is None:
        raise UnsupportedError(Code.KEY_UNSUPPORTED, codec=prefix.hex())
    key_type, size = found
    material = data[len(prefix) :]
    if size is not None and len(material) != size:
        raise MalformedError(Code.BAD_KEY, type=key_type.value)
    if key_type is KeyType.RSA:
        return signatures.rsa_key_of_der(material)
    key = PublicKey(key_type, material)
    if key_type is KeyType.BLS12381G2:
        from wallet.crypto import bbs  # the library behind it loads only for whom it is for

        bbs.check_public_key(material)
    else:
        signatures.load(key)
    return key


def encode_multikey(key: PublicKey) -> str:
    """Return `key` as a Multikey in base58btc."""
    return "z" + encode_base58btc(bytes_of_key(key))


def bytes_of_key(key: PublicKey) -> bytes:
    """Return the bytes of `key` as a Multikey."""
    material = signatures.rsa_pkcs1(key) if key.type is KeyType.RSA else key.data
    return _PREFIXES[key.type] + material


def did_key(key: PublicKey) -> str:
    """Return the did:key of `key`."""
    return "did:key:" + encode_multikey(key)


def did_key_method(did: str) -> str:
    """Return the verification method of a did:key's own key: `did:key:X#X`."""
    return f"{did}#{did[8:]}"


def key_of_did_key(did: str) -> PublicKey:
    """Return the key a did:key is; `did` has no fragment."""
    if not did.startswith("did:key:"):
        raise MalformedError(Code.BAD_KEY)
    return decode_multikey(did[8:])


def did_jwk(key: PublicKey) -> str:
    """Return the did:jwk of `key`."""
    text = json.dumps(jose.jwk_of_key(key), separators=(",", ":"), sort_keys=True)
    return "did:jwk:" + jose.encode_base64url(text.encode("ascii"))


@lru_cache(maxsize=256)
def key_of_did_jwk(did: str) -> PublicKey:
    """Return the key a did:jwk is; `did` has no fragment."""
    if not did.startswith("did:jwk:") or len(did) > jose.MAX_HEADER_CHARS:
        raise MalformedError(Code.BAD_KEY)
    return jose.key_of_jwk(strictjson.parse(jose.decode_base64url(did[8:])))


def _varint(data: bytes) -> bytes:
    for length in range(1, _MAX_VARINT + 1):
        if len(data) >= length and data[length - 1] < 0x80:
            return data[:length]
    raise MalformedError(Code.BAD_MULTIBASE)
