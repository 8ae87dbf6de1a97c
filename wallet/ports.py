"""The doors to the outside, as small protocols. Adapters satisfy them without inheriting.

`Keys` hides private keys, `Resolver` answers public facts, `Keychain` keeps a secret for this
computer. The clock is no port: `now` is an
argument everywhere.
"""

from __future__ import annotations

from typing import Protocol

from wallet.errors import Code
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


class Keychain(Protocol):
    """The operating system's keychain: one secret for each account, kept for this person.

    Every method may ask the person something and wait for the answer, so none is called where a
    window is drawn. They raise `VaultError`: KEYCHAIN_MISSING, KEYCHAIN_INSECURE, KEYCHAIN_REFUSED.
    """

    def trouble(self) -> Code | None:
        """Say why there is no keychain to rely on: KEYCHAIN_MISSING, KEYCHAIN_INSECURE or None."""
        ...

    def get(self, account: str) -> bytearray | None:
        """Return what is kept; the caller wipes it."""
        ...

    def put(self, account: str, secret: bytearray) -> None:
        """Keep a secret, in the place of one that was kept before."""
        ...

    def forget(self, account: str) -> None:
        """Keep it no longer; to forget what is not kept is no error."""
        ...
