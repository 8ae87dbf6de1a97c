"""Opening the window: the Qt application, the crash handler, the window, and the end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from wallet import resources
from wallet.ui.crash import CrashHandler
from wallet.ui.session import Session
from wallet.ui.tasks import Tasks
from wallet.ui.window import Window

if TYPE_CHECKING:
    from wallet.wiring import App

_SCHEMES = {"http", "https"}


def run(app: App) -> int:
    """Open the window and return the exit code when it is closed."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    prepare(application)
    handler = CrashHandler(lambda text: window.toast.say(text))
    tasks = Tasks(handler.crashed)
    window = Window(app, tasks, open_url)
    session = Session(window)
    session.lock.connect(window.lock)
    window.locked.connect(session.locked)
    before, sys.excepthook = sys.excepthook, handler.hook
    try:
        window.resize(1280, 800)
        window.show()
        QTimer.singleShot(0, session, lambda: session.listen(window))
        return application.exec()
    finally:
        sys.excepthook = before
        tasks.stop()
        app.stop()


def prepare(application: QApplication) -> None:
    """Set what concerns the whole application."""
    application.setStyle("Fusion")
    application.setApplicationName("ler-wallet")
    application.setApplicationDisplayName("LER Wallet")
    application.setDesktopFileName("ler-wallet")
    mark = QPixmap()
    mark.loadFromData(resources.read("icons/wallet.svg"), "SVG")
    application.setWindowIcon(QIcon(mark))


def open_url(address: str) -> bool:
    """Open a web address in the person's browser; nothing but the web is opened."""
    url = QUrl(address, QUrl.ParsingMode.StrictMode)
    if not url.isValid() or url.scheme() not in _SCHEMES:
        return False
    return QDesktopServices.openUrl(url)
