"""The log that lies beside a vault while it is open, and after a crash (SQLite's WAL)."""

from __future__ import annotations

from pathlib import Path

import apsw

from wallet.storage import memory

_SUFFIX = "-wal"
_OTHERS = ("-journal", "-shm")


def of(path: Path) -> Path:
    """Return where a vault's log is while there is one."""
    return path.with_name(path.name + _SUFFIX)


def is_at(path: Path) -> bool:
    """Say whether the vault at a path has a log."""
    log = of(path)
    return memory.holds(log) if memory.is_place(log) else log.exists()


def size(path: Path) -> int:
    """Return how many bytes the log of a vault has; of one in memory none ever outlives it."""
    log = of(path)
    return log.stat().st_size if not memory.is_place(log) and log.exists() else 0


def write(path: Path, data: bytes) -> None:
    """Put a log beside a copy of the vault that it is of."""
    log = of(path)
    if memory.is_place(log):
        memory.MemoryFile(log, new=True).write(data)
    else:
        log.write_bytes(data)


def forget(path: Path) -> None:
    """Delete the logs of a vault that is no more."""
    if memory.is_place(path):  # there they go with the vault
        return
    for suffix in (_SUFFIX, *_OTHERS):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


class LogSize:
    """How long the log is after each commit. Knows nothing else, so that no cycle keeps a vault."""

    def __init__(self) -> None:
        self.pages = 0

    def note(self, _connection: apsw.Connection, _database: str, pages: int) -> int:
        """Take the number of pages from SQLite's hook."""
        self.pages = pages
        return apsw.SQLITE_OK
