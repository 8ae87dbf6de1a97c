"""Expansion of maps that a container keys by language, index, identifier or type.

The rest of expansion is `jsonld_expand` (JSON-LD 1.1 API, section 5.1.2, steps 13.7 to 13.12).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from wallet.crypto.jsonld_iri import dropped, invalid, is_absolute, is_language, unsupported
from wallet.crypto.jsonld_objects import Node, as_list, ordered, refuse_floating
from wallet.crypto.jsonld_term import ABSENT, ActiveContext, Json, Term

if TYPE_CHECKING:
    from wallet.crypto.jsonld_expand import Expander


def direction(active: ActiveContext, term: Term | None) -> str | None:
    """Return the base direction that strings of a term have."""
    if term is None or term.direction is ABSENT:
        return active.direction
    return term.direction if isinstance(term.direction, str) else None


def language_map(active: ActiveContext, key: str, value: Node) -> list[Json]:
    """Expand a language map (step 13.7)."""
    result: list[Json] = []
    base_direction = direction(active, active.term(key))
    for language, texts in value.items():
        untagged = active.expand(language) == "@none"
        for text in texts if isinstance(texts, list) else [texts]:
            if text is None:
                continue
            if not isinstance(text, str):
                raise invalid("invalid language map value")
            if not untagged and not is_language(language):
                raise dropped("invalid @language value", language)
            item: Node = {"@value": text}
            if not untagged:
                item["@language"] = language.lower()
            if base_direction is not None:
                item["@direction"] = base_direction
            result.append(item)
    return result


def index_map(
    expander: Expander,
    active: ActiveContext,
    context: ActiveContext,
    key: str,
    value: Node,
    kind: str,
) -> list[Json]:
    """Expand an index, id or type map (step 13.8); `kind` is the container's keyword."""
    term = context.term(key)
    index = term.index if kind == "@index" and term is not None and term.index else kind
    index_property = active.expand(index) if index != kind else None
    as_graph = "@graph" in active.container(key) and kind != "@type"
    if kind == "@type":
        context = context.reverted()
        if len(value) > 1 and any(context.scoped(name) is not ABSENT for name in value):
            raise unsupported("type map with several types and scoped contexts")
    result: list[Json] = []
    for name in ordered(value):
        inner = context
        scoped = context.scoped(name) if kind == "@type" else ABSENT
        if scoped is not ABSENT:
            inner = expander.processor.derive_scoped(
                context, scoped, propagate=False, override=False
            )
        items = expander.expand(inner, key, as_list(value[name]), in_index=True)
        if items:
            entry = _entry(expander, inner, index, name, kind, index_property)
            result.extend(_keyed(item, entry, as_graph=as_graph) for item in items)
    return result


class _Entry:
    """What a key of an index map adds to each item under it; nothing where `value` is null."""

    __slots__ = ("kind", "prop", "value")

    def __init__(self, kind: str, prop: str | None, value: Json) -> None:
        self.kind = kind
        self.prop = prop
        self.value = value


def _entry(
    expander: Expander,
    active: ActiveContext,
    index: str,
    name: str,
    kind: str,
    prop: str | None,
) -> _Entry:
    """Expand one key of an index map (steps 13.8.3.4 to 13.8.3.6)."""
    if index != kind:
        if prop is None or not is_absolute(prop):
            raise dropped("invalid property", index)
        return _Entry(kind, prop, None if name == "@none" else expander.value(active, index, name))
    expanded = active.expand(name)
    if expanded == "@none":
        return _Entry(kind, None, None)
    if kind == "@index":
        return _Entry(kind, None, name)
    if kind == "@id":
        expanded = active.expand_iri(name, base=True)
    if expanded is None or not is_absolute(expanded):
        raise dropped(f"relative {kind} reference", name)
    return _Entry(kind, None, expanded)


def _keyed(item: Json, entry: _Entry, *, as_graph: bool) -> Json:
    """Add to one item what its key says (step 13.8.3.7)."""
    if as_graph and not _is_graph(item):
        refuse_floating(item)
        item = {"@graph": [item]}
    is_value = "@value" in item
    if entry.kind == "@type":
        if entry.value is not None:
            present = item.get("@type", [])
            item["@type"] = [entry.value, *(present if isinstance(present, list) else [present])]
            if is_value:
                raise invalid("invalid value object")
    elif is_value and (entry.kind == "@id" or entry.prop is not None):
        raise invalid("invalid value object")
    elif entry.value is None:
        return item
    elif entry.prop is not None:
        present = item.get(entry.prop, [])
        item[entry.prop] = [entry.value, *(present if isinstance(present, list) else [present])]
    else:
        item.setdefault(entry.kind, entry.value)
    return item


def _is_graph(item: Node) -> bool:
    """Say whether an expanded item is a graph object."""
    return "@graph" in item and not (item.keys() - {"@graph", "@id", "@index"})


def as_graphs(value: Json) -> list[Json]:
    """Make a graph object of each item (step 13.12)."""
    items = value if isinstance(value, list) else [value]
    for item in items:
        refuse_floating(item)
    return [{"@graph": [item]} for item in items]
