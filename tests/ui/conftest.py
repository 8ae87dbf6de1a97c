"""A window on a pretend world for every test, driven by keys."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget

from tests.ui.people import ISSUERS, PASSPHRASE, Stage, stage
from wallet.ui.main import prepare, window_of
from wallet.ui.share_result import FullWindow
from wallet.ui.tasks import Tasks
from wallet.ui.window import Window

# Said by the offscreen platform whenever a window has a least size; it is no fault of ours.
NOISE = "This plugin does not support"


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.qt_log_ignore(NOISE, extend=True))


class Flashes(QObject):
    """Notes every window that shows itself, besides those that should."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched, event) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            expected = isinstance(watched, Window | QDialog | FullWindow | QMenu)
            if watched.isWindow() and not expected and not watched.inherits("QTipLabel"):
                self.seen.append(f"{type(watched).__name__} {name_of(watched)!r}")
        return False


class Driver:
    """A person at the keyboard."""

    def __init__(self, qtbot, on: Stage, window: Window, tasks: Tasks, opened: list[str]) -> None:
        self.qtbot, self.stage, self.window, self.tasks = qtbot, on, window, tasks
        self.opened = opened

    @property
    def focus(self) -> QWidget:
        widget = QApplication.focusWidget()
        assert widget is not None, "nothing has the focus"
        return widget

    def settle(self) -> None:
        """Wait until nothing is under way and every answer was delivered."""
        while True:
            self.qtbot.waitUntil(lambda: self.tasks.idle, timeout=20_000)
            QApplication.processEvents()  # what was just put in its place is shown now
            if self.tasks.idle:  # else being shown made it ask for more
                return

    def press(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def ctrl(self, key: Qt.Key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.focus, text)

    def tab_to(self, name: str, *, most: int = 80) -> QWidget:
        """Press Tab until the control of that name has the focus."""
        for _ in range(most):
            widget = QApplication.focusWidget()
            if widget is not None and name_of(widget).startswith(name):
                return widget
            self.qtbot.keyClick(widget or self.window, Qt.Key.Key_Tab)
        raise AssertionError(f"no Tab leads to {name!r}")

    def pick(self, name: str, option: str) -> None:
        """Go to a row of chips by keyboard and move to one of them with the arrow keys."""
        self.tab_to(f"{name}: ")
        self.settle()
        for key in [Qt.Key.Key_Right] * 6 + [Qt.Key.Key_Left] * 7:
            if name_of(self.focus).startswith(f"{name}: {option}"):
                return
            self.press(key)
            self.qtbot.wait(1)  # a change of looks draws the window anew
            self.settle()
        raise AssertionError(f"no arrow leads to {option!r}")

    def enter(self, name: str) -> None:
        """Go to a button by keyboard and press it."""
        self.tab_to(name)
        self.press(Qt.Key.Key_Space)

    def screen(self, key: str):
        assert self.window.shell is not None
        return self.window.shell.visit(key)

    def open_wallet(self, *named: tuple[str, bytes]) -> None:
        """Begin with an open wallet that holds these records."""
        self.stage.create()
        if named:
            self.stage.keep(*named)
        self.window._opened(self.stage.vault)
        self.settle()

    def says(self, text: str) -> bool:
        """Say whether the toast says so."""
        return text in self.window.toast.text.text() and self.window.toast.isVisible()


def name_of(widget: QWidget) -> str:
    """Return the name a screen reader says for a widget."""
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name) if found is not None else ""


@pytest.fixture
def on_stage(tmp_path) -> Stage:
    return stage(tmp_path, trusted=ISSUERS)


@pytest.fixture
def make_driver(qtbot, on_stage) -> Iterator[Callable[[], Driver]]:
    """Open the window when called, so that a test can put a wallet there first."""
    crashes: list[BaseException] = []
    opened: list[str] = []
    tasks = Tasks(crashes.append)
    windows: list[Window] = []

    def make() -> Driver:
        prepare(QApplication.instance())
        window = window_of(on_stage.app)(
            on_stage.app, tasks, lambda url: opened.append(url) is None
        )
        windows.append(window)
        window.resize(1280, 800)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return Driver(qtbot, on_stage, window, tasks, opened)

    flashes = Flashes()
    QApplication.instance().installEventFilter(flashes)
    yield make
    QApplication.instance().removeEventFilter(flashes)
    qtbot.waitUntil(lambda: tasks.idle, timeout=20_000)
    for window in windows:
        window.close()
    qtbot.waitUntil(lambda: tasks.idle, timeout=20_000)
    tasks.stop()
    on_stage.app.stop()
    for window in windows:
        window.deleteLater()
    QApplication.clipboard().clear()
    assert not crashes, crashes
    assert not flashes.seen, "shown as a window of its own, before it had its place"


@pytest.fixture
def person(make_driver) -> Driver:
    return make_driver()


@pytest.fixture
def passphrase() -> str:
    return PASSPHRASE
