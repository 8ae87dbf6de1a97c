"""In the settings: the wallet's file, when it was last found whole, and a check of it now."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal

from wallet import wording
from wallet.errors import Code, WalletError
from wallet.ui.context import Context, why
from wallet.ui.layouts import FlowBox
from wallet.ui.proof import busy_bar
from wallet.ui.resting import Resting
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Card, Message, button, focus_soon, label
from wallet.wording import ntr, tr


class FileCard(Card):
    """Whether the file is whole."""

    rescue = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, spacing=10)
        self._context = context
        self.add(label(tr("The wallet file"), "strong"))
        said = tr(
            "Disks and sticks go bad without a word. Once a week the whole file is read, to see "
            "that every record in it is as it was."
        )
        self.add(label(said, "small"))
        self.when = label("", "second")
        self.add(self.when)
        self.error = Message(context.theme)
        self.add(self.error)
        self.check = button(tr("Check the wallet file"), self.verify)
        self.save = button(tr("What can be done"), self.rescue.emit, look="main")
        self.save.hide()
        self.body.addWidget(FlowBox(self.check, self.save))
        self.busy = busy_bar()
        self._resting = Resting(self.busy)
        self.add(self.busy)

    def refresh(self) -> None:
        """Read when it was last found whole."""
        upkeep = self._context.app.wallet.upkeep
        self._context.tasks.run(
            self,
            lambda _tick: upkeep.verified_at,
            self._show,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _show(self, last: datetime | None) -> None:
        if last is None:
            self.when.setText(tr("Not checked yet."))
        else:
            self.when.setText(tr("Found whole on {date}.", date=wording.date(last)))

    def verify(self) -> None:
        """Read all of the file now."""
        if not self.check.isEnabled():
            return
        self.error.say("")
        self._resting.rest((self.check, self.save), on=True)
        self.save.hide()
        self.when.setText(tr("Reading all of it…"))
        upkeep = self._context.app.wallet.upkeep
        self._context.tasks.run(
            self, lambda _tick: upkeep.verify(), self._whole, fail=self._failed, lane=Lane.VAULT
        )

    def _whole(self, records: int) -> None:
        self._resting.rest((self.check, self.save), on=False)
        self._context.toast(
            ntr(
                "The file is whole. {n} record is in it.",
                "The file is whole. {n} records are in it.",
                records,
            )
        )
        self.refresh()

    def _failed(self, failure: WalletError | None) -> None:
        self._resting.rest((self.check, self.save), on=False)
        self.when.setText("")
        self.error.say(why(failure))
        damaged = failure is not None and failure.code is Code.VAULT_DAMAGED
        self.save.setVisible(damaged)
        if damaged and self.check.hasFocus():
            focus_soon(self.save)
