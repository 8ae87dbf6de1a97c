"""Settings, "Ways in": what opens this wallet, what each is for, and adding and removing them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QPushButton, QWidget

from wallet import wording
from wallet.errors import Code, VaultError, WalletError
from wallet.ui.context import Context, why
from wallet.ui.layouts import FlowBox, column, empty_layout
from wallet.ui.proof import Asking, ProofDialog
from wallet.ui.recovery_sheet import Prepared, SheetDialog, prepare
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Card, Message, Rule, button, label
from wallet.ways import Given, WayIn, WayKind
from wallet.wording import tr


@dataclass(frozen=True, slots=True)
class _Found:
    """The ways in, which of them is this computer's, and why its keychain is of no use."""

    ways: tuple[WayIn, ...]
    here: str | None
    trouble: Code | None

    def has(self, kind: WayKind) -> bool:
        return any(way.kind is kind for way in self.ways)

    def of(self, kind: WayKind) -> list[WayIn]:
        return [way for way in self.ways if way.kind is kind]


class WaysCard(Card):
    """One block for each way in. Everything that changes them asks for one that is there."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, spacing=12)
        self._context, self._theme = context, context.theme
        self._found = _Found((), None, None)
        self.add(label(tr("Ways in"), "strong"))
        said = tr(
            "Each of these opens your wallet by itself. If you lose all of them, nobody can open "
            "it: not us, and not your school."
        )
        self.add(label(said, "second"))
        self.alone = Message(
            self._theme,
            "notice",
            text=tr(
                "Your passphrase is the only way in that you hold. If you forget it, the wallet "
                "stays locked for good. Make a recovery sheet."
            ),
        )
        self.alone.hide()
        self.add(self.alone)
        self.error = Message(self._theme)
        self.add(self.error)
        self._blocks = column(self._theme.px(12))
        self.body.addLayout(self._blocks)

    # What there is

    def refresh(self) -> None:
        """Read the ways in; the keychain may ask for something, so not in the vault's lane."""
        ways = self._context.app.wallet.ways

        def work(_tick: object) -> _Found:
            return _Found(ways.listed(), ways.here(), ways.keychain_trouble())

        self._context.tasks.run(self, work, self._show, fail=self._failed, lane=Lane.WEB)

    def _show(self, found: _Found) -> None:
        self._found = found
        empty_layout(self._blocks)
        self.alone.setVisible(not found.has(WayKind.RECOVERY))
        self._passphrase(found.of(WayKind.PASSPHRASE))
        self._sheet(found.of(WayKind.RECOVERY))
        self._here([way for way in found.of(WayKind.KEYCHAIN) if way.id == found.here])
        for way in found.of(WayKind.KEYCHAIN):
            if way.id != found.here:
                self._elsewhere(way)
        for way in found.of(WayKind.OTHER):
            text = tr("A newer version of the app made this way in.")
            self._block(tr("Another way in"), text, way, self._remover(way, tr("Remove it")))

    def _passphrase(self, found: Sequence[WayIn]) -> None:
        way = found[0] if found else None
        words = tr("Change the passphrase") if way else tr("Set a passphrase")
        buttons: list[QWidget] = [button(words, self.change_passphrase)]
        if way is not None and way.removable:
            buttons += self._remover(way, tr("Remove the passphrase"))
        text = tr("For every day. You know it, and nobody can bring it back.")
        self._block(tr("Passphrase"), text, way, buttons)

    def _sheet(self, found: Sequence[WayIn]) -> None:
        way = found[0] if found else None
        words = tr("Make a new sheet") if way else tr("Make a recovery sheet")
        buttons: list[QWidget] = [button(words, self.make_sheet)]
        if way is not None:
            buttons += self._remover(way, tr("Remove the sheet"))
        text = tr(
            "For the day you forget the passphrase: a code on paper, kept in a safe place and not "
            "with the computer. A new sheet ends the one before."
        )
        self._block(tr("Recovery sheet"), text, way, buttons)

    def _here(self, found: Sequence[WayIn]) -> None:
        way = found[0] if found else None
        text = tr(
            "The keychain of this computer opens the wallet when the app starts. Whoever can use "
            "your account on this computer can open it then. Good for a computer that is yours "
            "alone."
        )
        buttons: list[QWidget] = []
        if way is not None:
            buttons = self._remover(way, tr("Turn it off"))
        elif self._found.trouble is None:
            buttons = [button(tr("Turn it on"), self.open_here)]
        else:
            buttons = [label(wording.error(VaultError(self._found.trouble)), "second")]
        self._block(tr("Without typing, on this computer"), text, way, buttons)

    def _elsewhere(self, way: WayIn) -> None:
        name = way.name or tr("a computer")
        text = tr("The keychain of {name} opens the wallet there.", name=name)
        title = tr("Without typing, on {name}", name=name)
        self._block(title, text, way, self._remover(way, tr("Remove it")))

    def _block(self, title: str, text: str, way: WayIn | None, buttons: Sequence[QWidget]) -> None:
        if self._blocks.count():
            self._blocks.addWidget(Rule())
        self._blocks.addWidget(label(title, "strong"))
        self._blocks.addWidget(label(text, "second"))
        if way is None:
            state = tr("Not in use.")
        elif way.added_at is None:
            state = tr("In use.")
        else:
            state = tr("In use since {date}.", date=wording.date(way.added_at))
        self._blocks.addWidget(label(state, "small"))
        for one in buttons:
            if not isinstance(one, QPushButton):
                self._blocks.addWidget(one)
                return
            one.setAccessibleName(f"{one.text().replace('&&', '&')}: {title}")
        if buttons:
            self._blocks.addWidget(FlowBox(*buttons))

    def _remover(self, way: WayIn, words: str) -> list[QWidget]:
        return [button(words, lambda: self.remove(way))] if way.removable else []

    # Changing them

    def _ask(
        self,
        title: str,
        text: str,
        word: str,
        act: Callable[[Given, str], object],
        done: Callable[[object], None],
        *,
        lane: Lane = Lane.VAULT,
        new: bool = False,
    ) -> ProofDialog:
        found = self._found
        asking = Asking(
            title,
            text,
            word,
            act,
            done,
            lane,
            passphrase=found.has(WayKind.PASSPHRASE),
            code=found.has(WayKind.RECOVERY),
            new=new,
        )
        dialog = ProofDialog(self._context, asking, self)
        dialog.open()
        return dialog

    def change_passphrase(self) -> None:
        """Ask for the new passphrase, and for a way in that is there."""
        wallet = self._context.app.wallet
        self._ask(
            tr("Change the passphrase"),
            tr("The other ways in stay as they are."),
            tr("Change it"),
            wallet.change_passphrase,
            lambda _answer: self._changed(tr("The passphrase was changed.")),
            new=True,
        )

    def make_sheet(self) -> None:
        """Show a new sheet once somebody who may has asked for it."""
        wallet = self._context.app.wallet
        self._ask(
            tr("Make a recovery sheet"),
            tr("Show first that the wallet is yours."),
            tr("Show the sheet"),
            lambda proof, _new: prepare(wallet, proof),
            self._show_sheet,
        )

    def _show_sheet(self, prepared: object) -> None:
        assert isinstance(prepared, Prepared)
        dialog = SheetDialog(self._context, prepared, self)
        dialog.accepted.connect(self.refresh)
        dialog.open()

    def open_here(self) -> None:
        """Let this computer's keychain open the wallet."""
        ways = self._context.app.wallet.ways
        self._ask(
            tr("Unlock without typing"),
            tr(
                "Only on a computer that is yours alone. Your passphrase and your sheet work as "
                "before."
            ),
            tr("Turn it on"),
            lambda proof, _new: ways.open_here(proof),
            lambda _answer: self._changed(tr("This computer opens your wallet from now on.")),
            lane=Lane.WEB,  # the keychain may ask something, and nobody should wait for that
        )

    def remove(self, way: WayIn) -> None:
        """Take a way in away."""
        ways = self._context.app.wallet.ways
        self._ask(
            tr("Remove a way in"),
            _what_goes(way),
            tr("Remove it"),
            lambda proof, _new: ways.remove(way.id, proof),
            lambda _answer: self._changed(tr("It does not open this wallet any more.")),
            lane=Lane.WEB,
        )

    def _changed(self, text: str) -> None:
        self.error.say("")
        self._context.toast(text)
        self.refresh()

    def _failed(self, failure: WalletError | None) -> None:
        self.error.say(why(failure))

    def forget(self) -> None:
        """Empty everything: the wallet is being locked."""
        empty_layout(self._blocks)
        self._found = _Found((), None, None)


def _what_goes(way: WayIn) -> str:
    """Say what removing a way means."""
    if way.kind is WayKind.PASSPHRASE:
        return tr(
            "Without a passphrase only your recovery sheet opens the wallet. If the sheet gets "
            "lost, the wallet stays locked for good."
        )
    if way.kind is WayKind.RECOVERY:
        return tr(
            "The sheet stops working. If you forget your passphrase then, the wallet stays locked "
            "for good."
        )
    return tr("The wallet will ask for your passphrase or your recovery code.")
