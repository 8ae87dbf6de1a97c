"""A short cut to canonical N-Quads for plain documents: trees of nodes, texts and references.

Nothing here decides what is valid. It knows only the plainest rules, compiled from the same active
contexts, and steps aside (`None`) at the first sight of anything else, so that the whole algorithm
(`jsonld_expand`, `jsonld_rdf`, `rdfc`) gives the answer or the error. Tests run both on every
document they have and compare. A port to another language can leave this module out.

Why it is short: in a tree every blank node has one statement that points to it, so the statements
about it are at hand when the node has been read, and its hash decides its label at once. Where two
hashes are equal, `rdfc` labels the blank nodes.
"""

from __future__ import annotations

import re
from hashlib import sha256, sha384
from typing import Final

from wallet.crypto import rdfc
from wallet.crypto.jsonld_context import Processor
from wallet.crypto.jsonld_expand import Expander, as_list
from wallet.crypto.jsonld_iri import RDF, is_absolute
from wallet.crypto.jsonld_literal import XSD_DOUBLE, literal, well_formed
from wallet.crypto.jsonld_term import ABSENT, ActiveContext, Json, Term
from wallet.crypto.nquads import Quad, text
from wallet.errors import WalletError

# How a scalar under a key is written; texts and references are by far the most.
_TEXT, _REFERENCE, _OTHER, _LIST, _ID, _TYPE, _CONTEXT = range(7)

_MAX_DEPTH: Final = 40
_MAX_LINES: Final = 20_000
_MAX_KEYS: Final = 4_096
_MAX_TYPES: Final = 512

_PLAIN_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+,\-.]*:[!$-;=?-\[\]_a-z~]*(?:#[!$-;=?-\[\]_a-z~]*)?")
# What makes an ASCII string no IRI, or one with a second look needed.
_SHORT: Final = 64
_ESCAPED: Final = bytes(range(0x20)) + b'"\\\x7f'
_NOT_IN_IRI: Final = bytes(range(0x21)) + b'<>"{}|^`\\\x7f'
_END: Final = " .\n"
_RDF_TYPE: Final = f"{RDF}type"
_TYPE_PREDICATE: Final = f" <{RDF}type> "
_FIRST: Final = f" <{RDF}first> "
_REST: Final = f" <{RDF}rest> "
_NIL: Final = f"<{RDF}nil>"

# kind, ' <predicate> ', what follows a text ('" .\n', with tag or datatype)
_Rule = tuple[int, str, str]


class _StepAsideError(Exception):
    """Not a plain document; the whole algorithm must decide."""


class _Blank:
    """A blank node: its statements, the blank nodes below it and what points to it."""

    __slots__ = ("children", "incoming", "label", "lines")

    def __init__(self, lines: list[str], children: list[tuple[str, _Blank]]) -> None:
        self.lines = lines
        self.children = children
        self.incoming = ""
        self.label = ""


class FastContext:
    """What the short cut has compiled of one active context.

    `inner` is, for a key with a scoped context, the context in which its values stand.
    """

    __slots__ = ("active", "below", "inner", "prefixes", "rules", "type_names", "types")

    def __init__(self, active: ActiveContext) -> None:
        self.active = active
        self.rules: dict[str, _Rule] = {}
        self.inner: dict[str, ActiveContext] = {}
        self.below: dict[tuple[str, bool], FastContext] = {}
        self.types: dict[str | tuple[str, ...], tuple[FastContext, tuple[str, ...]]] = {}
        aliases = [name for name, term in active.terms.items() if term.iri == "@type"]
        # "prefix:rest" under one of these is no absolute IRI.
        self.prefixes = frozenset(name for name, term in active.terms.items() if term.prefix)
        self.type_names = ("@type", *sorted(set(aliases) - {"@type"}))

    def rule(self, key: str, processor: Processor) -> _Rule:
        """Compile and remember the rule for a key."""
        if len(self.rules) >= _MAX_KEYS:
            self.rules.clear()
            self.inner.clear()
        rule = self.rules[key] = self._compile(key, processor)
        return rule

    def _compile(self, key: str, processor: Processor) -> _Rule:
        """Return how values of a key are written, or step aside."""
        active = self.active
        expanded = active.expand(key)
        if key == "@context":
            return _CONTEXT, "", ""
        if expanded in ("@id", "@type"):
            return (_ID if expanded == "@id" else _TYPE), "", ""
        if expanded is None or expanded == _RDF_TYPE:
            raise _StepAsideError
        predicate = f" {_iri(expanded)} "
        term = active.term(key)
        if term is None:
            term = Term()
        elif term.context is not ABSENT:
            _check_plain(term)
            inner = processor.derive_scoped(active, term.context, propagate=True, override=True)
            if inner.container(key) != (term.container or ()):
                raise _StepAsideError
            self.inner[key] = active = inner
            term = inner.term(key) or Term()
        _check_plain(term)
        if "@list" in (term.container or ()):
            return _LIST, predicate, ""
        if term.type == "@id" and key not in self.inner:
            return _REFERENCE, predicate, ""
        if term.type in ("@id", "@vocab", XSD_DOUBLE):
            return _OTHER, predicate, ""
        # What follows a text of this term, its tag or datatype, as the whole algorithm writes it.
        sample = literal(Expander(processor).value(active, key, ""))
        return _TEXT, predicate, sample.removeprefix('"') + _END


def _check_plain(term: Term) -> None:
    if term.reverse or term.type == "@json" or not set(term.container or ()) <= {"@list", "@set"}:
        raise _StepAsideError


def _of(active: ActiveContext) -> FastContext:
    if active.fast is None:
        active.fast = FastContext(active)
    fast: FastContext = active.fast
    return fast


def canonicalize(
    active: ActiveContext, document: dict[str, Json], processor: Processor, hash_name: str
) -> str | None:
    """Return the canonical N-Quads of a plain document, or null for any other.

    `active` is the context that the document's "@context" makes. Every error is left to the whole
    algorithm, except for text that is no Unicode.
    """
    try:
        return _Reader(processor).read(_of(active), document, hash_name)
    except (_StepAsideError, WalletError):
        return None


class _Reader:
    """Reads one document."""

    def __init__(self, processor: Processor) -> None:
        self._processor = processor
        self._named: dict[str, list[str]] = {}
        self._links: list[tuple[str, str, _Blank]] = []
        self._blanks: list[_Blank] = []
        self._depth = 0
        # Whether something was written that may look like the statement of another value.
        self._mixed = False

    def read(self, context: FastContext, document: dict[str, Json], hash_name: str) -> str:
        """Read the whole document and write its statements."""
        root = self._node(context, document)
        lines = self._named[root] if isinstance(root, str) else root.lines
        if not lines and not self._links and len(self._blanks) < 2:
            raise _StepAsideError
        self._label(hash_name)
        return self._written()

    def _node(self, context: FastContext, element: dict[str, Json]) -> str | _Blank:
        """Read a node; return its name as it is written, or the blank node."""
        context, written = self._typed(context, element)
        lines = list(written)
        children: list[tuple[str, _Blank]] = []
        name = ""
        rules, prefixes = context.rules, context.prefixes
        for key, value in element.items():
            try:
                kind, predicate, tail = rules[key]
            except KeyError:
                kind, predicate, tail = context.rule(key, self._processor)
            if kind == _TEXT and value.__class__ is str:
                lines.append(f'{predicate}"{value if _is_plain(value) else text(value)}{tail}')
            elif kind == _REFERENCE and value.__class__ is str:
                lines.append(f"{predicate}{_reference(value, prefixes)}{_END}")
            elif kind <= _LIST:
                if value is not None:
                    self._values(context, key, value, lines, children)
            elif kind == _ID:
                if name or value.__class__ is not str:
                    raise _StepAsideError
                name = _reference(value, prefixes)
            elif kind == _CONTEXT and self._depth:
                raise _StepAsideError
        return self._finished(name, lines, children)

    def _finished(
        self, name: str, lines: list[str], children: list[tuple[str, _Blank]]
    ) -> str | _Blank:
        """Keep the statements of a node, and tell the blank nodes below it what points to them."""
        if len(lines) > _MAX_LINES:
            raise _StepAsideError
        subject = name or "_:z"
        for predicate, child in children:
            child.incoming = f"{subject}{predicate}_:a{_END}"
        if not name:
            blank = _Blank(lines, children)
            self._blanks.append(blank)
            return blank
        self._links.extend([(name, predicate, child) for predicate, child in children])
        if name in self._named:
            self._named[name].extend(lines)
        else:
            self._named[name] = lines
        return name

    def _values(
        self,
        context: FastContext,
        key: str,
        value: Json,
        lines: list[str],
        children: list[tuple[str, _Blank]],
    ) -> None:
        """Read the value or values of a property that are no single text or reference."""
        kind, predicate, _ = context.rules[key]
        objects: list[str | _Blank] = []
        for item in value if value.__class__ is list else (value,):
            if item.__class__ is dict:
                self._depth += 1
                objects.append(self._node(self._below(context, key, item), item))
                self._depth -= 1
            elif item is not None:
                objects.append(self._scalar(context, key, item))
        if kind == _LIST:
            objects = [self._list(objects)]
        for written in objects:
            if isinstance(written, str):
                lines.append(f"{predicate}{written}{_END}")
            else:
                children.append((predicate, written))

    def _list(self, objects: list[str | _Blank]) -> str | _Blank:
        """Make the blank nodes of a list; return its head (JSON-LD 1.1 API, 8.5)."""
        rest: str | _Blank = _NIL
        # Two empty lists are two statements to some and one to others.
        self._mixed = True
        for item in reversed(objects):
            lines: list[str] = []
            children: list[tuple[str, _Blank]] = []
            for predicate, part in ((_FIRST, item), (_REST, rest)):
                if isinstance(part, str):
                    lines.append(f"{predicate}{part}{_END}")
                else:
                    children.append((predicate, part))
            rest = self._finished("", lines, children)
        return rest

    def _scalar(self, context: FastContext, key: str, value: Json) -> str:
        """Write a text, a reference, a number or a boolean."""
        kind, _, tail = context.rules[key]
        if value.__class__ is str:
            if kind == _TEXT:
                return f'"{text(value)}{tail}'.removesuffix(_END)
            if kind == _REFERENCE:
                return _reference(value, context.prefixes)
        elif value.__class__ is list:
            raise _StepAsideError
        active = context.inner.get(key, context.active)
        item = Expander(self._processor).value(active, key, value)
        if "@id" in item:
            return _iri(item["@id"])
        self._mixed = True
        return literal(item)

    def _typed(
        self, context: FastContext, element: dict[str, Json]
    ) -> tuple[FastContext, tuple[str, ...]]:
        """Return the context that the types of a node make, and the statements of its types."""
        kinds: Json = None
        for name in context.type_names:
            if name in element:
                if kinds is not None:
                    raise _StepAsideError
                kinds = element[name]
                if kinds is None:
                    raise _StepAsideError
        if kinds is None:
            return context, ()
        try:
            if kinds.__class__ is str:
                return context.types[kinds]
            if kinds.__class__ is list:
                return context.types[tuple(kinds)]
        except KeyError:
            return self._compile_types(context, kinds)
        except TypeError:
            pass
        raise _StepAsideError

    def _compile_types(
        self, context: FastContext, kinds: Json
    ) -> tuple[FastContext, tuple[str, ...]]:
        key = kinds if isinstance(kinds, str) else tuple(kinds)
        kinds = as_list(kinds)
        if not all(isinstance(kind, str) for kind in kinds):
            raise _StepAsideError
        expander = Expander(self._processor)
        _, active = expander.apply_types(context.active, {"@type": kinds})
        typed = _of(active)
        if typed.type_names != context.type_names:
            raise _StepAsideError
        names = dict.fromkeys(
            context.active.expand_iri(kind, vocab=True, base=True) or "" for kind in kinds
        )
        if len(context.types) >= _MAX_TYPES:
            context.types.clear()
        known = typed, tuple(f"{_TYPE_PREDICATE}{_iri(name)}{_END}" for name in names)
        context.types[key] = known
        return known

    def _below(self, context: FastContext, key: str, element: dict[str, Json]) -> FastContext:
        """Return the context for a node under a key (JSON-LD 1.1 API, 5.1.2, steps 7 to 9)."""
        if self._depth > _MAX_DEPTH or "@context" in element:
            raise _StepAsideError
        reference = False
        if len(element) <= 2:
            active = context.inner.get(key, context.active)
            if active.previous is not None:
                meanings = [active.expand(name) for name in element]
                if "@value" in meanings:
                    raise _StepAsideError
                reference = meanings == ["@id"]
        try:
            return context.below[key, reference]
        except KeyError:
            return self._compile_below(context, key, reference=reference)

    def _compile_below(self, context: FastContext, key: str, *, reference: bool) -> FastContext:
        active = context.inner.get(key, context.active)
        scoped = active.scoped(key)
        active = active if reference else active.reverted()
        if scoped is not ABSENT:
            active = self._processor.derive_scoped(active, scoped, propagate=True, override=True)
        if len(context.below) >= _MAX_KEYS:
            context.below.clear()
        below = context.below[key, reference] = _of(active)
        return below

    def _label(self, hash_name: str) -> None:
        """Label the blank nodes by their first degree hashes (RDFC-1.0, 4.4.3, steps 3 and 4)."""
        digest = sha384 if hash_name == "sha384" else sha256
        hashed: list[tuple[bytes, _Blank]] = []
        for blank in self._blanks:
            lines = blank.lines = self._ordered(blank.lines)
            if blank.children:
                lines = lines + [f"{predicate}_:z{_END}" for predicate, _ in blank.children]
                lines.sort()
            data = "_:a" + "_:a".join(lines) if lines else ""
            # "<" sorts before "_:a", and "_:z" after it.
            if blank.incoming.startswith("<"):
                data = blank.incoming + data
            else:
                data += blank.incoming
            hashed.append((digest(data.encode("utf-8")).digest(), blank))
        hashed.sort(key=lambda pair: pair[0])
        previous = b""
        for number, (hashed_to, blank) in enumerate(hashed):
            if hashed_to == previous:
                self._label_alike(hash_name)
                return
            previous = hashed_to
            blank.label = f"_:c14n{number}"

    def _label_alike(self, hash_name: str) -> None:
        """Label the blank nodes where some look alike, which takes all of RDFC-1.0."""
        for number, blank in enumerate(self._blanks):
            blank.label = f"_:b{number}"
        quads = [_quad(name, p, child.label) for name, p, child in self._links]
        for blank in self._blanks:
            quads += [_quad(blank.label, p, child.label) for p, child in blank.children]
            quads += [_quad(blank.label, *_parted(line)) for line in blank.lines]
        labels = rdfc.label(quads, hash_name=hash_name)
        for blank in self._blanks:
            blank.label = labels[blank.label]

    def _ordered(self, lines: list[str]) -> list[str]:
        """Sort the statements of a node, each once; two forms of one are not for here."""
        lines.sort()
        once = set(lines)
        if len(once) == len(lines):
            return lines
        if self._mixed:
            raise _StepAsideError
        return sorted(once)

    def _written(self) -> str:
        """Write all statements in order: by subject, then within a subject."""
        for name, predicate, child in self._links:
            self._named[name].append(f"{predicate}{child.label}{_END}")
        for blank in self._blanks:
            if blank.children:
                blank.lines.extend([f"{p}{child.label}{_END}" for p, child in blank.children])
                blank.lines.sort()
        parts = []
        for name in sorted(self._named):
            lines = self._ordered(self._named[name])
            if lines:
                parts.append(name + name.join(lines))
        subjects = sorted((blank.label, blank.lines) for blank in self._blanks)
        parts.extend([label + label.join(lines) for label, lines in subjects if lines])
        return "".join(parts)


def _quad(subject: str, predicate: str, target: str) -> Quad:
    return Quad(subject, predicate.strip(), target)


def _parted(line: str) -> tuple[str, str]:
    """Return the predicate and the object of a statement as `_Blank` keeps it."""
    predicate, _, target = line.removesuffix(_END).lstrip().partition(" ")
    return predicate, target


def _is_plain(value: str) -> bool:
    """Say whether a text needs no escapes; what is quickest to look at depends on its length."""
    if len(value) < _SHORT:
        return value.isprintable() and '"' not in value and "\\" not in value
    raw = value.encode("utf-8")
    return len(raw.translate(None, _ESCAPED)) == len(raw)


def _reference(value: str, prefixes: frozenset[str]) -> str:
    """Write an IRI that is no compact one, or step aside."""
    if prefixes and value.partition(":")[0] in prefixes:
        raise _StepAsideError
    if len(value) < _SHORT and _PLAIN_IRI.fullmatch(value):
        return f"<{value}>"
    return _iri(value)


def _iri(value: str) -> str:
    """Write an absolute IRI, or step aside."""
    if not is_absolute(value[:_SHORT]) or value.startswith("_:"):
        raise _StepAsideError
    if value.isascii():
        raw = value.encode("ascii")
        if len(raw.translate(None, _NOT_IN_IRI)) == len(raw) and value.count("#") < 2:
            return f"<{value}>"
        raise _StepAsideError
    if not is_absolute(value):
        raise _StepAsideError
    return well_formed(value)
