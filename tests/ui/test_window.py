"""The window as a whole: crashes, samples, dropping anywhere, locking by itself, languages."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from tests.ui.people import PASSPHRASE, many, records
from wallet import wording
from wallet.ui import main, pictures
from wallet.ui.context import ADD, RECORDS, SETTINGS, SHARE, SHARES
from wallet.ui.crash import CrashHandler, report
from wallet.ui.door import Welcome
from wallet.ui.proof import ProofDialog
from wallet.ui.rows import LINE, Line
from wallet.ui.strength import Strength, estimate

SECRET = "did:example:somebody-private"


def fail_with_a_secret():
    raise RuntimeError(SECRET)


def test_a_crash_report_holds_places_and_no_values(capsys):
    said = []
    handler = CrashHandler(said.append)
    try:
        fail_with_a_secret()
    except RuntimeError as error:
        handler.crashed(error)
        handler.hook(RuntimeError, error, error.__traceback__)
    printed = capsys.readouterr().err
    assert "fail_with_a_secret" in printed
    assert "RuntimeError" in printed
    assert SECRET not in printed
    assert SECRET not in report(RuntimeError(SECRET))
    assert len(handler.reports) == 1
    assert said == [wording.unforeseen()] * 2


def test_the_window_goes_on_after_a_crash(qtbot, on_stage, monkeypatch, capsys):
    from PySide6.QtCore import QTimer

    def use_it():
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, main.Window)]
        window = next(w for w in windows if w.isVisible())
        sys.excepthook(RuntimeError, RuntimeError(SECRET), None)
        assert window.toast.isVisible()
        assert SECRET not in window.toast.text.text()
        window.close()

    QTimer.singleShot(200, use_it)
    before = sys.excepthook
    assert main.run(on_stage.app) == 0
    assert sys.excepthook is before
    assert not on_stage.app.wallet.is_open
    assert SECRET not in capsys.readouterr().err


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "javascript:alert(1)", "", "not an address", "ms-word:x"]
)
def test_nothing_but_the_web_is_opened(qapp, address):
    assert main.open_url(address) is False


def test_samples_go_also_where_the_program_begins_anew_as_a_guests(person, monkeypatch, tmp_path):
    """`os.execv` comes after the app's end, and before anything that is left to the very end."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("atexit.register", lambda *_given, **_more: None)
    person.enter("Try it with sample records")
    (folder,) = tmp_path.glob("ler-wallet-try-*")
    person.stage.app.stop()
    assert not folder.exists()


def test_samples_are_thrown_away_when_they_are_locked_as_is_said(person, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for _twice in range(2):
        person.enter("Try it with sample records")
        assert person.says("thrown away when you lock it")
        (folder,) = tmp_path.glob("ler-wallet-try-*")
        assert person.stage.app.wallet.rows()
        person.window.lock()
        person.settle()
        assert not folder.exists()
        person.window.activateWindow()


def test_trying_it_with_sample_records(qtbot, person):
    person.enter("Try it with sample records")
    person.qtbot.waitUntil(lambda: person.window.shell is not None, timeout=20_000)
    person.settle()
    assert person.says("Sample records")
    model = person.screen(RECORDS).listing.model
    lines = [model.data(model.index(at), LINE) for at in range(model.rowCount())]
    lines = [line for line in lines if isinstance(line, Line)]
    assert lines
    assert all(line.sample == "Sample" for line in lines)
    assert person.stage.app.preferences.vault is None  # the throw-away wallet is not remembered
    path = person.stage.app.wallet.path
    person.ctrl(Qt.Key.Key_L)
    assert not path.exists()
    assert isinstance(person.window.page, Welcome)  # its passphrase is known to nobody


def test_files_can_be_dropped_anywhere_in_the_window(person):
    person.open_wallet()
    paths = person.stage.save(*many(person.stage.world, 2))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0)
    enter = QDragEnterEvent(QPoint(600, 400), copy, mime, left, none)
    QApplication.sendEvent(person.window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(person.window, QDropEvent(QPointF(600, 400), copy, mime, left, none))
    person.settle()
    assert person.window.shell.where == ADD
    assert "2 new" in person.screen(ADD).summary.text()


def test_nothing_can_be_dropped_on_a_locked_wallet(person):
    mime = QMimeData()
    mime.setText("{}")
    enter = QDragEnterEvent(
        QPoint(600, 400),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier(0),
    )
    enter.ignore()
    QApplication.sendEvent(person.window, enter)
    assert not enter.isAccepted()


def test_locking_empties_what_was_shown(person):
    person.open_wallet(*records(person.stage.world))
    person.screen(RECORDS).listing.pick_first()
    person.settle()
    shell = person.window.shell
    for place in (ADD, SHARE, SHARES, SETTINGS):
        shell.visit(place)
    listing, detail = shell.visit(RECORDS).listing, shell.visit(RECORDS).detail
    share, ways = shell.visit(SHARE), shell.visit(SETTINGS).ways
    person.window.share([row.id for row in person.stage.app.wallet.rows()][:1])
    person.settle()
    share.whom.setText("Harbor Hospital")
    share.make()
    person.settle()
    assert share.result.made is not None
    ways.change_passphrase()
    (asked,) = person.window.findChildren(ProofDialog)
    asked.proof.passphrase.setText(PASSPHRASE)
    seen = {}

    def look(*_page):
        seen.update(
            rows=listing.model.rowCount(),
            view=detail.view,
            entries=share._entries,
            made=share.result.made,
            old=asked.proof.passphrase.text(),
            ways=ways._blocks.count(),
            shares=shell.visit(SHARES).model.rowCount(),
        )

    show_door = person.window.show_door
    person.window.show_door = lambda: (look(), show_door())
    person.window.lock()
    person.window.show_door = show_door
    nothing = {"view": None, "entries": [], "made": None, "old": ""}
    assert seen == nothing | {"rows": 0, "shares": 0, "ways": 0}
    person.settle()
    assert not person.stage.app.wallet.is_open


def test_the_language_changes_at_once(person):
    person.open_wallet()
    person.ctrl(Qt.Key.Key_4)
    person.screen(SETTINGS).language.chip("es").click()
    person.qtbot.waitUntil(lambda: person.stage.app.preferences.language == "es")
    person.settle()
    assert wording.language() in ("es", "en")  # "en" where the catalogue is not compiled
    person.stage.app.prefer(language="en")
    person.window.redress()
    person.settle()


def test_a_preview_opens_on_this_computer_only(person, monkeypatch):
    class Page:
        def url(self, fragment=""):
            return f"http://127.0.0.1:4711/#{fragment}" if fragment else "http://127.0.0.1:4711/"

        def stop(self):
            pass

    person.stage.app.__dict__["preview"] = Page()
    person.open_wallet(*many(person.stage.world, 1))
    person.enter("Share")
    person.enter("See it as they will")
    assert person.opened
    assert person.opened[0].startswith("http://127.0.0.1:4711/#u")
    assert person.stage.app.wallet.shares() == []  # nothing left, so nothing is in the ledger


def test_a_stand_in_page_is_said_to_be_one(person):
    from wallet.preferences import DEFAULT_PAGE

    person.open_wallet(*many(person.stage.world, 1))
    person.stage.app.preferences = person.stage.app.preferences.changed(page=DEFAULT_PAGE)
    person.enter("Share")
    share = person.screen(SHARE)
    assert share._stand_in.isVisible()
    person.pick("How", "File")
    assert not share._stand_in.isVisible()


def test_pictures_are_taken_of_every_screen(on_stage, tmp_path, qapp):
    on_stage.create()
    on_stage.keep(*records(on_stage.world))
    taken = pictures.take(
        on_stage.app,
        tmp_path / "shots",
        looks=(pictures.DARK,),
        scenes=(pictures.records, pictures.sharing, pictures.settings),
    )
    names = {path.stem for path in taken}
    assert {
        "dark-welcome",
        "dark-records",
        "dark-share-qr",
        "dark-settings",
        "dark-unlock",
    } <= names
    assert all(path.stat().st_size > 5000 for path in taken)


@pytest.mark.parametrize(
    ("passphrase", "expected"),
    [
        ("", Strength.SHORT),
        ("abc1234", Strength.SHORT),
        ("password1", Strength.WEAK),
        ("aaaaaaaaaaaaaaaa", Strength.WEAK),
        ("12345678901234", Strength.WEAK),
        ("welding shop", Strength.FAIR),
        ("seven quiet herons wading", Strength.FAIR),
        ("seven quiet herons wading north", Strength.STRONG),
        ("k7#Vq!z2mP@xR9", Strength.STRONG),
    ],
)
def test_a_passphrase_is_judged(passphrase, expected):
    assert estimate(passphrase) is expected


def test_a_share_ends_on_the_day_picked(person):
    person.open_wallet(*many(person.stage.world, 1))
    person.enter("Share")
    share = person.screen(SHARE)
    person.tab_to("For whom")
    person.type("Harbor Hospital")
    person.pick("Ends", "Pick a date")
    assert share.date.isVisible()
    person.tab_to("The day it ends")
    before = share.date.date()
    person.press(Qt.Key.Key_Up)
    assert share.date.date() == before.addDays(1)
    ends = share._ends().astimezone()
    assert (ends.year, ends.month, ends.day) == share.date.date().getDate()
    assert (ends.hour, ends.minute) == (23, 59)
