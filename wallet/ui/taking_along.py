"""The settings about leaving: everything as files, a backup for another wallet, who one is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QLineEdit, QWidget

from wallet import leaving, wording
from wallet.app import MIN_PASSPHRASE
from wallet.errors import Code, VaultError, WalletError
from wallet.leaving import Left
from wallet.ui import file_dialogs
from wallet.ui.context import Context, why
from wallet.ui.layouts import FlowBox, column, empty_layout, row
from wallet.ui.question import Answer, Question
from wallet.ui.resting import Resting
from wallet.ui.tasks import Job, Lane, Tick
from wallet.ui.widgets import Card, Message, Rule, Switch, button, label, shorten
from wallet.wording import ntr, tr

_T = TypeVar("_T")
_LEFT_OUT_SHOWN = 10
_TRIES = 100  # folders of one day


class TakingAlong(Card):
    """The card "Take everything with you" of the settings."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, spacing=10)
        self._context, self._theme = context, context.theme
        self.add(label(tr("Take everything with you"), "strong"))
        said = tr(
            "Your records as files, exactly as they arrived, with a list that any browser opens. "
            "The files are not locked: keep them where only you can read them."
        )
        self.add(label(said, "second"))
        self.with_keys = Switch(self._theme, tr("With my private keys"))
        self.with_keys.toggled.connect(self._show_keys)
        self.add(self.with_keys, self._key_fields())
        self.error = Message(self._theme)
        self.add(self.error)
        self.doing = label("", "small")
        self.stop = button(tr("Cancel"), self.cancel)
        self._under_way = QWidget()
        line = row(self._theme.px(12))
        line.addWidget(self.stop)
        line.addWidget(self.doing, 1)
        self._under_way.setLayout(line)
        self._under_way.hide()
        self._resting = Resting(self.stop, self._under_way)
        self.add(self._under_way)
        self._job: Job | None = None
        self.folder = button(tr("Save as a folder"), self.save_folder)
        self.zip = button(tr("Save as one ZIP file"), self.save_zip)
        self.add(FlowBox(self.folder, self.zip))
        self.add(Rule(), label(tr("For Learner Credential Wallet"), "strong"))
        self.add(label(wording.keys_in_clear(), "second"))
        self.other = button(tr("Save a backup for it"), self.ask_other)
        self.add(FlowBox(self.other))
        self.left_out = label("", "small")
        self.left_out.hide()
        self.add(self.left_out)
        self.add(Rule(), label(tr("Your identifiers"), "strong"))
        said = tr(
            "A share is signed as the identifier its records were issued to; as the first one "
            "where they name none of these."
        )
        self.add(label(said, "small"))
        self._own = column(self._theme.px(4))
        self.body.addLayout(self._own)

    def _key_fields(self) -> QWidget:
        self._keys = QWidget()
        inside = column(self._theme.px(6))
        self._keys.setLayout(inside)
        said = tr(
            "Whoever has your private keys can sign as you. They go into the files locked with a "
            "password that you choose here; without it nobody can use them, nor can you."
        )
        inside.addWidget(label(said, "small"))
        inside.addSpacing(self._theme.px(4))
        self.password = self._secret(inside.addWidget, tr("A password for the keys"))
        self.again = self._secret(inside.addWidget, tr("The same password again"))
        self._keys.hide()
        return self._keys

    def _secret(self, add: Callable[[QWidget], object], name: str) -> QLineEdit:
        made = QLineEdit()
        made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setAccessibleName(name)
        made.setMaxLength(1024)
        add(label(name, "second"))
        add(made)
        return made

    def _show_keys(self, on: bool) -> None:
        self._keys.setVisible(on)
        if not on:
            self._clear()

    # Everything

    def save_folder(self) -> None:
        """Ask where to, then write a new folder there."""
        if not self._ready():
            return
        where = file_dialogs.folder(self._context, self, tr("Save"))
        if where is not None:
            self.write(self._new_folder(where), zipped=False)

    def save_zip(self) -> None:
        """Ask where to, then write a ZIP file."""
        if not self._ready():
            return
        path = file_dialogs.place(self._context, self, tr("Save"), f"{self._stem()}.zip")
        if path is not None:
            self.write(path, zipped=True)

    def write(self, path: Path, *, zipped: bool) -> None:
        """Write everything there."""
        app, now = self._context.app, self._context.now()
        password = self.password.text() if self.with_keys.isChecked() else None

        def work(tick: Tick) -> Left | None:
            return leaving.export_all(
                app.wallet,
                path,
                zipped=zipped,
                now=now,
                password=password,
                replace=zipped,  # the dialog has asked
                progress=tick,
            )

        self._run(work, self._written)

    def _run(self, work: Callable[[Tick], _T], then: Callable[[_T], None]) -> None:
        self._busy(busy=True)
        self._job = self._context.tasks.run(
            self, work, then, fail=self._failed, lane=Lane.VAULT, tick=self._count
        )

    def cancel(self) -> None:
        """Stop at the next record; what was written so far goes."""
        if self._job is not None:
            self._job.cancel()
            self.doing.setText(tr("Stopping"))

    def _ready(self) -> bool:
        """Say whether there is a password where one is needed, and what is wrong with it."""
        self.error.say("")
        if not self.with_keys.isChecked():
            return True
        if len(self.password.text()) < MIN_PASSPHRASE:
            self.error.say(why(VaultError(Code.PASSPHRASE_TOO_SHORT, least=MIN_PASSPHRASE)))
            self.password.setFocus()
        elif self.password.text() != self.again.text():
            self.error.say(tr("The two passwords differ. Type the second one again."))
            self.again.setFocus()
        else:
            return True
        return False

    def _count(self, done: int, total: int) -> None:
        words = tr(
            "{done} of {total} written", done=wording.number(done), total=wording.number(total)
        )
        self.doing.setText(words)

    def _written(self, left: Left | None) -> None:
        self._busy(busy=False)
        if left is None:
            self._context.toast(tr("Stopped. Nothing was written."))
        else:
            self.with_keys.setChecked(False)
            records = ntr("{n} record", "{n} records", left.records)
            said = tr("Saved {records} in {name}.", records=records, name=left.path.name)
            self._context.toast(said)

    def _stem(self) -> str:
        return f"ler-wallet-{self._context.now():%Y-%m-%d}"

    def _new_folder(self, where: Path) -> Path:
        names = [self._stem(), *(f"{self._stem()}-{n}" for n in range(2, _TRIES))]
        return next((where / name for name in names if not (where / name).exists()), where)

    # Another wallet

    def ask_other(self) -> None:
        """Say once more what is in such a backup, then ask where to."""
        self.error.say("")
        title = tr("Save your private keys in clear?")
        answers = (Answer(tr("Save it"), self._other), Answer(tr("Cancel")))
        Question(self._theme, self, title, wording.keys_in_clear(), answers).open()

    def _other(self) -> None:
        path = file_dialogs.place(self._context, self, tr("Save"), leaving.LCW_FILE_NAME)
        if path is None:
            return
        wallet = self._context.app.wallet

        def work(tick: Tick) -> tuple[int, list[str]] | None:
            made = leaving.for_learner_credential_wallet(wallet, tick)
            if made is None:
                return None
            wallet.save(made.data, path, replace=True, private=True)  # the dialog has asked
            return made.records, [row.title for row in made.left_out]

        self._run(work, lambda done: self._saved(path, done))

    def _saved(self, path: Path, done: tuple[int, list[str]] | None) -> None:
        self._busy(busy=False)
        if done is None:
            self._context.toast(tr("Stopped. Nothing was written."))
            return
        count, left_out = done
        records = ntr("{n} record", "{n} records", count)
        self._context.toast(tr("Saved {records} in {name}.", records=records, name=path.name))
        text = ""
        if left_out:
            titles = ", ".join(shorten(title, 60) for title in left_out[:_LEFT_OUT_SHOWN])
            text = ntr(
                "{n} record was left out, as that wallet cannot read its kind: {titles}",
                "{n} records were left out, as that wallet cannot read their kind: {titles}",
                len(left_out),
                titles=titles,
            )
        self.left_out.setText(text)
        self.left_out.setAccessibleName(text)
        self.left_out.setVisible(bool(text))

    # What is shown

    def refresh(self) -> None:
        """Show the person's own identifiers."""
        wallet = self._context.app.wallet
        self._context.tasks.run(
            self,
            lambda _tick: wallet.identities(),
            self._show_own,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _show_own(self, dids: tuple[str, ...]) -> None:
        empty_layout(self._own)
        for did in dids:
            self._own.addWidget(label(did, "small", select=True))

    def _busy(self, *, busy: bool) -> None:
        if not busy:
            self._job = None
            self.doing.setText("")
        self._resting.rest((self.folder, self.zip, self.other), on=busy)

    def _failed(self, failure: WalletError | None) -> None:
        self._busy(busy=False)
        self.error.say(why(failure))

    def _clear(self) -> None:
        for one in (self.password, self.again):
            one.clear()

    def forget(self) -> None:
        """Empty everything: the wallet is being locked."""
        self.with_keys.setChecked(False)
        self._clear()
        self._busy(busy=False)
        self.error.say("")
        empty_layout(self._own)
        self.left_out.hide()
        self.left_out.setText("")
