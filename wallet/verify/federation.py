"""Is an issuer in an OpenID Federation? Every signature is verified, up to the trust anchor.

OpenID Federation 1.0: entity statements (section 3), fetching them (section 8.1), trust chains
(section 4) and their validation (section 10.2). An issuer with a DID has a statement of its
superior and no configuration of its own; one with an https address may stand below intermediates.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from wallet.crypto import jose, signatures, strictjson
from wallet.errors import Code, MalformedError, UnreachableError, UnsupportedError, WalletError
from wallet.formats.registry import MAX_NAME_CHARS
from wallet.model import Json, PublicKey
from wallet.ports import Resolver
from wallet.verify.policy import Anchors, Pin

WELL_KNOWN: Final = "/.well-known/openid-federation"
TYPE: Final = "entity-statement+jwt"
MAX_STATEMENT_BYTES: Final = 256 * 1024  # with a logo as a data: address; the others are 1 KiB
MAX_KEYS: Final = 20  # an entity that rolls its keys over has two or three
MAX_DEPTH: Final = 4  # intermediates between issuer and anchor; federations known to us have none
MAX_HINTS: Final = 5  # superiors of one entity
MAX_ENTITIES: Final = 12  # configurations fetched for one issuer: hints lead wherever they please

# Claims and operators of policies that must be understood (sections 3.1.1, 3.1.3); none are here.
_CRITICAL: Final = ("crit", "metadata_policy_crit")
# What of an issuer's metadata is read: its names, as its superior signed them.
_NAMES: Final = (
    ("federation_entity", "organization_name"),
    ("institution_additional_information", "legal_name"),
)

_LIMITS: Final = strictjson.Limits(size=MAX_STATEMENT_BYTES, depth=24, values=20_000)


@dataclass(frozen=True, slots=True)
class Statement:
    """An entity statement whose signature has been verified. `read_at` is when it was read."""

    jws: jose.Jws
    claims: Mapping[str, Json]
    keys: Mapping[str, PublicKey]  # by kid: the keys of the entity it is about
    signer: str  # thumbprint of the key that signed it
    read_at: datetime

    @property
    def subject(self) -> str:
        """The entity it is about."""
        return str(self.claims["sub"])

    @property
    def entity(self) -> Mapping[str, Json]:
        """Its `federation_entity` metadata (section 5.1.1)."""
        return self.metadata("federation_entity")

    def metadata(self, kind: str) -> Mapping[str, Json]:
        """Return the metadata of one entity type; empty where there is none."""
        found = self.claims.get("metadata")
        inner = found.get(kind) if isinstance(found, dict) else None
        return inner if isinstance(inner, dict) else {}


@dataclass(frozen=True, slots=True)
class Member:
    """An issuer that a federation vouches for, under the name its superior gives it."""

    name: str
    read_at: datetime


def find(
    issuer: str,
    anchor_url: str,
    resolver: Resolver,
    *,
    now: datetime,
    skew: timedelta,
    anchors: Anchors | None = None,
) -> Member | None:
    """Return what the federation says of `issuer`; None where it does not know it.

    Raises `WalletError` where that could not be found out: nobody answered, a statement does not
    hold (BAD_STATEMENT), or the anchor signs with another key than remembered (ANCHOR_CHANGED).
    """
    looking = _Looking(resolver, now, skew)
    anchor = looking.configuration(anchor_of(anchor_url))
    _recognise(anchor, anchors, now)
    statement = looking.about(issuer, by=anchor)
    if statement is None and issuer.startswith("https://"):
        statement = _chained(issuer, anchor, looking)
    if statement is None:
        return None
    return Member(_name(statement), min(statement.read_at, anchor.read_at))


def read_anchor(
    anchor_url: str,
    resolver: Resolver,
    *,
    now: datetime,
    skew: timedelta,
    anchors: Anchors | None = None,
) -> Statement:
    """Return the configuration of a trust anchor; raises `WalletError` as `find` does."""
    anchor = _Looking(resolver, now, skew).configuration(anchor_of(anchor_url))
    _recognise(anchor, anchors, now)
    return anchor


def anchor_of(address: str) -> str:
    """Return the identifier of the entity whose configuration lies at an address."""
    if not address.startswith("https://") or not address.endswith(WELL_KNOWN):
        raise _bad("address")
    return address.removesuffix(WELL_KNOWN)


def _name(statement: Statement) -> str:
    """Return the name in what the superior signed; the issuer's own words name nobody."""
    for name in (statement.metadata(kind).get(member) for kind, member in _NAMES):
        if isinstance(name, str) and name.strip():
            return name.strip()[:MAX_NAME_CHARS]
    return ""


def _bad(why: str) -> MalformedError:
    return MalformedError(Code.BAD_STATEMENT, why=why)


def thumbprint(key: PublicKey) -> str:
    """Return the thumbprint of a key (RFC 7638)."""
    text = json.dumps(jose.jwk_of_key(key), separators=(",", ":"), sort_keys=True)
    return jose.encode_base64url(hashlib.sha256(text.encode()).digest())


def _recognise(anchor: Statement, anchors: Anchors | None, now: datetime) -> None:
    """Hold an anchor to the keys it was first seen with; a known key may name new ones.

    Section 11.2: an anchor that rolls its keys over publishes the next one beside the one it signs
    with. A configuration signed by a key never seen there could be anybody's.
    """
    if anchors is None:
        return
    keys = frozenset(thumbprint(key) for key in anchor.keys.values())
    name = anchor.subject.rstrip("/")
    pin = anchors.pin(name)
    if pin is not None and anchor.signer not in pin.keys:
        raise WalletError(Code.ANCHOR_CHANGED, since=pin.since)
    if pin is None or pin.keys != keys:
        anchors.remember(name, Pin(keys, pin.since if pin else now))


# Statements ----------------------------------------------------------------------------------


class _Looking:
    """One search: what was fetched for it, and how much more may be."""

    def __init__(self, resolver: Resolver, now: datetime, skew: timedelta) -> None:
        self._resolver, self._now, self._skew = resolver, now, skew
        self._left = MAX_ENTITIES

    def configuration(self, entity: str) -> Statement:
        """Return the configuration of an entity: signed by itself, with a key it names.

        Section 9: an identifier with a slash at its end and one without have it at one address.
        """
        self._left -= 1
        if self._left < 0:
            raise _bad("too_many")
        fact = self._resolver.fetch(entity.rstrip("/") + WELL_KNOWN)
        jws, claims = _parse(fact.body)
        own = claims.get("iss")
        if isinstance(own, str) and own.rstrip("/") == entity.rstrip("/"):
            entity = own
        return self._verified(jws, claims, _keys(claims), (entity, entity), fact.read_at)

    def about(self, issuer: str, *, by: Statement) -> Statement | None:
        """Return a superior's statement about an entity; None where it has none (section 8.1.2)."""
        endpoint = by.entity.get("federation_fetch_endpoint")
        if not isinstance(endpoint, str) or not endpoint.startswith("https://"):
            raise _bad("federation_fetch_endpoint")
        if "#" in endpoint or len(endpoint) > 1024:
            raise _bad("federation_fetch_endpoint")
        joint = "&" if "?" in endpoint else "?"
        try:
            fact = self._resolver.fetch(f"{endpoint}{joint}sub={quote(issuer, safe='')}")
        except UnreachableError as error:
            if error.facts.get("why") == "http_404":
                return None
            raise
        jws, claims = _parse(fact.body)
        statement = self._verified(jws, claims, by.keys, (by.subject, issuer), fact.read_at)
        _check_limits(claims)
        return statement

    def _verified(
        self,
        jws: jose.Jws,
        claims: Mapping[str, Json],
        keys: Mapping[str, PublicKey],
        parties: tuple[str, str],
        read_at: datetime,
    ) -> Statement:
        if (claims.get("iss"), claims.get("sub")) != parties:
            raise _bad("iss_sub")
        signer = _signer(jws, keys)
        if signer is None:
            raise _bad("signature")
        starts, ends = _time(claims.get("iat")), _time(claims.get("exp"))
        if starts > (self._now + self._skew).timestamp():
            raise _bad("iat")
        if ends < (self._now - self._skew).timestamp():
            raise _bad("exp")
        own = keys if parties[0] == parties[1] else _keys(claims)
        return Statement(jws, claims, own, thumbprint(signer), read_at)


def _parse(body: bytes) -> tuple[jose.Jws, Mapping[str, Json]]:
    """Take an entity statement apart (section 3.1); nothing about it is verified yet."""
    if len(body) > MAX_STATEMENT_BYTES:
        raise _bad("size")
    jws = jose.parse_compact(body.decode("ascii", "replace").strip())
    kind = jws.header.get("typ")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") != TYPE:
        raise _bad("typ")
    claims = strictjson.parse_object(jws.payload, _LIMITS)
    for name in _CRITICAL:  # one that is not understood makes the statement unusable
        if claims.get(name) is not None:
            raise UnsupportedError(Code.BAD_STATEMENT, why=name)
    return jws, claims


def _keys(claims: Mapping[str, Json]) -> dict[str, PublicKey]:
    """Return the keys of `jwks` by kid; a statement about a DID has none."""
    jwks = claims.get("jwks")
    listed = jwks.get("keys") if isinstance(jwks, dict) else []
    if not isinstance(listed, list) or len(listed) > MAX_KEYS:
        raise _bad("jwks")
    found: dict[str, PublicKey] = {}
    for jwk in listed:
        kid = jwk.get("kid") if isinstance(jwk, dict) else None
        if not isinstance(kid, str) or kid in found:
            raise _bad("kid")
        try:
            found[kid] = jose.key_of_jwk(jwk)
        except UnsupportedError:
            continue  # an entity may have keys of kinds we do not use
    return found


def _signer(jws: jose.Jws, keys: Mapping[str, PublicKey]) -> PublicKey | None:
    """Return the key that signed: the one its header names, of these."""
    key = keys.get(str(jws.header.get("kid")))
    if key is None:
        return None
    holds = signatures.verify(jws.algorithm, key, jws.signing_input, jws.signature)
    return key if holds else None


def _time(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _bad("time")
    return float(value)


# Chains ----------------------------------------------------------------------------------------


def _check_limits(claims: Mapping[str, Json]) -> None:
    """Refuse what limits those below and is not understood rather than leave it out.

    Constraints (section 6.2) but for the length of a chain, and policies (section 6.1) about names,
    which are not worked out.
    """
    constraints = claims.get("constraints")
    if constraints is not None and not (
        isinstance(constraints, dict) and constraints.keys() <= {"max_path_length"}
    ):
        raise UnsupportedError(Code.BAD_STATEMENT, why="constraints")
    policy = claims.get("metadata_policy")
    for kind, member in _NAMES if policy is not None else ():
        rules = policy.get(kind, {}) if isinstance(policy, dict) else None
        if not isinstance(rules, dict) or member in rules:
            raise UnsupportedError(Code.BAD_STATEMENT, why="metadata_policy")


def _chained(issuer: str, anchor: Statement, looking: _Looking) -> Statement | None:
    """Return the statement about an issuer by a superior that chains up to the anchor."""
    try:
        leaf = looking.configuration(issuer)
    except UnreachableError as error:
        if error.facts.get("why") == "http_404":
            return None  # no entity of any federation
        raise
    return _vouched(leaf, (), anchor, looking, frozenset({issuer}))


def _vouched(
    entity: Statement,
    said: tuple[jose.Jws, ...],
    anchor: Statement,
    looking: _Looking,
    below: frozenset[str],
) -> Statement | None:
    """Return a superior's statement about `entity` where every link up to the anchor holds.

    `said` is what it says of the one below it. `below` are the entities from the issuer up to this
    one: a superior among them is a loop.
    """
    if len(below) > MAX_DEPTH + 1:
        return None
    for hint in _hints(entity):
        if hint in below:
            continue
        try:
            superior = anchor if hint == anchor.subject else looking.configuration(hint)
            statement = looking.about(entity.subject, by=superior)
        except (UnreachableError, MalformedError, UnsupportedError):
            continue  # another superior may still lead up
        # The superior vouches for keys, and the entity must have signed all with one of them
        # (section 10.2), not with whatever else it publishes.
        if statement is None or not _signed_by(statement.keys, entity.jws, *said):
            continue
        if not _short_enough(statement, intermediates=len(below) - 1):
            continue
        spoken = (statement.jws,)
        if superior is anchor or _vouched(superior, spoken, anchor, looking, below | {hint}):
            return statement
    return None


def _signed_by(keys: Mapping[str, PublicKey], *signed: jose.Jws) -> bool:
    return all(_signer(jws, keys) is not None for jws in signed)


def _hints(entity: Statement) -> list[str]:
    hints = entity.claims.get("authority_hints")
    found = hints if isinstance(hints, list) else []
    return [h for h in found if isinstance(h, str) and h.startswith("https://")][:MAX_HINTS]


def _short_enough(statement: Statement, *, intermediates: int) -> bool:
    """Say whether a superior allows so many intermediates below it (section 6.2.1)."""
    constraints = statement.claims.get("constraints")
    most = constraints.get("max_path_length") if isinstance(constraints, dict) else None
    return most is None or (type(most) is int and intermediates <= most)
