"""JSON pointers (RFC 6901), and the part of a JSON-LD document that some of them select.

Data Integrity ECDSA Cryptosuites 1.0 sections 3.4.11 to 3.4.13. With what a pointer names comes
what it takes to read it: the contexts, and the identifier and the types of each object on the way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from wallet.errors import Code, MalformedError
from wallet.model import Json

# What a person or an issuer names one by one; a transcript of a whole degree has some thousands.
MAX_POINTERS: Final = 10_000
MAX_POINTER_CHARS: Final = 2_000

_ESCAPES: Final = re.compile(r"~(?![01])")
_INDEX: Final = re.compile(r"0|[1-9][0-9]{0,8}")
# What goes with every object that is selected in part. A nested context too: without it, the rest
# would mean something else.
_KEPT: Final = ("@context", "@id", "id", "type")


class _Missing:
    """An item of a list that is not selected."""


_MISSING: Final = _Missing()


def split(pointer: str) -> tuple[str, ...]:
    """Return the steps of a pointer; raises `MalformedError` for what is none."""
    if len(pointer) > MAX_POINTER_CHARS or _ESCAPES.search(pointer):
        raise _no_such(pointer)
    if not pointer:
        return ()
    if pointer[0] != "/":
        raise _no_such(pointer)
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer[1:].split("/"))


def join(steps: Iterable[str | int]) -> str:
    """Return the pointer of some steps."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def select(document: Mapping[str, Json], pointers: Iterable[str]) -> dict[str, Json] | None:
    """Return the part of a document that the pointers name together; None for no pointers."""
    selected: dict[str, Json] | None = None
    # Each once: then no value is copied more often than it is deep.
    for count, pointer in enumerate(dict.fromkeys(pointers)):
        if count >= MAX_POINTERS:
            raise MalformedError(Code.TOO_LARGE, field="pointers", limit=MAX_POINTERS)
        steps = split(pointer)
        if selected is None:
            selected = _begun(document, pointer)
        if not steps:
            return {name: _copied(value) for name, value in document.items()}
        _add(document, selected, steps, pointer)
    return None if selected is None else dict(_dense(selected))


def _add(
    document: Mapping[str, Json], selected: dict[str, Json], steps: tuple[str, ...], pointer: str
) -> None:
    source: Json = document
    target: Json = selected
    for step in steps[:-1]:
        source = _below(source, step, pointer)
        key: str | int = step if isinstance(target, dict) else int(step)
        known = target.get(key) if isinstance(target, dict) else target[key]
        if known is None or known is _MISSING:
            known = target[key] = _begun(source, pointer)
        target = known
    source = _below(source, steps[-1], pointer)
    target[steps[-1] if isinstance(target, dict) else int(steps[-1])] = _copied(source)


def _begun(source: Json, pointer: str) -> Json:
    """Return what stands for an object or a list of which nothing has been selected yet."""
    if isinstance(source, list):
        return [_MISSING] * len(source)
    if not isinstance(source, dict):
        raise _no_such(pointer)
    return {name: _copied(source[name]) for name in _KEPT if name in source}


def _below(value: Json, step: str, pointer: str) -> Json:
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list) and _INDEX.fullmatch(step) and int(step) < len(value):
        return value[int(step)]
    raise _no_such(pointer)


def _dense(value: Json) -> Json:
    """Close the gaps in the lists of a selection."""
    if isinstance(value, dict):
        return {name: _dense(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_dense(item) for item in value if item is not _MISSING]
    return value


def _copied(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _copied(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value


def _no_such(pointer: str) -> MalformedError:
    return MalformedError(Code.NO_SUCH_PART, part=pointer[:80])
