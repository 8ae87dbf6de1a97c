"""The line above everything in a guest session: the time left, saving to a stick, and the end."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QMenu, QPushButton, QWidget
from shiboken6 import isValid

from wallet.ui.context import Context
from wallet.ui.guest_time import MORE_MINUTES, WARN_SECONDS
from wallet.ui.layouts import FlowBox, Told, column
from wallet.ui.widgets import announce, button, label
from wallet.wording import ntr, tr

_SHARE = 0.25  # of the window's height; more, and it is in the way
_SAID_AT = (WARN_SECONDS, 60)  # seconds left at which a screen reader says so


class GuestBar(QFrame):
    """Never in the way of what somebody does: it tells, and offers."""

    save = Signal()
    sheet = Signal()
    more = Signal()
    end = Signal()
    unfocused = Signal()  # what had the focus goes: it belongs to the page again

    def __init__(self, context: Context) -> None:
        super().__init__()
        theme = context.theme
        self.setObjectName("guest")
        self.setProperty("soon", False)
        self._pad = pad = theme.px(12)
        outside = column(0, (pad, theme.px(4), pad, theme.px(4)))
        self.setLayout(outside)
        self.text = label(tr("A guest session"), "strong")
        self.save_button = button(tr("Save to a stick"), self.save.emit, look="link")
        self.sheet_button = button(tr("Take-home sheet"), self.sheet.emit, look="link")
        words = ntr("{n} more minute", "{n} more minutes", MORE_MINUTES)
        self.more_button = button(words, self.more.emit, look="link")
        self.end_button = button(tr("End the session"), self.end.emit, look="link")
        self._may_last_longer = context.app.rules.session_minutes is None
        self._said: int | None = None
        # Where all of it would take too much of a small window, they are in a menu.
        self.menu_button = button(tr("Session"), self.open_menu, look="link")
        self._actions = (
            self.save_button,
            self.sheet_button,
            self.more_button,
            self.end_button,
        )
        self._offered: set[QPushButton] = {self.end_button}
        self._flow = FlowBox(*self._actions, self.menu_button, spacing=theme.px(14), between=0)
        self._told = Told(theme, self.text, self._flow)
        outside.addWidget(self._told)
        self._long = self._short = self.text.text()
        self._arrange()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)

    def show_wallet(self, *, is_open: bool, in_memory: bool) -> None:
        """Offer what fits the wallet that is open, or none."""
        self._offer(self.save_button, on=in_memory)
        self._offer(self.sheet_button, on=is_open)
        self._arrange()

    def tell(self, seconds: int) -> None:
        """Show how much time is left, and stand out when it is little."""
        soon = seconds <= WARN_SECONDS
        self._long, self._short = left(seconds), left(seconds, short=True)
        self._offer(self.more_button, on=soon and self._may_last_longer)
        self._arrange()
        if bool(self.property("soon")) != soon:
            self.setProperty("soon", soon)
            for one in (self, *self.findChildren(QWidget)):
                one.style().unpolish(one)
                one.style().polish(one)
        for mark in _SAID_AT:
            if seconds <= mark and (self._said is None or self._said > mark):
                self._said = mark
                announce(self, self._long)
        if not soon:
            self._said = None

    def open_menu(self) -> None:
        """Offer all of it below the one button that has room."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for one in self._actions:
            if one in self._offered:
                menu.addAction(one.text(), one.click)
        menu.popup(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange it anew, once the window knows its own size."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._arrange)

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        if before is None or now is None or before.window() is not self.window():
            return
        if self.isAncestorOf(now):
            QTimer.singleShot(0, self, lambda: self._look_after(before, now))

    def _look_after(self, before: QWidget, now: QWidget) -> None:
        """Give a focus back that nobody brought here: Qt does, of what is hidden or disabled."""
        goes = not isValid(before) or not before.isVisible() or not before.isEnabled()
        if goes and now.hasFocus():
            self.unfocused.emit()

    def _offer(self, one: QPushButton, *, on: bool) -> None:
        (self._offered.add if on else self._offered.discard)(one)

    def _arrange(self) -> None:
        small = self._height() > self.window().height() * _SHARE
        shown = {self.menu_button} if small else self._offered
        focused = next((one for one in (*self._actions, self.menu_button) if one.hasFocus()), None)
        if focused is not None and focused not in shown:
            self.unfocused.emit()  # or it would go to the end of the session
        for one in (*self._actions, self.menu_button):
            one.setVisible(one in shown)
        self.text.setText(self._short if small else self._long)
        self.text.setAccessibleName(self._long)
        self._told.arrange()
        self.updateGeometry()

    def _height(self) -> int:
        """Return how high everything that is offered would be."""
        width = max(1, self.width() - 2 * self._pad)
        metrics, text = self.text.fontMetrics(), self._long
        buttons = [one for one in self._actions if one in self._offered]
        gap = self._flow.flow.spacing()
        across = sum(one.sizeHint().width() + gap for one in buttons)
        if metrics.horizontalAdvance(text) + gap + across <= width:
            return buttons[-1].sizeHint().height()
        wrapped = metrics.boundingRect(0, 0, width, 0, int(Qt.TextFlag.TextWordWrap), text)
        high, x = wrapped.height(), width
        for one in buttons:
            size = one.sizeHint()
            wide, lines = min(size.width(), width), -(-size.width() // width)
            if x + wide > width:
                x, high = 0, high + lines * size.height()
            x += wide + gap
        return high


def left(seconds: int, *, short: bool = False) -> str:
    """Say how much time is left: minutes, and seconds too once it is little."""
    if seconds > WARN_SECONDS:
        minutes = -(-seconds // 60)
        if short:
            return tr("{n} min", n=minutes)
        return ntr("Guest session, {n} minute left", "Guest session, {n} minutes left", minutes)
    clock = f"{seconds // 60}:{seconds % 60:02}"
    if short:
        return tr("{time} left", time=clock)
    return tr("Guest session, {time} left. Then it ends and this window closes.", time=clock)
