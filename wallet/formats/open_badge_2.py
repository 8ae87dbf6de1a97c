"""Open Badges 2.0: an assertion, which its issuer hosts or signs, read as a credential.

An assertion names a BadgeClass, and that an issuer profile: each within it, or by its address. What
lies elsewhere is fetched in `wallet.verify`; until then a badge may be without its name and issuer.
Sections are those of the Open Badges 2.0 specification. Open Badges 0.5 to 1.1 are told apart only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from wallet.crypto import jose, strictjson
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import fields, vc_jwt
from wallet.model import Credential, Format, Json, Proof

CONTEXTS: Final = frozenset(
    {
        *("https://w3id.org/openbadges/v2", "http://w3id.org/openbadges/v2"),
        "https://purl.imsglobal.org/spec/ob/v2p1/ob_v2p1.jsonld",
    }
)
TITLE: Final = "Open Badge"  # of one whose name lies elsewhere

_REMEMBERED_BYTES: Final = 64 * 1024
_IDENTITIES: Final = {"email": "emailAddress", "telephone": "phone"}
_PROFILE: Final = ("id", "name", "url", "email", "telephone", "description", "image")
_ACHIEVEMENT: Final = ("id", "name", "description", "image", "criteria", "alignment")


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assertion as it says itself; `jws` is what signs it, None for a hosted one."""

    members: Mapping[str, Json]
    jws: jose.Jws | None

    @property
    def id(self) -> str:
        """The assertion's identifier: for a hosted one, where the issuer's own copy lies."""
        return fields.identifier(self.members.get("id")) or ""

    @property
    def verification(self) -> Mapping[str, Json]:
        """How it says it is to be verified (section "VerificationObject")."""
        found = self.members.get("verification", self.members.get("verify"))
        return found if isinstance(found, dict) else {}


def is_assertion(claims: Mapping[str, Json]) -> bool:
    """Say whether parsed JSON is an Open Badges 2.0 assertion."""
    contexts = [c for c in fields.nodes(claims.get("@context")) if isinstance(c, str)]
    return (
        "Assertion" in fields.types(claims.get("type"))
        and any(c in CONTEXTS for c in contexts)
        # Blockcerts build on it and sign otherwise.
        and not any("blockcerts" in c for c in contexts)
    )


def is_older(claims: Mapping[str, Json]) -> bool:
    """Say whether parsed JSON is an assertion of Open Badges 1.1 or before.

    They have their own member for verification, or no context and a badge that is somebody's.
    """
    if is_assertion(claims):
        return False
    bare = "@context" not in claims and "badge" in claims
    return isinstance(claims.get("verify"), dict) or (
        bare and bool({"uid", "recipient"} & claims.keys())
    )


def is_signed(raw: bytes) -> bool:
    """Say whether a compact JWS signs an assertion of any Open Badges before 3.0."""
    if b"~" in raw or not vc_jwt.looks_like(raw):
        return False
    try:
        parse(raw)
    except UnsupportedError as error:
        return error.facts.get("kind") == "open-badge-1"
    except MalformedError:
        return False
    return True


def parse(raw: bytes) -> Assertion:
    """Take an assertion apart, JSON or a compact JWS; raises `MalformedError`."""
    # One is read and then verified, both from its bytes.
    return remembered(raw) if len(raw) <= _REMEMBERED_BYTES else _parse(raw)


def _parse(raw: bytes) -> Assertion:
    jws = None
    if vc_jwt.looks_like(raw):
        jws = jose.parse_compact(vc_jwt.compact(raw).decode("ascii"))
    members = strictjson.parse_object(raw if jws is None else jws.payload)
    if is_older(members):
        raise UnsupportedError(Code.FORMAT_UNSUPPORTED, kind="open-badge-1")
    if not is_assertion(members):
        raise MalformedError(Code.NOT_A_CREDENTIAL)
    return Assertion(members, jws)


remembered = lru_cache(maxsize=32)(_parse)


def credential(raw: bytes) -> Credential:
    """Return an assertion as a credential, as far as its own bytes tell.

    Without its issuer, the issuer's identifier is the address of the BadgeClass, which names it.
    Raises `MalformedError` and `UnsupportedError`.
    """
    assertion = parse(raw)
    if fields.identifier(assertion.members.get("badge")) is None:
        raise MalformedError(Code.MISSING_FIELD, field="badge")
    made = Credential(
        raw=raw,
        format=Format.OPEN_BADGE_2,
        issuer="",
        subject=None,
        title=TITLE,
        valid_from=fields.time(assertion.members.get("issuedOn")),
        valid_until=fields.time(assertion.members.get("expires")),
        status=(),
        proofs=_proofs(assertion),
        claims={},
    )
    badge = assertion.members["badge"]
    within = badge if isinstance(badge, dict) else {}
    issuer = within.get("issuer")
    return completed(made, assertion.members, within, issuer if isinstance(issuer, dict) else {})


def completed(
    credential: Credential,
    members: Mapping[str, Json],
    badge: Mapping[str, Json],
    issuer: Mapping[str, Json],
) -> Credential:
    """Return a credential that says what an assertion says, with its BadgeClass and its issuer.

    Either may be empty. `members` are those of the credential, or of the issuer's own copy of it;
    the claims are written in the terms of Open Badges 3.0.
    """
    named = fields.identifier(badge.get("issuer")) or fields.identifier(issuer)
    issued_by = named or fields.identifier(members.get("badge")) or ""
    profile = {name: issuer[name] for name in _PROFILE if name in issuer}
    return replace(
        credential,
        issuer=issued_by,
        title=fields.text(badge.get("name")) or TITLE,
        claims=_claims(members, badge, {**profile, "id": issued_by, "type": ["Profile"]}),
    )


def _claims(
    members: Mapping[str, Json], badge: Mapping[str, Json], issuer: Mapping[str, Json]
) -> dict[str, Json]:
    achievement = {name: badge[name] for name in _ACHIEVEMENT if name in badge}
    achievement |= {"type": ["Achievement"], "achievementType": "Badge"}
    if "tags" in badge:
        achievement["tag"] = badge["tags"]
    subject: dict[str, Json] = {"type": ["AchievementSubject"], "achievement": achievement}
    recipient = members.get("recipient")
    if isinstance(recipient, dict):
        subject["identifier"] = [_identity(recipient)]
    claims: dict[str, Json] = {
        "@context": members.get("@context"),
        "id": members.get("id"),
        "type": ["Assertion"],
        "issuer": issuer,
        "credentialSubject": subject,
    }
    for name, older in (("validFrom", "issuedOn"), ("validUntil", "expires"), ("image", "image")):
        if older in members:
            claims[name] = members[older]
    evidence = [
        {"id": one, "type": ["Evidence"]} if isinstance(one, str) else one
        for one in fields.nodes(members.get("evidence"))
    ]
    if "narrative" in members:
        evidence.insert(0, {"type": ["Evidence"], "narrative": members["narrative"]})
    return {**claims, "evidence": evidence} if evidence else claims


def _identity(recipient: Mapping[str, Json]) -> dict[str, Json]:
    """Return a recipient (section "IdentityObject") as an IdentityObject of Open Badges 3.0."""
    kind = recipient.get("type")
    return {
        "type": "IdentityObject",
        "identityType": _IDENTITIES.get(kind, kind) if isinstance(kind, str) else "",
        "identityHash": recipient.get("identity"),
        "hashed": recipient.get("hashed") is True,
        **({"salt": recipient["salt"]} if "salt" in recipient else {}),
    }


def _proofs(assertion: Assertion) -> tuple[Proof, ...]:
    if assertion.jws is None:
        return ()
    creator = fields.identifier(assertion.verification.get("creator"))
    return (
        Proof(
            suite=assertion.jws.algorithm,
            verification_method=creator,
            purpose="assertionMethod",
            created=fields.time(assertion.members.get("issuedOn")),
            options=assertion.jws.header,
        ),
    )
