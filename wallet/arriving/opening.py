"""Passwords and what they open: the locked forms of other wallets, within bounds.

Three ways, all of them checked against what the wallets themselves wrote or publish: the locked
wallet of older builds of Learner Credential Wallet, the JWE of the Universal Wallet specification,
and the envelopes of LearnCard's bundles. Ours for exported keys is the last one too.
"""

from __future__ import annotations

import base64
import secrets
import struct
from collections.abc import Mapping
from hashlib import pbkdf2_hmac, sha256
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

from wallet.arriving import keys
from wallet.crypto import jose, strictjson
from wallet.crypto.sealing import Cost
from wallet.errors import Code, MalformedError, UnsupportedError, VaultError, WalletError
from wallet.model import Json

KEY_BYTES: Final = 32
# Learner Credential Wallet writes 120,000; OWASP's figure for PBKDF2-HMAC-SHA-512 is 210,000. A
# million take about a second.
MAX_PBKDF2_ITERATIONS: Final = 1_000_000
MAX_SALT_BYTES: Final = 1024
MAX_RECIPIENTS: Final = 10  # a wallet is locked for one
# The Universal Wallet's own: the salt is this word, for everybody.
_UNIVERSAL_SALT: Final = b"salt"
_UNIVERSAL_ITERATIONS: Final = 100_000
_WRAPPED: Final = "ECDH-ES+A256KW"
# LearnCard's own, and what we write.
ENVELOPE_COST: Final = Cost(memory_kib=64 * 1024, iterations=3, lanes=4)


def wrong_password() -> WalletError:
    """Return the one error for a password that does not open a backup."""
    return WalletError(Code.WRONG_BACKUP_PASSWORD)


def open_lcw(jwe: Mapping[str, Json], password: str) -> bytes:
    """Return what a locked Learner Credential Wallet holds.

    It deviates from RFC 7516 and 7518: base64 instead of base64url, no protected header and no
    additional data, and the PBKDF2 salt is `p2s` alone, without the algorithm's name before it.
    """
    recipient = _first(jwe.get("recipients"))
    header = _object(recipient.get("header"))
    if header.get("alg") != "PBES2-HS512+A256KW" or header.get("enc") != "A256GCM":
        raise UnsupportedError(Code.BACKUP_UNKNOWN)
    count, salt = header.get("p2c"), _base64(header.get("p2s"))
    if type(count) is not int or not 1 <= count <= MAX_PBKDF2_ITERATIONS:
        raise MalformedError(Code.NUMBER_OUT_OF_RANGE, field="p2c")
    if not 0 < len(salt) <= MAX_SALT_BYTES:
        raise MalformedError(Code.NUMBER_OUT_OF_RANGE, field="p2s")
    wrapping = pbkdf2_hmac("sha512", password.encode("utf-8", "surrogatepass"), salt, count, 32)
    key = _unwrapped(wrapping, _base64(recipient.get("encrypted_key")))
    box = _base64(jwe.get("ciphertext")) + _base64(jwe.get("tag"))
    return _aes_gcm(key, _base64(jwe.get("iv")), box, None)


class UniversalPassword:
    """A password of the Universal Wallet specification; its key is derived once."""

    def __init__(self, password: str) -> None:
        secret = password.encode("utf-8", "surrogatepass")
        seed = pbkdf2_hmac("sha256", secret, _UNIVERSAL_SALT, _UNIVERSAL_ITERATIONS, KEY_BYTES)
        self._key = keys.agreement_key(seed)

    def open(self, jwe: Mapping[str, Json]) -> bytes:
        """Return what a JWE holds (RFC 7516; ECDH-ES+A256KW with XC20P or A256GCM)."""
        recipient = _first(jwe.get("recipients"))
        header = _object(recipient.get("header"))
        protected = _text(jwe.get("protected"))
        enc = strictjson.parse_object(jose.decode_base64url(protected)).get("enc")
        if header.get("alg") != _WRAPPED or enc not in {"XC20P", "A256GCM"}:
            raise UnsupportedError(Code.BACKUP_UNKNOWN)
        key = _unwrapped(self._agreed(header), _url(recipient.get("encrypted_key")))
        box = _url(jwe.get("ciphertext")) + _url(jwe.get("tag"))
        opened = _xchacha if enc == "XC20P" else _aes_gcm
        return opened(key, _url(jwe.get("iv")), box, protected.encode("ascii"))

    def _agreed(self, header: Mapping[str, Json]) -> bytes:
        """Return the wrapping key both sides agree on (RFC 7518 section 4.6.2)."""
        ephemeral = _url(_object(header.get("epk")).get("x"))
        if len(ephemeral) != KEY_BYTES:
            raise MalformedError(Code.BAD_KEY)
        try:
            shared = self._key.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        except ValueError as error:  # a point of low order
            raise MalformedError(Code.BAD_KEY) from error
        infos = [_WRAPPED.encode(), _url(header.get("apu", "")), _url(header.get("apv", ""))]
        told = b"".join(struct.pack(">I", len(info)) + info for info in infos)
        return sha256(struct.pack(">I", 1) + shared + told + struct.pack(">I", 256)).digest()


def envelope_cost(envelope: Mapping[str, Json]) -> Cost:
    """Return what opening an envelope costs; raises `MalformedError` out of bounds."""
    params = _object(envelope.get("kdfParams"))
    if params.get("algorithm") != "argon2id":
        raise UnsupportedError(Code.BACKUP_UNKNOWN)
    named = [params.get(name) for name in ("memoryCost", "timeCost", "parallelism")]
    memory, passes, lanes = (one if type(one) is int else 0 for one in named)
    cost = Cost(memory, passes, lanes)
    cost.check()
    return cost


def open_envelope(envelope: Mapping[str, Json], password: str) -> bytes:
    """Return what an envelope holds: AES-256-GCM under Argon2id(password)."""
    cost, salt = envelope_cost(envelope), _base64(envelope.get("salt"))
    if not 8 <= len(salt) <= MAX_SALT_BYTES:  # RFC 9106 section 3.1
        raise MalformedError(Code.NUMBER_OUT_OF_RANGE, field="salt")
    key = _argon2(password, salt, cost)
    return _aes_gcm(key, _base64(envelope.get("iv")), _base64(envelope.get("ciphertext")), None)


def seal_envelope(data: bytes, password: str, *, cost: Cost = ENVELOPE_COST) -> dict[str, Any]:
    """Return an envelope that `open_envelope` opens."""
    salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
    box = AESGCM(_argon2(password, salt, cost)).encrypt(nonce, data, None)
    return {
        "ciphertext": base64.b64encode(box).decode("ascii"),
        "iv": base64.b64encode(nonce).decode("ascii"),
        "salt": base64.b64encode(salt).decode("ascii"),
        "kdfParams": {
            "algorithm": "argon2id",
            "timeCost": cost.iterations,
            "memoryCost": cost.memory_kib,
            "parallelism": cost.lanes,
        },
    }


def _argon2(password: str, salt: bytes, cost: Cost) -> bytes:
    try:
        return Argon2id(
            salt=salt,
            length=KEY_BYTES,
            iterations=cost.iterations,
            lanes=cost.lanes,
            memory_cost=cost.memory_kib,
        ).derive(password.encode("utf-8", "surrogatepass"))
    except MemoryError as error:
        raise VaultError(Code.VAULT_TOO_COSTLY, memory_mib=cost.memory_kib // 1024) from error


def _unwrapped(wrapping: bytes, wrapped: bytes) -> bytes:
    if len(wrapped) != KEY_BYTES + 8:  # RFC 3394 section 2.2.1
        raise MalformedError(Code.BACKUP_DAMAGED)
    try:
        return aes_key_unwrap(wrapping, wrapped)
    except InvalidUnwrap as error:
        raise wrong_password() from error


def _aes_gcm(key: bytes, nonce: bytes, box: bytes, bound: bytes | None) -> bytes:
    if not 8 <= len(nonce) <= 128 or len(box) < 16:  # what the library takes
        raise MalformedError(Code.BACKUP_DAMAGED)
    try:
        return AESGCM(key).decrypt(nonce, box, bound)
    except InvalidTag as error:
        raise wrong_password() from error


def _xchacha(key: bytes, nonce: bytes, box: bytes, bound: bytes) -> bytes:
    """Open XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03 section 2.3)."""
    if len(nonce) != 24 or len(box) < 16:
        raise MalformedError(Code.BACKUP_DAMAGED)
    try:
        return ChaCha20Poly1305(_hchacha(key, nonce[:16])).decrypt(
            bytes(4) + nonce[16:], box, bound
        )
    except InvalidTag as error:
        raise wrong_password() from error


def _hchacha(key: bytes, nonce: bytes) -> bytes:
    """Return HChaCha20 of a key: a ChaCha20 block without the words that it began with."""
    block = struct.unpack("<16I", Cipher(ChaCha20(key, nonce), None).encryptor().update(bytes(64)))
    began = struct.unpack("<4I", b"expand 32-byte k") + struct.unpack("<4I", nonce)
    words = [(a - b) & 0xFFFFFFFF for a, b in zip(block[:4] + block[12:], began, strict=True)]
    return struct.pack("<8I", *words)


def _first(recipients: Json) -> Mapping[str, Json]:
    if not isinstance(recipients, list) or not 1 <= len(recipients) <= MAX_RECIPIENTS:
        raise MalformedError(Code.BACKUP_DAMAGED)
    return _object(recipients[0])


def _object(value: Json) -> Mapping[str, Json]:
    if not isinstance(value, dict):
        raise MalformedError(Code.BACKUP_DAMAGED)
    return value


def _text(value: Json) -> str:
    if not isinstance(value, str) or not value.isascii():
        raise MalformedError(Code.BACKUP_DAMAGED)
    return value


def _base64(value: Json) -> bytes:
    return jose.decode_base64(_text(value))


def _url(value: Json) -> bytes:
    return jose.decode_base64url(_text(value))
