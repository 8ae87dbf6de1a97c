"""Status list credentials: Bitstring Status List 1.0, StatusList2021 and RevocationList2020.

Such a list is itself a credential; that it is signed, by whom, and in date is checked in
`wallet.verify`. Here: which entries are understood, which list fits them, and its bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wallet.crypto import did
from wallet.errors import Code, MalformedError
from wallet.formats import fields, status_bits
from wallet.formats.status_bits import Bits
from wallet.model import Json, StatusRef

REVOCATION: Final = "revocation"
SUSPENSION: Final = "suspension"
MESSAGE: Final = "message"
REFRESH: Final = "refresh"  # a newer one can be had: nothing about whether this one holds

ENTRY_TYPES: Final = frozenset(
    {"BitstringStatusListEntry", "StatusList2021Entry", "RevocationList2020Status"}
)
# The bits mean the same in all, and issuers point with entries of one at lists of another.
_LIST_TYPES: Final = frozenset({"BitstringStatusList", "StatusList2021", "RevocationList2020"})

MAX_STATUS_SIZE: Final = 8
_MAX_MESSAGES: Final = 2**MAX_STATUS_SIZE


@dataclass(frozen=True, slots=True)
class StatusList:
    """The bits of one list and what they are about.

    `ttl` is for how many milliseconds a copy of the list may be kept, where the list says so.
    """

    purposes: tuple[str, ...]
    bits: Bits
    ttl: int | None = None

    def value(self, index: int) -> int:
        """Return the status at `index`; raises `MalformedError` outside the list."""
        return self.bits.value(index)


def is_understood(ref: StatusRef) -> bool:
    """Say whether an entry is of a type that this module reads."""
    return ref.type in ENTRY_TYPES


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A list as it was published, before any entry points at it."""

    purposes: tuple[str, ...]
    data: bytes
    ttl: int | None

    def of(self, ref: StatusRef) -> StatusList:
        """Return the list for an entry; raises `MalformedError` where it has another purpose."""
        if ref.purpose not in self.purposes:
            raise MalformedError(Code.BAD_STATUS_LIST, field="statusPurpose")
        return StatusList(self.purposes, Bits(self.data, _status_size(ref)), self.ttl)


def read(claims: Mapping[str, Json], unpack: status_bits.Unpack = status_bits.unpack) -> Unpacked:
    """Return the list in a status list credential; `unpack` is `status_bits.unpack`, or bounds it.

    Raises `MalformedError` (BAD_STATUS_LIST): not a list, or bits that do not unpack.
    """
    subject = claims.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    if not isinstance(subject, dict):
        raise MalformedError(Code.BAD_STATUS_LIST, field="credentialSubject")
    kinds = _LIST_TYPES & set(fields.types(subject.get("type")))
    if not kinds:
        raise MalformedError(Code.BAD_STATUS_LIST, field="type")
    purposes = tuple(fields.types(subject.get("statusPurpose"))) or (REVOCATION,)
    encoded = status_bits.checked_text(subject.get("encodedList"), "encodedList")
    body = _body(encoded, multibase="BitstringStatusList" in kinds)
    # RevocationList2020 says zlib, and the library most took wrote gzip.
    packing = status_bits.EITHER if "RevocationList2020" in kinds else status_bits.GZIP
    return Unpacked(purposes, unpack(body, packing), fields.whole_number(subject.get("ttl")))


def message(ref: StatusRef, value: int) -> str | None:
    """Return what the issuer calls a status in the entry (section 2.1: `statusMessage`)."""
    found = ref.entry.get("statusMessage", ref.entry.get("statusMessages"))
    for one in fields.nodes(found)[:_MAX_MESSAGES]:
        if isinstance(one, dict) and _is_status(one.get("status"), value):
            return fields.text(one.get("message"))
    return None


def _is_status(named: Json, value: int) -> bool:
    """Say whether "0x2" names the status 2."""
    try:
        return isinstance(named, str) and len(named) < 12 and int(named, 16) == value
    except ValueError:
        return False


def is_another(own_id: Json, address: str) -> bool:
    """Say whether a list is, by its own `id`, another than the one at `address`.

    Bitstring Status List 1.0 section 3.2 would have the two equal. Issuers who moved their lists
    to another host kept the signed `id`, and the list's name in it; others name none, or a URN.
    """
    texts = (fields.identifier(own_id) or "", address)
    own, wanted = (text.partition("#")[0].rstrip("/") for text in texts)
    if not own.startswith("https://") or own == wanted:
        return False
    return did.host_of(own) == did.host_of(wanted) or _name(own) != _name(wanted)


def _name(address: str) -> str:
    return address.rpartition("/")[2]


def encode(bits: bytes, *, multibase: str = "u", packing: int = status_bits.GZIP) -> str:
    """Return `bits` as an `encodedList`; `multibase` is "" for the older kinds."""
    return multibase + status_bits.pack(bits, packing)


def _body(encoded: str, *, multibase: bool) -> str:
    """Return an `encodedList` as plain base64url, whatever its kind of list writes."""
    if multibase:
        if not encoded.startswith("u"):
            raise MalformedError(Code.BAD_STATUS_LIST, field="encodedList")
        return encoded[1:]
    # The older kinds said base64 at first and base64url later. Gzip begins 1f 8b and zlib 78, so
    # either begins with "H" or "e": a leading "u" is a multibase prefix.
    return encoded.removeprefix("u").rstrip("=").replace("+", "-").replace("/", "_")


def _status_size(ref: StatusRef) -> int:
    size = fields.whole_number(ref.entry.get("statusSize", 1))
    if size is None or not 1 <= size <= MAX_STATUS_SIZE:
        raise MalformedError(Code.BAD_STATUS_LIST, field="statusSize")
    return size
