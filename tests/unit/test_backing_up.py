"""When a backup is due, when a person is reminded, and what rules of an organisation change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Silence
from tests.unit.storage.vault_helpers import CHEAP, NOW, PASSPHRASE, credential
from wallet.administration import Rules
from wallet.backing_up import Backups, Reminder
from wallet.errors import Code, VaultError
from wallet.storage import Vault


class At:
    """A vault with one record, a clock, and its backups."""

    def __init__(self, folder: Path, rules: Rules | None = None) -> None:
        self.now = NOW
        self.vault = Vault.create(folder / "v.ler", PASSPHRASE, now=NOW, cost=CHEAP)
        self.vault.add([credential(1)], now=NOW)
        self.backups = Backups(lambda: self.vault, clock=lambda: self.now, rules=rules)

    def later(self, **time: float) -> At:
        self.now += timedelta(**time)
        return self


Make = Callable[[Rules | None], At]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[At] = []

    def one(rules: Rules | None = None) -> At:
        made.append(At(tmp_path, rules))
        return made[-1]

    yield one
    for each in made:
        each.vault.close()


@pytest.fixture
def at(make: Make) -> At:
    return make(None)


def test_it_is_due_after_a_change_and_a_day(at: At) -> None:
    assert at.backups.is_due
    at.backups.roll()
    at.vault.add([credential(2)], now=NOW)
    assert not at.later(hours=23).backups.is_due
    assert at.later(hours=2).backups.is_due


def test_what_nobody_changed_is_copied_after_a_month_only(at: At) -> None:
    at.backups.roll()
    at.vault.set_setting("opened_at", "x")
    assert not at.later(days=29).backups.is_due
    assert at.later(days=1).backups.is_due


def test_a_clock_set_back_does_not_stop_it(at: At) -> None:
    at.backups.roll()
    at.vault.add([credential(2)], now=NOW)
    assert at.later(days=-400).backups.is_due


def test_a_copy_that_was_deleted_is_made_again(at: At) -> None:
    at.backups.roll().file.path.unlink()
    assert at.backups.is_due
    assert at.backups.state().last_at is None


def test_a_failure_is_kept_told_and_forgotten_with_the_next_good_one(
    at: At, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    at.backups.choose(folder=stick, copies=2)
    stick.rmdir()
    assert at.backups.roll_if_due() is None
    state = at.backups.state()
    assert (state.trouble, state.reminder) == (Code.BACKUP_FOLDER_MISSING, Reminder.NONE)
    stick.mkdir()
    assert at.backups.roll_if_due() is not None
    assert (at.backups.state().trouble, at.backups.state().reminder) == (None, None)


def test_a_stick_that_is_away_still_counts(at: At, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    at.backups.make(stick / "mine.ler-backup")
    stick.rename(tmp_path / "away")
    assert at.backups.state().last_at == NOW


def test_an_old_one_is_reminded_of_unless_put_aside(at: At) -> None:
    at.backups.make(at.vault.path.with_name("mine.ler-backup"))
    assert at.later(days=29).backups.state().reminder is None
    assert at.later(days=1).backups.state().reminder is Reminder.OLD
    at.backups.remind_later()
    assert at.later(days=6).backups.state().reminder is None
    assert at.later(days=1).backups.state().reminder is Reminder.OLD


def test_a_throw_away_wallet_is_left_alone(at: At) -> None:
    at.backups.need_none()
    assert not at.backups.is_due
    assert at.backups.state().reminder is None


def test_where_nothing_may_be_kept_nothing_is(make: Make, tmp_path: Path) -> None:
    at = make(Rules(backups=False))
    assert at.backups.roll_if_due() is None
    with pytest.raises(VaultError, match=Code.BACKUPS_NOT_HERE):
        at.backups.roll()
    assert not (tmp_path / "backups").exists()
    at.backups.make(tmp_path / "mine.ler-backup")  # the person's own stick


def test_where_an_organisation_says_where_it_is_there(make: Make, tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    at = make(Rules(backup_folder=share))
    assert at.backups.roll().file.path.parent == share
    with pytest.raises(VaultError, match=Code.BACKUPS_NOT_HERE):
        at.backups.choose(folder=None, copies=3)


def test_a_folder_that_does_not_answer_holds_nobody_up(
    at: At, tmp_path: Path, silent: Silence
) -> None:
    folder = tmp_path / "silent"
    folder.mkdir()
    with pytest.raises(VaultError) as caught:
        at.backups.choose(folder=folder, copies=3)
    assert caught.value.code is Code.BACKUP_FOLDER_SILENT
    silent.broken()
    at.backups.choose(folder=folder, copies=3)
    made = at.backups.roll().file.path
    silent.clear()
    at.later(days=2)
    at.vault.add([credential(2)], now=NOW)
    assert at.backups.is_due
    assert at.backups.roll_if_due() is None
    state = at.backups.state()
    assert state.trouble is Code.BACKUP_FOLDER_SILENT
    assert state.last_path == made  # it may well be there
    assert at.backups.listed() == ()
    with pytest.raises(VaultError) as caught:
        at.backups.make(folder / "mine.ler-backup")
    assert caught.value.code is Code.BACKUP_FOLDER_SILENT
    silent.broken()
    assert at.backups.roll_if_due() is not None
    assert at.backups.state().trouble is None
