"""Where the issuer of an Open Badge 2.0 keeps its badges (`startsWith`, `allowedOrigins`).

Open Badges 2.0, section "Profile", `verification`: without either, on the issuer's own host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from wallet.formats import fields
from wallet.model import Fact, Json
from wallet.report import Outcome

_USUAL: Final = {"https": 443, "http": 80}
# What a server may read as another path than it is spelled: steps up, a slash or a dot in disguise
# (encoded, be it several times over), a backslash, what ends a segment before its slash.
_ODD: Final = re.compile(
    r"[\x00-\x20\\]|%(?:25)*(?:2e|2f|5c)|/\.{1,2}(?:[/;]|\Z)", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class Scope:
    """The addresses that are an issuer's own; `home` is the site of its profile."""

    starts: tuple[str, ...]
    origins: tuple[str, ...]
    home: str

    def holds(self, address: str) -> Outcome:
        """Say whether the issuer keeps badges there; UNKNOWN where it depends on the server."""
        here = site(address)
        if not self.is_origin(here):
            return Outcome.FAILED
        # On the same site: "https://a.org" names no a.org.evil.
        if not self.starts:
            return Outcome.PASSED
        if not any(address.startswith(start) and site(start) == here for start in self.starts):
            return Outcome.FAILED
        return Outcome.PASSED if _is_plain(address) else Outcome.UNKNOWN

    def is_origin(self, here: str) -> bool:
        """Say whether a site is one of those allowed; a host alone means its usual port."""
        if not here:
            return False
        if not self.origins:
            return bool(self.starts) or here == self.home
        # Of its own site an issuer may name the host alone, whatever the port.
        return here in self.origins or (here == self.home and _host(here) in self.origins)


def scope_of(profile: Mapping[str, Json]) -> Scope | None:
    """Return where an issuer keeps its badges; None where its rules cannot be read."""
    found = fields.nodes(profile.get("verification"))
    rules = found[0] if found else {}
    if len(found) > 1 or not isinstance(rules, dict):
        return None
    starts, origins = (fields.nodes(rules.get(name)) for name in ("startsWith", "allowedOrigins"))
    if not all(isinstance(one, str) for one in (*starts, *origins)):
        return None
    return Scope(tuple(starts), tuple(origins), site(fields.identifier(profile.get("id")) or ""))


def site(address: str) -> str:
    """Return the host of an address, with its port where that is not the usual one; "" for none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # whoever made a badge chose its addresses
        return ""
    return host if port in (None, _USUAL.get(parts.scheme)) else f"{host}:{port}"


def led_away(address: str, fact: Fact) -> bool:
    """Say whether another site answered for an address: then it is that site's word alone.

    Many sites lead wherever an address asks them to ("?next=").
    """
    return fact.origin is not None and site(fact.origin.address) != site(address)


def _host(here: str) -> str:
    return here.rpartition(":")[0] or here


def _is_plain(address: str) -> bool:
    """Say whether the path of an address is what it is spelled as."""
    return _ODD.search(re.split(r"[?#]", address, maxsplit=1)[0]) is None
