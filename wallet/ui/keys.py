"""Keys that work everywhere in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from wallet.ui.context import ADD, CHECK, RECORDS, SETTINGS, SHARES
from wallet.ui.widgets import Shortcut, bind
from wallet.wording import tr

if TYPE_CHECKING:
    from wallet.ui.window import Window


class Keys:
    """What each key does; at the door, where no wallet is open, most do nothing."""

    def __init__(self, window: Window) -> None:
        self._window = window
        for shortcut in (
            Shortcut("Ctrl+F", tr("Search"), self._search),
            Shortcut("Ctrl+O", tr("Add records"), self._choose),
            Shortcut("Ctrl+V", tr("Paste"), self._paste),
            Shortcut("Ctrl+L", tr("Lock"), window.lock),
            Shortcut("Ctrl+Z", tr("Undo"), self._undo),
            Shortcut("F5", tr("Check again"), self._check_again),
            Shortcut("Ctrl+1", tr("Records"), lambda: self._visit(RECORDS)),
            Shortcut("Ctrl+2", tr("Shares"), lambda: self._visit(SHARES)),
            Shortcut("Ctrl+3", tr("Check a share"), lambda: self._visit(CHECK)),
            Shortcut("Ctrl+4", tr("Settings"), lambda: self._visit(SETTINGS)),
        ):
            bind(window, shortcut, everywhere=True)
        quit_now = bind(window, Shortcut("Ctrl+Q", tr("Close"), window.close), everywhere=True)
        quit_now.setShortcuts([QKeySequence("Ctrl+Q"), QKeySequence("Ctrl+W")])

    def _visit(self, where: str) -> None:
        if self._window.shell is not None:
            self._window.shell.go(where).setFocus()

    def _search(self) -> None:
        if self._window.shell is not None:
            search = self._window.shell.go(RECORDS).listing.search
            search.setFocus()
            search.selectAll()

    def _choose(self) -> None:
        if self._window.shell is not None:
            self._window.add()
            self._window.shell.visit(ADD).pick_files()

    def _paste(self) -> None:
        shell = self._window.shell
        if shell is None or isinstance(self._window.focusWidget(), QLineEdit | QPlainTextEdit):
            return
        if shell.where == CHECK:
            shell.visit(CHECK).take(QGuiApplication.clipboard().mimeData())
        else:
            shell.go(ADD).paste_clipboard()

    def _check_again(self) -> None:
        if self._window.shell is not None:
            self._window.refresher.now()

    def _undo(self) -> None:
        if self._window.toast.can_act:
            self._window.toast.act()
