"""Fields nothing else here knows, as readable pairs: better a plain list than a silent gap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from wallet.model import Json
from wallet.record.texts import MAX_ITEMS, day, label, name, nodes, text, words

MAX_DETAILS: Final = 40
_MAX_VALUE: Final = 1000
_MAX_FIELDS: Final = 200
_DEPTH: Final = 3

# Machinery, or said elsewhere in the record; at any depth.
_SILENT: Final = words(
    "id @id type @type @context proof image logo photo credentialStatus credentialSchema"
    " refreshService termsOfUse renderMethod display encodedList publicKey publicKeyMultibase"
    " endorsement endorsementJwt association boostId vendorUserId documentId formVersion"
    " attachments content verifications credentialLink verifiedCredentials useCode preference"
    " countryDialingCode areaDialingCode dialNumber responsibilityCode schemeId"
    " resourceRelationshipCode iscedEducationLevelCode hashed salt"
)

Pair = tuple[str, str]


def pairs(holder: Mapping[str, Json], *, known: Iterable[str] = ()) -> list[Pair]:
    """Return (field name, text) for the fields of `holder` that are not `known`."""
    skip = _SILENT | frozenset(known)
    return list(islice(_pairs(holder, skip, "", _DEPTH), MAX_DETAILS))


def chosen(holder: Mapping[str, Json], *fields: str) -> list[Pair]:
    """Return (field name, text) for just these fields, where they are there."""
    return [
        pair
        for field in fields
        if field in holder
        for pair in islice(_value(field, holder[field], _SILENT, "", 2), MAX_ITEMS)
    ]


def distinct(found: Iterable[Pair]) -> tuple[Pair, ...]:
    """Return the pairs, each once, bounded."""
    return tuple(islice(dict.fromkeys(found), MAX_DETAILS))


def _pairs(
    holder: Mapping[str, Json], skip: frozenset[str], prefix: str, depth: int
) -> Iterator[Pair]:
    for field, value in islice(holder.items(), _MAX_FIELDS):
        if field not in skip and not field.startswith(("@", "$")):
            yield from _value(field, value, skip, prefix, depth)


def _value(
    field: str, value: Json, skip: frozenset[str], prefix: str, depth: int
) -> Iterator[Pair]:
    shown = label(field)
    if not any(c.isalpha() for c in shown):
        return
    if prefix and shown in _VAGUE:
        shown = f"{prefix} – {shown.lower()}"
    if isinstance(value, bool):
        yield shown, "Yes" if value else "No"
        return
    told = _told(value)
    if told:
        yield shown, told
    elif depth > 0:
        for item in nodes(value)[:MAX_ITEMS]:
            yield from _nested(shown, item, skip, depth)


def _nested(
    shown: str, item: Mapping[str, Json], skip: frozenset[str], depth: int
) -> Iterator[Pair]:
    """Yield an object by its name, its address in one line, or its fields."""
    place = ", ".join(t for key in _PLACE if key in item and (t := name(item[key])))
    called = next((n for key in _CALLED if (n := name(item.get(key)))), None)
    if called:
        yield shown, called
        if place or _ORGANISED & item.keys():  # an organisation or person: who is enough
            return
    elif place:
        yield shown if shown not in _VAGUE else "Address", place
    rest = skip | frozenset(_CALLED) | frozenset(_PLACE)
    yield from _pairs(item, rest, shown, depth - 1)


# Inner fields that say nothing without the name of what they are in.
_VAGUE: Final = words(
    "Name Value Code Date Start End Status Type Description Title Number Level Descriptions"
)
_CALLED: Final = ("name", "tradeName", "legalName", "prefLabel")
_ORGANISED: Final = words(
    "address url email telephone phone communication domainName legalName inScheme location"
)
# A postal address, in the order people write one (schema.org, HR Open).
_PLACE: Final = (
    *("streetAddress", "line", "addressLocality", "city", "addressRegion", "postalCode"),
    *("addressCountry", "countryCode", "regionCode"),
)


def _told(value: Json) -> str | None:
    """Return a value as text, leaving out what only a machine reads."""
    if isinstance(value, dict):
        stamped = _month(value)
        if stamped:
            return stamped
    found = text(value, _MAX_VALUE)
    if found is None or found.startswith(("data:", "did:", "urn:", "dns:")) or _is_blob(found):
        return None
    return day(found)


def _is_blob(value: str) -> bool:
    return any(len(word) > 100 and "/" not in word[:10] for word in value.split())


def _month(value: Mapping[str, Json]) -> str | None:
    """Return {"month": 9, "year": 2015} (and a day) as ISO writes it."""
    if not value.keys() <= {"day", "month", "year"}:
        return None
    found = [value.get(key) for key in ("year", "month", "day")]
    numbers = [n for n in found if isinstance(n, int) and not isinstance(n, bool) and 0 < n < 9999]
    return "-".join(f"{n:02d}" for n in numbers) or None
