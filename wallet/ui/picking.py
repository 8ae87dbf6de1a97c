"""A dialog that picks records of the wallet, for a share."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from wallet.app import Row
from wallet.errors import WalletError
from wallet.ui.context import Context, why
from wallet.ui.layouts import column, row
from wallet.ui.listing import describe, grouped
from wallet.ui.rows import Lines, LineView
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Message, button, label
from wallet.wording import ntr, tr


class Picker(QDialog):
    """Ticks beside every record that is not in the share yet."""

    chosen = Signal(list)  # ids

    def __init__(self, context: Context, without: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._without = context, frozenset(without)
        self._kept_ticks: set[str] = set()
        theme = context.theme
        self.setWindowTitle(tr("Add to the share"))
        pad = theme.px(18)
        body = column(theme.px(10), (pad, pad, pad, pad))
        self.setLayout(body)
        body.addWidget(label(tr("Add to the share"), "page"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search"))
        self.search.setAccessibleName(tr("Search records"))
        self.search.textChanged.connect(lambda _text: self._refresh())
        body.addWidget(self.search)
        self.error = Message(theme)
        body.addWidget(self.error)
        self.model = Lines(lambda one: describe(context, one), can_tick=True)
        self.model.ticked.connect(self._count)
        self.view = LineView(theme, self.model, tr("Records"))
        self.view.opened.connect(self._toggle)
        body.addWidget(self.view, 1)
        line = row(theme.px(8))
        self.add = button(tr("Add"), self._accept, look="main")
        line.addStretch(1)
        line.addWidget(button(tr("Cancel"), self.reject))
        line.addWidget(self.add)
        body.addLayout(line)
        room = parent.size()
        self.resize(min(theme.px(520), room.width() - 40), min(theme.px(620), room.height() - 40))
        self._count()
        self._refresh()

    def _refresh(self) -> None:
        self._remember()
        query, wallet = self.search.text().strip(), self._context.app.wallet

        def show(rows: list[Row]) -> None:
            if query != self.search.text().strip():
                return
            self.model.show(grouped([one for one in rows if one.id not in self._without]))
            for at in range(self.model.rowCount()):
                thing = self.model.thing(at)
                if isinstance(thing, Row) and thing.id in self._kept_ticks:
                    self.model.ticks.add(at)
            self._count()

        self._context.tasks.run(
            self, lambda _tick: wallet.rows(query), show, fail=self._failed, lane=Lane.VAULT
        )

    def _failed(self, failure: WalletError | None) -> None:
        self.error.say(why(failure))

    def _remember(self) -> None:
        for at in range(self.model.rowCount()):
            thing = self.model.thing(at)
            if isinstance(thing, Row):
                self._kept_ticks.discard(thing.id)
                if at in self.model.ticks:
                    self._kept_ticks.add(thing.id)

    def _toggle(self, at: int) -> None:
        self.model.toggle(at)

    def _count(self) -> None:
        self._remember()
        many = len(self._kept_ticks)
        self.add.setEnabled(many > 0)
        self.add.setText(ntr("Add {n}", "Add {n}", many) if many else tr("Add"))

    def _accept(self) -> None:
        self.chosen.emit(sorted(self._kept_ticks))
        self.accept()
