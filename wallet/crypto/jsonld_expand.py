"""Expansion (JSON-LD 1.1 API, section 5): from a document to its context-free form.

Safe mode is always on: where the specification drops something, this raises. Maps that containers
key by something are in `jsonld_maps`. The order of keys is that of the JavaScript processor
(UTF-16 code units), because the order in which types apply their contexts shows in the result.
"""

from __future__ import annotations

from typing import Final

from wallet.crypto import jsonld_maps as maps
from wallet.crypto.jsonld_context import Processor
from wallet.crypto.jsonld_iri import KEYWORDS, dropped, invalid, is_absolute, too_complex
from wallet.crypto.jsonld_objects import (
    Node,
    add,
    add_reverse,
    add_types,
    as_list,
    check_value,
    identifier,
    is_json_type,
    is_list,
    is_node,
    language,
    ordered,
    refuse_floating,
)
from wallet.crypto.jsonld_term import ABSENT, ActiveContext, Json

# A transcript of courses of assessments of results is nested about 20 deep.
MAX_DEPTH: Final = 100


class Expander:
    """Expands one document."""

    def __init__(self, processor: Processor) -> None:
        self.processor = processor
        self._depth = 0

    def document(self, active: ActiveContext, element: Json) -> list[Json]:
        """Expand a whole document to the list of its top-level objects (section 9.1.2, expand)."""
        result = self.expand(active, None, element)
        if isinstance(result, dict) and list(result) == ["@graph"]:
            result = result["@graph"]
        return [] if result is None else as_list(result)

    def expand(
        self,
        active: ActiveContext,
        prop: str | None,
        element: Json,
        *,
        in_list: bool = False,
        in_index: bool = False,
        type_scoped: ActiveContext | None = None,
    ) -> Json:
        """Expand one element under a property (section 5.1.2)."""
        if element is None:
            return None
        if not isinstance(element, dict | list):
            if not in_list and (prop is None or active.expand(prop) == "@graph"):
                raise dropped("free-floating scalar", prop or "@value")
            return self.value(active, prop, element)
        self._descend()
        expand = self._object if isinstance(element, dict) else self._array
        result = expand(active, prop, element, in_list, in_index, type_scoped)  # type: ignore[arg-type]
        self._depth -= 1
        return result

    def _descend(self) -> None:
        """Go one level deeper; the caller comes up again."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise too_complex("depth", MAX_DEPTH)

    def _array(
        self,
        active: ActiveContext,
        prop: str | None,
        elements: list[Json],
        in_list: bool,
        in_index: bool,
        type_scoped: ActiveContext | None,
    ) -> list[Json]:
        """Expand each item of an array (step 5)."""
        in_list = in_list or "@list" in active.container(prop)
        result: list[Json] = []
        for element in elements:
            item = self.expand(active, prop, element, in_index=in_index, type_scoped=type_scoped)
            if in_list and isinstance(item, list):
                item = {"@list": item}
            if isinstance(item, list):
                result.extend(item)
            elif item is not None:
                result.append(item)
        return result

    def _object(
        self,
        active: ActiveContext,
        prop: str | None,
        element: Node,
        in_list: bool,
        in_index: bool,
        type_scoped: ActiveContext | None,
    ) -> Json:
        """Expand a map (steps 6 to 19)."""
        expanded_prop = None if prop is None else active.expand(prop)
        property_scoped = active.scoped(prop)
        type_scoped = type_scoped or (active if active.previous else None)
        active = self._reverted(active, element, in_index, type_scoped)
        if property_scoped is not ABSENT:
            active = self.processor.derive_scoped(
                active, property_scoped, propagate=True, override=True
            )
        if "@context" in element:
            active = self.processor.derive(active, element["@context"])
        type_scoped = active
        type_key, active = self.apply_types(active, element)
        result: Node = {}
        scope = _Scope(active, type_scoped, prop, expanded_prop, in_list, type_key)
        self._entries(scope, element, result)
        return self._finish(scope, result)

    def _reverted(
        self,
        active: ActiveContext,
        element: Node,
        in_index: bool,
        type_scoped: ActiveContext | None,
    ) -> ActiveContext:
        """Leave a type-scoped context, unless this is a value or a reference (step 7)."""
        if in_index:
            return active
        if type_scoped is not None and len(element) <= 2 and "@context" not in element:
            for key in ordered(element):
                expanded = type_scoped.expand(key)
                if expanded == "@value":
                    return type_scoped
                if expanded == "@id" and len(element) == 1:
                    return active
        return active.reverted()

    def apply_types(self, active: ActiveContext, element: Node) -> tuple[str | None, ActiveContext]:
        """Apply the contexts that the types bring (step 11); return the first type key too."""
        type_key = None
        type_scoped = active
        for key in ordered(element):
            if active.expand(key) != "@type":
                continue
            type_key = type_key or key
            types = as_list(element[key])
            for kind in types if len(types) < 2 else ordered(filter(_is_text, types)):
                scoped = type_scoped.scoped(kind) if isinstance(kind, str) else ABSENT
                if scoped is not ABSENT:
                    active = self.processor.derive_scoped(
                        active, scoped, propagate=False, override=False
                    )
        return type_key, active

    def _entries(self, scope: _Scope, element: Node, result: Node) -> None:
        """Expand the entries of a map into the result (step 13), then what is nested (step 14)."""
        nests: list[str] = []
        json_type = is_json_type(scope.active, element, scope.type_key)
        for key in ordered(element):
            if key == "@context":
                continue
            expanded = scope.active.expand(key)
            if expanded is None or not (expanded in KEYWORDS or is_absolute(expanded)):
                raise dropped("invalid property", key)
            if expanded in KEYWORDS:
                _check_keyword(scope, expanded, result)
            if expanded == "@nest":
                nests.append(key)
            elif expanded == "@value":
                result["@value"] = element[key]
            elif expanded in _OF_PROPERTIES or expanded not in KEYWORDS:
                self._property(scope, key, expanded, element[key], result)
            else:
                self._keyword(scope, key, expanded, element[key], result)
        if isinstance(result.get("@value"), dict | list) and not (
            json_type and result.get("@type") == "@json"
        ):
            # An array in "@value" is merged into a list by the JavaScript processor first.
            raise invalid("invalid value object value")
        self._nested(scope, element, nests, result)

    def _nested(self, scope: _Scope, element: Node, nests: list[str], result: Node) -> None:
        """Expand the entries of nested maps as if they stood here (step 14)."""
        for key in nests:
            term = scope.active.term(key)
            if term is not None and term.context is not ABSENT:
                raise dropped("scoped context of @nest", key)
            for nested in as_list(element[key]):
                if not isinstance(nested, dict) or any(
                    scope.active.expand(name) == "@value" for name in nested
                ):
                    raise invalid("invalid @nest value")
                self._descend()
                self._entries(scope, nested, result)
                self._depth -= 1

    def _keyword(self, scope: _Scope, key: str, keyword: str, value: Json, result: Node) -> None:
        """Expand the entry of a keyword (step 13.4)."""
        active = scope.active
        if keyword == "@id":
            result["@id"] = identifier(active, value)
        elif keyword == "@type":
            add_types(scope.type_scoped, value, result)
        elif keyword == "@included":
            included = as_list(self.expand(active, scope.prop, value))
            if not all(map(is_node, included)):
                raise invalid("invalid @included value")
            add(result, "@included", included)
        elif keyword == "@language":
            if value is not None:
                result["@language"] = language(value)
        elif keyword == "@direction":
            if value not in ("ltr", "rtl"):
                raise invalid("invalid base direction")
            result["@direction"] = value
        elif keyword == "@index":
            if not isinstance(value, str):
                raise invalid("invalid @index value")
            result["@index"] = value
        elif keyword == "@reverse":
            self._reverse(active, value, result)
        else:
            raise dropped("keyword without meaning here", key)

    def _reverse(self, active: ActiveContext, value: Json, result: Node) -> None:
        """Expand "@reverse" (step 13.4.13)."""
        if not isinstance(value, dict):
            raise invalid("invalid @reverse value")
        expanded = self.expand(active, "@reverse", value)
        if not isinstance(expanded, dict):
            raise invalid("invalid @reverse value")
        for prop, items in expanded.pop("@reverse", {}).items():
            add(result, prop, items)
        for prop, items in expanded.items():
            for item in as_list(items):
                add_reverse(result, prop, item)
            result.setdefault("@reverse", {}).setdefault(prop, [])

    def _property(self, scope: _Scope, key: str, expanded: str, value: Json, result: Node) -> None:
        """Expand the entry of a property, or of "@graph", "@list", "@set" (steps 13.5 to 13.14)."""
        active = scope.active
        if expanded == "@graph" and not isinstance(value, dict | list):
            raise invalid("invalid @graph value")
        term = active.term(key)
        context = active
        if term is not None and term.context is not ABSENT:
            context = self.processor.derive_scoped(
                active, term.context, propagate=True, override=True
            )
        container = active.container(key)
        item = self._contained(scope, context, key, expanded, container, value)
        if item is None:
            return
        if "@list" in container and expanded != "@list" and not is_list(item):
            item = {"@list": as_list(item)}
        if "@graph" in container and "@id" not in container and "@index" not in container:
            item = maps.as_graphs(item)
            if not item:
                return
        reverse = context.term(key)
        if reverse is not None and reverse.reverse:
            for one in as_list(item):
                add_reverse(result, expanded, one)
            result.setdefault("@reverse", {})
        else:
            add(result, expanded, item)

    def _contained(
        self,
        scope: _Scope,
        context: ActiveContext,
        key: str,
        expanded: str,
        container: tuple[str, ...],
        value: Json,
    ) -> Json:
        """Expand a property's value as its container says (steps 13.6 to 13.9)."""
        if isinstance(value, dict):
            if "@language" in container:
                return maps.language_map(context, key, value)
            for kind in ("@index", "@id", "@type"):
                if kind in container:
                    return maps.index_map(self, scope.active, context, key, value, kind)
        if expanded in ("@list", "@set"):
            prop = scope.prop
            if expanded == "@list" and scope.expanded_prop == "@graph":
                prop = None
            return self.expand(context, prop, value, in_list=expanded == "@list")
        term = scope.active.term(key)
        if term is not None and term.type == "@json":
            return {"@type": "@json", "@value": value}
        return self.expand(context, key, value)

    def value(self, active: ActiveContext, prop: str | None, value: Json) -> Json:
        """Expand a scalar by its term's coercion (section 5.3.2)."""
        term = active.term(prop)
        expanded = None if prop is None else active.expand(prop)
        kind = None if term is None else term.type
        if isinstance(value, str):
            if kind == "@id" or expanded == "@graph":
                iri = active.expand_iri(value, base=True)
            elif kind == "@vocab":
                iri = active.expand_iri(value, vocab=True, base=True)
            else:
                return self._literal(active, term, kind, expanded, value)
            if iri is None:
                raise dropped("reserved @id value", value)
            return {"@id": iri}
        return self._literal(active, term, kind, expanded, value)

    def _literal(
        self,
        active: ActiveContext,
        term: Json,
        kind: str | None,
        expanded: str | None,
        value: Json,
    ) -> Json:
        """Expand a scalar that is no reference (steps 3 to 6)."""
        if expanded in KEYWORDS:
            raise dropped("keyword without meaning here", expanded)
        result: Node = {}
        if kind is not None and kind not in ("@id", "@vocab", "@none"):
            result["@type"] = kind
        elif isinstance(value, str):
            language = active.language if term is None or term.language is ABSENT else term.language
            if language is not None:
                result["@language"] = language
            direction = maps.direction(active, term)
            if direction is not None:
                result["@direction"] = direction
        result["@value"] = value
        return result

    def _finish(self, scope: _Scope, result: Node) -> Json:
        """Check a map as a whole, and unwrap it where it stands for its content (steps 15-19)."""
        final: Json = result
        if "@value" in result:
            check_value(result)
        elif "@set" in result or "@list" in result:
            if len(result) > 1 and not (len(result) == 2 and "@index" in result):
                raise invalid("invalid set or list object")
            if "@set" in result:
                if "@index" in result:
                    raise dropped("@index of a set", result["@index"])
                final = result["@set"]
        elif "@type" in result:
            result["@type"] = as_list(result["@type"])
        elif list(result) == ["@language"]:
            raise dropped("object with only @language", result["@language"])
        floating = scope.prop is None or scope.expanded_prop == "@graph"
        floating = floating or "@graph" in scope.active.container(scope.prop)
        if isinstance(final, dict) and floating and not scope.in_list:
            refuse_floating(final)
        return final


class _Scope:
    """Where in a document the entries of a map stand."""

    __slots__ = ("active", "expanded_prop", "in_list", "prop", "type_key", "type_scoped")

    def __init__(
        self,
        active: ActiveContext,
        type_scoped: ActiveContext,
        prop: str | None,
        expanded_prop: str | None,
        in_list: bool,
        type_key: str | None,
    ) -> None:
        self.active = active
        self.type_scoped = type_scoped
        self.prop = prop
        self.expanded_prop = expanded_prop
        self.in_list = in_list
        self.type_key = type_key


_OF_PROPERTIES: Final = frozenset(("@graph", "@list", "@set"))


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _check_keyword(scope: _Scope, keyword: str, result: Node) -> None:
    """Refuse a keyword where it cannot stand, or twice (steps 13.4.1 and 13.4.2)."""
    if scope.expanded_prop == "@reverse":
        raise invalid("invalid reverse property map")
    if keyword in result and keyword not in ("@included", "@type"):
        raise invalid("colliding keywords", keyword=keyword)
