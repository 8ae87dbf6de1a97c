"""The app's own SVG icons, drawn in a theme's colours. Which state has which shape is said here."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from wallet import resources
from wallet.app import State
from wallet.report import Outcome
from wallet.ui.theme import Theme

SHAPES = {  # self-stated entries have none
    State.HOLDS: ("state-holds", "holds"),
    State.UNCHECKED: ("state-unchecked", "unchecked"),
    State.BROKEN: ("state-broken", "broken"),
    State.WITHDRAWN: ("state-broken", "broken"),
    State.ENDED: ("state-ended", "ended"),
    State.ENDS_SOON: ("state-ended", "ended"),
    State.NOT_YET: ("state-ended", "ended"),
    State.NOT_ALL_HOLDS: ("state-broken", "broken"),
    State.NOT_ALL_CHECKED: ("state-unchecked", "unchecked"),
}
_ANSWERS = {
    Outcome.PASSED: State.HOLDS,
    Outcome.UNKNOWN: State.UNCHECKED,
    Outcome.FAILED: State.BROKEN,
}


def token(state: State) -> str:
    """Return the colour token of a state's word; a self-stated entry has no colour of its own."""
    return SHAPES[state][1] if state in SHAPES else "second"


def shape(theme: Theme, state: State, size: int) -> QPixmap | None:
    """Return the shape of a state at `size` pixels; None for a self-stated entry."""
    if state not in SHAPES:
        return None
    name, colour = SHAPES[state]
    return pixmap(theme, name, size, colour=colour, soft=f"{colour}_soft")


def answer(theme: Theme, outcome: Outcome, size: int) -> QPixmap:
    """Return the shape of one question's answer."""
    name, colour = SHAPES[_ANSWERS[outcome]]
    if outcome is Outcome.PASSED:  # quiet: what needs a look is to stand out
        return pixmap(theme, name, size, colour="second", soft="chip")
    return pixmap(theme, name, size, colour=colour, soft=f"{colour}_soft")


def icon(theme: Theme, name: str, size: int = 18, *, colour: str = "second") -> QIcon:
    """Return an icon for a button."""
    return QIcon(pixmap(theme, name, size, colour=colour))


def pixmap(
    theme: Theme, name: str, size: int, *, colour: str = "second", soft: str = "chip"
) -> QPixmap:
    """Draw `name` (size in pixels before the text size) in two tokens' colours."""
    return _draw(name, theme.px(size), theme.colour(colour).name(), theme.colour(soft).name())


@lru_cache(maxsize=512)
def _draw(name: str, size: int, colour: str, soft: str) -> QPixmap:
    text = resources.read(f"icons/{name}.svg").decode()
    text = text.replace("currentColor", colour).replace('"soft"', f'"{soft}"')
    ratio = 2  # drawn for dense screens; Qt scales it down on others
    drawn = QPixmap(size * ratio, size * ratio)
    drawn.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(text.encode())).render(
        painter, QRectF(0, 0, drawn.width(), drawn.height())
    )
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def shape_of(theme: Theme, outcome: Outcome, size: int) -> QPixmap:
    """Return the shape of an overall answer, in its colours."""
    name, colour = SHAPES[_ANSWERS[outcome]]
    return pixmap(theme, name, size, colour=colour, soft=f"{colour}_soft")
