"""Nobody there: what counts as somebody, and which clock counts."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QVBoxLayout, QWidget

import wallet.ui
from tests.ui.people import records
from wallet.ui import idle as module
from wallet.ui.context import CHECK, LOCK_SETTING, RECORDS, SETTINGS
from wallet.ui.door import Unlock
from wallet.ui.idle import LOOK_SECONDS, Idle, elapsed
from wallet.ui.tasks import Lane
from wallet.ui.theme import chosen
from wallet.ui.widgets import Choice, Switch, button, focus_soon


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, idle: Idle, seconds: float) -> None:
        """Let time pass as it does while the machine is awake: with a look now and then."""
        while seconds > 0:
            step = min(LOOK_SECONDS, seconds)
            self.now += step
            seconds -= step
            if idle.minutes:
                idle.look()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def idle(qapp, clock, qtbot):
    made = Idle(qapp, clock)
    made.start(5)
    yield made
    made.stop()
    made.deleteLater()


@pytest.fixture
def over(idle) -> list[bool]:
    seen: list[bool] = []
    idle.over.connect(lambda: seen.append(True))
    return seen


def moved(x: float) -> QMouseEvent:
    where, none = QPointF(x, 5), Qt.MouseButton.NoButton
    return QMouseEvent(
        QEvent.Type.MouseMove, where, where, none, none, Qt.KeyboardModifier.NoModifier
    )


def pressed(*, repeated: bool = False) -> QKeyEvent:
    none = Qt.KeyboardModifier.NoModifier
    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, none, "a", repeated)


def test_it_is_over_after_the_minutes_and_not_before(idle, clock, over):
    clock.passes(idle, 299)
    assert over == []
    clock.passes(idle, 1)
    assert over == [True]
    assert idle.minutes == 0


@pytest.mark.parametrize("event", [moved(7), pressed()], ids=["mouse", "key"])
def test_somebody_there_keeps_it_open(idle, clock, over, event):
    clock.passes(idle, 290)
    idle.eventFilter(idle, event)
    clock.passes(idle, 290)
    assert over == []
    assert idle.left == pytest.approx(10)


def written(*, begun: str = "", done: str = "") -> QInputMethodEvent:
    event = QInputMethodEvent(begun, [])
    event.setCommitString(done)
    return event


@pytest.mark.parametrize("event", [written(begun="よう"), written(done="溶接")])
def test_what_an_input_method_writes_is_somebody(person, event):
    person.open_wallet()
    clock = person.window.idle._clock = Clock()
    person.window.lock_after(5)
    field = person.window.inside().go(CHECK).field
    field.setFocus()
    person.settle()
    for _ in range(3):
        clock.passes(person.window.idle, 290)
        QApplication.sendEvent(field, event)
    assert person.stage.app.wallet.is_open
    person.screen(SETTINGS)
    person.window.inside().go(SETTINGS)
    person.settle()
    clock.passes(person.window.idle, 290)
    QApplication.sendEvent(field, event)  # not where the focus is any more
    clock.passes(person.window.idle, 30)
    person.settle()
    assert not person.stage.app.wallet.is_open


@pytest.mark.parametrize(
    "event",
    [
        written(),
        moved(3),
        pressed(repeated=True),
        QEvent(QEvent.Type.Paint),
        QEvent(QEvent.Type.UpdateRequest),
    ],
    ids=["nothing written", "no motion", "a book on a key", "drawing", "an update"],
)
def test_what_nobody_did_does_not_count(idle, clock, over, event):
    idle.eventFilter(idle, moved(3))
    clock.passes(idle, 290)
    idle.eventFilter(idle, event)
    clock.passes(idle, 10)
    assert over == [True]


def test_who_comes_back_after_a_sleep_is_too_late(idle, clock, over):
    clock.now += 8 * 3600  # asleep: no look came in between
    idle.eventFilter(idle, pressed())
    assert over == [True]


def test_a_sleep_shorter_than_the_minutes_locks_too(idle, clock, over):
    clock.now += 120
    idle.look()
    assert over == [True]


def test_it_counts_nothing_while_the_wallet_is_locked(idle, clock, over):
    idle.stop()
    clock.now += 9999
    idle.eventFilter(idle, pressed())
    assert over == []


def test_the_clock_is_none_that_somebody_sets(monkeypatch):
    monkeypatch.setattr(module.time, "time", lambda: 0.0)
    first = elapsed()
    assert elapsed() >= first > 0


def test_a_clock_set_back_or_forward_changes_nothing(person):
    person.open_wallet()
    person.stage.world.now = person.stage.world.now.replace(year=2040)
    person.window.idle.look()
    assert person.window.shell is not None


# In the window


def test_it_locks_by_itself_when_nobody_is_there(person):
    person.open_wallet()
    assert person.window.idle.minutes == 5
    person.ctrl(Qt.Key.Key_4)
    person.pick("Lock by itself after", "15 minutes")
    person.settle()
    assert person.stage.app.wallet.setting(LOCK_SETTING) == "15"
    assert person.window.idle.minutes == 15
    person.window.idle._used -= 15 * 60
    person.window.idle.look()
    person.settle()
    assert isinstance(person.window.page, Unlock)
    assert not person.stage.app.wallet.is_open


def test_using_the_mouse_keeps_it_open(person):
    person.open_wallet()
    person.window.idle._used -= 200
    QApplication.sendEvent(person.window.windowHandle(), moved(11))
    assert person.window.idle.left > 290


def test_typing_in_a_dialog_keeps_it_open(person):
    person.open_wallet()
    box = QMessageBox(person.window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.open()
    person.qtbot.waitUntil(lambda: QApplication.focusWindow() is box.windowHandle())
    person.window.idle._used -= 200
    QApplication.sendEvent(box.windowHandle(), pressed())
    assert person.window.idle.left > 290


def test_minimising_locks_only_where_chosen(person):
    person.open_wallet()
    person.window.showMinimized()
    person.settle()
    assert person.window.shell is not None
    person.window.showNormal()
    person.window.shell.go(SETTINGS)
    person.settle()
    person.screen(SETTINGS).minimised.click()
    person.settle()
    person.window.showMinimized()
    person.qtbot.waitUntil(lambda: person.window.shell is None)
    person.settle()
    assert not person.stage.app.wallet.is_open
    person.window.showNormal()


def do(widget, action: str) -> None:
    """Do what a screen reader does to a control: no key, no mouse."""
    interface = QAccessible.queryAccessibleInterface(widget)
    interface.actionInterface().doAction(action)


ACTIONS = {"button": "Press", "switch": "Toggle", "chip": "Press"}


@pytest.mark.parametrize("kind", ACTIONS)
def test_a_screen_reader_that_presses_is_somebody(qtbot, idle, over, clock, kind):
    made = {
        "button": lambda: button("Share"),
        "switch": lambda: Switch(chosen("light", 100), "Work offline"),
        "chip": lambda: button("All", look="chip"),
    }[kind]()
    qtbot.addWidget(made)
    made.show()
    for _ in range(4):
        clock.passes(idle, 200)
        do(made, ACTIONS[kind])
        qtbot.wait(150)  # a button is pressed for a moment
    assert over == []
    clock.passes(idle, 310)
    assert over == [True]


@pytest.mark.parametrize("action", ["Toggle", "Press"])
def test_what_a_screen_reader_turns_on_is_done(person, action):
    """It may turn a place, an option or a switch on as it does a box: without a click."""
    person.open_wallet()
    navigation = person.window.inside().navigation

    def turn(widget) -> None:
        do(widget, action)
        person.qtbot.wait(150)
        person.settle()

    turn(navigation._places[SETTINGS])
    settings = person.screen(SETTINGS)
    assert person.window.inside().where == SETTINGS
    before = person.stage.app.offline
    turn(navigation.offline_switch)
    assert person.stage.app.offline is not before
    turn(navigation.offline_switch)
    assert person.stage.app.offline is before
    turn(settings.theme.chip("dark"))
    assert person.stage.app.preferences.theme == "dark"


def test_a_focus_that_is_moved_is_somebody_and_one_that_is_lost_is_nobody(qtbot, idle, over, clock):
    whole = QWidget()
    whole.setLayout(QVBoxLayout())
    one, two = QLineEdit(), QLineEdit()
    whole.layout().addWidget(one)
    whole.layout().addWidget(two)
    qtbot.addWidget(whole)
    with qtbot.waitActive(whole):
        whole.show()
        whole.activateWindow()
    one.setFocus()
    QApplication.processEvents()
    clock.passes(idle, 200)
    two.setFocus()
    QApplication.processEvents()
    clock.passes(idle, 200)
    assert over == []
    two.hide()  # and the focus goes to the other
    assert one.hasFocus()
    clock.passes(idle, 110)
    assert over == [True]


@pytest.mark.parametrize("kind", ["switch", "chips", "place"])
def test_what_the_app_turns_on_by_itself_is_nobody(person, clock, kind):
    person.open_wallet()
    window = person.window
    window.idle._clock = clock
    settings = window.shell.go(SETTINGS)
    person.settle()
    window.lock_after(5)
    clock.passes(window.idle, 200)
    if kind == "switch":
        settings.minimised.setChecked(not settings.minimised.isChecked())
    elif kind == "chips":
        settings.minutes.choose("15")
    else:
        window.inside().navigation.mark(CHECK)
    assert window.idle.left == pytest.approx(100)


def test_what_comes_home_from_the_background_is_nobody(person, clock):
    """A long work that ends gives the focus back, fills fields and picks rows: nobody did."""
    person.open_wallet(*records(person.stage.world)[:2])
    window = person.window
    window.idle._clock = clock
    listing = person.screen(RECORDS).listing
    check = window.shell.visit(CHECK)
    window.lock_after(5)
    clock.passes(window.idle, 200)

    def answer(_answer: object) -> None:
        listing.search.setFocus()
        listing.search.setText("welding")
        listing.take_focus()
        listing.pick_first()
        focus_soon(listing.more)

    window._tasks.run(check, lambda _t: 0, answer, fail=answer, lane=Lane.WEB)
    person.settle()
    person.qtbot.waitUntil(listing.more.hasFocus)
    assert window.idle.left == pytest.approx(100)


def test_a_screen_reader_that_writes_or_picks_is_somebody(person, clock):
    person.open_wallet(*records(person.stage.world)[:3])
    window = person.window
    window.idle._clock = clock
    listing = person.screen(RECORDS).listing
    window.lock_after(5)

    def left_after(act) -> float:
        clock.passes(window.idle, 200)
        act()
        QApplication.processEvents()
        return window.idle.left

    listing.search.setFocus()
    spoken = QAccessible.queryAccessibleInterface(listing.search)
    assert left_after(lambda: spoken.setText(QAccessible.Text.Value, "weld")) == 300
    assert listing.search.text() == "weld"
    listing.search.setText("")
    person.qtbot.wait(300)
    person.settle()
    listing.view.setFocus()
    rows = QAccessible.queryAccessibleInterface(listing.view)
    last = rows.child(rows.childCount() - 1)
    assert left_after(lambda: rows.selectionInterface().select(last)) == 300


def test_a_screen_reader_that_presses_in_one_of_qts_own_dialogs_is_somebody(person):
    person.open_wallet()
    box = QMessageBox(person.window)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.addButton(QMessageBox.StandardButton.Help)
    box.open()
    person.qtbot.waitUntil(lambda: QApplication.focusWindow() is box.windowHandle())
    idle = person.window.idle
    idle._used -= 200
    do(box.button(QMessageBox.StandardButton.Help), "Press")
    person.qtbot.waitUntil(lambda: idle.left > 290)


def test_every_kind_of_button_is_heard():
    """Each class that is a button says so itself, and none of Qt's is used as it is."""
    bare = {"QPushButton", "QCheckBox", "QRadioButton", "QToolButton", "QCommandLinkButton"}
    for path in sorted(Path(wallet.ui.__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in bare, f"{path.name}:{node.lineno}"
            if isinstance(node, ast.ClassDef) and bare & {ast.unparse(one) for one in node.bases}:
                assert "heard(self)" in ast.unparse(node), node.name


def test_an_option_that_was_not_taken_can_be_picked_again_and_an_unknown_one_is_none(qtbot):
    made = Choice("Theme", [("a", "A"), ("b", "B")], "zz")
    qtbot.addWidget(made)
    told: list[str] = []
    made.picked.connect(told.append)
    assert not any(made.chip(key).isChecked() for key in "ab")
    for key, so_far in (("a", ["a"]), ("a", ["a", "a"]), ("b", ["a", "a", "b"])):
        made.chip(key).click()
        assert told == so_far
    do(made.chip("a"), "Toggle")
    assert told[-1] == "a"
    qtbot.wait(1)
    made.chip("a").click()
    assert told == ["a", "a", "b", "a", "a"]


def test_a_press_after_it_is_over_is_done_before_the_lock_sweeps_up(person):
    person.open_wallet()
    clock = person.window.idle._clock = Clock()
    person.window.lock_after(5)
    done: list[bool] = []
    made = button("Copy the link", lambda: done.append(person.stage.app.wallet.is_open))
    clock.now += 310
    made.click()
    assert done == [True]
    person.settle()
    assert not person.stage.app.wallet.is_open
