"""Credentials and presentations that are signed tokens: is the signature good, under whose key?"""

from __future__ import annotations

from wallet.crypto import did, jose
from wallet.errors import WalletError
from wallet.formats import vc_jwt
from wallet.model import Credential, Presentation, Proof
from wallet.ports import Resolver
from wallet.report import Reason
from wallet.verify import keys
from wallet.verify.checked import Checked, verify
from wallet.verify.keys import PASSED, Finding, failed


def check(secured: Credential | Presentation, resolver: Resolver) -> Checked:
    """Check the signature of a compact JWT."""
    proof = secured.proofs[0]
    try:
        token = vc_jwt.parse(secured.raw)
    except WalletError:
        return Checked(proof, Finding("", ""), failed(Reason.PROOF_MALFORMED))
    author = secured.issuer if isinstance(secured, Credential) else secured.holder or ""
    best = check_jws(token.jws, proof, author, resolver)
    if best.answer is PASSED and token.contradiction is not None:
        answer = failed(Reason.CLAIMS_CONTRADICT, claim=token.contradiction)
        return Checked(proof, best.finding, answer)
    return best


def check_jws(jws: jose.Jws, proof: Proof, author: str, resolver: Resolver) -> Checked:
    """Check the signature of a JWS under the key that its header means, or that of `author`."""
    found = [
        Checked(proof, finding, verify(jws.algorithm, finding, jws.signing_input, jws.signature))
        for finding in _token_keys(proof, author, resolver)
    ]
    # Several keys are tried only when the header names none; one that holds is the one meant.
    return next((c for c in found if c.answer is PASSED), found[0])


def _token_keys(proof: Proof, author: str, resolver: Resolver) -> list[Finding]:
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
        return [_known_as(keys.find_embedded(jwk), author, resolver)]
    return keys.candidates(author, resolver) or [
        Finding("", author, reason=Reason.KEY_NOT_FOUND, facts={"host": did.host_of(author)})
    ]


def _own_method(kid: str) -> str:
    if kid.startswith("did:jwk:") and "#" not in kid:
        return f"{kid}#0"
    return kid


def _known_as(finding: Finding, author: str, resolver: Resolver) -> Finding:
    """Return an embedded key under its author's name, where the author is or publishes it."""
    published = (own for own in keys.candidates(author, resolver) if own.key is not None)
    return next((own for own in published if own.key == finding.key), finding)
