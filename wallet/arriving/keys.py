"""Private keys as other wallets write them: Ed25519 only, and only where they fit their identifier.

Ed25519VerificationKey2020 and 2018, Multikey, JsonWebKey2020, a bare JWK or seed. The X25519 keys
that come with them are derived from the same seed, so nothing is lost without them.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha512
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from wallet.arriving.arrival import FoundKey
from wallet.crypto import jose, multikey
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.model import Json, KeyType, PublicKey

SEED_BYTES: Final = 32  # RFC 8032 section 5.1.5
ED25519_PRIVATE: Final = b"\x80\x26"  # multicodec 0x1300 as varint
X25519_PRIVATE: Final = b"\x82\x26"  # multicodec 0x1302
X25519_PUBLIC: Final = b"\xec\x01"  # multicodec 0xec
MAX_NAME_CHARS: Final = 200

_SECRETS: Final = ("privateKeyMultibase", "secretKeyMultibase", "privateKeyBase58", "privateKeyJwk")


def is_key(value: Mapping[str, Json]) -> bool:
    """Say whether an object has a private key in it."""
    return any(name in value for name in _SECRETS)


def is_agreement_key(value: Mapping[str, Json]) -> bool:
    """Say whether a key is one for encryption (X25519), which signs nothing."""
    return str(value.get("type", "")).startswith("X25519KeyAgreementKey")


def of_object(value: Mapping[str, Json], *, name: str) -> FoundKey:
    """Return the key in a verification method with its private part.

    Raises `MalformedError` (BAD_KEY, KEY_DID_MISMATCH) and `UnsupportedError` (KEY_UNSUPPORTED,
    DID_METHOD_UNSUPPORTED).
    """
    seed = _seed(value)
    said = value.get("publicKeyMultibase")
    controller = value.get("controller") or value.get("id")
    did = controller.partition("#")[0] if isinstance(controller, str) else None
    found = of_seed(seed, did=did, name=name)
    if isinstance(said, str) and multikey.decode_multikey(said) != public_of(seed):
        raise MalformedError(Code.KEY_DID_MISMATCH)
    return found


def of_jwk(jwk: Json, *, did: str | None, name: str) -> FoundKey:
    """Return the key in a private JWK (RFC 8037 section 2)."""
    return of_seed(_seed_of_jwk(jwk), did=did, name=name)


def of_seed(seed: bytes, *, did: str | None, name: str) -> FoundKey:
    """Return the key a seed makes; `did` is whose it is said to be, if that was said."""
    if len(seed) != SEED_BYTES:
        raise MalformedError(Code.BAD_KEY)
    made = multikey.did_key(public_of(seed))
    if did is not None and did != made:
        if not did.startswith("did:key:"):
            raise UnsupportedError(Code.DID_METHOD_UNSUPPORTED)
        raise MalformedError(Code.KEY_DID_MISMATCH)
    return FoundKey(made, name[:MAX_NAME_CHARS], seed)


def public_of(seed: bytes) -> PublicKey:
    """Return the public key of a seed."""
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return PublicKey(KeyType.ED25519, key.public_bytes_raw())


def agreement_key(seed: bytes) -> X25519PrivateKey:
    """Return the X25519 key derived from an Ed25519 seed, as did:key does.

    Its bytes are clamped already (RFC 7748, section 5), as other wallets write them.
    """
    scalar = bytearray(sha512(seed).digest()[:SEED_BYTES])
    scalar[0] &= 248
    scalar[-1] = scalar[-1] & 127 | 64
    return X25519PrivateKey.from_private_bytes(bytes(scalar))


def agreement_fits(value: Mapping[str, Json], seeds: list[bytes]) -> bool:
    """Say whether an X25519 key is derived from one of the seeds, so nothing is lost with it."""
    said = value.get("publicKeyMultibase")
    return any(said == agreement_multibase(seed) for seed in seeds)


def agreement_multibase(seed: bytes) -> str:
    """Return the public X25519 key of a seed as multibase."""
    public = agreement_key(seed).public_key().public_bytes_raw()
    return _multibase(X25519_PUBLIC + public)


def as_object(did: str, seed: bytes) -> dict[str, str]:
    """Return a signing key with its private part, as `of_object` reads it."""
    public = public_of(seed)
    return {
        "type": "Ed25519VerificationKey2020",
        "id": multikey.did_key_method(did),
        "controller": did,
        "publicKeyMultibase": multikey.encode_multikey(public),
        "privateKeyMultibase": _multibase(ED25519_PRIVATE + seed + public.data),
    }


def agreement_object(did: str, seed: bytes) -> dict[str, str]:
    """Return the key for encryption that goes with a signing key, with its private part."""
    public = agreement_multibase(seed)
    return {
        "type": "X25519KeyAgreementKey2020",
        "id": f"{did}#{public}",
        "controller": did,
        "publicKeyMultibase": public,
        "privateKeyMultibase": _multibase(X25519_PRIVATE + agreement_key(seed).private_bytes_raw()),
    }


def _multibase(data: bytes) -> str:
    return "z" + multikey.encode_base58btc(data)


def _seed(value: Mapping[str, Json]) -> bytes:
    for name in ("privateKeyMultibase", "secretKeyMultibase"):
        text = value.get(name)
        if isinstance(text, str):
            return _seed_of_codec(multikey.decode_multibase(text))
    text = value.get("privateKeyBase58")
    if isinstance(text, str) and str(value.get("type", "")).startswith("Ed25519"):
        return _seed_of_pair(multikey.decode_base58btc(text))
    if "privateKeyJwk" in value:
        return _seed_of_jwk(value["privateKeyJwk"])
    raise UnsupportedError(Code.KEY_UNSUPPORTED)


def _seed_of_codec(data: bytes) -> bytes:
    if not data.startswith(ED25519_PRIVATE):
        raise UnsupportedError(Code.KEY_UNSUPPORTED)
    return _seed_of_pair(data[len(ED25519_PRIVATE) :])


def _seed_of_pair(data: bytes) -> bytes:
    """Return the seed of a private key that may have the public one behind it."""
    seed, public = data[:SEED_BYTES], data[SEED_BYTES:]
    if len(seed) != SEED_BYTES:
        raise MalformedError(Code.BAD_KEY)
    if public and public != public_of(seed).data:
        raise MalformedError(Code.KEY_DID_MISMATCH)
    return seed


def _seed_of_jwk(jwk: Json) -> bytes:
    if not isinstance(jwk, dict) or jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519":
        raise UnsupportedError(Code.KEY_UNSUPPORTED)
    secret, public = jwk.get("d"), jwk.get("x")
    if not isinstance(secret, str) or not isinstance(public, str):
        raise MalformedError(Code.BAD_KEY)
    return _seed_of_pair(jose.decode_base64url(secret) + jose.decode_base64url(public))
