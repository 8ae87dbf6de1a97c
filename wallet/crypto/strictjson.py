"""JSON read strictly: one meaning for one text, and bounded work.

Stricter than `json.loads`: UTF-8 only, no duplicate keys, no NaN or Infinity, no lone surrogates,
no number that a double cannot hold. One leading byte order mark is tolerated (RFC 8259 section 8.1
lets a reader ignore it; editors on Windows write it). Integers stay `int`, everything else stays
`float`. Nothing here knows what the JSON means.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from wallet.errors import Code, MalformedError
from wallet.model import Json

BOM: Final = b"\xef\xbb\xbf"

Path = tuple[str | int, ...]  # member names and positions in lists, from the outside in

# A double holds up to 309 decimal digits; a longer integer has no JSON-LD canonical form.
MAX_NUMBER_CHARS: Final = 308


@dataclass(frozen=True, slots=True)
class Limits:
    """What is spent at most on one text: its size in bytes, its depth of nesting, its values.

    `values` counts brackets and commas. A value costs up to 250 bytes of memory where its text
    costs three; the largest records people hold have some ten thousand.
    """

    size: int = 16 * 1024 * 1024
    depth: int = 100
    values: int = 500_000


DEFAULT: Final = Limits()

_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_MARKS: Final = bytes(set(range(256)) - set(b"[{,"))
# Possessive, and to the end where the quote is never closed: each byte is looked at once.
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_SPACE: Final = re.compile(r"[ \t\n\r]*")


def parse(data: bytes, limits: Limits = DEFAULT) -> Json:
    """Return the value `data` spells; raise `MalformedError` for what is not strict JSON."""
    return parse_text(decode(data, limits))


def parse_object(data: bytes, limits: Limits = DEFAULT) -> dict[str, Json]:
    """Return the JSON object `data` spells."""
    value = parse(data, limits)
    if not isinstance(value, dict):
        raise MalformedError(Code.WRONG_TYPE, expected="object")
    return value


def decode(data: bytes, limits: Limits = DEFAULT) -> str:
    """Return `data` as text, checked for size, depth and UTF-8, without a byte order mark."""
    if len(data) > limits.size:
        raise MalformedError(Code.TOO_LARGE, size=len(data), limit=limits.size)
    if data.startswith(BOM):
        data = data[3:]
    # More brackets than levels allowed is the cheap sign that the exact count is worth taking.
    brackets = data.count(b"{") + data.count(b"[")
    if brackets > limits.depth:
        _check_depth(data, limits.depth)
    if brackets + data.count(b",") > limits.values:
        _check_values(data, limits.values)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(Code.NOT_UTF8, position=error.start) from error


def parse_text(text: str) -> Json:
    """Return the value that text from `decode` spells."""
    try:
        value, end = _scan(text, _skip(text, 0))
    except StopIteration as error:
        code = Code.NOT_JSON if text.strip() else Code.EMPTY
        raise MalformedError(code, position=error.value) from error
    except json.JSONDecodeError as error:
        raise MalformedError(Code.NOT_JSON, position=error.pos) from error
    except RecursionError as error:
        raise MalformedError(Code.TOO_DEEP) from error
    if _skip(text, end) != len(text):
        raise MalformedError(Code.NOT_JSON, position=end)
    if "\\u" in text and _SURROGATE.search(text):
        _check_surrogates(value)
    return value


def parse_many(parts: list[bytes], limits: Limits = DEFAULT) -> list[Json]:
    """Return the value of each part; together they may spend what one text may."""
    # No JSON text holds the separator: it is a control character, which a string must escape. One
    # stands first, too, so that no part has a byte order mark.
    texts = decode(b"".join([b"\x1e" + part for part in parts]), limits).split("\x1e")[1:]
    if len(texts) != len(parts):
        raise MalformedError(Code.NOT_JSON)
    return [_parse_short(text) for text in texts]


def _parse_short(text: str) -> Json:
    """Return what `parse_text` does, sooner for an array as people write it."""
    if text[:1] == "[" and "\\u" not in text:
        try:
            value, end = _scan(text, 0)
        except (StopIteration, ValueError, RecursionError):
            return parse_text(text)
        if end == len(text):
            return value
    return parse_text(text)


def items(text: str) -> list[tuple[int, int]]:
    """Return where each item of a JSON array text starts and ends (`text` has been parsed)."""
    return list(_item_spans(text, _skip(text, 0)))


def member_items(text: str, name: str) -> list[tuple[int, int]]:
    """Return the spans of the values of one member of a JSON object text.

    An array is one span an item, anything else one span. `text` has been parsed before.
    """
    position = _skip(text, _skip(text, 0) + 1)
    while text[position] != "}":
        key, position = _scan(text, position)
        position = _skip(text, _skip(text, position) + 1)
        if key == name and text[position] == "[":
            return list(_item_spans(text, position))
        start, position = position, _scan(text, position)[1]
        if key == name:
            return [(start, position)]
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return []


def spans(text: str, paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """Return where the values at some places of a JSON text start and end, in one walk over it.

    `text` has been parsed before. A place that is not there is left out, and so is one within the
    value of another.
    """
    wanted: dict[str | int, Json] = {}
    for path in paths:
        inner = wanted
        for step in path:
            inner = inner.setdefault(step, {})
    found: dict[Path, tuple[int, int]] = {}
    _locate(text, _skip(text, 0), wanted, (), found)
    return found


def _locate(
    text: str,
    position: int,
    wanted: Mapping[str | int, Json],
    path: Path,
    found: dict[Path, tuple[int, int]],
) -> int:
    """Note the spans wanted within the value at `position`; return where that value ends."""
    if not wanted or text[position] not in "{[":
        end = _scan(text, position)[1]
        if not wanted:
            found[path] = position, end
        return end
    named = text[position] == "{"
    position, number = _skip(text, position + 1), 0
    while text[position] not in "}]":
        step: str | int = number
        if named:
            step, position = _scan(text, position)
            position = _skip(text, _skip(text, position) + 1)
        if step in wanted:
            position = _locate(text, position, wanted[step], (*path, step), found)
        else:
            position = _scan(text, position)[1]
        position, number = _skip(text, position), number + 1
        if text[position] == ",":
            position = _skip(text, position + 1)
    return position + 1


def _item_spans(text: str, position: int) -> Iterator[tuple[int, int]]:
    position = _skip(text, position + 1)
    while text[position] != "]":
        start, position = position, _scan(text, position)[1]
        yield start, position
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _check_depth(data: bytes, limit: int) -> None:
    depth = 0
    for bracket in _STRING.sub(b"", data).translate(None, _BRACKETS):
        if bracket in b"[{":
            depth += 1
            if depth > limit:
                raise MalformedError(Code.TOO_DEEP, limit=limit)
        else:
            depth -= 1


def _check_values(data: bytes, limit: int) -> None:
    if len(_STRING.sub(b"", data).translate(None, _MARKS)) > limit:
        raise MalformedError(Code.TOO_LARGE, values=limit)


def _check_surrogates(value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedError(Code.NOT_UTF8) from error


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise MalformedError(Code.DUPLICATE_KEY, key=key[:80])
            seen.add(key)
    return result


def _int(text: str) -> int:
    if len(text) > MAX_NUMBER_CHARS:
        raise MalformedError(Code.NUMBER_OUT_OF_RANGE)
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise MalformedError(Code.NUMBER_OUT_OF_RANGE)
    return value


def _constant(_name: str) -> NoReturn:
    raise MalformedError(Code.NOT_JSON)


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_int, parse_float=_float, parse_constant=_constant
)
_scan: Final[Callable[[str, int], tuple[Json, int]]] = _DECODER.scan_once  # type: ignore[attr-defined]
