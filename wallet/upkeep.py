"""Keeping a wallet file sound: checking it, saving what can be read of a damaged one, old copies.

`Upkeep` is `Wallet.upkeep`. The file itself is `wallet.storage`'s; here is when it is time, where
a new file goes, and what a computer's clock may do without anything being lost.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from wallet import filing, formats
from wallet.backing_up import Backups, beside
from wallet.checking import Clock, Verifier
from wallet.errors import Code, UnreachableError, VaultError, WalletError
from wallet.model import Credential, Fact
from wallet.ports import Resolver
from wallet.storage import (
    Cost,
    Given,
    NewCredential,
    Salvaged,
    SlotKind,
    Vault,
    copies_of,
    inspect,
    reach,
    salvage,
)
from wallet.storage.backups import listed
from wallet.ways import Ways

__all__ = ["VERIFY_AFTER", "Copy", "Salvaged", "SlotKind", "Upkeep"]

VERIFY_AFTER = timedelta(days=7)
REMOVED_FOR = timedelta(days=30)  # what was removed can be brought back for so long
_SETTLED = timedelta(days=1)  # a clock that leapt is believed when it still says so a day later
_VERIFIED_AT, _OPENED_AT, _NOT_BEFORE = "verified_at", "opened_at", "purge_settles_at"  # settings


@dataclass(frozen=True, slots=True)
class Copy:
    """An earlier state of a wallet file, and when it was made."""

    path: Path
    made_at: datetime


class Upkeep:
    """What keeps the file of a wallet sound."""

    def __init__(
        self,
        opened: Callable[[], Vault],
        verifier: Verifier,
        *,
        ways: Ways,
        backups: Backups,
        clock: Clock,
        cost: Cost | None,
    ) -> None:
        """`ways` counts wrong ways in, as at the door; `backups` knows an organisation's folder."""
        self._opened = opened
        self._ways, self._backups = ways, backups
        self._verifier = verifier
        self._clock = clock
        self._cost = cost

    # Checking the file

    def verify(self) -> int:
        """Read all of the open wallet's file; return how many records are in it.

        Raises VAULT_DAMAGED. The time is remembered only when all is whole.
        """
        vault = self._opened()
        vault.check_integrity()
        vault.set_setting(_VERIFIED_AT, self._clock().isoformat())
        return vault.count()

    @property
    def verified_at(self) -> datetime | None:
        """When the file was last found whole."""
        return _moment(self._opened().setting(_VERIFIED_AT))

    @property
    def is_due(self) -> bool:
        """Whether that is more than a week ago, or later than now: the clock was put back."""
        last = self.verified_at
        return last is None or not timedelta() <= self._clock() - last < VERIFY_AFTER

    # Opening

    def begin(self, vault: Vault) -> None:
        """Do what is due when a wallet is opened; raises where it is damaged."""
        if not vault.identities():  # the power went while it was made
            vault.create_identity(now=self._clock())
        self.purge_removed(vault)

    def purge_removed(self, vault: Vault) -> int:
        """Erase for good what was removed more than 30 days ago; return how many.

        A clock that leaps (an empty battery, a wrong year) would end those 30 days at once. So
        after a leap, forward or back, nothing is erased until the clock has stood by it for a day.
        A disk that takes or gives nothing keeps nobody out: then nothing is erased either.
        """
        try:
            return self._purge_removed(vault, self._clock())
        except VaultError:
            return 0

    def _purge_removed(self, vault: Vault, now: datetime) -> int:
        last = _moment(vault.setting(_OPENED_AT))
        if last is None or not timedelta() <= now - last < _SETTLED:
            if last is not None and not timedelta() <= now - last < REMOVED_FOR:
                vault.set_setting(_NOT_BEFORE, (now + _SETTLED).isoformat())
            vault.set_setting(_OPENED_AT, now.isoformat())
        waits = _moment(vault.setting(_NOT_BEFORE))
        if waits is not None and now < waits:
            return 0
        return vault.purge_removed(before=now - REMOVED_FOR)

    # A damaged file

    def salvage(self, path: Path, given: Given, *, new: Path | None = None) -> Salvaged:
        """Save what can be read of a damaged file into a new wallet beside it, or at `new`.

        `given`, a passphrase or a recovery code, opens both. The damaged file stays where and as
        it is. Raises TOO_MANY_TRIES as unlocking does.
        """
        with self._ways.trying(path):
            return salvage(
                path,
                given,
                new or free_name(path, "saved"),
                describe=self.described,
                now=self._clock(),
                cost=self._cost,
            )

    def opened_by(self, path: Path) -> frozenset[SlotKind]:
        """Return which kinds of ways in a damaged file has; all, where it cannot say any more."""
        try:
            kinds = [way.kind for way in inspect(path).ways]
        except VaultError:
            return frozenset(SlotKind)
        return frozenset(SlotKind) & frozenset(kinds)

    def described(
        self, raw: bytes, box: bytes | None, *, resolver: Resolver | None = None
    ) -> NewCredential | None:
        """Read a credential anew whose line in a list is lost, or is not to be believed.

        Only `resolver` is asked; without one, nobody.
        """
        for data in (box, raw):
            with suppress(WalletError):
                read = formats.read(data) if data is not None else None
                if isinstance(read, Credential) and read.raw == raw:
                    report = self._verifier.verify(read, resolver=resolver or _Nobody())
                    checked = self._verifier.as_checked(read, report, source="")
                    return filing.new_credential(checked, self._clock())
        return None

    # Copies

    def copies(self, path: Path) -> list[Copy]:
        """Return the earlier states of a wallet that lie near its file, the latest first.

        `Wallet.restoring.as_new` makes one of them a wallet, and reads all of it to prove it.
        An organisation's own folder is looked into as well. Where somebody keeps backups elsewhere
        stands in the wallet, which may be unreadable.
        """
        found = [Copy(one, _changed_at(one)) for one in copies_of(path)]
        with suppress(VaultError):
            id_ = inspect(path).vault_id
            folders = {beside(path), self._backups.organisation_folder or beside(path)}
            near = [one for at in folders if reach.answers(at) for one in listed(at, id_)]
            found += [Copy(one.path, one.made_at) for one in near]
        return sorted(found, key=lambda one: one.made_at, reverse=True)


class _Nobody:
    """Answers nothing: whoever saves what is left does not wait for a network."""

    def fetch(self, url: str) -> Fact:
        raise UnreachableError(Code.OFFLINE, url=url)


def free_name(path: Path, word: str) -> Path:
    """Return a name beside a wallet file that nothing has yet."""
    for number in count(1):
        found = path.with_name(f"{path.stem}-{word}{'' if number == 1 else f'-{number}'}.ler")
        if not found.exists():
            return found
    raise AssertionError


def _moment(stored: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(stored) if stored else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
