"""Proofs embedded in JSON-LD (Data Integrity and what came before it), checked one by one.

What is signed is made in `wallet.formats`; here the work is bounded and the answer named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from wallet.errors import Code, WalletError
from wallet.formats import contexts, data_integrity, fields
from wallet.model import Credential, Json, Presentation, Proof
from wallet.ports import Resolver
from wallet.report import Outcome, Reason
from wallet.verify import keys
from wallet.verify.checked import Checked, verify
from wallet.verify.keys import PASSED, Answer, failed, unknown

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


def check(
    secured: Credential | Presentation, resolver: Resolver, *, now: datetime, skew: timedelta
) -> list[Checked]:
    """Check every embedded proof, in order."""
    canonical = _Canonical(secured, resolver)
    # A presentation whose time is over is told so by its own question, with its date.
    expired_before = now - skew if isinstance(secured, Credential) else None
    return [
        _check_proof(proof, canonical, resolver, expired_before=expired_before)
        for proof in secured.proofs
    ]


def _check_proof(
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
    answer = verify("Ed25519", finding, data, signature_bytes)
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
