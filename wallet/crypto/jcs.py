"""The JSON Canonicalization Scheme (RFC 8785): one text for one JSON value.

Works on parsed values. Numbers are written as JavaScript writes them, keys are sorted by UTF-16
code units. Refuses what has no canonical form.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final

from wallet.errors import Code, MalformedError

MAX_DEPTH: Final = 200

_encode: Final = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":")
).encode
# What JavaScript writes otherwise: numbers with an exponent or ".0" here, and integers of sixteen
# digits, which a double may not hold. A number stands behind one of these marks.
_ODD_NUMBER: Final = re.compile(
    rb"[:,\[]-?[0-9]+(?:(?<=[0-9]{16})|e[-+]|\.(?:[0-9]+e[-+]|0[,\]}]))"
)
_DIGITS: Final = bytes.maketrans(b"123456789", b"0" * 9)
# What characters beyond the basic plane start with in UTF-8, and a key that has one, which UTF-16
# sorts elsewhere.
_ASTRAL: Final = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")
_ODD_KEY: Final = re.compile(r'[\U00010000-\U0010ffff](?:[^"\\]|\\.)*+":')
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"')
# An opening bracket is a step down, and written 2; a closing one is a step up, and written 0.
_STEPS: Final = bytes.maketrans(b"[{]}", b"\2\2\0\0")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[{]}"))


def canonicalize(value: Any, *, exact: bool = False) -> bytes:
    """Return the canonical text of a JSON value, in UTF-8.

    Raises `MalformedError` for numbers beyond a double, lone surrogates and bottomless nesting;
    with `exact`, also (NUMBER_OUT_OF_RANGE, `integer`) for an integer that no double holds.
    """
    try:
        return _quickly(value) or "".join(_parts(value, 0, exact=exact)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedError(Code.NOT_UTF8) from error
    except RecursionError as error:
        raise MalformedError(Code.TOO_DEEP) from error


def _quickly(value: Any) -> bytes | None:
    """Return the canonical text where the standard library's encoder writes it, else None.

    The encoder sorts keys by code point, which is the order of UTF-16 where none is beyond the
    basic plane; it escapes strings as RFC 8785 does, and writes most numbers as JavaScript does.
    What looks like another one sends the value the long way, also where it stands in a text.
    """
    if type(value) is not dict and type(value) is not list:
        return None
    try:
        text = _encode(value)
    except (TypeError, ValueError):  # no JSON value, or no number
        return None
    data = text.encode("utf-8")
    if any(map(data.count, _ASTRAL)) and _ODD_KEY.search(text):
        return None
    return None if _has_odd_number(data) or _is_deep(data) else data


def _has_odd_number(data: bytes) -> bool:
    """Say whether something in a text looks like a number that JavaScript writes otherwise."""
    digits = data.translate(_DIGITS)
    signs = (
        b".0," in data
        or b".0}" in data
        or b".0]" in data
        or b"0e-0" in digits
        or b"0e+0" in digits
        or b"0000000000000000" in digits
    )
    return signs and _ODD_NUMBER.search(data) is not None


def _is_deep(data: bytes) -> bool:
    """Say whether a JSON text goes deeper than allowed."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return False
    brackets = _STRING.sub(b"", data).translate(_STEPS, _NO_BRACKETS)
    deepest: int = max(accumulate(brackets, lambda depth, step: depth + step - 1))
    return deepest > MAX_DEPTH + 1


def number(value: float) -> str:
    """Write a number as JavaScript does (RFC 8785, 3.2.2.3; ECMA-262, Number::toString)."""
    try:
        double = float(value)
    except OverflowError:
        double = math.inf
    if not math.isfinite(double):
        raise MalformedError(Code.NUMBER_OUT_OF_RANGE)
    if double == 0:
        return "0"
    sign = "-" if double < 0 else ""
    mantissa, _, power = repr(abs(double)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    # The value is 0.digits times ten to the point; repr gives the shortest digits.
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    return sign + _placed(digits.rstrip("0"), point)


def _placed(digits: str, point: int) -> str:
    """Place the decimal point, or an exponent where JavaScript has one."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"0.{'0' * -point}{digits}"
    exponent = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    rest = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{rest}{exponent}"


def _parts(value: Any, depth: int, *, exact: bool) -> Iterator[str]:
    if depth > MAX_DEPTH:
        raise MalformedError(Code.TOO_DEEP)
    if value is None or isinstance(value, bool | str):
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, int | float):
        text = number(value)
        if exact and isinstance(value, int) and int(float(value)) != value:
            raise MalformedError(Code.NUMBER_OUT_OF_RANGE, integer=text)
        yield text
    elif isinstance(value, list):
        yield "["
        for position, item in enumerate(value):
            if position:
                yield ","
            yield from _parts(item, depth + 1, exact=exact)
        yield "]"
    elif isinstance(value, dict):
        yield from _members(value, depth, exact=exact)
    else:
        raise MalformedError(Code.WRONG_TYPE, expected="JSON value")


def _members(value: dict[str, Any], depth: int, *, exact: bool) -> Iterator[str]:
    yield "{"
    for position, key in enumerate(sorted(value, key=_utf16)):
        if position:
            yield ","
        yield json.dumps(key, ensure_ascii=False)
        yield ":"
        yield from _parts(value[key], depth + 1, exact=exact)
    yield "}"


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")
