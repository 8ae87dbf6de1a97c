"""Lists of issuers: the app's own registry format, the DCC's registries, and its catalogue of them.

The app's own format is described in resources/trust/README.md. What a list is worth is decided
elsewhere; here it is only read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from wallet.crypto import did, strictjson
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.model import Json

VERSION: Final = 1
# The largest list known to us has some hundred issuers; a country's schools would fit.
MAX_BYTES: Final = 4 * 1024 * 1024
MAX_ISSUERS: Final = 20_000
MAX_NAME_CHARS: Final = 300
MAX_REGISTRIES: Final = 40  # a catalogue names nine; each costs requests at every first check

_LIMITS: Final = strictjson.Limits(size=MAX_BYTES, depth=12)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Listed:
    """One issuer of a list, under the name the list gives it."""

    name: str
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Registry:
    """A list of issuers by identifier; `updated` is the list's own date."""

    name: str
    updated: date | None
    issuers: Mapping[str, Listed] = field(default_factory=dict)
    test: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A registry as a catalogue names it: `kind` is "dcc-legacy" or "oidf"."""

    name: str
    kind: str
    url: str


def is_issuer(text: str) -> bool:
    """Say whether `text` can be an issuer's identifier: a DID or an https address, no fragment."""
    plain = text.isprintable() and " " not in text and "#" not in text
    long_enough = any(text.startswith(p) and len(text) > len(p) for p in ("did:", "https://"))
    return plain and long_enough and len(text) <= did.MAX_DID_CHARS


def read(data: bytes, *, name: str = "") -> Registry:
    """Read a registry file that somebody supplies: the app's own format, or a DCC registry.

    Raises `MalformedError` (BAD_REGISTRY, `part` says where) or `UnsupportedError`
    (REGISTRY_TOO_NEW). A DCC registry has no name of its own: `name` is taken.
    """
    try:
        document = strictjson.parse_object(data, _LIMITS)
    except MalformedError as error:
        part = error.facts.get("key") or error.code.value.replace("_", " ")
        raise MalformedError(Code.BAD_REGISTRY, part=str(part)[:80]) from error
    if "registry" in document and "issuers" not in document:
        return _dcc(document, name)
    version = document.get("version", VERSION)
    if type(version) is not int or version < 1:
        raise _bad("version")
    if version > VERSION:
        raise UnsupportedError(Code.REGISTRY_TOO_NEW)
    issuers = document.get("issuers")
    if not isinstance(issuers, dict) or len(issuers) > MAX_ISSUERS:
        raise _bad("issuers")
    if not isinstance(document.get("test", False), bool):
        raise _bad("test")
    listed = {issuer: _entry(issuer, entry) for issuer, entry in issuers.items()}
    own = _name(document.get("name"), "name")
    return Registry(own, _day(document.get("updated")), listed, bool(document.get("test")))


def _bad(part: str) -> MalformedError:
    return MalformedError(Code.BAD_REGISTRY, part=part[:80])


def _name(value: Json, part: str) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_NAME_CHARS:
        raise _bad(part)
    return value.strip()


def _day(value: Json) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise _bad("updated")


def _entry(issuer: str, entry: Json) -> Listed:
    if not is_issuer(issuer) or not isinstance(entry, dict):
        raise _bad(issuer)
    return Listed(_name(entry.get("name"), issuer), sample=entry.get("sample") is True)


# DCC registries ------------------------------------------------------------------------------

# Registries come again with every check; a body is taken apart once. A few lists, each at most
# 1 MiB as fetched.
_REMEMBERED: Final = 16


@lru_cache(maxsize=_REMEMBERED)
def read_dcc(body: bytes) -> Registry:
    """Read a registry of the DCC ("dcc-legacy"); an entry that cannot be read is left out."""
    return _dcc(strictjson.parse_object(body, _LIMITS), "")


def _dcc(document: Mapping[str, Json], name: str) -> Registry:
    issuers, meta = document.get("registry"), document.get("meta")
    if not isinstance(issuers, dict) or len(issuers) > MAX_ISSUERS:
        raise _bad("registry")
    updated = meta.get("updated") if isinstance(meta, dict) else None
    return Registry(name, _day_of(updated), dict(_dcc_entries(issuers)))


def _dcc_entries(issuers: Mapping[str, Json]) -> Iterator[tuple[str, Listed]]:
    for issuer, entry in issuers.items():
        named = entry.get("name") if isinstance(entry, dict) else None
        if is_issuer(issuer) and isinstance(named, str) and named.strip():
            yield issuer, Listed(named.strip()[:MAX_NAME_CHARS])


def _day_of(value: Json) -> date | None:
    try:
        return datetime.fromisoformat(value).date() if isinstance(value, str) else None
    except ValueError:
        return None


@lru_cache(maxsize=_REMEMBERED)
def read_catalogue(body: bytes) -> tuple[Named, ...]:
    """Read the DCC's list of registries; what names no address of a kind we know is left out."""
    found = strictjson.parse(body, _LIMITS)
    if not isinstance(found, list):
        raise _bad("[")
    return tuple(_named(found))[:MAX_REGISTRIES]


def _named(entries: list[Json]) -> Iterator[Named]:
    for entry in entries:
        if not isinstance(entry, dict):
            continue
        kind = entry.get("type", "dcc-legacy")  # older catalogues knew one kind only
        url = entry.get("trustAnchorEC" if kind == "oidf" else "url")
        name = entry.get("name")
        texts = isinstance(url, str) and isinstance(name, str) and kind in {"oidf", "dcc-legacy"}
        if texts and str(url).startswith("https://") and is_issuer(str(url)):
            yield Named(str(name)[:MAX_NAME_CHARS], str(kind), str(url))
