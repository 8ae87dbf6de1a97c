"""When the system says that the person went: the screen locks, the machine sleeps, users switch.

Each platform has its own messenger; where there is none, or no bus, nothing is said, which is no
error: locking by hand, after idle minutes and after a sleep (`idle`) does not rest on them.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget


class Session(QObject):
    """Emits `lock` when the wallet must lock now."""

    lock = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messengers: list[QObject] = []
        self._kept: list[object] = []

    def listen(self, window: QWidget) -> None:
        """Hear the platform's own signals from now on; `window` is the app's."""
        if sys.platform == "win32":
            self._listen_windows(window)
        elif sys.platform == "darwin":
            self._listen_mac()
        else:
            self._listen_buses()

    def _listen_windows(self, window: QWidget) -> None:
        from wallet.ui.session_windows import Messages

        self._kept.append(Messages(int(window.winId()), self.lock.emit))

    def _listen_mac(self) -> None:
        from wallet.ui.session_mac import Quartz, Watch

        with suppress(OSError):
            self._hear(Watch(Quartz().is_away, self))

    def _listen_buses(self) -> None:
        try:
            from PySide6.QtDBus import QDBusConnection

            from wallet.ui import session_probe
            from wallet.ui.session_bus import Login, Screensavers
        except ImportError:  # a Qt built without D-Bus
            return

        def system() -> None:
            bus = QDBusConnection.systemBus()
            self._hear(Login(bus, os.environ.get("XDG_SESSION_ID", ""), self))

        def session() -> None:
            self._hear(Screensavers(QDBusConnection.sessionBus(), self))

        # A bus is connected to once it answers: what waits for one that does not is the window.
        for address, connect in (
            (session_probe.system_bus(os.environ), system),
            (session_probe.session_bus(os.environ), session),
        ):
            greeting = session_probe.Greeting(address, self)
            greeting.answered.connect(connect)
            greeting.begin()

    def _hear(self, messenger: QObject) -> None:
        self._messengers.append(messenger)
        messenger.lock.connect(self.lock)  # type: ignore[attr-defined]

    def locked(self) -> None:
        """The wallet is locked: let the machine sleep if it waited for that."""
        for messenger in self._messengers:
            if hasattr(messenger, "locked"):
                messenger.locked()
