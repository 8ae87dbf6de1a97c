"""Checking everything again in the background: when it is due, and when somebody asks."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from wallet import wording
from wallet.app import Refreshed
from wallet.errors import Code, WalletError
from wallet.ui.context import Context, why
from wallet.ui.tasks import Lane, Tick
from wallet.wording import ntr, tr

LATER = 3000  # milliseconds after unlocking: the person sees their records first


class Refresher(QObject):
    """Runs one round at a time, beside whatever the person does; stops when the wallet locks."""

    told = Signal(str)  # what it does, in a word or two; "" for nothing
    done = Signal()
    damaged = Signal()  # the person wants to know what can be done about a damaged file

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._running, self._asked = False, False
        self._soon = QTimer(self, singleShot=True, interval=LATER)
        self._soon.timeout.connect(self.if_due)
        self._later = QTimer(self, singleShot=True, interval=LATER)
        self._later.timeout.connect(self._verify_if_due)

    def soon(self) -> None:
        """Look in a moment whether it is time."""
        self._soon.start()

    def stop(self) -> None:
        """Begin nothing more: the wallet is being locked."""
        self._soon.stop()
        self._later.stop()
        self._running, self._asked = False, False

    def if_due(self) -> None:
        """Check everything again when it is time: daily, if online; by new rules, offline too."""
        self._verify_if_due()
        self._run(asked=False)

    def _verify_if_due(self) -> None:
        """Read the wallet's file once a week, when nothing else is under way."""
        if not self._context.tasks.idle:
            self._later.start()
            return
        upkeep = self._context.app.wallet.upkeep
        self._context.tasks.run(
            self,
            lambda _tick: upkeep.verify() if upkeep.is_due else None,
            lambda _answer: None,
            fail=self._verify_failed,
            lane=Lane.VAULT,
        )

    def _verify_failed(self, failure: WalletError | None) -> None:
        if failure is not None and failure.code is Code.VAULT_DAMAGED:
            self._context.toast(why(failure), tr("What can be done"), self.damaged.emit)

    def now(self) -> None:
        """Check everything again because somebody asks."""
        self._run(asked=True)

    def _run(self, *, asked: bool) -> None:
        self._asked = self._asked or asked
        if self._running:
            return
        self._running = True
        wallet, offline = self._context.app.wallet, self._context.app.offline

        def work(tick: Tick) -> Refreshed | None:
            due = wallet.is_answered_otherwise if offline else wallet.is_refresh_due
            if not asked and not due:
                return None
            return wallet.refresh(progress=tick)

        # The web's lane: it may wait for the network, and takes the vault for moments only.
        self._context.tasks.run(
            self, work, self._finish, fail=self._failed, lane=Lane.WEB, tick=self._tell
        )
        if asked:
            self.told.emit(tr("Checking again…"))

    def _tell(self, done: int, total: int) -> None:
        if done:
            of = {"done": wording.number(done), "total": wording.number(total)}
            self.told.emit(tr("Checking again: {done} of {total}", **of))
        else:
            self.told.emit(tr("Checking again…"))

    def _finish(self, found: Refreshed | None) -> None:
        asked, self._running, self._asked = self._asked, False, False
        self.told.emit("")
        if found is None:
            return
        self.done.emit()
        if asked:
            self._context.toast(self._said(found))

    def _said(self, found: Refreshed) -> str:
        if found.changed:
            n = len(found.changed)
            return ntr("{n} answer changed.", "{n} answers changed.", n)
        if self._context.app.offline:
            return tr("Working offline, so nothing was looked up. Nothing changed.")
        if found.asked and not found.read:
            return tr("Nobody was reached, so what was last known counts.")
        return tr("Checked again. Nothing changed.")

    def _failed(self, failure: WalletError | None) -> None:
        asked, self._running, self._asked = self._asked, False, False
        self.told.emit("")
        if asked:
            self._context.toast(why(failure))
