"""What the short cut (`jsonld_fast`) compiles of an active context, and how it writes terms.

A rule says how the values of one key are written, where that is plain. Anything that is not plain
makes the short cut step aside; nothing here decides what is valid.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from wallet.crypto.jsonld_context import Processor
from wallet.crypto.jsonld_expand import Expander
from wallet.crypto.jsonld_iri import RDF, is_absolute
from wallet.crypto.jsonld_literal import XSD_DOUBLE, literal, well_formed
from wallet.crypto.jsonld_objects import as_list
from wallet.crypto.jsonld_term import ABSENT, ActiveContext, Json, Term

# The kinds of rules; texts and references are by far the most.
TEXT, REFERENCE, OTHER, LIST, ID, TYPE, CONTEXT = range(7)
END: Final = b" .\n"

# What one context remembers of rules and of types; beyond this, it forgets them all.
_MAX_KEYS: Final = 4_096
_MAX_TYPES: Final = 512

_RDF_TYPE: Final = f"{RDF}type"
_TYPE_PREDICATE: Final = f" <{_RDF_TYPE}> ".encode()
_PLAIN_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+,\-.]*:[!$-;=?-\[\]_a-z~]*(?:#[!$-;=?-\[\]_a-z~]*)?")
# Longer ones are looked at by translating the bytes, which then is quicker.
_SHORT: Final = 64
# What is escaped in a text.
ESCAPED: Final = bytes(range(0x20)) + b'"\\\x7f'
_NOT_IN_IRI: Final = bytes(range(0x21)) + b'<>"{}|^`\\\x7f'


class StepAsideError(Exception):
    """Not a plain document; the whole algorithm must decide."""


class Rule(NamedTuple):
    """How the values of a key are written.

    `predicate` has a space on either side; `head` is the same with the quote of a text, `tail` what
    follows the text: a quote, its tag or datatype, the end of the line. `inner` is the context in
    which the values stand.
    """

    kind: int
    predicate: bytes
    head: bytes
    tail: bytes
    inner: ActiveContext


class FastContext:
    """What the short cut has compiled of one active context."""

    __slots__ = ("active", "below", "prefixes", "rules", "type_names", "types")

    def __init__(self, active: ActiveContext) -> None:
        self.active = active
        self.rules: dict[str, Rule] = {}
        self.below: dict[tuple[str, bool], FastContext] = {}
        self.types: dict[str | tuple[str, ...], tuple[FastContext, tuple[bytes, ...]]] = {}
        aliases = {name for name, term in active.terms.items() if term.iri == "@type"}
        self.type_names = ("@type", *sorted(aliases - {"@type"}))
        # "prefix:rest" under one of these is no absolute IRI.
        self.prefixes = frozenset(name for name, term in active.terms.items() if term.prefix)

    def rule(self, key: str, processor: Processor) -> Rule:
        """Compile and remember the rule for a key."""
        if len(self.rules) >= _MAX_KEYS:
            self.rules.clear()
        rule = self.rules[key] = _compile(self.active, key, processor)
        return rule

    def typed(self, kinds: Json, processor: Processor) -> tuple[FastContext, tuple[bytes, ...]]:
        """Compile and remember the context and the statements that types make."""
        key = kinds if isinstance(kinds, str) else tuple(kinds)
        names = as_list(kinds)
        if not all(isinstance(name, str) for name in names):
            raise StepAsideError
        _, active = Expander(processor).apply_types(self.active, {"@type": names})
        typed = of(active)
        if typed.type_names != self.type_names:
            raise StepAsideError
        expanded = (self.active.expand_iri(name, vocab=True, base=True) or "" for name in names)
        written = tuple(_TYPE_PREDICATE + iri(name) + END for name in dict.fromkeys(expanded))
        if len(self.types) >= _MAX_TYPES:
            self.types.clear()
        self.types[key] = typed, written
        return typed, written

    def node_below(
        self, key: str, inner: ActiveContext, processor: Processor, *, reference: bool
    ) -> FastContext:
        """Compile and remember the context of nodes under a key (5.1.2, steps 7 to 9)."""
        scoped = inner.scoped(key)
        active = inner if reference else inner.reverted()
        if scoped is not ABSENT:
            active = processor.derive_scoped(active, scoped, propagate=True, override=True)
        if len(self.below) >= _MAX_KEYS:
            self.below.clear()
        below = self.below[key, reference] = of(active)
        return below


def of(active: ActiveContext) -> FastContext:
    """Return what is compiled of an active context, kept with it."""
    if active.fast is None:
        active.fast = FastContext(active)
    fast: FastContext = active.fast
    return fast


def _compile(active: ActiveContext, key: str, processor: Processor) -> Rule:
    """Return how values of a key are written, or step aside."""
    expanded = active.expand(key)
    if key == "@context":
        return Rule(CONTEXT, b"", b"", b"", active)
    if expanded in ("@id", "@type"):
        return Rule(ID if expanded == "@id" else TYPE, b"", b"", b"", active)
    if expanded is None or expanded == _RDF_TYPE:
        raise StepAsideError
    predicate = b" " + iri(expanded) + b" "
    term = _plain(active.term(key))
    inner = active
    if term.context is not ABSENT:
        inner = processor.derive_scoped(active, term.context, propagate=True, override=True)
        if inner.expand(key) != expanded or inner.container(key) != (term.container or ()):
            raise StepAsideError
        term = _plain(inner.term(key))
    if "@list" in (term.container or ()):
        return Rule(LIST, predicate, b"", b"", inner)
    if term.type == "@id" and inner is active:
        return Rule(REFERENCE, predicate, b"", b"", inner)
    if term.type in ("@id", "@vocab", XSD_DOUBLE):
        return Rule(OTHER, predicate, b"", b"", inner)
    # What follows a text of this term, its tag or datatype, as the whole algorithm writes it.
    sample = literal(Expander(processor).value(inner, key, ""))
    return Rule(TEXT, predicate, predicate + b'"', sample[1:].encode() + END, inner)


def _plain(term: Term | None) -> Term:
    """Return a definition, an empty one for none; step aside from any that is not plain."""
    term = term or Term()
    if term.reverse or term.type == "@json" or not set(term.container or ()) <= {"@list", "@set"}:
        raise StepAsideError
    return term


def reference(value: str, prefixes: frozenset[str]) -> bytes:
    """Write an IRI that is no compact one, or step aside."""
    if prefixes and value.partition(":")[0] in prefixes:
        raise StepAsideError
    if len(value) < _SHORT and _PLAIN_IRI.fullmatch(value):
        return f"<{value}>".encode()
    return iri(value)


def iri(value: str) -> bytes:
    """Write an absolute IRI, or step aside."""
    if not is_absolute(value[:_SHORT]) or value.startswith("_:"):
        raise StepAsideError
    if value.isascii():
        raw = value.encode("ascii")
        if len(raw.translate(None, _NOT_IN_IRI)) == len(raw) and value.count("#") < 2:
            return b"<" + raw + b">"
        raise StepAsideError
    if not is_absolute(value):
        raise StepAsideError
    return well_formed(value).encode()
