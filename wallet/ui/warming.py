"""Loading what an open wallet needs, a little at a time, while somebody types a passphrase."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from wallet import wording
from wallet.errors import WalletError
from wallet.ui.tasks import Lane, Tasks

if TYPE_CHECKING:
    from wallet.wiring import App

_SCREENS = ("wallet.ui.shell", "wallet.ui.record_view", "wallet.ui.records", "wallet.ui.shares")
_AFTER = 150  # milliseconds after the window was made


class Warming(QObject):
    """Loads the screens one by one; what writes dates takes longer than a blink, so off-thread."""

    def __init__(self, app: App, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._app, self._tasks, self._cold = app, tasks, list(_SCREENS)
        QTimer.singleShot(_AFTER, self, self._next)

    def _next(self) -> None:
        if self._cold:
            import_module(self._cold.pop(0))
            QTimer.singleShot(_AFTER // 5, self, self._next)
            return
        now = self._app.clock()
        self._tasks.run(
            self, lambda _tick: wording.time(now), lambda _text: None, fail=_ignore, lane=Lane.WEB
        )


def _ignore(_failure: WalletError | None) -> None:
    """Dates are then written when first needed."""
