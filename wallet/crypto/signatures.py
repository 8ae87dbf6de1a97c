"""Signature algorithms by their JOSE names: verify, sign, generate.

Signatures are in the raw form of RFC 7518 (r || s for ECDSA), never DER. Nothing here knows where a
key came from or what the bytes mean. The library's `serialization` is imported where it is used: it
takes as long to load as everything else here, and most checks do without it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.model import KeyType, PublicKey

# NIST SP 800-131A refuses RSA under 2048 bits; above 8192 one verification costs milliseconds.
RSA_MIN_BITS: Final = 2048
RSA_MAX_BITS: Final = 8192
RSA_MAX_DER: Final = 4096
_PEM: Final = re.compile(
    r"[ \t\r\n]*-----BEGIN (?P<kind>(?:RSA )?PUBLIC KEY)-----(?P<body>[A-Za-z0-9+/= \t\r\n]+)"
    r"-----END (?P=kind)-----[ \t\r\n]*"
)

_CURVES: Final[dict[KeyType, ec.EllipticCurve]] = {
    KeyType.P256: ec.SECP256R1(),
    KeyType.P384: ec.SECP384R1(),
    KeyType.P521: ec.SECP521R1(),
    KeyType.SECP256K1: ec.SECP256K1(),
}
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "ES256": hashes.SHA256(),
    "ES256K": hashes.SHA256(),
    "ES384": hashes.SHA384(),
    "ES512": hashes.SHA512(),
    "RS256": hashes.SHA256(),
    "PS256": hashes.SHA256(),
}
KEY_TYPES: Final[dict[str, KeyType]] = {
    "EdDSA": KeyType.ED25519,
    "Ed25519": KeyType.ED25519,
    "ES256": KeyType.P256,
    "ES256K": KeyType.SECP256K1,
    "ES384": KeyType.P384,
    "ES512": KeyType.P521,
    "RS256": KeyType.RSA,
    "PS256": KeyType.RSA,
}

# Ed25519 keys of small order (RFC 8032 section 5.1; y coordinates of the eight torsion points):
# under such a key one signature fits many messages.
_P25519: Final = 2**255 - 19
_Y8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER: Final = frozenset({0, 1, _P25519 - 1, _Y8, _P25519 - _Y8})

_EcOrRsaOrEd = Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key. `data`: the 32-byte seed for Ed25519, PKCS#8 DER for every other type."""

    type: KeyType
    data: bytes = field(repr=False)


def verify(algorithm: str, key: PublicKey, data: bytes, signature: bytes) -> bool:
    """Say whether `signature` over `data` holds under `key`.

    Raises `UnsupportedError` for an algorithm not in `KEY_TYPES`, `MalformedError` for a key that
    is no such key. A key of another type than the algorithm's makes the answer no.
    """
    expected = KEY_TYPES.get(algorithm)
    if expected is None:
        raise UnsupportedError(Code.ALGORITHM_UNSUPPORTED, algorithm=algorithm[:40])
    if key.type is not expected:
        return False
    loaded = load(key)
    try:
        if isinstance(loaded, Ed25519PublicKey):
            loaded.verify(signature, data)
        elif isinstance(loaded, rsa.RSAPublicKey):
            loaded.verify(signature, data, _padding(algorithm), _HASHES[algorithm])
        else:
            der = _to_der(signature, loaded.curve)
            if der is None:
                return False
            loaded.verify(der, data, ec.ECDSA(_HASHES[algorithm]))
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=512)
def load(key: PublicKey) -> _EcOrRsaOrEd:
    """Return the library's object for `key`, checked.

    Raises `MalformedError` (BAD_KEY), and `UnsupportedError` for one that no algorithm here uses.
    """
    try:
        if key.type is KeyType.ED25519:
            _check_ed25519(key.data)
            return Ed25519PublicKey.from_public_bytes(key.data)
        if key.type is KeyType.RSA:
            return _load_rsa(key.data)
        if key.type not in _CURVES:
            raise UnsupportedError(Code.KEY_UNSUPPORTED, type=key.type.value)
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[key.type], key.data)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedError(Code.BAD_KEY, type=key.type.value) from error


def sign(algorithm: str, key: PrivateKey, data: bytes) -> bytes:
    """Return the raw signature over `data`."""
    from cryptography.hazmat.primitives import serialization

    if KEY_TYPES.get(algorithm) is not key.type:
        raise UnsupportedError(Code.ALGORITHM_UNSUPPORTED, algorithm=algorithm[:40])
    if key.type is KeyType.ED25519:
        return Ed25519PrivateKey.from_private_bytes(key.data).sign(data)
    loaded = serialization.load_der_private_key(key.data, password=None)
    if isinstance(loaded, rsa.RSAPrivateKey):
        return loaded.sign(data, _padding(algorithm), _HASHES[algorithm])
    curve_key = cast(ec.EllipticCurvePrivateKey, loaded)
    r, s = decode_dss_signature(curve_key.sign(data, ec.ECDSA(_HASHES[algorithm])))
    size = (curve_key.curve.key_size + 7) // 8
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


def signer(algorithm: str, key: PrivateKey) -> Callable[[bytes], bytes]:
    """Return a function that signs with `key`, for callers that need no more than that."""
    return lambda data: sign(algorithm, key, data)


def generate(key_type: KeyType) -> PrivateKey:
    """Return a new private key."""
    from cryptography.hazmat.primitives import serialization

    if key_type is KeyType.ED25519:
        return PrivateKey(key_type, Ed25519PrivateKey.generate().private_bytes_raw())
    made: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if key_type is KeyType.RSA:
        made = rsa.generate_private_key(public_exponent=65537, key_size=RSA_MIN_BITS)
    else:
        made = ec.generate_private_key(_CURVES[key_type])
    der = made.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return PrivateKey(key_type, der)


def public_of(key: PrivateKey) -> PublicKey:
    """Return the public half of `key`."""
    from cryptography.hazmat.primitives import serialization

    if key.type is KeyType.ED25519:
        public = Ed25519PrivateKey.from_private_bytes(key.data).public_key()
        return PublicKey(key.type, public.public_bytes_raw())
    loaded = serialization.load_der_private_key(key.data, password=None)
    if isinstance(loaded, rsa.RSAPrivateKey):
        return rsa_key(loaded.public_key())
    return ec_key(key.type, cast(ec.EllipticCurvePrivateKey, loaded).public_key())


def ec_key(key_type: KeyType, key: ec.EllipticCurvePublicKey) -> PublicKey:
    """Return the plain value of a library EC key: its compressed point."""
    from cryptography.hazmat.primitives import serialization

    point = key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
    return PublicKey(key_type, point)


def ec_key_of_point(key_type: KeyType, x: int, y: int) -> PublicKey:
    """Return the key with affine coordinates (x, y); raises `MalformedError` off the curve."""
    try:
        return ec_key(key_type, ec.EllipticCurvePublicNumbers(x, y, _CURVES[key_type]).public_key())
    except ValueError as error:
        raise MalformedError(Code.BAD_KEY, type=key_type.value) from error


def ec_point(key: PublicKey) -> tuple[int, int]:
    """Return the affine coordinates of an EC key."""
    numbers = cast(ec.EllipticCurvePublicKey, load(key)).public_numbers()
    return numbers.x, numbers.y


def rsa_numbers(key: PublicKey) -> tuple[int, int]:
    """Return the modulus and the exponent of an RSA key."""
    numbers = cast(rsa.RSAPublicKey, load(key)).public_numbers()
    return numbers.n, numbers.e


def rsa_pkcs1(key: PublicKey) -> bytes:
    """Return an RSA key as DER RSAPublicKey (RFC 8017), the form a Multikey holds."""
    from cryptography.hazmat.primitives import serialization

    return load(key).public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)


def rsa_key(key: rsa.RSAPublicKey) -> PublicKey:
    """Return the plain value of a library RSA key: its DER SubjectPublicKeyInfo."""
    from cryptography.hazmat.primitives import serialization

    der = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return PublicKey(KeyType.RSA, der)


def rsa_key_of_numbers(n: int, e: int) -> PublicKey:
    """Return the RSA key of modulus `n` and exponent `e`, both bounded."""
    if not RSA_MIN_BITS <= n.bit_length() <= RSA_MAX_BITS or not 3 <= e < 2**32:
        raise MalformedError(Code.BAD_KEY, type=KeyType.RSA.value, bits=n.bit_length())
    try:
        return rsa_key(rsa.RSAPublicNumbers(e, n).public_key())
    except ValueError as error:
        raise MalformedError(Code.BAD_KEY, type=KeyType.RSA.value) from error


def rsa_key_of_der(der: bytes) -> PublicKey:
    """Return the RSA key in a DER RSAPublicKey (RFC 8017) or SubjectPublicKeyInfo."""
    try:
        return rsa_key(_load_rsa(der))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise MalformedError(Code.BAD_KEY, type=KeyType.RSA.value) from error


def key_of_pem(pem: str) -> PublicKey:
    """Return the RSA key in a PEM text: SubjectPublicKeyInfo or RSAPublicKey (RFC 7468, 8017).

    Raises `MalformedError` (BAD_KEY), also for a key of another kind.
    """
    match = _PEM.fullmatch(pem) if len(pem) <= 2 * RSA_MAX_DER else None
    if match is None:
        raise MalformedError(Code.BAD_KEY, type="PEM")
    try:
        body = "".join(match["body"].split())
        der = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except ValueError as error:
        raise MalformedError(Code.BAD_KEY, type="PEM") from error
    return rsa_key_of_der(der)


def _padding(algorithm: str) -> padding.AsymmetricPadding:
    """Return an algorithm's RSA padding; a PSS salt is as long as its hash (RFC 7518, 3.5)."""
    if not algorithm.startswith("PS"):
        return padding.PKCS1v15()
    hashed = _HASHES[algorithm]
    return padding.PSS(mgf=padding.MGF1(hashed), salt_length=hashed.digest_size)


def key_of_certificate(der: bytes) -> PublicKey:
    """Return the public key in an X.509 certificate, of which nothing else is looked at.

    Raises `MalformedError` for what is no certificate, `UnsupportedError` for other kinds of key.
    """
    from cryptography import x509

    try:
        key = x509.load_der_x509_certificate(der).public_key()
    except UnsupportedAlgorithm as error:
        raise UnsupportedError(Code.KEY_UNSUPPORTED, type="x509") from error
    except ValueError as error:
        raise MalformedError(Code.BAD_KEY, type="x509") from error
    if isinstance(key, Ed25519PublicKey):
        found = PublicKey(KeyType.ED25519, key.public_bytes_raw())
        load(found)
        return found
    if isinstance(key, rsa.RSAPublicKey):
        numbers = key.public_numbers()
        return rsa_key_of_numbers(numbers.n, numbers.e)
    if isinstance(key, ec.EllipticCurvePublicKey):
        for key_type, curve in _CURVES.items():
            if curve.name == key.curve.name:
                return ec_key(key_type, key)
    raise UnsupportedError(Code.KEY_UNSUPPORTED, type="x509")


def _load_rsa(der: bytes) -> rsa.RSAPublicKey:
    from cryptography.hazmat.primitives import serialization

    if len(der) > RSA_MAX_DER:
        raise ValueError("too long")
    loaded = serialization.load_der_public_key(der)
    if not isinstance(loaded, rsa.RSAPublicKey):
        raise ValueError("not an RSA key")
    if not RSA_MIN_BITS <= loaded.key_size <= RSA_MAX_BITS:
        raise ValueError("key size out of bounds")
    return loaded


def _check_ed25519(data: bytes) -> None:
    y = int.from_bytes(data, "little") & (2**255 - 1)
    if len(data) != 32 or y >= _P25519 or y in _SMALL_ORDER:
        raise ValueError("not a proper Ed25519 key")


def _to_der(signature: bytes, curve: ec.EllipticCurve) -> bytes | None:
    size = (curve.key_size + 7) // 8
    if len(signature) != 2 * size:
        return None
    r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
    return encode_dss_signature(r, s) if r and s else None
