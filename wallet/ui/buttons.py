"""A push button that breaks its words into lines where it has less room than they need."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton

from wallet.ui.hands import heard


class Button(QPushButton):
    """As wide as its words on one line; a `Flow` may make it as narrow as its longest word."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        heard(self)
        self._words = text
        self._says_its_words = True  # to a screen reader, until it is given another name

    def setAccessibleName(self, name: str) -> None:
        """Call it something other than its words."""
        self._says_its_words = False
        super().setAccessibleName(name)

    def text(self) -> str:
        """Return the words, however they are broken."""
        return self._words

    def setText(self, text: str) -> None:
        """Change the words."""
        self._words = text
        super().setText(text)
        self._break(self.width())

    def sizeHint(self) -> QSize:
        """Return the room for one line."""
        return QSize(self._around() + self._width_of(self._words), self._height(1))

    def narrowest(self) -> int:
        """Return the least width at which no word is cut."""
        return self._around() + max(map(self._width_of, self._words.split()), default=0)

    def height_at(self, width: int) -> int:
        """Return the height that the words need at a width."""
        return self._height(len(self._lines(width)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the words anew."""
        super().resizeEvent(event)
        self._break(event.size().width())

    def _break(self, width: int) -> None:
        text = "\n".join(self._lines(width))
        if text != super().text():
            super().setText(text)
        if self._says_its_words:
            super().setAccessibleName(self._words.replace("&&", "&").strip())

    def _lines(self, width: int) -> list[str]:
        room = width - self._around()
        if self._width_of(self._words) <= room or " " not in self._words.strip():
            return [self._words]
        lines = [""]
        for word in self._words.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self._width_of(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _width_of(self, text: str) -> int:
        return self.fontMetrics().horizontalAdvance(text.replace("&&", "&"))

    def _around(self) -> int:
        """Return what padding, edge and icon take of the width."""
        widest = max(map(self._width_of, super().text().split("\n")))
        return super().sizeHint().width() - widest

    def _height(self, lines: int) -> int:
        now = super().text().count("\n") + 1
        return super().sizeHint().height() + (lines - now) * self.fontMetrics().lineSpacing()
