"""The bits of a status list: unpacked within bounds, and read at a position.

Two orders exist. Bitstring Status List 1.0 and its forerunners count from the highest bit of the
first octet (section 3.2); Token Status List counts from the lowest (section 4.1).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from wallet.crypto import jose
from wallet.errors import Code, MalformedError, UnsupportedError

# 2^27 bits: a thousand times the least size that Bitstring Status List asks for.
MAX_LIST_BYTES: Final = 16 * 1024 * 1024
MAX_ENCODED_CHARS: Final = 22 * 1024 * 1024
# Bitstring Status List 1.0 section 6.1: below this many, asking for a list tells too much about
# whom is asked about.
PRIVATE_ENTRIES: Final = 131_072

# Octets that the lists of one check unpack to: two of the largest, or two thousand of the least
# that Bitstring Status List asks for, and a moment's work.
MAX_UNPACKED_BYTES: Final = 32 * 1024 * 1024

# How the bits are packed, in the numbers of zlib.
GZIP: Final = 31
ZLIB: Final = 15
EITHER: Final = 47


@dataclass(frozen=True, slots=True)
class Bits:
    """The statuses of one list, each `size` bits wide."""

    data: bytes
    size: int = 1
    lowest_first: bool = False

    @property
    def entries(self) -> int:
        """How many statuses the list holds."""
        return len(self.data) * 8 // self.size

    def value(self, index: int) -> int:
        """Return the status at `index`; raises `MalformedError` outside the list."""
        if not 0 <= index < self.entries:
            raise MalformedError(Code.BAD_STATUS_LIST, index=index)
        start = index * self.size
        result = 0
        for place in range(self.size):
            position = start + place
            octet, bit = self.data[position >> 3], position & 7
            if self.lowest_first:
                result |= (octet >> bit & 1) << place
            else:
                result = result << 1 | (octet >> (7 - bit) & 1)
        return result


def checked_text(encoded: object, field: str) -> str:
    """Return the packed bits as the text they are given as, within bounds."""
    if not isinstance(encoded, str) or len(encoded) > MAX_ENCODED_CHARS:
        raise MalformedError(Code.BAD_STATUS_LIST, field=field)
    return encoded


# A credential's two lists, revocation and suspension; each may hold 16 MiB and its text 22.
@lru_cache(maxsize=2)
def unpack(body: str, packing: int) -> bytes:
    """Return the bits that base64url text holds, packed one way; never more than the bound."""
    try:
        packed = jose.decode_base64url(body)
        unpacker = zlib.decompressobj(packing)
        bits = unpacker.decompress(packed, MAX_LIST_BYTES)
    except (MalformedError, zlib.error) as error:
        raise MalformedError(Code.BAD_STATUS_LIST, field="encodedList") from error
    if not unpacker.eof or unpacker.unused_data or not bits:
        raise MalformedError(Code.BAD_STATUS_LIST, field="encodedList")
    return bits


Unpack = Callable[[str, int], bytes]


class Unpacking:
    """`unpack` for all the lists of one check, and no more than they may take together."""

    def __init__(self) -> None:
        self._left = MAX_UNPACKED_BYTES

    def __call__(self, body: str, packing: int) -> bytes:
        """Return the bits; raises `UnsupportedError` (TOO_COMPLEX) where nothing is left."""
        if self._left < 0:
            raise UnsupportedError(Code.TOO_COMPLEX, what="status lists")
        self._left -= MAX_LIST_BYTES  # what one that cannot be unpacked may have taken
        bits = unpack(body, packing)
        self._left += MAX_LIST_BYTES - len(bits)
        return bits


def pack(bits: bytes, packing: int) -> str:
    """Return `bits` packed, as base64url text."""
    packer = zlib.compressobj(9, zlib.DEFLATED, packing)
    return jose.encode_base64url(packer.compress(bits) + packer.flush())
