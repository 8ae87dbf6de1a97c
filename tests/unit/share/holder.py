"""A holder with one key, and when they share."""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wallet.crypto import multikey
from wallet.errors import Code, VaultError
from wallet.model import KeyType, PublicKey

PAGE = "https://verify.example.org/"
CREATED = datetime(2026, 11, 22, 6, 18, 9, tzinfo=UTC)
EXPIRES = datetime(2026, 12, 22, tzinfo=UTC)


class OneKey:
    """A holder's key, as the port `Keys` has it."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        raw = self._key.public_key().public_bytes_raw()
        self._public = PublicKey(KeyType.ED25519, raw)
        self.did = "did:key:z" + multikey.encode_base58btc(b"\xed\x01" + raw)

    def public(self, did: str) -> PublicKey:
        self._mine(did)
        return self._public

    def sign(self, did: str, data: bytes) -> bytes:
        self._mine(did)
        return self._key.sign(data)

    def _mine(self, did: str) -> None:
        if did != self.did:
            raise VaultError(Code.VAULT_LOCKED)
