"""The small parts every screen is put together from: labels, buttons, cards, folds, flows.

They know how things look and how they are named to assistive technology, nothing about records.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QFont,
    QFontMetrics,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from wallet.ui import icons
from wallet.ui.buttons import Button
from wallet.ui.hands import hands, heard
from wallet.ui.layouts import FlowBox, column, row
from wallet.ui.theme import Theme

LONGEST_TEXT = 4000  # characters of one claim that are drawn; the rest is in the original


def shorten(text: str, most: int = LONGEST_TEXT) -> str:
    """Return `text`, cut with an ellipsis when it is longer than can be drawn."""
    return text if len(text) <= most else text[: most - 1] + "…"


def breakable(text: str) -> str:
    """Return `text` with places to break inside very long words, so that it never widens a page."""
    return " ".join(
        word
        if len(word) <= 24
        else "\u200b".join(word[i : i + 12] for i in range(0, len(word), 12))
        for word in text.split(" ")
    )


def label(text: str, role: str = "", *, select: bool = False) -> QLabel:
    """Return a wrapping label of plain text; nothing in it is read as markup."""
    made = QLabel(breakable(shorten(text)))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setMinimumWidth(1)
    if role:
        made.setProperty("role", role)
    if select:
        flags = Qt.TextInteractionFlag
        made.setTextInteractionFlags(flags.TextSelectableByMouse)
    made.setAccessibleName(text)
    return made


def set_role(made: QWidget, role: str) -> None:
    """Change how a label looks."""
    made.setProperty("role", role)
    made.style().unpolish(made)
    made.style().polish(made)


def set_look(made: QPushButton, look: str) -> None:
    """Change how a button looks."""
    made.setProperty("look", look)
    made.style().unpolish(made)
    made.style().polish(made)


def button(
    text: str, on_press: Callable[[], object] | None = None, *, look: str = "", tip: str = ""
) -> QPushButton:
    """Return a push button; `look` is "main", "link", "quiet", "chip", "place", "fold" or plain."""
    made = (Chip if look == "chip" else Button)(text.replace("&", "&&"))
    if text != text.strip():  # a space before the words parts them from an icon
        made.setAccessibleName(text.strip())
    made.setAutoDefault(False)
    made.setCursor(Qt.CursorShape.PointingHandCursor)
    if look:
        made.setProperty("look", look)
    if tip:
        made.setToolTip(tip)
    if on_press is not None:
        made.clicked.connect(lambda _checked=False: on_press())
    return made


def with_icon(
    theme: Theme, made: QPushButton, name: str, *, size: int = 18, colour: str = "second"
) -> QPushButton:
    """Put an icon before a button's words."""
    made.setIcon(icons.icon(theme, name, size, colour=colour))
    made.setIconSize(QSize(theme.px(size), theme.px(size)))
    return made


def icon_button(
    theme: Theme, name: str, words: str, on_press: Callable[[], object] | None = None
) -> QPushButton:
    """Return a button that shows an icon and says `words` to whoever cannot see it."""
    made = button("", on_press, look="quiet", tip=words)
    made.setAccessibleName(words)
    return with_icon(theme, made, name)


class Card(QFrame):
    """A bordered panel with a column in it."""

    def __init__(self, theme: Theme, *, name: str = "card", spacing: int = 8) -> None:
        super().__init__()
        self.setObjectName(name)
        pad = theme.px(18) if name == "card" else theme.px(12)
        self.body = column(theme.px(spacing), (pad, theme.px(14), pad, theme.px(14)))
        self.setLayout(self.body)

    def add(self, *things: QWidget | QLayout) -> None:
        """Put things below what is there."""
        for thing in things:
            if isinstance(thing, QWidget):
                self.body.addWidget(thing)
            else:
                self.body.addLayout(thing)


class DropCard(Card):
    """A panel with a dashed edge that shows when something is held over it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, name="drop", spacing=10)
        self._theme, self._over = theme, False

    def hold(self, *, over: bool) -> None:
        """Show that something is, or is no longer, held over it."""
        self._over = over
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the ground and the dashed edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._theme.colour("accent" if self._over else "edge"), 2 if self._over else 1)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(self._theme.colour("soft" if self._over else "panel"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 12, 12)


_WRAPPED = (
    Qt.AlignmentFlag.AlignVCenter.value
    | Qt.AlignmentFlag.AlignLeft.value
    | Qt.TextFlag.TextWordWrap.value
)


class Switch(QCheckBox):
    """A box to tick, drawn in the theme's colours at every text size."""

    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__(text)
        heard(self)
        self._theme = theme
        self.setAccessibleName(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def setChecked(self, on: bool) -> None:
        """Turn it on or off, by nobody's hand."""
        with hands.away():
            super().setChecked(on)

    @property
    def _beside(self) -> int:
        """Return what the box takes of the width."""
        return self._theme.px(44)

    def sizeHint(self) -> QSize:
        """Return the room for the box and the text on one line."""
        wide = self.fontMetrics().horizontalAdvance(self.text()) + self._beside
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        """Be as narrow as the longest word allows."""
        words = self.text().split()
        longest = max((self.fontMetrics().horizontalAdvance(one) for one in words), default=0)
        return QSize(longest + self._beside, self.heightForWidth(self.width()))

    def hasHeightForWidth(self) -> bool:
        """Say that a long text takes several lines."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the text, broken into lines."""
        room = QRect(0, 0, max(width - self._beside, 1), 10_000)
        text = self.fontMetrics().boundingRect(room, _WRAPPED, self.text())
        return max(text.height(), self.fontMetrics().height(), 20) + self._theme.px(12)

    def hitButton(self, pos: QPoint) -> bool:
        """Take a press anywhere on it."""
        return self.rect().contains(pos)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the box, the tick, the text, and a ring when it has the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour, side = self._theme.colour, self._theme.px(18)
        box = QRect(self._theme.px(4), (self.height() - side) // 2, side, side)
        on = self.isChecked()
        painter.setPen(QPen(colour("accent" if on else "edge"), 1.4))
        painter.setBrush(colour("accent" if on else "field"))
        painter.drawRoundedRect(box, 4, 4)
        if on:
            tick = icons.pixmap(self._theme, "tick", 18, colour="on_accent")
            painter.drawPixmap(box.topLeft(), tick)
        painter.setPen(colour("ink"))
        text = self.rect().adjusted(box.right() + self._theme.px(10), 0, 0, 0)
        painter.drawText(text, _WRAPPED, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)


class Chip(QPushButton):
    """A small round button that is one of several; wide enough for its bold, picked look."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        heard(self)

    def setChecked(self, on: bool) -> None:
        """Pick it or not, by nobody's hand."""
        with hands.away():
            super().setChecked(on)

    def sizeHint(self) -> QSize:
        """Return the room that the bold text needs."""
        hint = super().sizeHint()
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.Bold)
        plain = QFontMetrics(self.font()).horizontalAdvance(self.text())
        more = QFontMetrics(bold).horizontalAdvance(self.text()) - plain
        return QSize(hint.width() + max(more, 0) + 2, hint.height())

    def minimumSizeHint(self) -> QSize:
        """Be no narrower than that."""
        return self.sizeHint()


class Page(QScrollArea):
    """A scrolling page of cards, as wide as reads well."""

    def __init__(self, theme: Theme, *, widest: int = 760, spacing: int = 16) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setObjectName("page")
        outside = row(0, (theme.px(28), theme.px(24), theme.px(28), theme.px(28)))
        inner.setLayout(outside)
        middle = QWidget()
        middle.setMaximumWidth(theme.px(widest))
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.body = column(theme.px(spacing))
        middle.setLayout(self.body)
        outside.addWidget(middle, 1)
        outside.addStretch(0)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)

    def minimumSizeHint(self) -> QSize:
        """Let the page be as narrow as its column has to be."""
        return QSize(120, 120)


class Choice(FlowBox):
    """One of a few, as a row of chips; arrow keys move between them."""

    picked = Signal(str)

    def __init__(self, name: str, options: Sequence[tuple[str, str]], chosen: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._keys: list[str] = []
        for key, text in options:
            chip = button(text, look="chip")
            chip.setCheckable(True)
            chip.setAccessibleName(f"{name}: {text}")
            self._group.addButton(chip, len(self._keys))
            self._keys.append(key)
            self.flow.addWidget(chip)
        self._key: str | None = None
        self._told: str | None = None  # what was told before the click came
        self.choose(chosen)
        self._group.idToggled.connect(self._turned)
        self._group.idClicked.connect(self._clicked)

    @property
    def key(self) -> str:
        """Return the key of the option picked."""
        return self._keys[max(self._group.checkedId(), 0)]

    def _turned(self, at: int, on: bool) -> None:
        """Tell of a chip that was turned on, by a click or by a screen reader without one."""
        if on and self._keys[at] != self._key:
            self._key = self._told = self._keys[at]
            QTimer.singleShot(0, self, self._forget_told)
            self.picked.emit(self._key)

    def _clicked(self, at: int) -> None:
        """Tell of a chip that was on already: what it stands for may not have been taken."""
        told, self._told = self._told, None
        if told != self._keys[at]:
            self._key = self._keys[at]
            self.picked.emit(self._key)

    def _forget_told(self) -> None:
        self._told = None

    def choose(self, key: str) -> None:
        """Pick an option without telling anybody; none, where it is not among them."""
        self._key = key if key in self._keys else None
        if self._key is not None:
            self._group.button(self._keys.index(key)).setChecked(True)
        else:
            self._group.setExclusive(False)
            for chip in self._group.buttons():
                chip.setChecked(False)
            self._group.setExclusive(True)
        # Qt lets Tab stop at the first chip it comes to, which need not be the one picked.
        for chip in self._group.buttons():
            picked = chip.isChecked() or self._key is None
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if picked else Qt.FocusPolicy.ClickFocus)

    def rename(self, key: str, text: str) -> None:
        """Change what a chip says."""
        chip = self._group.button(self._keys.index(key))
        chip.setText(text)
        chip.setAccessibleName(f"{self.accessibleName()}: {text}")

    def chip(self, key: str) -> QPushButton:
        """Return the chip of an option."""
        made = self._group.button(self._keys.index(key))
        assert isinstance(made, QPushButton)
        return made


class Fold(QWidget):
    """A heading that shows or hides what is below it; made when first opened."""

    def __init__(self, theme: Theme, text: str, make: Callable[[], QWidget]) -> None:
        super().__init__()
        self._theme, self._make = theme, make
        self._inner: QWidget | None = None
        self.is_open = False
        self.head = button(text, self.toggle, look="fold")
        self.head.setIconSize(QSize(theme.px(16), theme.px(16)))
        self._column = column(theme.px(6))
        self._column.addWidget(self.head)
        self.setLayout(self._column)
        self._draw()

    def toggle(self) -> None:
        """Open or close it."""
        self.is_open = not self.is_open
        if self._inner is None:
            self._inner = self._make()
            self._column.addWidget(self._inner)
        self._inner.setVisible(self.is_open)
        self._draw()

    def renew(self) -> None:
        """Make anew what is below, since what it tells has changed."""
        if self._inner is None:
            return
        self._column.removeWidget(self._inner)
        self._inner.hide()
        self._inner.deleteLater()
        self._inner = self._make() if self.is_open else None
        if self._inner is not None:
            self._column.addWidget(self._inner)

    def _draw(self) -> None:
        name = "unfolded" if self.is_open else "folded"
        self.head.setIcon(icons.icon(self._theme, name, 16))


class Rule(QFrame):
    """A hairline."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rule")


class Message(Card):
    """A sentence that stands out: "failure" for what went wrong, "notice" for what to know."""

    def __init__(self, theme: Theme, name: str = "failure", *, text: str = "") -> None:
        super().__init__(theme, name=name)
        icon = "error" if name == "failure" else "state-unchecked"
        colour = "broken" if name == "failure" else "unchecked"
        line = row(theme.px(10))
        mark = QLabel()
        mark.setPixmap(icons.pixmap(theme, icon, 18, colour=colour))
        self.text = label(text)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.text, 1)
        self.body.addLayout(line)
        self.setAccessibleName(text)
        if not text:
            self.hide()

    def say(self, text: str) -> None:
        """Show a sentence, or nothing for an empty one. Only for one that has its place."""
        self.text.setText(breakable(text))
        self.text.setAccessibleName(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        if text:
            announce(self, text)


def focus_soon(widget: QWidget) -> None:
    """Give the focus to a widget that was just put in its place, once it is shown."""

    def give() -> None:
        with hands.away():
            widget.setFocus()

    QTimer.singleShot(0, widget, give)


def focus_within(page: QWidget) -> None:
    """Give the focus to what had it last in a page, or to the first that takes it there."""
    last: QWidget | None = page.focusWidget()
    if last is None or not last.isVisible() or not last.isEnabled():
        last = page.nextInFocusChain()
        while last is not None and last is not page and not _takes_focus(last, page):
            last = last.nextInFocusChain()
    if last is not None:
        with hands.away():
            last.setFocus(Qt.FocusReason.OtherFocusReason)


def _takes_focus(one: QWidget, page: QWidget) -> bool:
    by_tab = bool(one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and page.isAncestorOf(one) and one.isVisible() and one.isEnabled()


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A key and what it does."""

    keys: str | QKeySequence.StandardKey
    words: str
    does: Callable[[], object]


def bind(owner: QWidget, shortcut: Shortcut, *, everywhere: bool = False) -> QAction:
    """Let a key do something while `owner` (or, `everywhere`, its window) has the focus."""
    action = QAction(shortcut.words, owner)
    action.setShortcut(QKeySequence(shortcut.keys))
    context = Qt.ShortcutContext
    action.setShortcutContext(
        context.WindowShortcut if everywhere else context.WidgetWithChildrenShortcut
    )
    action.triggered.connect(lambda _checked=False: shortcut.does())
    owner.addAction(action)
    return action


def announce(near: QWidget, text: str) -> None:
    """Have a screen reader say `text`."""
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(near, text))
