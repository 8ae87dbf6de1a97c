"""Opening the window: the Qt application, the crash handler, the window, and the end."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QIcon, QPixmap
from PySide6.QtWidgets import QApplication

from wallet import quiet, resources
from wallet.ui import door
from wallet.ui import tasks as tasking
from wallet.ui.crash import CrashHandler
from wallet.ui.ending import Ending
from wallet.ui.session import Session
from wallet.ui.tasks import Tasks
from wallet.ui.window import Window

if TYPE_CHECKING:
    from wallet.wiring import App

AS_GUEST = 75  # the exit code that asks for a new start as a guest's (EX_TEMPFAIL: try again)
_SCHEMES = {"http", "https"}


def run(app: App) -> int:
    """Open the window and return the exit code when it is closed."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    prepare(application)
    handler = CrashHandler(lambda text: window.toast.say(text))
    tasks = Tasks(handler.crashed)
    window = window_of(app)(app, tasks, open_url)
    ending = Ending(application, getattr(window, "end_now", window.close))
    session = Session(window)
    session.lock.connect(lambda: window.lock(hurried=True))
    window.locked.connect(session.locked)
    before, sys.excepthook = sys.excepthook, handler.hook
    try:
        window.resize(1280, 800)
        window.show()
        QTimer.singleShot(0, session, lambda: session.listen(window))
        code = application.exec()
        return AS_GUEST if window.property(door.AS_GUEST) else code
    finally:
        ending.undo()
        sys.excepthook = before
        seconds = tasking.END_SECONDS if app.guest else tasking.LONG_SECONDS
        with tasking.ending(app.let_go, seconds):
            tasks.stop()
            app.stop()


def window_of(app: App) -> type[Window]:
    """Return the kind of window that fits how the program was started."""
    if not app.shared:
        return Window
    _leave_nothing()
    if not app.guest:
        return Window
    from wallet.ui.guest_window import GuestWindow

    return GuestWindow


def _leave_nothing() -> None:
    """Let no dialog note what was opened: the system's own do, and Qt's keep a file of settings."""
    QApplication.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
    for kind in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, quiet.NOWHERE)


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
