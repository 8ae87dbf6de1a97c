"""When the system ends the program: the window closes as if a person had closed it.

A signal wakes the event loop through a pipe, and what it means is done where everything else is
done. Where the session of the computer ends, Qt says so.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QApplication

_SIGNALS = [getattr(signal, one) for one in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, one)]


class Ending(QObject):
    """Calls `end` when the program is told to stop. `undo` puts back what was there before."""

    def __init__(self, application: QApplication, end: Callable[[], object]) -> None:
        super().__init__()
        self._end = end
        self._pipe: tuple[int, int] | None = None
        self._before: dict[int, object] = {}
        application.commitDataRequest.connect(lambda _manager: end())
        if sys.platform == "win32":  # no signals there but the console's, which Python handles
            return
        reader, writer = self._pipe = os.pipe()
        os.set_blocking(reader, False)
        os.set_blocking(writer, False)
        self._before_fd = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        for one in _SIGNALS:
            self._before[one] = signal.signal(one, lambda _number, _frame: None)
        self._notifier = QSocketNotifier(reader, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)

    def _woken(self) -> None:
        assert self._pipe is not None
        got = os.read(self._pipe[0], 64)
        if any(number in self._before for number in got):
            self._end()

    def undo(self) -> None:
        """Let signals do what they did before."""
        if self._pipe is None:
            return
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before_fd)
        for one, handler in self._before.items():
            signal.signal(one, handler)  # type: ignore[arg-type]
        for end in self._pipe:
            os.close(end)
        self._pipe = None
