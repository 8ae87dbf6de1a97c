"""The ways into a wallet as a person meets them: sheets, this computer, waits, and the last one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.keychains import FakeKeychain
from tests.world import World
from wallet.app import Verifier, Wallet
from wallet.errors import Code, VaultError
from wallet.storage import Cost, Secret, SlotKind, container
from wallet.verify import Policy
from wallet.ways import (
    CODE_GROUPS,
    WayIn,
    WayKind,
    Ways,
    is_right_group,
    read_code,
    split_code,
)

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
CHEAP = Cost(memory_kib=8, iterations=1, lanes=1)
PASSPHRASE, NEW, WRONG = "seven quiet herons", "eight loud herons", "not at all this"


class Desk:
    """A computer with a wallet on it: its clock, its keychain, and the app started anew at will."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "wallet.ler"
        self.keychain = FakeKeychain()
        self.world = World(NOW)
        self.wallet: Wallet
        self.start()

    def start(self) -> Wallet:
        if hasattr(self, "wallet"):
            self.wallet.lock()
        verifier = Verifier(self.world, policy=Policy(), clock=lambda: self.world.now)
        self.wallet = Wallet(
            verifier, clock=lambda: self.world.now, cost=CHEAP, keychain=self.keychain
        )
        return self.wallet

    def refused(self, given: str | Secret) -> Code:
        with pytest.raises(VaultError) as caught:
            self.wallet.unlock(self.path, given)
        assert not self.wallet.is_open
        return caught.value.code


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    made.wallet.create(made.path, PASSPHRASE, name="Robin")
    yield made
    made.wallet.lock()


def kinds(wallet: Wallet) -> list[WayKind]:
    return [way.kind for way in wallet.ways.listed()]


def sheet(wallet: Wallet, proof: str | Secret = PASSPHRASE) -> str:
    """Make a recovery sheet that counts; return what is on the paper."""
    made = wallet.ways.prepare_sheet(proof)
    written = "-".join(made.groups)
    wallet.ways.keep_sheet(made)
    assert made.groups == ()
    return written


def test_a_person_who_forgot_the_passphrase_comes_in_by_the_sheet(desk: Desk) -> None:
    paper = sheet(desk.wallet)
    desk.start().unlock(desk.path, read_code(paper.lower().replace("-", " ")))
    desk.wallet.change_passphrase(read_code(paper), NEW)
    assert kinds(desk.wallet) == [WayKind.PASSPHRASE, WayKind.RECOVERY]
    desk.start().unlock(desk.path, NEW)
    desk.wallet.lock()
    assert desk.refused(PASSPHRASE) is Code.WRONG_PASSPHRASE


def test_a_sheet_that_was_not_typed_back_does_not_count(desk: Desk) -> None:
    prepared = desk.wallet.ways.prepare_sheet(PASSPHRASE)
    paper = "-".join(prepared.groups)
    prepared.wipe()
    assert kinds(desk.wallet) == [WayKind.PASSPHRASE]
    desk.wallet.lock()
    assert desk.refused(read_code(paper)) is Code.NO_SUCH_WAY


def test_a_slip_is_told_from_a_wrong_code_and_costs_no_try(desk: Desk) -> None:
    paper = sheet(desk.wallet)
    groups = split_code(paper)
    assert len(groups) == CODE_GROUPS
    assert [is_right_group(n, group) for n, group in enumerate(groups)] == [True] * CODE_GROUPS
    slip = "Z" if groups[2][1] != "Z" else "Y"
    wrong = [*groups[:2], groups[2][0] + slip + groups[2][2:], *groups[3:]]
    with pytest.raises(VaultError) as caught:
        read_code("-".join(wrong))
    assert (caught.value.code, caught.value.facts) == (Code.RECOVERY_CODE_SLIP, {"groups": "3"})
    sheet(desk.wallet)  # a newer one
    desk.wallet.lock()
    assert desk.refused(read_code(paper)) is Code.WRONG_RECOVERY_CODE


def test_the_wait_grows_outlives_a_restart_and_ends(desk: Desk) -> None:
    desk.wallet.lock()
    for _ in range(3):
        assert desk.refused(WRONG) is Code.WRONG_PASSPHRASE
    desk.start()
    assert desk.refused(PASSPHRASE) is Code.TOO_MANY_TRIES
    assert desk.wallet.ways.wait(desk.path) == 2
    desk.world.now += timedelta(seconds=2)
    assert desk.refused(WRONG) is Code.WRONG_PASSPHRASE
    assert desk.start().ways.wait(desk.path) == 4
    desk.world.now += timedelta(seconds=4)
    desk.wallet.unlock(desk.path, PASSPHRASE)
    desk.wallet.lock()
    assert desk.refused(WRONG) is Code.WRONG_PASSPHRASE  # counted from the beginning
    assert desk.wallet.ways.wait(desk.path) == 0


def test_what_is_no_guess_is_not_counted(desk: Desk) -> None:
    desk.wallet.lock()
    for _ in range(5):
        assert desk.refused(Secret(SlotKind.RECOVERY, bytearray(28))) is Code.NO_SUCH_WAY
    held = container.open_existing(desk.path)
    for _ in range(5):
        assert desk.refused(PASSPHRASE) is Code.VAULT_BUSY
    held.close()
    desk.wallet.unlock(desk.path, PASSPHRASE)


def test_guessing_at_the_unlocked_screen_waits_too(desk: Desk) -> None:
    for _ in range(3):
        with pytest.raises(VaultError, match="wrong_passphrase"):
            desk.wallet.change_passphrase(WRONG, NEW)
    for act in (
        lambda: desk.wallet.change_passphrase(PASSPHRASE, NEW),
        lambda: desk.wallet.ways.prepare_sheet(PASSPHRASE),
        lambda: desk.wallet.ways.open_here(PASSPHRASE),
    ):
        with pytest.raises(VaultError) as caught:
            act()
        assert caught.value.code is Code.TOO_MANY_TRIES
        assert caught.value.facts["seconds"] == 2
    assert desk.keychain.kept == {}


def test_this_computer_opens_the_wallet_by_itself_once_that_is_turned_on(desk: Desk) -> None:
    assert desk.wallet.ways.from_keychain(desk.path) is None
    assert desk.keychain.asked == []  # off: not even asked
    desk.wallet.ways.open_here(PASSPHRASE)
    desk.start()
    secret = desk.wallet.ways.from_keychain(desk.path)
    assert secret is not None
    desk.wallet.unlock(desk.path, secret)
    (way,) = [way for way in desk.wallet.ways.listed() if way.kind is WayKind.KEYCHAIN]
    assert way.name
    assert way.added_at == NOW
    assert desk.wallet.ways.here() == way.id


def test_turning_it_off_leaves_nothing_in_the_keychain_nor_in_the_file(desk: Desk) -> None:
    desk.wallet.ways.open_here(PASSPHRASE)
    (kept,) = desk.keychain.kept.values()
    here = desk.wallet.ways.here()
    assert here is not None
    desk.wallet.ways.remove(here, PASSPHRASE)
    assert desk.keychain.kept == {}
    assert kinds(desk.wallet) == [WayKind.PASSPHRASE]
    assert not desk.wallet.setting("way_names")
    assert desk.wallet.ways.from_keychain(desk.path) is None
    desk.wallet.lock()
    assert desk.refused(Secret(SlotKind.KEYCHAIN, bytearray(kept))) is Code.NO_SUCH_WAY


def test_turning_it_on_twice_has_one_way_for_this_computer(desk: Desk) -> None:
    desk.wallet.ways.open_here(PASSPHRASE)
    before = desk.wallet.ways.here()
    desk.wallet.ways.open_here(PASSPHRASE)
    assert kinds(desk.wallet) == [WayKind.PASSPHRASE, WayKind.KEYCHAIN]
    assert desk.wallet.ways.here() not in {None, before}
    names = json.loads(desk.wallet.setting("way_names") or "")
    assert list(names) == [desk.wallet.ways.here()]


def test_another_computer_keeps_its_own(desk: Desk) -> None:
    desk.wallet.ways.open_here(PASSPHRASE)
    first = desk.wallet.ways.here()
    elsewhere, desk.keychain = desk.keychain, FakeKeychain()
    desk.wallet.lock()
    desk.start().unlock(desk.path, PASSPHRASE)
    assert desk.wallet.ways.here() is None
    desk.wallet.ways.open_here(PASSPHRASE)
    assert kinds(desk.wallet).count(WayKind.KEYCHAIN) == 2
    assert first is not None
    desk.wallet.ways.remove(first, PASSPHRASE)  # a computer that was given away
    assert len(desk.keychain.kept) == len(elsewhere.kept) == 1
    stale = Secret(SlotKind.KEYCHAIN, bytearray(*elsewhere.kept.values()))
    desk.wallet.lock()
    assert desk.refused(stale) is Code.KEYCHAIN_STALE


def test_a_shared_computer_neither_asks_nor_tells_its_keychain(desk: Desk) -> None:
    desk.wallet.ways.open_here(PASSPHRASE)
    desk.start().ways.shared = True
    asked = len(desk.keychain.asked)
    assert desk.wallet.ways.from_keychain(desk.path) is None
    desk.wallet.unlock(desk.path, PASSPHRASE)
    assert desk.wallet.ways.keychain_trouble() is Code.KEYCHAIN_SHARED
    with pytest.raises(VaultError) as caught:
        desk.wallet.ways.open_here(PASSPHRASE)
    assert caught.value.code is Code.KEYCHAIN_SHARED
    assert desk.wallet.ways.here() is None
    assert len(desk.keychain.asked) == asked


@pytest.mark.parametrize("trouble", [Code.KEYCHAIN_MISSING, Code.KEYCHAIN_INSECURE])
def test_a_keychain_that_cannot_be_relied_on_is_said_and_not_used(
    desk: Desk, trouble: Code
) -> None:
    desk.keychain.why = trouble
    with pytest.raises(VaultError) as caught:
        desk.wallet.ways.open_here(PASSPHRASE)
    assert caught.value.code is trouble
    assert desk.wallet.ways.keychain_trouble() is trouble
    assert set(desk.keychain.asked) == {"trouble"}
    assert kinds(desk.wallet) == [WayKind.PASSPHRASE]


def test_a_keychain_that_refuses_changes_nothing(desk: Desk) -> None:
    desk.keychain.refuses = True
    with pytest.raises(VaultError) as caught:
        desk.wallet.ways.open_here(PASSPHRASE)
    assert caught.value.code is Code.KEYCHAIN_REFUSED
    assert kinds(desk.wallet) == [WayKind.PASSPHRASE]
    desk.keychain.refuses = False
    desk.wallet.ways.open_here(PASSPHRASE)
    desk.keychain.refuses = True
    with pytest.raises(VaultError) as caught:
        desk.wallet.ways.from_keychain(desk.path)
    assert caught.value.code is Code.KEYCHAIN_REFUSED
    (way,) = [way for way in desk.wallet.ways.listed() if way.kind is WayKind.KEYCHAIN]
    desk.wallet.ways.remove(way.id, PASSPHRASE)
    assert kinds(desk.wallet) == [WayKind.PASSPHRASE]


def test_a_wrong_proof_puts_nothing_into_the_keychain(desk: Desk) -> None:
    with pytest.raises(VaultError, match="wrong_passphrase"):
        desk.wallet.ways.open_here(WRONG)
    assert desk.keychain.kept == {}


def test_the_list_says_what_may_go(desk: Desk) -> None:
    def removable() -> dict[WayKind, bool]:
        return {way.kind: way.removable for way in desk.wallet.ways.listed()}

    assert removable() == {WayKind.PASSPHRASE: False}
    desk.wallet.ways.open_here(PASSPHRASE)
    assert removable() == {WayKind.PASSPHRASE: False, WayKind.KEYCHAIN: True}
    sheet(desk.wallet)
    assert set(removable().values()) == {True}


def test_a_locked_wallet_lists_nothing(desk: Desk) -> None:
    desk.wallet.lock()
    with pytest.raises(VaultError) as caught:
        desk.wallet.ways.listed()
    assert caught.value.code is Code.VAULT_LOCKED
    assert isinstance(desk.wallet.ways, Ways)


def test_names_that_somebody_else_wrote_are_bounded(desk: Desk) -> None:
    for odd in ("[]", "7", '{"x": 1}', "{", '["ab"]'):
        desk.wallet.set_setting("way_names", odd)
        (way,) = desk.wallet.ways.listed()
        assert isinstance(way, WayIn)
        assert way.name == ""
