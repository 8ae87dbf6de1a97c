"""What they see of one record: a box to tick for every part that can be left out, and what leaves.

Only some records have such parts; the others go whole, and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from wallet.app import Always, Leaving, Part
from wallet.ui import labels
from wallet.ui.layouts import Flow, column, row
from wallet.ui.pieces import Table
from wallet.ui.theme import Theme
from wallet.ui.what_leaves import LINES_AT_ONCE, WhatLeaves, name_of
from wallet.ui.widgets import Fold, Switch, button, label
from wallet.wording import ntr, tr


class Choosing(QWidget):
    """Below a record in a share: what of it is seen, and exactly what leaves."""

    chosen = Signal()

    def __init__(self, theme: Theme, leaving: Leaving) -> None:
        super().__init__()
        self._theme, self._leaving = theme, leaving
        self.shown = leaving.shown
        inside = column(theme.px(2))
        self.setLayout(inside)
        self.ticks: list[_Tick] = []
        self._free = [part for part in leaving.parts if part.always is None]
        if self._free:
            self.choose = Fold(theme, tr("Choose what they see"), self._boxes)
            inside.addWidget(self.choose)
        self._count = label("", "small")
        self._count.setContentsMargins(theme.px(26), 0, 0, 0)
        inside.addWidget(self._count)
        self.what = Fold(theme, tr("Exactly what leaves"), lambda: WhatLeaves(theme, self._leaving))
        inside.addWidget(self.what)
        self._say()

    def show_leaving(self, leaving: Leaving) -> None:
        """Describe what leaves with the choice as it is now."""
        if leaving.shown == self.shown:
            self._leaving = leaving
            self.what.renew()

    def _boxes(self) -> QWidget:
        theme, box = self._theme, QWidget()
        inside = column(theme.px(2), (theme.px(22), 0, 0, theme.px(8)))
        box.setLayout(inside)
        inside.addWidget(label(tr("What you leave out is not in what they get."), "small"))
        flow = Flow(theme.px(14))
        flow.addWidget(button(tr("Show everything"), lambda: self._tick_all(on=True), look="link"))
        flow.addWidget(
            button(tr("Leave all of it out"), lambda: self._tick_all(on=False), look="link")
        )
        both = QWidget()
        both.setLayout(flow)
        inside.addWidget(both)
        inside.addWidget(self._some(0))
        for why, text in _ALWAYS.items():
            self._fixed(
                inside.addWidget, [p for p in self._leaving.parts if p.always is why], text()
            )
        return box

    def _some(self, start: int) -> QWidget:
        """Return boxes for the next parts, and a button for those after them."""
        box = QWidget()
        inside = column(0)
        box.setLayout(inside)
        for part in self._free[start : start + LINES_AT_ONCE]:
            tick = _Tick(self._theme, part, on=part.id in self.shown)
            tick.box.toggled.connect(lambda on, part=part: self._take([part], on=on))
            self.ticks.append(tick)
            inside.addWidget(tick)
        rest = len(self._free) - start - LINES_AT_ONCE
        if rest > 0:

            def unfold() -> None:
                more.hide()
                inside.addWidget(self._some(start + LINES_AT_ONCE))

            more = button(ntr("Show {n} more", "Show {n} more", rest), unfold, look="link")
            inside.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        return box

    def _fixed(self, add: Callable[[QWidget], object], parts: Sequence[Part], text: str) -> None:
        if not parts:
            return
        said = label(text, "small")
        said.setContentsMargins(self._theme.px(4), self._theme.px(10), 0, self._theme.px(2))
        add(said)
        table = Table(self._theme, first=150)
        for part in parts[:LINES_AT_ONCE]:
            table.add(name_of(part.label), labels.value(part.text))
        table.setContentsMargins(self._theme.px(4), 0, 0, 0)
        add(table)

    def _tick_all(self, *, on: bool) -> None:
        for tick in self.ticks:
            tick.box.blockSignals(True)
            tick.box.setChecked(on)
            tick.box.blockSignals(False)
            tick.box.update()
        self._take(self._free, on=on)

    def _take(self, parts: Iterable[Part], *, on: bool) -> None:
        ids = {part.id for part in parts}
        shown = self.shown | ids if on else self.shown - ids
        if shown != self.shown:
            self.shown = shown
            self._say()
            self.chosen.emit()

    def _say(self) -> None:
        """Say how much they see, once something is left out."""
        hidden = sum(part.id not in self.shown for part in self._free)
        self._count.setVisible(hidden > 0)
        self._count.setText(
            ntr("{n} part is left out.", "{n} parts are left out.", hidden) if hidden else ""
        )
        self._count.setAccessibleName(self._count.text())


class _Tick(QWidget):
    """A box with what it is about: the name of a part, and what the part says."""

    def __init__(self, theme: Theme, part: Part, *, on: bool) -> None:
        super().__init__()
        name = name_of(part.label)
        line = row(theme.px(2))
        line.setContentsMargins(0, theme.px(1), 0, theme.px(1))
        self.setLayout(line)
        self.box = Switch(theme, "")
        said = labels.value(part.text)
        self.box.setAccessibleName(f"{name}: {said}")
        self.box.setChecked(on)
        self.box.setFixedWidth(theme.px(30))
        line.addWidget(self.box, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(0, (0, theme.px(5), 0, theme.px(5)))
        texts.addWidget(label(name))
        texts.addWidget(label(said, "small"))
        line.addLayout(texts, 1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take a press on the words as one on the box."""
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.box.setFocus(Qt.FocusReason.MouseFocusReason)
            self.box.toggle()


_ALWAYS: dict[Always, Callable[[], str]] = {
    Always.ISSUER: lambda: tr("Always shown: the issuer decided so."),
    Always.CHECKING: lambda: tr("Always shown: without it, nobody could tell whether it holds."),
}
