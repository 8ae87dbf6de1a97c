"""The Create Term Definition algorithm (JSON-LD 1.1 API, section 4.2).

One `Definer` adds the terms of one context map to an active context that is being built.
"""

from __future__ import annotations

import re
from typing import Final

from wallet.crypto.jsonld_iri import (
    KEYWORDS,
    dropped,
    has_keyword_form,
    invalid,
    is_absolute,
    is_keyword,
)
from wallet.crypto.jsonld_term import ActiveContext, Json, Term

_ENTRIES: Final = frozenset((
    "@container", "@context", "@direction", "@id", "@index", "@language", "@nest", "@prefix",
    "@protected", "@reverse", "@type",
))  # fmt: skip
_CONTAINERS: Final = frozenset(["@graph", "@id", "@index", "@language", "@list", "@set", "@type"])
# Settings of a whole context, not terms; `jsonld_context` has read them.
_SETTINGS: Final = frozenset((
    "@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version",
    "@vocab",
))  # fmt: skip
_IRI_FORM = re.compile(r":[^:]|/")
_MAX_CHAIN: Final = 64  # terms defined by terms defined by terms


class Definer:
    """Defines the terms of one context map, each once, following their dependencies."""

    def __init__(self, active: ActiveContext, local: dict[str, Json]) -> None:
        self._active = active
        self._local = local
        self._protect = local.get("@protected") is True
        self._done: dict[str, bool] = {}
        self._chain = 0

    def define(self, term: str, *, override: bool = False) -> None:
        """Create the definition of one key of the context map (steps 1 to 28).

        `override` allows a protected term to be redefined; what a term depends on is defined
        without it (section 5.2.2, step 3).
        """
        if term in _SETTINGS or self._done.get(term):
            return
        if term in self._done or self._chain >= _MAX_CHAIN:
            raise invalid("cyclic IRI mapping", term=term)
        self._done[term] = False
        self._chain += 1
        value = self._local[term]
        _check_name(term, value)
        previous = self._active.terms.pop(term, None)
        simple = value is None or isinstance(value, str)
        if simple:
            value = {"@id": value}
        if not isinstance(value, dict) or not value.keys() <= _ENTRIES:
            raise invalid("invalid term definition", term=term)
        definition = Term()
        self._read_iri(term, value, definition, simple=simple)
        self._active.terms[term] = definition
        self._read_protection(term, value, definition)
        self._done[term] = True
        self._read_rest(term, value, definition)
        if not override:
            self._keep_protected(term, previous, definition)
        self._chain -= 1

    def _read_rest(self, term: str, value: dict[str, Json], definition: Term) -> None:
        """Read everything but the IRI and the protection (steps 12 and 19 to 26)."""
        self._read_type(value, definition)
        _read_container(value, definition)
        _read_index(value, definition)
        if "@context" in value:
            definition.context = value["@context"]
        _read_language(value, definition)
        _read_prefix(term, value, definition)
        _read_nest(value, definition)
        if definition.iri in ("@context", "@preserve"):
            raise invalid("invalid keyword alias", term=term)

    def _expand(self, value: str) -> str | None:
        """Expand an IRI in a definition, defining first what it depends on (section 5.2)."""
        if value in KEYWORDS or has_keyword_form(value):
            return self._active.expand_iri(value, vocab=True)
        if value in self._local and self._done.get(value) is not True:
            self.define(value)
        colon = value.find(":")
        if colon > 0 and value not in self._active.terms:
            prefix = value[:colon]
            if prefix != "_" and not value.startswith("//", colon + 1) and prefix in self._local:
                self.define(prefix)
        return self._active.expand_iri(value, vocab=True)

    def _read_iri(
        self, term: str, value: dict[str, Json], definition: Term, *, simple: bool
    ) -> None:
        """Set the IRI mapping (steps 13 to 18)."""
        if "@reverse" in value:
            self._read_reverse(value, definition)
        elif value.get("@id", term) == term and isinstance(value.get("@id", term), str):
            self._read_implied(term, definition)
        elif value["@id"] is not None:
            self._read_id(term, value["@id"], definition, simple=simple)

    def _read_reverse(self, value: dict[str, Json], definition: Term) -> None:
        """Read "@reverse" (step 13)."""
        if "@id" in value or "@nest" in value:
            raise invalid("invalid reverse property")
        reverse = value["@reverse"]
        if not isinstance(reverse, str):
            raise invalid("invalid IRI mapping")
        if has_keyword_form(reverse):
            raise dropped("reserved @reverse value", reverse)
        definition.iri = self._expand(reverse)
        if not is_absolute(definition.iri):
            raise invalid("invalid IRI mapping")
        definition.reverse = True

    def _read_id(self, term: str, iri: Json, definition: Term, *, simple: bool) -> None:
        """Read "@id" (step 14)."""
        if not isinstance(iri, str):
            raise invalid("invalid IRI mapping", term=term)
        if has_keyword_form(iri) and not is_keyword(iri):
            raise dropped("reserved @id value", iri)
        expanded = self._expand(iri)
        if expanded is None or not (is_absolute(expanded) or is_keyword(expanded)):
            raise invalid("invalid IRI mapping", term=term)
        if _IRI_FORM.search(term):
            # A term that looks like an IRI must not mean another one. It is looked at as if it
            # were defined already, and so never as its own definition.
            self._done[term] = True
            meaning = self._expand(term)
            self._done[term] = False
            if meaning != expanded:
                raise invalid("invalid IRI mapping", term=term)
        definition.iri = expanded
        definition.prefix = simple and term.find(":") <= 0 and expanded[-1] in ":/?#[]@"

    def _read_implied(self, term: str, definition: Term) -> None:
        """Find the IRI mapping of a term that does not give one (steps 15 to 18)."""
        colon = term.find(":")
        if colon > 0:
            prefix = term[:colon]
            if prefix in self._local:
                self.define(prefix)
            known = self._active.terms.get(prefix)
            if known is None:
                definition.iri = term
            elif known.iri is not None:
                definition.iri = known.iri + term[colon + 1 :]
        elif term == "@type":
            definition.iri = term
        elif self._active.vocab is not None:
            definition.iri = self._active.vocab + term
        else:
            raise invalid("invalid IRI mapping", term=term)

    def _read_protection(self, term: str, value: dict[str, Json], definition: Term) -> None:
        """Read "@protected" (step 11)."""
        own = value.get("@protected")
        if own is not None and not isinstance(own, bool):
            raise invalid("invalid @protected value", term=term)
        if own is True or (self._protect and own is not False):
            definition.protected = True
            self._active.protected.add(term)

    def _read_type(self, value: dict[str, Json], definition: Term) -> None:
        """Read "@type" (step 12)."""
        if "@type" not in value:
            return
        kind = value["@type"]
        if not isinstance(kind, str):
            raise invalid("invalid type mapping")
        if kind not in ("@id", "@json", "@none", "@vocab"):
            expanded = self._expand(kind)
            if expanded is None or not is_absolute(expanded) or expanded.startswith("_:"):
                raise invalid("invalid type mapping")
            kind = expanded
        definition.type = kind

    def _keep_protected(self, term: str, previous: Term | None, definition: Term) -> None:
        """Refuse to redefine a protected term, unless it means the same (step 27)."""
        if previous is None or not previous.protected:
            return
        self._active.protected.add(term)
        definition.protected = True
        if not definition.same_as(previous):
            raise invalid("protected term redefinition", term=term)


def _check_name(term: str, value: Json) -> None:
    """Refuse names that cannot be defined (steps 2 to 5)."""
    if term == "":
        raise invalid("invalid term definition", term=term)
    if term == "@type" and isinstance(value, dict):
        allowed = {"@container", "@id", "@protected"}
        container = _unless_nothing(value.get("@container"), "@set")
        if value and value.keys() <= allowed and container == "@set":
            return
    if is_keyword(term):
        raise invalid("keyword redefinition", term=term)
    if has_keyword_form(term):
        raise dropped("reserved term", term)


def _unless_nothing(value: Json, default: Json) -> Json:
    """Return the default for what JavaScript takes for nothing, which [] and {} are not."""
    return default if value is None or value in (False, 0, "") else value


def _read_container(value: dict[str, Json], definition: Term) -> None:
    """Read "@container" (steps 19 and 13.5)."""
    if "@container" not in value:
        return
    given = value["@container"]
    container = [given] if isinstance(given, str) else _unless_nothing(given, [])
    if not isinstance(container, list) or not all(isinstance(c, str) for c in container):
        raise invalid("invalid container mapping")
    names = set(container)
    if not names <= _CONTAINERS or not _combines(names, len(container)):
        raise invalid("invalid container mapping")
    if "@type" in names:
        definition.type = definition.type or "@id"
        if definition.type not in ("@id", "@vocab"):
            raise invalid("invalid type mapping")
    if definition.reverse and not names <= {"@index", "@set"}:
        raise invalid("invalid reverse property")
    definition.container = tuple(container)


def _combines(names: set[str], count: int) -> bool:
    """Say whether these containers may stand together."""
    if "@list" in names:
        return count == 1
    if "@graph" in names:
        return names <= {"@graph", "@id", "@index", "@set"}
    return count <= (2 if "@set" in names else 1)


def _read_index(value: dict[str, Json], definition: Term) -> None:
    """Read "@index" (step 20)."""
    if "@index" not in value:
        return
    index = value["@index"]
    if "@index" not in (definition.container or ()):
        raise invalid("invalid term definition")
    if not isinstance(index, str) or index.startswith("@"):
        raise invalid("invalid term definition")
    definition.index = index


def _read_language(value: dict[str, Json], definition: Term) -> None:
    """Read "@language" and "@direction" (steps 22 and 23)."""
    if "@language" in value and "@type" not in value:
        language = value["@language"]
        if language is not None and not isinstance(language, str):
            raise invalid("invalid language mapping")
        definition.language = None if language is None else language.lower()
    if "@direction" in value:
        direction = value["@direction"]
        if direction not in (None, "ltr", "rtl"):
            raise invalid("invalid base direction")
        definition.direction = direction


def _read_prefix(term: str, value: dict[str, Json], definition: Term) -> None:
    """Read "@prefix" (step 25)."""
    if "@prefix" not in value:
        return
    if ":" in term or "/" in term:
        raise invalid("invalid term definition", term=term)
    if not isinstance(value["@prefix"], bool):
        raise invalid("invalid @prefix value", term=term)
    definition.prefix = value["@prefix"]
    if is_keyword(definition.iri):
        raise invalid("invalid term definition", term=term)


def _read_nest(value: dict[str, Json], definition: Term) -> None:
    """Read "@nest" (step 24)."""
    if "@nest" not in value:
        return
    nest = value["@nest"]
    if not isinstance(nest, str) or (nest != "@nest" and nest.startswith("@")):
        raise invalid("invalid @nest value")
    definition.nest = nest
