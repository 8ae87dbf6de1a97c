"""Bringing a backup into the open wallet: the way in, then what would change, then a yes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from wallet import backup_wording
from wallet.bringing_back import Compared, Fate, Look, RestorePlan
from wallet.errors import WalletError
from wallet.ui.context import Context, why
from wallet.ui.fitting import Fitting
from wallet.ui.layouts import FlowBox, column, empty_layout, row
from wallet.ui.proof import Proof, busy_bar, wiping
from wallet.ui.resting import Resting
from wallet.ui.tasks import Job, Lane
from wallet.ui.widgets import Message, Page, Switch, announce, breakable, button, label, shorten
from wallet.wording import tr

_SHOWN = 100  # records named one by one; all of them are counted
_NAMED = (Fate.NEW, Fate.NEW_REMOVED, Fate.OTHER_FILE)


def show(context: Context, path: Path, over: QWidget, restored: SignalInstance) -> None:
    """Ask for the way into a backup, and show what it would bring; `restored` tells that it did."""
    dialog = RestoreDialog(context, path, over)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.restored.connect(restored)
    dialog.open()


class RestoreDialog(QDialog):
    """Nothing changes before the last button is pressed."""

    restored = Signal()

    def __init__(self, context: Context, path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self.path, theme = context, path, context.theme
        self._plan: RestorePlan | None = None
        self._job: Job | None = None  # reads the backup, and can stop
        self.revive: dict[str, Switch] = {}
        self.setWindowTitle(tr("Restore from a backup"))
        self._page = Page(theme, spacing=10)
        outside = column(0)
        outside.addWidget(self._page)
        self.setLayout(outside)
        body = self._page.body
        body.addWidget(label(tr("Restore from a backup"), "page"))
        self.about = label(breakable(path.name), "second")
        body.addWidget(self.about)
        self.proof = Proof(theme, tr("Passphrase of the backup"))
        body.addWidget(self.proof)
        self._told = column(theme.px(8))
        body.addLayout(self._told)
        self.error = Message(theme)
        body.addWidget(self.error)
        self.go = button(tr("Look into it"), self.submit, look="main")
        self.stop = button(tr("Cancel"), self.reject)
        body.addWidget(FlowBox(self.go, self.stop))
        self.busy = busy_bar()
        self._resting = Resting(self.busy)
        body.addWidget(self.busy)
        self.proof.submitted.connect(self.submit)
        self.finished.connect(self._close_backup)
        Fitting(theme, self, self._page, wide=620)
        self.proof.take_focus()
        self._look()

    def _look(self) -> None:
        restoring = self._context.app.wallet.restoring

        def show(found: Look) -> None:
            self.proof.offer(passphrase=found.by_passphrase, code=found.by_code)

        self._context.tasks.run(
            self,
            lambda _tick: restoring.look(self.path),
            show,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def submit(self) -> None:
        """Open the backup; or, once it was looked into, bring it in."""
        if not self.go.isEnabled():
            return
        if self._plan is not None:
            self._bring_in(self._plan)
            return
        try:
            given = self.proof.given()
        except WalletError as failure:  # a slip: nothing was tried
            self.error.say("" if self.proof.code.go_to_slip() else why(failure))
            return
        if given is None:
            return
        self._wait(waiting=True)
        restoring, path = self._context.app.wallet.restoring, self.path
        self._job = self._context.tasks.run(
            self,
            lambda tick: wiping(given, lambda way: restoring.open(path, way, progress=tick)),
            self._show,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _show(self, plan: RestorePlan | None) -> None:
        if plan is None:  # stopped: this dialog is about to go
            return
        self._wait(waiting=False)
        self._plan = plan
        self.proof.forget()
        self.proof.hide()
        said = backup_wording.whose(plan)
        if plan.other_wallet:
            self._told.addWidget(Message(self._context.theme, "notice", text=said))
        else:
            self.about.setText(said)
            self.about.setAccessibleName(said)
        for fate in Fate:
            found = plan.those(fate)
            if found:
                text = f"{backup_wording.fate(fate, len(found))}."
                self._told.addWidget(label(text, "strong" if fate is Fate.NEW else ""))
            for one in found[:_SHOWN] if fate in _NAMED else ():
                self._told.addWidget(label(f"· {shorten(one.title, 200)}", "second"))
            for one in found[:_SHOWN] if fate is Fate.REMOVED_HERE else ():
                self._told.addWidget(self._choice(one))
        for line in backup_wording.rest(plan):
            self._told.addWidget(label(f"{line}."))
        if plan.is_empty:
            self._told.addWidget(label(tr("There is nothing new in it."), "strong"))
        self.go.setText(tr("Bring it in"))
        self._judge()
        announce(self, said)
        (self.go if self.go.isEnabled() else self._page).setFocus()

    def _choice(self, one: Compared) -> QWidget:
        """Return a line by which a removed record can be chosen."""
        line, box, switch = (
            row(self._context.theme.px(8)),
            QWidget(),
            Switch(self._context.theme, ""),
        )
        line.setContentsMargins(0, 0, 0, 0)
        switch.setAccessibleName(tr("Bring back {title}", title=one.title))
        switch.setFixedWidth(self._context.theme.px(30))
        switch.toggled.connect(self._judge)
        self.revive[one.id] = switch
        line.addWidget(switch, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(label(shorten(one.title, 200)), 1)
        box.setLayout(line)
        return box

    def _judge(self, _on: object = None) -> None:
        empty = self._plan is not None and self._plan.is_empty
        self.go.setEnabled(not empty or any(box.isChecked() for box in self.revive.values()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave by Esc; not while the backup comes in, which is all or nothing and soon done."""
        if self.stop.isEnabled() or event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)

    def _bring_in(self, plan: RestorePlan) -> None:
        self._wait(waiting=True)
        self.stop.setEnabled(False)
        revive = [id_ for id_, box in self.revive.items() if box.isChecked()]
        restoring = self._context.app.wallet.restoring

        def done(_answer: object) -> None:
            toast(backup_wording.merged(plan, len(revive)))
            if isValid(self):  # else the window of this dialog was closed meanwhile
                self.restored.emit()
                self.accept()

        def fail(failure: WalletError | None) -> None:
            if isValid(self):
                self._failed(failure)
            else:
                toast(why(failure))

        toast = self._context.toast
        self._context.tasks.run(
            app_owner(self),
            lambda _tick: restoring.merge(plan, revive=revive),
            done,
            fail=fail,
            lane=Lane.VAULT,
        )

    def _failed(self, failure: WalletError | None) -> None:
        self._wait(waiting=False)
        self.stop.setEnabled(True)
        self.error.say(why(failure))
        if self._plan is None:
            self.proof.take_focus()

    def _wait(self, *, waiting: bool) -> None:
        if waiting:
            self.error.say("")
        self._resting.rest((self.go, self.proof, *self.revive.values()), on=waiting)

    def _close_backup(self, _code: int) -> None:
        """Delete the private copy, in the lane where it may still be made."""
        self.proof.forget()
        empty_layout(self._told)
        if self._job is not None:
            self._job.cancel()
        app = self._context.app
        self._context.tasks.run(
            app_owner(self),
            lambda _tick: app.wallet.restoring.close(),
            lambda _answer: None,
            fail=lambda _failure: None,
            lane=Lane.VAULT,
        )


def app_owner(dialog: QWidget) -> QWidget:
    """Return what outlives a dialog."""
    parent = dialog.parentWidget()
    return parent if parent is not None else dialog
