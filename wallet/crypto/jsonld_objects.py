"""Expanded JSON-LD objects: what they are, how they grow, and the checks on each kind.

`jsonld_expand` makes them, `jsonld_maps` makes them from maps, `jsonld_rdf` turns them into
statements. Steps are those of the Expansion Algorithm (JSON-LD 1.1 API, section 5.1.2).
"""

from __future__ import annotations

from collections.abc import Iterable

from wallet.crypto.jsonld_iri import dropped, invalid, is_absolute, is_language
from wallet.crypto.jsonld_term import ActiveContext, Json

Node = dict[str, Json]


def sort_key(text: str) -> bytes:
    """Return what sorts strings by UTF-16 code units, as JavaScript does."""
    return text.encode("utf-16-be", "surrogatepass")


def ordered(keys: Iterable[str]) -> list[str]:
    """Sort keys as JavaScript does."""
    names = list(keys)
    if "".join(names).isascii():
        return sorted(names)
    return sorted(names, key=sort_key)


def as_list(value: Json) -> list[Json]:
    """Return a list as it is, anything else as a list of one."""
    return value if isinstance(value, list) else [value]


def is_value(item: Json) -> bool:
    """Say whether an expanded item is a value object."""
    return isinstance(item, dict) and "@value" in item


def is_list(item: Json) -> bool:
    """Say whether an expanded item is a list object."""
    return isinstance(item, dict) and "@list" in item


def is_node(item: Json) -> bool:
    """Say whether an expanded item is a node object with more than an identifier."""
    if not isinstance(item, dict) or any(key in item for key in ("@value", "@set", "@list")):
        return False
    return len(item) > 1 or "@id" not in item


def add(target: Node, key: str, value: Json) -> None:
    """Add a value, or each value of a list, to the list under a key."""
    present = target.setdefault(key, [])
    if not isinstance(present, list):
        present = target[key] = [present]
    present.extend(as_list(value))


def identifier(active: ActiveContext, value: Json) -> str:
    """Expand the value of "@id" (step 13.4.3)."""
    if not isinstance(value, str):
        raise invalid("invalid @id value")
    iri = active.expand_iri(value, base=True)
    if iri is None:
        raise dropped("reserved @id value", value)
    if not is_absolute(iri):
        raise dropped("relative @id reference", value)
    return iri


def add_types(type_scoped: ActiveContext, value: Json, result: Node) -> None:
    """Expand the value of "@type" (step 13.4.4)."""
    kinds = as_list(value)
    if not all(isinstance(kind, str) for kind in kinds):
        raise invalid("invalid type value")
    for kind in kinds:
        expanded = type_scoped.expand_iri(kind, vocab=True, base=True)
        if expanded != "@json" and not is_absolute(expanded):
            raise dropped("relative @type reference", kind)
        if "@type" not in result:
            result["@type"] = expanded
        else:
            add(result, "@type", expanded)


def language(value: Json) -> str:
    """Check and lower the value of "@language" (step 13.4.8)."""
    if not isinstance(value, str):
        raise invalid("invalid language-tagged string")
    if not is_language(value):
        raise dropped("invalid @language value", value)
    return value.lower()


def add_reverse(result: Node, prop: str, item: Json) -> None:
    """Add to the reversed properties (step 13.13)."""
    if is_value(item) or is_list(item):
        raise invalid("invalid reverse property value")
    add(result.setdefault("@reverse", {}), prop, item)


def check_value(result: Node) -> None:
    """Check a value object (step 15)."""
    if not result.keys() <= {"@value", "@type", "@index", "@language", "@direction"}:
        raise invalid("invalid value object")
    if "@type" in result and ("@language" in result or "@direction" in result):
        raise invalid("invalid value object")
    kind, value = result.get("@type"), result["@value"]
    if kind == "@json" or kind == ["@json"]:
        result["@type"] = "@json"
        return
    if value is None:
        raise dropped("null @value value", "@value")
    if "@language" in result and not isinstance(value, str):
        raise invalid("invalid language-tagged value")
    if kind is not None and (
        not isinstance(kind, str) or not is_absolute(kind) or kind.startswith("_:")
    ):
        raise invalid("invalid typed value")


def is_json_type(active: ActiveContext, element: Node, type_key: str | None) -> bool:
    """Say whether a map is typed as a JSON literal (step 12)."""
    kind = None if type_key is None else element.get(type_key)
    first = (kind[0] if kind else None) if isinstance(kind, list) else kind
    return isinstance(first, str) and active.expand(first) == "@json"


def refuse_floating(item: Node) -> None:
    """Refuse what would be dropped from the top of a graph (step 19)."""
    if not item:
        raise dropped("empty object", "{}")
    if "@value" in item:
        raise dropped("object with only @value", "@value")
    if "@list" in item:
        raise dropped("object with only @list", "@list")
    if len(item) == 1 and "@id" in item:
        raise dropped("object with only @id", item["@id"])
