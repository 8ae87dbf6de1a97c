"""Odd JSON to plain text: language maps, mark-up, dates, field names. Never raises.

"Plain" means: no HTML, light Markdown removed, no control or direction-override characters, and
never longer than its bound.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from wallet.model import Json

MAX_TEXT: Final = 20_000  # a long narrative; beyond this nobody reads on
MAX_NAME: Final = 300
MAX_ITEMS: Final = 100  # of any list in one credential
MAX_LIST: Final = 10_000  # looked at at all
_DEPTH: Final = 4

# Control characters except tab and line feed; lone surrogates; characters that reorder or hide
# what is around them (Unicode TR 36).
_HIDDEN: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff"
)
_UNSEEN: Final = re.compile(f"[{_HIDDEN}]")
_MARKED: Final = re.compile(f"[{_HIDDEN}<&\\[*_#\n]")  # without any of these, it is plain already
_BREAKS: Final = re.compile(r"<(?:br\s?/?|/p|/li|/div|/h[1-6])>", re.IGNORECASE)
_TAG: Final = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|small|span|div|ul|ol|li|a|h[1-6]|sub|sup|table|tr|td|th|tbody)"
    r"(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_MARK_LINK: Final = re.compile(r"!?\[([^\[\]\n]{0,300})\]\((https?://[^\s()]{1,500})\)")
_MARK_STRONG: Final = re.compile(r"(\*\*|__)(?=\S)([^*_\n]{1,500})(?<=\S)\1")
_MARK_HEADING: Final = re.compile(r"^#{1,6}\s+", re.MULTILINE)
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}|@none")
_NOT_LANGUAGES: Final = frozenset({"id", "url", "uri", "iri", "key", "ref"})
_ADDRESS: Final = re.compile(r"(?:https?|urn|did|data|mailto|ni|ipfs|tag|dns):\S*", re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ].{1,40})?")
_TIMED: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?"
)
_HUMPS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[a-z]{3})(?=\d)")
_UPPER: Final = {word.lower(): word for word in ("GPA", "ID", "URL", "DOB", "SBU", "ECTS", "VAT")}
_SPECIAL: Final = {
    "micro credential": "Micro-credential",
    "microcredential": "Micro-credential",
    "tag": "Tags",
}


def words(listed: str) -> frozenset[str]:
    """Return the words of `listed` as a set: how the tables here are written."""
    return frozenset(listed.split())


def text(value: Json, limit: int = MAX_TEXT) -> str | None:
    """Return a plain text of `value`, or None when it holds none."""
    found = _raw(value, _DEPTH)
    return clean(found[: 2 * limit], limit) if found else None


def name(value: Json) -> str | None:
    """Return a plain text on one line that is no bare address, or None."""
    found = text(value, MAX_NAME)
    if found is None:
        return None
    line = " ".join(found.split())
    return None if _ADDRESS.fullmatch(line) else line


def clean(value: str, limit: int = MAX_TEXT) -> str | None:
    """Return `value` as plain text, or None when nothing is left."""
    found = value.strip() if _MARKED.search(value) is None else _unmarked(value)
    return (found[: limit - 1] + "…" if len(found) > limit else found) or None


def _unmarked(value: str) -> str:
    found = value.replace("\r\n", "\n").replace("\r", "\n")
    if "<" in found:
        found = _TAG.sub("", _BREAKS.sub("\n", found))
    if "&" in found:
        found = html.unescape(found)
    found = _MARK_LINK.sub(_linked, found)
    found = _MARK_HEADING.sub("", _MARK_STRONG.sub(r"\2", found))
    found = _UNSEEN.sub("", found)
    found = "\n".join(line.rstrip() for line in found.split("\n"))
    return _BLANK_LINES.sub("\n\n", found).strip()


def nodes(value: Json) -> list[Mapping[str, Json]]:
    """Return the objects in `value`, whether it is one, a list of some, or something else."""
    return [item for item in items(value) if isinstance(item, dict)]


def node(value: Json) -> Mapping[str, Json]:
    """Return the first object in `value`, or an empty one."""
    return next(iter(nodes(value)), {})


def items(value: Json) -> list[Json]:
    """Return `value` as a list of its values, bounded."""
    if value is None:
        return []
    return value[:MAX_LIST] if isinstance(value, list) else [value]


def types(value: Json) -> list[str]:
    """Return the types of an object as strings."""
    return [item for item in items(value)[:50] if isinstance(item, str)]


def identifier(value: Json) -> str | None:
    """Return what identifies `value`: the string itself or its `id`."""
    if isinstance(value, dict):
        value = value.get("id", value.get("@id"))
    return value if isinstance(value, str) and value else None


def https(value: Json) -> str | None:
    """Return `value` (or its id) when it is a plain https address."""
    found = identifier(value)
    fine = found and len(found) <= 2048 and found.isprintable() and " " not in found
    return found if fine and found and found.lower().startswith("https://") else None


def date(value: Json) -> datetime | None:
    """Return an aware time from an ISO date or time (no zone: UTC), or None."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def day(value: str) -> str:
    """Return the day of an ISO time (the time of day seldom says anything), else `value`."""
    match = _TIMED.fullmatch(value)
    return match[1] if match else value


def label(field: str) -> str:
    """Return a field or type name as words: "activityEndDate" is "Activity end date"."""
    bare = re.split(r"[/#:]", field[:200].rstrip("/#:"))[-1]
    spaced = _HUMPS.sub(" ", bare)
    words = re.sub(r"[\s_\-.]+", " ", spaced).strip().split(" ")
    plain = [w if w.isupper() and len(w) > 1 else _UPPER.get(w.lower(), w.lower()) for w in words]
    joined = " ".join(plain)
    joined = _UNSEEN.sub("", joined[:1].upper() + joined[1:])[:MAX_NAME]
    return _SPECIAL.get(joined.lower(), joined)


def _linked(match: re.Match[str]) -> str:
    shown, target = match[1].strip(), match[2]
    return f"{shown} ({target})" if shown and shown != target else target


def _raw(value: Json, depth: int) -> str | None:
    """Return the text in a string, number, language value, language map or list of these."""
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, bool) or value is None or depth == 0:
        return None
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, list):
        return _of_list(value[:MAX_ITEMS], depth)
    return _of_map(value, depth) if isinstance(value, dict) else None


def number(value: float) -> str | None:
    """Return a number as people write it, or None when it is out of all proportion."""
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 128 else None
    return f"{value:.12g}" if abs(value) < 1e12 else None


def _of_list(values: list[Json], depth: int) -> str | None:
    tagged = {
        item["@language"]: item.get("@value")
        for item in values
        if isinstance(item, dict) and isinstance(item.get("@language"), str)
    }
    if tagged:
        return _best(tagged, depth)
    found = [part for item in values if (part := _raw(item, depth - 1))]
    separator = "\n" if any(len(part) > 80 or "\n" in part for part in found) else ", "
    return separator.join(found) or None


def _of_map(value: Mapping[str, Json], depth: int) -> str | None:
    for key in ("@value", "localized", "value", "formattedName"):
        if key in value:
            return _raw(value[key], depth - 1)
    keys = set(list(value)[:MAX_ITEMS])
    if keys and not keys & _NOT_LANGUAGES and all(_LANGUAGE.fullmatch(str(key)) for key in keys):
        return _best(value, depth)
    return None


def _best(by_language: Mapping[str, Json], depth: int) -> str | None:
    """Return the English text when there is one, else the first there is."""
    english = sorted(by_language, key=lambda tag: not tag.lower().startswith("en"))
    found: Iterator[str | None] = (_raw(by_language[tag], depth - 1) for tag in english[:MAX_ITEMS])
    return next((text for text in found if text), None)
