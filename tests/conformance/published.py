"""The published files: what each is, what its collection's notes say of it, which area it is of.

The notes are `manifest.json`: the tables of `SOURCES.md` for machines. Nothing is judged here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from tests.paths import shared

AREAS: Final = (
    *("data-integrity", "jose-sdjwt", "openbadges-clr", "dcc", "status", "peers", "ler-rs"),
    *("w3c-suites", "nasty", "oid4", "wallet"),
)
# A note about one proof or list: where in the file (nothing: the file itself), and what was found.
_NOTE: Final = re.compile(r"(?:@(?P<place>/\S*) )?(?P<suite>[A-Za-z0-9-]+): (?P<found>.*)")


@dataclass(frozen=True, slots=True)
class Note:
    """What an independent library found: of the proof at `place`, by a suite or check."""

    place: str
    suite: str
    found: str


@dataclass(frozen=True, slots=True)
class File:
    """One published file with its notes: what it is, and what a correct verifier must say."""

    name: str
    what: str
    expect: str
    measured: str

    @property
    def area(self) -> str:
        """The folder it is in."""
        return self.name.partition("/")[0]

    def read(self) -> bytes:
        """Return its bytes."""
        return shared("vectors", self.name).read_bytes()

    def notes(self) -> Iterator[Note]:
        """Yield what was measured."""
        for part in self.measured.split("<br>"):
            match = _NOTE.fullmatch(part)
            if match:
                yield Note(match["place"] or "", match["suite"], match["found"])


@cache
def files() -> dict[str, File]:
    """Return the files of all areas by name."""
    manifest = json.loads(shared("vectors", "manifest.json").read_text("utf-8"))
    return {
        name: File(name, entry["what"], entry["expect"], entry["measured"])
        for name, entry in manifest.items()
        if name.partition("/")[0] in AREAS
    }
