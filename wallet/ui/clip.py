"""Taking back what was copied out of the open wallet: links, codes, texts of a record."""

from __future__ import annotations

from hashlib import sha256

from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard, QGuiApplication

_SAY_WHO_OWNS_IT = {"xcb", "wayland", "windows", "cocoa"}  # platforms of Qt
_PLACES = (QClipboard.Mode.Clipboard, QClipboard.Mode.Selection)


class Clip(QObject):
    """Knows whether what is on the clipboard came from this window, whoever copied it.

    Systems that say who owns a clipboard are asked. Elsewhere it is ours when it changed while
    this app was in front; of the text only a hash is held.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._ours: dict[QClipboard.Mode, bytes] = {}
        if QGuiApplication.platformName() not in _SAY_WHO_OWNS_IT:
            QGuiApplication.clipboard().changed.connect(self._changed)

    def _changed(self, place: QClipboard.Mode) -> None:
        self._ours.pop(place, None)
        if place in _PLACES and QGuiApplication.focusWindow() is not None:
            self._ours[place] = _hash(place)

    def forget(self) -> None:
        """Empty the clipboard, and the selection, where they still hold what came from here."""
        clipboard = QGuiApplication.clipboard()
        owned = {
            QClipboard.Mode.Clipboard: clipboard.ownsClipboard(),
            QClipboard.Mode.Selection: clipboard.ownsSelection(),
        }
        ours, self._ours = self._ours, {}
        for place in _PLACES:
            if owned[place] or (place in ours and ours[place] == _hash(place)):
                clipboard.clear(place)
        self._ours = {}


def _hash(place: QClipboard.Mode) -> bytes:
    return sha256(QGuiApplication.clipboard().text(place).encode("utf-8", "replace")).digest()
