"""Turning files, folders and text into inputs to check: one piece of bytes with a name each.

Nothing is parsed here beyond splitting a file that holds one credential a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from wallet.errors import Code, MalformedError, WalletError

MAX_INPUT_BYTES = 16 * 1024 * 1024  # a credential with its images; larger files are not read
MAX_LINES_BYTES = 256 * 1024 * 1024  # a file of one credential a line
MAX_FILES = 100_000  # in one folder, all levels together
LINES = {".jsonl", ".ndjson"}


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
    if path.is_dir():
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
        if path.is_file() and not hidden:
            yield path


def _from_file(path: Path, most: int) -> Iterator[Input]:
    lines = path.suffix.lower() in LINES
    try:
        if path.stat().st_size > (MAX_LINES_BYTES if lines else most):
            yield Input(str(path), error=MalformedError(Code.TOO_LARGE))
        elif lines:
            with path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if line.strip():
                        yield Input(f"{path}:{number}", line.strip())
        else:
            yield Input(str(path), path.read_bytes())
    except OSError:
        yield Input(str(path), error=WalletError(Code.FILE_UNREADABLE))
