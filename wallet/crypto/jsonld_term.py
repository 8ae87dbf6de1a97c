"""Term definitions and active contexts: the compiled form of JSON-LD contexts, and IRI expansion.

How a context document becomes these is `jsonld_context`. Both classes are treated as immutable
once built; an active context also carries caches of what was derived from it.
"""

from __future__ import annotations

from typing import Any, Final

from wallet.crypto.jsonld_iri import (
    KEYWORDS,
    has_keyword_form,
    is_absolute,
    resolve,
)


class Absent:
    """The type of `ABSENT`: an entry that is not there, as opposed to one that is null."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()

Json = Any  # one parsed JSON value

# Values expanded by one active context are remembered; beyond this many, it forgets them all.
_MAX_REMEMBERED = 4_096


def json_equal(one: Json, other: Json) -> bool:
    """Compare two JSON values: numbers by value, true never equal to 1, arrays in order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(json_equal(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(json_equal, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


class Term:
    """One term definition (section 4.2): what a key means under an active context.

    `iri` is null for a term that was explicitly set to null. `prefix` is null where the question
    does not arise. `language` and `direction` distinguish null from `ABSENT`.
    """

    __slots__ = (
        "container",
        "context",
        "direction",
        "index",
        "iri",
        "language",
        "nest",
        "prefix",
        "protected",
        "reverse",
        "type",
    )

    def __init__(self) -> None:
        self.iri: str | None = None
        self.reverse = False
        self.prefix: bool | None = None
        self.type: str | None = None
        self.container: tuple[str, ...] | None = None
        self.index: str | None = None
        self.context: Json = ABSENT
        self.language: str | Absent | None = ABSENT
        self.direction: str | Absent | None = ABSENT
        self.nest: str | None = None
        self.protected = False

    def same_as(self, other: Term) -> bool:
        """Say whether two definitions are the same, protection aside (section 4.2.2, step 27)."""
        for name in ("iri", "reverse", "prefix", "type", "index", "language", "direction", "nest"):
            if getattr(self, name) != getattr(other, name):
                return False
        if (self.container is None) != (other.container is None):
            return False
        if sorted(self.container or ()) != sorted(other.container or ()):
            return False
        if self.context is ABSENT or other.context is ABSENT:
            return self.context is other.context
        return json_equal(self.context, other.context)


class ActiveContext:
    """The context in force at one place of a document (section 4.1).

    `base` is `ABSENT` until a context sets it; `document_base` is the base of the document itself,
    the empty string for a credential. `previous` is the context to return to when a node object
    is left, after a context that does not propagate.
    """

    __slots__ = (
        "_iris",
        "base",
        "derived",
        "derived_work",
        "direction",
        "document_base",
        "fast",
        "language",
        "previous",
        "protected",
        "terms",
        "vocab",
    )

    def __init__(self, document_base: str) -> None:
        self.document_base = document_base
        self.terms: dict[str, Term] = {}
        self.base: str | Absent | None = ABSENT
        self.vocab: str | None = None
        self.language: str | None = None
        self.direction: str | None = None
        self.previous: ActiveContext | None = None
        self.protected: set[str] = set()
        self.derived: dict[Any, Any] = {}
        self.derived_work = 0
        self.fast: Any = None
        self._iris: dict[str, str | None] = {}

    def copy(self) -> ActiveContext:
        """Return a context with the same definitions, to be changed while it is being built."""
        clone = ActiveContext(self.document_base)
        clone.terms = self.terms.copy()
        clone.base = self.base
        clone.vocab = self.vocab
        clone.language = self.language
        clone.direction = self.direction
        clone.previous = self.previous
        clone.protected = self.protected.copy()
        return clone

    def reverted(self) -> ActiveContext:
        """Return the context to use for nodes nested in one with a non-propagating context."""
        return self.previous or self

    def expand(self, value: str) -> str | None:
        """Expand a key or a type name: terms, compact IRIs, then the vocabulary (section 5.2)."""
        try:
            return self._iris[value]
        except KeyError:
            pass
        if len(self._iris) >= _MAX_REMEMBERED:
            self._iris.clear()
        result = self._iris[value] = self.expand_iri(value, vocab=True)
        return result

    def expand_iri(self, value: str, *, vocab: bool = False, base: bool = False) -> str | None:
        """Expand a string to an IRI or keyword (section 5.2); may return a relative reference.

        Null means that the string is to be ignored: it has the form of a keyword, or its term is
        null.
        """
        if value in KEYWORDS:
            return value
        if has_keyword_form(value):
            return None
        if vocab:
            term = self.terms.get(value)
            if term is not None:
                return term.iri
        compact = self._compact_or_absolute(value)
        if compact is not None:
            return compact
        if vocab and self.vocab is not None:
            return self.vocab + value
        return self.resolve(value) if base else value

    def _compact_or_absolute(self, value: str) -> str | None:
        """Return the IRI of "prefix:suffix", or the value where it is absolute already."""
        colon = value.find(":")
        if colon <= 0:
            return None
        prefix, suffix = value[:colon], value[colon + 1 :]
        if prefix == "_" or suffix.startswith("//"):
            return value
        term = self.terms.get(prefix)
        if term is not None and term.prefix and term.iri is not None:
            return term.iri + suffix
        return value if is_absolute(value) else None

    def resolve(self, reference: str) -> str:
        """Resolve a reference against the context's base, or the document's."""
        if isinstance(self.base, Absent):
            return resolve(self.document_base, reference)
        if not self.base:
            return reference
        return resolve(resolve(self.document_base, self.base), reference)

    def term(self, key: str | None) -> Term | None:
        """Return the definition of a key, if it has one."""
        return None if key is None else self.terms.get(key)

    def container(self, key: str | None) -> tuple[str, ...]:
        """Return the container mapping of a key, empty where it has none."""
        term = self.term(key)
        return () if term is None or term.container is None else term.container

    def scoped(self, key: str | None) -> Json:
        """Return the scoped context of a key, or `ABSENT`."""
        term = self.term(key)
        return ABSENT if term is None else term.context
