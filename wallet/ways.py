"""The ways into a wallet, as people speak of them: passphrase, recovery sheet, this computer.

`Ways` is `Wallet.ways`. An open wallet holds no key, so whoever adds or removes a way gives one
that is there already (a `Given`). Wrong ones are counted, and the wait grows (`storage.attempts`).
"""

from __future__ import annotations

import json
import os
import platform
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil
from pathlib import Path

from wallet.checking import Clock
from wallet.crypto import recovery
from wallet.errors import Code, VaultError
from wallet.ports import Keychain
from wallet.storage import Cost, Given, Secret, Slot, SlotKind, Vault, Way, inspect, is_enough
from wallet.storage.attempts import Attempts, Steady, steady

__all__ = [
    "CODE_GROUPS",
    "GROUP_LETTERS",
    "Door",
    "Given",
    "Secret",
    "Sheet",
    "Steady",
    "WayIn",
    "WayKind",
    "Ways",
    "is_right_group",
    "read_code",
    "split_code",
    "steady",
]

KEYCHAIN_BYTES = 32
MAX_NAME = 60  # letters of a computer's name
CODE_GROUPS, GROUP_LETTERS = recovery.GROUPS, recovery.GROUP_LETTERS

LEARNER_NAME = "learner_name"  # a setting
_NAMES = "way_names"  # a setting: the names of computers by the ids of their ways
_WRONG = {Code.WRONG_PASSPHRASE, Code.WRONG_RECOVERY_CODE, Code.BACKUP_WRONG_PASSPHRASE}


class WayKind(StrEnum):
    """What kind of way in; OTHER is one that a newer version of the app made."""

    PASSPHRASE = "passphrase"  # noqa: S105
    RECOVERY = "recovery"
    KEYCHAIN = "keychain"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class WayIn:
    """A way in. `name` is a computer's, where that is known; `here` says that it is this one."""

    id: str
    kind: WayKind
    added_at: datetime | None
    name: str = ""
    here: bool = False
    removable: bool = True


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """A recovery code that does not count yet: to be written down, typed back, then kept."""

    code: Secret
    slot: Slot
    name: str  # the person's, as the wallet knows it
    file_name: str
    made_at: datetime

    @property
    def groups(self) -> tuple[str, ...]:
        """The code as it is written; empty once it was wiped."""
        return recovery.groups_of(self.code.value) if any(self.code.value) else ()

    def wipe(self) -> None:
        """Forget the code."""
        self.code.wipe()


@dataclass(frozen=True, slots=True, repr=False)
class Door:
    """What can be said before a wallet is opened: its ways, the wait, what this computer keeps.

    `refused` says that this computer's keychain should know a way and would not say.
    """

    kinds: frozenset[WayKind]
    wait: int
    here: Secret | None = None
    refused: bool = False


def read_code(text: str) -> Secret:
    """Return the recovery code that was typed.

    Raises RECOVERY_CODE_LENGTH, RECOVERY_CODE_SLIP.
    """
    return Secret(SlotKind.RECOVERY, recovery.read(text))


def split_code(text: str) -> tuple[str, ...]:
    """Return the groups of what was typed or pasted."""
    return recovery.split(text)


def is_right_group(number: int, text: str) -> bool:
    """Say whether a group of a recovery code, counted from 0, is whole and has no slip."""
    return recovery.is_right(number, text)


class Ways:
    """What can be done with the ways into the open vault, and into one that is to be opened.

    `shared` says that several people use this computer: then its keychain is neither asked nor
    told anything. It is the one place to set that and to ask for it.
    """

    def __init__(
        self,
        vault: Callable[[], Vault],
        *,
        clock: Clock,
        cost: Cost | None = None,
        keychain: Keychain | None = None,
        shared: bool = False,
        moment: Callable[[], Steady] | None = None,
    ) -> None:
        """`moment` reads the clock that waits are counted by (`storage.attempts.steady`)."""
        self.shared = shared
        self._vault, self._clock, self._cost = vault, clock, cost
        self._keychain = keychain
        self._attempts = Attempts(moment)

    # Coming in

    def unlock(self, path: Path, given: Given) -> Vault:
        """Return a vault opened by `given`; raises TOO_MANY_TRIES and as `Vault.unlock` does."""
        with self.trying(path):
            return Vault.unlock(path, given)

    def wait(self, path: Path) -> int:
        """Return how many seconds are left before a vault may be tried again."""
        return ceil(self._attempts.left(_real(path), self._clock()).total_seconds())

    def look(self, path: Path) -> Door:
        """Look at a wallet's door. Asks the keychain where it may know a way: off the window.

        Raises as `storage.inspect` does.
        """
        kinds = frozenset(_kind(way.kind) for way in inspect(path).ways)
        try:
            return Door(kinds, self.wait(path), self.from_keychain(path))
        except VaultError as error:
            if error.code is not Code.KEYCHAIN_REFUSED:
                raise
            return Door(kinds, self.wait(path), refused=True)

    @contextmanager
    def trying(self, path: Path) -> Iterator[None]:
        """Count a wrong way in for a file; raises TOO_MANY_TRIES while it is not yet time."""
        real = _real(path)
        left = self._attempts.left(real, self._clock())
        if left:
            raise VaultError(Code.TOO_MANY_TRIES, seconds=ceil(left.total_seconds()))
        try:
            yield
        except VaultError as error:
            if error.code in _WRONG or error.facts.get("tried"):
                wait = self._attempts.wrong(real, self._clock())
                error.facts["wait"] = ceil(wait.total_seconds())
            raise
        self._attempts.right(real)

    def begin_anew(self, path: Path) -> None:
        """Forget the wrong tries at a vault that was here before the one that is here now."""
        self._attempts.right(_real(path))

    def forget_tries(self) -> None:
        """Leave no note beside any file, as at the end of a guest's session."""
        self._attempts.forget()

    def from_keychain(self, path: Path) -> Secret | None:
        """Return what this computer keeps for a vault, if it may and does. Ask off the window.

        Raises KEYCHAIN_REFUSED where there should be something and the keychain would not say.
        """
        if self.shared or self._keychain is None or not self._has_keychain_way(path):
            return None
        if self._keychain.trouble() is not None:
            return None
        secret = self._keychain.get(inspect(path).vault_id)
        return Secret(SlotKind.KEYCHAIN, secret) if secret is not None else None

    def _has_keychain_way(self, path: Path) -> bool:
        return any(way.kind == SlotKind.KEYCHAIN for way in inspect(path).ways)

    # What there is

    def listed(self) -> tuple[WayIn, ...]:
        """Return the ways into the open vault. Asks the keychain nothing."""
        vault = self._vault()
        ways, names = vault.ways(), _names(vault)
        return tuple(_way_in(way, ways, names.get(way.id, "")) for way in ways)

    def keychain_trouble(self) -> Code | None:
        """Say why this computer cannot open the wallet by itself, if so. Off the window."""
        if self.shared:
            return Code.KEYCHAIN_SHARED
        if self._keychain is None:
            return Code.KEYCHAIN_MISSING
        return self._keychain.trouble()

    # Changing them

    def change_passphrase(self, proof: Given, new: str) -> None:
        """Set a passphrase in the place of the one before; the other ways stay."""
        vault = self._vault()
        with self.trying(vault.path):
            vault.change_passphrase(proof, new, now=self._clock(), cost=self._cost)

    def prepare_sheet(self, proof: Given) -> Sheet:
        """Return a new recovery sheet. It counts, and replaces the one before, once it is kept."""
        code = Secret(SlotKind.RECOVERY, recovery.new_code())
        slot, vault = self._prepared(proof, code), self._vault()
        name = vault.setting(LEARNER_NAME) or ""
        return Sheet(code, slot, name, vault.path.name, self._clock())

    def keep_sheet(self, sheet: Sheet) -> None:
        """Let a sheet count from now on, and forget its code here."""
        self._vault().add_way(sheet.slot)
        sheet.wipe()

    def open_here(self, proof: Given) -> None:
        """Let this computer's keychain open the wallet from now on. Off the window.

        Raises what `keychain_trouble` says, KEYCHAIN_REFUSED and TOO_MANY_WAYS.
        """
        trouble, keychain = self.keychain_trouble(), self._keychain
        if trouble is not None or keychain is None:
            raise VaultError(trouble or Code.KEYCHAIN_MISSING)
        vault = self._vault()
        account = inspect(vault.path).vault_id
        before = self._here(vault, account)
        secret = Secret(SlotKind.KEYCHAIN, bytearray(secrets.token_bytes(KEYCHAIN_BYTES)))
        try:
            slot = self._prepared(proof, secret)
            earlier = keychain.get(account) if before is not None else None
            keychain.put(account, secret.value)  # first: a way that nothing opens helps nobody
            try:
                added = vault.add_way(slot, replacing=before)
            except BaseException:
                with suppress(VaultError):  # the way there was goes on to open it
                    keychain.put(account, earlier) if earlier else keychain.forget(account)
                raise
        finally:
            secret.wipe()
        names = _names(vault) | {added: platform.node()[:MAX_NAME]}
        _set_names(vault, names)

    def remove(self, id_: str, proof: Given) -> None:
        """Take a way in away, and out of this computer's keychain. Off the window.

        Raises LAST_WAY where neither a passphrase nor a recovery sheet would be left.
        """
        vault = self._vault()
        account = inspect(vault.path).vault_id
        here = self._here(vault, account)
        with self.trying(vault.path):
            vault.remove_way(id_, proof)
        _set_names(vault, _names(vault))
        if here == id_ and self._keychain is not None:
            with suppress(VaultError):  # what stays in the keychain opens nothing any more
                self._keychain.forget(account)

    def here(self) -> str | None:
        """Return the id of the way by which this computer opens the wallet. Off the window."""
        vault = self._vault()
        return self._here(vault, inspect(vault.path).vault_id)

    def _here(self, vault: Vault, account: str) -> str | None:
        if self._keychain is None or self.shared or self._keychain.trouble() is not None:
            return None
        with suppress(VaultError):
            secret = self._keychain.get(account)
            if secret is not None:
                given = Secret(SlotKind.KEYCHAIN, secret)
                try:
                    return vault.way_of(given)
                finally:
                    given.wipe()
        return None

    def _prepared(self, proof: Given, new: Secret) -> Slot:
        vault = self._vault()
        with self.trying(vault.path):
            return vault.prepare_way(proof, new, now=self._clock())


def _real(path: Path) -> Path:
    """Follow links, so that a vault has one count of wrong tries; links in a ring lead nowhere."""
    return Path(os.path.realpath(path))


def _way_in(way: Way, all_: tuple[Way, ...], name: str) -> WayIn:
    removable = is_enough(other.kind for other in all_ if other.id != way.id)
    return WayIn(way.id, _kind(way.kind), way.added_at, name, removable=removable)


def _kind(kind: int) -> WayKind:
    known = kind in set(SlotKind)
    return WayKind(SlotKind(kind).name.lower()) if known else WayKind.OTHER


def _names(vault: Vault) -> dict[str, str]:
    """Return the names of those ways that are there."""
    try:
        found = json.loads(vault.setting(_NAMES) or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    ids = {way.id for way in vault.ways()}
    return {id_: str(name)[:MAX_NAME] for id_, name in found.items() if id_ in ids}


def _set_names(vault: Vault, names: dict[str, str]) -> None:
    vault.set_setting(_NAMES, json.dumps(names) if names else None)
