"""When something nobody foresaw goes wrong: one sentence, and a report without secrets.

The report names the kind of error and the places in this app's code it passed through. Messages
and values are left out: they can hold claims, links or passphrases.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from types import TracebackType

from wallet import wording

_FRAMES = 40


def report(error: BaseException) -> str:
    """Return where `error` came from: names of files, functions and lines, never a value."""
    frames = traceback.extract_tb(error.__traceback__, limit=-_FRAMES)
    places = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join([type(error).__name__, *places])


class CrashHandler:
    """Takes what nobody caught; tells the person once, and goes on."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self.reports: list[str] = []

    def crashed(self, error: BaseException) -> None:
        """Note `error` without its message, and say one sentence."""
        noted = report(error)
        if noted not in self.reports:
            self.reports.append(noted)
            print(noted, file=sys.stderr)  # noqa: T201 - the window has no other log
        self._say(wording.unforeseen())

    def hook(
        self,
        _kind: type[BaseException],
        error: BaseException,
        _traceback: TracebackType | None,
    ) -> None:
        """Stand in for `sys.excepthook`."""
        self.crashed(error)
