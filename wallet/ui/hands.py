"""Whether somebody's hand did it: a screen reader presses, turns on and writes without any key.

What it changes looks to Qt like what the app changes by itself. So what comes home from the
background, and what code turns on or gives the focus to, is done with `hands.away()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QMetaObject, QObject, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QDateEdit,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

_HEARD = "heard"  # the property of a button of Qt's own dialogs that is heard already


class Hands(QObject):
    """Tells that somebody did something, whichever control it was and by whatever."""

    used = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._away = 0

    @contextmanager
    def away(self) -> Iterator[None]:
        """Do something that is no hand's: nothing that changes by it is told."""
        self._away += 1
        try:
            yield
        finally:
            self._away -= 1

    def changed(self, *_what: object) -> None:
        """Tell of a change, unless the app makes it by itself."""
        if not self._away:
            self.used.emit()


hands = Hands()


def heard(made: QAbstractButton) -> None:
    """Let `hands` tell of a button; every kind of button calls this for itself."""
    made.clicked.connect(hands.used)
    made.toggled.connect(hands.changed)  # a screen reader may turn one on without a click


def hear_dialog(dialog: QWidget) -> None:
    """Let `hands` tell of every button in a dialog that Qt made."""
    for one in dialog.findChildren(QAbstractButton):
        if type(one).__module__.startswith("PySide6") and not one.property(_HEARD):
            one.setProperty(_HEARD, True)
            heard(one)


class Field:
    """Lets `hands` tell of what is written, dated or picked in what has the focus."""

    def __init__(self) -> None:
        self._listens: list[QMetaObject.Connection] = []

    def listen(self, field: QObject | None) -> None:
        """Listen here from now on, and nowhere else any more."""
        for one in self._listens:
            QObject.disconnect(one)
        self._listens = []
        if isinstance(field, QLineEdit | QPlainTextEdit):
            self._listens.append(field.textChanged.connect(hands.changed))
        elif isinstance(field, QDateEdit):
            self._listens.append(field.dateChanged.connect(hands.changed))
        elif isinstance(field, QAbstractItemView):
            model, picks = field.model(), field.selectionModel()
            if model is not None and picks is not None:
                self._listens.append(picks.currentChanged.connect(hands.changed))
                self._listens.append(picks.selectionChanged.connect(hands.changed))
                self._listens.append(model.dataChanged.connect(hands.changed))
