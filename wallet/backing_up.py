"""Backups as people speak of them: by hand or by itself, where, how many, and when to remind.

`Backups` is `Wallet.backups`. What a backup is, and how it is proven, is `storage.backups`; how
one is brought back is `wallet.bringing_back`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from wallet.administration import Rules
from wallet.checking import Clock
from wallet.errors import Code, VaultError
from wallet.storage import Backup, BackupFile, Vault, inspect, memory, reach
from wallet.storage import backups as files

__all__ = ["Backup", "BackupFile", "BackupState", "Backups", "Reminder"]

COPIES = 5  # rolling copies that are kept, unless the person says otherwise
MAX_COPIES = 50
EVERY = timedelta(days=1)  # at most so often by itself
OLD = timedelta(days=30)  # then a new one is made though nothing changed, or the person reminded
QUIET = timedelta(days=7)  # after "Later"
SUFFIX = files.SUFFIX

PREFIX = "backup_"  # settings about backups; they are no part of what is backed up
_FOLDER, _COPIES = "backup_folder", "backup_copies"
_NEEDLESS = "backup_needless"
_LAST, _TROUBLE, _LATER = "backup_last", "backup_trouble", "backup_later"
_SAME_SECOND = 100  # backups made within a second, by tests and by impatience


def is_own(setting: str) -> bool:
    """Say whether a person said something by a setting; a moment that was noted is none."""
    return not setting.startswith(PREFIX) and not setting.endswith(("_at", "_before"))


class Reminder(StrEnum):
    """Why a person should make a backup."""

    NONE = "none"  # there are records, and no backup
    OLD = "old"  # the last good one is older than `OLD`


@dataclass(frozen=True, slots=True)
class BackupState:
    """How it stands with backups. `copies` 0: none by itself; `trouble`: why the last one failed.

    `set_by_organisation`: the folder and the number are not the person's to choose.
    """

    last_at: datetime | None
    last_path: Path | None
    trouble: Code | None
    folder: Path
    copies: int
    reminder: Reminder | None
    beside_the_vault: bool
    set_by_organisation: bool


class Backups:
    """What can be done about backups of the open vault.

    `rules` are those of whoever looks after the computer: whether copies are made by themselves,
    and where they go.
    """

    def __init__(
        self, vault: Callable[[], Vault], *, clock: Clock, rules: Rules | None = None
    ) -> None:
        rules = rules if rules is not None else Rules()
        self.allowed, self.organisation_folder = rules.backups, rules.backup_folder
        self.only_beside = False  # a guest's copies lie on their stick, whatever anybody chose
        self._vault, self._clock = vault, clock

    # What there is

    def state(self) -> BackupState:
        """Say how it stands. Looks into the folder of backups; ask off the window."""
        vault = self._vault()
        folder, copies = self._folder(vault), self._copies(vault)
        last_at, last_path = self._last(vault, folder)
        trouble = vault.setting(_TROUBLE)
        return BackupState(
            last_at=last_at,
            last_path=last_path,
            trouble=Code(trouble) if trouble in set(Code) else None,
            folder=folder,
            copies=copies,
            reminder=self._reminder(vault, last_at),
            beside_the_vault=folder == _beside(vault),
            set_by_organisation=self.organisation_folder is not None or not self.allowed,
        )

    def listed(self) -> tuple[BackupFile, ...]:
        """Return the backups of the open vault in its folder, the latest first."""
        vault = self._vault()
        folder = self._folder(vault)
        return files.listed(folder, inspect(vault.path).vault_id) if reach.answers(folder) else ()

    @staticmethod
    def check(path: Path) -> Code | None:
        """Read a backup whole; return what is wrong with it, if anything. No key is needed."""
        try:
            files.check(path)
        except VaultError as error:
            return error.code
        return None

    def _last(self, vault: Vault, folder: Path) -> tuple[datetime | None, Path | None]:
        """Return the last good one: of those made, unless it is gone, or that lie in the folder."""
        near = files.listed(folder, _id(vault)) if reach.answers(folder) else ()
        found = [(one.made_at, one.path) for one in near if files.is_complete(one)]
        with suppress(ValueError, KeyError, TypeError):
            noted = json.loads(vault.setting(_LAST) or "{}")
            path = Path(noted["path"])
            if not _is_gone(path) and not _is_cut(path):
                found.append((datetime.fromisoformat(noted["at"]), path))
        # One of later than now was made while a clock was ahead: who knows how old it is?
        found = [one for one in found if one[0] <= self._clock() + EVERY]
        return max(found, default=(None, None), key=lambda one: one[0])

    def _reminder(self, vault: Vault, last_at: datetime | None) -> Reminder | None:
        now = self._clock()
        later = _moment(vault.setting(_LATER))
        if vault.setting(_NEEDLESS) or memory.is_place(vault.path) or not vault.count():
            return None
        if later is not None and timedelta() <= now - later < QUIET:
            return None
        if last_at is None:
            # Where one is made by itself, the first comes with the next lock.
            waiting = self._copies(vault) and not vault.setting(_TROUBLE)
            return None if waiting else Reminder.NONE
        return Reminder.OLD if now - last_at >= OLD else None

    def need_none(self) -> None:
        """Say that the open vault is thrown away: nothing is made by itself, nor reminded of."""
        self._vault().set_setting(_NEEDLESS, "yes")

    def remind_later(self) -> None:
        """Be quiet about it for a week."""
        self._vault().set_setting(_LATER, self._clock().isoformat())

    # Where and how many

    def choose(self, *, folder: Path | None, copies: int) -> None:
        """Say where copies go (None: beside the wallet) and how many are kept (0: none).

        Raises BACKUP_FOLDER_MISSING, BACKUP_FOLDER_SILENT, and BACKUPS_NOT_HERE where this is not
        the person's to choose.
        """
        if not self.allowed or self.organisation_folder is not None:
            raise VaultError(Code.BACKUPS_NOT_HERE)
        if folder is not None and not reach.answers(folder, to_write=True):
            raise VaultError(Code.BACKUP_FOLDER_SILENT, path=str(folder))
        if folder is not None and not _is_folder(folder):
            raise VaultError(Code.BACKUP_FOLDER_MISSING, path=str(folder))
        vault = self._vault()
        vault.set_setting(_FOLDER, str(folder.resolve()) if folder is not None else None)
        vault.set_setting(_COPIES, str(min(max(copies, 0), MAX_COPIES)))
        vault.set_setting(_TROUBLE, None)

    def _folder(self, vault: Vault) -> Path:
        if self.only_beside:
            return _beside(vault)
        chosen = vault.setting(_FOLDER)
        return self.organisation_folder or (Path(chosen) if chosen else _beside(vault))

    def _copies(self, vault: Vault) -> int:
        if not self.allowed or vault.setting(_NEEDLESS) or memory.is_place(vault.path):
            return 0
        number = vault.setting(_COPIES) or ""
        return min(int(number), MAX_COPIES) if number.isdecimal() else COPIES

    # Making them

    def make(self, path: Path) -> Backup:
        """Write a backup to a file of the person's choice, and prove it.

        Raises as `storage.backups.write` does, and BACKUP_FOLDER_SILENT; then there is no file.
        """
        vault = self._vault()
        if memory.is_place(vault.path):  # such a one is saved, see `wallet.in_memory`
            raise VaultError(Code.BACKUPS_NOT_HERE)
        _need_answer(path.parent)
        made = vault.back_up(path, now=self._clock())
        self._note(vault, made)
        return made

    def roll(self) -> Backup:
        """Write a copy into the folder, prove it, and delete the oldest of those too many.

        Raises as `make`, and BACKUPS_NOT_HERE; what was there stays then.
        """
        vault = self._vault()
        if not self.allowed or memory.is_place(vault.path):
            raise VaultError(Code.BACKUPS_NOT_HERE)
        if not os.path.lexists(
            vault.path
        ):  # the stick was pulled out: its folder may be here for all that
            raise VaultError(Code.VAULT_GONE, path=str(vault.path))
        folder = self._folder(vault)
        _need_answer(folder)
        if folder == _beside(vault):
            with suppress(OSError):  # whatever is wrong is told by what is written there
                folder.mkdir(mode=0o700, exist_ok=True)
        made = vault.back_up(self._name(vault, folder), now=self._clock(), rolling=True)
        self._note(vault, made)
        files.thin_out(folder, made.file, keep=max(1, self._copies(vault)))
        files.sweep(folder, made.file)
        return made

    @property
    def is_due(self) -> bool:
        """Whether a copy is to be made by itself: after a change, at most once a day."""
        vault = self._vault()
        if not self._copies(vault):
            return False
        noted = _noted(vault)
        last, path = _moment(noted.get("rolled_at")), noted.get("path")
        if last is None or (path and _is_gone(Path(path))):
            return self._is_anything(vault)
        since = self._clock() - last
        if timedelta() <= since < EVERY:
            return False
        if since >= OLD:
            return True
        return vault.fingerprint(is_own) != noted.get("of")

    def roll_if_due(self) -> Backup | None:
        """Make a copy if it is time. What goes wrong is kept, to be told, and never raised."""
        try:
            return self.roll() if self.is_due else None
        except (VaultError, OSError) as error:
            code = error.code if isinstance(error, VaultError) else Code.BACKUP_UNWRITABLE
            with suppress(VaultError):
                self._vault().set_setting(_TROUBLE, code.value)
            return None

    def _is_anything(self, vault: Vault) -> bool:
        return bool(vault.count() or vault.shares() or vault.removed())

    def _note(self, vault: Vault, made: Backup) -> None:
        noted = _noted(vault)
        noted |= {"at": made.file.made_at.isoformat(), "path": str(made.file.path.absolute())}
        if made.file.rolling:
            noted["rolled_at"] = noted["at"]
            noted["of"] = vault.fingerprint(is_own)
        vault.set_setting(_LAST, json.dumps(noted))
        vault.set_setting(_TROUBLE, None)
        vault.set_setting(_LATER, None)

    def suggested_name(self) -> str:
        """Return a name for a backup made by hand."""
        return self._stem(self._vault()) + SUFFIX

    def _name(self, vault: Vault, folder: Path) -> Path:
        stem = self._stem(vault)
        names = [f"{stem}{SUFFIX}", *(f"{stem}-{n}{SUFFIX}" for n in range(2, _SAME_SECOND))]
        free = (folder / name for name in names if not os.path.lexists(folder / name))
        return next(free, folder / names[0])

    def _stem(self, vault: Vault) -> str:
        return f"{vault.path.stem}-{self._clock().astimezone():%Y-%m-%d-%H%M%S}"


def _need_answer(folder: Path) -> None:
    """Raise BACKUP_FOLDER_SILENT rather than hold the vault open for ever."""
    if not reach.answers(folder, to_write=True):
        raise VaultError(Code.BACKUP_FOLDER_SILENT, path=str(folder))


def _is_folder(path: Path) -> bool:
    """Say whether there is a folder; one that may not be looked at is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _is_gone(path: Path) -> bool:
    """Say whether a backup is not where it was: a folder that is not here may well have it."""
    return reach.answers(path.parent) and _is_folder(path.parent) and not os.path.lexists(path)


def _is_cut(path: Path) -> bool:
    """Say whether a backup that is there is not as long any more as it was, or is none."""
    if not reach.answers(path.parent) or not os.path.lexists(path):
        return False
    try:
        return not files.is_complete(files.inspect(path))
    except VaultError as error:
        return error.code is not Code.BACKUP_UNREADABLE


def beside(path: Path) -> Path:
    """Return where a wallet's copies go unless the person chose another folder."""
    return path.parent / "backups"


def _beside(vault: Vault) -> Path:
    return beside(vault.path)


def _id(vault: Vault) -> str:
    return inspect(vault.path).vault_id


def _noted(vault: Vault) -> dict[str, str]:
    try:
        found = json.loads(vault.setting(_LAST) or "{}")
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _moment(text: str | None) -> datetime | None:
    with suppress(ValueError):
        found = datetime.fromisoformat(text) if text else None
        return found if found is None or found.tzinfo else None
    return None
