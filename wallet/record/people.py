"""Who a credential is by and about: names, and the identifiers that stand in for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from wallet.model import Json
from wallet.record.details import Pair, chosen
from wallet.record.texts import MAX_ITEMS, MAX_NAME, identifier, label, name, node, nodes, text

_MAX_HASHES: Final = 20
_MAX_HASH: Final = 600  # characters of hash and salt together; SHA-512 in hex has 128


def issuer_name(issuer: Json, main: Mapping[str, Json]) -> str | None:
    """Return what the issuer calls itself."""
    if isinstance(issuer, str):
        found = name(issuer)  # no address: a name put in the place of an identifier
    else:
        profile = node(issuer)
        keys = ("name", "legalName", "prefLabel", "tradeName")
        found = next((n for key in keys if (n := name(profile.get(key)))), None)
    creator = node(main.get("creator"))
    if found is None and identifier(creator) and identifier(creator) == identifier(issuer):
        found = name(creator.get("name"))
    return found


def subject_name(subject: Mapping[str, Json], things: Iterable[Mapping[str, Json]]) -> str | None:
    """Return the name of the person it is about, where it says one in clear."""
    for entry in nodes(subject.get("identifier"))[:MAX_ITEMS]:
        if entry.get("identityType") == "name" and entry.get("hashed") is not True:
            found = name(entry.get("identityHash"))
            if found:
                return found
    whole = subject.get("name")
    if "localized" not in node(whole):
        found = name(whole) or name(subject.get("fullName"))
        if found:
            return found
    person = node(subject.get("person"))
    for holder in (subject, person, node(person.get("name")), *things):
        first = _first(holder, "givenName", "given_name", "given", "firstName")
        last = _first(holder, "familyName", "family_name", "family", "lastName")
        found = name(holder.get("formattedName")) or " ".join(p for p in (first, last) if p)
        if found:
            return found
    return name(person.get("name"))


def _first(holder: Mapping[str, Json], *keys: str) -> str | None:
    return next((found for key in keys if (found := name(holder.get(key)))), None)


def identities(subject: Mapping[str, Json]) -> list[Pair]:
    """Return the identifiers that are not hashed (Open Badges 3.0, IdentityObject)."""
    found: list[Pair] = []
    for entry in nodes(subject.get("identifier"))[:MAX_ITEMS]:
        kind_of = text(entry.get("identityType"), 100)
        value = text(entry.get("identityHash"), MAX_NAME)
        if entry.get("hashed") is not True and kind_of and value and kind_of != "name":
            found.append((label(kind_of), value))
    email = subject.get("email")
    if isinstance(email, str):
        found += chosen({"Email": email}, "Email")
    return found


def email_hashes(subject: Mapping[str, Json]) -> tuple[tuple[str, str], ...]:
    """Return (identityHash, salt) of every hashed e-mail address."""
    found = []
    for entry in nodes(subject.get("identifier"))[:MAX_ITEMS]:
        value, salt = entry.get("identityHash"), entry.get("salt", "")
        is_email = entry.get("identityType") == "emailAddress" and entry.get("hashed") is True
        if (
            is_email
            and isinstance(value, str)
            and isinstance(salt, str)
            and len(value + salt) < 600
        ):
            found.append((value, salt))
    return tuple(found[:_MAX_HASHES])
