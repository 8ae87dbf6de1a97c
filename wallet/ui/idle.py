"""Noticing that nobody is there: the time since somebody last used the window.

Measured on a clock that nobody can set and that goes on while the machine sleeps, so neither a
changed date nor a closed lid keeps a wallet open.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent, QMouseEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from wallet.ui.hands import Field, hands, hear_dialog

LOOK_SECONDS = 15  # how often it looks; the wallet locks at most this much too late
LATE_SECONDS = 30  # a look that comes so much too late: the machine slept, or was stopped

_INPUT = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TouchUpdate,
    QEvent.Type.TabletPress,
    QEvent.Type.TabletMove,
    QEvent.Type.NativeGesture,
}


def elapsed() -> float:
    """Return seconds on a clock that goes on in sleep and that nobody sets."""
    # On Linux and macOS time.monotonic stands still in sleep; on Windows it goes on.
    names = {"linux": "CLOCK_BOOTTIME", "darwin": "CLOCK_MONOTONIC"}
    clock = getattr(time, names.get(sys.platform, ""), None)
    return time.clock_gettime(clock) if clock is not None else time.monotonic()


class Idle(QObject):
    """Emits `over` once nobody used any window of the app for so many minutes, or it slept."""

    over = Signal()

    def __init__(self, parent: QObject, clock: Callable[[], float] = elapsed) -> None:
        super().__init__(parent)
        self._clock = clock
        self._seconds = 0.0
        self._used = self._looked = 0.0
        self._where: QPointF | None = None
        self._when_minimised = False
        self._timer = QTimer(self, interval=LOOK_SECONDS * 1000)
        self._timer.timeout.connect(self.look)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        # Dialogs are windows of their own: whoever types in one is there.
        application.focusWindowChanged.connect(self.watch)
        self.watch(QGuiApplication.focusWindow())
        self._listening = Field()
        # What an input method writes (Chinese, a phone's keyboard) goes past the window.
        self._field: QObject | None = None
        application.focusObjectChanged.connect(self.watch_field)
        self.watch_field(QGuiApplication.focusObject())
        # A screen reader presses buttons and moves the focus without any key.
        # What they ask for is done first: were it over, locking would come in the midst of that.
        hands.used.connect(self.touch, Qt.ConnectionType.QueuedConnection)
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_moved)

    def watch(self, window: QWindow | None) -> None:
        """Notice what is done in a window."""
        if window is not None:
            window.installEventFilter(self)
            dialog = QApplication.activeModalWidget()
            if dialog is not None:
                hear_dialog(dialog)

    def watch_field(self, field: QObject | None) -> None:
        """Notice what an input method writes where the focus is, and nowhere else any more."""
        before, self._field = self._field, field
        if before is not None and isValid(before) and not isinstance(before, QWindow):
            before.removeEventFilter(self)
        self._listening.listen(field)
        if field is not None:
            field.installEventFilter(self)

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        """Notice a focus that was moved: what goes, or a window that comes, moves it by itself."""
        if now is None or before is None or before is now or not isValid(before):
            return
        if before.isVisible() and before.isEnabled():
            hands.changed()

    @property
    def minutes(self) -> float:
        """After how many minutes it is over; 0 while it does not count."""
        return self._seconds / 60 if self._timer.isActive() else 0

    @property
    def left(self) -> float:
        """How many seconds are left."""
        return self._used + self._seconds - self._clock()

    def start(self, minutes: float) -> None:
        """Count from now."""
        self._seconds = minutes * 60
        self._used = self._looked = self._clock()
        self._timer.start()

    def stop(self) -> None:
        """Count no longer."""
        self._timer.stop()

    def touch(self) -> None:
        """Somebody is there; too late if it was over before they came, as after a sleep."""
        if self._timer.isActive() and not self.look():
            self._used = self._clock()

    def look(self) -> bool:
        """Say whether it is over, and stop counting if so."""
        now = self._clock()
        slept = now - self._looked > LOOK_SECONDS + LATE_SECONDS
        self._looked = now
        if not slept and now - self._used < self._seconds:
            return False
        self.stop()
        self.over.emit()
        return True

    def when_minimised(self, on: bool) -> None:
        """Take a minimised window for nobody being there, or not."""
        self._when_minimised = on

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that somebody is there, or put the window away."""
        if event.type() == QEvent.Type.WindowStateChange and isinstance(watched, QWidget):
            if self._when_minimised and self._timer.isActive() and watched.isMinimized():
                QTimer.singleShot(0, self, self.over.emit)
        elif event.type() == QEvent.Type.InputMethod:
            if isinstance(event, QInputMethodEvent) and _says_something(event):
                self.touch()
        elif event.type() in _INPUT and self._is_real(event):
            self.touch()
        return False

    def _is_real(self, event: QEvent) -> bool:
        """Say whether somebody did something: a key held down by a book is nobody.

        Systems send mouse moves without any motion when windows come and go.
        """
        if isinstance(event, QKeyEvent):
            return not event.isAutoRepeat()
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseMove:
            before, self._where = self._where, event.globalPosition()
            return self._where != before
        return True


def _says_something(event: QInputMethodEvent) -> bool:
    return bool(event.commitString() or event.preeditString() or event.replacementLength())
