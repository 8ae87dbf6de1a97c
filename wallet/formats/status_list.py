"""Status lists read and asked: Bitstring Status List 1.0 and StatusList2021.

A list is itself a credential; that it is signed, by whom, and in date is checked in
`wallet.verify`. Here: which entries are understood, the bits, and what a bit says. Bit 0 is the
highest bit of the first octet (Bitstring Status List 1.0 section 3.2).
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from wallet.crypto import did, jose
from wallet.errors import Code, MalformedError
from wallet.formats import fields
from wallet.model import Json, StatusRef

REVOCATION: Final = "revocation"
SUSPENSION: Final = "suspension"

ENTRY_TYPES: Final = frozenset({"BitstringStatusListEntry", "StatusList2021Entry"})
# The bits mean the same in both, and issuers point with entries of one at lists of the other.
_LIST_TYPES: Final = frozenset({"BitstringStatusList", "StatusList2021"})

# 2^27 bits: a thousand times the least size the specification asks for.
MAX_LIST_BYTES: Final = 16 * 1024 * 1024
MAX_ENCODED_CHARS: Final = 22 * 1024 * 1024
MAX_STATUS_SIZE: Final = 8


@dataclass(frozen=True, slots=True)
class StatusList:
    """The bits of one list and what they are about."""

    purposes: tuple[str, ...]
    bits: bytes
    status_size: int = 1

    def value(self, index: int) -> int:
        """Return the status at `index`; raises `MalformedError` outside the list."""
        start = index * self.status_size
        if index < 0 or start + self.status_size > len(self.bits) * 8:
            raise MalformedError(Code.BAD_STATUS_LIST, index=index)
        result = 0
        for position in range(start, start + self.status_size):
            result = result << 1 | (self.bits[position >> 3] >> (7 - (position & 7)) & 1)
        return result


def is_understood(ref: StatusRef) -> bool:
    """Say whether an entry is of a type that this module reads."""
    return ref.type in ENTRY_TYPES


def read(claims: Mapping[str, Json], ref: StatusRef) -> StatusList:
    """Return the list in a status list credential, for the entry that points at it.

    Raises `MalformedError` (BAD_STATUS_LIST): not a list, another purpose, or
    bits that do not unpack.
    """
    subject = claims.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    if not isinstance(subject, dict):
        raise MalformedError(Code.BAD_STATUS_LIST, field="credentialSubject")
    if not _LIST_TYPES & set(fields.types(subject.get("type"))):
        raise MalformedError(Code.BAD_STATUS_LIST, field="type")
    purposes = tuple(fields.types(subject.get("statusPurpose"))) or (REVOCATION,)
    if ref.purpose not in purposes:
        raise MalformedError(Code.BAD_STATUS_LIST, field="statusPurpose")
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str) or len(encoded) > MAX_ENCODED_CHARS:
        raise MalformedError(Code.BAD_STATUS_LIST, field="encodedList")
    body = _body(encoded, multibase="BitstringStatusList" in fields.types(subject["type"]))
    return StatusList(purposes, _unpack(body), _status_size(ref))


def is_another(claims: Mapping[str, Json], address: str) -> bool:
    """Say whether a list credential is, by its own `id`, another than the one at `address`.

    Bitstring Status List 1.0 section 3.2 would have the two equal. Issuers who moved their lists
    to another host kept the signed `id`, and the list's name in it; others name none, or a URN.
    """
    own, wanted = (text.partition("#")[0].rstrip("/") for text in (_id(claims), address))
    if not own.startswith("https://") or own == wanted:
        return False
    return did.host_of(own) == did.host_of(wanted) or _name(own) != _name(wanted)


def _id(claims: Mapping[str, Json]) -> str:
    return fields.identifier(claims.get("id")) or ""


def _name(address: str) -> str:
    return address.rpartition("/")[2]


def encode(bits: bytes, *, multibase: str = "u") -> str:
    """Return `bits` as an `encodedList`; `multibase` is "" for StatusList2021."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return multibase + jose.encode_base64url(packer.compress(bits) + packer.flush())


def _body(encoded: str, *, multibase: bool) -> str:
    """Return an `encodedList` as plain base64url, whatever its kind of list writes."""
    if multibase:
        if not encoded.startswith("u"):
            raise MalformedError(Code.BAD_STATUS_LIST, field="encodedList")
        return encoded[1:]
    # StatusList2021 said base64 at first and base64url later. Gzip begins 1f 8b, so either begins
    # with "H": a leading "u" is a multibase prefix.
    return encoded.removeprefix("u").rstrip("=").replace("+", "-").replace("/", "_")


# A credential's two lists, revocation and suspension; each may hold 16 MiB and its text 22.
@lru_cache(maxsize=2)
def _unpack(body: str) -> bytes:
    try:
        packed = jose.decode_base64url(body)
        unpacker = zlib.decompressobj(31)
        bits = unpacker.decompress(packed, MAX_LIST_BYTES)
    except (MalformedError, zlib.error) as error:
        raise MalformedError(Code.BAD_STATUS_LIST, field="encodedList") from error
    if not unpacker.eof or unpacker.unused_data or not bits:
        raise MalformedError(Code.BAD_STATUS_LIST, field="encodedList")
    return bits


def _status_size(ref: StatusRef) -> int:
    size = ref.entry.get("statusSize", 1)
    if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= MAX_STATUS_SIZE:
        raise MalformedError(Code.BAD_STATUS_LIST, field="statusSize")
    return size
