"""Vaults that lie in this program's memory and nowhere else, for a guest who brought no stick.

Such a vault is a file in every respect but one: its path lies below a device that has no inside, so
that whatever does not know about it fails there instead of writing to a disk. Its bytes are those
of a vault file, encrypted, so that it locks and opens like one and is saved by copying them. What
is not promised: the system may write any memory to its swap space (see docs/threat-model.md).
"""

from __future__ import annotations

import io
import os
import secrets
from pathlib import Path
from typing import Final

import apsw

from wallet.storage.header import HEADER_BYTES

VFS_NAME: Final = "ler-memory"
MAX_BYTES = 1024 * 1024 * 1024  # some 300,000 records: more is a mistake, and would only swap
_INSIDE = Path("/dev/null/ler-wallet") if os.name == "posix" else Path("//./nul/ler-wallet")

_files: dict[str, bytearray] = {}  # by path; the logs beside the vaults, too


def new_path() -> Path:
    """Return a place in memory where nothing lies yet."""
    return _INSIDE / f"{secrets.token_hex(8)}.ler"


def is_place(path: Path) -> bool:
    """Say whether a path is one in memory."""
    return path.parent == _INSIDE


def holds(path: Path) -> bool:
    """Say whether there is anything at a path in memory."""
    return str(path) in _files


def move(path: Path, to: Path) -> None:
    """Give what lies at a path in memory another; raises FileExistsError."""
    if holds(to):
        raise FileExistsError(str(to))
    _files[str(to)] = _files.pop(str(path))


def forget(path: Path) -> None:
    """Overwrite what lies at a path in memory, and let go of it."""
    for name in [one for one in _files if one == str(path) or one.startswith(f"{path}-")]:
        held = _files.pop(name)
        held[:] = bytes(len(held))
        held.clear()
    # What Python and the allocator copied while it grew is encrypted, and is left to them.


class MemoryFile(io.RawIOBase):
    """One of these files, opened as Python opens files."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        super().__init__()
        if new:
            if holds(path):
                raise FileExistsError(str(path))
            _files[str(path)] = bytearray()
        try:
            self._bytes = _files[str(path)]
        except KeyError:
            raise FileNotFoundError(str(path)) from None
        self._at = 0

    def readable(self) -> bool:
        """It is."""
        return True

    def writable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place in it."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._bytes)}[whence]
        self._at = max(0, start + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return what follows."""
        end = len(self._bytes) if size < 0 else self._at + size
        data = bytes(self._bytes[self._at : end])
        self._at += len(data)
        return data

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Write from here on."""
        _put(self._bytes, self._at, data)
        self._at += len(data)
        return len(data)

    def truncate(self, size: int | None = None) -> int:
        """Cut it off."""
        size = self._at if size is None else size
        del self._bytes[size:]
        return size

    def size(self) -> int:
        """Return how many bytes it has."""
        return len(self._bytes)


def _put(target: bytearray, at: int, data: bytes) -> None:
    if at + len(data) > MAX_BYTES:
        raise apsw.FullError("a vault in memory has no room for this")
    if at > len(target):
        target.extend(bytes(at - len(target)))
    target[at : at + len(data)] = data


class _OpenFile:
    """What SQLite has open: the database behind the header, or its log."""

    def __init__(self, name: str, shift: int) -> None:
        self._bytes = _files.setdefault(name, bytearray())
        self._shift = shift

    def xRead(self, amount: int, offset: int) -> bytes:  # noqa: N802
        start = offset + self._shift
        return bytes(self._bytes[start : start + amount])

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        _put(self._bytes, offset + self._shift, data)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        del self._bytes[newsize + self._shift :]

    def xFileSize(self) -> int:  # noqa: N802
        return max(0, len(self._bytes) - self._shift)

    def xSync(self, _flags: int) -> None:  # noqa: N802
        """There is nothing to wait for."""

    def xLock(self, _level: int) -> None:  # noqa: N802
        """Nobody else can have it open."""

    def xUnlock(self, _level: int) -> None:  # noqa: N802
        """Nobody else can have it open."""

    def xCheckReservedLock(self) -> bool:  # noqa: N802
        return False

    def xFileControl(self, _op: int, _pointer: int) -> bool:  # noqa: N802
        return False

    def xSectorSize(self) -> int:  # noqa: N802
        return 4096

    def xDeviceCharacteristics(self) -> int:  # noqa: N802
        return 0

    def xClose(self) -> None:  # noqa: N802
        """What it holds stays until it is forgotten."""


class _MemoryVfs(apsw.VFS):
    """Opens what lies in memory, and nothing that does not."""

    def __init__(self) -> None:
        super().__init__(VFS_NAME, "")

    def xOpen(self, name, flags):  # type: ignore[no-untyped-def]  # noqa: N802
        text = name.filename() if isinstance(name, apsw.URIFilename) else name
        main = bool(flags[0] & apsw.SQLITE_OPEN_MAIN_DB)
        if text is None or not is_place(Path(text)) or (main and text not in _files):
            raise apsw.CantOpenError("not in memory")
        return _OpenFile(text, HEADER_BYTES if main else 0)

    def xDelete(self, name: str, _sync: bool) -> None:  # noqa: N802
        if _files.pop(name, None) is None:
            raise apsw.IOError("not in memory")

    def xAccess(self, name: str, _flags: int) -> bool:  # noqa: N802
        return name in _files

    def xFullPathname(self, name: str) -> str:  # noqa: N802
        return name


_registered: list[_MemoryVfs] = []  # SQLite keeps a pointer to it: it lives as long as we do


def register_vfs() -> None:
    """Let SQLite know of it."""
    if not _registered:
        _registered.append(_MemoryVfs())
