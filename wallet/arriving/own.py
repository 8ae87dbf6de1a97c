"""Everything, as this wallet writes it (`wallet.leaving`), read back.

`index.json` says what there is. The records are taken by the names in it and held against their
SHA-256; keys take the password they were exported with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final, TypeVar

from wallet.arriving import keys, opening
from wallet.arriving.archives import Packed
from wallet.arriving.arrival import Arrival, FoundKey, Kind
from wallet.crypto import strictjson
from wallet.crypto.strictjson import Limits
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import registry
from wallet.inputs import Input
from wallet.model import Json
from wallet.storage import ShareRecord
from wallet.verify import Trusted

FORMAT: Final = "ler-wallet-export"
VERSION: Final = 1
INDEX: Final = "index.json"
PAGE: Final = "index.html"
KEYS: Final = "keys.json"
RECORDS: Final = "records/"
SOURCE: Final = "you"  # in a trusted issuer: no list, but the person
MAX_RECORDS: Final = 200_000
MAX_SHARES: Final = 100_000
MAX_TRUSTED: Final = 1000  # as `wallet.trusting` keeps, and so is the next
MAX_NOTE_CHARS: Final = 500
MAX_KEYS: Final = 100
MAX_TEXT_CHARS: Final = 256 * 1024  # the longest links have some ten thousands
# As `archives.MAX_INDEX_BYTES`, and some twelve values a record.
LIMITS: Final = Limits(size=64 * 1024 * 1024, values=3_000_000)

_MOST: Final = {"shares": MAX_SHARES, "trusted_issuers": MAX_TRUSTED}
_Noted = TypeVar("_Noted")


def is_index(data: bytes) -> bool:
    """Say whether bytes begin like the index of an export."""
    return f'"format": "{FORMAT}"'.encode() in data[:200]


def is_backup(packed: Packed) -> bool:
    """Say whether an archive is such an export."""
    return is_index(packed.files.get(INDEX, b""))


def read(source: str, packed: Packed, password: str | None) -> Arrival:
    """Return what an export holds; without a password its keys stay locked.

    Raises WRONG_BACKUP_PASSWORD, and `MalformedError` where the index cannot be read.
    """
    index = strictjson.parse_object(packed.files[INDEX], LIMITS)
    if index.get("format") != FORMAT:
        raise MalformedError(Code.BACKUP_DAMAGED)
    if index.get("version") != VERSION:
        raise UnsupportedError(Code.BACKUP_UNKNOWN)
    items = [Input(f"{source}: {name}", error=error) for name, error in packed.refused]
    named = {INDEX, PAGE, KEYS}
    for number, entry in enumerate(_list(index, "records", MAX_RECORDS), start=1):
        try:
            name = _string(entry, "file")
        except WalletError as error:
            items.append(Input(f"{source}: {INDEX} records {number}", error=error))
            continue
        named.add(name)
        items.append(_item(source, name, entry, packed))
    found, locked = _keys(source, packed, password, items)
    shares = _each(source, index, "shares", _share, items)
    trusted = _each(source, index, "trusted_issuers", _trusted, items)
    others = tuple(name for name in packed.files if name not in named)
    return Arrival(Kind.OWN, tuple(items), found, others, locked, shares, trusted)


def _each(
    source: str,
    index: Mapping[str, Json],
    name: str,
    made: Callable[[Mapping[str, Json]], _Noted],
    items: list[Input],
) -> tuple[_Noted, ...]:
    """Return what the index notes under a name; what cannot be read of it becomes an item."""
    found = []
    for number, entry in enumerate(_list(index, name, _MOST[name]), start=1):
        try:
            found.append(made(entry))
        except WalletError as error:
            items.append(Input(f"{source}: {INDEX} {name} {number}", error=error))
    return tuple(found)


def _item(source: str, name: str, entry: Mapping[str, Json], packed: Packed) -> Input:
    data, label = packed.files.get(name), f"{source}: {name[:300]}"
    if data is None:
        known = any(refused == name for refused, _ in packed.refused)
        code = Code.BACKUP_PART_DAMAGED if known else Code.BACKUP_PART_MISSING
        return Input(label, error=MalformedError(code))
    if sha256(data).hexdigest() != entry.get("sha256"):
        return Input(label, error=MalformedError(Code.BACKUP_PART_DAMAGED))
    return Input(label, data)


def _keys(
    source: str, packed: Packed, password: str | None, items: list[Input]
) -> tuple[tuple[FoundKey, ...], tuple[str, ...]]:
    """Return the keys, or what stays locked; what cannot be read becomes an item."""
    stored = packed.files.get(KEYS)
    if stored is None:
        return (), ()
    if not password:
        return (), (KEYS,)
    found = []
    try:
        envelope = strictjson.parse_object(stored)
        opened = strictjson.parse_object(opening.open_envelope(envelope, password))
        entries = _list(opened, "keys", MAX_KEYS)
    except WalletError as error:
        if error.code is Code.WRONG_BACKUP_PASSWORD:
            raise
        items.append(Input(f"{source}: {KEYS}", error=error))
        return (), ()
    for entry in entries:
        name = str(entry.get("id", KEYS))[:100]
        try:
            found.append(keys.of_object(entry, name=""))
        except WalletError as error:
            items.append(Input(f"{source}: {name}", error=error))
    return tuple(found), ()


def _share(entry: Mapping[str, Json]) -> ShareRecord:
    records = _list(entry, "records", MAX_RECORDS)
    return ShareRecord(
        id=_string(entry, "id"),
        made_at=_moment(entry, "made_at"),
        ends=None if entry.get("ends") is None else _moment(entry, "ends"),
        audience=_string(entry, "for_whom"),
        purpose=_string(entry, "for_what"),
        form=_string(entry, "form"),
        credential_ids=tuple(_string(one, "id") for one in records),
        titles=tuple(_string(one, "title") for one in records),
        link=None if entry.get("link") is None else _string(entry, "link"),
        presentation_sha256=None if entry.get("sha256") is None else _string(entry, "sha256"),
    )


def _trusted(entry: Mapping[str, Json]) -> tuple[str, Trusted]:
    issuer, name, note = (_string(entry, member) for member in ("issuer", "name", "note"))
    if not registry.is_issuer(issuer) or max(len(name), len(note)) > MAX_NOTE_CHARS:
        raise MalformedError(Code.BACKUP_DAMAGED)
    return issuer, Trusted(name, SOURCE, since=_moment(entry, "since"), note=note)


def _list(value: Mapping[str, Json], name: str, most: int) -> list[Mapping[str, Json]]:
    found = value.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise MalformedError(Code.BACKUP_DAMAGED)
    objects: list[Mapping[str, Json]] = [one for one in found if isinstance(one, dict)]
    if len(objects) != len(found):
        raise MalformedError(Code.BACKUP_DAMAGED)
    return objects


def _string(value: Mapping[str, Json], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str) or len(found) > MAX_TEXT_CHARS:
        raise MalformedError(Code.BACKUP_DAMAGED)
    return found


def _moment(value: Mapping[str, Json], name: str) -> datetime:
    try:
        found = datetime.fromisoformat(_string(value, name))
    except ValueError as error:
        raise MalformedError(Code.BACKUP_DAMAGED) from error
    if found.tzinfo is None:
        raise MalformedError(Code.BACKUP_DAMAGED)
    return found
