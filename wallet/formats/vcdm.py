"""Verifiable credentials as VCDM JSON, 1.1 and 2.0 alike: from claims to a `Credential`.

How the claims were secured, and where they came from, is the caller's knowledge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import fields
from wallet.model import Credential, Format, Json, Proof

V1_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"
V2_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
_ENVELOPES: Final = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})
_BASE_CONTEXTS: Final = frozenset({V1_CONTEXT, V2_CONTEXT})


def base_context(claims: Mapping[str, Json]) -> str | None:
    """Return which of the two base contexts comes first, or None."""
    found = [item for item in fields.nodes(claims.get("@context")) if isinstance(item, str)]
    return next((item for item in found if item in _BASE_CONTEXTS), None)


def is_credential(claims: Json) -> bool:
    """Say whether parsed JSON presents itself as a verifiable credential."""
    if not isinstance(claims, dict):
        return False
    if "VerifiableCredential" in fields.types(claims.get("type")):
        return True
    return "credentialSubject" in claims and "issuer" in claims and "@context" in claims


def is_presentation(claims: Json) -> bool:
    """Say whether parsed JSON presents itself as a verifiable presentation."""
    return isinstance(claims, dict) and "VerifiablePresentation" in fields.types(claims.get("type"))


def is_envelope(claims: Mapping[str, Json]) -> bool:
    """Say whether this is a token in an envelope (VCDM 2.0 sections 4.12 and 4.13)."""
    return not _ENVELOPES.isdisjoint(fields.types(claims.get("type")))


def not_a_credential(claims: Mapping[str, Json]) -> WalletError:
    """Return the error for a signed token that carries neither credential nor presentation."""
    if is_envelope(claims):  # two signatures, and nobody says what the outer one is for
        return UnsupportedError(Code.FORMAT_UNSUPPORTED, kind="envelope-in-token")
    return MalformedError(Code.NOT_A_CREDENTIAL)


def credential(
    claims: Mapping[str, Json],
    raw: bytes,
    *,
    format: Format,  # noqa: A002 - the field's name
    proofs: tuple[Proof, ...],
    container: bytes | None = None,
) -> Credential:
    """Return the credential that `claims` spell; raises `MalformedError` without issuer or claims.

    The dates are those of the claims; a securing format with its own dates narrows them.
    """
    issuer = fields.identifier(claims.get("issuer"))
    if issuer is None:
        raise MalformedError(Code.MISSING_FIELD, field="issuer")
    if not fields.nodes(claims.get("credentialSubject")):
        raise MalformedError(Code.MISSING_FIELD, field="credentialSubject")
    return Credential(
        raw=raw,
        format=format,
        issuer=issuer,
        subject=fields.subject(claims),
        title=fields.title(claims),
        valid_from=fields.starts(claims),
        valid_until=fields.ends(claims),
        status=fields.status_refs(claims),
        proofs=proofs,
        claims=claims,
        container=container,
    )
