"""RDF literals of JSON-LD values: lexical forms of numbers, JSON literals, language tags.

Lexical forms are those of the JavaScript processor that most credentials are signed with, which
on a few points goes beyond the specification (JSON-LD 1.1 API, section 8.6). A number whose value
cannot be told from its text is refused.
"""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from wallet.crypto.jcs import canonicalize as jcs
from wallet.crypto.jsonld_iri import RDF, XSD, dropped, invalid, is_language, unsupported
from wallet.crypto.jsonld_term import Json
from wallet.crypto.nquads import iri, text
from wallet.errors import Code, MalformedError

XSD_STRING: Final = f"{XSD}string"
XSD_BOOLEAN: Final = f"{XSD}boolean"
XSD_DOUBLE: Final = f"{XSD}double"
XSD_INTEGER: Final = f"{XSD}integer"
RDF_JSON: Final = f"{RDF}JSON"
RDF_LANGUAGE: Final = f"{RDF}langString"

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
# From here on JavaScript writes whole numbers with an exponent.
_EXPONENT_FROM: Final = 1e21
_MAX_NUMBER_TEXT: Final = 400


def literal(item: dict[str, Json]) -> str:
    """Return a value object as an N-Quads literal (section 8.6)."""
    if "@direction" in item:
        raise dropped("rdfDirection not set", "@direction")
    value, kind = item["@value"], item.get("@type")
    if kind == "@json":
        return f"{_quoted(json_text(value))}^^{iri(RDF_JSON)}"
    if isinstance(value, str) and kind != XSD_DOUBLE:
        if "@language" in item:
            return f"{_quoted(value)}@{_tag(item['@language'])}"
        return _quoted(value) + _datatype(kind or XSD_STRING)
    lexical, implied = _scalar(value, kind)
    return _quoted(lexical) + _datatype(kind or implied)


def json_text(value: Json) -> str:
    """Return the canonical text of a JSON literal (RFC 8785)."""
    return jcs(value).decode("utf-8")


def _tag(language: str) -> str:
    if not is_language(language):
        raise dropped("invalid @language value", language)
    return language


def _quoted(value: str) -> str:
    return f'"{text(value)}"'


def _datatype(kind: str) -> str:
    # rdf:langString without a tag is written by the JavaScript libraries as a plain string.
    if kind == RDF_LANGUAGE:
        raise invalid("invalid typed value")
    return "" if kind == XSD_STRING else f"^^{well_formed(kind)}"


def well_formed(name: str) -> str:
    """Write an IRI; refuse one with characters that no IRI has.

    The test suite drops such a statement, the JavaScript library escapes the characters, other
    libraries keep them: no reading of it is the one that was signed.
    """
    written = iri(name)
    if len(written) != len(name) + 2 or name.count("#") > 1:
        raise unsupported("ill-formed IRI", iri=name[:200])
    return written


def _scalar(value: Json, kind: str | None) -> tuple[str, str]:
    """Return lexical form and native datatype of a boolean, a number or a double's text."""
    if isinstance(value, bool):
        return ("true" if value else "false"), XSD_BOOLEAN
    if isinstance(value, str):
        return double(_parse(value)), XSD_DOUBLE
    number = as_double(value)
    if kind == XSD_DOUBLE or abs(number) >= _EXPONENT_FROM or _has_point(number):
        return double(number), XSD_DOUBLE
    return whole(number), XSD_INTEGER


def as_double(value: float) -> float:
    """Return a JSON number as the double that JavaScript reads, or refuse one beyond its range."""
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise MalformedError(Code.NUMBER_OUT_OF_RANGE)
    return number


def _parse(value: str) -> float:
    """Read text that is to be a double; more than a number in it would be lost."""
    stripped = value.strip(" \t\n\r\f\v")
    if len(stripped) > _MAX_NUMBER_TEXT or _DECIMAL.fullmatch(stripped) is None:
        raise dropped("text of a double that is no number", XSD_DOUBLE)
    return as_double(float(stripped))


def _has_point(number: float) -> bool:
    """Say whether JavaScript writes the number with a point: 1e-7 it does not, 1.5e-7 it does."""
    if number.is_integer():
        return False
    shortest = repr(number)
    mantissa = shortest.partition("e")[0].lstrip("-")
    small = abs(number) < 1e-6
    return "." in mantissa or not small


def whole(number: float) -> str:
    """Return a number without fraction (JavaScript's toFixed(0), half away from zero)."""
    rounded = Decimal(number).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    digits = format(abs(rounded), "f")
    return f"-{digits}" if number < 0 else digits


def double(number: float) -> str:
    """Return the canonical form of xsd:double: 16 significant digits, trailing zeros cut."""
    if number == 0:
        return "0.0E0"
    exact = Decimal(number)
    exponent = exact.adjusted()
    scaled = exact.scaleb(-exponent).quantize(Decimal("1e-15"), rounding=ROUND_HALF_UP)
    if abs(scaled) >= 10:  # rounding carried into another digit
        exponent += 1
        scaled = scaled.scaleb(-1).quantize(Decimal("1e-15"), rounding=ROUND_HALF_UP)
    mantissa = format(scaled, "f").rstrip("0")
    return f"{mantissa}{'0' if mantissa.endswith('.') else ''}E{exponent}"
