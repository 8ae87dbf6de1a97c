"""The statements of a document, numbered and named so that parts of it can be shown alone.

What the proofs with selective disclosure share (Data Integrity ECDSA Cryptosuites 1.0 section 3.4,
BBS Cryptosuites section 3.3): blank nodes get names that tell nothing, and JSON pointers select
statements.

To find them, every object without an identifier is lent one, so that the objects of a selection
are those of the whole. That the loan changes nothing is checked against the document itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final

from wallet.crypto import rdfc
from wallet.crypto.jsonld import Contexts, canonicalize, refuse_ambiguous_order
from wallet.crypto.nquads import Quad
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import plain, pointers
from wallet.model import Json, Proof

# From the canonical label of each blank node ("c14n0") to the name it has in what is signed.
Naming = Callable[[Mapping[str, str]], Mapping[str, str]]

_CANONICAL: Final = "_:c14n"
_LENT: Final = "urn:bnid:"
_WRITTEN: Final = f"<{_LENT}"
_NO_OBJECTS: Final = plain.JSON_MEMBERS | {"@context"}

# A statement in canonical form (RDFC-1.0, appendix A).
_STATEMENT: Final = re.compile(
    r"(_:\w+|<[^>]*>) (<[^>]*>) "
    r'(_:\w+|<[^>]*>|"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^>]*>)?)'
    r"(?: (_:\w+|<[^>]*>))? \.\n"
)


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements of one document as they were signed, and how to find them.

    `lent` is the document with an identifier in every object. `positions` tells for a statement of
    that document where it is among `lines`; `quads` are the same statements, in the same order,
    with blank nodes again, and `labels` the HMACs that name these.
    """

    lent: Mapping[str, Json]
    lines: tuple[bytes, ...]
    quads: tuple[Quad, ...]
    names: Mapping[str, str]
    positions: Mapping[bytes, int]
    contexts: Contexts

    def selected(self, named: Iterable[str]) -> frozenset[int]:
        """Return the positions of the statements that pointers select."""
        part = pointers.select(self.lent, named)
        if part is None:
            return frozenset()
        try:
            stated = canonicalize(part, self.contexts).splitlines(keepends=True)
            return frozenset(self.positions[line] for line in stated)
        except KeyError as error:
            raise MalformedError(Code.NO_SUCH_PART) from error

    def split(self, chosen: Container[int]) -> tuple[list[bytes], list[bytes]]:
        """Return the lines at the chosen positions, and the others."""
        mandatory: list[bytes] = []
        others: list[bytes] = []
        for number, line in enumerate(self.lines):
            (mandatory if number in chosen else others).append(line)
        return mandatory, others

    def visible_names(self, visible: Iterable[int]) -> tuple[str, ...]:
        """Return the names of the blank nodes in these statements, by their canonical labels."""
        issued = rdfc.label([self.quads[number] for number in visible])
        order = sorted(issued, key=lambda blank: int(issued[blank].removeprefix(_CANONICAL)))
        return tuple(self.names[blank] for blank in order)


def number(document: Mapping[str, Json], naming: Naming, contexts: Contexts) -> Statements:
    """Number the statements of a document, their blank nodes named by `naming`.

    Raises `UnsupportedError` (JSONLD_UNSUPPORTED) for a document that says something else once its
    objects have identifiers, or that has blank nodes which no object stands for.
    """
    lent = _lent(document, count())
    stated = canonicalize(lent, contexts).splitlines(keepends=True)
    if any(b"_:c14n" in line and names_blank(line) for line in stated):
        # The cells of a list, or a graph: no object of the document stands for these.
        raise UnsupportedError(Code.JSONLD_UNSUPPORTED, feature="selective disclosure")
    quads = [quad(line, _returned) for line in stated]
    canonical = rdfc.label(quads)
    _check_unchanged(document, quads, canonical, contexts)
    names = naming({blank: name.removeprefix("_:") for blank, name in canonical.items()})
    written = {blank: f"_:{name}" for blank, name in names.items()}
    signed = [str(_named(one, written)).encode("utf-8") for one in quads]
    order = sorted(range(len(signed)), key=signed.__getitem__)
    lines = tuple(signed[number] for number in order)
    refuse_ambiguous_order(b"".join(lines))
    positions = {stated[number]: place for place, number in enumerate(order)}
    in_order = tuple(quads[number] for number in order)
    return Statements(lent, lines, in_order, names, positions, contexts)


def unsecured(document: Mapping[str, Json], proof: Proof) -> dict[str, Json]:
    """Return the document without its proofs; this suite knows no chains of proofs."""
    if proof.options.get("previousProof") is not None:
        raise UnsupportedError(Code.JSONLD_UNSUPPORTED, feature="previousProof")
    return {name: value for name, value in document.items() if name != "proof"}


def quad(line: bytes, named: Callable[[str], str]) -> Quad:
    """Return a canonical statement, with `named` applied to what may be a blank node."""
    match = _STATEMENT.fullmatch(line.decode("utf-8"))
    assert match is not None  # the canonical form has no other lines
    subject, predicate, target, graph = match.groups("")
    return Quad(named(subject), predicate, named(target), named(graph))


def names_blank(line: bytes) -> bool:
    """Say whether a canonical statement names a blank node."""
    return any(map(rdfc.is_blank, quad(line, str)))


def relabelled(canonical: bytes, names: Mapping[str, str]) -> list[bytes]:
    """Return canonical statements with other names for the blank nodes, in their new order.

    Raises `MalformedError` unless every blank node has a name and every name is used.
    """
    used: set[str] = set()

    def named(part: str) -> str:
        if not part.startswith("_:"):
            return part
        if part not in names:
            raise malformed("labels")
        used.add(part)
        return names[part]

    statements = [
        str(quad(line, named)).encode("utf-8") if b"_:c14n" in line else line
        for line in canonical.splitlines(keepends=True)
    ]
    if len(used) != len(names):
        raise malformed("labels")
    statements.sort()
    refuse_ambiguous_order(b"".join(statements))
    return statements


def malformed(problem: str) -> MalformedError:
    """Return the error for a proof that does not fit its document."""
    return MalformedError(Code.BAD_SIGNATURE_ENCODING, problem=problem)


def _check_unchanged(
    document: Mapping[str, Json], quads: list[Quad], labels: Mapping[str, str], contexts: Contexts
) -> None:
    """Refuse a document that says something else once its objects have identifiers."""
    again = sorted(str(_named(one, labels)).encode("utf-8") for one in quads)
    if b"".join(again) != canonicalize(document, contexts):
        raise UnsupportedError(Code.JSONLD_UNSUPPORTED, feature="selective disclosure")


def _lent(value: Json, numbers: Iterator[int]) -> Json:
    """Return a copy of a document in which every object without an identifier is lent one."""
    if isinstance(value, list):
        return [_lent(item, numbers) for item in value]
    if not isinstance(value, dict) or "@value" in value:
        return value
    copy = {
        name: member if name in _NO_OBJECTS else _lent(member, numbers)
        for name, member in value.items()
    }
    if "id" not in copy and "@id" not in copy:
        copy["@id"] = f"{_LENT}{next(numbers)}"
    return copy


def _returned(part: str) -> str:
    """Return the blank node that a lent identifier stands for; any other part as it is."""
    return f"_:b{part[len(_WRITTEN) : -1]}" if part.startswith(_WRITTEN) else part


def _named(one: Quad, names: Mapping[str, str]) -> Quad:
    return Quad(
        names.get(one.subject, one.subject),
        one.predicate,
        names.get(one.object, one.object),
        names.get(one.graph, one.graph),
    )
