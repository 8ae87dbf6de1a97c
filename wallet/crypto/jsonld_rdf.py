"""From expanded JSON-LD to RDF quads (JSON-LD 1.1 API, sections 7 and 8).

Blank nodes get their labels in the order of the JavaScript processor, so that the work that
canonicalisation spends on a hard graph, and with it the point of giving up, is the same.
"""

from __future__ import annotations

from typing import Final

from wallet.crypto.jsonld_iri import (
    KEYWORDS,
    RDF,
    dropped,
    invalid,
    is_absolute,
    too_complex,
    unsupported,
)
from wallet.crypto.jsonld_literal import as_double, literal, well_formed
from wallet.crypto.jsonld_objects import Node, is_list, is_node, is_value, ordered
from wallet.crypto.jsonld_term import Json
from wallet.crypto.nquads import Quad, iri

# A transcript of a whole degree has a few thousand statements.
MAX_QUADS: Final = 100_000

_TYPE: Final = iri(f"{RDF}type")
_FIRST: Final = iri(f"{RDF}first")
_REST: Final = iri(f"{RDF}rest")
_NIL: Final = iri(f"{RDF}nil")
_DEFAULT: Final = "@default"

# A subject: property -> the values, each once, under what makes it the same value.
Subject = dict[str, dict[object, Json]]


class _Labels:
    """Issues blank node labels: _:b0, _:b1, ..."""

    def __init__(self) -> None:
        self._issued: dict[str, str] = {}
        self._count = 0

    def issue(self, old: str | None = None) -> str:
        """Return the label for a blank node of the document, or a new one."""
        if old is not None and old in self._issued:
            return self._issued[old]
        label = f"_:b{self._count}"
        self._count += 1
        if old is not None:
            self._issued[old] = label
        return label


def to_quads(expanded: list[Json]) -> list[Quad]:
    """Return the statements of an expanded document; each appears once."""
    return _Converter().convert(expanded)


class _Converter:
    """Collects the nodes of one document by graph and name, then writes their statements."""

    def __init__(self) -> None:
        self._labels = _Labels()
        self._graphs: dict[str, dict[str, Subject]] = {_DEFAULT: {}}
        self._quads: list[Quad] = []
        self._size = 0

    def convert(self, expanded: list[Json]) -> list[Quad]:
        """Run both algorithms (sections 7.2 and 8.2)."""
        for item in expanded:
            self._collect(item, _DEFAULT)
        for graph in ordered(self._graphs):
            name = "" if graph == _DEFAULT else _resource(graph)
            self._write_graph(self._graphs[graph], name)
        if len(set(self._quads)) != len(self._quads):
            # Distinct JSON, the same statement: libraries differ on whether it counts once.
            raise unsupported("one statement in two forms")
        return self._quads

    def _count(self) -> None:
        self._size += 1
        if self._size > MAX_QUADS:
            raise too_complex("statements", MAX_QUADS)

    # Node Map Generation (section 7.2)

    def _collect(
        self, item: Json, graph: str, name: str | None = None, into: list[Json] | None = None
    ) -> None:
        """Add an expanded item to a graph, or to a list that is being built."""
        if not isinstance(item, dict):
            raise invalid("invalid value object")
        if is_value(item):
            if into is None:
                raise dropped("object with only @value", "@value")
            into.append(_checked(item))
        elif is_list(item):
            if into is None:
                raise dropped("object with only @list", "@list")
            into.append({"@list": self._list(item, graph)})
        else:
            self._collect_node(item, graph, name, into)

    def _list(self, item: Node, graph: str) -> list[Json]:
        """Return the flattened items of a list object (step 4)."""
        if "@index" in item:
            raise dropped("@index", "@index")
        collected: list[Json] = []
        for member in item["@list"]:
            self._collect(member, graph, into=collected)
        return collected

    def _collect_node(
        self, node: Node, graph: str, name: str | None, into: list[Json] | None
    ) -> None:
        """Add a node object (steps 5 and 6)."""
        self._count()
        for kind in node.get("@type", ()):
            if kind.startswith("_:"):
                self._labels.issue(kind)
        if name is None:
            name = self._name(node)
        if into is not None:
            into.append({"@id": name})
        subject = self._graphs[graph].setdefault(name, {})
        for prop in ordered(node):
            self._collect_entry(node, prop, name, graph, subject)

    def _name(self, node: Node) -> str:
        """Return the IRI of a node, or the label of a blank one."""
        given = node.get("@id")
        if given is None:
            return self._labels.issue()
        return self._labels.issue(given) if given.startswith("_:") else str(given)

    def _collect_entry(
        self, node: Node, prop: str, name: str, graph: str, subject: Subject
    ) -> None:
        """Add one entry of a node object (steps 6.4 to 6.12)."""
        if prop == "@id":
            return
        value = node[prop]
        if prop == "@reverse":
            self._collect_reverse(value, name, graph)
        elif prop == "@graph":
            self._graphs.setdefault(name, {})
            for item in value:
                self._collect(item, name)
        elif prop == "@included":
            for item in value:
                self._collect(item, graph)
        elif prop == "@type":
            for kind in value:
                label = self._labels.issue(kind) if kind.startswith("_:") else kind
                _add(subject, "@type", ("@id", label), {"@id": label})
                self._count()
        elif prop in KEYWORDS:
            # "@index", and "@language" or "@direction" without "@value": not in the graph.
            raise dropped("not part of what is signed", prop)
        else:
            for item in value:
                self._collect_value(item, prop, name, graph, subject)

    def _collect_reverse(self, reverse: Node, name: str, graph: str) -> None:
        """Add the nodes that refer to this one (step 6.9)."""
        for prop, items in reverse.items():
            for item in items:
                other = self._name(item)
                self._collect(item, graph, other)
                subject = self._graphs[graph][other]
                _add(subject, prop, ("@id", name), {"@id": name})

    def _collect_value(
        self, item: Json, prop: str, name: str, graph: str, subject: Subject
    ) -> None:
        """Add one value of a property (step 6.12)."""
        self._count()
        if is_value(item):
            _add(subject, prop, _identity(item), _checked(item))
        elif is_list(item):
            _add(subject, prop, object(), {"@list": self._list(item, graph)})
        elif is_node(item) or "@id" in item:
            other = self._name(item)
            _add(subject, prop, ("@id", other), {"@id": other})
            self._collect(item, graph, other)
        else:
            raise invalid("invalid set or list object", name=name)

    # Object to RDF Conversion (section 8)

    def _write_graph(self, nodes: dict[str, Subject], graph: str) -> None:
        for name in ordered(nodes):
            subject = _resource(name)
            properties = nodes[name]
            for prop in ordered(properties):
                predicate = _TYPE if prop == "@type" else _predicate(prop)
                for item in properties[prop].values():
                    target = self._object(item, graph)
                    self._quads.append(Quad(subject, predicate, target, graph))

    def _object(self, item: Node, graph: str) -> str:
        """Return a value, reference or list head as an object (sections 8.4 to 8.6)."""
        if "@value" in item:
            return literal(item)
        if "@list" in item:
            return self._write_list(item["@list"], graph)
        return _resource(item["@id"])

    def _write_list(self, items: list[Json], graph: str) -> str:
        """Write a list and return its head (section 8.5)."""
        head = subject = self._labels.issue() if items else _NIL
        for position, item in enumerate(items):
            last = position == len(items) - 1
            target = self._object(item, graph)
            rest = _NIL if last else self._labels.issue()
            self._quads.append(Quad(subject, _FIRST, target, graph))
            self._quads.append(Quad(subject, _REST, rest, graph))
            subject = rest
        return head


def _resource(name: str) -> str:
    """Write a node's name."""
    if name.startswith("_:"):
        return name
    if not is_absolute(name):
        raise dropped("relative object reference", name)
    return well_formed(name)


def _predicate(prop: str) -> str:
    if prop.startswith("_:"):
        raise dropped("blank node predicate", prop)
    return well_formed(prop)


def _checked(item: Node) -> Node:
    """Return a value object, having refused what would fall out of it."""
    if "@index" in item:
        raise dropped("not part of what is signed", "@index")
    return item


def _add(subject: Subject, prop: str, identity: object, item: Json) -> None:
    subject.setdefault(prop, {}).setdefault(identity, item)


def _identity(item: Node) -> object:
    """Return what makes two value objects the same: value, type and language."""
    value = item["@value"]
    if isinstance(value, dict | list):
        return object()
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = as_double(value)
    return (type(value), value, item.get("@type"), item.get("@language"))
