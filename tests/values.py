"""What a test looks up in a document."""

from __future__ import annotations

from typing import Any

from wallet.formats import pointers


def value_at(document: Any, pointer: str) -> Any:
    """Return what a JSON pointer names."""
    value = document
    for step in pointers.split(pointer):
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value
