"""The ways into a vault: one key, sealed in several slots of a header. Pure but for randomness.

The body of a slot (120 bytes): the sealed key, zeros, and in the last 8 bytes the second it was
made (0: not known). The date is a note for people and is not authenticated: whoever can write to
the header can as well put an older header back.

Whatever has such a header (a vault, a copy of it) is opened by the same functions.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256

from wallet.crypto import sealing
from wallet.crypto.sealing import SEALED_BYTES, STRONG_SEALED_BYTES, Cost
from wallet.errors import Code, MalformedError, VaultError
from wallet.storage import header
from wallet.storage.calibrating import measured
from wallet.storage.header import MAX_SLOTS, Header, Slot, SlotKind
from wallet.storage.values import Way

LAST_SECOND = 253402300799  # the end of the year 9999, the last that a `datetime` can hold
ID_BYTES = 6  # of a digest: tells at most 16 slots apart

_BODY = struct.Struct(">112sQ")
_PURPOSES = {
    SlotKind.RECOVERY: b"ler-wallet vault 1 recovery",
    SlotKind.KEYCHAIN: b"ler-wallet vault 1 keychain",
}
_ONE_OF_A_KIND = (SlotKind.PASSPHRASE, SlotKind.RECOVERY)  # a keychain each for several computers
_HELD_BY_A_PERSON = _ONE_OF_A_KIND  # a keychain goes with its computer, and does not ask nor tell


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """A random secret that opens a slot: a recovery code or what a keychain keeps.

    It has no `repr`, so that none is printed with a traceback.
    """

    kind: SlotKind
    value: bytearray

    def wipe(self) -> None:
        """Overwrite the secret; it opens nothing after that."""
        sealing.wipe(self.value)


Given = str | Secret  # what somebody opens a vault with; a `str` is a passphrase


def listed(found: Header) -> tuple[Way, ...]:
    """Return the ways in that a header has, in its order."""
    return tuple(Way(way_id(slot), slot.kind, _added_at(slot)) for slot in found.slots)


def way_id(slot: Slot) -> str:
    """Return what tells a slot from every other; a way that is made anew gets another one."""
    sealed, _ = _BODY.unpack(slot.body)
    return sha256(sealed).hexdigest()[: 2 * ID_BYTES]


def _added_at(slot: Slot) -> datetime | None:
    _, second = _BODY.unpack(slot.body)
    return datetime.fromtimestamp(second, UTC) if 0 < second <= LAST_SECOND else None


def opened(found: Header, given: Given) -> bytearray:
    """Return the key; the caller wipes it.

    Raises NO_SUCH_WAY, VAULT_DAMAGED, VAULT_TOO_COSTLY, and by what was given WRONG_PASSPHRASE,
    WRONG_RECOVERY_CODE or KEYCHAIN_STALE.
    """
    kind = SlotKind.PASSPHRASE if isinstance(given, str) else given.kind
    bodies = [slot.body for slot in found.slots if slot.kind == kind]
    if not bodies:
        raise VaultError(Code.NO_SUCH_WAY)
    if len(bodies) > 1 and kind in _ONE_OF_A_KIND:  # trying each would multiply what a try costs
        raise VaultError(Code.VAULT_DAMAGED, part="slots")
    bound = header.context(found.vault_id)
    if isinstance(given, str):
        return _opened_by_passphrase(bodies[0], given, bound)
    for body in bodies:
        key = _open_strong(body, given, bound)
        if key is not None:
            return key
    wrong = {SlotKind.RECOVERY: Code.WRONG_RECOVERY_CODE, SlotKind.KEYCHAIN: Code.KEYCHAIN_STALE}
    raise VaultError(wrong[kind])


def way_of(found: Header, secret: Secret) -> str | None:
    """Return the id of the slot that a random secret opens, or None."""
    bound = header.context(found.vault_id)
    for slot in found.slots:
        key = _open_strong(slot.body, secret, bound) if slot.kind == secret.kind else None
        if key is not None:
            sealing.wipe(key)
            return way_id(slot)
    return None


def _open_strong(body: bytes, secret: Secret, bound: bytes) -> bytearray | None:
    sealed, purpose = body[:STRONG_SEALED_BYTES], _PURPOSES[secret.kind]
    return sealing.open_key_strong(sealed, secret.value, purpose=purpose, context=bound)


def _opened_by_passphrase(body: bytes, passphrase: str, bound: bytes) -> bytearray:
    try:
        return sealing.open_key(body[:SEALED_BYTES], passphrase, context=bound)
    except MalformedError as error:
        raise VaultError(Code.VAULT_DAMAGED, part="slots") from error


def sealed(
    key: bytearray,
    given: Given,
    *,
    vault_id: bytes,
    now: datetime | None,
    cost: Cost | None = None,
    measure: Callable[[], Cost] = measured,
) -> Slot:
    """Return a slot that `given` opens. `cost` is a passphrase's; None measures this computer."""
    bound = header.context(vault_id)
    second = int(now.timestamp()) if now is not None else 0
    if isinstance(given, str):
        box = sealing.seal_key(key, given, cost=cost or measure(), context=bound)
        return Slot(SlotKind.PASSPHRASE, _BODY.pack(box, second))
    box = sealing.seal_key_strong(key, given.value, purpose=_PURPOSES[given.kind], context=bound)
    return Slot(given.kind, _BODY.pack(box, second))


def with_slot(found: Header, slot: Slot, *, replacing: str | None = None) -> Header:
    """Return a header that has the slot too, in the place of one that there may be once only.

    `replacing` is the id of one that goes besides. Raises TOO_MANY_WAYS.
    """
    others = tuple(
        s
        for s in found.slots
        if way_id(s) != replacing and not (s.kind == slot.kind and s.kind in _ONE_OF_A_KIND)
    )
    if len(others) >= MAX_SLOTS:
        raise VaultError(Code.TOO_MANY_WAYS, most=MAX_SLOTS)
    first = slot.kind == SlotKind.PASSPHRASE
    return _changed(found, (slot, *others) if first else (*others, slot))


def without(found: Header, id_: str) -> Header:
    """Return a header that lacks a slot; raises NO_SUCH_WAY, LAST_WAY."""
    rest = tuple(slot for slot in found.slots if way_id(slot) != id_)
    if len(rest) == len(found.slots):
        raise VaultError(Code.NO_SUCH_WAY)
    if not is_enough(slot.kind for slot in rest):
        raise VaultError(Code.LAST_WAY)
    return _changed(found, rest)


def is_enough(kinds: Iterable[int]) -> bool:
    """Say whether somebody could get in who has lost the computer but not their papers or memory.

    A keychain alone would lock its owner out with the first new computer.
    """
    return any(kind in _HELD_BY_A_PERSON for kind in kinds)


def _changed(found: Header, slots: tuple[Slot, ...]) -> Header:
    return replace(found, slots=slots, generation=found.generation + 1)
