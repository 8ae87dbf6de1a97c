"""Small readings of claims that every format needs: times, identifiers, types, the title.

Lenient on purpose: a credential is to be shown even when a field is odd. What an odd field means
for whether the credential holds is decided in `wallet.verify`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from wallet.model import Json, StatusRef

MAX_TITLE_CHARS: Final = 300
MAX_STATUS_ENTRIES: Final = 10  # each costs a request or two; issuers write one or two

TOKEN_STATUS_LIST: Final = "TokenStatusList"  # noqa: S105 - our name for it: the claim has no type
# What a `status` claim may hold (section 6.1 and the registry it founds); only the first is read.
_STATUS_MECHANISMS: Final = frozenset(
    {"status_list", "identifier_list", "status_assertion", "status_attestation"}
)
# The kinds of status entry that are read; of several types of one entry, the first of these counts.
STATUS_TYPES: Final = frozenset(
    {
        *("BitstringStatusListEntry", "StatusList2021Entry", "RevocationList2020Status"),
        *("1EdTechRevocationList", TOKEN_STATUS_LIST),
    }
)

# XML Schema dateTime as VCDM 2.0 section 4.9 has it; a zone, and even a time, may be missing in
# credentials people hold, and is then taken as UTC.
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt](\d\d:\d\d:\d\d)(\.\d+)?)?(Z|z|[+-]\d\d:\d\d)?")
_VERSION: Final = re.compile(r"(?:[vV]?[0-9.]+)?")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,15}")
_START: Final = ("validFrom", "issuanceDate")
_END: Final = ("validUntil", "expirationDate")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MIN_SECONDS: Final = -62_135_596_800  # year 1
_MAX_SECONDS: Final = 253_402_300_799  # 9999-12-31


def time(value: Json) -> datetime | None:
    """Return an aware time from an XML Schema dateTime (or date), or None when it is none."""
    if not isinstance(value, str):
        # The same statement, written as a list of one or with its type beside it.
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict):
            value = value.get("@value")
        if not isinstance(value, str):
            return None
    if len(value) == 20 and value[4::3] == "--T::Z":  # the shape nearly every credential has
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            return None
    match = _TIME.fullmatch(value)
    if match is None:
        return None
    day, clock, fraction, zone = match.groups()
    micro = (fraction or "")[:7]
    try:
        text = f"{day}T{clock or '00:00:00'}{micro if len(micro) > 1 else ''}"
        return datetime.fromisoformat(text + (zone or "Z").upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def numeric_date(value: Json) -> datetime | None:
    """Return an aware time from a JWT NumericDate (RFC 7519 section 2), or None.

    A negative one is a time before 1970, as in POSIX.
    """
    if type(value) is not int and type(value) is not float:
        return None
    return _EPOCH + timedelta(seconds=value) if _MIN_SECONDS <= value <= _MAX_SECONDS else None


def iso(moment: datetime) -> str:
    """Return a time as VCDM writes it: UTC, whole seconds, Z."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def dates_readable(claims: Mapping[str, Json]) -> bool:
    """Say whether every date of validity that is there can be read."""
    return all(
        time(claims[name]) is not None for name in (*_START, *_END) if claims.get(name) is not None
    )


def starts(claims: Mapping[str, Json]) -> datetime | None:
    """Return the latest of the times from which the credential says it is valid."""
    found = [moment for name in _START if name in claims and (moment := time(claims[name]))]
    return max(found, default=None)


def ends(claims: Mapping[str, Json]) -> datetime | None:
    """Return the earliest of the times at which the credential says it ends."""
    found = [moment for name in _END if name in claims and (moment := time(claims[name]))]
    return min(found, default=None)


def types(value: Json) -> list[str]:
    """Return the `type` of a node as a list of strings."""
    if isinstance(value, str):
        return [value]
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def identifier(value: Json) -> str | None:
    """Return what identifies a node: the string itself or its `id`."""
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and value else None


def nodes(value: Json) -> list[Json]:
    """Return a value as the list of its values."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def subject(claims: Mapping[str, Json]) -> str | None:
    """Return the identifier of the first subject that has one."""
    for node in nodes(claims.get("credentialSubject")):
        found = identifier(node)
        if found is not None:
            return found
    return None


def text(value: Json) -> str | None:
    """Return a plain text, or the best of a language map or language value (VCDM 2.0 11.1)."""
    if isinstance(value, str):
        return value.strip()[:MAX_TITLE_CHARS] or None
    if isinstance(value, dict):
        return text(value.get("@value") or value.get("en") or next(iter(value.values()), None))
    if isinstance(value, list):
        return next((found for item in value[:20] if (found := text(item))), None)
    return None


def title(claims: Mapping[str, Json]) -> str:
    """Return what to call the credential: its name, its achievement's, else its kind."""
    own = text(claims.get("name"))
    if own:
        return own
    for node in nodes(claims.get("credentialSubject"))[:20]:
        for inner in _named_nodes(node):
            found = text(inner.get("name"))
            if found:
                return found
    kinds = [name for name in types(claims.get("type")) if name != "VerifiableCredential"]
    return _spoken(kinds[-1][:MAX_TITLE_CHARS]) if kinds else ""


def _spoken(kind: str) -> str:
    """Return a type as words; of an address or URN (the `vct` of an SD-JWT VC) its last name."""
    if kind.startswith(("https:", "http:", "urn:")):
        names = [part for part in re.split(r"[/:#?]", kind) if not _VERSION.fullmatch(part)]
        kind = re.sub(r"[-_.]+", " ", names[-1]) if names else kind
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind)


def status_refs(claims: Mapping[str, Json]) -> tuple[StatusRef, ...]:
    """Return every `credentialStatus` entry, understood or not; an odd one has type "".

    A `status` as Token Status List has it (section 6.2) is one entry more.
    """
    entries = nodes(claims.get("credentialStatus"))
    found = tuple(_status_ref(entry) for entry in entries[:MAX_STATUS_ENTRIES])
    # What is not looked at must not look good: the rest is one entry that nobody understands.
    found = found if len(entries) <= MAX_STATUS_ENTRIES else (*found, _status_ref(None))
    return (*found, *token_status_refs(claims.get("status")))


def token_status_refs(status: Json) -> tuple[StatusRef, ...]:
    """Return the reference in a `status` claim; one in a form nobody knows is an odd entry."""
    if not isinstance(status, dict) or not status.keys() & _STATUS_MECHANISMS:
        return ()  # a word of the issuer's own
    listed = status.get("status_list")
    if not isinstance(listed, dict):
        return (_status_ref(None),)
    address = listed.get("uri")
    index = whole_number(listed.get("idx"))
    return (
        StatusRef(
            type=TOKEN_STATUS_LIST,
            purpose="revocation",
            list_url=address if isinstance(address, str) else "",
            index=index if index is not None and index >= 0 else None,
            entry=listed,
        ),
    )


def _status_ref(entry: Json) -> StatusRef:
    if not isinstance(entry, dict):
        return StatusRef("", "", "", None)
    kinds = types(entry.get("type"))
    kind = next((k for k in kinds if k in STATUS_TYPES), next(iter(kinds), ""))
    index = entry.get("statusListIndex", entry.get("revocationListIndex"))
    if isinstance(index, str) and _INDEX.fullmatch(index):
        index = int(index)
    number = whole_number(index)
    # These two kinds know no other purpose and need not name it.
    of_revocation = kind in ("RevocationList2020Status", "1EdTechRevocationList")
    purpose = entry.get("statusPurpose", "revocation" if of_revocation else "")
    address = entry.get("statusListCredential", entry.get("revocationListCredential"))
    if kind == "1EdTechRevocationList":
        address = entry.get("id")
    return StatusRef(
        type=kind,
        purpose=purpose if isinstance(purpose, str) else "",
        list_url=address if isinstance(address, str) else "",
        index=number if number is not None and number >= 0 else None,
        entry=entry,
    )


def whole_number(value: Json) -> int | None:
    """Return a JSON number that is whole (5 and 5.0 are one number), or None."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _named_nodes(node: Json) -> Iterator[Mapping[str, Json]]:
    if not isinstance(node, dict):
        return
    for name in ("achievement", "hasCredential", "degree", "hasAchieved"):
        for value in nodes(node.get(name))[:5]:
            if isinstance(value, dict):
                yield value
