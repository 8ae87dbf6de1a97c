"""ZIP and tar files as names and bytes, read in memory: no links, no paths out, bounded.

Nothing here is written to a disk, so a name can do no harm; a name that would lead out of a folder
is refused all the same, as whoever made it meant harm.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.inputs import MAX_INPUT_BYTES

MAX_ENTRIES: Final = 200_000  # twice the largest collection this wallet is measured with
MAX_ENTRY_BYTES: Final = MAX_INPUT_BYTES  # a credential with its images
# An index of that collection: some 500 bytes a record.
MAX_INDEX_BYTES: Final = 64 * 1024 * 1024
# All that is unpacked stays in memory: that collection at 3 KB each, and as much again.
MAX_UNPACKED_BYTES: Final = 640 * 1024 * 1024
MAX_NAME_CHARS: Final = 1024

_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_CENTRAL: Final = b"PK\x01\x02"
_ENCRYPTED: Final = 0x1
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# All that `zipfile` is known to raise for bytes that are no ZIP file after all.
_BROKEN: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError),
    *(NotImplementedError, RuntimeError, KeyError, IndexError, OverflowError),
)

_BLOCK: Final = 512
_MAGIC: Final = slice(257, 262)


@dataclass(frozen=True, slots=True)
class Packed:
    """The files of an archive by their names, and what of it could not be taken out."""

    files: Mapping[str, bytes]
    refused: tuple[tuple[str, WalletError], ...] = ()


def is_zip(data: bytes) -> bool:
    """Say whether bytes look like a ZIP file."""
    return data.startswith(_ZIP)


def is_tar(data: bytes) -> bool:
    """Say whether bytes look like a tar file (POSIX.1-1988 and later)."""
    return data[_MAGIC] == b"ustar"


class Unpacking:
    """What was taken out so far, and how much may follow."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.refused: list[tuple[str, WalletError]] = []
        self._room = MAX_UNPACKED_BYTES
        self._work = 2 * MAX_UNPACKED_BYTES  # what is unpacked and then refused counts too

    def room_for(self, name: str) -> int:
        """Return how many bytes the next file may have."""
        return min(self._room, MAX_INDEX_BYTES if name == "index.json" else MAX_ENTRY_BYTES)

    def charge(self, size: int) -> None:
        """Count bytes that were unpacked; raises `MalformedError` when it is too much in all.

        Entries may overlap: a small file could be thousands of large ones.
        """
        self._work -= size
        if self._work < 0:
            raise MalformedError(Code.BACKUP_TOO_LARGE)

    def take(self, name: str, data: bytes) -> None:
        """Keep a file; two of one name could be read in two ways, so the second is refused."""
        if name in self.files:
            self.refuse(name, MalformedError(Code.BACKUP_PART_DAMAGED))
        else:
            self._room -= len(data)
            self.files[name] = data

    def refuse(self, name: str, error: WalletError) -> None:
        """Note that a file was not taken, and why."""
        self.refused.append((name[:MAX_NAME_CHARS], error))

    def packed(self) -> Packed:
        """Return all that was taken."""
        return Packed(self.files, tuple(self.refused))


def unzip(data: bytes) -> Packed:
    """Return the files of a ZIP file; raises `MalformedError` when it is none, or too much."""
    if data.count(_CENTRAL) > MAX_ENTRIES:  # before anything is made for each of them
        raise MalformedError(Code.BACKUP_TOO_LARGE)
    found = Unpacking()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                _unzip_one(archive, info, found)
    except _BROKEN as error:
        raise MalformedError(Code.BACKUP_DAMAGED) from error
    return found.packed()


def _unzip_one(archive: zipfile.ZipFile, info: zipfile.ZipInfo, found: Unpacking) -> None:
    name = info.filename
    if info.is_dir():
        return
    if not _is_plain(name) or stat.S_ISLNK(info.external_attr >> 16):
        found.refuse(name, MalformedError(Code.BACKUP_PART_DAMAGED))
        return
    if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
        found.refuse(name, UnsupportedError(Code.BACKUP_PART_UNKNOWN))
        return
    room = found.room_for(name)
    if info.file_size > room:
        found.refuse(name, MalformedError(Code.TOO_LARGE))
        return
    try:
        with archive.open(info) as file:
            data = file.read(room + 1)
    except _BROKEN:
        found.charge(min(room, info.compress_size))
        found.refuse(name, MalformedError(Code.BACKUP_PART_DAMAGED))
        return
    found.charge(len(data))
    if len(data) > room:
        found.refuse(name, MalformedError(Code.TOO_LARGE))
    else:
        found.take(name, data)


def untar(data: bytes) -> Packed:
    """Return the files of a tar file (POSIX ustar and pax, GNU long names)."""
    found = Unpacking()
    count = 0
    for kind, name, body in _members(data):
        count += 1
        if count > MAX_ENTRIES:
            raise MalformedError(Code.BACKUP_TOO_LARGE)
        if kind == b"5":
            continue
        if kind not in {b"0", b"\0"} or not _is_plain(name):
            found.refuse(name, MalformedError(Code.BACKUP_PART_DAMAGED))
        elif len(body) > found.room_for(name):
            found.refuse(name, MalformedError(Code.TOO_LARGE))
        else:
            found.take(name, bytes(body))
    return found.packed()


def _members(data: bytes) -> Iterator[tuple[bytes, str, memoryview]]:
    """Yield the kind, name and bytes of each member."""
    at, longer, whole = 0, "", memoryview(data)
    while at + _BLOCK <= len(data):
        header = data[at : at + _BLOCK]
        if not header.strip(b"\0"):
            return
        size = _size(header)
        start, end = at + _BLOCK, at + _BLOCK + size
        if end > len(data):
            raise MalformedError(Code.BACKUP_DAMAGED)
        kind, body = header[156:157], whole[start:end]
        at = start + -(-size // _BLOCK) * _BLOCK
        if kind == b"x":
            longer = _pax_path(bytes(body[: 64 * _BLOCK])) or longer
        elif kind == b"L":
            longer = bytes(body[: MAX_NAME_CHARS + 1]).rstrip(b"\0").decode("utf-8", "replace")
        elif kind != b"g":
            yield kind, longer or _name(header), body
            longer = ""
    raise MalformedError(Code.BACKUP_DAMAGED)  # it ends without its two empty blocks


def _size(header: bytes) -> int:
    """Return a member's size; raises where the header's checksum does not fit."""
    try:
        said = int(header[148:156].strip(b"\0 ") or b"0", 8)
        size = int(header[124:136].strip(b"\0 ") or b"0", 8)
    except ValueError as error:
        raise MalformedError(Code.BACKUP_DAMAGED) from error
    if size < 0 or said != sum(header[:148]) + 8 * 0x20 + sum(header[156:]):
        raise MalformedError(Code.BACKUP_DAMAGED)
    return size


def _name(header: bytes) -> str:
    name, prefix = (header[part].split(b"\0")[0] for part in (slice(100), slice(345, 500)))
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "replace")


def _pax_path(records: bytes) -> str:
    """Return the path in pax records (a length, a space, path=name; POSIX.1-2001)."""
    for line in records.split(b"\n"):
        _, _, pair = line.partition(b" ")
        if pair.startswith(b"path="):
            return pair[5:].decode("utf-8", "replace")
    return ""


def _is_plain(name: str) -> bool:
    """Say whether a name stays inside the folder it would be unpacked in, on every system."""
    steps = name.replace("\\", "/").split("/")
    return (
        0 < len(name) <= MAX_NAME_CHARS
        and name.isprintable()
        and ":" not in steps[0]
        and all(step not in {"", ".", ".."} for step in steps)
    )
