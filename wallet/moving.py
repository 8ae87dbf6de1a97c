"""What a person takes along when they leave, and what comes with them when they arrive.

Belongings as the vault keeps them, for `wallet.leaving`; keys, the ledger and trusted issuers of a
backup, into the vault. Records themselves come in as any others (`Wallet.keep`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from wallet import trusting
from wallet.arriving import Arrival
from wallet.crypto import jcs, multikey, strictjson
from wallet.errors import WalletError
from wallet.kept import TakenOver
from wallet.model import Credential
from wallet.storage import ShareRecord, StoredCredential, Vault


class Belongings:
    """What an open vault holds, unread; valid until it is locked."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def record(self, credential_id: str) -> StoredCredential:
        """Return a record as the vault keeps it."""
        return self._vault.get(credential_id)

    def shares(self) -> tuple[ShareRecord, ...]:
        """Return all that is written down about shares, the latest first."""
        return self._vault.shares()

    def contents(self) -> set[str]:
        """Return what tells each record from others, however it is spelled (`content_of`)."""
        return contents(self._vault)

    def identities(self) -> tuple[str, ...]:
        """Return the person's own identifiers, the first made first."""
        return self._vault.identities()

    def private_key(self, did: str) -> bytes:
        """Return the private key of one of them (a seed)."""
        return self._vault.secret(did)


def content_of(raw: bytes) -> str:
    """Return what is the same for two copies of a record that are only spelled differently.

    Other wallets write JSON anew, with other spaces and another order of members; to a proof over
    the data that is the same record.
    """
    try:
        return sha256(jcs.canonicalize(strictjson.parse(raw))).hexdigest()
    except WalletError:
        return sha256(raw.strip()).hexdigest()  # a token


def contents(vault: Vault) -> set[str]:
    """Return `content_of` every record in the list."""
    return {content_of(vault.get(row.id).raw) for row in vault.rows("")}


def holder_of(vault: Vault, credentials: Sequence[Credential]) -> str:
    """Return the identity that most of these were issued to; the first where none was."""
    subjects = Counter(credential.subject for credential in credentials)

    def count(did: str) -> int:
        return subjects[did] + subjects[multikey.did_jwk(vault.public(did))]

    return max(vault.identities(), key=count)


def take_over(
    vault: Vault, arrival: Arrival, *, keys: bool, notes: bool, now: datetime
) -> TakenOver:
    """Take what a backup has besides records; what is here already stays as it is."""
    had, told = set(vault.identities()), {share.id for share in vault.shares()}
    new = [key.did for key in arrival.keys if keys and key.did not in had]
    for key in arrival.keys if keys else ():
        vault.create_identity(now=now, seed=key.seed)
    shares = {one.id: one for one in arrival.shares if notes and one.id not in told}
    for share in shares.values():
        vault.record_share(share)
    before = trusting.read(vault.setting(trusting.SETTING))
    issuers = {issuer: one for issuer, one in arrival.trusted if notes and issuer not in before}
    if issuers:
        vault.set_setting(trusting.SETTING, trusting.written({**issuers, **before}))
    return TakenOver(tuple(new), len(shares), tuple(issuers))
