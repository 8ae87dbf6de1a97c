"""What rests while something works, and where the focus waits meanwhile.

Qt gives the focus of a control that is disabled or hidden to the next one, whatever that does: the
space bar pressed once more then ends a guest's session, or has private keys written along.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid


class Resting:
    """Disables controls while something works; the focus waits at a place, and comes back.

    `at` says that something works, or stops it; `shown` is what is there only while it does.
    """

    def __init__(self, at: QWidget, shown: QWidget | None = None) -> None:
        self._at, self._shown = at, shown or at
        self._had: QWidget | None = None

    def rest(self, controls: Iterable[QWidget], *, on: bool) -> None:
        """Let controls rest, or be pressed again."""
        every = tuple(controls)
        if on:
            self._shown.show()
            self._wait_at(every)
        for one in every:
            one.setEnabled(not on)
        if not on:
            self._give_back()
            self._shown.hide()

    def _wait_at(self, controls: Iterable[QWidget]) -> None:
        focused = self._at.window().focusWidget()
        if focused is not None and any(
            one is focused or one.isAncestorOf(focused) for one in controls
        ):
            self._had = focused
            self._at.setFocus(Qt.FocusReason.OtherFocusReason)

    def _give_back(self) -> None:
        """Give the focus back, unless somebody went on meanwhile."""
        had, self._had = self._had, None
        if had is None or self._at.window().focusWidget() is not self._at:
            return
        if isValid(had) and had.isVisible() and had.isEnabled():
            had.setFocus(Qt.FocusReason.OtherFocusReason)
