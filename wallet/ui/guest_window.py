"""The window of a guest session: another door, a line that counts down, and an end that wipes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QCloseEvent, QGuiApplication

from wallet.errors import WalletError
from wallet.ui.context import why
from wallet.ui.door import Create
from wallet.ui.guest_bar import GuestBar
from wallet.ui.guest_door import GuestDoor, pick_place
from wallet.ui.guest_time import MORE_MINUTES, USUAL_MINUTES, Countdown
from wallet.ui.question import Answer, Question
from wallet.ui.tasks import Lane, Tasks
from wallet.ui.widgets import focus_within
from wallet.ui.window import Window
from wallet.wording import tr

if TYPE_CHECKING:
    from wallet.wiring import App


class GuestWindow(Window):
    """A window after which nothing is left on this computer."""

    def __init__(self, app: App, tasks: Tasks, open_url: Callable[[str], bool]) -> None:
        del open_url  # see `_no_browser`
        self._ending = False
        self._chosen_minutes = USUAL_MINUTES
        super().__init__(app, tasks, self._no_browser)
        self.countdown = Countdown(self)
        self.countdown.told.connect(lambda left: self.bar.tell(left))
        self.countdown.over.connect(self.end_now)

    def _no_browser(self, _address: str) -> bool:
        """Open no page: a browser remembers addresses, and a link holds what is shared."""
        self._say(tr("No browser is opened in a guest session: it would remember the address."))
        return True

    def _dress(self) -> None:
        super()._dress()
        self.bar = bar = GuestBar(self.context)
        bar.save.connect(self.save)
        bar.sheet.connect(self.make_sheet)
        bar.more.connect(lambda: self.countdown.more(MORE_MINUTES))
        bar.end.connect(self.close)
        bar.unfocused.connect(lambda: focus_within(self.page))
        self.setMenuWidget(bar)
        if self.isVisible():
            self._show_offers()
            self.countdown.look()

    # The door

    def _show_welcome(self) -> None:
        before = self._pages.currentWidget()
        if isinstance(before, GuestDoor):  # drawn anew
            self._chosen_minutes = before.minutes
        page = GuestDoor(self.context, self._chosen_minutes)
        page.open_file.connect(self._show_unlock)
        page.make_at.connect(self._show_create_at)
        page.make_in_memory.connect(lambda: self._show_create_at(None))
        page.restore.connect(self._show_restore)
        page.check.connect(self._check_alone)
        page.end.connect(self.close)
        self._put(page)
        page.first.setFocus()

    def _show_create(self) -> None:
        self._show_welcome()

    def _show_unlock(self, path: Path) -> None:
        self._leaving_another(path, partial(super()._show_unlock, path))

    def _show_restore(self) -> None:
        self._leaving_another(None, super()._show_restore)

    def _leaving_another(self, path: Path | None, go_on: Callable[[], object]) -> None:
        """Go on; ask first where that puts a wallet in memory out of reach that was not saved."""
        in_memory = self.app.wallet.in_memory
        lost = in_memory.lost_by(path)
        if lost is None:
            go_on()
            return

        def throw_away() -> None:
            in_memory.forget()
            go_on()

        answers = (
            Answer(tr("Throw it away"), throw_away),
            Answer(tr("Open it first"), lambda: self._show_unlock(lost), look="main"),
        )
        said = tr("It was not saved to a stick. If you go on, it is gone.")
        title = tr("Your wallet is in memory only.")
        Question(self.context.theme, self, title, said, answers).open()

    def _show_create_at(self, path: Path | None) -> None:
        self._leaving_another(None, partial(self._create_at, path))

    def _create_at(self, path: Path | None) -> None:
        in_memory = path is None
        said = tr("One locked file on your own stick. Nothing is kept on this computer.")
        if in_memory:
            said = tr("It is gone when the session ends, unless you save it to a stick before.")
        place = self.app.new_place_in_memory() if path is None else path
        page = Create(self.context, path=place, about=said, fixed=in_memory)
        page.back.connect(self._show_welcome)
        page.made.connect(lambda sheet: self._made(page.path, sheet))
        self._put(page)
        page.name.setFocus()

    def _place_of_restored(self) -> Path | None:
        return self.app.new_place_in_memory()

    def _put(self, page: object) -> None:
        before = self._pages.currentWidget()
        if isinstance(before, GuestDoor):
            self._chosen_minutes = before.minutes
            if not isinstance(page, GuestDoor):
                self.countdown.start(before.minutes)
        super()._put(page)  # type: ignore[arg-type]

    def _opened(self, path: Path, *, remember: bool = True) -> None:
        self.countdown.start(self._chosen_minutes)
        super()._opened(path, remember=remember)

    def _enter(self) -> None:
        super()._enter()
        self._show_offers()

    def _made(self, path: Path, sheet: object) -> None:
        """Offer a recovery sheet for what will last; one in memory can get it where it is kept."""
        from wallet.ui.recovery_sheet import Prepared

        if self.app.is_in_memory(path):
            if isinstance(sheet, Prepared):
                sheet.sheet.wipe()
            sheet = None
        super()._made(path, sheet)

    def _show_offers(self) -> None:
        in_memory = self.shell is not None and self.app.wallet.in_memory.is_open
        self.bar.show_wallet(is_open=self.shell is not None, in_memory=in_memory)

    def show_door(self) -> None:
        """Show the way in that fits, and offer nothing for a wallet that is locked."""
        self.bar.show_wallet(is_open=False, in_memory=False)
        super().show_door()

    # Saving

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save a wallet in memory to a file."""
        if self.shell is None:
            return
        place = pick_place(self.context, self, tr("Save to a stick"))
        if place is None:
            return
        wallet = self.app.wallet

        def saved(_answer: object) -> None:
            said = tr("Saved in {name}. It opens with the same passphrase.", name=place.name)
            self.toast.say(said, tr("Take-home sheet"), self.make_sheet)
            if then is not None:
                then()

        self._tasks.run(
            self,
            lambda _tick: wallet.in_memory.save(place),
            saved,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def make_sheet(self) -> None:
        """Make a page to take home."""
        from wallet.ui.take_home import make

        make(self)

    def _failed(self, failure: WalletError | None) -> None:
        self._say(why(failure))

    # The end

    def closeEvent(self, event: QCloseEvent) -> None:
        """End the session; ask first where something would be lost that need not be."""
        if not self._ending and self.app.wallet.in_memory.is_unsaved:
            event.ignore()
            self._ask()
            return
        self._ending = True
        QGuiApplication.clipboard().clear()
        super().closeEvent(event)

    def end_now(self) -> None:
        """End without asking: the time is up, or the system wants it."""
        self._ending = True
        self.close()

    def _ask(self) -> None:
        answers = [Answer(tr("Throw it away"), self.end_now), Answer(tr("Go back"))]
        if self.shell is not None:
            save = Answer(tr("Save to a stick"), lambda: self.save(self.end_now), look="main")
            answers.insert(0, save)
        said = tr("What was not saved to a stick is gone when the session ends.")
        title = tr("Your wallet is in memory only.")
        Question(self.context.theme, self, title, said, tuple(answers)).open()
