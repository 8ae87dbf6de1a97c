"""macOS: whether the screen is locked or another user has it, asked of Quartz every two seconds.

`CGSessionCopyCurrentDictionary` of Core Graphics answers anybody; a notice would need a bridge to
Objective-C. That the machine slept is seen when it wakes (`idle`). Written from Apple's
documentation and tried against a stand-in; on a Mac it has not run yet.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from ctypes import c_char_p, c_int, c_ubyte, c_uint32, c_ulong, c_void_p
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

EVERY_MILLISECONDS = 2000
LOCKED, ON_CONSOLE = b"CGSSessionScreenIsLocked", b"kCGSSessionOnConsoleKey"
_FRAMEWORKS = "/System/Library/Frameworks/{0}.framework/{0}"
_UTF8 = 0x08000100  # kCFStringEncodingUTF8
_INT = 9  # kCFNumberIntType

IsAway = Callable[[], bool | None]  # None where there is no telling


class Watch(QObject):
    """Emits `lock` when somebody who was here is so no longer."""

    lock = Signal()

    def __init__(self, is_away: IsAway, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_away = is_away
        self._was_away = is_away()
        self._timer = QTimer(self, interval=EVERY_MILLISECONDS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Ask once; a session that never says that somebody is here locks nothing."""
        away = self._is_away()
        if away and self._was_away is False:
            self.lock.emit()
        if away is not None:
            self._was_away = away


class Quartz:
    """The functions that are needed, with what they take and give; raises OSError without them."""

    def __init__(self, load: Callable[[str], Any] = ctypes.CDLL) -> None:
        graphics, foundation = (
            load(_FRAMEWORKS.format(name)) for name in ("CoreGraphics", "CoreFoundation")
        )
        try:
            self._session = _made(graphics.CGSessionCopyCurrentDictionary, c_void_p)
            self._get = _made(foundation.CFDictionaryGetValue, c_void_p, c_void_p, c_void_p)
            self._release = _made(foundation.CFRelease, None, c_void_p)
            self._type = _made(foundation.CFGetTypeID, c_ulong, c_void_p)
            self._truth = _made(foundation.CFBooleanGetValue, c_ubyte, c_void_p)
            self._number = _made(foundation.CFNumberGetValue, c_ubyte, c_void_p, c_ulong, c_void_p)
            self._boolean_type = _made(foundation.CFBooleanGetTypeID, c_ulong)()
            self._number_type = _made(foundation.CFNumberGetTypeID, c_ulong)()
            text = _made(
                foundation.CFStringCreateWithCString, c_void_p, c_void_p, c_char_p, c_uint32
            )
        except AttributeError as error:  # a system without one of them
            raise OSError(str(error)) from error
        self._locked, self._on_console = (text(None, key, _UTF8) for key in (LOCKED, ON_CONSOLE))
        if not self._locked or not self._on_console:
            raise OSError("no room for two words")

    def is_away(self) -> bool | None:
        """Say whether the screen is locked or shows another user's session."""
        session = self._session()
        if not session:  # started from afar: there is no screen
            return None
        try:
            locked = self._says(session, self._locked)
            here = self._says(session, self._on_console)
        finally:
            self._release(session)
        return bool(locked) or here is False

    def _says(self, session: int, key: int) -> bool | None:
        value = self._get(session, key)  # the dictionary's own: not to be released
        if not value:
            return None
        kind = self._type(value)
        if kind == self._boolean_type:
            return bool(self._truth(value))
        number = c_int(0)
        if kind == self._number_type and self._number(value, _INT, ctypes.addressof(number)):
            return number.value != 0
        return None


def _made(function: Any, gives: Any, *takes: Any) -> Any:
    function.restype, function.argtypes = gives, takes
    return function
