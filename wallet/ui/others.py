"""The other windows of the app: dialogs, menus, a QR code as large as the screen."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QApplication, QToolTip, QWidget


def close_others(main: QWidget) -> None:
    """Close every window that belongs to `main`, and what hovers over it."""
    QToolTip.hideText()
    for window in QApplication.topLevelWidgets():
        if window is not main and main in _above(window):
            window.close()


def _above(widget: QWidget) -> Iterator[QWidget]:
    while (above := widget.parentWidget()) is not None:
        yield above
        widget = above
