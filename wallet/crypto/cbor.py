"""The part of CBOR (RFC 8949) that proof values are written in, and nothing else.

Unsigned integers, byte strings, texts, arrays and maps, each written in the one way of section
4.2.1 (core deterministic encoding): shortest heads, definite lengths, keys in order. What is
written in another way, or is of another kind, is refused: one value has one text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from wallet.errors import Code, MalformedError

Item = int | bytes | str | Sequence["Item"] | Mapping[int, "Item"]

# A proof value is an array of arrays; nothing in one is nested deeper.
MAX_DEPTH: Final = 4
_UINT, _BYTES, _TEXT, _ARRAY, _MAP = 0, 2, 3, 4, 5
# The additional information that says how many octets hold the argument (section 3).
_WIDTHS: Final = {24: 1, 25: 2, 26: 4, 27: 8}


def encode(item: Item) -> bytes:
    """Return an item in its one encoding."""
    out = bytearray()
    _write(item, out)
    return bytes(out)


def decode(data: bytes) -> Item:
    """Return the one item that `data` is; raises `MalformedError` for anything else."""
    reader = _Reader(data)
    item = reader.item(0)
    if reader.position != len(data):
        raise _bad("after the item")
    return item


def _write(item: Item, out: bytearray) -> None:
    if isinstance(item, bool):
        raise TypeError("no booleans")
    if isinstance(item, int):
        _head(_UINT, item, out)
    elif isinstance(item, bytes):
        _head(_BYTES, len(item), out)
        out += item
    elif isinstance(item, str):
        text = item.encode("utf-8")
        _head(_TEXT, len(text), out)
        out += text
    elif isinstance(item, Mapping):
        _head(_MAP, len(item), out)
        for key in sorted(item):
            _write(key, out)
            _write(item[key], out)
    else:
        _head(_ARRAY, len(item), out)
        for member in item:
            _write(member, out)


def _head(kind: int, argument: int, out: bytearray) -> None:
    if argument < 24:
        out.append(kind << 5 | argument)
        return
    for information, width in _WIDTHS.items():
        if argument < 1 << 8 * width:
            out.append(kind << 5 | information)
            out += argument.to_bytes(width)
            return
    raise OverflowError(argument)


class _Reader:
    """Reads one item; memory stays within a small multiple of the bytes, which must be there."""

    __slots__ = ("_data", "position")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def item(self, depth: int) -> Item:
        """Read the item at the position."""
        if depth > MAX_DEPTH:
            raise _bad("depth")
        kind, argument = self._read_head()
        if kind == _UINT:
            return argument
        if kind == _BYTES:
            return self._take(argument)
        if kind == _TEXT:
            try:
                return self._take(argument).decode("utf-8")
            except UnicodeDecodeError as error:
                raise _bad("text") from error
        if kind in (_ARRAY, _MAP) and argument > len(self._data) - self.position:
            raise _bad("length")  # every member takes an octet at least
        if kind == _ARRAY:
            return [self.item(depth + 1) for _ in range(argument)]
        if kind == _MAP:
            return self._map(argument, depth + 1)
        raise _bad("kind")

    def _map(self, size: int, depth: int) -> dict[int, Item]:
        """Read a map, whose keys are integers in order, each once."""
        found: dict[int, Item] = {}
        last = -1
        for _ in range(size):
            key = self.item(depth)
            if not isinstance(key, int) or key <= last:
                raise _bad("key")
            last = key
            found[key] = self.item(depth)
        return found

    def _read_head(self) -> tuple[int, int]:
        first = self._take(1)[0]
        kind, information = first >> 5, first & 31
        if information < 24:
            return kind, information
        width = _WIDTHS.get(information)
        if width is None:
            raise _bad("length")
        argument = int.from_bytes(self._take(width))
        if argument < (24 if width == 1 else 1 << 4 * width):
            raise _bad("not shortest")
        return kind, argument

    def _take(self, size: int) -> bytes:
        end = self.position + size
        if end > len(self._data):
            raise _bad("length")
        taken = self._data[self.position : end]
        self.position = end
        return taken


def _bad(problem: str) -> MalformedError:
    return MalformedError(Code.BAD_SIGNATURE_ENCODING, problem=problem)
