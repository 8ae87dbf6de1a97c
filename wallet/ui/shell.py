"""The window's inside while a wallet is open: the places on the left, one screen on the right.

Screens are made when first visited.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wallet import wording
from wallet.ui import icons
from wallet.ui.context import ADD, CHECK, RECORDS, SETTINGS, SHARE, SHARES, Context
from wallet.ui.hands import hands, heard
from wallet.ui.layouts import column, empty_layout, row
from wallet.ui.pieces import Tile
from wallet.ui.widgets import Rule, button, label, set_look, shorten
from wallet.wording import ntr, tr

_NARROW = 900  # pixels before the text size: below, places are icons only
_SPACE, _TILE, _BELOW_TILE = 3, 36, 18  # between places; whose wallet it is, and below


class Room(IntEnum):
    """How much of the left column there is room for."""

    ALL = 0
    LOW = 1  # neither whose wallet it is nor checking again: a record has its own, and F5 does it
    TINY = 2  # only the places and locking: the settings have what else there is
    TIGHT = 3  # those, close together


class Place(QPushButton):
    """A place in the navigation: icon, name, count."""

    def __init__(self, context: Context, icon: str, words: str) -> None:
        super().__init__()
        heard(self)
        self._theme, self._words, self._icon = context.theme, words, icon
        self._count = ""
        self.setProperty("look", "place")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setIconSize(QSize(self._theme.px(19), self._theme.px(19)))
        self._number = QLabel(self)
        self._number.setProperty("role", "small")
        self._number.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.toggled.connect(lambda _on: self._draw())
        self._compact = False
        self._draw()

    def setChecked(self, on: bool) -> None:
        """Turn it on or off, by nobody's hand."""
        with hands.away():
            super().setChecked(on)

    def count(self, text: str, spoken: str) -> None:
        """Show a count at the right."""
        self._count = text
        self._number.setText(text)
        self.setAccessibleName(f"{self._words}, {spoken}" if spoken else self._words)
        self._place_number()

    def compact(self, *, on: bool) -> None:
        """Show the icon only."""
        self._compact = on
        self._draw()

    def _draw(self) -> None:
        colour = "accent" if self.isChecked() else "second"
        self.setIcon(icons.icon(self._theme, self._icon, 19, colour=colour))
        self.setText("" if self._compact else f" {self._words}")
        self.setToolTip(self._words if self._compact else "")
        if not self.accessibleName():
            self.setAccessibleName(self._words)
        self._place_number()

    def _place_number(self) -> None:
        self._number.setVisible(bool(self._count) and not self._compact)
        self._number.adjustSize()
        left = self.width() - self._number.width() - self._theme.px(12)
        self._number.move(left, (self.height() - self._number.height()) // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the count at the right."""
        super().resizeEvent(event)
        self._place_number()


class Navigation(QFrame):
    """The left column."""

    chosen = Signal(str)
    lock = Signal()
    again = Signal()
    offline = Signal(bool)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("nav")
        self._context, self._theme = context, context.theme
        self._wide = self._theme.px(216)
        self._thin = self._theme.px(60)
        pad = self._theme.px(10)
        self._body = body = column(self._theme.px(_SPACE))
        self.setLayout(body)
        self._who = row(self._theme.px(10), (0, 0, 0, self._theme.px(_BELOW_TILE)))
        body.addLayout(self._who)
        self._places: dict[str, Place] = {}
        self._at = self._told = ""  # where the person is; what was told before the click came
        group = QButtonGroup(self)
        for key, icon, words in (
            (RECORDS, "records", tr("Records")),
            (SHARES, "shares", tr("Shares")),
            (CHECK, "check", tr("Check a share")),
            (SETTINGS, "settings", tr("Settings")),
        ):
            place = Place(context, icon, words)
            place.toggled.connect(lambda on, key=key: self._turned(key) if on else None)
            place.clicked.connect(lambda _on=False, key=key: self._clicked(key))
            group.addButton(place)
            body.addWidget(place)
            self._places[key] = place
        body.addStretch(1)
        self._rule = Rule()
        body.addWidget(self._rule)
        self._add_network(body, pad)
        self.lock_button = button(tr("Lock"), self.lock.emit, look="place")
        self.lock_button.setAccessibleName(tr("Lock"))
        self.lock_button.setIcon(icons.icon(self._theme, "lock", 19))
        self.lock_button.setAccessibleName(tr("Lock"))
        self.lock_button.setIconSize(QSize(self._theme.px(19), self._theme.px(19)))
        self.lock_button.setToolTip(tr("Lock the wallet (Ctrl+L)"))
        body.addWidget(self.lock_button)
        self.lock_button.ensurePolished()
        self._high = self.lock_button.sizeHint().height()  # of each button
        bold = QFontMetrics(self._theme.font(weight=700))  # the place picked is set in bold
        every = (*self._places.values(), self.offline_switch)
        longest = max(bold.horizontalAdvance(place.text()) for place in every)
        self._wide = max(self._wide, longest + self._theme.px(66))
        self._narrow: bool | None = None
        self._room: Room | None = None
        self._show(narrow=False, room=Room.ALL)

    def _add_network(self, body: QVBoxLayout, pad: int) -> None:
        """Add what concerns the network: whether it may be used, and checking all again."""
        self._doing = ""
        self.status = label("", "small")
        self.status.setContentsMargins(pad, self._theme.px(6), pad, self._theme.px(2))
        body.addWidget(self.status)
        self.again_button = Place(self._context, "again", tr("Check again"))
        self.again_button.setCheckable(False)
        self.again_button.setAccessibleName(tr("Check all records again"))
        self.again_button.clicked.connect(lambda _on=False: self.again.emit())
        body.addWidget(self.again_button)
        self.offline_switch = Place(self._context, "offline", tr("Work offline"))
        self.offline_switch.setChecked(self._context.app.offline)
        self.offline_switch.toggled.connect(self._turn_offline)
        body.addWidget(self.offline_switch)

    def name(self, who: str, minutes: int) -> None:
        """Show whose wallet it is and when it locks by itself."""
        empty_layout(self._who)
        tile = Tile(self._theme, who or "·", "wallet-owner", side=_TILE)
        tile.setAccessibleName(who)
        self._who.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        self._names = QWidget()
        texts = column(0)
        self._names.setLayout(texts)
        texts.addWidget(label(shorten(who, 40), "strong"))
        self._minutes = label("", "small")
        texts.addWidget(self._minutes)
        self._who.addWidget(self._names, 1)
        self.locks_after(minutes)
        self._names.setVisible(not self._narrow)
        tile.setVisible(self._room is Room.ALL)
        self._tile = tile

    def locks_after(self, minutes: int) -> None:
        """Say when the wallet locks by itself."""
        self._minutes.setText(ntr("Locks after {n} minute", "Locks after {n} minutes", minutes))

    def count(self, key: str, many: int, spoken: str, short: str = "") -> None:
        """Show a count beside a place."""
        text = (short or wording.number(many)) if many else ""
        self._places[key].count(text, spoken if many else "")

    def mark(self, key: str) -> None:
        """Show where the person is."""
        key = {ADD: RECORDS, SHARE: SHARES}.get(key, key)
        if key in self._places:
            self._at = key
            self._places[key].setChecked(True)

    def _turned(self, key: str) -> None:
        """Go to a place that was turned on, as a screen reader does without a click."""
        if key != self._at:
            self._told = key
            QTimer.singleShot(0, self, self._forget_told)
            self.chosen.emit(key)

    def _forget_told(self) -> None:
        self._told = ""

    def _clicked(self, key: str) -> None:
        told, self._told = self._told, ""
        if told != key:  # it was on already: the person wants to see it again
            self.chosen.emit(key)

    def _turn_offline(self, on: bool) -> None:
        if on != self._context.app.offline:
            self.offline.emit(on)

    def arrange(self, *, narrow: bool, high: int) -> None:
        """Show names, or icons only; and of all that is here, what has room."""
        room = next((one for one in Room if self._need(one, narrow=narrow) <= high), Room.TIGHT)
        if (narrow, room) != (self._narrow, self._room):
            self._show(narrow=narrow, room=room)

    def _need(self, room: Room, *, narrow: bool) -> int:
        """Return how high it is with so much in it."""
        px, each = self._theme.px, self._high
        buttons = len(self._places) + (3, 2, 1, 1)[room]
        above, below = self._margins(room)
        need = above + below + buttons * each + (buttons - 1) * px(_SPACE)
        if room <= Room.LOW:
            need += self._rule.sizeHint().height() + px(_SPACE)
        if room is Room.ALL:
            need += px(_TILE + _BELOW_TILE + _SPACE)
            if not narrow:  # what is done in the background
                need += 2 * self.status.fontMetrics().lineSpacing() + px(8 + _SPACE)
        return need

    def _margins(self, room: Room) -> tuple[int, int]:
        px = self._theme.px
        return (px(18), px(14)) if room is Room.ALL else (px(4), px(4))

    def _show(self, *, narrow: bool, room: Room) -> None:
        self._narrow, self._room = narrow, room
        pad = self._theme.px(10)
        above, below = self._margins(room)
        every = (*self._places.values(), self.again_button, self.offline_switch)
        for one in (*every, self.lock_button):
            set_look(one, "tight place" if room is Room.TIGHT else "place")
        self.again_button.setVisible(room is Room.ALL)
        self.offline_switch.setVisible(room <= Room.LOW)
        self._rule.setVisible(room <= Room.LOW)
        self._body.setContentsMargins(pad, above, pad, below)
        self._who.setContentsMargins(0, 0, 0, self._theme.px(_BELOW_TILE) * (room is Room.ALL))
        self.setFixedWidth(self._thin if narrow else self._wide)
        for place in every:
            place.compact(on=narrow)
        self.lock_button.setText("" if narrow else " " + tr("Lock"))
        self.say_status()
        if self._who.count():
            self._names.setVisible(not narrow)
            self._tile.setVisible(room is Room.ALL)

    def tell(self, doing: str) -> None:
        """Say what is done in the background; "" for nothing."""
        self._doing = doing
        self.say_status()

    def say_status(self) -> None:
        """Say whether anything is looked up, and what is under way."""
        offline = self._context.app.offline
        self.offline_switch.setChecked(offline)
        said = self._doing or (tr("Working offline.") if offline else "")
        self.status.setText(said)
        self.status.setAccessibleName(said)
        self.status.setVisible(bool(said) and not self._narrow)


class Shell(QWidget):
    """Navigation and the screen visited."""

    lock = Signal()
    redress = Signal()

    def __init__(self, context: Context, screens: dict[str, Callable[[], QWidget]]) -> None:
        super().__init__()
        self._context, self._make = context, screens
        self._made: dict[str, QWidget] = {}
        self.where = ""
        across = row(0)
        self.setLayout(across)
        self.navigation = Navigation(context)
        self.stack = QStackedWidget()
        across.addWidget(self.navigation)
        across.addWidget(self.stack, 1)
        self.navigation.chosen.connect(self.go)
        self.navigation.lock.connect(self.lock)

    def visit(self, key: str) -> Any:
        """Return a screen, made when first asked for."""
        if key not in self._made:
            made = self._made[key] = self._make[key]()
            self.stack.addWidget(made)
        return self._made[key]

    def go(self, key: str) -> Any:
        """Visit a screen."""
        screen = self.visit(key)
        self.where = key
        self.stack.setCurrentWidget(screen)
        self.navigation.mark(key)
        if hasattr(screen, "refresh"):
            screen.refresh()
        return screen

    def visited(self, key: str) -> Any:
        """Return a screen if it was visited."""
        return self._made.get(key)

    def made(self) -> list[QWidget]:
        """Return every screen visited so far."""
        return list(self._made.values())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the places less room in a narrow window."""
        super().resizeEvent(event)
        narrow = event.size().width() < self._context.theme.px(_NARROW)
        self.navigation.arrange(narrow=narrow, high=event.size().height())
