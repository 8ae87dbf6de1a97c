"""Does a signed document say to people what it says to the signature?

A proof over JSON-LD covers statements, not the names they are written under: whoever holds a
credential could write `validUntil` as its full IRI, or under a name of their own defined in an
inline context, without breaking the signature, and a reader of JSON would no longer see that it
ends. Data Integrity 1.0 section 2.4.1 leaves that to the application. Here every key must be a
plain term, and every inline definition must keep the last part of its IRI as its name; the shipped
contexts are held to the same for the terms of the data model by a test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.model import Json

_VALUE_KEYS: Final = frozenset({"@value", "@type", "@language", "@direction"})
_CONTEXT_KEYWORDS: Final = frozenset(
    {"@version", "@vocab", "@protected", "@propagate", "@base", "@language", "@direction"}
)
_ALIASES: Final = {"id": "@id", "type": "@type"}
# The one other name that trusted contexts give a keyword, and those contexts: ODRL's, and one that
# includes it. A test looks for more.
_ODRL_ID: Final = "uid"
_ODRL: Final = re.compile("ns/odrl|credentials/examples/v1", re.IGNORECASE)
_LAST_PART: Final = re.compile(r"[^#/:]*\Z")
_MAX_KNOWN: Final = 4096

# Keys seen to be plain, so that a whole object is looked at in one set operation.
_known: set[str] = {"@context"}


def check(document: Mapping[str, Json]) -> None:
    """Raise unless the document, with its proofs, is written in plain terms.

    `MalformedError` (JSONLD_INVALID) for a key that is an IRI or a keyword; `UnsupportedError`
    (CONTEXT_UNKNOWN) for an inline definition that renames something.
    """
    nodes: list[Json] = [document]
    has_uid = False
    for node in nodes:  # grows while it is read
        if type(node) is dict:
            if not node.keys() <= _known:
                _check_keys(node)
                has_uid = has_uid or _ODRL_ID in node
            context = node.get("@context")
            if context is not None:
                _check_context(context)
            for value in node.values():
                kind = type(value)
                if (kind is dict or kind is list) and value is not context:
                    nodes.append(value)
        else:
            for value in node:
                kind = type(value)
                if kind is dict or kind is list:
                    nodes.append(value)
    if has_uid and any(_names_odrl(node) for node in nodes if type(node) is dict):
        raise UnsupportedError(Code.CONTEXT_UNKNOWN, term=_ODRL_ID)


def _names_odrl(node: Mapping[str, Json]) -> bool:
    """Say whether the ODRL context applies from here on, by any way to write its address."""
    return _ODRL.search(json.dumps(node.get("@context"))) is not None


def _check_keys(node: dict[str, Json]) -> None:
    if "@value" in node and node.keys() <= _VALUE_KEYS:
        return
    if len(_known) > _MAX_KNOWN:
        _known.clear()
    for name in node:
        if name != "@context" and (":" in name or name.startswith("@")):
            raise MalformedError(Code.JSONLD_INVALID, problem="key is not a term", term=name[:80])
        if name != _ODRL_ID:
            _known.add(name)


def _check_context(context: Json) -> None:
    if type(context) is str:
        return
    if type(context) is list:
        for item in context:
            _check_context(item)
    elif type(context) is dict:
        for name, definition in context.items():
            _check_definition(name, definition)


def _check_definition(name: str, definition: Json) -> None:
    if name.startswith("@"):
        if name not in _CONTEXT_KEYWORDS:
            raise UnsupportedError(Code.CONTEXT_UNKNOWN, term=name[:80])
        return
    iri = definition
    if type(definition) is dict:
        if "@reverse" in definition or "@nest" in definition:
            raise UnsupportedError(Code.CONTEXT_UNKNOWN, term=name[:80])
        _check_context(definition.get("@context"))
        iri = definition.get("@id", name)
    if iri is None or _ALIASES.get(name) == iri or not isinstance(iri, str):
        return
    last = _LAST_PART.search(iri)
    # An IRI that ends in a delimiter defines a prefix; a key with a prefix is refused anyway.
    if iri.startswith("@") or (last and last.group() and last.group() != name):
        raise UnsupportedError(Code.CONTEXT_UNKNOWN, term=name[:80])
