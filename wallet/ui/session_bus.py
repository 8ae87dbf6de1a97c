"""Linux: what logind and the screen savers say on D-Bus.

org.freedesktop.login1(5): `PrepareForSleep` of the manager, `Lock` of a session, its properties
`Active` (false: users were switched) and `LockedHint`. Screen savers of the desktops:
`ActiveChanged`. Nothing here waits for an answer, and a missing bus or service says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusObjectPath,
    QDBusPendingCallWatcher,
    QDBusVariant,
)

LOGIN = "org.freedesktop.login1"
MANAGER = f"{LOGIN}.Manager"
MANAGER_PATH = "/org/freedesktop/login1"
SESSION = f"{LOGIN}.Session"
PROPERTIES = "org.freedesktop.DBus.Properties"
SCREENSAVERS = (
    "org.freedesktop.ScreenSaver",  # KDE and others
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
)
_HEARD: Any = SLOT("heard(QDBusMessage)")  # text, though the binding's types say bytes


class Screensavers(QObject):
    """Emits `lock` when a screen saver comes on."""

    lock = Signal()

    def __init__(self, bus: QDBusConnection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        for name in SCREENSAVERS if bus.isConnected() else ():
            bus.connect("", "", name, "ActiveChanged", self, _HEARD)

    @Slot("QDBusMessage")
    def heard(self, message: QDBusMessage) -> None:
        """Lock when it came on."""
        if message.arguments()[:1] == [True]:
            self.lock.emit()


class Login(QObject):
    """Emits `lock` when the session locks, another user comes, or the machine is about to sleep.

    It asks the machine to wait with its sleep until the wallet is `locked` (logind does so for a
    few seconds at most), so that no key is in the memory that sleeps.
    """

    lock = Signal()

    def __init__(
        self, bus: QDBusConnection, session: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._bus = bus
        self._wait: object = None  # what the system waits for; dropping it lets it go on
        self._is_to_sleep = False
        self._asked: set[QDBusPendingCallWatcher] = set()
        if not bus.isConnected():
            return
        bus.connect(LOGIN, MANAGER_PATH, MANAGER, "PrepareForSleep", self, _HEARD)
        self._ask_to_wait()
        self._call(MANAGER_PATH, MANAGER, "GetSession", [session or "auto"], "_found")

    def _ask_to_wait(self) -> None:
        why = ["sleep", "LER Wallet", "Locking the wallet", "delay"]
        self._call(MANAGER_PATH, MANAGER, "Inhibit", why, "_waits")

    def _call(
        self, path: str, interface: str, name: str, arguments: Sequence[object], then: str
    ) -> None:
        message = QDBusMessage.createMethodCall(LOGIN, path, interface, name)
        message.setArguments(list(arguments))
        message.setAutoStartService(False)
        watcher = QDBusPendingCallWatcher(self._bus.asyncCall(message), self)
        self._asked.add(watcher)

        def answered(_watcher: object) -> None:
            self._asked.discard(watcher)
            reply = watcher.reply()
            watcher.deleteLater()
            if reply.type() == QDBusMessage.MessageType.ReplyMessage and reply.arguments():
                getattr(self, then)(reply.arguments()[0])

        watcher.finished.connect(answered)

    def _waits(self, handle: object) -> None:
        self._wait = handle

    def _found(self, path: object) -> None:
        if not isinstance(path, QDBusObjectPath):
            return
        self._bus.connect(LOGIN, path.path(), SESSION, "Lock", self, _HEARD)
        self._bus.connect(LOGIN, path.path(), PROPERTIES, "PropertiesChanged", self, _HEARD)

    @Slot("QDBusMessage")
    def heard(self, message: QDBusMessage) -> None:
        """Lock, or ask what changed."""
        said, given = message.member(), message.arguments()
        if said == "PrepareForSleep":
            self._sleep(begins=given[:1] == [True])
        elif said == "Lock":
            self.lock.emit()
        elif said == "PropertiesChanged" and given[:1] == [SESSION]:
            for name, then in (("Active", "_active"), ("LockedHint", "_locked_hint")):
                self._call(message.path(), PROPERTIES, "Get", [SESSION, name], then)

    def _sleep(self, *, begins: bool) -> None:
        self._is_to_sleep = begins
        if begins:
            self.lock.emit()
        elif self._wait is None:  # awake again
            self._ask_to_wait()

    def _active(self, value: object) -> None:
        if _bare(value) is False:
            self.lock.emit()

    def _locked_hint(self, value: object) -> None:
        if _bare(value) is True:
            self.lock.emit()

    def locked(self) -> None:
        """Let the machine sleep if that is what it waits for; a later sleep has to wait, too."""
        if self._is_to_sleep:
            self._wait = None


def _bare(value: object) -> object:
    return value.variant() if isinstance(value, QDBusVariant) else value
