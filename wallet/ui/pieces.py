"""Pieces of a record as widgets: its tile, its verdict badge, its five answers, a table of facts.

Texts come from credentials, so every one is plain text and cut to a length that can be drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QBuffer, QByteArray, QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QWidget

from wallet import wording
from wallet.app import State
from wallet.record import Image
from wallet.report import Check, Outcome
from wallet.ui import icons
from wallet.ui.layouts import FlowBox, column
from wallet.ui.rows import draw_tile
from wallet.ui.theme import Theme
from wallet.ui.widgets import button, label
from wallet.wording import tr

MAX_IMAGE_SIDE = 4096  # pixels of a picture inside a credential; larger ones are not drawn
_READERS = {"image/png": b"png", "image/jpeg": b"jpeg", "image/gif": b"gif", "image/webp": b"webp"}
_SKILLS_SHOWN = 8


class Tile(QWidget):
    """The picture a credential carries, or the letters that stand for it."""

    def __init__(self, theme: Theme, title: str, of: str, *, side: int = 64) -> None:
        super().__init__()
        self._theme, self._title, self._of = theme, title, of
        self._image: QImage | None = None
        self.setFixedSize(theme.px(side), theme.px(side))

    def carry(self, image: Image | None) -> None:
        """Show the credential's own picture when it can be drawn within bounds."""
        self._image = decode(image) if image is not None else None
        if self._image is not None and image is not None:
            self.setAccessibleName(image.caption or self._title)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture or the letters."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._image is None:
            draw_tile(painter, self._theme, self.rect(), self._title, self._of)
            return
        path = QPainterPath()
        path.addRoundedRect(self.rect(), self.width() * 0.15, self.width() * 0.15)
        painter.setClipPath(path)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) // 2, (self.height() - size.height()) // 2
        painter.drawImage(QRect(left, top, size.width(), size.height()), self._image)


def decode(image: Image) -> QImage | None:
    """Read a credential's picture; None when it is of another kind, too large or damaged."""
    kind = _READERS.get(image.media_type.lower())
    if kind is None:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(image.data))
    reader = QImageReader(buffer, QByteArray(kind))
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > MAX_IMAGE_SIDE:
        return None
    most = 512
    if max(size.width(), size.height()) > most:
        reader.setScaledSize(size.scaled(QSize(most, most), Qt.AspectRatioMode.KeepAspectRatio))
    read = reader.read()
    return None if read.isNull() else read


def _shape(theme: Theme, state: State, size: int) -> QLabel | None:
    drawn = icons.shape(theme, state, size)
    if drawn is None:
        return None
    made = QLabel()
    made.setPixmap(drawn)
    return made


class Badge(QWidget):
    """A state of trust: its shape and its word, on its own pale ground."""

    def __init__(self, theme: Theme, state: State, word: str) -> None:
        super().__init__()
        token = icons.token(state)
        ground = f"{token}_soft" if state in icons.SHAPES else "chip"
        self._ground, self._theme = theme.colour(ground), theme
        inner = QHBoxLayout()
        inner.setContentsMargins(theme.px(10), theme.px(3), theme.px(11), theme.px(4))
        inner.setSpacing(theme.px(7))
        mark = _shape(theme, state, 16)
        if mark is not None:
            inner.addWidget(mark)
        text = QLabel(word)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setFont(theme.font("second", weight=700))
        text.setStyleSheet(
            f"color: {theme.colour(token).name()}; font-size: {theme.px(13)}px; font-weight: 700"
        )
        inner.addWidget(text)
        self.setLayout(inner)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(word)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        painter.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)


class Pill(QLabel):
    """A short text on a round ground."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        self._ground = theme.colour("chip")
        self.setProperty("role", "pill")
        self.setTextFormat(Qt.TextFormat.PlainText)
        pad = theme.px(10)
        self.setContentsMargins(pad, theme.px(4), pad, theme.px(5))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground, then the text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        painter.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)
        painter.end()
        super().paintEvent(event)


class Table(QWidget):
    """Names and texts side by side; below each other when there is no room."""

    def __init__(
        self, theme: Theme, *, first: int = 128, strong: bool = False, least: int = 400
    ) -> None:
        """Set `first` pixels of width apart for the names, where there are `least` altogether."""
        super().__init__()
        self._least = theme.px(least)
        self._theme, self._first, self._strong = theme, theme.px(first), strong
        self._rows: list[tuple[QLabel | None, QWidget, QWidget]] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(7))
        self.setLayout(self._grid)
        self._narrow: bool | None = None

    def add(self, name: str, value: QWidget | str, *, mark: QLabel | None = None) -> None:
        """Add a row; `value` is a text or a widget of your own."""
        left = label(name, "" if self._strong else "second")
        right = value if isinstance(value, QWidget) else label(value, select=True)
        if isinstance(right, QLabel):
            right.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        if isinstance(value, str):
            right.setAccessibleName(f"{name}: {value}")
            if self._strong:
                right.setProperty("role", "second")
        self._rows.append((mark, left, right))
        self._arrange(narrow=self._narrow or False)

    @property
    def is_empty(self) -> bool:
        """Say whether there are no rows."""
        return not self._rows

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose between the two arrangements."""
        super().resizeEvent(event)
        narrow = event.size().width() < self._least
        if narrow != self._narrow:
            self._arrange(narrow=narrow)

    def _arrange(self, *, narrow: bool) -> None:
        self._narrow = narrow
        top = Qt.AlignmentFlag.AlignTop
        while self._grid.count():
            self._grid.takeAt(0)
        self._grid.setVerticalSpacing(self._theme.px(2 if narrow else 7))
        for number, (mark, left, right) in enumerate(self._rows):
            at = number * 3  # in a narrow table: name, text, and a gap before the next name
            self._grid.setRowMinimumHeight(at + 2, self._theme.px(7) if narrow else 0)
            if mark is not None:
                self._grid.addWidget(mark, at, 0, top)
            self._grid.addWidget(left, at, 1, 1, 2 if narrow else 1, top)
            if narrow:
                self._grid.addWidget(right, at + 1, 1, 1, 2)
            else:
                self._grid.addWidget(right, at, 2)
        self._grid.setColumnMinimumWidth(1, 0 if narrow else self._first)
        self._grid.setColumnStretch(1, 0)
        self._grid.setColumnStretch(2, 1)


def answers(theme: Theme, checks: Sequence[Check]) -> Table:
    """Return every question with its answer in one plain sentence."""
    table = Table(theme, first=140, strong=True)
    asked = max((check.checked_at for check in checks), default=None)
    for check in checks:
        mark = answer_mark(theme, check.outcome)
        table.add(wording.question(check.question), wording.check(check, asked=asked), mark=mark)
    return table


def answer_mark(theme: Theme, outcome: Outcome) -> QLabel:
    """Return the shape of one answer, with its word for who cannot see it."""
    mark = QLabel()
    mark.setPixmap(icons.answer(theme, outcome, 16))
    mark.setContentsMargins(0, theme.px(2), 0, 0)
    mark.setAccessibleName(wording.outcome(outcome))
    return mark


def skills(theme: Theme, names: Sequence[tuple[str, str]]) -> QWidget:
    """Return skills as chips: (name, framework); the rest appears when asked for."""
    box = FlowBox(spacing=theme.px(8))
    chips = [_chip(theme, name, tip) for name, tip in names]
    for chip in chips:
        box.flow.addWidget(chip)
    more = len(chips) - _SKILLS_SHOWN
    if more > 1:
        for chip in chips[_SKILLS_SHOWN:]:
            chip.hide()

        def unfold() -> None:
            for chip in chips[_SKILLS_SHOWN:]:
                chip.show()
            rest.hide()

        rest = button(tr("+ {n} more", n=wording.number(more)), unfold, look="chip")
        box.flow.addWidget(rest)
    return box


def _chip(theme: Theme, text: str, tip: str) -> QLabel:
    made = Pill(theme, text if len(text) <= 60 else text[:59] + "…")
    made.setAccessibleName(text)
    if tip:
        made.setToolTip(f"{text}\n{tip}")
    return made


def link(text: str, address: str, open_url: Callable[[str], object]) -> QWidget:
    """Return a link that says where it leads before it is followed."""
    box = QWidget()
    inside = column(0)
    made = button(text if len(text) <= 80 else text[:79] + "…", look="inline", tip=address)
    made.clicked.connect(lambda _checked=False: open_url(address))
    made.setAccessibleName(tr("{name}, opens {address} in the browser", name=text, address=address))
    inside.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
    box.setLayout(inside)
    return box
