"""Whose key a proof names, and whether an issuer or holder lets it speak.

did:key and did:jwk are answered from themselves; did:web and https documents from the resolver.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, TypeVar

from wallet.crypto import did, jose, multikey, signatures, strictjson
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import fields
from wallet.model import Json, PublicKey
from wallet.ports import Resolver
from wallet.report import Outcome, Reason

MAX_JWKS_KEYS: Final = 50  # tried of an author whom nothing makes say which; most have two
_Listed = TypeVar("_Listed")
LIMITS: Final = strictjson.Limits(size=1024 * 1024, depth=24)


@dataclass(frozen=True, slots=True)
class Finding:
    """The key a proof names, or why there is none.

    `owner` is the DID or address the key belongs to. `document` is what says what the key may do;
    None for a DID that is its key. `reason` is there exactly when `key` is None.
    """

    method: str
    owner: str
    key: PublicKey | None = None
    document: did.DidDocument | None = None
    reason: Reason | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """An outcome, and the reason when it is not PASSED."""

    outcome: Outcome
    reason: Reason | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)


PASSED: Final = Answer(Outcome.PASSED)


def unknown(reason: Reason, **facts: Json) -> Answer:
    """Return "could not be checked" for a reason."""
    return Answer(Outcome.UNKNOWN, reason, facts)


def failed(reason: Reason, **facts: Json) -> Answer:
    """Return "no" for a reason."""
    return Answer(Outcome.FAILED, reason, facts)


def find(method: str | None, resolver: Resolver) -> Finding:
    """Return the key that a verification method names."""
    if not method or len(method) > did.MAX_DID_CHARS:
        return Finding("", "", reason=Reason.KEY_MALFORMED)
    if method.startswith("did:key:"):
        return _find_did_key(method)
    owner, _ = did.split(method)
    try:
        return _find_other(method, owner, resolver)
    except WalletError as error:
        return Finding(method, owner, reason=reason(error), facts=_where(owner))


def unasked(method: str | None) -> Finding:
    """Return whose key a method names as far as its name tells, where no key is wanted."""
    if not method or len(method) > did.MAX_DID_CHARS:
        return Finding("", "", reason=Reason.KEY_MALFORMED)
    return Finding(method, did.split(method)[0], reason=Reason.NOT_CHECKED)


def find_embedded(jwk: Json) -> Finding:
    """Return the key in a JOSE header; it belongs to the did:jwk that it is, to nobody else."""
    try:
        key = jose.key_of_jwk(jwk)
    except WalletError as error:
        return Finding("", "", reason=reason(error))
    owner = multikey.did_jwk(key)
    return Finding(f"{owner}#0", owner, key)


def find_certified(der: bytes) -> Finding:
    """Return the key in a certificate; it belongs to whoever the certificate is about.

    No certificate authority is known here, so that nothing shows who that is.
    """
    owner = jose.certificate_name(der)
    try:
        return Finding("", owner, signatures.key_of_certificate(der))
    except WalletError as error:
        return Finding("", owner, reason=reason(error))


def candidates(owner: str, /, resolver: Resolver) -> list[Finding]:
    """Return the keys an issuer publishes for assertions, when a proof names none of them."""
    if owner.startswith("did:key:"):
        return [find(multikey.did_key_method(owner), resolver)]
    if owner.startswith("did:jwk:"):
        return [find(f"{owner}#0", resolver)]
    try:
        published = _published_set(owner, resolver) if owner.startswith("https://") else None
        if published is not None:
            return published
        document = document_of(owner, resolver)
    except WalletError as error:
        return [Finding("", owner, reason=reason(error), facts=_where(owner))]
    listed = [m for m in document.methods if document.authorises(m, "assertionMethod")]
    return some(listed, lambda name: _in_document(name, owner, document), owner)


def some(
    listed: list[_Listed], find_one: Callable[[_Listed], Finding], owner: str
) -> list[Finding]:
    """Return the keys of a list as far as so many are tried, and that there are more."""
    found = [find_one(one) for one in listed[:MAX_JWKS_KEYS]]
    if len(listed) > MAX_JWKS_KEYS:
        found.append(Finding("", owner, reason=Reason.TOO_COMPLEX, facts={"what": "keys"}))
    return found


def of_jwk(jwk: Json, method: str, owner: str) -> Finding:
    """Return the key of a JWK that its owner publishes, or why it is of no use."""
    try:
        return Finding(method, owner, jose.key_of_jwk(jwk))
    except WalletError as error:
        return Finding(method, owner, reason=reason(error))


def may_sign(jwk: Json) -> bool:
    """Say whether a published JWK is one for signatures (RFC 7517 section 4.2)."""
    return not isinstance(jwk, dict) or jwk.get("use", "sig") == "sig"


def authority(
    finding: Finding,
    speaker: str,
    purpose: str,
    resolver: Resolver,
    *,
    created: datetime | None = None,
) -> Answer:
    """Say whether the key found may speak for `speaker` in the role `purpose`.

    `speaker` is an issuer or holder identifier; `purpose` is assertionMethod or authentication.
    `created` is when the signature was made, as far as it says so itself.
    """
    if finding.reason is Reason.KEY_NOT_FOUND:
        return failed(Reason.KEY_NOT_FOUND, method=finding.method)
    if finding.owner.startswith(jose.CERTIFIED):
        return unknown(Reason.CERTIFICATE_NOT_TRUSTED)
    if finding.owner != speaker:
        answer = _authority_of_other(finding, speaker, purpose, resolver)
    elif finding.key is None:
        return unknown(finding.reason or Reason.NOT_CHECKED, **finding.facts)
    elif finding.document is None:
        return PASSED
    elif finding.document.authorises(finding.method, purpose):
        answer = _controlled(finding, finding.document, purpose, resolver)
    else:
        return failed(Reason.KEY_NOT_AUTHORISED, method=finding.method)
    return _in_force(finding, created) if answer is PASSED else answer


def document_of(owner: str, resolver: Resolver) -> did.DidDocument:
    """Fetch and read what a did:web or an https identifier publishes about its keys."""
    if owner.startswith("did:"):
        address = did.document_url(owner)
    elif owner.startswith("https://"):
        address = owner
    else:
        raise UnsupportedError(Code.DID_METHOD_UNSUPPORTED, method="")
    fact = resolver.fetch(address)
    return replace(did.parse_document(fact.body, owner), read_at=fact.read_at)


def _controlled(
    finding: Finding, document: did.DidDocument, purpose: str, resolver: Resolver
) -> Answer:
    """Say whether a listed key is its document's own; one under another's control is theirs.

    Controlled Identifiers 1.0 section 2.2: then it speaks where that controller lists it, too.
    """
    controller = document.methods[finding.method].controller
    if controller is None or controller == document.id:
        return PASSED
    another = failed(Reason.KEY_OF_ANOTHER, owner=controller[:200], speaker=document.id)
    try:
        if controller.startswith(("did:key:", "did:jwk:")):  # a document that lists one key
            return PASSED if find(controller, resolver).key == finding.key else another
        if not controller.startswith(("did:", "https://")):
            return unknown(Reason.KEY_NOT_AUTHORISED)  # nothing is published under such a name
        listed = document_of(controller, resolver).authorises(finding.method, purpose)
    except WalletError as error:
        return unknown(reason(error), **_where(controller))
    return PASSED if listed else another


def _in_force(finding: Finding, created: datetime | None) -> Answer:
    """Say whether a key was still in force when it signed (Controlled Identifiers 1.0, 2.2).

    Where a signature does not say when it was made, only a key that had not ended when its document
    was read is beyond doubt.
    """
    method = finding.document.methods.get(finding.method) if finding.document else None
    if method is None or not method.ends or finding.document is None:
        return PASSED
    for name, why in (("revoked", Reason.KEY_REVOKED), ("expires", Reason.KEY_EXPIRED)):
        if name not in method.ends:
            continue
        end = fields.time(method.ends[name])
        if end is None:
            return unknown(Reason.KEY_TIME_UNKNOWN)
        if created is not None and created > end:
            return failed(why, date=fields.iso(end))
        read_at = finding.document.read_at
        if created is None and (read_at is None or read_at >= end):
            return unknown(Reason.KEY_TIME_UNKNOWN, date=fields.iso(end))
    return PASSED


def _authority_of_other(finding: Finding, speaker: str, purpose: str, resolver: Resolver) -> Answer:
    """Judge a key that is not the speaker's own: only the speaker's document can allow it."""
    another = failed(Reason.KEY_OF_ANOTHER, owner=finding.owner, speaker=speaker)
    if speaker.startswith(("did:key:", "did:jwk:")):
        return another
    if not speaker.startswith(("did:", "https://")):
        return unknown(Reason.KEY_NOT_AUTHORISED)  # nothing is published under such a name
    try:
        document = document_of(speaker, resolver)
    except WalletError as error:
        return unknown(reason(error), **_where(speaker))
    if document.authorises(finding.method, purpose):
        return PASSED
    # A page about the issuer that is silent about keys says nothing against one that the same host
    # publishes (Open Badges 3.0 section 8 has keys apart from the profile), nor for it.
    hosts = {did.host_of(one) for one in (speaker, finding.owner) if one.startswith("https://")}
    silent = speaker.startswith("https://") and not document.methods
    apart = finding.owner.startswith("https://") and len(hosts) == 1
    return unknown(Reason.KEY_NOT_AUTHORISED) if silent and apart else another


@lru_cache(maxsize=1024)
def _find_did_key(method: str) -> Finding:
    owner, fragment = did.split(method)
    # A few early issuers wrote the DID alone; it has only one key to mean.
    if fragment and fragment != owner[8:]:
        return Finding(method, owner, reason=Reason.KEY_NOT_FOUND)
    try:
        return Finding(method, owner, multikey.key_of_did_key(owner))
    except WalletError as error:
        return Finding(method, owner, reason=reason(error))


def _find_other(method: str, owner: str, resolver: Resolver) -> Finding:
    if owner.startswith("did:jwk:"):
        if method not in (owner, f"{owner}#0"):
            return Finding(method, owner, reason=Reason.KEY_NOT_FOUND)
        return Finding(method, owner, multikey.key_of_did_jwk(owner))
    if owner.startswith("https://"):
        return _find_published(method, owner, resolver)
    return _in_document(method, owner, document_of(owner, resolver))


def _in_document(method: str, owner: str, document: did.DidDocument) -> Finding:
    found = document.methods.get(method)
    if found is None:
        return Finding(method, owner, document=document, reason=Reason.KEY_NOT_FOUND)
    if found.key is None:
        why = reason(found.problem) if found.problem else Reason.KEY_MALFORMED
        return Finding(method, owner, document=document, reason=why)
    return Finding(method, owner, found.key, document)


def _find_published(method: str, address: str, resolver: Resolver) -> Finding:
    """Read a key published at an https address (Open Badges 3.0 section 8; JWK, JWKS, Multikey).

    A key document names its controller, whose own document must list the key; a bare JWK belongs to
    the address it lies at.
    """
    fact = resolver.fetch(address)
    body = strictjson.parse_object(fact.body, LIMITS)
    if "verificationMethod" in body or "assertionMethod" in body:
        document = replace(did.document_of(body, address), read_at=fact.read_at)
        return _in_document(method, address, document)
    if isinstance(body.get("keys"), list):
        return _in_key_set(method, address, body["keys"])
    if "kty" in body:
        return Finding(method, address, jose.key_of_jwk(body))
    found = did.verification_method(body, address)
    if found.id != method or found.controller is None or found.key is None:
        raise MalformedError(Code.BAD_DID_DOCUMENT, did=address[:80])
    document = document_of(found.controller, resolver)
    return Finding(method, found.controller, found.key, document)


def _published_set(owner: str, resolver: Resolver) -> list[Finding] | None:
    """Return the keys of the JWK or JWKS at an issuer's own address; None where it has neither."""
    body = strictjson.parse_object(resolver.fetch(owner).body, LIMITS)
    keys = [body] if "kty" in body else body.get("keys")
    if not isinstance(keys, list):
        return None
    signing = [jwk for jwk in keys if may_sign(jwk)]
    return some(signing, lambda jwk: of_jwk(jwk, owner, owner), owner)


def _in_key_set(method: str, address: str, keys: list[Json]) -> Finding:
    _, fragment = did.split(method)
    named = [jwk for jwk in keys if isinstance(jwk, dict) and jwk.get("kid") in (method, fragment)]
    if not named and len(keys) == 1:
        named = keys
    if len(named) != 1:
        return Finding(method, address, reason=Reason.KEY_NOT_FOUND)
    return Finding(method, address, jose.key_of_jwk(named[0]))


def reason(error: WalletError) -> Reason:
    """Return why there is no key, for the error that kept it away."""
    if error.code is Code.DID_METHOD_UNSUPPORTED:
        return Reason.DID_METHOD_UNSUPPORTED
    if isinstance(error, UnsupportedError):
        return Reason.KEY_UNSUPPORTED
    if isinstance(error, MalformedError):
        return Reason.KEY_MALFORMED
    return Reason.KEY_UNREACHABLE


def _where(owner: str) -> dict[str, Json]:
    if owner.startswith("did:web:"):
        return {"host": owner[8:].partition(":")[0][: did.MAX_HOST_CHARS]}
    if owner.startswith("https://"):
        return {"host": did.host_of(owner)}
    return {"method": did.method_of(owner)[:40]} if owner.startswith("did:") else {}
