"""Proofs embedded in JSON-LD (Data Integrity and what came before it), checked one by one.

What is signed is made in `wallet.formats`; here the work is bounded and the answer named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from wallet.errors import Code, UnsupportedError, WalletError
from wallet.formats import contexts, data_integrity, suites
from wallet.formats.suites import Suite
from wallet.model import Credential, Json, KeyType, Presentation, Proof
from wallet.ports import Resolver
from wallet.report import Outcome, Reason
from wallet.verify import keys
from wallet.verify.checked import Checked, verify
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
    Code.MISSING_FIELD: Reason.PROOF_MALFORMED,  # a proof that another covers is gone
}
_UNCHECKABLE: Final = {
    Code.JSONLD_UNSUPPORTED: Reason.JSONLD_UNSUPPORTED,
    Code.NUMBER_OUT_OF_RANGE: Reason.JSONLD_UNSUPPORTED,
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
    suite = suites.of(proof)
    if suite is None:
        answer = unknown(Reason.PROOF_UNSUPPORTED, suite=proof.suite[:60])
        return Checked(proof, keys.unasked(proof.verification_method), answer)
    finding = keys.find(proof.verification_method, resolver)
    answer = _signature(proof, suite, finding, canonical)
    if answer is PASSED and "expires" in proof.options:
        answer = _expiry(proof, expired_before)
    return Checked(proof, finding, answer)


def _signature(proof: Proof, suite: Suite, finding: Finding, canonical: _Canonical) -> Answer:
    """Say whether the signature of one proof holds under the key that was found, if one was."""
    try:
        found = suites.signature(proof, suite)
    except UnsupportedError as error:
        return unknown(Reason.PROOF_UNSUPPORTED, suite=str(error.facts.get("algorithm")))
    except WalletError:
        return failed(Reason.PROOF_MALFORMED)
    key_type = finding.key.type if finding.key else None
    data = canonical.signed_by(proof, suite, key_type)
    if isinstance(data, Answer):
        return data
    if key_type is None:
        return unknown(finding.reason or Reason.KEY_UNREACHABLE, **finding.facts)
    algorithm = suite.algorithm(key_type, found)
    if algorithm is None:
        return failed(Reason.KEY_UNSUPPORTED, type=key_type.value)
    return verify(algorithm, finding, found.prefix + data, found.data)


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
        self._proofs = secured.proofs
        self._resolver = resolver
        self._covered: dict[tuple[str, ...], bytes | Answer] = {}
        small = len(secured.raw) <= _UNCOUNTED
        self._size = _UNCOUNTED // 2 if small else size(secured.claims)
        self._left = MAX_VALUES

    def signed_by(self, proof: Proof, suite: Suite, key_type: KeyType | None) -> bytes | Answer:
        """Return what the proof signs under a key, or why that cannot be said."""
        if data_integrity.in_circle(proof, self._proofs):
            return failed(Reason.PROOF_MALFORMED, field="previousProof")
        hash_name = suite.hash_name(key_type)
        previous = data_integrity.previous(proof)
        # What is covered is made once for all the proofs that share it.
        covers = ("jcs" if suite.jcs else "", hash_name, json.dumps(previous) if previous else "")
        if covers not in self._covered:
            hashed = self._hashed(data_integrity.document_hash, proof, hash_name, self._size)
            self._covered[covers] = hashed
        covered = self._covered[covers]
        if isinstance(covered, Answer):
            return covered
        values = size(proof.options)
        options = self._hashed(data_integrity.options_hash, proof, hash_name, values)
        return options if isinstance(options, Answer) else options + covered

    def _hashed(
        self, hashed: contexts.Hashed, proof: Proof, hash_name: str, size: int
    ) -> bytes | Answer:
        self._left -= size
        if self._left < 0:
            return unknown(Reason.TOO_COMPLEX, what="proofs")
        try:
            return contexts.retrying(hashed, self._document, proof, self._resolver, hash_name)
        except WalletError as error:
            answer = _answer_of(error)
            if answer.reason is Reason.TOO_COMPLEX:
                self._left = 0  # what was too much once is not tried for the next proof
            return answer


def size(value: Json | Mapping[str, Json]) -> int:
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
