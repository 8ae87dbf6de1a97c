"""A growing delay after wrong passphrases, kept beside the vault so that a restart does not end it.

What it is: a brake for somebody who sits at this computer and types guesses into this program.
What it is not: a defence of a copy of the file, which only what a guess costs defends; and whoever
can delete files in the vault's folder can delete this one. It ends by itself, always, and where it
cannot be written (a folder that is read-only) it lasts as long as the program runs.
"""

from __future__ import annotations

import os
import struct
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

FREE = 3  # wrong tries that cost nothing: a slip, caps lock, the passphrase of something else
FIRST_DELAY = timedelta(seconds=2)  # then doubled with each further one
LONGEST_DELAY = timedelta(minutes=5)  # about 290 tries a day, and never a locked-out owner
MOST_COUNTED = 1000

_LAYOUT = struct.Struct(">8sIQ")  # a mark, how many, the second of the last one
_MARK = b"LERtries"


@dataclass(frozen=True, slots=True)
class Tries:
    """How many wrong tries in a row, and when the last was."""

    wrong: int
    last: datetime

    def left(self, now: datetime) -> timedelta:
        """Return how long to wait yet; never more than the delay itself, whatever clocks did."""
        delay = delay_after(self.wrong)
        return min(max(self.last + delay - now, timedelta()), delay)


def delay_after(wrong: int) -> timedelta:
    """Return how long to wait after so many wrong tries in a row."""
    if wrong < FREE:
        return timedelta()
    return min(FIRST_DELAY * (1 << min(wrong - FREE, 20)), LONGEST_DELAY)


class Attempts:
    """The wrong tries at vaults, each noted in a small file beside its vault."""

    def __init__(self) -> None:
        self._here: dict[Path, Tries] = {}  # what was noted since the program began

    def left(self, vault: Path, now: datetime) -> timedelta:
        """Return how long to wait before the next try.

        Where the clock was set back since the last try, the wait is counted from now on and noted,
        so that it passes however long the clock will take to be there again.
        """
        tries = self._known(vault)
        if tries is None:
            return timedelta()
        if tries.last > now:
            tries = Tries(tries.wrong, now)
            self._note(vault, tries)
        return tries.left(now)

    def wrong(self, vault: Path, now: datetime) -> timedelta:
        """Note a wrong try; return how long to wait before the next."""
        before = self._known(vault)
        many = min(before.wrong + 1 if before is not None else 1, MOST_COUNTED)
        tries = Tries(many, now)
        self._note(vault, tries)
        return tries.left(now)

    def right(self, vault: Path) -> None:
        """Forget the wrong tries: somebody who may has come in."""
        self._here.pop(vault, None)
        with suppress(OSError):
            note_beside(vault).unlink(missing_ok=True)

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
        mark, wrong, second = _LAYOUT.unpack(data)
        last = datetime.fromtimestamp(second, UTC)
    except (OSError, struct.error, ValueError, OverflowError):
        return None
    return Tries(min(wrong, MOST_COUNTED), last) if mark == _MARK else None


def _write(note: Path, tries: Tries) -> None:
    """Replace the note in one step; a link that somebody put there is replaced, not followed."""
    handle, name = tempfile.mkstemp(dir=note.parent, prefix=note.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_LAYOUT.pack(_MARK, tries.wrong, int(tries.last.timestamp())))
        Path(name).replace(note)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
