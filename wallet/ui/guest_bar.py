"""The line above everything in a guest session: the time left, saving to a stick, and the end."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from wallet.ui.context import Context
from wallet.ui.guest_time import MORE_MINUTES, WARN_SECONDS
from wallet.ui.layouts import FlowBox, Told, column
from wallet.ui.widgets import announce, button, label
from wallet.wording import ntr, tr

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
        pad = theme.px(12)
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
        flow = FlowBox(
            self.save_button,
            self.sheet_button,
            self.more_button,
            self.end_button,
            spacing=theme.px(14),
            between=0,
        )
        self._told = Told(theme, self.text, flow)
        outside.addWidget(self._told)
        self.show_wallet(is_open=False, in_memory=False)
        self.more_button.hide()

    def show_wallet(self, *, is_open: bool, in_memory: bool) -> None:
        """Offer what fits the wallet that is open, or none."""
        self.save_button.setVisible(in_memory)
        self.sheet_button.setVisible(is_open)
        self._told.arrange()

    def tell(self, seconds: int) -> None:
        """Show how much time is left, and stand out when it is little."""
        soon = seconds <= WARN_SECONDS
        said = left(seconds)
        self.text.setText(said)
        self.text.setAccessibleName(said)
        offered = soon and self._may_last_longer
        if self.more_button.hasFocus() and not offered:
            self.unfocused.emit()  # or it would go to the end of the session
        self.more_button.setVisible(offered)
        self._told.arrange()
        if bool(self.property("soon")) != soon:
            self.setProperty("soon", soon)
            for one in (self, *self.findChildren(QWidget)):
                one.style().unpolish(one)
                one.style().polish(one)
        for mark in _SAID_AT:
            if seconds <= mark and (self._said is None or self._said > mark):
                self._said = mark
                announce(self, said)
        if not soon:
            self._said = None


def left(seconds: int) -> str:
    """Say how much time is left: minutes, and seconds too once it is little."""
    if seconds > WARN_SECONDS:
        minutes = -(-seconds // 60)
        return ntr("Guest session, {n} minute left", "Guest session, {n} minutes left", minutes)
    clock = f"{seconds // 60}:{seconds % 60:02}"
    return tr("Guest session, {time} left. Then it ends and this window closes.", time=clock)
