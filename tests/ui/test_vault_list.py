"""Several wallets on one computer: choosing by keyboard, names at the door, and the list itself."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt

from tests.ui.conftest import name_of
from tests.ui.people import PASSPHRASE, Stage
from wallet.preferences import Remembered
from wallet.ui import vault_list
from wallet.ui.context import SETTINGS
from wallet.ui.door import Create, Unlock, Welcome
from wallet.ui.tasks import Lane, Tasks
from wallet.ui.vault_list import VaultList


def put(on: Stage, *names: str) -> list[Path]:
    """Make wallets and remember them, the last of them used last."""
    paths = [on.folder / name for name in names]
    for path in paths:
        on.app.wallet.create(path, PASSPHRASE, name=f"Owner of {path.stem}")
        on.app.vaults.use(path)
    on.app.wallet.lock()
    return paths


@pytest.fixture
def two(on_stage, make_driver):
    """Start the app where two wallets are known."""
    put(on_stage, "wallet.ler", "other.ler")
    return make_driver()


def unlock(person) -> None:
    person.type(PASSPHRASE)
    person.press(Qt.Key.Key_Return)


def test_one_wallet_needs_no_choosing(on_stage, make_driver):
    put(on_stage, "wallet.ler")
    assert isinstance(make_driver().window.page, Unlock)


def test_the_wallet_used_last_is_chosen_with_two_keys(two):
    two.settle()
    two.qtbot.waitUntil(lambda: name_of(two.focus) == "Wallet 2")
    two.press(Qt.Key.Key_Space)
    assert isinstance(two.window.page, Unlock)
    unlock(two)
    assert two.stage.app.wallet.path.name == "other.ler"


def test_the_other_wallet_comes_first_once_it_was_used(two):
    two.enter("Wallet 1")
    unlock(two)
    assert two.stage.app.wallet.learner_name == "Owner of wallet"
    two.ctrl(Qt.Key.Key_L)
    assert isinstance(two.window.page, Unlock)  # whoever locked it is likely to be back
    assert two.window.page.path.name == "wallet.ler"
    two.enter("All wallets")
    page = two.window.page
    assert isinstance(page, VaultList)
    assert [name_of(row) for row in page.rows] == ["Wallet 1", "Wallet 2"]


def test_no_name_stands_at_the_door_unless_its_owner_allowed_it(two):
    assert "Owner" not in str([name_of(row) for row in two.window.page.rows])
    two.enter("Wallet 1")
    unlock(two)
    two.ctrl(Qt.Key.Key_4)
    two.enter("Show my name on the door")
    two.ctrl(Qt.Key.Key_L)
    two.enter("All wallets")
    names = [name_of(row) for row in two.window.page.rows]
    assert names == ["Wallet 1, Owner of wallet", "Wallet 2"]
    written = two.stage.app.paths.preferences
    assert "Owner of wallet" in written.read_text()
    two.enter("Wallet 1")
    unlock(two)
    two.ctrl(Qt.Key.Key_4)
    settings = two.screen(SETTINGS)
    assert settings.named.isChecked()
    two.enter("Show my name on the door")
    assert "Owner" not in written.read_text()


def test_a_wallet_is_renamed_and_taken_off_the_list(two):
    two.enter("Change this list")
    two.tab_to("Name of Wallet 2")
    two.type("School")
    two.enter("Done")
    assert [name_of(row) for row in two.window.page.rows] == ["School", "Wallet 1"]
    two.enter("Change this list")
    two.enter("Take Wallet 1 off the list")
    assert two.says("Its file stays")
    two.press(Qt.Key.Key_Escape)
    assert [name_of(row) for row in two.window.page.rows] == ["School"]
    assert (two.stage.folder / "wallet.ler").is_file()
    assert two.stage.app.vault_path.name == "other.ler"


def test_a_wallet_whose_file_is_gone_cannot_be_chosen(on_stage, make_driver):
    put(on_stage, "wallet.ler", "stick.ler")[1].unlink()
    person = make_driver()
    person.settle()
    stick, usual = person.window.page.rows
    assert name_of(stick) == "Wallet 2, Its file is not there now."
    assert not stick.isEnabled()
    assert usual.isEnabled()
    person.qtbot.waitUntil(lambda: name_of(person.focus) == "Wallet 1")


def test_the_focus_goes_to_a_wallet_however_early_one_is_found_gone(two):
    two.window._show_list()
    page = two.window.page
    page.rows[0].mark_missing()  # before the focus came to it
    two.qtbot.waitUntil(page.rows[1].hasFocus)


def test_a_wallet_from_elsewhere_is_remembered_only_if_wanted(on_stage, make_driver):
    put(on_stage, "wallet.ler")
    elsewhere = on_stage.folder / "elsewhere.ler"
    on_stage.app.wallet.create(elsewhere, PASSPHRASE, name="Somebody")
    on_stage.app.wallet.lock()
    person = make_driver()
    person.window._show_unlock(elsewhere)
    page = person.window.page
    assert page.remember.isVisible()
    unlock(person)
    assert person.stage.app.wallet.path == elsewhere
    assert person.stage.app.vaults.find(elsewhere) is None
    person.ctrl(Qt.Key.Key_4)
    assert not person.screen(SETTINGS).named.isVisible()
    person.ctrl(Qt.Key.Key_L)
    assert person.window.page.path == elsewhere
    person.enter("Show it here from now on")
    person.tab_to("Passphrase")
    unlock(person)
    assert person.stage.app.vaults.listed()[0].path == elsewhere


def test_another_wallet_is_made_beside_the_first(on_stage, make_driver):
    put(on_stage, "wallet.ler")
    person = make_driver()
    person.enter("Make a new wallet")
    page = person.window.page
    assert isinstance(page, Create)
    assert page.path.name == "wallet-2.ler"
    page.name.setText("Second")
    page.passphrase.setText(PASSPHRASE)
    page.again.setText(PASSPHRASE)
    page.submit()
    person.settle()
    assert [one.path.name for one in person.stage.app.vaults.listed()] == [
        "wallet-2.ler",
        "wallet.ler",
    ]


def test_where_others_come_no_list_is_shown_or_kept(on_stage, make_driver):
    put(on_stage, "wallet.ler", "other.ler")
    app = on_stage.app
    app.paths = app.paths.forgetful()
    app.preferences = app.preferences.changed(vaults=(), vault=None)
    app._remembered = Remembered(None, app.preferences)
    person = make_driver()
    assert isinstance(person.window.page, Unlock)
    person.window._show_unlock(on_stage.folder / "other.ler")
    assert not person.window.page.remember.isVisible()
    unlock(person)
    assert app.known_vaults == ()


def test_nothing_known_is_a_welcome(person):
    assert isinstance(person.window.page, Welcome)


def test_a_share_that_does_not_answer_holds_nobody_up(on_stage, make_driver, monkeypatch):
    """The list is shown at once, another wallet is opened, and what is missing is marked later."""
    put(on_stage, "wallet.ler", "other.ler", "share.ler")
    answer, asked = threading.Event(), []

    def slow(path: Path) -> bool:
        if path.name == "share.ler":
            asked.append(threading.current_thread())
            answer.wait(30)
            return False
        return path.is_file()

    monkeypatch.setattr(vault_list, "is_there", slow)
    person = make_driver()
    page = person.window.page
    share, other, _usual = page.rows
    person.qtbot.waitUntil(lambda: bool(asked))
    assert asked[0] is not threading.main_thread()
    assert share.isEnabled()
    assert other.isVisible()
    other.click()
    assert isinstance(person.window.page, Unlock)
    person.window._show_list()
    share = person.window.page.rows[0]
    person.qtbot.waitUntil(share.hasFocus)
    answer.set()
    person.settle()
    assert name_of(share) == "Wallet 3, Its file is not there now."
    assert not share.isEnabled()
    person.qtbot.waitUntil(lambda: name_of(person.focus) == "Wallet 2")
    person.window.page.toggle()
    person.window.page.toggle()
    assert not person.window.page.rows[0].isEnabled()
    person.settle()


def test_the_app_ends_while_a_share_does_not_answer(qtbot):
    crashes: list[BaseException] = []
    tasks, answer, began = Tasks(crashes.append), threading.Event(), threading.Event()
    owner = QObject()

    def silent(_tick) -> None:
        began.set()
        answer.wait(30)

    tasks.run(owner, silent, lambda _a: None, fail=lambda _f: None, lane=Lane.PLACES)
    assert began.wait(10)
    tasks.stop()
    assert not answer.is_set()
    answer.set()
    qtbot.waitUntil(lambda: tasks.idle)
    assert crashes == []


def test_a_known_wallet_that_is_gone_leads_to_the_welcome(on_stage, make_driver):
    put(on_stage, "other.ler")[0].unlink()
    on_stage.app.vaults.use(on_stage.folder / "other.ler")
    person = make_driver()
    person.settle()
    assert isinstance(person.window.page, Welcome)


@pytest.fixture
def slowly(person, monkeypatch):
    """Begin to make a wallet; return what lets it be made."""
    wallet, begun, going = person.stage.app.wallet, threading.Event(), threading.Event()
    real = wallet.create

    def slow(*given, **more):
        begun.set()
        going.wait()
        real(*given, **more)

    def begin(path):
        monkeypatch.setattr(wallet, "create", slow)
        person.window._show_create()
        page = person.window.page
        page.path = path
        page.name.setText("Kim")
        page.passphrase.setText(PASSPHRASE)
        page.again.setText(PASSPHRASE)
        page.submit()
        begun.wait()

        def go_on():
            going.set()
            person.settle()

        return go_on

    yield begin
    going.set()


@pytest.mark.parametrize("how", ["lock", "back"])
def test_a_wallet_made_while_the_session_locks_is_on_the_list(person, slowly, how):
    """Nobody waits for the answer any more; the file is there, and has to be found."""
    app = person.stage.app
    first, chosen = person.stage.folder / "wallet.ler", person.stage.folder / "chosen.ler"
    put(person.stage, "wallet.ler")
    go_on = slowly(chosen)
    if how == "lock":
        person.window.lock(hurried=True)
    else:
        person.window.page.back.emit()
    go_on()
    assert not app.wallet.is_open
    assert {one.path for one in app.vaults.listed()} == {first, chosen}
    assert isinstance(person.window.page, VaultList)
    assert {row.path for row in person.window.page.rows} == {first, chosen}


@pytest.mark.parametrize("name", ["chosen.ler", "wallet.ler"])
@pytest.mark.parametrize("how", ["lock", "back"])
def test_the_first_wallet_is_shown_though_the_session_locked_as_it_was_made(
    person, slowly, how, name
):
    path = person.stage.folder / name
    go_on = slowly(path)
    if how == "lock":
        person.window.lock(hurried=True)
    else:
        person.window.page.back.emit()
    assert isinstance(person.window.page, Welcome)
    go_on()
    assert isinstance(person.window.page, Unlock)
    assert person.window.page.path == path
    person.type(PASSPHRASE)
    person.press(Qt.Key.Key_Return)
    assert person.stage.app.wallet.is_open


def test_whoever_types_a_passphrase_meanwhile_goes_on(person, slowly):
    put(person.stage, "wallet.ler")
    go_on = slowly(person.stage.folder / "chosen.ler")
    person.window.lock(hurried=True)
    page = person.window.page
    assert isinstance(page, Unlock)
    page.passphrase.setText("seven")
    go_on()
    assert person.window.page is page
    assert page.passphrase.text() == "seven"
