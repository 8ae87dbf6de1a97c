"""A damaged wallet file: go back to a good copy of it, or save what can be read into a new one.

Nothing happens without the person's word, and the damaged file stays as and where it is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from wallet import upkeep_wording, wording
from wallet.errors import WalletError
from wallet.ui.context import Context, why
from wallet.ui.door import DoorPage
from wallet.ui.layouts import empty_layout
from wallet.ui.proof import Countdown, Proof, busy_bar, wait_of, wiping
from wallet.ui.resting import Resting
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Message, button, focus_soon, label, set_look, shorten
from wallet.upkeep import Copy, Salvaged, SlotKind, free_name
from wallet.ways import Given
from wallet.wording import ntr, tr

COPIES_SHOWN = 3  # the latest; the others are opened as any wallet file
LOST_SHOWN = 50


class Rescue(DoorPage):
    """What can be done about a damaged file."""

    def __init__(
        self,
        context: Context,
        path: Path,
        *,
        back: Callable[[], None],
        restore: Callable[[], None],
        opened: Callable[[Path], None],
    ) -> None:
        """`opened` gets the wallet to go on with: a copy, or what was saved.

        `restore` leads to where a backup that lies elsewhere is chosen.
        """
        super().__init__(context)
        self.path, self._opened = path, opened
        self.head(
            tr("This wallet file is damaged"),
            tr(
                "{name} can no longer be read in full. It stays as it is, whatever you do here.",
                name=path.name,
            ),
        )
        self.proof = Proof(context.theme)
        self.body.addWidget(self.proof)
        self.proof.submitted.connect(self._first)
        self.error, self.countdown = Message(context.theme), Countdown()
        self.countdown.over.connect(lambda: self._wait(waiting=False))
        for one in (self.error, self.countdown):
            self.body.addWidget(one)
        self.copies: list[QPushButton] = []
        self.body.addSpacing(context.theme.px(4))
        self._at = self.body.count()
        said = tr(
            "What can still be read goes into a new wallet beside this one. What you type above "
            "opens that one, too."
        )
        self.body.addWidget(label(said, "second"))
        self.save = button(tr("Save what can be read"), self.salvage, look="main")
        self.body.addWidget(self.save)
        self.busy = busy_bar()
        self._resting = Resting(self.busy)
        self.body.addWidget(self.busy)
        self.elsewhere = button(tr("My backup is somewhere else"), restore, look="link")
        self.leave = button(tr("Back"), back, look="link")
        for link in (self.elsewhere, self.leave):
            self.body.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        self._look()
        focus_soon(self.proof.passphrase)

    # Copies

    def _look(self) -> None:
        upkeep, path = self.context.app.wallet.upkeep, self.path

        def show(found: tuple[list[Copy], frozenset[SlotKind]]) -> None:
            copies, kinds = found
            self._show_copies(copies)
            code = SlotKind.RECOVERY in kinds
            self.proof.offer(passphrase=SlotKind.PASSPHRASE in kinds, code=code)

        self.context.tasks.run(
            self,
            lambda _tick: (upkeep.copies(path), upkeep.opened_by(path)),
            show,
            fail=lambda _failure: None,
            lane=Lane.PLACES,
        )

    def _show_copies(self, found: list[Copy]) -> None:
        for at, copy in enumerate(found[:COPIES_SHOWN]):
            moment = wording.time(copy.made_at)
            look = "" if self.copies else "main"
            made = button(tr("Go back to this copy"), partial(self.bring_back, copy), look=look)
            made.setAccessibleName(tr("Go back to the copy of {moment}", moment=moment))
            said = tr("A copy of {moment}. What you did later is not in it.", moment=moment)
            self.body.insertWidget(self._at + 3 * at, label(said, "second"))
            self.body.insertWidget(self._at + 3 * at + 1, made)
            self.body.insertSpacing(self._at + 3 * at + 2, self.context.theme.px(6))
            self.copies.append(made)
        if self.copies:  # a whole copy comes before what is left of a damaged file
            set_look(self.save, "")
        order: list[QWidget] = [self.proof.swap, *self.copies, self.save, self.elsewhere]
        for one, next_ in pairwise(order):
            QWidget.setTabOrder(one, next_)

    def bring_back(self, copy: Copy) -> None:
        """Make a wallet of a copy, which is read in full before it counts."""
        place = free_name(self.path, "copy")
        app = self.context.app

        def work(given: Given) -> Path:
            app.wallet.restoring.as_new(copy.path, given, place)
            app.made(place)
            return place

        self._run(work, self._brought)

    def _brought(self, place: Path) -> None:
        self._wait(waiting=False)
        self._opened(place)
        self.context.toast(tr("The copy is whole. Unlock it to go on."))

    # Saving what is left

    def _first(self) -> None:
        (self.copies or [self.save])[0].setFocus()

    def salvage(self) -> None:
        """Save what can be read."""
        app, path = self.context.app, self.path

        def work(given: Given) -> Salvaged:
            found = app.wallet.upkeep.salvage(path, given)
            app.made(found.path)
            return found

        self._run(work, self._saved)

    def _saved(self, found: Salvaged) -> None:
        """Say exactly what was saved and what was not."""
        self.proof.forget()
        self.countdown.stop()
        empty_layout(self.body)
        self.head(tr("Saved into a new wallet"), tr("It is {name}.", name=found.path.name))
        for line in upkeep_wording.salvaged(found):
            self.body.addWidget(label(line))
        for title in found.lost[:LOST_SHOWN]:
            self.body.addWidget(label("• " + shorten(title, 200), "second"))
        more = len(found.lost) - LOST_SHOWN
        if more > 0:
            self.body.addWidget(label(ntr("And {n} more.", "And {n} more.", more), "second"))
        said = tr("The damaged file is still there: {name}.", name=self.path.name)
        self.body.addWidget(label(said, "small"))
        self.body.addSpacing(self.context.theme.px(8))
        self.go = button(tr("Unlock the new wallet"), lambda: self._opened(found.path), look="main")
        self.body.addWidget(self.go)
        focus_soon(self.go)

    # Both

    def _run(self, work: Callable[[Given], Any], then: Callable[[Any], None]) -> None:
        if not self.save.isEnabled():
            return
        try:
            given = self.proof.given()
        except WalletError as failure:  # a slip: nothing was tried
            self.error.say("" if self.proof.code.go_to_slip() else why(failure))
            return
        if given is None:
            code = tr("Type your recovery code first.")
            passphrase = tr("Type the passphrase of this wallet first.")
            self.error.say(code if self.proof.by_code else passphrase)
            self.proof.take_focus()
            return
        self.error.say("")
        self._wait(waiting=True)
        self.context.tasks.run(
            self,
            lambda _tick: wiping(given, work),
            then,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _failed(self, failure: WalletError | None) -> None:
        self._wait(waiting=False)
        self.error.say(why(failure))
        self.proof.take_focus()
        seconds = wait_of(failure)
        if seconds:
            for one in (*self.copies, self.save):
                one.setEnabled(False)
            self.countdown.start(seconds)

    def _wait(self, *, waiting: bool) -> None:
        every = (*self.copies, self.save, self.proof, self.elsewhere, self.leave)
        self._resting.rest(every, on=waiting)
