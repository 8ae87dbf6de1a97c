"""What a guest sees first: where the wallet is, and how long the session lasts."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wallet import wording
from wallet.ui import file_dialogs
from wallet.ui.context import Context
from wallet.ui.door import FILES, DoorPage, pick_wallet
from wallet.ui.guest_time import OFFERED_MINUTES, USUAL_MINUTES
from wallet.ui.layouts import FlowBox
from wallet.ui.rules import set_by
from wallet.ui.widgets import Choice, Message, button, label
from wallet.wording import ntr, tr


def pick_place(context: Context, near: QWidget, title: str) -> Path | None:
    """Ask where a wallet goes."""
    kinds = tr("Wallets ({kinds})", kinds=FILES)
    return file_dialogs.place(context, near, title, file_dialogs.stick() / "wallet.ler", kinds)


class GuestDoor(DoorPage):
    """The first page of a guest session."""

    open_file = Signal(Path)
    make_at = Signal(Path)
    make_in_memory = Signal()
    restore = Signal()
    check = Signal()
    end = Signal()

    def __init__(self, context: Context, minutes: int = USUAL_MINUTES) -> None:
        super().__init__(context)
        self.offer_languages()
        theme, rules = context.theme, context.app.rules
        self.head(
            tr("A guest session"),
            tr(
                "Others use this computer too, so nothing of yours stays on it. Your wallet is "
                "on your own USB stick, or in memory until the session ends."
            ),
        )
        if rules.problem is not None:
            text = wording.error(rules.problem)
            self.body.addWidget(Message(theme, "notice", text=text))
        self.first = button(tr("Open the wallet on my stick"), self._open, look="main")
        self.body.addWidget(self.first)
        self.body.addWidget(button(tr("Make a wallet on my stick"), self._make))
        self.body.addWidget(button(tr("Go on without a stick"), self.make_in_memory.emit))
        self.body.addSpacing(theme.px(10))
        self._add_length(minutes)
        self.body.addSpacing(theme.px(10))
        links = FlowBox(
            button(tr("Restore from a backup"), self.restore.emit, look="link"),
            button(tr("Check a share somebody sent you"), self.check.emit, look="link"),
            button(tr("End the session"), self.end.emit, look="link"),
            spacing=theme.px(14),
            between=0,
        )
        self.body.addWidget(links)

    def _add_length(self, minutes: int) -> None:
        fixed = self.context.app.rules.session_minutes
        self.length: Choice | None = None
        if fixed is not None:
            said = ntr(
                "The session ends after {n} minute.", "The session ends after {n} minutes.", fixed
            )
            self.body.addWidget(label(said, "second"))
            self.body.addWidget(label(set_by(self.context), "small"))
            return
        name = tr("The session ends after")
        options = [(str(n), ntr("{n} minute", "{n} minutes", n)) for n in OFFERED_MINUTES]
        self.length = Choice(name, options, str(minutes))
        self.body.addWidget(label(name, "second"))
        self.body.addWidget(self.length)

    @property
    def minutes(self) -> int:
        """Return how long the session is to last."""
        fixed = self.context.app.rules.session_minutes
        if fixed is not None:
            return fixed
        return int(self.length.key) if self.length is not None else USUAL_MINUTES

    def _open(self) -> None:
        name = pick_wallet(self.context, self)
        if name is not None:
            self.open_file.emit(name)

    def _make(self) -> None:
        place = pick_place(self.context, self, tr("Make a wallet on my stick"))
        if place is not None:
            self.make_at.emit(place)
