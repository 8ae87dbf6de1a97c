"""Turning files, folders and text into inputs to check: one piece of bytes with a name each.

Nothing is parsed here beyond splitting a file that holds one credential a line.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from wallet.errors import Code, MalformedError, WalletError

MAX_INPUT_BYTES = 16 * 1024 * 1024  # a credential with its images; larger files are not read
MAX_LINES_BYTES = 256 * 1024 * 1024  # a file of one credential a line
MAX_FILES = 100_000  # in one folder, all levels together
LINES = {".jsonl", ".ndjson"}
_GIVEN_OPEN = ("/dev/fd/", "/proc/self/fd/", "/dev/stdin")


@dataclass(frozen=True, slots=True)
class Input:
    """Bytes and where they came from; or why there are none.

    `folder` is one that belongs together and is read as a whole (`wallet.arriving`).
    """

    source: str
    data: bytes = b""
    error: WalletError | None = None
    folder: Path | None = None


def from_path(path: Path, *, most: int = MAX_INPUT_BYTES) -> Iterator[Input]:
    """Yield the inputs in a file, or in all files below a folder in the order of their names.

    `most` is how many bytes a file may have.
    """
    if is_folder(path):
        files = sorted(islice(_files(path), MAX_FILES + 1))
        if not files or len(files) > MAX_FILES:
            yield Input(str(path), error=WalletError(Code.TOO_LARGE if files else Code.EMPTY))
            return
        for file in files:
            yield from _from_file(file, most)
    else:
        yield from _from_file(path, most)


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if not hidden and is_file(path):
            yield path


def is_folder(path: Path) -> bool:
    """Say whether a path is a folder; one that the system does not let us ask about is none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_file(path: Path) -> bool:
    """Say whether a path is a file; one that nobody lets us ask about is one to be named."""
    try:
        return path.is_file()
    except OSError:
        return True


def _from_file(path: Path, most: int) -> Iterator[Input]:
    lines = path.suffix.lower() in LINES
    try:
        found = path.stat()
        if found.st_size > (MAX_LINES_BYTES if lines else most):
            yield Input(str(path), error=MalformedError(Code.TOO_LARGE))
        elif not stat.S_ISREG(found.st_mode) and not _is_given_open(path):
            yield Input(str(path), error=WalletError(Code.FILE_UNREADABLE))
        elif lines:
            with path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if line.strip():
                        yield Input(f"{path}:{number}", line.strip())
        else:
            with path.open("rb") as file:
                data = file.read(most + 1)
            too_large = MalformedError(Code.TOO_LARGE) if len(data) > most else None
            yield Input(str(path), data if too_large is None else b"", too_large)
    except (OSError, ValueError):  # a name that no file can have is a ValueError
        yield Input(str(path), error=WalletError(Code.FILE_UNREADABLE))


def _is_given_open(path: Path) -> bool:
    """Say whether it is what another program of the same command line writes to.

    A pipe that lies in a folder may have nobody at its other end, and keep who reads it for ever.
    """
    return str(path).startswith(_GIVEN_OPEN)
