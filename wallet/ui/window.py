"""The main window: the door or the shell inside it, and locking."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QStackedWidget, QWidget

from wallet import wording
from wallet.errors import WalletError
from wallet.ui import qt_words
from wallet.ui import theme as themes
from wallet.ui.clip import Clip
from wallet.ui.context import (
    ADD,
    LOCK_MINIMISED,
    LOCK_MINUTES,
    LOCK_SETTING,
    RECORDS,
    SETTINGS,
    SHARE,
    SHARES,
    Context,
    unkept,
    why,
)
from wallet.ui.door import Create, DoorPage, Unlock, Welcome
from wallet.ui.drops import Drops
from wallet.ui.idle import Idle
from wallet.ui.keys import Keys
from wallet.ui.others import close_others
from wallet.ui.tasks import Lane, Tasks
from wallet.ui.toast import Toast
from wallet.ui.warming import Warming
from wallet.wording import tr

if TYPE_CHECKING:
    from wallet.ui.shell import Shell
    from wallet.wiring import App


class Window(QMainWindow):
    """The one window of the app."""

    locked = Signal()  # the vault is closed: no key is held any more

    def __init__(self, app: App, tasks: Tasks, open_url: Callable[[str], bool]) -> None:
        super().__init__()
        self.app, self._tasks, self._open_url = app, tasks, open_url
        self.shell: Shell | None = None
        self._minutes = app.rules.lock_after(LOCK_MINUTES[0])
        self._vault = app.vault_path
        self._picked = False  # which wallet, since the app started
        self._automatic = True  # this computer's keychain may open the wallet as the app starts
        self.setWindowTitle(tr("LER Wallet"))
        self._drops = Drops(self, lambda: self.shell)
        self.setMinimumSize(QSize(420, 360))
        self._pages = QStackedWidget()  # one page at a time: the door, or the shell
        self.setCentralWidget(self._pages)
        self.idle, self._clip = Idle(self), Clip(self)
        self.idle.over.connect(self.lock)
        self.installEventFilter(self.idle)
        self._dress()
        self._keys = Keys(self)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)
        self.show_door()
        self._warming = Warming(app, tasks, self)

    # Theme

    def _dress(self) -> None:
        preferences = self.app.preferences
        wording.set_language(self.app.language)
        self._theme = themes.chosen(preferences.theme, preferences.text_scale)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        themes.apply(application, self._theme)
        qt_words.speak(application)
        self.toast = Toast(self._theme, self)
        self.context = Context(self.app, self._tasks, self._theme, self._open_url, self._say)

    def _say(self, text: str, words: str = "", act: Callable[[], object] | None = None) -> None:
        self.toast.say(text, words, act)

    def _speak(self, language: str) -> None:
        """Speak another language from now on, on the same page of the door."""
        page, problem = self.page, None
        try:
            self.app.prefer(language=language)
        except WalletError as failure:
            problem = failure  # it holds all the same
        self.redress(problem=problem)
        if isinstance(page, Unlock):
            self._show_unlock(page.path)

    def _scheme_changed(self, *_scheme: object) -> None:
        if self.app.preferences.theme == "system":
            self.redress()

    def redress(self, preference: str = "", problem: WalletError | None = None) -> None:
        """Draw everything anew; go on where the person was, at the preference just changed.

        A `problem` kept that from being written down.
        """
        where = self.shell.where if self.shell is not None else None
        self.toast.deleteLater()
        self._dress()
        if problem is not None:
            self._say(unkept(problem))
        if self.shell is None:
            self.show_door()
            return
        self._enter()
        if where is not None:
            screen = self.shell.go(where if where not in (ADD, SHARE) else RECORDS)
            if hasattr(screen, "return_to"):
                screen.return_to(preference)

    # The door

    def show_door(self) -> None:
        """Show the way in that fits: unlock what is there, choose among several, or welcome."""
        self.app.reread()
        if not self._picked:
            self._vault = self.app.vault_path
        if not self._picked and len(self.app.vaults.listed()) > 1:
            self._show_list()
        elif self._picked or (self.app.remembers and self.app.known_vaults):
            self._show_unlock(self._vault)
            self._look_for(self._vault)
        elif self.app.has_wallet(self._vault):
            self._show_unlock(self._vault)
        else:
            self._show_welcome()

    def _look_for(self, path: Path) -> None:
        """Welcome the person if a wallet that was here is not; a share may take long to say so."""
        page, app = self.page, self.app

        def show(there: bool) -> None:
            if not there and self.page is page:
                self._show_welcome()

        self._tasks.run(
            page,
            lambda _tick: app.has_wallet(path),
            show,
            fail=lambda _failure: None,
            lane=Lane.PLACES,
        )

    def _show_list(self) -> None:
        from wallet.ui.vault_list import VaultList

        page = VaultList(self.context)
        page.chosen.connect(self._show_unlock)
        page.make_new.connect(self._show_create)
        page.check.connect(self._check_alone)
        self._picked = False
        self._put(page)
        page.take_focus()

    def _show_welcome(self) -> None:
        page = Welcome(self.context)
        page.make_new.connect(self._show_create)
        page.open_file.connect(self._show_unlock)
        page.samples.connect(self._try_samples)
        page.restore.connect(self._show_restore)
        page.check.connect(self._check_alone)
        self._put(page)
        page.first.setFocus()

    def _show_create(self) -> None:
        page = Create(self.context)
        page.back.connect(self.show_door)
        page.made.connect(lambda sheet: self._made(page.path, sheet))
        self._put(page)
        page.name.setFocus()

    def _show_unlock(self, path: Path) -> None:
        page = Unlock(self.context, path, automatic=self._automatic)
        page.opened.connect(lambda: self._unlocked(path, remember=page.remember.isChecked()))
        page.other.connect(self._show_unlock)
        page.every.connect(self._show_list)
        page.make_new.connect(self._show_create)
        page.restore.connect(self._show_restore)
        page.check.connect(self._check_alone)
        page.rescue.connect(lambda: self.rescue(path))
        self._put(page)
        page.passphrase.setFocus()

    def rescue(self, path: Path) -> None:
        """Show what can be done for a damaged file."""
        from wallet.ui.rescue import Rescue

        self.lock()
        page = Rescue(
            self.context,
            path,
            back=self.show_door,
            restore=self._show_restore,
            opened=self._show_unlock,
        )
        self._put(page)

    def rescue_this(self) -> None:
        """Show what can be done for the wallet that is open, whose file is damaged."""
        self.rescue(self._vault)

    def _show_restore(self) -> None:
        from wallet.ui.restore_page import RestorePage

        to = self._place_of_restored()
        page = RestorePage(self.context, back=self.show_door, made=self._opened, to=to)
        self._put(page)
        page.choose.setFocus()

    def _place_of_restored(self) -> Path | None:
        """Return where a wallet made of a backup goes; None for the usual place."""

    def _check_alone(self) -> None:
        from wallet.ui.checking_page import CheckPage

        page = CheckPage(self.context, alone=True)
        page.leave.connect(self.show_door)
        self._put(page)
        page.field.setFocus()

    @property
    def page(self) -> QWidget:
        """The page shown now: one of the door's, or the shell."""
        page = self._pages.currentWidget()
        assert page is not None
        return page

    def _put(self, page: QWidget) -> None:
        old = self._pages.currentWidget()
        if isinstance(page, DoorPage):
            page.spoken.connect(self._speak)
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        if old is not None:
            self._pages.removeWidget(old)
            self._abandon(old)
            old.deleteLater()
        self.toast.raise_()

    def _abandon(self, page: QWidget) -> None:
        """Close what a page of the door was still opening when somebody left it."""
        if self.shell is None and isinstance(page, DoorPage) and self._tasks.forget(page):
            lock, known = partial(self.app.lock, backup=False), self._known()
            done: Callable[[object], None] = lambda _answer: self._show_made(known)  # noqa: E731
            self._tasks.run(self, lambda _tick: lock(), done, fail=done, lane=Lane.VAULT)

    def _known(self) -> set[Path]:
        return {one.path for one in self.app.vaults.listed()}

    def _show_made(self, known: set[Path]) -> None:
        """Show a wallet at the door that was made after all, once nobody waited for it."""
        page = self.page
        if isinstance(page, DoorPage) and not page.is_begun and self._known() - known:
            self.show_door()

    def _try_samples(self) -> None:
        from wallet.ui.trying import try_samples

        page = self.page
        assert isinstance(page, Welcome)
        try_samples(page, lambda path: self._opened(path, remember=False))

    def _unlocked(self, path: Path, *, remember: bool) -> None:
        self._vault = path
        self._opened(path, remember=remember)

    def _opened(self, path: Path, *, remember: bool = True) -> None:
        self._picked = True
        if remember:
            self._vault = path
            try:
                self.app.vaults.use(path)
            except WalletError as failure:
                self._say(why(failure))
        self._enter()

    def _made(self, path: Path, sheet: object) -> None:
        """Open a new wallet and offer the recovery sheet: losing all ways in is told before."""
        from wallet.ui.recovery_sheet import Prepared, SheetDialog

        self._opened(path)
        if isinstance(sheet, Prepared):
            SheetDialog(self.context, sheet, self, offer=True).open()

    # Inside

    def _enter(self) -> None:
        from wallet.ui.screens import screens
        from wallet.ui.shell import Shell

        self._automatic = False  # whoever locks it wants it locked
        self.shell = shell = Shell(self.context, screens(self))
        shell.lock.connect(self.lock)
        self._refresh_with(shell)
        self._put(shell)
        self._read_owner()
        shell.visit(SHARES).refresh()
        shell.go(RECORDS)
        shell.visit(RECORDS).listing.take_focus()
        self._touch()

    def _refresh_with(self, shell: Shell) -> None:
        """Check everything again in the background when it is time, and when asked."""
        from wallet.ui.refresher import Refresher

        self.refresher = Refresher(self.context, shell)
        navigation = shell.navigation
        self.refresher.told.connect(navigation.tell)
        self.refresher.damaged.connect(self.rescue_this)
        self.refresher.done.connect(lambda: shell.visit(RECORDS).answers_changed())
        navigation.again.connect(self.refresher.now)
        navigation.offline.connect(self._work_offline)
        self.refresher.soon()

    def _work_offline(self, offline: bool) -> None:
        try:
            self.app.prefer(offline=offline)
        except WalletError as failure:
            self._say(unkept(failure))
        self.offline_changed()

    def offline_changed(self) -> None:
        """Show everywhere whether anything is looked up; catch up when it may be again."""
        shell = self.inside()
        shell.navigation.say_status()
        settings = shell.visited(SETTINGS)
        if settings is not None:
            settings.show_offline()
        self.refresher.soon()

    def inside(self) -> Shell:
        """Return what is shown of an open wallet."""
        assert self.shell is not None
        return self.shell

    def _read_owner(self) -> None:
        wallet, shell = self.app.wallet, self.inside()
        shell.navigation.name("", self._minutes)

        def show(found: tuple[str, str | None, str | None]) -> None:
            who, minutes, minimised = found
            self.idle.when_minimised(minimised == "1")
            offered = {str(one): one for one in self.app.rules.minutes_offered(LOCK_MINUTES)}
            chosen = offered.get(minutes or "", LOCK_MINUTES[0])
            self._minutes = self.app.rules.lock_after(chosen)
            shell.navigation.name(who, self._minutes)
            self._touch()

        self._tasks.run(
            shell,
            lambda _tick: (
                wallet.learner_name,
                wallet.setting(LOCK_SETTING),
                wallet.setting(LOCK_MINIMISED),
            ),
            show,
            fail=lambda failure: self._say(why(failure)),
            lane=Lane.VAULT,
        )

    # What is done from everywhere

    def add(self) -> None:
        """Go where records come in."""
        if self.shell is not None:
            self.shell.go(ADD).choose.setFocus()

    def share(self, ids: list[str]) -> None:
        """Begin a share."""
        if self.shell is not None:
            self.shell.go(SHARE).share(ids)

    def reveal(self, ids: list[str]) -> None:
        """Show what was just kept, in the list."""
        shell = self.inside()
        shell.go(RECORDS).reveal(ids[:1])
        shell.visit(RECORDS).listing.take_focus()

    # Locking

    def lock_after(self, minutes: int) -> None:
        """Lock after so many minutes without a touch, from now on."""
        self._minutes = minutes
        self.inside().navigation.locks_after(minutes)
        self._touch()

    def _touch(self) -> None:
        if self.shell is not None:
            self.idle.start(self._minutes)

    def lock(self, *, hurried: bool = False) -> None:
        """Empty everything, close the vault, show the door; make no backup when `hurried`."""
        shell, self.shell = self.shell, None
        if shell is None:
            self._lock_door(hurried=hurried)
            return
        self.idle.stop()
        self.refresher.stop()
        self._tasks.drop()
        close_others(self)
        for screen in shell.made():
            if hasattr(screen, "forget"):
                screen.forget()
        self.toast.forget()
        self._clip.forget()
        self._close_vault(hurried=hurried)
        self.show_door()

    def _lock_door(self, *, hurried: bool) -> None:
        """Leave nothing half open: a wallet that is just being unlocked or made, a passphrase."""
        page = self._pages.currentWidget()
        if isinstance(page, DoorPage):
            self._tasks.drop()
            close_others(self)
            self._close_vault(hurried=hurried)
            self.show_door()
        elif self.app.wallet.is_open:
            self._close_vault(hurried=hurried)
        else:  # somebody's share is looked at, without any wallet
            self.locked.emit()

    def _close_vault(self, *, hurried: bool = False) -> None:
        """Close it in the vault's lane: after what is done now, before anything that comes."""
        lock, known = partial(self.app.lock, backup=not hurried), self._known()

        def closed(_answer: object) -> None:
            self.locked.emit()
            self._show_made(known)

        self._tasks.run(self, lambda _tick: lock(), closed, fail=closed, lane=Lane.VAULT)

    # The window itself

    def closeEvent(self, event: QCloseEvent) -> None:
        """Lock before going."""
        self.lock()
        super().closeEvent(event)
