"""Sees every change of files below some folders, by inotify (Linux): who writes does not matter."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from pathlib import Path

# <sys/inotify.h>
_MODIFY, _ATTRIB, _CLOSE_WRITE = 0x002, 0x004, 0x008
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x040, 0x080, 0x100, 0x200
_CHANGES = _MODIFY | _ATTRIB | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE
_OVERFLOW = 0x4000
_NONBLOCK = os.O_NONBLOCK
_HEAD = struct.Struct("iIII")

supported = sys.platform == "linux"


class Watch:
    """Begins with all folders there are; a new one is seen as a change of the one around it."""

    def __init__(self, *folders: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._libc.inotify_init1(_NONBLOCK)
        assert self._fd >= 0, os.strerror(ctypes.get_errno())
        self._names: dict[int, Path] = {}
        for folder in folders:
            for one in (folder, *(inner for inner in folder.rglob("*") if inner.is_dir())):
                number = self._libc.inotify_add_watch(self._fd, os.fsencode(one), _CHANGES)
                assert number >= 0, os.strerror(ctypes.get_errno())
                self._names[number] = one

    def changes(self) -> list[Path]:
        """Return what changed since this was asked last."""
        seen: list[Path] = []
        while True:
            try:
                data = os.read(self._fd, 1 << 16)
            except BlockingIOError:
                return list(dict.fromkeys(seen))
            while data:
                number, mask, _cookie, length = _HEAD.unpack_from(data)
                assert not mask & _OVERFLOW, "more happened than was noted"
                name = data[_HEAD.size : _HEAD.size + length].rstrip(b"\0")
                seen.append(self._names[number] / os.fsdecode(name))
                data = data[_HEAD.size + length :]

    def close(self) -> None:
        """Look no more."""
        os.close(self._fd)
