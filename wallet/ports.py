"""The doors to the outside, as small protocols. Adapters satisfy them without inheriting.

`Keys` hides private keys, `Resolver` answers public facts. The clock is no port: `now` is an
argument everywhere.
"""

from __future__ import annotations

from typing import Protocol

from wallet.model import Fact, PublicKey


class Keys(Protocol):
    """The holder's signing keys; private parts never leave the implementation."""

    def public(self, did: str) -> PublicKey:
        """Return the public key of a holder identity of ours."""
        ...

    def sign(self, did: str, data: bytes) -> bytes:
        """Sign `data` with the Ed25519 key of `did` (64 bytes)."""
        ...


class Resolver(Protocol):
    """Public facts by address: DID documents, status lists, contexts pinned by hash."""

    def fetch(self, url: str) -> Fact:
        """Return what `url` says, perhaps from a dated cache.

        Raises `UnreachableError` when it cannot be known; never guesses.
        """
        ...
