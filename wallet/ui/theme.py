"""Colours, sizes and fonts of the window, from the tokens in `resources/style`.

One `Theme` is one palette at one text size. What is drawn with it is elsewhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from string import Template
from typing import Any
from zlib import crc32

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from wallet import resources

_SMALLEST_SCALED = 4  # hairlines and focus rings keep their width at every text size
_PLAIN_FALLBACKS = ("Noto Sans", "Cantarell", "Ubuntu", "Liberation Sans", "Arial")
_BARE_FAMILIES = {"", "Sans", "Sans Serif", "DejaVu Sans"}  # what a desktop without a choice gives


@cache
def tokens() -> Mapping[str, Any]:
    """Return the design tokens as they lie in `resources/style/tokens.json`."""
    read: Mapping[str, Any] = json.loads(resources.read("style/tokens.json"))
    return read


@cache
def _sheet() -> str:
    return resources.read("style/window.qss").decode()


@dataclass(frozen=True, slots=True)
class Theme:
    """One palette ("light" or "dark") at one text size (percent)."""

    name: str
    percent: int = 100

    @property
    def dark(self) -> bool:
        """Say whether this palette is light on dark."""
        return self.name == "dark"

    def colour(self, token: str) -> QColor:
        """Return a token's colour."""
        return QColor(str(tokens()[self.name][token]))

    def tile(self, of: str) -> QColor:
        """Return the background of the letters that stand for `of`; always the same one."""
        tiles = tokens()["tiles"]
        return QColor(tiles[crc32(of.encode("utf-8", "replace")) % len(tiles)])

    def px(self, length: int) -> int:
        """Return a length in pixels at this text size."""
        return length if length < _SMALLEST_SCALED else round(length * self.percent / 100)

    def font(self, role: str = "body", *, weight: int = 400) -> QFont:
        """Return the font of a role of `type` in the tokens; weight 400 or 700."""
        font = QFont(QApplication.font())
        font.setPixelSize(self.px(int(tokens()["type"][role])))
        font.setWeight(QFont.Weight(weight))
        return font

    def sheet(self) -> str:
        """Return the style sheet of the whole window."""
        text = Template(_sheet()).substitute(tokens()[self.name])
        return re.sub(r"\b(\d+)px", lambda found: f"{self.px(int(found[1]))}px", text)

    def palette(self) -> QPalette:
        """Return the palette behind the style sheet, for what Qt draws by itself."""
        role = QPalette.ColorRole
        palette = QPalette(self.colour("panel"), self.colour("window"))
        for where, token in (
            (role.WindowText, "ink"),
            (role.Text, "ink"),
            (role.ButtonText, "ink"),
            (role.Base, "field"),
            (role.AlternateBase, "hover"),
            (role.Highlight, "accent"),
            (role.HighlightedText, "on_accent"),
            (role.Link, "accent"),
            (role.PlaceholderText, "third"),
            (role.ToolTipBase, "toast"),
            (role.ToolTipText, "on_toast"),
        ):
            palette.setColor(where, self.colour(token))
        for where in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, where, self.colour("third"))
        return palette


def chosen(theme: str, percent: int) -> Theme:
    """Return the theme for a preference: "system", "light" or "dark", and a text size."""
    if theme not in ("light", "dark"):
        scheme = QGuiApplication.styleHints().colorScheme()
        theme = "dark" if scheme is Qt.ColorScheme.Dark else "light"
    return Theme(theme, percent)


def apply(application: QApplication, theme: Theme) -> None:
    """Dress the whole application in `theme`."""
    font = QFont()
    font.setFamilies(_families())
    font.setPixelSize(theme.px(int(tokens()["type"]["body"])))
    application.setFont(font)
    application.setPalette(theme.palette())
    application.setStyleSheet(theme.sheet())


@cache
def _families() -> list[str]:
    """Return the system's font family, or a plainer one where the system has not chosen any."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
    if system not in _BARE_FAMILIES:
        return [system]
    have = set(QFontDatabase.families())
    return [*(name for name in _PLAIN_FALLBACKS if name in have), system or "Sans Serif"]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two "#rrggbb" colours (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
