"""Exactly what leaves with one record: every claim that goes with it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from wallet.app import Leaving
from wallet.share import leaving
from wallet.ui.layouts import column
from wallet.ui.pieces import Table
from wallet.ui.theme import Theme
from wallet.ui.widgets import Fold, button, label
from wallet.wording import ntr, tr

LINES_AT_ONCE = 40


class WhatLeaves(QWidget):
    """What people mean first; the machinery around it folded away below."""

    def __init__(self, theme: Theme, found: Leaving) -> None:
        super().__init__()
        self._theme = theme
        inside = column(theme.px(8), (theme.px(26), 0, 0, theme.px(6)))
        self.setLayout(inside)
        inside.addWidget(self._lines([one for one in found.lines if not one.technical]))
        machinery = [one for one in found.lines if one.technical]
        if machinery:
            words = ntr("{n} line of machinery", "{n} lines of machinery", len(machinery))
            inside.addWidget(Fold(theme, words, lambda: self._lines(machinery)))
        if not any(part.always is None for part in found.parts):
            said = tr(
                "A signed record goes whole: nothing in it can be hidden, "
                "or its signature would no longer fit."
            )
            inside.addWidget(label(said, "small"))
        if not found.complete:
            inside.addWidget(label(tr("It says more than is listed here."), "small"))

    def _lines(self, lines: Sequence[leaving.Line], start: int = 0) -> QWidget:
        box = QWidget()
        inside = column(self._theme.px(6))
        box.setLayout(inside)
        table = Table(self._theme, first=150)
        for one in lines[start : start + LINES_AT_ONCE]:
            table.add(name_of(one.label), one.text)
        inside.addWidget(table)
        rest = len(lines) - start - LINES_AT_ONCE
        if rest > 0:

            def unfold() -> None:
                more.hide()
                inside.addWidget(self._lines(lines, start + LINES_AT_ONCE))

            more = button(ntr("Show {n} more", "Show {n} more", rest), unfold, look="link")
            inside.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        return box


def name_of(where: str) -> str:
    """Return where a claim stands, without the part that every claim shares."""
    short = where.removeprefix(f"credential subject{leaving.SEPARATOR}")
    return short[:1].upper() + short[1:]
