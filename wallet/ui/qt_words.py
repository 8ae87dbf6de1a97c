"""Qt's own words, in its dialogs and in the menus of fields, in the language that is spoken."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from wallet import wording

_NAME = "qt-words"


def speak(application: QCoreApplication) -> None:
    """Let Qt speak as the app does from now on, as far as it knows how."""
    words = application.findChild(QTranslator, _NAME)
    if words is None:
        words = QTranslator(application)
        words.setObjectName(_NAME)
    application.removeTranslator(words)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if words.load(f"qtbase_{wording.language()}", folder):
        application.installTranslator(words)
