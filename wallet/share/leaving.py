"""What leaves with a credential, claim by claim, as plain labels and texts for people.

Everything that is in the text that leaves is listed; nothing is judged, translated or left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from wallet.formats import token_forms
from wallet.model import Credential, Format, Json

SEPARATOR: Final = " › "  # between the parts of a label
MAX_TEXT_CHARS: Final = 500  # of one claim as it is shown; `size` has its whole length
MAX_LINES: Final = 2_000  # of one credential

MAX_PART_CHARS: Final = 160  # of a part, as it stands beside its tick

# What tells whether a credential holds. An issuer should let none of it be left out; where one did
# not see to that, leaving it out would make an ended or withdrawn credential look as if it held.
CHECKED: Final = frozenset(
    {"issuer", "validFrom", "validUntil", "issuanceDate", "expirationDate", "credentialStatus"}
)

_TECHNICAL: Final = frozenset({"@context", "proof", "type", "id", "credentialSchema"})
_TOKEN: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "vct", "status"})
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_-]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One claim: where it stands ("credential subject › achievement › name") and what it says.

    `technical` lines are the machinery around what people mean: types, identifiers, proofs.
    `size` is the length of the whole text in characters, which may be more than is shown.
    """

    label: str
    text: str
    technical: bool
    size: int


class Always(StrEnum):
    """Why a part is always shown."""

    ISSUER = "issuer"  # the issuer decided so
    CHECKING = "checking"  # without it nobody could tell whether the credential holds


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be shown or left out; `always` says why it cannot be left out.

    `id` stays the same for the same credential; `pointer` is where it stands (JSON pointer),
    `label` says that to people, `text` is the start of what it says.
    """

    id: str
    pointer: str
    label: str
    text: str
    always: Always | None = None


@dataclass(frozen=True, slots=True)
class Leaving:
    """One credential that leaves, with every claim that goes with it.

    `size` is the size of its text in bytes. `complete` is false when it has more than
    `MAX_LINES` claims, of which only the first are listed. `parts` are what could be shown or left
    out, () where its format lets nothing be left out; `shown` the ids of those that leave.
    """

    credential_id: str
    title: str
    issuer: str
    lines: tuple[Line, ...]
    size: int
    complete: bool = True
    parts: tuple[Part, ...] = ()
    shown: frozenset[str] = frozenset()


def of(credential: Credential) -> Leaving:
    """Return what leaves when this credential is shared."""
    lines = tuple(islice(_lines(_whole(credential), (), technical=False), MAX_LINES + 1))
    return Leaving(
        credential_id=credential.id,
        title=credential.title,
        issuer=credential.issuer,
        lines=lines[:MAX_LINES],
        size=len(credential.raw),
        complete=len(lines) <= MAX_LINES,
    )


def _whole(credential: Credential) -> Mapping[str, Json]:
    """Return all that the credential's text says; a token may say more than its credential."""
    if credential.format not in token_forms.FORMATS:
        return credential.claims
    token = token_forms.parse(credential)
    if credential.format is Format.SD_JWT_VC:
        return token.payload
    rest = {name: value for name, value in token.payload.items() if name not in {"vc", "vp"}}
    return {**token.claims, **{k: v for k, v in rest.items() if k not in token.claims}}


def _lines(value: Json, path: tuple[str, ...], *, technical: bool) -> Iterator[Line]:
    if isinstance(value, dict):
        for name, inner in value.items():
            machinery = technical or name in _TECHNICAL or (not path and name in _TOKEN)
            yield from _lines(inner, (*path, words(name)), technical=machinery)
    elif isinstance(value, list):
        yield from _list_lines(value, path, technical=technical)
    else:
        text = _text(value)
        shown = text if len(text) <= MAX_TEXT_CHARS else f"{text[: MAX_TEXT_CHARS - 1]}…"
        yield Line(SEPARATOR.join(path), shown, technical, len(text))


def _list_lines(values: list[Json], path: tuple[str, ...], *, technical: bool) -> Iterator[Line]:
    if len(values) == 1:
        yield from _lines(values[0], path, technical=technical)
        return
    for number, inner in enumerate(values, start=1):
        yield from _lines(inner, numbered(path, number, len(values)), technical=technical)


def is_machinery(path: Sequence[str | int]) -> bool:
    """Say whether a claim is part of the machinery around what people mean."""
    return any(step in _TECHNICAL for step in path) or (bool(path) and path[0] in _TOKEN)


def numbered(path: tuple[str, ...], number: int, of: int) -> tuple[str, ...]:
    """Return the path of one item of a list; the only one of its list has no number."""
    if of == 1:
        return path
    return (*path[:-1], f"{path[-1]} {number}" if path else str(number))


def words(name: str) -> str:
    """Return a member's name as words."""
    return _WORDS.sub(" ", name).lower() if not name.startswith("@") else name


def _text(value: Json) -> str:
    """Return a value as text; strings as they are, everything else as JSON spells it."""
    return value if isinstance(value, str) else json.dumps(value)


def summary(value: Json) -> str:
    """Return what a value says in a row; of an object, what people mean by it."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(summary, value)))
    if isinstance(value, dict):
        said = [inner for name, inner in value.items() if name not in _TECHNICAL]
        plain = [one for one in said if not isinstance(one, str) or not one.startswith("urn:")]
        return summary(plain) or summary(said) or summary(value.get("id", ""))
    return _text(value)


def short(value: Json) -> str:
    """Return the start of what a value says in a row."""
    text = summary(value)
    return text if len(text) <= MAX_PART_CHARS else f"{text[: MAX_PART_CHARS - 1]}…"
