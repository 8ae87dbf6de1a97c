"""Where the issuer of an SD-JWT VC publishes its keys: its metadata at a well-known address.

SD-JWT-based Verifiable Credentials, section 4 ("JWT VC Issuer Metadata"). Keys published otherwise
are `wallet.verify.keys`.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from wallet.crypto import did, strictjson
from wallet.errors import Code, MalformedError, WalletError
from wallet.model import Json
from wallet.ports import Resolver
from wallet.report import Reason
from wallet.verify.keys import LIMITS, Finding, may_sign, of_jwk, reason, some

WELL_KNOWN: Final = "/.well-known/jwt-vc-issuer"


def address_of(issuer: str) -> str:
    """Return where the metadata of an https issuer is: before its path (section 4.1)."""
    try:
        parts = urlsplit(issuer)
    except ValueError as error:
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=issuer[:80]) from error
    if parts.scheme != "https" or not parts.netloc or parts.query or parts.fragment:
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=issuer[:80])
    return f"https://{parts.netloc}{WELL_KNOWN}{parts.path.rstrip('/')}"


def candidates(issuer: str, /, *, kid: Json, resolver: Resolver) -> list[Finding]:
    """Return the keys of an https issuer that `kid` may mean; all of them where it is None."""
    try:
        published = _key_set(issuer, resolver)
    except WalletError as error:
        return [Finding("", issuer, reason=reason(error), facts={"host": did.host_of(issuer)})]
    named = [jwk for jwk in published if (may_sign(jwk) if kid is None else jwk.get("kid") == kid)]
    return some(named, lambda jwk: _key(jwk, issuer), issuer) or [
        Finding("", issuer, reason=Reason.KEY_NOT_FOUND, facts={"host": did.host_of(issuer)})
    ]


def _key(jwk: dict[str, Json], issuer: str) -> Finding:
    method = f"{issuer}#{jwk['kid']}" if isinstance(jwk.get("kid"), str) else issuer
    return of_jwk(jwk, method, issuer)


def _key_set(issuer: str, resolver: Resolver) -> list[dict[str, Json]]:
    """Fetch the metadata, and the keys where it only says where they are."""
    metadata = strictjson.parse_object(resolver.fetch(address_of(issuer)).body, LIMITS)
    held, elsewhere = metadata.get("jwks"), metadata.get("jwks_uri")
    # Metadata of another issuer would let that one speak for this (section 4.3).
    if metadata.get("issuer") != issuer or (held is None) == (elsewhere is None):
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=issuer[:80])
    if held is None:
        if not isinstance(elsewhere, str) or not elsewhere.startswith("https://"):
            raise MalformedError(Code.BAD_DID_DOCUMENT, did=issuer[:80])
        held = strictjson.parse_object(resolver.fetch(elsewhere).body, LIMITS)
    found = held.get("keys") if isinstance(held, dict) else None
    if not isinstance(found, list):
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=issuer[:80])
    return [jwk for jwk in found if isinstance(jwk, dict)]
