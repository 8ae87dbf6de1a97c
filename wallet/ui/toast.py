"""One sentence at the bottom of the window for a while, and one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from wallet.ui.layouts import row
from wallet.ui.theme import Theme
from wallet.ui.widgets import announce, button, label
from wallet.wording import tr

_SECONDS = 6
_SECONDS_TO_ACT = 12


class Toast(QFrame):
    """Floats over `host`; goes by itself, or when its action was taken."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._theme, self._host = theme, host
        self._act: Callable[[], object] | None = None
        self.setObjectName("toast")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inside = row(theme.px(12), (theme.px(16), theme.px(9), theme.px(10), theme.px(9)))
        self.text = label("")
        self.text.setWordWrap(False)
        self.action = button("", self.act)
        self.shut = button(tr("Close"), self.forget)
        inside.addWidget(self.text, 1)
        inside.addWidget(self.action)
        inside.addWidget(self.shut)
        self.setLayout(inside)
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._end)
        host.installEventFilter(self)
        self.hide()

    def say(self, text: str, words: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a sentence; `words` name what can be done about it."""
        self._act = act
        self.text.setText(text)
        self.text.setAccessibleName(text)
        self.action.setText(words)
        self.action.setVisible(act is not None)
        self.shut.setVisible(act is None)
        self._timer.start((_SECONDS_TO_ACT if act else _SECONDS) * 1000)
        self._place()
        self.show()
        self.raise_()
        announce(self, text)

    def act(self) -> None:
        """Do what can be done about it."""
        act, self._act = self._act, None
        self.forget()
        if act is not None:
            act()

    def forget(self) -> None:
        """Go, and forget what was said and what could be done."""
        self._act = None
        self._timer.stop()
        self.text.clear()
        self.text.setAccessibleName("")
        self.action.setText("")
        self.hide()

    @property
    def can_act(self) -> bool:
        """Say whether there is something to do about it."""
        return self._act is not None and self.isVisible()

    def _end(self) -> None:
        if self.underMouse() or self.action.hasFocus():  # somebody is about to press it
            self._timer.start(_SECONDS * 1000)
        else:
            self.forget()

    def _place(self) -> None:
        room = self._host.width() - self._theme.px(32)
        wide = self.text.fontMetrics().horizontalAdvance(self.text.text())
        self.text.setWordWrap(wide > room - self._theme.px(160))
        self.setMaximumWidth(room)
        self.adjustSize()
        self.resize(min(self.sizeHint().width(), room), self.sizeHint().height())
        left = (self._host.width() - self.width()) // 2
        self.move(left, self._host.height() - self.height() - self._theme.px(20))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the bottom when the window changes its size."""
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False
