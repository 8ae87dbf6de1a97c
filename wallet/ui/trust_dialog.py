"""A small dialog in which a person says that they trust an issuer, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from wallet.ui.layouts import FlowBox, column
from wallet.ui.theme import Theme
from wallet.ui.widgets import Page, button, label, shorten
from wallet.wording import tr

MAX_NAME = 200  # as `wallet.trusting` keeps
MAX_NOTE = 500


class TrustDialog(QDialog):
    """Shows exactly which address is to be trusted; `said` carries the name and the note."""

    said = Signal(str, str)

    def __init__(self, theme: Theme, issuer: str, claimed: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Trust this issuer"))
        self._page = Page(theme, spacing=10)
        outside = column(0)
        outside.addWidget(self._page)
        self.setLayout(outside)
        body = self._page.body
        body.addWidget(label(tr("Trust this issuer"), "page"))
        body.addWidget(label(shorten(issuer, 300), "strong", select=True))
        warning = tr(
            "Anybody can call themselves anything. Do this only if you know that this address is "
            "the issuer's: they told you so, or you have dealt with it before."
        )
        body.addWidget(label(warning, "second"))
        self.name = self._line(tr("What you call this issuer"), claimed[:MAX_NAME], MAX_NAME)
        self.note = self._line(tr("Why you trust it (only you see this)"), "", MAX_NOTE)
        self.yes = button(tr("I trust this issuer"), self.accept, look="main")
        body.addWidget(FlowBox(self.yes, button(tr("Cancel"), self.reject)))
        self.accepted.connect(lambda: self.said.emit(self.name.text(), self.note.text()))
        room = parent.window().size()
        self.resize(min(theme.px(560), room.width() - 40), min(theme.px(440), room.height() - 40))
        self.name.setFocus()

    def _line(self, name: str, text: str, most: int) -> QLineEdit:
        made = QLineEdit(text)
        made.setAccessibleName(name)
        made.setMaxLength(most)
        made.returnPressed.connect(self.accept)
        self._page.body.addWidget(label(name, "second"))
        self._page.body.addWidget(made)
        return made
