"""Backups through the window, by keyboard: made, reminded of, brought back, and what goes wrong."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from tests.ui.people import PASSPHRASE, Stage, records, stage
from tests.ui.test_ways import back
from wallet.backing_up import SUFFIX
from wallet.errors import VaultError
from wallet.ui.context import ADD, RECORDS, SETTINGS, SHARE
from wallet.ui.door import Unlock, Welcome
from wallet.ui.picking import Picker
from wallet.ui.restore_dialog import RestoreDialog
from wallet.ui.restore_page import RestorePage

Key = Qt.Key


def texts(widget) -> str:
    shown = [one for one in widget.findChildren(QLabel) if one.isVisible()]
    return "\n".join(one.text().replace("\u200b", "") for one in shown)


def answer(monkeypatch, name: str, path: Path | str) -> None:
    """Answer the system's file dialog, which no test can drive."""
    monkeypatch.setattr(QFileDialog, name, staticmethod(lambda *_a, **_k: (str(path), "")))


def copies(on: Stage) -> list[Path]:
    return sorted((on.folder / "backups").glob(f"*{SUFFIX}"))


def settings(person):
    person.ctrl(Key.Key_4)
    person.settle()
    return person.screen(SETTINGS)


def test_a_backup_is_made_now_and_shown_as_read_back(person):
    person.open_wallet(*records(person.stage.world)[:3])
    page = settings(person)
    assert "There is no backup yet." in texts(page.backup)
    person.enter("Back up now")
    assert person.says("3 records, 1 key")
    assert person.says("It was read back and is the same as the wallet.")
    assert len(copies(person.stage)) == 1
    assert "Last good backup: " in texts(page.backup)
    assert "read whole, good" in texts(page.backup)
    assert "same disk" in texts(page.backup)


def test_a_backup_goes_to_a_file_and_over_none(person, monkeypatch):
    person.open_wallet(*records(person.stage.world)[:1])
    to = person.stage.folder / f"mine{SUFFIX}"
    answer(monkeypatch, "getSaveFileName", to)
    page = settings(person)
    person.enter("Save a backup to a file")
    assert person.says("The backup is done")
    before = to.read_bytes()
    person.enter("Save a backup to a file")
    assert "There is a file of that name already." in texts(page.backup)
    assert to.read_bytes() == before


def test_copies_go_where_and_as_many_as_the_person_says(person, monkeypatch):
    person.open_wallet(*records(person.stage.world)[:1])
    stick = person.stage.folder / "stick"
    stick.mkdir()
    monkeypatch.setattr(
        QFileDialog, "getExistingDirectory", staticmethod(lambda *_a, **_k: str(stick))
    )
    page = settings(person)
    person.enter("Choose another folder")
    assert str(stick) in texts(page.backup)
    person.pick("How many are kept", "10")
    assert person.stage.app.wallet.backups.state().copies == 10
    person.enter("Back up now")
    assert len(list(stick.iterdir())) == 1
    for path in stick.iterdir():
        path.unlink()
    stick.rmdir()
    person.enter("Back up now")
    assert "The folder for backups is not there." in texts(page.backup)
    assert not stick.exists()
    person.enter("Keep them beside the wallet")
    assert "same disk" in texts(page.backup)


def test_locking_makes_a_copy_after_a_change_and_not_twice_a_day(person):
    person.open_wallet(*records(person.stage.world)[:1])
    person.ctrl(Key.Key_L)
    assert isinstance(person.window.page, Unlock)
    assert len(copies(person.stage)) == 1
    assert not person.stage.app.wallet.is_open
    for days, many in ((0, 1), (2, 1)):  # the same day; another one, and nothing has changed
        person.stage.world.now += timedelta(days=days)
        person.type(PASSPHRASE)
        person.press(Key.Key_Return)
        person.ctrl(Key.Key_L)
        assert len(copies(person.stage)) == many
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    person.stage.keep(*records(person.stage.world)[1:2])
    person.ctrl(Key.Key_L)
    assert len(copies(person.stage)) == 2


@pytest.mark.parametrize("hurried", [True, False])
def test_before_a_sleep_no_copy_is_made_of_what_is_just_being_opened(person, hurried):
    person.open_wallet(*records(person.stage.world)[:2])
    person.window.lock(hurried=True)
    person.settle()
    assert isinstance(person.window.page, Unlock)
    person.stage.app.wallet.unlock(person.stage.vault, PASSPHRASE)  # and not shown yet
    person.window.lock(hurried=hurried)
    person.settle()
    assert not person.stage.app.wallet.is_open
    assert len(copies(person.stage)) == (0 if hurried else 1)


def test_before_a_sleep_there_is_no_time_for_a_copy_and_it_is_made_later(person):
    person.open_wallet(*records(person.stage.world)[:2])
    person.window.lock(hurried=True)
    person.settle()
    assert not person.stage.app.wallet.is_open
    assert copies(person.stage) == []
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    person.ctrl(Key.Key_L)
    assert len(copies(person.stage)) == 1


def test_a_reminder_is_calm_and_can_be_put_aside(person):
    person.open_wallet(*records(person.stage.world)[:1])
    reminder = person.screen(RECORDS).reminder
    assert not reminder.isVisible()
    person.stage.app.wallet.backups.choose(folder=None, copies=0)
    person.ctrl(Key.Key_1)
    assert reminder.isVisible()
    assert "There is no backup of this wallet." in texts(reminder)
    person.enter("Later")
    assert not reminder.isVisible()
    person.ctrl(Key.Key_1)
    assert not reminder.isVisible()
    person.stage.world.now += timedelta(days=8)
    person.ctrl(Key.Key_1)
    assert reminder.isVisible()
    person.enter("Back up")
    assert len(copies(person.stage)) == 1
    person.ctrl(Key.Key_1)
    assert not reminder.isVisible()
    person.stage.world.now += timedelta(days=31)
    person.ctrl(Key.Key_1)
    assert "The last good backup is 31 days old." in texts(reminder)
    reminder.forget()
    assert not reminder.isVisible()
    assert texts(reminder) == ""


@pytest.fixture
def kept(on_stage: Stage) -> Path:
    """A backup of a wallet that is lost."""
    on_stage.create("Robin Rivera")
    on_stage.keep(*records(on_stage.world)[:2])
    path = on_stage.folder / f"stick{SUFFIX}"
    on_stage.app.wallet.backups.make(path)
    on_stage.app.wallet.lock()
    on_stage.vault.unlink()
    return path


def test_a_lost_wallet_is_made_of_its_backup(kept, make_driver, monkeypatch):
    person = make_driver()
    assert isinstance(person.window.page, Welcome)
    before = kept.read_bytes()
    answer(monkeypatch, "getOpenFileName", kept)
    person.enter("Restore from a backup")
    page = person.window.page
    assert isinstance(page, RestorePage)
    person.enter("Choose the backup")
    assert "made on" in texts(page)
    person.type("not this one")
    person.press(Key.Key_Return)
    assert "not the passphrase of this backup" in texts(page)
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert person.window.shell is not None
    assert person.stage.app.wallet.path == person.stage.vault
    assert len(person.stage.app.wallet.rows()) == 2
    assert kept.read_bytes() == before
    assert not list(person.stage.folder.glob(".*restoring*"))


def test_what_is_no_backup_is_said_and_esc_leads_back(make_driver, on_stage, monkeypatch):
    letter = on_stage.folder / "letter.txt"
    letter.write_text("Dear all")
    person = make_driver()
    answer(monkeypatch, "getOpenFileName", letter)
    person.enter("Restore from a backup")
    person.enter("Choose the backup")
    assert "This file is not a backup of a wallet." in texts(person.window.page)
    person.press(Key.Key_Escape)
    assert isinstance(person.window.page, Welcome)


def test_a_wallet_that_is_there_is_not_replaced(kept, make_driver, on_stage):
    on_stage.create("Somebody else")
    on_stage.app.wallet.lock()
    before = on_stage.vault.read_bytes()
    person = make_driver()
    person.enter("Restore from a backup")
    person.window.page.take(kept)
    person.settle()
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert on_stage.app.wallet.path == on_stage.vault.with_stem("wallet-2")
    assert on_stage.vault.read_bytes() == before


def test_a_backup_opened_as_a_wallet_says_what_it_is(kept, make_driver):
    person = make_driver()
    person.window._show_unlock(kept)
    person.settle()
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert "This file is a backup." in texts(person.window.page)


def dialog_of(person) -> RestoreDialog:
    (dialog,) = [d for d in person.window.findChildren(RestoreDialog) if d.isVisible()]
    return dialog


def test_a_backup_comes_into_the_open_wallet(person, monkeypatch):
    person.open_wallet(*records(person.stage.world)[:3])
    wallet = person.stage.app.wallet
    copy = person.stage.folder / f"one{SUFFIX}"
    wallet.backups.make(copy)
    first, second, _ = (row.id for row in wallet.rows())
    wallet.remove([first, second])
    wallet.erase([second])
    answer(monkeypatch, "getOpenFileName", copy)
    settings(person)
    person.enter("Restore from a backup")
    dialog = dialog_of(person)
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    said = texts(dialog)
    assert "A backup of this wallet, made on" in said
    assert "1 record comes in." in said
    assert "1 record was removed here and stays removed, unless you choose it." in said
    assert "1 record is the same here." in said
    assert len(wallet.rows()) == 1  # nothing has changed yet
    person.enter("Bring back")
    person.enter("Bring it in")
    assert person.says("Done. 2 records came in.")
    assert len(wallet.rows()) == 3
    back(person)
    assert not list(person.stage.folder.glob(".*restoring*"))


def test_a_backup_among_files_to_add_is_named_and_leads_to_restoring_it(person):
    person.open_wallet(*records(person.stage.world)[:2])
    wallet = person.stage.app.wallet
    copy = person.stage.folder / f"one{SUFFIX}"
    wallet.backups.make(copy)
    lost = wallet.rows()[0].id
    wallet.remove([lost])
    wallet.erase([lost])
    page = person.window.inside().go(ADD)
    page.add_files([copy])
    person.settle()
    assert "This is a wallet or a backup of one, not a record." in texts(page)
    assert len(wallet.rows()) == 1
    person.enter("Restore from it")
    dialog = dialog_of(person)
    assert dialog.path == copy
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    person.enter("Bring it in")
    assert person.says("Done.")
    assert person.window.inside().where == RECORDS
    assert len(wallet.rows()) == 2


def test_looking_changes_nothing_and_locking_closes_it(person):
    person.open_wallet(*records(person.stage.world)[:2])
    wallet = person.stage.app.wallet
    copy = person.stage.folder / f"one{SUFFIX}"
    wallet.backups.make(copy)
    page = settings(person)
    page.backup.open_backup(copy)
    person.settle()
    dialog = dialog_of(person)
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert "There is nothing new in it." in texts(dialog)
    assert not dialog.go.isEnabled()
    assert list(person.stage.folder.glob(".*restoring*"))
    person.window.lock()
    person.settle()
    QApplication.processEvents()
    assert not list(person.stage.folder.glob(".*restoring*"))
    assert not wallet.is_open


def test_another_persons_backup_is_said_to_be_one(person, tmp_path):
    from tests.ui.people import stage

    other = stage(tmp_path / "other")
    (tmp_path / "other").mkdir()
    other.create("Kim Castle")
    other.keep(*records(other.world)[:1])
    copy = tmp_path / f"kim{SUFFIX}"
    other.app.wallet.backups.make(copy)
    other.app.stop()
    person.open_wallet(*records(person.stage.world)[1:2])
    settings(person).backup.open_backup(copy)
    person.settle()
    dialog = dialog_of(person)
    person.type(PASSPHRASE)
    person.press(Key.Key_Return)
    assert "a backup of another wallet, that of “Kim Castle”" in texts(dialog)
    assert "1 key comes along; your own stays the first." in texts(dialog)
    own = person.stage.app.wallet.holder
    person.enter("Bring it in")
    assert person.stage.app.wallet.holder == own
    assert len(person.stage.app.wallet.identities()) == 2
    back(person)


def test_a_wallet_restored_where_one_was_does_not_inherit_its_wrong_tries(person, tmp_path):
    person.open_wallet(*records(person.stage.world)[:1])
    wallet, path = person.stage.app.wallet, person.stage.vault
    copy = person.stage.folder / f"one{SUFFIX}"
    wallet.backups.make(copy)
    person.ctrl(Key.Key_L)
    for _ in range(5):
        with pytest.raises(VaultError):
            wallet.unlock(path, "not this one")
        person.stage.world.now += timedelta(minutes=10)
    with pytest.raises(VaultError):
        wallet.unlock(path, "not this one")
    path.unlink()
    wallet.restoring.as_new(copy, PASSPHRASE, path)
    wallet.unlock(path, PASSPHRASE)
    assert len(wallet.rows()) == 1


def open_other(person, monkeypatch, tmp_path, hold):
    """Open the dialog on another wallet's backup; `hold` runs before each step of reading it."""
    other = stage(tmp_path / "other")
    other.create("Kim")
    other.keep(*records(person.stage.world)[:4])
    copy = tmp_path / f"other{SUFFIX}"
    other.app.wallet.backups.make(copy)
    other.app.wallet.lock()
    wallet = person.stage.app.wallet
    real = wallet.restoring.open

    def slowly(path, given, *, progress):
        return real(path, given, progress=lambda *at: hold(*at) or progress(*at))

    monkeypatch.setattr(wallet.restoring, "open", slowly)
    settings(person).backup.open_backup(copy)
    person.settle()
    dialog = dialog_of(person)
    dialog.proof.passphrase.setText(PASSPHRASE)
    return dialog


def test_leaving_while_a_backup_is_read_anew_stops_that(person, monkeypatch, tmp_path):
    person.open_wallet()
    reached, go_on, steps = threading.Event(), threading.Event(), []

    def hold(done, _of):
        steps.append(done)
        if done == 1:
            reached.set()
            go_on.wait(20)

    dialog = open_other(person, monkeypatch, tmp_path, hold)
    dialog.submit()
    assert reached.wait(20)
    dialog.reject()
    go_on.set()
    person.settle()
    assert max(steps) == 1
    assert person.stage.app.wallet.rows() == []


def test_while_it_comes_in_there_is_no_leaving_and_then_it_is_said(person, monkeypatch, tmp_path):
    person.open_wallet()
    dialog = open_other(person, monkeypatch, tmp_path, lambda *_: None)
    dialog.submit()
    person.settle()
    wallet = person.stage.app.wallet
    reached, go_on, real = threading.Event(), threading.Event(), wallet.restoring.merge

    def held_up(plan, *, revive):
        reached.set()
        go_on.wait(20)
        real(plan, revive=revive)

    monkeypatch.setattr(wallet.restoring, "merge", held_up)
    soon = []
    monkeypatch.setattr(person.window.refresher, "soon", lambda: soon.append(1))
    dialog.submit()
    assert reached.wait(20)
    assert not dialog.stop.isEnabled()
    person.qtbot.keyClick(dialog, Key.Key_Escape)
    assert dialog.isVisible()
    go_on.set()
    person.settle()
    assert person.says("Done.")
    assert len(wallet.rows()) == 4
    assert soon == [1]


def test_locking_closes_it_even_while_it_comes_in(person, monkeypatch, tmp_path):
    person.open_wallet()
    dialog = open_other(person, monkeypatch, tmp_path, lambda *_: None)
    dialog.submit()
    person.settle()
    restoring = person.stage.app.wallet.restoring
    reached, go_on, real = threading.Event(), threading.Event(), restoring.merge

    def held_up(plan, *, revive):
        reached.set()
        go_on.wait(20)
        real(plan, revive=revive)

    monkeypatch.setattr(restoring, "merge", held_up)
    dialog.submit()
    assert reached.wait(20)
    person.window.lock()
    assert person.window.findChildren(RestoreDialog) == [] or not dialog.isVisible()
    go_on.set()
    person.settle()
    assert isinstance(person.window.page, Unlock)
    assert not person.stage.app.wallet.is_open


@pytest.mark.parametrize("leave", ["check", "make_new", "every", "restore"])
def test_who_leaves_the_door_while_it_opens_leaves_no_wallet_open(person, monkeypatch, leave):
    person.open_wallet(*records(person.stage.world)[:1])
    person.ctrl(Key.Key_L)
    page, wallet = person.window.page, person.stage.app.wallet
    assert isinstance(page, Unlock)
    reached, go_on, real = threading.Event(), threading.Event(), wallet.unlock

    def slowly(path, given):
        reached.set()
        go_on.wait(20)
        real(path, given)

    monkeypatch.setattr(wallet, "unlock", slowly)
    page.passphrase.setText(PASSPHRASE)
    page.submit()
    assert reached.wait(20)
    getattr(page, leave).emit()
    assert person.window.page is not page
    go_on.set()
    person.settle()
    assert not wallet.is_open
    assert person.window.shell is None


def test_a_wallet_that_is_open_behind_a_page_of_the_door_is_closed_by_locking(person):
    person.open_wallet(*records(person.stage.world)[:1])
    person.ctrl(Key.Key_L)
    person.window._check_alone()
    person.stage.app.wallet.unlock(person.stage.vault, PASSPHRASE)
    with person.qtbot.waitSignal(person.window.locked):
        person.window.lock(hurried=True)
    person.settle()
    assert not person.stage.app.wallet.is_open


def test_the_dialog_that_adds_to_a_share_holds_nothing_once_it_is_closed(person):
    person.open_wallet(*records(person.stage.world))
    person.window.share([person.stage.app.wallet.rows()[0].id])
    person.settle()
    share = person.screen(SHARE)
    for close in (lambda picker: picker.reject(), lambda _picker: person.window.lock()):
        share._pick()
        person.settle()
        (picker,) = person.window.findChildren(Picker)
        close(picker)
        person.settle()
        person.qtbot.waitUntil(lambda: person.window.findChildren(Picker) == [])


def test_a_folder_that_never_answers_keeps_no_wallet_open(person, monkeypatch, silent):
    person.open_wallet(*records(person.stage.world)[:1])
    folder = person.stage.folder / "silent"
    folder.mkdir()
    person.stage.app.wallet.set_setting("backup_folder", str(folder))
    closed: list[bool] = []
    person.window.locked.connect(lambda: closed.append(person.stage.app.wallet.is_open))
    person.window.lock()
    person.settle()
    assert closed == [False]
    person.stage.app.wallet.unlock(person.stage.vault, PASSPHRASE)
    person.window._opened(person.stage.vault)
    person.settle()
    page = settings(person)
    assert "The folder for backups does not answer." in texts(page.backup)
