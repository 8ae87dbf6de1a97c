"""The vault: one encrypted file with credentials, holder keys, shares and settings.

`Vault` ties the file (`container`), the ways in (`opening`) and the tables together; every method
is one transaction (`transactions`) that is on the disk when it returns. Nothing here reads a clock.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import apsw

from wallet.crypto import sealing
from wallet.crypto.sealing import Cost
from wallet.errors import VaultError
from wallet.model import Fact, PublicKey
from wallet.storage import (
    backups,
    changes,
    container,
    credentials,
    facts,
    integrity,
    keys,
    ledger,
    merging,
    opening,
    rereading,
    restoring,
    saving,
    schema,
    slots,
)
from wallet.storage.container import ContainerFile
from wallet.storage.faults import translated
from wallet.storage.header import Slot
from wallet.storage.slots import Given, Secret
from wallet.storage.transactions import OpenVault
from wallet.storage.values import (
    Added,
    Backup,
    CheckedReport,
    Differences,
    NewChange,
    NewCredential,
    ShareRecord,
    StoredChange,
    StoredCredential,
    StoredRow,
    Way,
)


class Vault(OpenVault):
    """An unlocked vault. Made by `create` and `unlock`; satisfies `wallet.ports.Keys`.

    After `close` every method raises VAULT_LOCKED. A method that fails has changed nothing.
    """

    _mark = b""

    @classmethod
    def create(cls, path: Path, given: Given, *, now: datetime, cost: Cost | None = None) -> Vault:
        """Make a new vault and return it open; `cost` is what a guess at the passphrase costs.

        Raises VAULT_EXISTS, PASSPHRASE_TOO_SHORT, VAULT_BUSY (another process is making it),
        VAULT_UNWRITABLE; then no file is left behind.
        """
        if isinstance(given, str):
            opening.check_passphrase(given)
        path = opening.real(path)
        key = sealing.new_key()
        try:
            opening.make(path, key, given, now=now, cost=cost)
            return cls._attached(container.open_existing(path), key)
        finally:
            sealing.wipe(key)

    @classmethod
    def unlock(cls, path: Path, given: Given) -> Vault:
        """Open a vault by one of its ways in.

        Raises VAULT_MISSING, NOT_A_VAULT, VAULT_BUSY, VAULT_TOO_NEW, VAULT_DAMAGED,
        VAULT_UNWRITABLE, NO_SUCH_WAY, WRONG_PASSPHRASE, WRONG_RECOVERY_CODE, KEYCHAIN_STALE; then
        nothing on the disk has changed.
        """
        file = container.open_existing(opening.real(path))
        try:
            with translated(file.path):
                key = opening.unseal(file, given)
        except BaseException:
            file.close()
            raise
        try:
            return cls._attached(file, key)
        finally:
            sealing.wipe(key)

    @classmethod
    def _attached(cls, file: ContainerFile, key: bytearray) -> Vault:
        try:
            with translated(file.path):
                vault = cls(file, opening.attach(file, key))
                vault._mark = opening.mark_of(key)
                return vault
        except BaseException:
            file.close()
            raise

    def save_to(self, path: Path, *, last: bytes | None = None) -> bytes:
        """Write a copy of this vault, with the same ways in (see `saving.save`)."""
        with self._turn:
            with translated(self.path):  # what stays in the log would not be saved
                self._opened().wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            return saving.save(self._file, path, last=last)

    # Ways in

    def ways(self) -> tuple[Way, ...]:
        """Return the ways into this vault."""
        with self._turn, translated(self.path):
            self._opened()
            return slots.listed(self._file.read_header())

    def prepare_way(
        self, proof: Given, new: Given, *, now: datetime | None = None, cost: Cost | None = None
    ) -> Slot:
        """Return a new way in, which counts once it is handed to `add_way`.

        An open vault holds no key, so a way in that is there already must be given as `proof`:
        raises what `unlock` raises for a wrong one. So nobody at a screen that was left unlocked
        makes a way in of their own.
        """
        with self._turn, translated(self.path):
            self._opened()
            return opening.prepare_way(self._file, proof, new, now=now, cost=cost)

    def way_of(self, secret: Secret) -> str | None:
        """Return the id of the way in that a random secret opens."""
        with self._turn, translated(self.path):
            self._opened()
            return slots.way_of(self._file.read_header(), secret)

    def add_way(self, slot: Slot, *, replacing: str | None = None) -> str:
        """Let a prepared way count and return its id; of passphrases and codes there is one each.

        The database is not touched. After a power cut the header is the old one or the new one,
        and the new one once this has returned. Raises TOO_MANY_WAYS.
        """
        with self._turn, translated(self.path):
            self._opened()
            opening.put_way(self._file, slot, replacing=replacing)
            return slots.way_id(slot)

    def remove_way(self, id_: str, proof: Given) -> None:
        """Take a way in away; nothing of it stays in the file.

        Raises NO_SUCH_WAY, LAST_WAY (neither a passphrase nor a recovery code would be left), and
        what `unlock` raises for a wrong `proof`.
        """
        with self._turn, translated(self.path):
            self._opened()
            opening.remove_way(self._file, id_, proof)

    def change_passphrase(
        self, old: Given, new: str, *, now: datetime | None = None, cost: Cost | None = None
    ) -> None:
        """Replace the passphrase, or set one; other ways in stay.

        `old` is the passphrase so far or any other way in; raises as `unlock` does for a wrong one.
        """
        opening.check_passphrase(new)
        with self._turn, translated(self.path):
            self._opened()
            slot = opening.prepare_way(self._file, old, new, now=now, cost=cost)
            opening.put_way(self._file, slot)

    # Backups

    @classmethod
    def copy_of(cls, path: Path, given: Given, *, beside: Path) -> Vault:
        """Open a private copy of a backup, beside a vault; `discard` or `publish` ends it.

        Raises as `restoring.unsealed` and `restoring.attached` do. The backup is only read.
        """
        found, key = restoring.unsealed(path, given)
        try:
            copy = cls(*restoring.attached(path, found, key, beside=opening.real(beside)))
            copy._mark = opening.mark_of(key)
            return copy
        finally:
            sealing.wipe(key)

    def has_key_of(self, other: Vault) -> bool:
        """Say whether both are of one vault: sealed by the same key, whatever their ids say."""
        return bool(self._mark) and hmac.compare_digest(self._mark, other._mark)

    def read_anew(
        self,
        describe: rereading.Describe,
        *,
        proves_itself: Callable[[Fact], bool],
        progress: Callable[[int, int], bool],
    ) -> bool:
        """In a private copy, put our reading in the place of what another wallet said.

        See `rereading.read_anew`.
        """
        with self._writing() as connection:
            return rereading.read_anew(connection, describe, proves_itself, progress)

    def discard(self) -> None:
        """Close a private copy, and delete it."""
        with suppress(VaultError):
            self.close()
        restoring.discard(self._file)

    def publish(self, path: Path) -> None:
        """Close a private copy and let it be the vault at `path`, in nothing's place.

        Raises VAULT_EXISTS, VAULT_UNWRITABLE; then it is gone.
        """
        try:
            self.close()
            restoring.publish(self.path, opening.real(path))
        finally:
            restoring.discard(self._file)

    def back_up(self, path: Path, *, now: datetime, rolling: bool = False) -> Backup:
        """Write a backup and read it back; it is proven when this returns.

        Raises as `backups.write` does.
        """
        with self._turn:
            return backups.write(self._file, self._opened(), path, now=now, rolling=rolling)

    def fingerprint(self, counts: Callable[[str], bool]) -> str:
        """Return what changes with every change a person makes (see `merging.fingerprint`)."""
        with self._reading() as connection:
            return merging.fingerprint(connection, counts, self._file.read_header())

    def differences(self, copy: Vault) -> Differences:
        """Compare a private copy of a backup with this vault."""
        with self._reading() as here, copy._reading() as there:
            return merging.survey(here, there)

    def merge(
        self,
        copy: Vault,
        differences: Differences,
        *,
        revive: Iterable[str],
        settings: Mapping[str, str],
        now: datetime,
    ) -> None:
        """Bring what is new in a backup into this vault, all of it or nothing."""
        with self._writing() as here, copy._reading() as there:
            merging.merge(
                here,
                there,
                differences,
                revive=revive,
                settings=settings,
                removed_at=schema.stamp(now),
            )

    # Credentials

    def add(self, items: Sequence[NewCredential], *, now: datetime) -> tuple[Added, ...]:
        """Keep credentials, all or none. The same bytes are kept once, and come back if removed."""
        with self._writing() as connection:
            return credentials.add(connection, items, now=now)

    def rows(self, query: str = "", *, kind: str | None = None) -> list[StoredRow]:
        """Return the list, or what in it has a word beginning with each word of the query."""
        with self._reading() as connection:
            return credentials.rows(connection, query, kind)

    def matching(self, query: str) -> frozenset[int] | None:
        """Return the positions of what has a word beginning with each word; None for all."""
        with self._reading() as connection:
            return credentials.matching(connection, query)

    def get(self, id_: str) -> StoredCredential:
        """Return one credential whole; raises NO_SUCH_CREDENTIAL."""
        with self._reading() as connection:
            return credentials.get(connection, id_)

    def has(self, id_: str) -> bool:
        """Say whether a credential is in the list."""
        with self._reading() as connection:
            return credentials.has(connection, id_)

    def count(self) -> int:
        """Return how many credentials the list has."""
        with self._reading() as connection:
            return credentials.count(connection)

    def remove(self, ids: Iterable[str], *, now: datetime) -> None:
        """Take credentials out of the list, all or none; `restore` undoes it."""
        with self._writing() as connection:
            credentials.remove(connection, ids, now=now)

    def restore(self, ids: Iterable[str]) -> None:
        """Put removed credentials back in their places."""
        with self._writing() as connection:
            credentials.restore(connection, ids)

    def removed(self) -> list[StoredRow]:
        """Return what can be restored, the latest first."""
        with self._reading() as connection:
            return credentials.removed(connection)

    def erase(self, ids: Iterable[str]) -> None:
        """Delete credentials for good."""
        with self._writing() as connection:
            credentials.erase(connection, ids)

    def purge_removed(self, before: datetime) -> int:
        """Delete for good what was removed before then; return how many."""
        with self._writing() as connection:
            return credentials.purge_removed(connection, before)

    def set_report(
        self, id_: str, report_json: str, checked_at: datetime, *, verdict: str = ""
    ) -> None:
        """Keep the answer of a check; raises NO_SUCH_CREDENTIAL."""
        self.set_reports((CheckedReport(id_, report_json, checked_at, verdict),))

    def set_reports(self, reports: Iterable[CheckedReport]) -> None:
        """Keep the answers of many checks, all or none."""
        with self._writing() as connection:
            credentials.set_reports(connection, reports)

    def record_round(self, reports: Sequence[CheckedReport], noticed: Sequence[NewChange]) -> None:
        """Keep answers and what they changed together; what was erased meanwhile is left out."""
        with self._writing() as connection:
            kept = credentials.set_reports_of_kept(connection, reports)
            changes.note(connection, [change for change in noticed if change.id in kept])

    def needed(self) -> tuple[str, ...]:
        """Return the addresses that what is listed needs, the longest unread first."""
        with self._reading() as connection:
            return facts.needed(connection)

    def note_changes(self, noticed: Iterable[NewChange]) -> None:
        """Write down what was noticed about credentials; raises NO_SUCH_CREDENTIAL."""
        with self._writing() as connection:
            changes.note(connection, noticed)

    def changes(self, *, seen: bool = False) -> tuple[StoredChange, ...]:
        """Return what was noticed and not put aside yet (or all of it), the latest first."""
        with self._reading() as connection:
            return changes.listed(connection, seen=seen)

    def see_changes(self, numbers: Iterable[int], *, now: datetime) -> None:
        """Put changes aside."""
        with self._writing() as connection:
            changes.see(connection, numbers, now=now)

    # Holder identities

    def create_identity(self, *, now: datetime, seed: bytes | None = None) -> str:
        """Make a holder identity (Ed25519 did:key) and return its DID."""
        with self._writing() as connection:
            return keys.create(connection, now=now, seed=seed)

    def identities(self) -> tuple[str, ...]:
        """Return the DIDs of our identities, the first made first."""
        with self._reading() as connection:
            return keys.identities(connection)

    def public(self, did: str) -> PublicKey:
        """Return the public key of an identity of ours; raises NO_SUCH_IDENTITY."""
        with self._reading() as connection:
            return keys.public(connection, did)

    def sign(self, did: str, data: bytes) -> bytes:
        """Sign with the key of an identity of ours (64 bytes); raises NO_SUCH_IDENTITY."""
        with self._reading() as connection:
            return keys.sign(connection, did, data)

    def secret(self, did: str) -> bytes:
        """Return the private key of an identity of ours, for the person to take it elsewhere."""
        with self._reading() as connection:
            return keys.secret(connection, did)

    # Shares, facts, settings

    def record_share(self, share: ShareRecord) -> None:
        """Write down what was shared."""
        with self._writing() as connection:
            ledger.record_share(connection, share)

    def shares(self) -> tuple[ShareRecord, ...]:
        """Return every share, the latest first."""
        with self._reading() as connection:
            return ledger.shares(connection)

    def put_fact(self, fact: Fact) -> None:
        """Keep what a public address said, unless something read later is here.

        When there is no more room for facts (`facts.MAX_BYTES`), those go that no credential needs.
        """
        with self._writing() as connection:
            facts.put(connection, fact)

    def get_fact(self, url: str) -> Fact | None:
        """Return what an address said when it was last read."""
        with self._reading() as connection:
            return facts.get(connection, url)

    def settings(self) -> dict[str, str]:
        """Return every setting."""
        with self._reading() as connection:
            return ledger.settings(connection)

    def setting(self, key: str) -> str | None:
        """Return a setting, or None when it was never set."""
        with self._reading() as connection:
            return ledger.setting(connection, key)

    def set_setting(self, key: str, value: str | None) -> None:
        """Set a setting; None forgets it."""
        with self._writing() as connection:
            ledger.set_setting(connection, key, value)

    def check_integrity(self) -> None:
        """Read everything; raises VAULT_DAMAGED. Time grows with the size of the file.

        Every page is whole, the indexes agree, and every credential's bytes are those it had.
        """
        with self._turn, translated(self.path):
            self._opened()
            integrity.check_file(self._file)
        with self._writing() as connection:
            integrity.check(connection)
