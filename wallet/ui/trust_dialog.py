"""A small dialog in which a person says that they trust an issuer, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from wallet.ui.layouts import FlowBox, column
from wallet.ui.theme import Theme
from wallet.ui.widgets import button, label, shorten
from wallet.wording import tr

MAX_NAME = 200  # as `wallet.trusting` keeps
MAX_NOTE = 500


class TrustDialog(QDialog):
    """Shows exactly which address is to be trusted; `said` carries the name and the note."""

    said = Signal(str, str)

    def __init__(self, theme: Theme, issuer: str, claimed: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Trust this issuer"))
        pad = theme.px(18)
        body = column(theme.px(10), (pad, pad, pad, pad))
        self.setLayout(body)
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
        self.resize(min(theme.px(520), room.width() - 40), self.sizeHint().height())
        self.note.setFocus()

    def _line(self, name: str, text: str, most: int) -> QLineEdit:
        made = QLineEdit(text)
        made.setAccessibleName(name)
        made.setMaxLength(most)
        made.returnPressed.connect(self.accept)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(label(name, "second"))
        layout.addWidget(made)
        return made
