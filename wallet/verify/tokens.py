"""Credentials and presentations that are signed tokens: is the signature good, under whose key?"""

from __future__ import annotations

from functools import partial
from typing import Protocol

from wallet.crypto import did, jose
from wallet.errors import WalletError
from wallet.formats import fields, sd_jwt, token_forms, vc_jwt
from wallet.formats.vc_jwt import Token
from wallet.model import Credential, Format, Json, Presentation, Proof
from wallet.ports import Resolver
from wallet.report import Reason
from wallet.verify import issuer_metadata, keys
from wallet.verify.checked import Checked, best, verify
from wallet.verify.keys import PASSED, Answer, Finding, failed, unknown


class Published(Protocol):
    """The keys that an author publishes for its tokens."""

    def __call__(self, owner: str, /, *, resolver: Resolver) -> list[Finding]: ...  # noqa: D102


def check(secured: Credential | Presentation, resolver: Resolver) -> Checked:
    """Check the signature of a compact JWT or SD-JWT, or the key binding of who presents one."""
    proof = secured.proofs[0]
    try:
        token = token_forms.parse(secured)
    except WalletError:
        return Checked(proof, Finding("", ""), failed(Reason.PROOF_MALFORMED))
    if isinstance(secured, Presentation) and token.sd_jwt is not None and token.sd_jwt.binding:
        return _check_binding(proof, token, token.sd_jwt, secured.holder or "")
    author = secured.issuer if isinstance(secured, Credential) else secured.holder or ""
    published = keys.candidates
    if secured.format is Format.SD_JWT_VC and author.startswith("https://"):
        published = partial(issuer_metadata.candidates, kid=proof.options.get("kid"))
    best = check_jws(token.jws, proof, author, resolver, published=published)
    if best.answer is PASSED:
        return Checked(proof, best.finding, _consistent(token))
    return best


def check_jws(
    jws: jose.Jws,
    proof: Proof,
    author: str,
    resolver: Resolver,
    *,
    published: Published = keys.candidates,
) -> Checked:
    """Check the signature of a JWS under the key that its header means, or that of `author`.

    `published` gives the keys of an author whom the header leaves to say which.
    """
    found = [
        Checked(proof, finding, verify(jws.algorithm, finding, jws.signing_input, jws.signature))
        for finding in _token_keys(proof, author, resolver, published)
    ]
    return best(found)  # several keys are tried only when the header names none


def binding(credential: Credential) -> Answer | None:
    """Say whether a credential's own key binding holds; None where it has none."""
    if credential.format not in token_forms.FORMATS or b"~" not in credential.raw:
        return None
    try:
        token = token_forms.parse(credential)
    except WalletError:
        return failed(Reason.PROOF_MALFORMED)
    if token.sd_jwt is None or not token.sd_jwt.binding:
        return None
    return _check_binding(credential.proofs[0], token, token.sd_jwt, "").answer


def _consistent(token: Token) -> Answer:
    """Say whether a token whose signature holds says one thing only, all of it signed."""
    if token.contradiction is not None:
        return failed(Reason.CLAIMS_CONTRADICT, claim=token.contradiction)
    if token.sd_jwt is not None and token.sd_jwt.unsigned:
        return failed(Reason.DISCLOSURE_NOT_SIGNED)
    return PASSED


def _check_binding(proof: Proof, token: Token, shown: sd_jwt.SdJwt, holder: str) -> Checked:
    """Check a key binding (RFC 9901 section 7.3): by the right key, over just what is shown.

    Its audience and time are questions of their own.
    """
    try:
        key = sd_jwt.holder_key(token.payload)
    except WalletError as error:
        why = keys.reason(error)
        return Checked(proof, Finding("", holder, reason=why), unknown(why))
    if key is None:
        return Checked(proof, Finding("", holder), failed(Reason.KEY_NOT_FOUND))
    finding = Finding(holder, holder, key)
    try:
        jws = jose.parse_compact(shown.binding)
        payload = vc_jwt.payload_of(jws)
    except WalletError:
        return Checked(proof, finding, failed(Reason.PROOF_MALFORMED))
    if not _is_binding(jws.header.get("typ"), payload):
        return Checked(proof, finding, failed(Reason.PROOF_MALFORMED))
    answer = verify(jws.algorithm, finding, jws.signing_input, jws.signature)
    if answer is PASSED and payload["sd_hash"] != shown.digest(shown.presented):
        answer = failed(Reason.ALTERED)
    return Checked(proof, finding, answer)


def _is_binding(typ: Json, payload: dict[str, Json]) -> bool:
    """Say whether a key binding has what it must have (RFC 9901 section 4.3)."""
    return (
        isinstance(typ, str)
        and typ.lower().removeprefix("application/") == sd_jwt.KEY_BINDING
        and fields.numeric_date(payload.get("iat")) is not None
        and all(isinstance(payload.get(name), str) for name in ("aud", "nonce", "sd_hash"))
    )


def _token_keys(
    proof: Proof, author: str, resolver: Resolver, published: Published
) -> list[Finding]:
    """Return the keys a JOSE header may mean; never empty."""
    kid, jwk = proof.options.get("kid"), proof.options.get("jwk")
    if isinstance(kid, str) and kid:
        if kid.startswith(("did:", "https://")):
            named = keys.find(_own_method(kid), resolver)
            if named.key is not None or jwk is None or named.reason is Reason.KEY_NOT_FOUND:
                return [named]
        elif author.startswith("did:") and jwk is None:
            absolute = f"{author}#{kid.removeprefix('#')}"
            named = keys.find(absolute, resolver)
            if named.key is not None or named.reason is not Reason.KEY_NOT_FOUND:
                return [named]
    if jwk is not None:
        return [_known_as(keys.find_embedded(jwk), author, resolver, published)]
    if "x5c" in proof.options and not author.startswith("did:"):
        return [_certified(proof, author, resolver, published)]
    return published(author, resolver=resolver) or [
        Finding("", author, reason=Reason.KEY_NOT_FOUND, facts={"host": did.host_of(author)})
    ]


def _own_method(kid: str) -> str:
    if kid.startswith("did:jwk:") and "#" not in kid:
        return f"{kid}#0"
    return kid


def _certified(proof: Proof, author: str, resolver: Resolver, published: Published) -> Finding:
    """Return the key of a header's certificate, which its author may have published besides."""
    try:
        der = jose.certificate(proof.options)
    except WalletError as error:
        return Finding("", "", reason=keys.reason(error))
    found = keys.find_certified(der or b"")
    if not author.startswith("https://"):
        return found
    return _known_as(found, author, resolver, published)


def _known_as(finding: Finding, author: str, resolver: Resolver, published: Published) -> Finding:
    """Return a key that came along under its author's name, where the author is or publishes it."""
    if finding.key is None:
        return finding
    own_keys = published(author, resolver=resolver)
    cut = next((own for own in own_keys if own.reason is Reason.TOO_COMPLEX), finding)
    return next((own for own in own_keys if own.key == finding.key), cut)
