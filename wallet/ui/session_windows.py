"""Windows: what the session says to a window (WM_WTSSESSION_CHANGE, WM_POWERBROADCAST)."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import wintypes
from typing import Any

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication

WM_WTSSESSION_CHANGE = 0x02B1
WM_POWERBROADCAST = 0x0218
# WTSRegisterSessionNotification: console disconnected (users switched), remote disconnected,
# logged off, locked.
_WENT = {0x2, 0x4, 0x6, 0x7}
_PBT_APMSUSPEND = 0x4
_NOTIFY_FOR_THIS_SESSION = 0


def says_lock(message: int, detail: int) -> bool:
    """Say whether a message to the window means that the person went."""
    if message == WM_WTSSESSION_CHANGE:
        return detail in _WENT
    return message == WM_POWERBROADCAST and detail == _PBT_APMSUSPEND


class Messages(QAbstractNativeEventFilter):
    """Calls `lock` when Windows says that the session locks, sleeps or goes to somebody else."""

    def __init__(self, window: int, lock: Callable[[], object]) -> None:
        super().__init__()
        self._lock = lock
        application = QCoreApplication.instance()
        if application is not None:
            application.installNativeEventFilter(self)
        libraries: Any = getattr(ctypes, "windll", None)
        if libraries is not None:  # a Windows without the service says nothing about sessions
            libraries.wtsapi32.WTSRegisterSessionNotification(
                wintypes.HWND(window), _NOTIFY_FOR_THIS_SESSION
            )

    def nativeEventFilter(
        self, kind: QByteArray | bytes | bytearray | memoryview, message: int
    ) -> Any:
        """Look at one message; never keep it from Qt."""
        if QByteArray(kind).data() == b"windows_generic_MSG":
            told = wintypes.MSG.from_address(int(message))
            if says_lock(told.message, told.wParam):
                self._lock()
        return False, 0
