"""Each proof of a credential or presentation, checked: does the signature hold, under whose key?

Nothing here asks whether that key may speak for anybody; `keys.authority` does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from wallet.crypto import did, signatures
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import contexts, data_integrity, fields, vc_jwt
from wallet.model import Credential, Format, Json, Presentation, Proof
from wallet.ports import Resolver
from wallet.report import Outcome, Reason
from wallet.verify import keys
from wallet.verify.keys import PASSED, Answer, Finding, failed, unknown

# Values in all that is canonicalised for the proofs of one document, about two seconds of work:
# each link of a proof chain covers the whole document anew. A badge has some sixty values, a
# transcript of a whole degree some thousands.
MAX_VALUES: Final = 60_000
# Bytes of a document that is not counted: a value takes two at least, so that even with as many
# proofs as there may be (20) it stays below that.
_UNCOUNTED: Final = 5_600

_FAILING: Final = {
    Code.JSONLD_DROPPED: Reason.TERM_NOT_SIGNED,
    Code.JSONLD_INVALID: Reason.JSONLD_INVALID,
}
_UNCHECKABLE: Final = {
    Code.JSONLD_UNSUPPORTED: Reason.JSONLD_UNSUPPORTED,
    Code.CONTEXT_UNKNOWN: Reason.CONTEXT_UNKNOWN,
    Code.CONTEXT_ALTERED: Reason.CONTEXT_ALTERED,
    Code.TOO_COMPLEX: Reason.TOO_COMPLEX,
    Code.TOO_DEEP: Reason.TOO_COMPLEX,
    Code.TOO_LARGE: Reason.TOO_COMPLEX,
    Code.UNREACHABLE: Reason.CONTEXT_UNKNOWN,
    Code.OFFLINE: Reason.CONTEXT_UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """One proof and what came of it."""

    proof: Proof
    finding: Finding
    answer: Answer


def check(
    secured: Credential | Presentation, resolver: Resolver, *, now: datetime, skew: timedelta
) -> list[Checked]:
    """Check every proof, in order; empty when there is none."""
    if secured.format in vc_jwt.FORMATS:
        return [_check_token(secured, resolver)]
    if secured.format is Format.UNSECURED:
        return []
    canonical = _Canonical(secured, resolver)
    # A presentation whose time is over is told so by its own question, with its date.
    expired_before = now - skew if isinstance(secured, Credential) else None
    return [
        _check_embedded(proof, canonical, resolver, expired_before=expired_before)
        for proof in secured.proofs
    ]


def signature(checked: list[Checked]) -> Answer:
    """Answer for all proofs together: every proof of a suite we know must hold.

    A proof of an unknown suite beside one that holds takes nothing away; alone it leaves the
    question open. The worst answer among the known ones counts.
    """
    if not checked:
        return failed(Reason.NO_PROOF)
    known = [c for c in checked if c.answer.reason is not Reason.PROOF_UNSUPPORTED]
    if not known:
        return checked[0].answer
    for outcome in (Outcome.FAILED, Outcome.UNKNOWN):
        for one in known:
            if one.answer.outcome is outcome:
                return one.answer
    return PASSED


def _check_embedded(
    proof: Proof, canonical: _Canonical, resolver: Resolver, *, expired_before: datetime | None
) -> Checked:
    # What decides without a key comes first: a key may cost a request.
    if not data_integrity.is_supported(proof):
        answer = unknown(Reason.PROOF_UNSUPPORTED, suite=proof.suite[:60])
        return Checked(proof, keys.unasked(proof.verification_method), answer)
    finding = keys.find(proof.verification_method, resolver)
    try:
        signature_bytes = data_integrity.signature(proof)
    except WalletError:
        return Checked(proof, finding, failed(Reason.PROOF_MALFORMED))
    data = canonical.signed_by(proof)
    if isinstance(data, Answer):
        return Checked(proof, finding, data)
    answer = _verify("Ed25519", finding, data, signature_bytes)
    if answer is PASSED and "expires" in proof.options:
        answer = _expiry(proof, expired_before)
    return Checked(proof, finding, answer)


def _expiry(proof: Proof, expired_before: datetime | None) -> Answer:
    if proof.expires is None:
        return failed(Reason.PROOF_MALFORMED, field="expires")
    if expired_before is not None and proof.expires < expired_before:
        return failed(Reason.PROOF_EXPIRED, date=proof.expires.isoformat())
    return PASSED


class _Canonical:
    """One document's canonical forms, each made once, with the work they may take together."""

    def __init__(self, secured: Credential | Presentation, resolver: Resolver) -> None:
        self._document = secured.claims
        self._resolver = resolver
        self._covered: dict[str, bytes | Answer] = {}
        small = len(secured.raw) <= _UNCOUNTED
        self._size = _UNCOUNTED // 2 if small else _size(secured.claims)
        self._left = MAX_VALUES

    def signed_by(self, proof: Proof) -> bytes | Answer:
        """Return what the proof signs, or why that cannot be said."""
        previous = fields.nodes(proof.options.get("previousProof"))
        covers = json.dumps(previous) if previous else ""
        if covers not in self._covered:
            self._covered[covers] = self._hashed(data_integrity.document_hash, proof, self._size)
        covered = self._covered[covers]
        if isinstance(covered, Answer):
            return covered
        options = self._hashed(data_integrity.options_hash, proof, _size(proof.options))
        return options if isinstance(options, Answer) else options + covered

    def _hashed(self, hashed: contexts.Hashed, proof: Proof, size: int) -> bytes | Answer:
        self._left -= size
        if self._left < 0:
            return unknown(Reason.TOO_COMPLEX, what="proofs")
        try:
            return contexts.retrying(hashed, self._document, proof, self._resolver)
        except WalletError as error:
            answer = _answer_of(error)
            if answer.reason is Reason.TOO_COMPLEX:
                self._left = 0  # what was too much once is not tried for the next proof
            return answer


def _size(value: Json | Mapping[str, Json]) -> int:
    """Return how many values there are in a value."""
    found: list[Json | Mapping[str, Json]] = [value]
    count = 0
    for one in found:  # grows while it is read
        inner = one if type(one) is list else one.values()
        count += len(inner)
        for part in inner:
            kind = type(part)
            if kind is dict or kind is list:
                found.append(part)
    return count


def _answer_of(error: WalletError) -> Answer:
    reason = _FAILING.get(error.code)
    if reason is not None:
        return Answer(Outcome.FAILED, reason, error.facts)
    return Answer(Outcome.UNKNOWN, _UNCHECKABLE.get(error.code, Reason.TOO_COMPLEX), error.facts)


def _verify(algorithm: str, finding: Finding, data: bytes, signature_bytes: bytes) -> Answer:
    if finding.key is None:
        return unknown(finding.reason or Reason.KEY_UNREACHABLE, **finding.facts)
    try:
        if signatures.KEY_TYPES.get(algorithm) not in (None, finding.key.type):
            return failed(Reason.KEY_UNSUPPORTED, type=finding.key.type.value)
        holds = signatures.verify(algorithm, finding.key, data, signature_bytes)
    except UnsupportedError:
        return unknown(Reason.PROOF_UNSUPPORTED, suite=algorithm[:60])
    except MalformedError:
        return failed(Reason.KEY_MALFORMED)
    return PASSED if holds else failed(Reason.ALTERED)


def _check_token(secured: Credential | Presentation, resolver: Resolver) -> Checked:
    proof = secured.proofs[0]
    try:
        token = vc_jwt.parse(secured.raw)
    except WalletError:
        return Checked(proof, Finding("", ""), failed(Reason.PROOF_MALFORMED))
    author = secured.issuer if isinstance(secured, Credential) else secured.holder or ""
    jws = token.jws
    found = [
        Checked(proof, finding, _verify(jws.algorithm, finding, jws.signing_input, jws.signature))
        for finding in _token_keys(proof, author, resolver)
    ]
    # Several keys are tried only when the header names none; one that holds is the one meant.
    best = next((c for c in found if c.answer is PASSED), found[0])
    if best.answer is PASSED and token.contradiction is not None:
        answer = failed(Reason.CLAIMS_CONTRADICT, claim=token.contradiction)
        return Checked(proof, best.finding, answer)
    return best


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
