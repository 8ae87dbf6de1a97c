"""The door's page that makes a wallet of a backup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal

from wallet import wording
from wallet.bringing_back import Look
from wallet.errors import WalletError
from wallet.ui import file_dialogs
from wallet.ui.backup_card import pick_backup
from wallet.ui.context import Context, why
from wallet.ui.door import FILES, DoorPage
from wallet.ui.layouts import FlowBox
from wallet.ui.proof import Proof, busy_bar, wiping
from wallet.ui.resting import Resting
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Message, Shortcut, bind, breakable, button, label
from wallet.ways import Given
from wallet.wording import tr

_TRIED = 100  # names before the person has to choose one


class RestorePage(DoorPage):
    """Pick a backup, open it, and it is the wallet; the backup stays as it is."""

    made = Signal(Path)
    back = Signal()

    def __init__(
        self,
        context: Context,
        *,
        back: Callable[[], None],
        made: Callable[[Path], None],
        to: Path | None = None,
    ) -> None:
        """`to` is where the wallet will be, in memory for a guest; the usual place without it."""
        super().__init__(context)
        self.back.connect(back)
        self.made.connect(made)
        theme = context.theme
        self.path: Path | None = None
        self.to = to or _free(context.app.vault_path)
        self.head(
            tr("Restore from a backup"),
            tr("A new wallet is made of it. The backup itself stays as it is."),
            mark=False,
        )
        self.choose = button(tr("Choose the backup"), self._pick)
        self.body.addWidget(FlowBox(self.choose))
        self.chosen = label("", "second")
        self.chosen.hide()
        self.body.addWidget(self.chosen)
        self.proof = Proof(theme, tr("Passphrase of the backup"))
        self.proof.setEnabled(False)
        self.body.addWidget(self.proof)
        self._where = label("", "small")
        self.body.addWidget(self._where)
        self._elsewhere = tr("Keep it somewhere else")
        if context.app.is_in_memory(self.to):
            self._elsewhere = tr("Keep it on my stick")
        self.elsewhere = button(self._elsewhere, self._pick_place, look="link")
        self.body.addWidget(FlowBox(self.elsewhere))
        self.error = Message(theme)
        self.body.addWidget(self.error)
        self.go = button(tr("Make it my wallet"), self.submit, look="main")
        self.leave = button(tr("Back"), self.back.emit)
        self.body.addWidget(FlowBox(self.go, self.leave))
        self.busy = busy_bar()
        self._resting = Resting(self.busy)
        self.body.addWidget(self.busy)
        self.proof.submitted.connect(self.submit)
        bind(self, Shortcut("Esc", tr("Back"), self.back.emit))
        self._show_place()

    def _show_place(self) -> None:
        if self.context.app.is_in_memory(self.to):
            text = tr(
                "It will be in memory only, and is gone when the session ends. Save it to a stick "
                "before, if you change something."
            )
        else:
            text = tr("It will be kept in {place}", place=self.to)
        self._where.setText(breakable(text))
        self._where.setAccessibleName(text)

    def _pick_place(self) -> None:
        kinds = tr("Wallets ({kinds})", kinds=FILES)
        in_memory = self.context.app.is_in_memory(self.to)
        usual = file_dialogs.stick() / "wallet.ler" if in_memory else self.to
        path = file_dialogs.place(self.context, self, self._elsewhere, usual, kinds)
        if path is not None:
            self.to = path
            self._show_place()

    def _pick(self) -> None:
        path = pick_backup(self.context, self)
        if path is not None:
            self.take(path)

    def take(self, path: Path) -> None:
        """Use this backup, if it is one."""
        self.error.say("")
        restoring = self.context.app.wallet.restoring

        def show(found: Look) -> None:
            self.path = path
            said = path.name
            if found.made_at is not None:
                said = tr("{name}, made on {when}", name=said, when=wording.time(found.made_at))
            self.chosen.setText(breakable(said))
            self.chosen.setAccessibleName(said)
            self.chosen.show()
            self.proof.setEnabled(True)
            self.proof.offer(passphrase=found.by_passphrase, code=found.by_code)
            self.proof.take_focus()

        self.context.tasks.run(
            self, lambda _tick: restoring.look(path), show, fail=self._failed, lane=Lane.VAULT
        )

    def submit(self) -> None:
        """Make the wallet, or say why not."""
        if not self.go.isEnabled():
            return
        if self.path is None:
            self.error.say(tr("Choose the backup first."))
            self.choose.setFocus()
            return
        try:
            given = self.proof.given()
        except WalletError as failure:  # a slip: nothing was tried
            self.error.say("" if self.proof.code.go_to_slip() else why(failure))
            return
        if given is None:
            self.proof.take_focus()
            return
        self._wait(waiting=True)
        app, backup, to = self.context.app, self.path, self.to

        def make(way: Given) -> None:
            app.wallet.restoring.as_new(backup, way, to)
            app.made(to)
            app.wallet.unlock(to, way)

        self.context.tasks.run(
            self,
            lambda _tick: wiping(given, make),
            self._done,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _done(self, _answer: object) -> None:
        self._wait(waiting=False)
        self.proof.forget()
        self.made.emit(self.to)

    def _failed(self, failure: WalletError | None) -> None:
        self._wait(waiting=False)
        self.error.say(why(failure))
        if self.path is not None:
            self.proof.take_focus()

    def _wait(self, *, waiting: bool) -> None:
        if waiting:
            self.error.say("")
        proof = (self.proof,) if self.path is not None else ()
        every = (self.go, self.leave, self.choose, self.elsewhere, *proof)
        self._resting.rest(every, on=waiting)


def _free(usual: Path) -> Path:
    """Return the usual place, or one beside it where a wallet is there already."""
    others = (usual.with_stem(f"{usual.stem}-{n}") for n in range(2, _TRIED))
    return next((path for path in (usual, *others) if not path.exists()), usual)
