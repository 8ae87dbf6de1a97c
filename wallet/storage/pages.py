"""The pages of a damaged database, one by one: opened, proven, and the rows on them read.

SQLite finds a row through other pages, and gives up where one of those is bad. Here each page
stands for itself: what is on a whole page is read, whatever became of the rest. Only for salvage.

A page is AES-256-CBC, then 16 bytes of IV and 64 of HMAC-SHA-512 over both and the page's number
(SQLCipher 4 design, "Database Encryption"). Its rows: "Database File Format" of SQLite, 1.6 and
2.1.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from hashlib import pbkdf2_hmac, sha512
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from wallet.storage.header import HEADER_BYTES

PAGE_BYTES = 4096
_SALT_BYTES, _IV_BYTES, _MAC_BYTES = 16, 16, 64
_USABLE = PAGE_BYTES - _IV_BYTES - _MAC_BYTES
_MAC_MASK, _MAC_ROUNDS = 0x3A, 2  # SQLCipher's key for the HMAC is made of the page key
_SCHEMA_BYTES = 100  # SQLite's own header, on the first page only
_COUNT_AT = slice(28, 32)  # in it: of how many pages the database is
_MAX_PAGES = 1 << 24  # 64 GB: what a bad first page says is not gone through page by page
_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER = 0x0D, 0x0A, 0x02
_INTEGERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}  # serial type to bytes
_MAX_COLUMNS = 64  # of a row: five times what any table here has

Value = int | float | str | bytes | None
Row = tuple[Value, ...]


class Pages:
    """The pages of a database behind a vault's header, by their number (from 1)."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._file = path.open("rb")
        self._key = key
        self._there = max(0, path.stat().st_size - HEADER_BYTES) // PAGE_BYTES
        self.bad = 0
        self._file.seek(HEADER_BYTES)
        salt = bytes(byte ^ _MAC_MASK for byte in self._file.read(_SALT_BYTES))
        self._mac_key = pbkdf2_hmac("sha512", key, salt, _MAC_ROUNDS, len(key))
        self.sealed = True  # whether what a page says is proven
        # The salt is the first thing on the first page, and without it no seal can be checked. The
        # pages open all the same; that a credential is itself, or a key, is proven by its name.
        self.sealed = any(self.page(number) for number in range(1, self._there + 1))
        first = self.page(1)
        said = int.from_bytes(first[_COUNT_AT], "big") if first is not None else 0
        self.count = max(self._there, min(said, _MAX_PAGES))

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def page(self, number: int) -> bytes | None:
        """Return a page in the clear, or None when it is not as it was written."""
        if not 1 <= number <= self._there:
            return None
        self._file.seek(HEADER_BYTES + (number - 1) * PAGE_BYTES)
        data = self._file.read(PAGE_BYTES)
        start = _SALT_BYTES if number == 1 else 0
        body, seal = data[start : _USABLE + _IV_BYTES], data[_USABLE + _IV_BYTES :]
        made = hmac.digest(self._mac_key, body + number.to_bytes(4, "little"), sha512)
        if len(data) < PAGE_BYTES or (self.sealed and not hmac.compare_digest(made, seal)):
            return None
        iv = modes.CBC(data[_USABLE : _USABLE + _IV_BYTES])
        opened = Cipher(algorithms.AES(self._key), iv).decryptor()
        return bytes(start) + opened.update(data[start:_USABLE]) + opened.finalize()

    def rows(self) -> Iterator[tuple[int | None, Row]]:
        """Yield every row of every whole page: its rowid (None in an index), and its columns."""
        self.bad = self.count - self._there
        for number in range(1, self._there + 1):
            page = self.page(number)
            if page is None:
                self.bad += 1
                continue
            yield from self._rows_of(page, _SCHEMA_BYTES if number == 1 else 0)

    def _rows_of(self, page: bytes, at: int) -> Iterator[tuple[int | None, Row]]:
        kind = page[at]
        if kind not in {_TABLE_LEAF, _INDEX_LEAF, _INDEX_INNER}:
            return
        first = at + (12 if kind == _INDEX_INNER else 8)
        many = int.from_bytes(page[at + 3 : at + 5], "big")
        for cell in range(first, min(first + 2 * many, _USABLE - 1), 2):
            start = int.from_bytes(page[cell : cell + 2], "big")
            try:
                yield self._row(page, start, kind)
            except (ValueError, IndexError):  # what it goes on with is bad, or it is no row
                continue

    def _row(self, page: bytes, at: int, kind: int) -> tuple[int | None, Row]:
        at += 4 if kind == _INDEX_INNER else 0  # the page below it
        size, at = _varint(page, at)
        rowid = None
        if kind == _TABLE_LEAF:
            rowid, at = _varint(page, at)
        return rowid, _record(self._payload(page, at, size, table=kind == _TABLE_LEAF))

    def _payload(self, page: bytes, at: int, size: int, *, table: bool) -> bytes:
        """Return a row's bytes, from the pages that it goes on with too; raises ValueError."""
        most = _USABLE - 35 if table else (_USABLE - 12) * 64 // 255 - 23
        least = (_USABLE - 12) * 32 // 255 - 23
        local = size
        if size > most:
            local = least + (size - least) % (_USABLE - 4)
            local = local if local <= most else least
        if size > self._there * PAGE_BYTES or at + local > _USABLE:
            raise ValueError("longer than the file")
        parts, left = [page[at : at + local]], size - local
        next_ = int.from_bytes(page[at + local : at + local + 4], "big")
        while left > 0:
            more = self.page(next_)
            if more is None:
                raise ValueError("goes on with a bad page")
            parts.append(more[4 : 4 + min(left, _USABLE - 4)])
            left -= len(parts[-1])
            next_ = int.from_bytes(more[:4], "big")
        return b"".join(parts)


def _record(data: bytes) -> Row:
    """Return the columns of a row; raises ValueError or IndexError for what is none."""
    end, at = _varint(data, 0)
    values: list[Value] = []
    body = end
    while at < end:
        kind, at = _varint(data, at)
        value, body = _value(data, body, kind)
        values.append(value)
        if len(values) > _MAX_COLUMNS:
            raise ValueError("too many columns")
    return tuple(values)


def _value(data: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind in {0, 8, 9}:
        return (None if kind == 0 else kind - 8), at
    size = _INTEGERS.get(kind) or (8 if kind == 7 else (kind - 12) // 2)
    if kind in {10, 11} or at + size > len(data):
        raise ValueError("cut short")
    part = data[at : at + size]
    if kind in _INTEGERS:
        return int.from_bytes(part, "big", signed=True), at + size
    if kind == 7 or kind % 2 == 0:
        return part, at + size
    return part.decode(), at + size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of one to nine bytes, and where what follows it starts."""
    value = 0
    for step in range(8):
        byte = data[at + step]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    return value << 8 | data[at + 8], at + 9
