"""The JSON Canonicalization Scheme (RFC 8785): one text for one JSON value.

Works on parsed values. Numbers are written as JavaScript writes them, keys are sorted by UTF-16
code units. Refuses what has no canonical form.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, Final

from wallet.errors import Code, MalformedError

MAX_DEPTH: Final = 200


def canonicalize(value: Any) -> bytes:
    """Return the canonical text of a JSON value, in UTF-8.

    Raises `MalformedError` for numbers beyond a double, lone surrogates and bottomless nesting.
    """
    try:
        return "".join(_parts(value, 0)).encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedError(Code.NOT_UTF8) from error


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


def _parts(value: Any, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        raise MalformedError(Code.TOO_DEEP)
    if value is None or isinstance(value, bool | str):
        yield json.dumps(value, ensure_ascii=False)
    elif isinstance(value, int | float):
        yield number(value)
    elif isinstance(value, list):
        yield "["
        for position, item in enumerate(value):
            if position:
                yield ","
            yield from _parts(item, depth + 1)
        yield "]"
    elif isinstance(value, dict):
        yield from _members(value, depth)
    else:
        raise MalformedError(Code.WRONG_TYPE, expected="JSON value")


def _members(value: dict[str, Any], depth: int) -> Iterator[str]:
    yield "{"
    for position, key in enumerate(sorted(value, key=_utf16)):
        if position:
            yield ","
        yield json.dumps(key, ensure_ascii=False)
        yield ":"
        yield from _parts(value[key], depth + 1)
    yield "}"


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")
