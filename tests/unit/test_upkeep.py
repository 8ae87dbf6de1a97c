"""The wallet file looked after: checked weekly, salvaged, and safe from a clock that leaps."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scripts import make_vault_fixture as made
from tests.world import World
from wallet.administration import Rules
from wallet.app import Verifier, Wallet
from wallet.errors import Code, VaultError
from wallet.storage import Cost, Vault
from wallet.storage.header import HEADER_BYTES
from wallet.upkeep import free_name
from wallet.verify import Policy

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
PASSPHRASE = "seven quiet herons"
DAY = timedelta(days=1)
PAGE = 4096


class Desk:
    """A wallet on a computer whose clock the test turns."""

    def __init__(self, folder: Path, rules: Rules | None = None) -> None:
        self.path = folder / "wallet.ler"
        self.world = World(NOW)
        verifier = Verifier(self.world, policy=Policy(), clock=lambda: self.world.now)
        clock = lambda: self.world.now  # noqa: E731
        self.wallet = Wallet(verifier, clock=clock, cost=Cost(8, 1, 1), rules=rules)
        self.wallet.create(self.path, PASSPHRASE, name="Ana")

    def keep(self, *titles: str) -> tuple[str, ...]:
        issuer = self.world.issuer("Ridge College")
        given = [self.world.issue(issuer, title=title) for title in titles]
        checked = [self.wallet._verifier.check(raw, source="file.json") for raw in given]
        return self.wallet.keep(checked).added

    def reopen(self, *, at: datetime) -> Wallet:
        self.wallet.lock()
        self.world.now = at
        self.wallet.unlock(self.path, PASSPHRASE)
        return self.wallet

    def damage(self, *pages: int) -> bytes:
        self.wallet.lock()
        bad = bytearray(self.path.read_bytes())
        for page in pages:
            bad[HEADER_BYTES + (page - 1) * PAGE + 77] ^= 1
        self.path.write_bytes(bad)
        return bytes(bad)

    def pages(self) -> int:
        return (self.path.stat().st_size - HEADER_BYTES) // PAGE


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.wallet.lock()


def test_a_check_is_due_weekly_and_when_the_clock_was_put_back(desk: Desk) -> None:
    upkeep = desk.wallet.upkeep
    assert upkeep.is_due
    assert upkeep.verify() == 0
    assert (upkeep.is_due, upkeep.verified_at) == (False, NOW)
    for later, due in ((6 * DAY, False), (7 * DAY, True), (-DAY, True), (4000 * DAY, True)):
        desk.world.now = NOW + later
        assert upkeep.is_due is due, later
    desk.world.now = NOW
    desk.wallet.set_setting("verified_at", "last Tuesday")
    assert upkeep.is_due


def test_a_damaged_file_is_never_called_checked(desk: Desk) -> None:
    desk.keep("Welding")
    desk.wallet.upkeep.verify()
    desk.damage(desk.pages())
    desk.world.now = NOW + 8 * DAY
    desk.wallet.unlock(desk.path, PASSPHRASE)
    with pytest.raises(VaultError) as caught:
        desk.wallet.upkeep.verify()
    assert caught.value.code is Code.VAULT_DAMAGED
    assert desk.wallet.upkeep.verified_at == NOW


def test_what_was_removed_is_erased_after_thirty_days_of_a_clock_that_walks(desk: Desk) -> None:
    ids = desk.keep("Welding")
    desk.wallet.remove(ids)
    for days in range(5, 30, 5):
        assert desk.reopen(at=NOW + days * DAY).removed()
    assert not desk.reopen(at=NOW + 31 * DAY).removed()


@pytest.mark.parametrize("leap", [3650 * DAY, 40 * DAY], ids=["ten years", "forty days"])
def test_a_clock_that_leaps_forward_erases_nothing_by_itself(desk: Desk, leap: timedelta) -> None:
    ids = desk.keep("Welding")
    desk.wallet.remove(ids)
    desk.reopen(at=NOW + DAY)
    assert desk.reopen(at=NOW + leap).removed()
    assert desk.reopen(at=NOW + leap + timedelta(hours=2)).removed()  # still wrong
    assert desk.reopen(at=NOW + 2 * DAY).removed()  # put right
    assert desk.reopen(at=NOW + 4 * DAY).removed()
    assert not desk.reopen(at=NOW + 31 * DAY).removed()


def test_a_clock_that_stands_by_its_leap_is_believed(desk: Desk) -> None:
    desk.wallet.remove(desk.keep("Welding"))
    desk.reopen(at=NOW + DAY)
    assert desk.reopen(at=NOW + 90 * DAY).removed()  # a wallet not opened for three months
    assert not desk.reopen(at=NOW + 92 * DAY).removed()


def test_a_clock_before_everything_breaks_nothing(desk: Desk) -> None:
    ids = desk.keep("Welding")
    desk.wallet.refresh()
    wallet = desk.reopen(at=NOW - 3000 * DAY)
    assert [row.id for row in wallet.rows()] == list(ids)
    assert wallet.entry(ids[0]).credential.id == ids[0]
    assert wallet.is_refresh_due
    assert wallet.upkeep.is_due
    wallet.refresh()
    wallet.remove(ids)
    assert [row.id for row in wallet.removed()] == list(ids)
    wallet.restore(ids)
    wallet.change_passphrase(PASSPHRASE, PASSPHRASE + "!")
    wallet.lock()
    wallet.unlock(desk.path, PASSPHRASE + "!")


def test_salvage_reads_anew_what_the_list_no_longer_says(desk: Desk) -> None:
    ids = desk.keep(*(f"Certificate {n}" for n in range(30)))
    holder = desk.wallet.holder
    desk.wallet.lock()
    saved = {}
    for page in range(2, desk.pages() + 1):
        before = desk.damage(page)
        found = desk.wallet.upkeep.salvage(desk.path, PASSPHRASE)
        assert desk.path.read_bytes() == before
        desk.wallet.unlock(found.path, PASSPHRASE)
        assert {row.id for row in desk.wallet.rows()} <= set(ids)
        assert len(desk.wallet.rows()) + len(found.lost) == 30
        assert all(row.title.startswith("Certificate") for row in desk.wallet.rows())
        assert (desk.wallet.holder == holder) is bool(found.identities)
        saved[page] = found
        desk.wallet.lock()
        found.path.unlink()
        desk.damage(page)  # the same bit again: as it was
    assert any(found.described_again for found in saved.values())
    assert all(found.credentials >= 27 for found in saved.values())


def test_saving_what_is_left_is_no_way_around_the_wait(desk: Desk) -> None:
    desk.wallet.lock()
    for _ in range(3):
        with pytest.raises(VaultError) as caught:
            desk.wallet.upkeep.salvage(desk.path, "not this one")
        assert caught.value.code is Code.WRONG_PASSPHRASE
    for act in (
        lambda: desk.wallet.upkeep.salvage(desk.path, PASSPHRASE),
        lambda: desk.wallet.unlock(desk.path, PASSPHRASE),
    ):
        with pytest.raises(VaultError) as caught:
            act()
        assert caught.value.code is Code.TOO_MANY_TRIES
    assert [file.name for file in desk.path.parent.glob("*.ler")] == [desk.path.name]


def test_a_new_name_is_found_where_one_is_taken(desk: Desk) -> None:
    desk.wallet.lock()
    names = [desk.wallet.upkeep.salvage(desk.path, PASSPHRASE).path.name for _ in range(3)]
    assert names == ["wallet-saved.ler", "wallet-saved-2.ler", "wallet-saved-3.ler"]


def test_the_copy_of_an_older_version_can_be_brought_back(desk: Desk) -> None:
    old = Path(__file__).parents[1] / "vaults" / "version-1.ler"
    path = desk.path.with_name("old.ler")
    shutil.copyfile(old, path)
    desk.wallet.unlock(path, made.PASSPHRASE)
    desk.wallet.lock()
    (copy,) = desk.wallet.upkeep.copies(path)
    back = free_name(path, "copy")
    desk.wallet.restoring.as_new(copy.path, made.PASSPHRASE, back)
    desk.wallet.unlock(back, made.PASSPHRASE)
    assert desk.wallet.learner_name == "Ana Núñez"


def test_a_damaged_wallet_comes_back_from_its_last_good_copy(desk: Desk) -> None:
    ids = desk.keep("Welding", "First aid")
    desk.wallet.upkeep.verify()
    desk.wallet.backups.roll()
    desk.damage(*range(1, desk.pages() + 1))
    with pytest.raises(VaultError):
        desk.wallet.unlock(desk.path, PASSPHRASE)
    (copy,) = desk.wallet.upkeep.copies(desk.path)
    assert copy.made_at == NOW
    back = free_name(desk.path, "copy")
    desk.wallet.restoring.as_new(copy.path, PASSPHRASE, back)
    desk.wallet.unlock(back, PASSPHRASE)
    assert {row.id for row in desk.wallet.rows()} == set(ids)
    desk.wallet.upkeep.verify()


def test_a_disk_that_takes_nothing_keeps_nobody_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = desk.keep("Welding")
    desk.wallet.remove(ids)
    monkeypatch.setattr(Vault, "set_setting", refuse)
    assert [row.id for row in desk.reopen(at=NOW + 40 * DAY).removed()] == list(ids)


def refuse(*_: object) -> None:
    raise VaultError(Code.VAULT_FULL)


def test_a_damaged_wallet_finds_the_copies_that_an_organisation_keeps(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    desk = Desk(tmp_path, Rules(backup_folder=share))
    desk.keep("Welding")
    desk.wallet.backups.roll()
    desk.damage(*range(1, desk.pages() + 1))
    (copy,) = desk.wallet.upkeep.copies(desk.path)
    assert copy.path.parent == share
    share.rename(tmp_path / "away")
    assert desk.wallet.upkeep.copies(desk.path) == []
