"""Reads `deviations.md`: files about which we do not say what is expected, grouped by reason."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

LIST: Final = Path(__file__).with_name("deviations.md")
_FILE: Final = re.compile(r"- `([^`]+)`")


@cache
def listed() -> dict[str, str]:
    """Return the heading of its group for each file named."""
    found: dict[str, str] = {}
    heading = ""
    for line in LIST.read_text("utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        match = _FILE.fullmatch(line)
        if match:
            if match[1] in found:
                raise ValueError(f"{match[1]} is listed twice")
            found[match[1]] = heading
    return found
