"""A growing delay after wrong passphrases, kept beside the vault so that a restart does not end it.

What it is: a brake for somebody who sits at this computer and types guesses into this program.
What it is not: a defence of a copy of the file, which only what a guess costs defends; and whoever
can delete files in the vault's folder can delete this one. It ends by itself, always, and where it
cannot be written (a folder that is read-only) it lasts as long as the program runs.

It is counted by a clock that nobody sets, as long as that goes on: until the computer starts again
on Linux, until this program does elsewhere. After that the computer's clock counts.
"""

from __future__ import annotations

import os
import secrets
import struct
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

FREE = 3  # wrong tries that cost nothing: a slip, caps lock, the passphrase of something else
FIRST_DELAY = timedelta(seconds=2)  # then doubled with each further one
LONGEST_DELAY = timedelta(minutes=5)  # about 290 tries a day, and never a locked-out owner
MOST_COUNTED = 1000

_LAYOUT = struct.Struct(">8sIQ16sQ")  # a mark, how many, the last one's second, run and steady one
_FIRST = struct.Struct(">8sIQ")  # as the first version wrote it
_MARK = b"LERtries"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_THIS_RUN = secrets.token_bytes(16)


@dataclass(frozen=True, slots=True)
class Steady:
    """A moment on a clock that nobody sets: seconds since something began, which has an id."""

    run: bytes
    seconds: int


NO_CLOCK = Steady(bytes(16), 0)


def steady() -> Steady:
    """Return this moment: since the computer started, or else since this program did."""
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    with suppress(OSError, ValueError):
        run = bytes.fromhex(_BOOT_ID.read_text().strip().replace("-", ""))
        if boottime is not None and len(run) == len(_THIS_RUN):
            return Steady(run, int(time.clock_gettime(boottime)))
    return Steady(_THIS_RUN, int(time.monotonic()))


@dataclass(frozen=True, slots=True)
class Tries:
    """How many wrong tries in a row, and when the last was."""

    wrong: int
    last: datetime
    steady: Steady = NO_CLOCK

    def left(self, now: datetime, moment: Steady = NO_CLOCK) -> timedelta:
        """Return how long to wait yet; never more than the delay itself, whatever clocks did."""
        delay = delay_after(self.wrong)
        if self.is_of(moment):
            passed = timedelta(seconds=moment.seconds - self.steady.seconds)
        else:
            passed = now - self.last
        return min(max(delay - passed, timedelta()), delay)

    def is_of(self, moment: Steady) -> bool:
        """Say whether the last try was noted by the same steady clock, and not later than now."""
        if moment == NO_CLOCK or moment.run != self.steady.run:
            return False
        return self.steady.seconds <= moment.seconds


def delay_after(wrong: int) -> timedelta:
    """Return how long to wait after so many wrong tries in a row."""
    if wrong < FREE:
        return timedelta()
    return min(FIRST_DELAY * (1 << min(wrong - FREE, 20)), LONGEST_DELAY)


class Attempts:
    """The wrong tries at vaults, each noted in a small file beside its vault."""

    def __init__(self, moment: Callable[[], Steady] | None = None) -> None:
        """`moment` reads a steady clock (`steady`); without one the time that is given counts."""
        self._moment = moment if moment is not None else lambda: NO_CLOCK
        self._here: dict[Path, Tries] = {}  # what was noted since the program began

    def left(self, vault: Path, now: datetime) -> timedelta:
        """Return how long to wait before the next try.

        Where the clock was set back since the last try, the wait is counted from now on and noted,
        so that it passes however long the clock will take to be there again.
        """
        tries = self._known(vault)
        if tries is None:
            return timedelta()
        moment = self._moment()
        if not tries.is_of(moment) and tries.last > now:
            tries = Tries(tries.wrong, now, moment)
            self._note(vault, tries)
        return tries.left(now, moment)

    def wrong(self, vault: Path, now: datetime) -> timedelta:
        """Note a wrong try; return how long to wait before the next."""
        before = self._known(vault)
        many = min(before.wrong + 1 if before is not None else 1, MOST_COUNTED)
        moment = self._moment()
        tries = Tries(many, now, moment)
        self._note(vault, tries)
        return tries.left(now, moment)

    def right(self, vault: Path) -> None:
        """Forget the wrong tries: somebody who may has come in."""
        self._here.pop(vault, None)
        with suppress(OSError):
            note_beside(vault).unlink(missing_ok=True)

    def forget(self) -> None:
        """Leave no note of what was tried since the program began: it may leave no trace."""
        for vault in list(self._here):
            self.right(vault)

    def _known(self, vault: Path) -> Tries | None:
        found = [tries for tries in (self._here.get(vault), _read(note_beside(vault))) if tries]
        return max(found, key=lambda tries: tries.wrong, default=None)

    def _note(self, vault: Path, tries: Tries) -> None:
        self._here[vault] = tries
        with suppress(OSError):
            _write(note_beside(vault), tries)


def note_beside(vault: Path) -> Path:
    """Return where the wrong tries at a vault are noted."""
    return vault.with_name(f".{vault.name}.tries")


def _read(note: Path) -> Tries | None:
    """Return what is noted; nothing where it is missing, damaged, or not a file of ours."""
    try:
        with note.open("rb") as file:
            data = file.read(_LAYOUT.size + 1)
        moment = NO_CLOCK
        if len(data) == _FIRST.size:
            mark, wrong, second = _FIRST.unpack(data)
        else:
            mark, wrong, second, run, since = _LAYOUT.unpack(data)
            moment = Steady(run, since)
        last = datetime.fromtimestamp(second, UTC)
    except (OSError, struct.error, ValueError, OverflowError):
        return None
    return Tries(min(wrong, MOST_COUNTED), last, moment) if mark == _MARK else None


def _write(note: Path, tries: Tries) -> None:
    """Replace the note in one step; a link that somebody put there is replaced, not followed."""
    handle, name = tempfile.mkstemp(dir=note.parent, prefix=note.name)
    try:
        with os.fdopen(handle, "wb") as file:
            last = int(tries.last.timestamp())
            moment = tries.steady
            file.write(_LAYOUT.pack(_MARK, tries.wrong, last, moment.run, moment.seconds))
        Path(name).replace(note)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
