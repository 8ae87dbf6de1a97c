"""Bringing a backup back: as a new wallet, or into the one that is open.

`Restoring` is `Wallet.restoring`. A plan says what is new, the same and different; carrying it out
never drops or overwrites what is here. A backup that was opened is a private copy, which is
deleted when the plan was carried out or the wallet is locked.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from wallet import trusting
from wallet.backing_up import PREFIX, is_own
from wallet.checking import Clock
from wallet.errors import Code, VaultError
from wallet.filing import KeptFacts
from wallet.formats import contexts
from wallet.ports import Resolver
from wallet.storage import (
    BackupFile,
    Compared,
    Differences,
    Fate,
    NewCredential,
    SlotKind,
    Vault,
    inspect,
)
from wallet.storage import backups as files
from wallet.storage.rereading import Describe
from wallet.storage.slots import Given
from wallet.verify import Trusted
from wallet.ways import Ways

__all__ = ["Compared", "Fate", "Look", "OpenBackup", "RestorePlan", "Restoring"]

Progress = Callable[[int, int], bool]  # (done, total) -> go on?

# Settings that say something of one computer.
_OF_A_PLACE = frozenset({"way_names"})


class Describing(Protocol):
    """Reads a credential from its bytes and the file around them (see `Upkeep.described`)."""

    def __call__(
        self, raw: bytes, box: bytes | None, *, resolver: Resolver | None = None
    ) -> NewCredential | None:
        """Return it as it would be kept; None where it cannot be read."""


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """What would come into the open wallet, and what would stay as it is.

    `made_at` is None for a wallet's file that was copied by hand. `other_wallet`: it is not a
    backup of the open wallet, so its records were read and checked anew, and neither what it knew
    of issuers nor whom it trusted comes along. `settings` come along; `kept_settings` are named
    differently in the backup, and those here stay.
    """

    made_at: datetime | None
    learner_name: str
    other_wallet: bool
    differences: Differences
    settings: tuple[tuple[str, str], ...]
    kept_settings: tuple[str, ...]
    trusted: tuple[str, ...]

    def those(self, *fates: Fate) -> tuple[Compared, ...]:
        """Return the credentials with one of these fates."""
        return tuple(one for one in self.differences.credentials if one.fate in fates)

    @property
    def new_identities(self) -> tuple[str, ...]:
        """The holder identities that come along with their keys."""
        return tuple(did for did, fate in self.differences.identities if fate is Fate.NEW)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change, unless something removed is brought back."""
        found = self.differences
        new = self.those(Fate.NEW, Fate.NEW_REMOVED, Fate.OTHER_FILE)
        return not (new or self.new_identities or found.new_shares or self.settings)


class OpenBackup:
    """A backup that was opened by one of its ways in, to be looked at and brought back."""

    def __init__(self, path: Path, given: Given, *, beside: Path) -> None:
        self.path = path
        self._copy = Vault.copy_of(path, given, beside=beside)

    def __enter__(self) -> OpenBackup:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def file(self) -> BackupFile | None:
        """What the backup says of itself; None for a wallet's file that was copied by hand."""
        try:
            return files.inspect(self.path)
        except VaultError:
            return None

    @property
    def learner_name(self) -> str:
        """What the person calls themselves in it."""
        return self._copy.setting("learner_name") or ""

    def is_of(self, vault: Vault) -> bool:
        """Say whether it is a backup of this vault."""
        return vault.has_key_of(self._copy)

    def read_anew(self, describe: Describe, progress: Progress) -> bool:
        """Believe nothing that another wallet said of its records (see `storage.rereading`)."""
        return self._copy.read_anew(describe, proves_itself=contexts.is_genuine, progress=progress)

    def plan(self, vault: Vault) -> RestorePlan:
        """Compare it with the open vault; nothing changes."""
        found, other = self.file, not self.is_of(vault)
        ours, theirs = vault.settings(), self._copy.settings()
        name = theirs.get("learner_name", "")
        if other:  # what somebody else wished of their wallet is no wish of this person
            theirs = {}
        new, kept = _settings(ours, theirs)
        trusted = _new_trusted(ours, theirs)
        return RestorePlan(
            made_at=found.made_at if found else None,
            learner_name=name,
            other_wallet=other,
            differences=vault.differences(self._copy),
            settings=tuple(new.items()),
            kept_settings=kept,
            trusted=tuple(trusted),
        )

    def merge(
        self, vault: Vault, plan: RestorePlan, *, revive: Iterable[str], now: datetime
    ) -> None:
        """Carry a plan out in one transaction."""
        allowed = {one.id for one in plan.those(Fate.REMOVED_HERE)}
        vault.merge(
            self._copy,
            plan.differences,
            revive=[one for one in revive if one in allowed],
            settings=dict(plan.settings),
            now=now,
        )

    def become(self, path: Path) -> None:
        """Let the copy be a new vault at `path`; raises VAULT_EXISTS. It is closed then."""
        for key in self._copy.settings():
            if key.startswith(PREFIX):  # of the computer it was made on
                self._copy.set_setting(key, None)
        self._copy.publish(path)

    def close(self) -> None:
        """Delete the private copy. Closing twice is no error."""
        self._copy.discard()


@dataclass(frozen=True, slots=True)
class Look:
    """What a backup says of itself before it is opened; `made_at` as in `RestorePlan`."""

    made_at: datetime | None
    by_passphrase: bool
    by_code: bool


class Restoring:
    """What can be done with a backup."""

    def __init__(
        self,
        vault: Callable[[], Vault],
        *,
        ways: Ways,
        clock: Clock,
        describe: Describing,
        merged: Callable[[RestorePlan], None],
    ) -> None:
        self._vault, self._ways, self._clock, self._merged = vault, ways, clock, merged
        self._describe = describe
        self._opened: OpenBackup | None = None

    def look(self, backup: Path) -> Look:
        """Say what a file is without opening it; raises as `open` does, but for ways in."""
        with files.reading(backup):
            kinds = {way.kind for way in inspect(backup).ways}
        try:
            made_at = files.inspect(backup).made_at
        except VaultError as error:
            if error.code is not Code.NOT_A_BACKUP:
                raise
            made_at = None  # a wallet's file, copied by hand
        return Look(made_at, SlotKind.PASSPHRASE in kinds, SlotKind.RECOVERY in kinds)

    def as_new(self, backup: Path, given: Given, to: Path) -> None:
        """Make a new vault of a backup, which stays as it is; raises VAULT_EXISTS too."""
        if os.path.lexists(to):
            raise VaultError(Code.VAULT_EXISTS, path=str(to))
        files.make_folder(to)  # on a new computer nothing of ours is there yet
        with self._ways.trying(backup), OpenBackup(backup, given, beside=to) as opened:
            opened.become(to)
        self._ways.begin_anew(to)

    def open(
        self, backup: Path, given: Given, *, progress: Progress = lambda _done, _of: True
    ) -> RestorePlan | None:
        """Open a backup and say what it would bring into the open vault; nothing changes.

        Another wallet's records are each read and checked anew, with what this one knows. That
        takes some milliseconds a record; None where `progress` said to stop meanwhile.

        Raises NOT_A_BACKUP, BACKUP_BROKEN, BACKUP_TOO_NEW, BACKUP_UNREADABLE, BACKUP_IS_OPEN,
        BACKUP_WRONG_PASSPHRASE and what another way in raises.
        """
        vault = self._vault()
        self.close()
        with self._ways.trying(backup):
            opened = OpenBackup(backup, given, beside=vault.path)
        try:
            if not opened.is_of(vault):
                kept = KeptFacts(vault)
                read = partial(self._describe, resolver=kept)
                if not opened.read_anew(read, progress):
                    opened.close()
                    return None
            plan = opened.plan(vault)
        except BaseException:
            opened.close()
            raise
        self._opened = opened
        return plan

    def merge(self, plan: RestorePlan, *, revive: Iterable[str] = ()) -> None:
        """Carry out what `open` said, all of it or nothing; `revive`: these removed ones too."""
        vault = self._vault()
        if self._opened is None:
            raise VaultError(Code.BACKUP_UNREADABLE)
        self._opened.merge(vault, plan, revive=revive, now=self._clock())
        self.close()
        self._merged(plan)

    def close(self) -> None:
        """Close a backup that was opened, and delete the private copy of it."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def _settings(
    ours: dict[str, str], theirs: dict[str, str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    new, kept = {}, []
    for key, value in theirs.items():
        if key in _OF_A_PLACE or not is_own(key) or key == trusting.SETTING:
            continue
        if not ours.get(key):
            new[key] = value
        elif ours[key] != value:
            kept.append(key)
    trusted = _new_trusted(ours, theirs)
    if trusted:
        known = {**trusted, **trusting.read(ours.get(trusting.SETTING))}
        new[trusting.SETTING] = trusting.written(known)
    return new, tuple(kept)


def _new_trusted(ours: dict[str, str], theirs: dict[str, str]) -> dict[str, Trusted]:
    known = trusting.read(ours.get(trusting.SETTING))
    room = trusting.MAX_TRUSTED - len(known)
    found = trusting.read(theirs.get(trusting.SETTING))
    new = {issuer: one for issuer, one in found.items() if issuer not in known}
    return dict(list(new.items())[: max(0, room)])
