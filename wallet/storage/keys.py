"""The holder's identities: Ed25519 did:key. Private keys leave only where `secret` is asked."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime

import apsw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wallet.crypto import multikey
from wallet.errors import Code, VaultError
from wallet.model import KeyType, PublicKey
from wallet.storage.schema import row, stamp

SEED_BYTES = 32  # RFC 8032 section 5.1.5


def create(connection: apsw.Connection, *, now: datetime, seed: bytes | None) -> str:
    """Make an identity and return its DID; the same seed gives the same one."""
    secret = secrets.token_bytes(SEED_BYTES) if seed is None else seed
    if len(secret) != SEED_BYTES:
        raise ValueError("an Ed25519 seed has 32 bytes")
    did = multikey.did_key(_public(secret))
    connection.execute(
        "INSERT INTO identity (did, created_at, seed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        (did, stamp(now), secret),
    )
    return did


def identities(connection: apsw.Connection) -> tuple[str, ...]:
    """Return the DIDs of our identities, the first made first."""
    return tuple(
        str(did) for (did,) in connection.execute("SELECT did FROM identity ORDER BY place")
    )


def public(connection: apsw.Connection, did: str) -> PublicKey:
    """Return the public key of an identity of ours."""
    return _public(_seed(connection, did))


def sign(connection: apsw.Connection, did: str, data: bytes) -> bytes:
    """Sign with the key of an identity of ours (Ed25519, 64 bytes)."""
    return Ed25519PrivateKey.from_private_bytes(_seed(connection, did)).sign(data)


def secret(connection: apsw.Connection, did: str) -> bytes:
    """Return the private key of an identity of ours (its seed), for who takes it elsewhere."""
    return _seed(connection, did)


def stored(connection: apsw.Connection) -> Iterator[tuple[str, bytes]]:
    """Yield every identity with its seed, for those who see to it that none is lost."""
    for did, seed in connection.execute("SELECT did, seed FROM identity ORDER BY place"):
        yield str(did), bytes(seed) if isinstance(seed, bytes) else b""


def is_key_of(seed: bytes, did: str) -> bool:
    """Say whether a seed is that of an identity."""
    return len(seed) == SEED_BYTES and multikey.did_key(_public(seed)) == did


def _seed(connection: apsw.Connection, did: str) -> bytes:
    found = connection.execute("SELECT seed FROM identity WHERE did = ?", row(did)).fetchone()
    if found is None:
        raise VaultError(Code.NO_SUCH_IDENTITY, did=did)
    return bytes(found[0])


def _public(seed: bytes) -> PublicKey:
    key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return PublicKey(KeyType.ED25519, key.public_bytes_raw())
