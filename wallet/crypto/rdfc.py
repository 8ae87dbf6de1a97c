"""RDF Dataset Canonicalization, RDFC-1.0 (W3C Recommendation, section 4).

From quads to canonical N-Quads. Knows nothing of JSON-LD. Work on graphs whose blank nodes look
alike grows without limit, so it has a budget; the default one is that of the JavaScript library.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from wallet.crypto.jsonld_iri import too_complex
from wallet.crypto.nquads import Quad, unescape
from wallet.errors import Code, UnsupportedError

# How often the deep algorithm may run: (blank nodes that look alike) to this power.
DEFAULT_WORK_FACTOR: Final = 1
# Whatever the factor: about a second of work.
MAX_RUNS: Final = 20_000
# Orders of related blank nodes that are tried: 7! and more.
MAX_PERMUTATIONS: Final = 10_000
# Statements that the deep algorithm looks at: a third of a second of work.
MAX_VISITS: Final = 100_000

HASHES: Final = ("sha256", "sha384")
_CANONICAL: Final = "c14n"


def canonicalize(
    quads: Iterable[Quad], *, hash_name: str = "sha256", work_factor: int = DEFAULT_WORK_FACTOR
) -> bytes:
    """Return canonical N-Quads, sorted by code point (section 4.4).

    Raises `UnsupportedError(TOO_COMPLEX)` for a graph beyond the work budget.
    """
    statements = list(dict.fromkeys(quads))
    labels = label(statements, hash_name=hash_name, work_factor=work_factor)
    lines = sorted(str(_relabelled(quad, labels)) for quad in statements)
    return "".join(lines).encode("utf-8")


def label(
    quads: Iterable[Quad],
    *,
    hash_name: str = "sha256",
    work_factor: int = DEFAULT_WORK_FACTOR,
    max_permutations: int = MAX_PERMUTATIONS,
    first: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the canonical label of each blank node: `_:b0` -> `_:c14n0`.

    `first` are the first degree hashes of all blank nodes (section 4.6, hex) where they are known;
    then the statements that name two blank nodes are enough.
    """
    if hash_name not in HASHES:
        raise UnsupportedError(Code.ALGORITHM_UNSUPPORTED, algorithm=hash_name)
    return _Canonicalizer(quads, hash_name, work_factor, max_permutations).run(first)


def _relabelled(quad: Quad, labels: dict[str, str]) -> Quad:
    return Quad(
        labels.get(quad.subject, quad.subject),
        quad.predicate,
        labels.get(quad.object, quad.object),
        labels.get(quad.graph, quad.graph),
    )


def is_blank(part: str) -> bool:
    """Say whether a part of a quad is a blank node."""
    return part.startswith("_:")


class _Issuer:
    """Issues identifiers with a prefix, and remembers the order (section 4.5)."""

    __slots__ = ("issued", "prefix")

    def __init__(self, prefix: str, issued: dict[str, str] | None = None) -> None:
        self.prefix = prefix
        self.issued: dict[str, str] = {} if issued is None else issued

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, self.issued.copy())

    def issue(self, node: str) -> str:
        identifier = self.issued.get(node)
        if identifier is None:
            identifier = self.issued[node] = f"_:{self.prefix}{len(self.issued)}"
        return identifier


class _Canonicalizer:
    """The canonicalization state of one dataset (section 4.3)."""

    def __init__(
        self, quads: Iterable[Quad], hash_name: str, work_factor: int, max_permutations: int
    ) -> None:
        self._hash_name = hash_name
        self._work_factor = work_factor
        self._quads: dict[str, list[Quad]] = {}
        self._first: dict[str, str] = {}
        self._issuer = _Issuer(_CANONICAL)
        self._runs = 0
        self._visits = 0
        self._permutations = max_permutations
        for quad in quads:
            for node in dict.fromkeys((quad.subject, quad.object, quad.graph)):
                if is_blank(node):
                    self._quads.setdefault(node, []).append(quad)

    def run(self, first: Mapping[str, str] | None = None) -> dict[str, str]:
        """Run the canonicalization algorithm (section 4.4.3)."""
        by_hash: dict[str, list[str]] = {}
        for node in first or ():
            self._quads.setdefault(node, [])
        for node in self._quads:
            digest = first[node] if first is not None else self._hash_first_degree(node)
            self._first[node] = digest
            by_hash.setdefault(digest, []).append(node)
        alike: list[list[str]] = []
        for digest in sorted(by_hash):
            nodes = by_hash[digest]
            if len(nodes) == 1:
                self._issuer.issue(nodes[0])
            else:
                alike.append(nodes)
        count = sum(map(len, alike))
        self._runs = min(MAX_RUNS, count**self._work_factor)
        for nodes in alike:
            self._label_alike(nodes)
        return self._issuer.issued

    def _label_alike(self, nodes: list[str]) -> None:
        """Label the blank nodes that share a first degree hash (step 5)."""
        paths: list[tuple[str, _Issuer]] = []
        for node in nodes:
            if node in self._issuer.issued:
                continue
            issuer = _Issuer("b")
            issuer.issue(node)
            paths.append(self._hash_n_degree(node, issuer))
        for _, issuer in sorted(paths, key=lambda path: path[0]):
            for node in issuer.issued:
                self._issuer.issue(node)

    def _digest(self, data: str) -> str:
        return hashlib.new(self._hash_name, data.encode("utf-8")).hexdigest()

    def _hash_first_degree(self, node: str) -> str:
        """Hash the statements about a blank node, the others nameless (section 4.6)."""
        lines = [
            str(
                Quad(
                    _nameless(quad.subject, node),
                    quad.predicate,
                    _nameless(quad.object, node),
                    _nameless(quad.graph, node),
                )
            )
            for quad in self._quads[node]
        ]
        return self._digest("".join(sorted(lines)))

    def _hash_related(self, related: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """Hash how a blank node is related to another (section 4.7)."""
        # The value of the predicate, not its escaped form.
        predicate = "" if position == "g" else unescape(quad.predicate)
        identifier = self._issuer.issued.get(related) or issuer.issued.get(related)
        return self._digest(position + predicate + (identifier or self._first[related]))

    def _related(self, node: str, issuer: _Issuer) -> dict[str, list[str]]:
        """Group the blank nodes related to one by how they are related (section 4.8.3, 1-3)."""
        groups: dict[str, list[str]] = {}
        self._visits += len(self._quads[node])
        if self._visits > MAX_VISITS:
            raise too_complex("blank nodes", MAX_VISITS)
        for quad in self._quads[node]:
            for related, position in ((quad.subject, "s"), (quad.object, "o"), (quad.graph, "g")):
                if is_blank(related) and related != node:
                    digest = self._hash_related(related, quad, issuer, position)
                    groups.setdefault(digest, []).append(related)
        return groups

    def _hash_n_degree(self, node: str, issuer: _Issuer) -> tuple[str, _Issuer]:
        """Hash a blank node by its surroundings, however far (section 4.8)."""
        if self._runs == 0:
            raise too_complex("blank nodes", MAX_RUNS)
        self._runs -= 1
        data: list[str] = []
        groups = self._related(node, issuer)
        for digest in sorted(groups):
            path, issuer = self._choose_path(groups[digest], issuer)
            data.append(digest)
            data.append(path)
        return self._digest("".join(data)), issuer

    def _choose_path(self, related: list[str], issuer: _Issuer) -> tuple[str, _Issuer]:
        """Return the least path over all orders of the related nodes (step 5.4)."""
        chosen = ""
        chosen_issuer = issuer
        for order in permutations(related):
            if len(related) > 1:
                if self._permutations == 0:
                    raise too_complex("blank nodes", MAX_PERMUTATIONS)
                self._permutations -= 1
            found = self._path(order, issuer.copy(), chosen)
            if found is not None and (not chosen or found[0] < chosen):
                chosen, chosen_issuer = found
        return chosen, chosen_issuer

    def _path(self, order: list[str], issuer: _Issuer, chosen: str) -> tuple[str, _Issuer] | None:
        """Return the path of one order, or null as soon as it is beyond the chosen one."""
        path = ""
        pending: list[str] = []
        for related in order:
            canonical = self._issuer.issued.get(related)
            if canonical is None and related not in issuer.issued:
                pending.append(related)
            path += canonical or issuer.issue(related)
            if chosen and path > chosen:
                return None
        for related in pending:
            digest, found = self._hash_n_degree(related, issuer)
            path += f"{issuer.issue(related)}<{digest}>"
            issuer = found
            if chosen and path > chosen:
                return None
        return path, issuer


def _nameless(part: str, node: str) -> str:
    if not is_blank(part):
        return part
    return "_:a" if part == node else "_:z"


def permutations(items: list[str]) -> Iterator[list[str]]:
    """Yield the orders of distinct items by swaps of neighbours (Steinhaus-Johnson-Trotter).

    The order in which they are tried decides how much work is saved, and so when the budget ends;
    it starts from the sorted items, as in the JavaScript library.
    """
    current = sorted(items)
    leftward = dict.fromkeys(current, True)
    while True:
        yield current.copy()
        mobile = -1
        for position, item in enumerate(current):
            neighbour = position - 1 if leftward[item] else position + 1
            if (
                0 <= neighbour < len(current)
                and item > current[neighbour]
                and (mobile < 0 or item > current[mobile])
            ):
                mobile = position
        if mobile < 0:
            return
        largest = current[mobile]
        other = mobile - 1 if leftward[largest] else mobile + 1
        current[mobile], current[other] = current[other], largest
        for item in current:
            if item > largest:
                leftward[item] = not leftward[item]
