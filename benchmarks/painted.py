"""The window's own list of records, without a screen: asked, filled, laid out and painted."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, cast

from PySide6.QtWidgets import QApplication

from wallet import wiring
from wallet.app import Wallet
from wallet.ui.context import Context
from wallet.ui.listing import Listing
from wallet.ui.tasks import Tasks
from wallet.ui.theme import Theme

SIZE = (430, 760)  # pixels, as in the window that the app opens


class _AtOnce:
    """Does a task where it is asked for, so that its time counts."""

    def run(
        self,
        _owner: object,
        work: Callable[[Callable[[int, int], bool]], Any],
        done: Callable[[Any], None],
        **_how: object,
    ) -> None:
        done(work(lambda _done, _total: True))


class PaintedList:
    """The middle column of the window on an open wallet."""

    def __init__(self, wallet: Wallet) -> None:
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
        self._qt = QApplication.instance() or QApplication([])
        app = wiring.build(offline=True)
        app.wallet = wallet
        context = Context(
            app, cast(Tasks, _AtOnce()), Theme("light"), lambda _url: True, lambda *_said: None
        )
        self._list = Listing(context)
        self._list.always_one = True
        self._list.resize(*SIZE)
        self._list.show()
        self._qt.processEvents()

    def ask(self, text: str) -> None:
        """Search for a text, and return when its lines have been painted."""
        self._list.search.setText(text)
        self._list.refresh()
        self._list.view.viewport().repaint()

    def forget(self) -> None:
        """Empty the list, as locking does."""
        self._list.forget()
        self._qt.processEvents()
