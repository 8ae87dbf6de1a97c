"""Taking files and text that are dropped anywhere in the open wallet."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from wallet.ui.context import ADD

if TYPE_CHECKING:
    from wallet.ui.shell import Shell


class Drops(QObject):
    """Reads what is dropped on `window` while `shell` is there; nothing while it is locked."""

    def __init__(self, window: QWidget, shell: Callable[[], Shell | None]) -> None:
        super().__init__(window)
        self._shell = shell
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Take files and text, and read what was dropped."""
        shell = self._shell()
        if shell is None or not isinstance(event, QDropEvent):
            return False
        mime = event.mimeData()
        if event.type() == QEvent.Type.DragEnter and (mime.hasUrls() or mime.hasText()):
            event.acceptProposedAction()
            return True
        if event.type() == QEvent.Type.Drop:
            event.acceptProposedAction()
            shell.go(ADD).add_mime(mime)
            return True
        return False
