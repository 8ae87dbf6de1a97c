"""The first 8 KiB of a vault file: what it is, and the key slots. Pure: bytes in, values out.

    offset  size  field (all numbers big-endian)
         0    16  magic, "LER wallet vault"
        16     2  version of this layout (1)
        18     2  version of the tables in the database
        20     8  generation: rises with every change of the slots
        28    16  vault id, random
        44     2  number of slots
        46  n*128 slots: kind (2), reserved (6), body (120; see `slots`)
      3968    57  in a backup: magic (8), made at (8), size (8) and SHA-256 (32) of the database,
                  1 for a rolling copy (1); zeros in a vault in use
      4032    32  SHA-256 of bytes 0 to 4031, against accidents (the slots carry their own proof)
      4064    32  never read nor written: the last byte of the second copy is what is locked

Two copies, at 0 and 4096. The one with the higher generation counts; a change writes the other
one first, so that a power cut leaves one whole. The digest has the same place in every version,
so a newer file is told from a damaged one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from wallet.errors import Code, VaultError
from wallet.outputs import WALLET_MAGIC

MAGIC = WALLET_MAGIC
LAYOUT_VERSION = 1
COPY_BYTES = 4064
COPY_STRIDE = 4096  # a sector or page of its own for each copy
COPIES = 2
HEADER_BYTES = COPY_STRIDE * COPIES
MAX_SLOTS = 16

_DIGEST_BYTES = 32
_ROOM = COPY_BYTES - _DIGEST_BYTES
_FIXED = struct.Struct(">16sHHQ16sH")
_SLOT = struct.Struct(">H6s120s")
_MARK = struct.Struct(">8sqQ32sB")  # the moment in microseconds since 1970, UTC
_MARK_AT = 3968
_MARK_MAGIC = b"backup 1"


class SlotKind(IntEnum):
    """The ways into a vault that this version knows."""

    PASSPHRASE = 1
    RECOVERY = 2
    KEYCHAIN = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """One way in: what kind, and its bytes. Kinds not known here are kept as they are."""

    kind: int
    body: bytes


@dataclass(frozen=True, slots=True)
class BackupMark:
    """What tells a backup from a vault in use, and lets its bytes be proven without any key.

    `made_at` is in microseconds since 1970; `size` and `digest` are of the encrypted database.
    Nothing here is secret, nor proof against somebody who writes to the file: the pages are.
    """

    made_at: int
    size: int
    digest: bytes
    rolling: bool


@dataclass(frozen=True, slots=True)
class Header:
    """What a vault file says of itself without any passphrase."""

    schema_version: int
    generation: int
    vault_id: bytes
    slots: tuple[Slot, ...]
    layout_version: int = LAYOUT_VERSION
    backup: BackupMark | None = None


MAX_GENERATION = 1 << 62  # no vault is changed so often


def context(vault_id: bytes) -> bytes:
    """Return what every slot of this vault is bound to."""
    return MAGIC + vault_id


def encode(header: Header) -> bytes:
    """Return one copy, `COPY_BYTES` long."""
    if len(header.slots) > MAX_SLOTS:
        raise ValueError("too many slots")
    fixed = _FIXED.pack(
        MAGIC,
        header.layout_version,
        header.schema_version,
        header.generation,
        header.vault_id,
        len(header.slots),
    )
    slots = b"".join(_SLOT.pack(slot.kind, b"", slot.body) for slot in header.slots)
    body = ((fixed + slots).ljust(_MARK_AT, b"\0") + _mark(header.backup)).ljust(_ROOM, b"\0")
    return body + sha256(body).digest()


def decode(copies: Iterable[bytes]) -> Header:
    """Return the header that counts among the copies.

    Raises `VaultError`: NOT_A_VAULT, VAULT_KEYS_LOST (no copy is whole), VAULT_TOO_NEW.
    """
    copies = tuple(copies)
    if not any(copy.startswith(MAGIC) for copy in copies):
        raise VaultError(Code.NOT_A_VAULT)
    whole = [copy for copy in copies if is_whole(copy)]
    if not whole:
        raise VaultError(Code.VAULT_KEYS_LOST)
    return _decoded(max(whole, key=_generation))


def guesses(copies: Iterable[bytes]) -> Iterator[Header]:
    """Yield what copies that are not whole still say; whether it is so shows when a slot opens."""
    for copy in copies:
        if len(copy) == COPY_BYTES and not is_whole(copy):
            with suppress(VaultError):
                yield _decoded(copy)


def _decoded(copy: bytes) -> Header:
    _, layout, schema, generation, vault_id, count = _FIXED.unpack_from(copy)
    if layout > LAYOUT_VERSION:
        raise VaultError(Code.VAULT_TOO_NEW, version=layout)
    if count > MAX_SLOTS or generation > MAX_GENERATION:
        raise VaultError(Code.VAULT_DAMAGED, part="slots")
    slots = []
    for index in range(count):
        kind, _, body = _SLOT.unpack_from(copy, _FIXED.size + index * _SLOT.size)
        slots.append(Slot(kind, body))
    return Header(schema, generation, vault_id, tuple(slots), layout, _read_mark(copy))


def _mark(backup: BackupMark | None) -> bytes:
    if backup is None:
        return b""
    return _MARK.pack(_MARK_MAGIC, backup.made_at, backup.size, backup.digest, int(backup.rolling))


def _read_mark(copy: bytes) -> BackupMark | None:
    magic, made_at, size, digest, rolling = _MARK.unpack_from(copy, _MARK_AT)
    return BackupMark(made_at, size, digest, bool(rolling)) if magic == _MARK_MAGIC else None


def is_whole(copy: bytes) -> bool:
    """Say whether a copy is complete and as it was written."""
    body, digest = copy[:_ROOM], copy[_ROOM:]
    return len(copy) == COPY_BYTES and copy.startswith(MAGIC) and sha256(body).digest() == digest


def age(copy: bytes) -> int:
    """Return a copy's generation, or -1 when it is not whole: the smaller is written over first."""
    return _generation(copy) if is_whole(copy) else -1


def _generation(copy: bytes) -> int:
    return int(_FIXED.unpack_from(copy)[3])
