"""Passphrase to key and back: Argon2id, authenticated encryption of one key, derived keys.

Pure over bytes: no file, no clock. Where the sealed key is kept is `wallet.storage`'s business.

Memory: what these functions can hold in a `bytearray` they do, and `wipe` it. A `str` cannot be
wiped, and OpenSSL's and SQLite's own copies live until they free them.
"""

from __future__ import annotations

import secrets
import struct
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wallet.errors import Code, MalformedError, VaultError

KEY_BYTES = 32
MAX_MEMORY_KIB = 512 * 1024  # twice our own; more would let a hostile file exhaust a small laptop
MAX_LANES = 16
MAX_ITERATIONS = 64
MAX_WORK_KIB = 2 * 1024 * 1024  # memory times iterations: under thrice our own, a second or two
_KIB_PER_LANE = 8  # RFC 9106 section 3.1: memory is at least 8 KiB a lane

_SALT_BYTES = 16
_NONCE_BYTES = 12
_TAG_BYTES = 16
_SEALED_LAYOUT = struct.Struct(f">III{_SALT_BYTES}s{_NONCE_BYTES}s{KEY_BYTES + _TAG_BYTES}s")
SEALED_BYTES = _SEALED_LAYOUT.size
_STRONG_LAYOUT = struct.Struct(f">{_SALT_BYTES}s{_NONCE_BYTES}s{KEY_BYTES + _TAG_BYTES}s")
STRONG_SEALED_BYTES = _STRONG_LAYOUT.size


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at a passphrase costs (RFC 9106: memory in KiB, passes, lanes)."""

    memory_kib: int
    iterations: int
    lanes: int

    def check(self) -> None:
        """Raise `MalformedError` when a parameter is outside what this program will work for."""
        if not (
            1 <= self.lanes <= MAX_LANES
            and 1 <= self.iterations <= MAX_ITERATIONS
            and _KIB_PER_LANE * self.lanes <= self.memory_kib <= MAX_MEMORY_KIB
            and self.memory_kib * self.iterations <= MAX_WORK_KIB
        ):
            raise MalformedError(Code.NUMBER_OUT_OF_RANGE, field="argon2id")


# Measured: 330 to 500 ms on a laptop; four times the memory of RFC 9106's second choice.
DEFAULT_COST = Cost(memory_kib=256 * 1024, iterations=3, lanes=4)


def new_key() -> bytearray:
    """Return a random 256-bit key."""
    return bytearray(secrets.token_bytes(KEY_BYTES))


def wipe(secret: bytearray) -> None:
    """Overwrite a secret with zeros."""
    secret[:] = bytes(len(secret))


def normalise(passphrase: str) -> bytearray:
    """Return the bytes a passphrase stands for: NFKC, then UTF-8.

    The same characters typed on another system may arrive composed differently. A lone surrogate,
    from a broken input method, is kept as it is rather than refused.
    """
    text = unicodedata.normalize("NFKC", passphrase)
    return bytearray(text.encode("utf-8", "surrogatepass"))


def seal_key(key: bytearray, passphrase: str, *, cost: Cost, context: bytes) -> bytes:
    """Return `key` sealed under a passphrase, `SEALED_BYTES` long.

    AES-256-GCM under Argon2id(passphrase); `context` and the parameters are authenticated too, so
    a sealed key cannot be moved to another vault nor its cost be lowered.
    """
    cost.check()
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    bound = _bound(cost, salt, context)
    wrapping = _derive(passphrase, salt, cost)
    try:
        sealed = AESGCM(wrapping).encrypt(nonce, key, bound)
    finally:
        wipe(wrapping)
    return _SEALED_LAYOUT.pack(cost.memory_kib, cost.iterations, cost.lanes, salt, nonce, sealed)


def open_key(sealed: bytes, passphrase: str, *, context: bytes) -> bytearray:
    """Return the key in `sealed`.

    Raises `MalformedError` before any work when the cost is out of bounds, `VaultError`
    (WRONG_PASSPHRASE) when the passphrase does not open it.
    """
    memory_kib, iterations, lanes, salt, nonce, box = _SEALED_LAYOUT.unpack(sealed)
    cost = Cost(memory_kib, iterations, lanes)
    cost.check()
    wrapping = _derive(passphrase, salt, cost)
    key = bytearray(KEY_BYTES)
    try:
        AESGCM(wrapping).decrypt_into(nonce, box, _bound(cost, salt, context), key)
    except InvalidTag as error:
        raise VaultError(Code.WRONG_PASSPHRASE) from error
    finally:
        wipe(wrapping)
    return key


def sealed_cost(sealed: bytes) -> Cost:
    """Return the cost a sealed key was made with; raises `MalformedError` out of bounds."""
    memory_kib, iterations, lanes, *_ = _SEALED_LAYOUT.unpack(sealed)
    cost = Cost(memory_kib, iterations, lanes)
    cost.check()
    return cost


def seal_key_strong(key: bytearray, secret: bytearray, *, purpose: bytes, context: bytes) -> bytes:
    """Return `key` sealed under a random secret, `STRONG_SEALED_BYTES` long.

    For secrets of 128 bits and more only. A costly derivation multiplies the work of guessing by
    some 2**20; what cannot be guessed in 2**128 tries needs no such help, so HKDF is enough
    (RFC 5869 section 4: for key material that is not a passphrase), and it opens without memory or
    time to spare.
    """
    salt, nonce = secrets.token_bytes(_SALT_BYTES), secrets.token_bytes(_NONCE_BYTES)
    wrapping = derive_key(secret, purpose=purpose, salt=salt)
    try:
        sealed = AESGCM(wrapping).encrypt(nonce, key, purpose + salt + context)
    finally:
        wipe(wrapping)
    return _STRONG_LAYOUT.pack(salt, nonce, sealed)


def open_key_strong(
    sealed: bytes, secret: bytearray, *, purpose: bytes, context: bytes
) -> bytearray | None:
    """Return the key in `sealed`, or None when the secret does not open it."""
    salt, nonce, box = _STRONG_LAYOUT.unpack(sealed)
    wrapping = derive_key(secret, purpose=purpose, salt=salt)
    key = bytearray(KEY_BYTES)
    try:
        AESGCM(wrapping).decrypt_into(nonce, box, purpose + salt + context, key)
    except InvalidTag:
        return None
    finally:
        wipe(wrapping)
    return key


def derive_key(key: bytearray, *, purpose: bytes, salt: bytes) -> bytearray:
    """Return a key for one purpose (HKDF-SHA256, RFC 5869)."""
    derived = bytearray(KEY_BYTES)
    HKDF(hashes.SHA256(), KEY_BYTES, salt=salt, info=purpose).derive_into(key, derived)
    return derived


def _derive(passphrase: str, salt: bytes, cost: Cost) -> bytearray:
    """Return the wrapping key; raises VAULT_TOO_COSTLY where the memory is not to be had."""
    secret, wrapping = normalise(passphrase), bytearray(KEY_BYTES)
    try:
        Argon2id(
            salt=salt,
            length=KEY_BYTES,
            iterations=cost.iterations,
            lanes=cost.lanes,
            memory_cost=cost.memory_kib,
        ).derive_into(secret, wrapping)  # type: ignore[arg-type]  # takes any buffer
    except MemoryError as error:
        raise VaultError(Code.VAULT_TOO_COSTLY, memory_mib=cost.memory_kib // 1024) from error
    finally:
        wipe(secret)
    return wrapping


def _bound(cost: Cost, salt: bytes, context: bytes) -> bytes:
    return struct.pack(">III", cost.memory_kib, cost.iterations, cost.lanes) + salt + context
