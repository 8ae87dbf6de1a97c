"""Made-up JSON-LD documents with inline contexts of every kind, the same for the same seed."""

from __future__ import annotations

import random
from typing import Any

_NAMES = ["a", "b", "c", "d", "name", "ex:a", "http://e.org/x", "nested", "7", "10"]
_IRIS = ["http://e.org/", "@id", "@type", "ex:b", "urn:x", "http://e.org/p#", "ex:c", None]
_CONTAINERS: list[Any] = [
    *("@list", "@set", "@language", "@index", "@id", "@type", "@graph"),
    *(["@graph", "@id"], ["@set", "@index"], ["@graph", "@set"], ["@set", "@id"]),
]
_ENTRIES: list[tuple[str, list[Any]]] = [
    ("@type", ["@id", "@vocab", "@json", "@none", "http://e.org/t"]),
    ("@container", _CONTAINERS),
    ("@language", ["en", None, "EN"]),
    ("@prefix", [True, False]),
    ("@protected", [True, False]),
    ("@nest", ["@nest"]),
]
_SETTINGS: list[tuple[str, list[Any]]] = [
    ("@base", ["http://b.org/x/y"]),
    ("@language", ["de", None]),
    ("@version", [1.1]),
    ("@protected", [True]),
    ("@propagate", [True, False]),
]
_SCALARS: list[Any] = [
    *("t", "ex:b", "a", "http://e.org/q", "2020-01-01", "_:b0", "é\U0001f600", "rel"),
    *(1, 2.5, -0.0, 1e21, 12345678901234567890, True, None),
]


class Maker:
    """Makes documents from a seed."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def _one_in(self, n: float) -> bool:
        return self._rng.random() < 1 / n

    def document(self) -> dict[str, Any]:
        """Return a document with a context of its own."""
        return {**self._node(0), "@context": self._context(0)}

    def _definition(self, depth: int) -> Any:
        if self._one_in(3):
            return self._rng.choice(_IRIS)
        made: dict[str, Any] = {"@id": self._rng.choice(_IRIS)} if self._one_in(1.6) else {}
        for name, values in _ENTRIES:
            if self._one_in(7):
                made[name] = self._rng.choice(values)
        if depth < 2 and self._one_in(7):
            made["@context"] = self._context(depth + 1)
        return made

    def _context(self, depth: int) -> Any:
        made: dict[str, Any] = {"ex": "http://e.org/", "@vocab": "http://v.org/"}
        for _ in range(self._rng.randrange(1, 5)):
            made[self._rng.choice(_NAMES)] = self._definition(depth)
        for name, values in _SETTINGS:
            if self._one_in(12):
                made[name] = self._rng.choice(values)
        return [made, self._context(depth + 1)] if depth < 2 and self._one_in(6) else made

    def _value(self, depth: int) -> Any:
        kind = self._rng.random()
        if kind < 0.35 or depth > 3:
            return self._rng.choice(_SCALARS)
        if kind < 0.5:
            return [self._value(depth + 1) for _ in range(self._rng.randrange(3))]
        if kind < 0.6:
            extra = [{}, {"@type": "@json"}, {"@language": "en"}, {"@type": "ex:t"}]
            return {"@value": self._rng.choice(["x", 1, 2.5]), **self._rng.choice(extra)}
        if kind < 0.66:
            return {self._rng.choice(["@list", "@set"]): self._value(depth + 1)}
        return self._node(depth + 1)

    def _node(self, depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self._one_in(2):
            made["@id"] = self._rng.choice(["urn:n", "_:b0", "ex:n"])
        if self._one_in(2.5):
            made["@type"] = self._rng.choice(["a", "ex:T", ["b", "c"], "http://e.org/T"])
        if depth and self._one_in(10):
            made["@context"] = self._context(1)
        for _ in range(self._rng.randrange(4)):
            made[self._rng.choice([*_NAMES, "@graph", "@included"])] = self._value(depth)
        return made
