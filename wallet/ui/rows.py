"""Lists of records: a plain list model, and a delegate that draws one line of it.

Filtering and sorting are done before, in SQL or in plain lists; nothing here waits or asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from wallet.app import State
from wallet.ui import icons
from wallet.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole
_AT_ONCE = 150  # lines laid out at a time in a long list, so that the window stays awake


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says. `word` is the word of its state; `tile` picks the tile's colour."""

    title: str
    second: str
    tile: str
    word: str = ""
    state: State | None = None
    sample: str = ""  # the word for "Sample" when it is one
    note: bool = False  # not about a record: drawn without a tile


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a group, between lines."""

    text: str


class Lines(QAbstractListModel):
    """A list of headings and things; `describe` turns a thing into its `Line` when it is drawn."""

    ticked = Signal()

    def __init__(
        self,
        describe: Callable[[Any], Line],
        *,
        can_tick: bool = False,
        may_tick: Callable[[Any], bool] = lambda _thing: True,
    ) -> None:
        super().__init__()
        self._may_tick = may_tick
        self._describe = describe
        self._things: list[Any] = []
        self.can_tick = can_tick
        self.ticks: set[int] = set()

    def show(self, things: Sequence[Any]) -> None:
        """Show other things."""
        self.beginResetModel()
        self._things = list(things)
        self.ticks.clear()
        self.endResetModel()

    def append(self, things: Sequence[Any]) -> None:
        """Show more things below."""
        if things:
            first = len(self._things)
            self.beginInsertRows(QModelIndex(), first, first + len(things) - 1)
            self._things.extend(things)
            self.endInsertRows()

    def drop(self, *gone: object) -> None:
        """Show some things no more; what is ticked of the others stays so."""
        out = {id(one) for one in gone}
        rows = enumerate(self._things)
        left = [(one, at in self.ticks) for at, one in rows if id(one) not in out]
        self.show([one for one, _on in left])
        self.ticks.update(at for at, (_one, on) in enumerate(left) if on)

    def clear(self) -> None:
        """Forget everything."""
        self.show(())

    def thing(self, row: int) -> Any:
        """Return the thing (or `Heading`) at a row."""
        return self._things[row]

    def things(self) -> list[Any]:
        """Return everything but headings."""
        return [thing for thing in self._things if not isinstance(thing, Heading)]

    def row_of(self, wanted: Callable[[Any], bool]) -> int | None:
        """Return the first row whose thing is wanted."""
        for row, thing in enumerate(self._things):
            if not isinstance(thing, Heading) and wanted(thing):
                return row
        return None

    def tickable(self, row: int) -> bool:
        """Say whether a row has a box to tick."""
        thing = self._things[row]
        return self.can_tick and not isinstance(thing, Heading) and self._may_tick(thing)

    def toggle(self, row: int) -> bool:
        """Tick a row, or untick it."""
        on = row in self.ticks
        new = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
        return self.setData(self.index(row), new, Qt.ItemDataRole.CheckStateRole)

    def line(self, row: int) -> Line:
        """Return what a row says."""
        return self._describe(self._things[row])

    def rowCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows there are."""
        return len(self._things)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be picked."""
        if not index.isValid() or isinstance(self._things[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsUserCheckable if self.tickable(index.row()) else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a row says, for drawing, for typing ahead and for screen readers."""
        thing = self._things[index.row()]
        if role == LINE:
            return thing if isinstance(thing, Heading) else self._describe(thing)
        if role == Qt.ItemDataRole.DisplayRole:
            return thing.text if isinstance(thing, Heading) else self._describe(thing).title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return thing.text if isinstance(thing, Heading) else spoken(self._describe(thing))
        if role != Qt.ItemDataRole.CheckStateRole or not self.tickable(index.row()):
            return None
        ticked = index.row() in self.ticks
        return Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick or untick a row."""
        if role != Qt.ItemDataRole.CheckStateRole or not self.tickable(index.row()):
            return False
        if Qt.CheckState(value) is Qt.CheckState.Checked:
            self.ticks.add(index.row())
        else:
            self.ticks.discard(index.row())
        self.dataChanged.emit(index, index, [role])
        self.ticked.emit()
        return True


def spoken(line: Line) -> str:
    """Return a line as a screen reader says it, the state's word included."""
    return ", ".join(part for part in (line.title, line.sample, line.second, line.word) if part)


def letters(text: str) -> str:
    """Return the one or two letters that stand for a title."""
    words = [word for word in text.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "·"
    return (words[0][0] + (words[1][0] if len(words) > 1 else words[0][1:2])).upper()


class Measure:
    """How wide texts are in one font, remembered."""

    def __init__(self, font: QFont) -> None:
        self.font = font
        self.metrics = QFontMetrics(font)
        self.high = self.metrics.lineSpacing()
        self.width = lru_cache(maxsize=4096)(self._width)

    def _width(self, text: str) -> int:
        return self.metrics.horizontalAdvance(text[:400])

    def wrapped(self, text: str, width: int) -> list[str]:
        """Return `text` on at most two lines, the second cut with an ellipsis."""
        if self.width(text) <= width:
            return [text]
        words, first, right = text[:400].split(" "), "", Qt.TextElideMode.ElideRight
        while words and self.width(f"{first} {words[0]}".strip()) <= width:
            first = f"{first} {words.pop(0)}".strip()
        if not first:  # one word wider than the line
            first = self.metrics.elidedText(words.pop(0), right, width)
        rest = self.metrics.elidedText(" ".join(words), right, width)
        return [first, rest] if rest else [first]


class LineDelegate(QStyledItemDelegate):
    """Draws lines: a tile with letters, a title of at most two lines, a second line, the state."""

    def __init__(self, theme: Theme, left: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._title, self._second = Measure(theme.font(weight=700)), Measure(theme.font("second"))
        self._word = Measure(theme.font("second", weight=700))
        self._title_high, self._second_high = self._title.high, self._second.high
        self._left = theme.px(left)
        self._tile = theme.px(40)
        self._gap = theme.px(12)

    # Measures

    def _text_left(self, *, note: bool, tick: bool) -> int:
        start = self._left + (self._tick_width() if tick else 0)
        return start if note else start + self._tile + self._gap

    def _tick_width(self) -> int:
        return self._theme.px(30)

    def _stacked(self, width: int) -> bool:
        """Say whether the state's word goes below, because the line is narrow."""
        return width < self._theme.px(330)

    def _word_width(self, line: Line) -> int:
        if not line.word:
            return 0
        shape = self._theme.px(22) if line.state in icons.SHAPES else 0
        return self._word.width(line.word) + shape

    def _title_width(self, line: Line, width: int, *, tick: bool) -> int:
        room = width - self._text_left(note=line.note, tick=tick) - self._left
        if self._stacked(width) or not line.word:
            return max(room, 40)
        return max(room - self._word_width(line) - self._gap, 40)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return a row's height at the view's width."""
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        model = index.model()
        assert isinstance(model, Lines)
        thing = index.data(LINE)
        if isinstance(thing, Heading):
            return QSize(40, self._second_high + self._theme.px(26))
        room = self._title_width(thing, width, tick=model.can_tick)
        lines = 1 if self._title.width(thing.title) <= room else 2
        below = _second_text(thing)
        fits = self._second.width(below) <= room
        high = lines * self._title_high + self._theme.px(3)
        high += (1 if fits else 2) * self._second_high if below else 0
        if self._stacked(width) and thing.word:
            high += self._second_high + self._theme.px(3)
        return QSize(40, max(high, self._tile if not thing.note else 0) + self._theme.px(20))

    # Drawing

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        model = index.model()
        assert isinstance(model, Lines)
        thing = index.data(LINE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(thing, Heading):
            self._draw_heading(painter, option.rect, thing)
        else:
            self._draw_ground(painter, option)
            if model.tickable(index.row()):
                self._draw_tick(painter, option.rect, on=index.row() in model.ticks)
            self._draw_line(painter, option.rect, thing, tick=model.can_tick)
        painter.restore()

    def _draw_heading(self, painter: QPainter, rect: QRect, heading: Heading) -> None:
        painter.setFont(self._word.font)
        painter.setPen(self._theme.colour("third"))
        room = rect.adjusted(self._left, 0, -self._left, -self._theme.px(6))
        text = self._word.metrics.elidedText(
            heading.text, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, text)

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        state = QStyle.StateFlag
        if option.state & state.State_Selected:
            painter.fillRect(option.rect, self._theme.colour("soft"))
            if not option.state & state.State_HasFocus:  # the ring says enough
                bar = QRect(option.rect.left(), option.rect.top(), 3, option.rect.height())
                painter.fillRect(bar, self._theme.colour("accent"))
        elif option.state & state.State_MouseOver:
            painter.fillRect(option.rect, self._theme.colour("hover"))
        if option.state & state.State_HasFocus:
            painter.setPen(QPen(self._theme.colour("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(option.rect.adjusted(2, 2, -2, -2), 6, 6)

    def _draw_tick(self, painter: QPainter, rect: QRect, *, on: bool) -> None:
        side = self._theme.px(18)
        box = QRect(rect.left() + self._left, rect.center().y() - side // 2, side, side)
        painter.setPen(QPen(self._theme.colour("accent" if on else "edge"), 1.4))
        painter.setBrush(self._theme.colour("accent" if on else "field"))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            painter.drawPixmap(
                box.topLeft(), icons.pixmap(self._theme, "tick", 18, colour="on_accent")
            )

    def _draw_line(self, painter: QPainter, rect: QRect, line: Line, *, tick: bool) -> None:
        left = rect.left() + self._text_left(note=line.note, tick=tick)
        if not line.note:
            self._draw_tile(painter, rect, line, left - self._tile - self._gap)
        room = self._title_width(line, rect.width(), tick=tick)
        titles = self._title.wrapped(line.title, room)
        stacked = self._stacked(rect.width()) and bool(line.word)
        extra = self._second_high + self._theme.px(3) if stacked else 0
        below = _second_text(line)
        seconds = self._second.wrapped(below, room) if below else []
        high = len(titles) * self._title_high + self._theme.px(3) + extra
        high += len(seconds) * self._second_high
        top = rect.top() + (rect.height() - high) // 2
        painter.setFont(self._title.font)
        painter.setPen(self._theme.colour("ink"))
        for text in titles:
            _put(painter, QRect(left, top, room, self._title_high), text)
            top += self._title_high
        top += self._theme.px(3)
        painter.setFont(self._second.font)
        painter.setPen(self._theme.colour("second"))
        for text in seconds:
            _put(painter, QRect(left, top, room, self._second_high), text)
            top += self._second_high
        if stacked:
            self._draw_word(painter, left, top + self._theme.px(3), line)
        elif line.word:
            start = rect.right() - self._left - self._word_width(line)
            self._draw_word(painter, start, rect.center().y() - self._second_high // 2, line)

    def _draw_tile(self, painter: QPainter, rect: QRect, line: Line, left: int) -> None:
        tile = QRect(left, rect.center().y() - self._tile // 2, self._tile, self._tile)
        draw_tile(painter, self._theme, tile, line.title, line.tile)

    def _draw_word(self, painter: QPainter, left: int, top: int, line: Line) -> None:
        if line.state is not None:
            shape = icons.shape(self._theme, line.state, 16)
            if shape is not None:
                middle = top + (self._second_high - self._theme.px(16)) // 2
                painter.drawPixmap(left, middle, shape)
                left += self._theme.px(22)
        painter.setFont(self._word.font)
        painter.setPen(self._theme.colour(icons.token(line.state) if line.state else "second"))
        width = self._word.width(line.word) + 2
        _put(painter, QRect(left, top, width, self._second_high), line.word)

    # Ticking

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        """Tick with Space, or with a press on the box."""
        if not isinstance(model, Lines) or not model.can_tick:
            return False
        if isinstance(event, QMouseEvent):
            edge = option.rect.left() + self._left + self._tick_width()
            if event.type() is not QEvent.Type.MouseButtonRelease or event.position().x() > edge:
                return False
        elif not (isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Space):
            return False
        return model.toggle(index.row())


def draw_tile(painter: QPainter, theme: Theme, rect: QRect, title: str, tile: str) -> None:
    """Draw the letters that stand for a record on their colour."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.tile(tile))
    radius = rect.width() * 0.22
    painter.drawRoundedRect(rect, radius, radius)
    font = theme.font(weight=700)
    font.setPixelSize(max(rect.width() * 35 // 100, 8))
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, letters(title))


def _second_text(line: Line) -> str:
    return " · ".join(part for part in (line.sample, line.second) if part)


def _put(painter: QPainter, rect: QRect, text: str) -> None:
    """Draw text at the left edge, whichever way its letters run."""
    align = Qt.AlignmentFlag
    painter.drawText(rect, align.AlignLeft | align.AlignAbsolute | align.AlignVCenter, text)


class LineView(QListView):
    """A list of lines that scrolls smoothly at any length."""

    opened = Signal(int)  # a row: Return or a double press

    def __init__(self, theme: Theme, model: Lines, name: str, *, left: int = 18) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(LineDelegate(theme, left, self))
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(_AT_ONCE)
        self.verticalScrollBar().setSingleStep(theme.px(24))
        self.activated.connect(lambda index: self.opened.emit(index.row()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the lines out again: their heights follow the width."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.scheduleDelayedItemsLayout()

    def minimumSizeHint(self) -> QSize:
        """Let the list be small."""
        return QSize(100, 80)
