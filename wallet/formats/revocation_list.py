"""Lists that name what was withdrawn, one by one, in plain JSON that nobody signed.

The 1EdTech revocation list of Open Badges 3.0 (Verifiable Credentials Revocation List 1.0) and the
revocation list of Open Badges 2.0 signed badges. Who vouches for one is the address it is read
from, which the issuer signed or publishes; `wallet.verify` decides what that is worth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wallet.crypto import strictjson
from wallet.errors import Code, MalformedError
from wallet.formats import fields
from wallet.model import Json

ENTRY_TYPE: Final = "1EdTechRevocationList"

# Its members, as the specification's table has them and as its text and its validator do.
_OF_CREDENTIALS: Final = ("revokedCredential", "revokedCredentials")
_OF_ASSERTIONS: Final = ("revokedAssertions",)
# What a list in which nothing is withdrawn may consist of.
_BARE: Final = frozenset({"@context", "id", "type", "issuer"})


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a list says of one withdrawn credential; the standards know the reason, not the day."""

    reason: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list by its own words; `issuer` and `id` are "" where it names none."""

    id: str
    issuer: str
    withdrawn: Mapping[str, Withdrawal]

    def find(self, *names: str | None) -> Withdrawal | None:
        """Return what is said of the first of these names that is listed."""
        said = (self.withdrawn.get(name) for name in names if name is not None)
        return next((one for one in said if one is not None), None)


def read(data: bytes) -> RevocationList:
    """Read a list of withdrawn credentials; raises `MalformedError` and nothing else."""
    return _read(data, _OF_CREDENTIALS)


def read_assertions(data: bytes) -> RevocationList:
    """Read the revocation list of Open Badges 2.0 (section "RevocationList")."""
    return _read(data, _OF_ASSERTIONS)


def _read(data: bytes, members: tuple[str, ...]) -> RevocationList:
    claims = strictjson.parse_object(data)
    own, issuer = fields.identifier(claims.get("id")), fields.identifier(claims.get("issuer"))
    if not any(name in claims for name in members) and (own is None or claims.keys() - _BARE):
        # An error page, or a list of another kind, must not look like a list of nothing.
        raise MalformedError(Code.BAD_STATUS_LIST, field=members[0])
    withdrawn: dict[str, Withdrawal] = {}
    for name in members:
        for entry in fields.nodes(claims.get(name)):
            _add(withdrawn, entry)
    return RevocationList(own or "", issuer or "", withdrawn)


def _add(withdrawn: dict[str, Withdrawal], entry: Json) -> None:
    """Take one entry: a name, or an object with `id` or `uid`; `revoked: false` takes it back."""
    if isinstance(entry, str):
        entry = {"id": entry}
    if not isinstance(entry, dict) or not isinstance(entry.get("revoked", True), bool):
        raise MalformedError(Code.BAD_STATUS_LIST, field="revoked")
    names = [entry[key] for key in ("id", "uid") if isinstance(entry.get(key), str)]
    if not names:
        raise MalformedError(Code.BAD_STATUS_LIST, field="id")
    if entry.get("revoked", True):
        said = Withdrawal(
            fields.text(entry.get("revocationReason")), fields.time(entry.get("revocationDate"))
        )
        withdrawn.update(dict.fromkeys(names, said))
