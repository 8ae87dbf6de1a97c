"""A short cut to canonical N-Quads for plain documents: trees of nodes, texts and references.

Nothing here decides what is valid. It knows only the plainest rules (`jsonld_rules`), compiled from
the same active contexts, and steps aside at the first sight of anything else, so that the whole
algorithm (`jsonld_expand`, `jsonld_rdf`, `rdfc`) gives the answer or the error. Tests run both on
every document they have and compare. A port to another language can leave this module out.

Why it is short: in a tree every blank node has one statement that points to it, so the statements
about it are at hand when the node has been read, and its hash decides its label at once. Where two
hashes are equal, `rdfc` labels the blank nodes.
"""

from __future__ import annotations

from hashlib import sha256, sha384
from typing import Final

from wallet.crypto import rdfc
from wallet.crypto.jsonld_context import Processor
from wallet.crypto.jsonld_expand import Expander
from wallet.crypto.jsonld_iri import RDF
from wallet.crypto.jsonld_literal import literal
from wallet.crypto.jsonld_rules import (
    CONTEXT,
    END,
    ESCAPED,
    ID,
    LIST,
    REFERENCE,
    TEXT,
    FastContext,
    Rule,
    StepAsideError,
    iri,
    of,
    reference,
)
from wallet.crypto.jsonld_term import ActiveContext, Json
from wallet.crypto.nquads import Quad, text
from wallet.errors import WalletError

_MAX_DEPTH: Final = 40
_MAX_LINES: Final = 20_000

_FIRST: Final = f" <{RDF}first> ".encode()
_REST: Final = f" <{RDF}rest> ".encode()
_NIL: Final = f"<{RDF}nil>".encode()


class _Blank:
    """A blank node: its statements, the blank nodes below it and what points to it.

    A statement is kept without its subject, from the space after it to the end of the line.
    """

    __slots__ = ("children", "incoming", "label", "lines")

    def __init__(self, lines: list[bytes], children: list[tuple[bytes, _Blank]]) -> None:
        self.lines = lines
        self.children = children
        self.incoming = b""
        self.label = b""


def canonicalize(
    active: ActiveContext, document: dict[str, Json], processor: Processor, hash_name: str
) -> bytes | None:
    """Return the canonical N-Quads of a plain document, or null for any other.

    `active` is the context that the document's "@context" makes. Every error is left to the whole
    algorithm.
    """
    try:
        return _Reader(processor).read(of(active), document, hash_name)
    except (StepAsideError, WalletError, UnicodeEncodeError):
        return None


class _Reader:
    """Reads one document."""

    def __init__(self, processor: Processor) -> None:
        self._processor = processor
        self._named: dict[bytes, list[bytes]] = {}
        self._links: list[tuple[bytes, bytes, _Blank]] = []
        self._blanks: list[_Blank] = []
        self._depth = 0
        # Whether something was written that may look like the statement of another value.
        self._mixed = False

    def read(self, context: FastContext, document: dict[str, Json], hash_name: str) -> bytes:
        """Read the whole document and write its statements."""
        root = self._node(context, document)
        lines = self._named[root] if isinstance(root, bytes) else root.lines
        if not lines and not self._links and len(self._blanks) < 2:
            raise StepAsideError
        self._label(hash_name)
        return self._written()

    def _node(self, context: FastContext, element: dict[str, Json]) -> bytes | _Blank:
        """Read a node; return its name as it is written, or the blank node."""
        context, written = self._typed(context, element)
        lines = list(written)
        children: list[tuple[bytes, _Blank]] = []
        name = b""
        rules, prefixes = context.rules, context.prefixes
        for key, value in element.items():
            try:
                rule = rules[key]
            except KeyError:
                rule = context.rule(key, self._processor)
            kind, predicate, head, tail, _ = rule
            if kind == TEXT and value.__class__ is str:
                raw = value.encode()
                if len(raw.translate(None, ESCAPED)) != len(raw):
                    raw = text(value).encode()
                lines.append(head + raw + tail)
            elif kind == REFERENCE and value.__class__ is str:
                lines.append(predicate + reference(value, prefixes) + END)
            elif kind <= LIST:
                if value is not None:
                    self._values(context, key, rule, value, lines, children)
            elif kind == ID:
                if name or value.__class__ is not str:
                    raise StepAsideError
                name = reference(value, prefixes)
            elif kind == CONTEXT and self._depth:
                raise StepAsideError
        return self._finished(name, lines, children)

    def _finished(
        self, name: bytes, lines: list[bytes], children: list[tuple[bytes, _Blank]]
    ) -> bytes | _Blank:
        """Keep the statements of a node, and tell the blank nodes below it what points to them."""
        if len(lines) > _MAX_LINES or len(self._blanks) > _MAX_LINES:
            raise StepAsideError
        subject = name or b"_:z"
        for predicate, child in children:
            child.incoming = subject + predicate + b"_:a" + END
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
        rule: Rule,
        value: Json,
        lines: list[bytes],
        children: list[tuple[bytes, _Blank]],
    ) -> None:
        """Read the value or values of a property that are no single text or reference."""
        objects: list[bytes | _Blank] = []
        for item in value if value.__class__ is list else (value,):
            if item.__class__ is dict:
                self._depth += 1
                objects.append(self._node(self._below(context, key, rule, item), item))
                self._depth -= 1
            elif item is not None:
                objects.append(self._scalar(context, key, rule, item))
        if rule.kind == LIST:
            objects = [self._list(objects)]
        for written in objects:
            if isinstance(written, bytes):
                lines.append(rule.predicate + written + END)
            else:
                children.append((rule.predicate, written))

    def _list(self, objects: list[bytes | _Blank]) -> bytes | _Blank:
        """Make the blank nodes of a list; return its head (JSON-LD 1.1 API, 8.5)."""
        rest: bytes | _Blank = _NIL
        # Two empty lists are two statements to some and one to others.
        self._mixed = True
        for item in reversed(objects):
            lines: list[bytes] = []
            children: list[tuple[bytes, _Blank]] = []
            for predicate, part in ((_FIRST, item), (_REST, rest)):
                if isinstance(part, bytes):
                    lines.append(predicate + part + END)
                else:
                    children.append((predicate, part))
            rest = self._finished(b"", lines, children)
        return rest

    def _scalar(self, context: FastContext, key: str, rule: Rule, value: Json) -> bytes:
        """Write a text, a reference, a number or a boolean."""
        if value.__class__ is str:
            if rule.kind == TEXT:
                return b'"' + text(value).encode() + rule.tail.removesuffix(END)
            if rule.kind == REFERENCE:
                return reference(value, context.prefixes)
        elif value.__class__ is list:
            raise StepAsideError
        item = Expander(self._processor).value(rule.inner, key, value)
        if "@id" in item:
            return iri(item["@id"])
        self._mixed = True
        return literal(item).encode()

    def _typed(
        self, context: FastContext, element: dict[str, Json]
    ) -> tuple[FastContext, tuple[bytes, ...]]:
        """Return the context that the types of a node make, and the statements of its types."""
        kinds: Json = None
        for name in context.type_names:
            if name in element:
                if kinds is not None:
                    raise StepAsideError
                kinds = element[name]
                if kinds is None:
                    raise StepAsideError
        if kinds is None:
            return context, ()
        try:
            if kinds.__class__ is str:
                return context.types[kinds]
            if kinds.__class__ is list:
                return context.types[tuple(kinds)]
        except KeyError:
            return context.typed(kinds, self._processor)
        except TypeError:
            pass
        raise StepAsideError

    def _below(
        self, context: FastContext, key: str, rule: Rule, element: dict[str, Json]
    ) -> FastContext:
        """Return the context for a node under a key (JSON-LD 1.1 API, 5.1.2, steps 7 to 9)."""
        if self._depth > _MAX_DEPTH or "@context" in element:
            raise StepAsideError
        lone = False
        if len(element) <= 2 and rule.inner.previous is not None:
            meanings = [rule.inner.expand(name) for name in element]
            if "@value" in meanings:
                raise StepAsideError
            lone = meanings == ["@id"]
        try:
            return context.below[key, lone]
        except KeyError:
            return context.node_below(key, rule.inner, self._processor, reference=lone)

    def _label(self, hash_name: str) -> None:
        """Label the blank nodes by their first degree hashes (RDFC-1.0, 4.4.3, steps 3 and 4)."""
        digest = sha384 if hash_name == "sha384" else sha256
        hashed: list[tuple[bytes, _Blank]] = []
        for blank in self._blanks:
            lines = blank.lines = self._ordered(blank.lines)
            if blank.children:
                lines = lines + [predicate + b"_:z" + END for predicate, _ in blank.children]
                lines.sort()
            data = b"_:a" + b"_:a".join(lines) if lines else b""
            # "<" sorts before "_:a", and "_:z" after it.
            if blank.incoming.startswith(b"<"):
                data = blank.incoming + data
            else:
                data += blank.incoming
            hashed.append((digest(data).digest(), blank))
        hashed.sort(key=lambda pair: pair[0])
        previous = b""
        for number, (hashed_to, blank) in enumerate(hashed):
            if hashed_to == previous:
                self._label_alike(hashed, hash_name)
                return
            previous = hashed_to
            blank.label = b"_:c14n%d" % number

    def _label_alike(self, hashed: list[tuple[bytes, _Blank]], hash_name: str) -> None:
        """Label the blank nodes where some look alike, which takes all of RDFC-1.0.

        Only where no orders are to be tried: how much work they take, and so whether the budget
        is enough, would depend on the labels that the whole algorithm gives first.
        """
        first: dict[str, str] = {}
        for number, (digest, blank) in enumerate(hashed):
            blank.label = b"_:b%d" % number
            first[blank.label.decode()] = digest.hex()
        if len(hashed) * sum(len(blank.lines) for _, blank in hashed) > rdfc.MAX_VISITS:
            raise StepAsideError
        quads = [
            Quad(blank.label.decode(), predicate.decode().strip(), child.label.decode())
            for _, blank in hashed
            for predicate, child in blank.children
        ]
        labels = rdfc.label(quads, hash_name=hash_name, max_permutations=0, first=first)
        for _, blank in hashed:
            blank.label = labels[blank.label.decode()].encode()

    def _ordered(self, lines: list[bytes]) -> list[bytes]:
        """Sort the statements of a node, each once; two forms of one are not for here."""
        lines.sort()
        once = set(lines)
        if len(once) == len(lines):
            return lines
        if self._mixed:
            raise StepAsideError
        return sorted(once)

    def _written(self) -> bytes:
        """Write all statements in order: by subject, then within a subject."""
        for name, predicate, child in self._links:
            self._named[name].append(predicate + child.label + END)
        for blank in self._blanks:
            if blank.children:
                blank.lines.extend([p + child.label + END for p, child in blank.children])
                blank.lines.sort()
        parts = []
        for name in sorted(self._named):
            lines = self._ordered(self._named[name])
            if lines:
                parts.append(name + name.join(lines))
        subjects = sorted((blank.label, blank.lines) for blank in self._blanks)
        parts.extend([label + label.join(lines) for label, lines in subjects if lines])
        return b"".join(parts)
