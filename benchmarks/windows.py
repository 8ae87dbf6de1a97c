"""Open one window, end when it has painted itself for the first time: the app's, or a bare one.

Usage: windows.py ours | bare. The caller times the whole process.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget


class FirstPicture(QObject):
    """Ends the application when a window has been painted."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Note the first paint event of a window that is shown."""
        painted = event.type() == QEvent.Type.Paint
        if painted and isinstance(watched, QWidget) and watched.isWindow():
            QTimer.singleShot(0, QApplication.quit)
        return False


def bare() -> int:
    """Show a main window with a line of text."""
    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.setCentralWidget(QLabel("A bare window"))
    window.show()
    return app.exec()


def ours() -> int:
    """Show the app's window, as `ler-wallet` does."""
    from wallet import wiring
    from wallet.ui import main

    return main.run(wiring.build(offline=True))


def watched(show: Callable[[], int]) -> int:
    """Call `show` with the event loop watched for the first picture."""
    loop = QApplication.exec

    def exec_watched(*_: object) -> int:
        watcher = FirstPicture()
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(watcher)
        return loop()

    QApplication.exec = exec_watched  # type: ignore[method-assign]
    return show()


if __name__ == "__main__":
    sys.exit(watched({"ours": ours, "bare": bare}[sys.argv[1]]))
