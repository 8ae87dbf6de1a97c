"""Settings, "Backup": when the last good one was made, where copies go, and making one now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wallet import backup_wording, wording
from wallet.backing_up import COPIES, SUFFIX, Backup, BackupFile, BackupState
from wallet.errors import Code, WalletError
from wallet.ui import file_dialogs
from wallet.ui.context import Context, why
from wallet.ui.layouts import FlowBox, column, empty_layout
from wallet.ui.proof import busy_bar
from wallet.ui.resting import Resting
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Card, Choice, Message, Rule, breakable, button, label
from wallet.wording import tr

FILES = f"*{SUFFIX}"
_OFFERED = (0, 3, COPIES, 10, 30)
_SHOWN = 8  # copies that are named one by one


class BackupCard(Card):
    """Everything about backups, and the door to bringing one back."""

    made = Signal()  # a backup: nothing needs to be reminded of
    restored = Signal()  # something came in

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, spacing=12)
        self._context, self._theme = context, context.theme
        self._copies: dict[Path, Code | None] = {}
        self.add(label(tr("Backup"), "strong"))
        said = tr(
            "A backup is one locked file with all your records and keys. The app reads each one "
            "back and compares it before it says that it is done."
        )
        self.add(label(said, "second"))
        self.last = label("", "strong")
        self.add(self.last)
        self.error = Message(self._theme)
        self.add(self.error)
        self.now = button(tr("Back up now"), self.back_up)
        self.to_file = button(tr("Save a backup to a file"), self._pick_file)
        self.restore = button(tr("Restore from a backup"), self._pick_backup)
        self.busy = busy_bar()
        self._resting = Resting(self.busy)
        self.body.addWidget(FlowBox(self.now, self.to_file, self.restore))
        self.add(self.busy)
        self.add(Rule(), label(tr("Automatic copies"), "strong"))
        said = tr("After a change, at most once a day, when the wallet is locked.")
        self.add(label(said, "second"))
        self._choices = QWidget()
        down = column(self._theme.px(10))
        self._choices.setLayout(down)
        options = [(str(n), wording.number(n) if n else tr("None")) for n in _OFFERED]
        self.copies = Choice(tr("How many are kept"), options, str(COPIES))
        self.copies.picked.connect(lambda key: self._choose(copies=int(key)))
        down.addWidget(label(tr("How many are kept"), "second"))
        down.addWidget(self.copies)
        self.elsewhere = button(tr("Choose another folder"), self._pick_folder)
        self.beside = button(tr("Keep them beside the wallet"), self._keep_beside)
        self.folder = label("", "small", select=True)
        self.note = label("", "small")
        self.add(self._choices, self.folder, self.note)
        self.body.addWidget(FlowBox(self.elsewhere, self.beside))
        self._list = column(self._theme.px(4))
        self.body.addLayout(self._list)
        self.add(label(backup_wording.old_passphrase(), "small"))

    # What there is

    def refresh(self) -> None:
        """Read how it stands, then every copy whole."""
        backups = self._context.app.wallet.backups

        def work(_tick: object) -> tuple[BackupState, tuple[BackupFile, ...]]:
            return backups.state(), backups.listed()

        self._context.tasks.run(self, work, self._show, fail=self._failed, lane=Lane.VAULT)

    def _show(self, found: tuple[BackupState, tuple[BackupFile, ...]]) -> None:
        state, copies = found
        said = backup_wording.last(state)
        self.last.setText(said)
        self.last.setAccessibleName(said)
        if state.trouble is not None:
            self.error.say(wording.error(WalletError(state.trouble)))
        self.copies.choose(str(state.copies))
        self._show_folder(state)
        self._show_copies(copies)
        backups = self._context.app.wallet.backups

        def work(_tick: object) -> dict[Path, Code | None]:
            return {one.path: backups.check(one.path) for one in copies[:_SHOWN]}

        def show(checked: dict[Path, Code | None]) -> None:
            self._copies = checked
            self._show_copies(copies)

        self._context.tasks.run(self, work, show, fail=self._failed, lane=Lane.PLACES)

    def _show_folder(self, state: BackupState) -> None:
        text = tr("Folder: {place}", place=state.folder)
        self.folder.setText(breakable(text))
        self.folder.setAccessibleName(text)
        in_memory = self._context.app.wallet.in_memory.is_open  # no copies are made of such a one
        self.folder.setVisible(not in_memory)
        self.note.setVisible(not in_memory)
        own = not state.set_by_organisation and not in_memory
        for one in (self._choices, self.elsewhere):
            one.setVisible(own)
        if self.beside.hasFocus():  # it was pressed, and goes
            self.elsewhere.setFocus()
        self.beside.setVisible(own and not state.beside_the_vault)
        if not own:
            note = tr("Set by the organisation that looks after this computer.")
        elif state.beside_the_vault:
            note = tr(
                "They lie on the same disk as the wallet: good against a damaged file, not "
                "against a lost computer. Choose a stick or another folder for that, or save a "
                "backup to a file now and then."
            )
        else:
            note = tr("Where the folder is not there, you are told, and no copy is made.")
        self.note.setText(note)
        self.note.setAccessibleName(note)

    def _show_copies(self, copies: Sequence[BackupFile]) -> None:
        empty_layout(self._list)
        for one in copies[:_SHOWN]:
            said = [wording.time(one.made_at), backup_wording.size(one.size)]
            if one.path in self._copies:
                problem = self._copies[one.path]
                said.append(_how_it_is(problem))
            self._list.addWidget(label(" · ".join(said), "small"))

    # Choosing

    def _pick_folder(self) -> None:
        folder = file_dialogs.folder(self._context, self, tr("Choose another folder"))
        if folder is not None:
            self._choose(folder=folder)

    def _keep_beside(self) -> None:
        self._choose(beside=True)

    def _choose(
        self, *, folder: Path | None = None, copies: int | None = None, beside: bool = False
    ) -> None:
        backups = self._context.app.wallet.backups

        def work(_tick: object) -> None:
            state = backups.state()
            kept = None if beside or state.beside_the_vault else state.folder
            many = state.copies if copies is None else copies
            backups.choose(folder=folder or kept, copies=many)

        def done(_answer: object) -> None:
            self.error.say("")
            self.refresh()

        self._context.tasks.run(self, work, done, fail=self._failed, lane=Lane.VAULT)

    # Making one

    def back_up(self) -> None:
        """Make a copy in the folder now."""
        backups = self._context.app.wallet.backups
        self._make(lambda _tick: backups.roll())

    def _pick_file(self) -> None:
        backups = self._context.app.wallet.backups
        self._context.tasks.run(
            self,
            lambda _tick: backups.suggested_name(),
            self._ask_file,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _ask_file(self, suggested: str) -> None:
        kinds = tr("Backups ({kinds})", kinds=FILES)
        title = tr("Save a backup to a file")
        path = file_dialogs.place(
            self._context,
            self,
            title,
            suggested,
            kinds,
            asks=False,  # nothing is written over
        )
        if path is not None:
            self.save(path)

    def save(self, path: Path) -> None:
        """Make a backup in a file."""
        backups = self._context.app.wallet.backups
        self._make(lambda _tick: backups.make(path))

    def _make(self, work) -> None:  # type: ignore[no-untyped-def]
        if not self.now.isEnabled():
            return
        self._wait(waiting=True)
        self.error.say("")

        def done(made: Backup) -> None:
            self._wait(waiting=False)
            self._context.toast(backup_wording.done(made))
            self.made.emit()
            self.refresh()

        def fail(failure: WalletError | None) -> None:
            self._wait(waiting=False)
            self._failed(failure)

        self._context.tasks.run(self, work, done, fail=fail, lane=Lane.VAULT)

    def _wait(self, *, waiting: bool) -> None:
        self._resting.rest((self.now, self.to_file, self.restore), on=waiting)

    # Bringing one back

    def _pick_backup(self) -> None:
        path = pick_backup(self._context, self)
        if path is not None:
            self.open_backup(path)

    def open_backup(self, path: Path) -> None:
        """Ask for the way into a backup, and show what it would bring."""
        from wallet.ui import restore_dialog

        restore_dialog.show(self._context, path, self.window(), self.restored)

    def _failed(self, failure: WalletError | None) -> None:
        self.error.say(why(failure))

    def forget(self) -> None:
        """Empty everything: the wallet is being locked."""
        empty_layout(self._list)
        self._copies = {}
        for one in (self.last, self.folder):
            one.clear()


def _how_it_is(problem: Code | None) -> str:
    if problem is Code.BACKUP_BROKEN:
        return tr("damaged, of no use any more")
    return tr("read whole, good") if problem is None else wording.error(WalletError(problem))


def pick_backup(context: Context, near: QWidget) -> Path | None:
    """Ask for a backup."""
    kinds = tr("Backups ({kinds})", kinds=f"{FILES} *.ler") + ";;" + tr("All files (*)")
    return file_dialogs.file(
        context, near, tr("Restore from a backup"), kinds, at=file_dialogs.stick()
    )
