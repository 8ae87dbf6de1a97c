"""Where the focus is while something works: nowhere a second press does harm, and back after."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar

from tests.ui.conftest import name_of
from tests.ui.people import ISSUERS, PASSPHRASE, records, stage
from wallet.places import Start
from wallet.ui.context import CHECK, SETTINGS, SHARE
from wallet.ui.proof import ProofDialog
from wallet.ui.recovery_sheet import SheetDialog, prepare
from wallet.ui.tasks import PLACE_WORKERS, WEB_WORKERS, Lane

Key = Qt.Key
WRONG = "not the one at all"


@pytest.fixture(params=[False, True], ids=["own", "guest"])
def on_stage(tmp_path, request):
    made = stage(tmp_path, trusted=ISSUERS, start=Start(guest=request.param))
    yield made
    made.app.stop()


@pytest.fixture
def hold(person) -> Iterator[Callable[[], Callable[[], None]]]:
    """Let nothing that is asked for from now on be done before what is returned is called."""
    going = threading.Event()

    def holding() -> Callable[[], None]:
        for lane, many in ((Lane.VAULT, 1), (Lane.WEB, WEB_WORKERS), (Lane.PLACES, PLACE_WORKERS)):
            for _ in range(many):
                person.tasks.run(
                    person.window,
                    lambda _tick: going.wait(),
                    lambda _answer: None,
                    fail=lambda _failure: None,
                    lane=lane,
                )
        return going.set

    yield holding
    going.set()


def made_elsewhere(person):
    """Return a wallet that is locked, on a stick as a guest's is."""
    path = person.stage.folder / "stick.ler"
    person.stage.app.wallet.create(path, PASSPHRASE, name="Robin Rivera")
    person.stage.app.wallet.lock()
    return path


def opened(person) -> None:
    path = made_elsewhere(person)
    person.stage.app.wallet.unlock(path, PASSPHRASE)
    person.stage.keep(*records(person.stage.world)[:2])
    person.window._opened(path)
    person.settle()


def create(person):
    window = person.window
    if person.stage.app.guest:
        window._show_create_at(person.stage.folder / "new.ler")
    else:
        window._show_create()
    page = window.page
    page.name.setText("Robin Rivera")
    page.passphrase.setText(PASSPHRASE)
    page.again.setText(PASSPHRASE)
    return page, page.go, None


def unlock(person):
    person.window._show_unlock(made_elsewhere(person))
    person.settle()
    page = person.window.page
    page.passphrase.setText(WRONG)
    return page, page.go, page.passphrase


def restore(person):
    path = made_elsewhere(person)
    backup = path.with_suffix(".ler-backup")
    backup.write_bytes(path.read_bytes())
    person.window._show_restore()
    page = person.window.page
    page.take(backup)
    person.settle()
    page.proof.passphrase.setText(WRONG)
    return page, page.go, page.proof.passphrase


def rescue(person):
    person.window.rescue(made_elsewhere(person))
    person.settle()
    page = person.window.page
    page.proof.passphrase.setText(WRONG)
    return page, page.save, page.proof.passphrase


def passphrase(person):
    opened(person)
    ways = person.window.shell.go(SETTINGS).ways
    person.settle()
    ways.change_passphrase()
    dialog = person.window.findChild(ProofDialog)
    person.qtbot.waitUntil(dialog.isActiveWindow)
    dialog.proof.passphrase.setText(WRONG)
    dialog.new.setText(PASSPHRASE)
    dialog.again.setText(PASSPHRASE)
    return dialog, dialog.go, dialog.proof.passphrase


def sheet(person):
    opened(person)
    window = person.window
    prepared = prepare(person.stage.app.wallet, PASSPHRASE)
    dialog = SheetDialog(window.context, prepared, window)
    dialog.open()
    person.qtbot.waitUntil(dialog.isActiveWindow)
    dialog.try_it()
    person.qtbot.wait(10)
    for number, field in zip(dialog._asked, dialog.answers, strict=True):
        field.setText(prepared.paper.groups[number])
    return dialog, dialog.go, None


def backup_now(person):
    opened(person)
    card = person.window.shell.go(SETTINGS).backup
    person.settle()
    return card, card.now, card.now


def file_check(person):
    opened(person)
    card = person.window.shell.go(SETTINGS).file
    person.settle()
    return card, card.check, card.check


def taking_along(person):
    opened(person)
    card = person.window.shell.go(SETTINGS).along
    person.settle()
    card.save_zip = lambda: card.write(person.stage.folder / "all.zip", zipped=True)
    card.zip.clicked.disconnect()
    card.zip.clicked.connect(lambda _on=False: card.save_zip())
    return card, card.zip, card.zip


def checking(person):
    opened(person)
    page = person.window.shell.go(CHECK)
    page.field.setPlainText("https://check.college.example/#nothing")
    return page, page.go, page.go


def sharing(person):
    opened(person)
    person.window.share([row.id for row in person.stage.app.wallet.rows()])
    person.settle()
    page = person.window.shell.visited(SHARE)
    page.whom.setText("Blue River")
    return page, page.go, None


WORKS = (
    create,
    unlock,
    restore,
    rescue,
    passphrase,
    sheet,
    backup_now,
    file_check,
    taking_along,
    checking,
    sharing,
)


@pytest.mark.parametrize("begin", WORKS, ids=lambda begin: begin.__name__)
def test_the_focus_waits_where_it_does_no_harm(person, hold, begin):
    page, pressed, after = begin(person)
    pressed.setFocus()
    assert pressed.hasFocus()
    go_on = hold()
    person.qtbot.keyClick(pressed, Key.Key_Space)
    waiting = person.focus
    assert not pressed.isEnabled()
    assert page.isAncestorOf(waiting)
    assert isinstance(waiting, QProgressBar) or name_of(waiting) == "Cancel"
    if isinstance(waiting, QProgressBar):
        for key in (Key.Key_Space, Key.Key_Return):
            person.qtbot.keyClick(waiting, key)
            assert person.focus is waiting
    go_on()
    person.settle()
    if after is not None:  # else what was made takes it
        assert person.focus is after


def test_somebody_who_goes_on_meanwhile_is_not_called_back(person, hold):
    card, check, _after = file_check(person)
    check.setFocus()
    go_on = hold()
    person.qtbot.keyClick(check, Key.Key_Space)
    elsewhere = person.window.shell.visited(SETTINGS).along.folder
    elsewhere.setFocus()
    go_on()
    person.settle()
    assert check.isEnabled()
    assert person.focus is elsewhere
    assert not card.busy.isVisible()


def test_cancel_keeps_the_focus_until_it_is_done(person, hold):
    card, pressed, _after = taking_along(person)
    pressed.setFocus()
    go_on = hold()
    person.qtbot.keyClick(pressed, Key.Key_Space)
    assert person.focus is card.stop
    person.qtbot.keyClick(card.stop, Key.Key_Space)
    assert person.focus is card.stop
    assert card.doing.text() == "Stopping"
    go_on()
    person.settle()
    assert person.focus is pressed
    assert not card.stop.isVisible()
