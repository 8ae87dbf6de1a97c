"""How strong a passphrase is, as bars."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from wallet.ui.strength import Strength
from wallet.ui.theme import Theme


class Bars(QWidget):
    """Three bars that fill as a passphrase gets stronger; the words beside them say it too."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._strength = theme, Strength.SHORT
        self.setFixedSize(theme.px(84), theme.px(14))

    def show_strength(self, strength: Strength) -> None:
        """Fill as many bars as `strength` has."""
        self._strength = strength
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tokens = {Strength.WEAK: "broken", Strength.FAIR: "unchecked", Strength.STRONG: "holds"}
        full = self._theme.colour(tokens.get(self._strength, "edge"))
        width, high = self._theme.px(25), self._theme.px(5)
        for n in range(3):
            painter.setBrush(full if n < self._strength else self._theme.colour("line"))
            left = n * (width + self._theme.px(4))
            painter.drawRoundedRect(left, (self.height() - high) // 2, width, high, 2, 2)
