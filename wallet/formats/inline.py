"""Contexts that a document defines itself: may they be used without hiding what is said?

An inline definition must keep the last part of its IRI as its name, and give nothing a second way
to be written. What contexts mean is `wallet.crypto.jsonld`.
"""

from __future__ import annotations

import re
from typing import Final

from wallet.errors import Code, UnsupportedError
from wallet.model import Json

_KEYWORDS: Final = frozenset(
    {"@version", "@vocab", "@protected", "@propagate", "@language", "@direction"}
)
_OF_TERMS: Final = frozenset(
    {"@id", "@type", "@container", "@context", "@protected", "@language", "@prefix", "@direction"}
)
# The other containers write names into keys.
_CONTAINERS: Final = frozenset({"@set", "@list", "@graph"})
_ALIASES: Final = {"id": "@id", "type": "@type"}
_LAST_PART: Final = re.compile(r"[^#/:]*\Z")
# What an IRI that serves as a prefix may end with (JSON-LD 1.1 API, section 4.2.2).
_DELIMITERS: Final = tuple(":/?#[]@")


class Inline:
    """What the inline contexts of one document define."""

    __slots__ = ("language", "prefixes")

    def __init__(self) -> None:
        self.language = False
        self.prefixes: set[str] = set()

    def add(self, context: Json) -> None:
        """Check one context; raises `UnsupportedError` (CONTEXT_UNKNOWN, `term`)."""
        if type(context) is list:
            for item in context:
                if type(item) is not str:
                    self.add(item)
        elif type(context) is dict:
            for name, definition in context.items():
                if name.startswith("@"):
                    self._keyword(name, definition)
                else:
                    self._term(name, definition)

    def _keyword(self, name: str, value: Json) -> None:
        if name not in _KEYWORDS:
            raise renamed(name)
        # A vocabulary that ends within a name would leave half of it to the keys.
        if name == "@vocab" and value is not None and not str(value).endswith(("#", "/", ":")):
            raise renamed(name)
        if name in ("@language", "@direction") and value is not None:
            self.language = True

    def _term(self, name: str, definition: Json) -> None:
        iri = definition
        if type(definition) is dict:
            if not definition.keys() <= _OF_TERMS or not _contained(definition):
                raise renamed(name)
            if definition.get("@language") is not None or "@direction" in definition:
                self.language = True
            self.add(definition.get("@context"))
            iri = definition.get("@id", name)
            if definition.get("@prefix") and not str(iri).endswith(_DELIMITERS):
                raise renamed(name)
        if iri is None or _ALIASES.get(name) == iri or not isinstance(iri, str):
            return
        last = _LAST_PART.search(iri)
        if iri.startswith("@") or (last and last.group() and last.group() != name):
            raise renamed(name)
        if iri.endswith(_DELIMITERS):
            self.prefixes.add(name)


def _contained(definition: dict[str, Json]) -> bool:
    value = definition.get("@container")
    given = value if isinstance(value, list) else [value]
    return all(item is None or (isinstance(item, str) and item in _CONTAINERS) for item in given)


def renamed(name: str) -> UnsupportedError:
    """Return the error for a term that may hide another."""
    return UnsupportedError(Code.CONTEXT_UNKNOWN, term=name[:80])
