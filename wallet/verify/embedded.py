"""Proofs embedded in JSON-LD (Data Integrity and what came before it), checked one by one.

What is signed is made in `wallet.formats`; here the work is bounded and the answer named.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar

from wallet.crypto.jsonld import Contexts
from wallet.errors import Code, UnsupportedError, WalletError
from wallet.formats import (
    bbs_2023,
    contexts,
    data_integrity,
    ecdsa_sd,
    ecdsa_sd_base,
    selective,
    suites,
)
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
# proofs as there may be (`data_integrity.MAX_PROOFS`) it stays below that.
_UNCOUNTED: Final = 5_600

# What is canonicalised of a document for a base proof: the whole, with and without identifiers of
# its own, and the mandatory part.
_TIMES_OF_A_BASE: Final = 3

_Made = TypeVar("_Made")
_Covered = ecdsa_sd.Covered | bbs_2023.Covered
_COVERED: Final[Mapping[tuple[str, bool], Callable[..., _Covered]]] = {
    (ecdsa_sd.SUITE, False): ecdsa_sd.covered,
    (ecdsa_sd.SUITE, True): ecdsa_sd_base.covered,
    (bbs_2023.SUITE, False): bbs_2023.covered,
    (bbs_2023.SUITE, True): bbs_2023.covered,
}

_FAILING: Final = {
    Code.BAD_SIGNATURE_ENCODING: Reason.PROOF_MALFORMED,
    Code.WRONG_TYPE: Reason.PROOF_MALFORMED,
    Code.BAD_KEY: Reason.KEY_MALFORMED,
    Code.NO_SUCH_PART: Reason.PROOF_MALFORMED,  # a base proof whose pointers fit another document
    Code.JSONLD_DROPPED: Reason.TERM_NOT_SIGNED,
    Code.JSONLD_INVALID: Reason.JSONLD_INVALID,
    Code.MISSING_FIELD: Reason.PROOF_MALFORMED,  # a proof that another covers is gone
}
_UNCHECKABLE: Final = {
    Code.PROOF_UNSUPPORTED: Reason.PROOF_UNSUPPORTED,
    Code.JSONLD_UNSUPPORTED: Reason.JSONLD_UNSUPPORTED,
    Code.NUMBER_OUT_OF_RANGE: Reason.JSONLD_UNSUPPORTED,
    Code.CONTEXT_UNKNOWN: Reason.CONTEXT_UNKNOWN,
    Code.CONTEXT_ALTERED: Reason.CONTEXT_ALTERED,
    Code.TOO_COMPLEX: Reason.TOO_COMPLEX,
    Code.TOO_DEEP: Reason.TOO_COMPLEX,
    Code.TOO_LARGE: Reason.TOO_COMPLEX,
    Code.UNREACHABLE: Reason.CONTEXT_UNKNOWN,
    Code.OFFLINE: Reason.CONTEXT_UNKNOWN,
    Code.ADDRESS_REFUSED: Reason.CONTEXT_UNKNOWN,
}


def check(
    secured: Credential | Presentation,
    resolver: Resolver,
    *,
    now: datetime,
    skew: timedelta,
    presented: bool = False,
) -> list[Checked]:
    """Check every embedded proof, in order; `presented` by somebody, or kept by its own owner."""
    canonical = _Canonical(secured, resolver)
    presented = presented or isinstance(secured, Presentation)
    # A presentation whose time is over is told so by its own question, with its date.
    expired_before = now - skew if isinstance(secured, Credential) else None
    return [
        _base_proof(proof)
        if presented and selective.is_base(proof)
        else _check_proof(proof, canonical, resolver, expired_before=expired_before)
        for proof in secured.proofs
    ]


def _base_proof(proof: Proof) -> Checked:
    """Refuse a proof that its owner is never to send (vc-di-ecdsa section 3.5.7, 3.4.8)."""
    finding = keys.unasked(proof.verification_method)
    return Checked(proof, finding, failed(Reason.BASE_PROOF_PRESENTED))


def _check_proof(
    proof: Proof, canonical: _Canonical, resolver: Resolver, *, expired_before: datetime | None
) -> Checked:
    # What decides without a key comes first: a key may cost a request.
    suite = suites.of(proof)
    if suite is None:
        answer = unknown(Reason.PROOF_UNSUPPORTED, suite=proof.suite[:60])
        return Checked(proof, keys.unasked(proof.verification_method), answer)
    finding = keys.find(proof.verification_method, resolver)
    check_one = _selective if suite.selective else _signature
    answer = check_one(proof, suite, finding, canonical)
    if answer is PASSED and "expires" in proof.options:
        answer = _expiry(proof, expired_before)
    return Checked(proof, finding, answer)


def _signature(proof: Proof, suite: Suite, finding: Finding, canonical: _Canonical) -> Answer:
    """Say whether the signature of one proof holds under the key that was found, if one was."""
    try:
        found = suites.signature(proof, suite)
    except UnsupportedError as error:
        named = error.facts.get("algorithm", proof.suite[:60])
        return unknown(Reason.PROOF_UNSUPPORTED, suite=str(named))
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


def _selective(proof: Proof, suite: Suite, finding: Finding, canonical: _Canonical) -> Answer:
    """Say the same of a proof that signs statements one by one."""
    covers = canonical.covered_by(proof)
    if isinstance(covers, Answer):
        return covers
    key = finding.key
    if key is None:
        return unknown(finding.reason or Reason.KEY_UNREACHABLE, **finding.facts)
    if key.type not in suite.algorithms:
        return failed(Reason.KEY_UNSUPPORTED, type=key.type.value)
    try:
        return PASSED if covers.holds(key) else failed(Reason.ALTERED)
    except WalletError as error:
        return _answer_of(error)


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

    def covered_by(self, proof: Proof) -> _Covered | Answer:
        """Return what a selective proof covers, or why that cannot be said."""
        make = _COVERED[proof.suite, selective.is_base(proof)]
        times = _TIMES_OF_A_BASE if selective.is_base(proof) else 1
        made = self._made(
            lambda known: make(self._document, proof, known),
            times * self._size + size(proof.options),
        )
        if isinstance(made, Answer):
            return made
        self._left -= made.values
        return unknown(Reason.TOO_COMPLEX, what="proofs") if self._left < 0 else made

    def _hashed(
        self, hashed: contexts.Hashed, proof: Proof, hash_name: str, values: int
    ) -> bytes | Answer:
        return self._made(
            lambda known: hashed(self._document, proof, known, hash_name=hash_name), values
        )

    def _made(self, make: Callable[[Contexts], _Made], values: int) -> _Made | Answer:
        self._left -= values
        if self._left < 0:
            return unknown(Reason.TOO_COMPLEX, what="proofs")
        try:
            return contexts.fetching(make, self._resolver)
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
