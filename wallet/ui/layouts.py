"""How things are laid out: columns, rows, flows like words, things side by side where they fit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from wallet.ui.buttons import Button
from wallet.ui.theme import Theme


def column(spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Return a vertical layout."""
    made = QVBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(spacing)
    return made


def row(spacing: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Return a horizontal layout."""
    made = QHBoxLayout()
    made.setContentsMargins(*margins)
    made.setSpacing(spacing)
    return made


def empty_layout(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        inner = item.widget()
        if inner is not None:
            inner.hide()
            inner.deleteLater()
        elif (nested := item.layout()) is not None:
            empty_layout(nested)


class Flow(QLayout):
    """Lays things out like words: left to right, then on the next line.

    `between` parts the lines; as much as `spacing` where it is not said.
    """

    def __init__(self, spacing: int = 8, between: int | None = None) -> None:
        super().__init__()
        self._between = spacing if between is None else between
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def addItem(self, item: QLayoutItem) -> None:
        """Take an item in (called by Qt)."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return one item."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return one item."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that a width needs."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the items in `rect`."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """Return the size of everything on one line."""
        shown = [item for item in self._items if not item.isEmpty()]
        width = sum(item.sizeHint().width() + self.spacing() for item in shown) - self.spacing()
        height = max((item.sizeHint().height() for item in shown), default=0)
        return QSize(max(width, 0), height)

    def minimumSize(self) -> QSize:
        """Return the size of the widest item."""
        shown = [item for item in self._items if not item.isEmpty()]
        return QSize(
            max(map(_narrowest, shown), default=0),
            max((item.minimumSize().height() for item in shown), default=0),
        )

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, tallest = rect.x(), rect.y(), 0
        rightmost = rect.x() + rect.width()
        parent = self.parentWidget()
        mirrored = parent is not None and parent.isRightToLeft()
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            width, height = min(size.width(), rect.width()), size.height()
            widget = item.widget()
            if width < size.width() and isinstance(widget, Button):
                height = widget.height_at(width)
            if x > rect.x() and x + width > rightmost:
                x, y, tallest = rect.x(), y + tallest + self._between, 0
            if move:
                left = rect.x() + rightmost - x - width if mirrored else x
                place = QRect(QPoint(left, y), QSize(width, height))
                # An item lets a button be no higher than one line.
                (widget if isinstance(widget, Button) else item).setGeometry(place)
            x += width + self.spacing()
            tallest = max(tallest, height)
        return y + tallest - rect.y()


def _narrowest(item: QLayoutItem) -> int:
    widget = item.widget()
    return widget.narrowest() if isinstance(widget, Button) else item.minimumSize().width()


class SideBySide(QWidget):
    """Things beside each other; below each other when there is no room."""

    def __init__(self, theme: Theme, things: Sequence[QWidget], *, least: int = 520) -> None:
        super().__init__()
        self._least = theme.px(least)
        self._line = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.px(12))
        self.setLayout(self._line)
        for thing in things:
            self._line.addWidget(thing, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose between the two arrangements."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        wide = event.size().width() >= self._least
        self._line.setDirection(direction.LeftToRight if wide else direction.TopToBottom)


class FlowBox(QWidget):
    """A widget whose children flow; its height follows its width."""

    def __init__(self, *things: QWidget, spacing: int = 8, between: int | None = None) -> None:
        super().__init__()
        self.flow = Flow(spacing, between)
        self.setLayout(self.flow)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        for thing in things:
            self.flow.addWidget(thing)


class Told(QWidget):
    """A sentence, and what can be done about it: beside it where both fit on a line, or below."""

    def __init__(self, theme: Theme, text: QLabel, actions: FlowBox) -> None:
        super().__init__()
        self._text, self._actions, self._gap = text, actions, theme.px(16)
        self._line = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(theme.px(2))
        self._line.addWidget(text, 1)
        self._line.addWidget(actions)
        self.setLayout(self._line)

    def arrange(self) -> None:
        """Choose between the two arrangements; to be called when what is in it was changed."""
        direction = QBoxLayout.Direction
        actions = self._actions.flow.sizeHint().width()
        text = self._text.fontMetrics().horizontalAdvance(self._text.text())
        fits = text + self._gap + actions <= self.width()
        self._line.setDirection(direction.LeftToRight if fits else direction.TopToBottom)
        self._actions.updateGeometry()  # or Qt takes it to be as high as it was

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Arrange it anew."""
        super().resizeEvent(event)
        self.arrange()
