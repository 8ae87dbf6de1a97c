"""A calm line above the records: there is no good backup, or it is old."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from wallet import backup_wording
from wallet.backing_up import BackupState
from wallet.errors import WalletError
from wallet.ui.context import Context
from wallet.ui.layouts import FlowBox, Told, column
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Card, announce, button, label
from wallet.wording import tr

_TINY = 380  # pixels before the text size: below, the records need the page


class BackupReminder(QWidget):
    """Hidden while all is well, and for a week after "Later"."""

    wanted = Signal()  # make one
    dismissed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        self._said, self._room = "", 10_000
        outside = column(0, (theme.px(16), theme.px(14), theme.px(16), theme.px(12)))
        self.setLayout(outside)
        self._card = Card(theme, spacing=6)
        self.text = label("")
        self.go = button(tr("Back up"), self.wanted.emit)
        self.later = button(tr("Later"), self._later)
        self._told = Told(theme, self.text, FlowBox(self.go, self.later))
        self._card.add(self._told)
        outside.addWidget(self._card)
        self.hide()

    def load(self) -> None:
        """Read whether there is anything to remind of."""
        backups = self._context.app.wallet.backups
        self._context.tasks.run(
            self, lambda _tick: backups.state(), self._show, fail=_ignore, lane=Lane.VAULT
        )

    def arrange(self, page: QSize) -> None:
        """Leave a small page to the records."""
        self._room = page.height()
        self._draw()

    def _show(self, state: BackupState) -> None:
        said = backup_wording.reminder(state, now=self._context.now())
        if said != self._said:
            self._said = said
            self.text.setText(said)
            self.text.setAccessibleName(said)
            self._card.setAccessibleName(said)
            self._told.arrange()
            if said:
                announce(self, said)
        self._draw()

    def _draw(self) -> None:
        self.setVisible(bool(self._said) and self._room >= self._context.theme.px(_TINY))

    def _later(self) -> None:
        backups = self._context.app.wallet.backups
        self.forget()
        self._context.tasks.run(
            self,
            lambda _tick: backups.remind_later(),
            lambda _answer: None,
            fail=_ignore,
            lane=Lane.VAULT,
        )
        self.dismissed.emit()

    def forget(self) -> None:
        """Show nothing any more."""
        self._said = ""
        self.text.clear()
        self._draw()


def _ignore(_failure: WalletError | None) -> None:
    """Settings say how it stands with backups; a reminder that cannot be read is read later."""
