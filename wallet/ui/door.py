"""The way in: welcome, make a wallet, unlock one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QScrollArea, QWidget

from wallet import wording
from wallet.errors import Code, VaultError, WalletError
from wallet.ui import file_dialogs, icons
from wallet.ui.context import Context, why
from wallet.ui.layouts import FlowBox, column, row
from wallet.ui.proof import Countdown, Proof, busy_bar, wait_of, wiping
from wallet.ui.resting import Resting
from wallet.ui.strength import Strength, advice, estimate
from wallet.ui.strength_bars import Bars
from wallet.ui.tasks import Lane, Tick
from wallet.ui.widgets import Message, Shortcut, Switch, bind, button, label, set_role
from wallet.ways import Door, Given, WayKind
from wallet.wording import tr

if TYPE_CHECKING:
    from wallet.ui.recovery_sheet import Prepared

FILES = "*.ler"
AS_GUEST = "as_guest"  # a property of a window that was closed to begin anew as a guest's
_RESCUED = {Code.VAULT_DAMAGED, Code.VAULT_KEYS_LOST}  # a copy may be there, or something left


class DoorPage(QScrollArea):
    """A narrow column in the middle of the window."""

    spoken = Signal(str)  # another language was chosen

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context, theme = context, context.theme
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inner = QWidget()
        inner.setObjectName("door")
        across = row(0, (theme.px(14), theme.px(24), theme.px(14), theme.px(24)))
        self._top = column(0)
        self._top.addLayout(across, 1)
        inner.setLayout(self._top)
        middle = QWidget()
        middle.setMaximumWidth(theme.px(460))
        down = column(0)
        middle.setLayout(down)
        across.addStretch(1)
        across.addWidget(middle, 100)
        across.addStretch(1)
        self.body = column(theme.px(10))
        down.addStretch(2)
        down.addLayout(self.body)
        down.addStretch(3)
        self.setWidget(inner)

    @property
    def is_begun(self) -> bool:
        """Whether somebody may have begun something here that would be lost with the page."""
        return True

    def minimumSizeHint(self) -> QSize:
        """Let the window be small."""
        return QSize(160, 160)

    def mark(self, name: str = "wallet", size: int = 56) -> QLabel:
        """Return the app's mark."""
        made = QLabel()
        made.setPixmap(icons.pixmap(self.context.theme, name, size))
        return made

    def head(self, title: str, text: str, *, mark: bool = True) -> None:
        """Begin the page with the mark, a title and a sentence."""
        if mark:
            self.body.addWidget(self.mark())
            self.body.addSpacing(self.context.theme.px(8))
        self.body.addWidget(label(title, "record"))
        self.body.addWidget(label(text, "second"))
        self.body.addSpacing(self.context.theme.px(10))

    def offer_languages(self) -> None:
        """Offer the other languages in a corner, each by its own name."""
        allowed = self.context.app.rules.languages
        others = [
            button(name, partial(self.spoken.emit, code), look="link")
            for code, name in wording.LANGUAGES.items()
            if code != wording.language() and (not allowed or code in allowed)
        ]
        if others:
            margin = self.context.theme.px(14)
            corner = row(margin, (margin, margin, margin, 0))
            corner.addStretch(1)
            for one in others:
                corner.addWidget(one)
            self._top.insertLayout(0, corner)

    def begin_as_guest(self) -> None:
        """Close the window to begin anew: what leaves no traces is settled before Qt is loaded."""
        window = self.window()
        window.setProperty(AS_GUEST, True)
        window.close()

    def field(self, name: str, *, secret: bool = False) -> QLineEdit:
        """Add a named field."""
        above = label(name, "strong")
        made = QLineEdit()
        made.setAccessibleName(name)
        above.setBuddy(made)
        if secret:
            made.setEchoMode(QLineEdit.EchoMode.Password)
        made.setMaxLength(1024)
        self.body.addWidget(above)
        self.body.addWidget(made)
        return made


class Welcome(DoorPage):
    """The first page of all."""

    make_new = Signal()
    open_file = Signal(Path)
    samples = Signal()
    check = Signal()
    restore = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.offer_languages()
        self.head(
            tr("Your records, with you"),
            tr(
                "Diplomas, licenses, badges and work records, kept in one locked file on this "
                "computer. You see whether each one holds. You choose who else sees it."
            ),
        )
        self.first = button(tr("Make your wallet"), self.make_new.emit, look="main")
        self.body.addWidget(self.first)
        self.body.addWidget(button(tr("Open a wallet file"), self._pick))
        self.body.addSpacing(context.theme.px(8))
        links = FlowBox(
            button(tr("Restore from a backup"), self.restore.emit, look="link"),
            button(tr("Try it with sample records"), self.samples.emit, look="link"),
            button(tr("Check a share somebody sent you"), self.check.emit, look="link"),
            button(tr("I am on a shared computer"), self.begin_as_guest, look="link"),
            spacing=context.theme.px(14),
            between=0,
        )
        self.body.addWidget(links)
        self.error = Message(context.theme)
        self.body.addWidget(self.error)

    @property
    def is_begun(self) -> bool:
        """Nothing is typed here."""
        return False

    def _pick(self) -> None:
        path = pick_wallet(self.context, self)
        if path is not None:
            self.open_file.emit(path)


def pick_wallet(context: Context, near: QWidget) -> Path | None:
    """Ask for a wallet file."""
    kinds = tr("Wallets ({kinds})", kinds=FILES) + ";;" + tr("All files (*)")
    return file_dialogs.file(context, near, tr("Open a wallet file"), kinds)


class Create(DoorPage):
    """Name and passphrase for a new wallet. `made` brings a recovery sheet to be offered."""

    made = Signal(object)
    back = Signal()

    def __init__(
        self, context: Context, *, path: Path | None = None, about: str = "", fixed: bool = False
    ) -> None:
        """Ask for what a wallet at `path` needs; where it lies is `fixed`, or can be changed."""
        super().__init__(context)
        theme, self._fixed = context.theme, fixed
        self.path = path or self._free_place()
        usual = tr("One locked file on this computer. Nothing is sent anywhere.")
        self.head(tr("Make your wallet"), about or usual, mark=False)
        self.name = self.field(tr("Your name"))
        self.passphrase = self.field(tr("Passphrase"), secret=True)
        self._hint()
        self.again = self.field(tr("The same passphrase again"), secret=True)
        self._warning()
        self._place()
        self.error = Message(theme)
        self.body.addWidget(self.error)
        self.body.addSpacing(theme.px(4))
        self.go = button(tr("Make the wallet"), self.submit, look="main")
        self.leave = button(tr("Back"), self.back.emit)
        self.body.addWidget(FlowBox(self.go, self.leave))
        self.busy = busy_bar()
        self._resting = Resting(self.busy)
        self.body.addWidget(self.busy)
        self.passphrase.textChanged.connect(self._judge)
        for one in (self.name, self.passphrase, self.again):
            one.returnPressed.connect(self.submit)
        bind(self, Shortcut("Esc", tr("Back"), self.back.emit))
        self._judge("")

    def _free_place(self) -> Path:
        app = self.context.app
        return app.vault_path if app.guest else app.vaults.free_place(app.paths.vault)

    def _hint(self) -> None:
        line = row(self.context.theme.px(10))
        self._bars = Bars(self.context.theme)
        self._advice = label("", "small")
        line.addWidget(self._bars)
        line.addWidget(self._advice, 1)
        self.body.addLayout(line)

    def _warning(self) -> None:
        text = tr(
            "Nobody can bring this passphrase back: not us, not your school. Without it the "
            "wallet stays locked for good, unless you have a recovery sheet. The next step offers "
            "to make one."
        )
        self.body.addWidget(Message(self.context.theme, "notice", text=text))

    def _place(self) -> None:
        if self._fixed:
            return
        self._where = label("", "small")
        self.body.addWidget(self._where)
        self._show_place()
        change = button(tr("Keep it somewhere else"), self._pick_place, look="link")
        self.body.addWidget(change, 0, Qt.AlignmentFlag.AlignLeft)

    def _show_place(self) -> None:
        text = tr("It will be kept in {place}", place=self.path)
        self._where.setText(text.replace("/", "/\u200b"))
        self._where.setAccessibleName(text)

    def _pick_place(self) -> None:
        kinds = tr("Wallets ({kinds})", kinds=FILES)
        title = tr("Keep it somewhere else")
        path = file_dialogs.place(self.context, self, title, self.path, kinds)
        if path is not None:
            self.path = path
            self._show_place()

    def _judge(self, passphrase: str) -> None:
        strength = estimate(passphrase)
        self._bars.show_strength(strength)
        self._advice.setText(advice(strength))
        self._advice.setAccessibleName(advice(strength))
        set_role(self._advice, {0: "small", 1: "warn", 2: "warn", 3: "good"}[strength])

    def submit(self) -> None:
        """Make the wallet, or say what is missing."""
        problem = self._problem()
        self.error.say(problem)
        if problem or not self.go.isEnabled():
            return
        self._wait(waiting=True)
        path, secret, name = self.path, self.passphrase.text(), self.name.text().strip()
        app, wallet = self.context.app, self.context.app.wallet

        def work(_tick: Tick) -> Prepared | None:
            from wallet.ui.recovery_sheet import prepare

            wallet.create(path, secret, name=name)
            app.made(path)
            with suppress(WalletError):  # the wallet is made; a sheet can be made later
                return prepare(wallet, secret)
            return None

        self.context.tasks.run(self, work, self._done, fail=self._failed, lane=Lane.VAULT)

    def _problem(self) -> str:
        if not self.name.text().strip():
            self.name.setFocus()
            return tr("Say what you are called. It is shown in this window only.")
        if estimate(self.passphrase.text()) is Strength.SHORT:
            self.passphrase.setFocus()
            return advice(Strength.SHORT)
        if self.passphrase.text() != self.again.text():
            self.again.setFocus()
            return tr("The two passphrases differ. Type the second one again.")
        return ""

    def _done(self, sheet: object) -> None:
        self._wait(waiting=False)
        self.passphrase.clear()
        self.again.clear()
        self.made.emit(sheet)

    def _failed(self, failure: WalletError | None) -> None:
        self._wait(waiting=False)
        self.error.say(why(failure))

    def _wait(self, *, waiting: bool) -> None:
        fields = (self.name, self.passphrase, self.again)
        self._resting.rest((self.go, self.leave, *fields), on=waiting)


class Unlock(DoorPage):
    """The way into a wallet that is there: passphrase, recovery code, or this computer.

    `automatic` lets this computer's keychain open it at once: when the app starts, and never after
    somebody locked the wallet.
    """

    opened = Signal()
    other = Signal(Path)
    every = Signal()  # all the wallets known here
    check = Signal()
    make_new = Signal()
    rescue = Signal()
    restore = Signal()

    def __init__(self, context: Context, path: Path, *, automatic: bool = False) -> None:
        super().__init__(context)
        self.offer_languages()
        theme = context.theme
        self.path, self._automatic = path, automatic
        listed = context.app.vaults.listed()
        known = context.app.vaults.find(path)
        title = tr("Unlock your wallet")
        if known is not None and (len(listed) > 1 or known.known.name):
            title = tr("Unlock “{name}”", name=wording.vault(known.known))
        whose = known.known.person if known is not None else ""
        where = tr("It is locked in {name}.", name=path.name)
        if context.app.is_in_memory(path):
            where = tr("It is locked, in memory only.")
        self.head(title, f"{whose}\n{where}" if whose else where)
        self.proof = Proof(theme)
        self.passphrase = self.proof.passphrase
        self.body.addWidget(self.proof)
        self.error, self.countdown = Message(theme), Countdown()
        self.body.addWidget(self.error)
        self.body.addWidget(self.countdown)
        self.save = button(tr("What can be done"), self.rescue.emit)
        self.save.hide()
        self.body.addWidget(self.save)
        self.go = button(tr("Unlock"), self.submit, look="main")
        self.here = button(tr("Unlock without typing"), self._unlock_here)
        self.here.hide()
        self.body.addSpacing(theme.px(4))
        self.body.addWidget(self.go)
        self.body.addWidget(self.here)
        self.busy = busy_bar()
        self._resting = Resting(self.busy)
        self.body.addWidget(self.busy)
        self.body.addSpacing(theme.px(6))
        self.remember = Switch(theme, tr("Show it here from now on"))
        self.remember.setChecked(known is not None)
        self.body.addWidget(self.remember)
        if known is not None or not context.app.remembers:
            self.remember.hide()
        every = [button(tr("All wallets"), self.every.emit, look="link")] if listed[1:] else []
        links = FlowBox(
            *every,
            button(tr("Open another wallet"), self._pick, look="link"),
            button(tr("Make a new wallet"), self.make_new.emit, look="link"),
            button(tr("Restore from a backup"), self.restore.emit, look="link"),
            button(tr("Check a share somebody sent you"), self.check.emit, look="link"),
            spacing=theme.px(14),
            between=0,
        )
        if not context.app.guest:
            shared = button(tr("I am on a shared computer"), self.begin_as_guest, look="link")
            links.flow.addWidget(shared)
        self.body.addWidget(links)
        self.proof.submitted.connect(self.submit)
        self.countdown.over.connect(lambda: self.go.setEnabled(True))
        self._look(self._looked)

    @property
    def is_begun(self) -> bool:
        """Whether a passphrase or a code is being typed, or was."""
        return bool(self.passphrase.text()) or not self.proof.code.is_empty or self.busy.isVisible()

    def _pick(self) -> None:
        path = pick_wallet(self.context, self)
        if path is not None:
            self.other.emit(path)

    # What there is: the keychain may ask the person something, so it is asked off this thread

    def _look(self, then: Callable[[Door], None]) -> None:
        ways, path = self.context.app.wallet.ways, self.path
        self.context.tasks.run(
            self, lambda _tick: ways.look(path), then, fail=lambda _failure: None, lane=Lane.PLACES
        )

    def _looked(self, found: Door) -> None:
        kinds = found.kinds
        self.proof.offer(passphrase=WayKind.PASSPHRASE in kinds, code=WayKind.RECOVERY in kinds)
        if found.wait:
            self._hold(found.wait)
        self.here.setVisible(found.here is not None or found.refused)
        if found.here is not None and self._automatic and not self.passphrase.text():
            self._unlock(found.here)
        elif found.here is not None:
            found.here.wipe()

    def _unlock_here(self) -> None:
        if self.go.isEnabled():
            self._look(self._open_by)

    def _open_by(self, found: Door) -> None:
        if found.here is not None:
            self._unlock(found.here)
        else:
            code = Code.KEYCHAIN_REFUSED if found.refused else Code.KEYCHAIN_STALE
            self._failed(VaultError(code))

    # Unlocking

    def submit(self) -> None:
        """Unlock it, or say why not."""
        try:
            given = self.proof.given()
        except WalletError as failure:  # a slip: nothing was tried
            self.error.say("" if self.proof.code.go_to_slip() else why(failure))
            return
        if given is not None:
            self._unlock(given)

    def _unlock(self, given: Given) -> None:
        if not self.go.isEnabled():
            return
        self.error.say("")
        self._wait(waiting=True)
        wallet, path = self.context.app.wallet, self.path
        self.context.tasks.run(
            self,
            lambda _tick: wiping(given, lambda way: wallet.unlock(path, way)),
            self._done,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _done(self, _answer: object) -> None:
        by_code = self.proof.by_code
        self.proof.forget()
        self.countdown.stop()
        self._wait(waiting=False)
        self.opened.emit()
        if by_code:
            self.context.toast(
                tr("Opened with your recovery code. Settings, Ways in, sets a new passphrase.")
            )

    def _failed(self, failure: WalletError | None) -> None:
        self._wait(waiting=False)
        self.proof.take_focus()
        self.error.say(why(failure))
        damaged = failure is not None and failure.code in _RESCUED
        self.save.setVisible(damaged)
        if wait_of(failure):
            self._hold(wait_of(failure))

    def _hold(self, seconds: int) -> None:
        self.go.setEnabled(False)
        self.countdown.start(seconds)

    def _wait(self, *, waiting: bool) -> None:
        self.go.setText(tr("Unlocking") if waiting else tr("Unlock"))
        self._resting.rest((self.go, self.here, self.proof), on=waiting)
