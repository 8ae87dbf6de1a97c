"""The value of a proof with selective disclosure: a header of three octets and five CBOR parts.

What is common to Data Integrity ECDSA Cryptosuites 1.0 section 3.4 and BBS Cryptosuites 1.0
section 3.3; what the parts mean is each suite's. Everything here raises `MalformedError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wallet.crypto import cbor, jose
from wallet.formats import data_integrity, pointers
from wallet.formats.statements import malformed
from wallet.model import Proof

_HEADER_BYTES: Final = 3
_PARTS: Final = 5


def read(proof: Proof, *, most: int) -> tuple[bytes, bytes]:
    """Return the header and the rest of a proof's value, which has `most` characters at most."""
    data_integrity.check_members(proof)
    value = proof.options.get("proofValue")
    if not isinstance(value, str) or not value.startswith("u") or len(value) > most:
        raise malformed("proofValue")
    data = jose.decode_base64url(value[1:])
    return data[:_HEADER_BYTES], data[_HEADER_BYTES:]


def write(header: bytes, parts: Sequence[cbor.Item]) -> str:
    """Return the text of a value."""
    return "u" + jose.encode_base64url(header + cbor.encode(list(parts)))


def parts_of(rest: bytes) -> Sequence[cbor.Item]:
    """Return the five parts of a value."""
    item = cbor.decode(rest)
    if not isinstance(item, list) or len(item) != _PARTS:
        raise malformed("parts")
    return item


def octets(item: cbor.Item, size: int) -> bytes:
    """Return a part that is so many octets."""
    if not isinstance(item, bytes) or len(item) != size:
        raise malformed("size")
    return item


def labels(item: cbor.Item) -> list[cbor.Item]:
    """Return what the canonical labels 0, 1, 2... of the blank nodes stand for."""
    if not isinstance(item, dict) or list(item) != list(range(len(item))):
        raise malformed("labels")
    return list(item.values())


def numbers(item: cbor.Item) -> tuple[int, ...]:
    """Return a part that is a list of numbers."""
    if not isinstance(item, list):
        raise malformed("numbers")
    found = tuple(number for number in item if isinstance(number, int))
    if len(found) != len(item):
        raise malformed("numbers")
    return found


def texts(item: cbor.Item) -> tuple[str, ...]:
    """Return a part that is a list of JSON pointers."""
    if not isinstance(item, list) or len(item) > pointers.MAX_POINTERS:
        raise malformed("pointers")
    found = tuple(text for text in item if isinstance(text, str))
    if len(found) != len(item):
        raise malformed("pointers")
    return found
