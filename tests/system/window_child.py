"""The real window, run as the program runs it, in a process of its own.

Usage: window_child.py FOLDER. Reads words from standard input, one a line: `unlock`, `stalled` (how
many milliseconds the window once did not answer), `quit`. Prints one JSON list a line.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from tests.ui.people import PASSPHRASE, stage
from wallet.ui import main
from wallet.ui.window import Window

BEAT = 10  # milliseconds


class Words(QObject):
    """What the test says, brought to the window's thread."""

    said = Signal(str)

    def listen(self) -> None:
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in sys.stdin:
            self.said.emit(line.strip())


def say(*words: object) -> None:
    print(json.dumps(words), flush=True)


def run(folder: Path) -> int:
    """Run the window on a new wallet."""
    application = QApplication([])
    made = stage(folder)
    made.create()
    words, beat = Words(), QTimer(interval=BEAT)
    last, longest = time.monotonic(), 0.0

    def beats() -> None:
        nonlocal last, longest
        now = time.monotonic()
        longest, last = max(longest, now - last), now

    def window() -> Window:
        return next(one for one in application.topLevelWidgets() if isinstance(one, Window))

    def is_open() -> bool:
        return made.app.wallet.is_open

    def obey(word: str) -> None:
        nonlocal longest
        if word == "unlock":
            made.app.wallet.unlock(made.vault, PASSPHRASE)
            window()._opened(made.vault)
            say("open", is_open())
        elif word == "stalled":
            say("stalled", round(longest * 1000))
            longest = 0.0
        elif word == "quit":
            window().close()

    def begin() -> None:
        nonlocal last
        last = time.monotonic()
        window()._opened(made.vault)
        window().locked.connect(lambda: say("locked", is_open()))
        beat.timeout.connect(beats)
        beat.start()
        words.said.connect(obey)
        words.listen()
        say("open", is_open())

    QTimer.singleShot(0, begin)
    return main.run(made.app)


if __name__ == "__main__":
    code = run(Path(sys.argv[1]))
    sys.stdout.flush()
    os._exit(code)  # the thread that reads must not be waited for
