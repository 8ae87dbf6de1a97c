"""One proof with what came of it, and the one place where a signature meets its key."""

from __future__ import annotations

from dataclasses import dataclass

from wallet.crypto import signatures
from wallet.errors import MalformedError, UnsupportedError
from wallet.model import Proof
from wallet.report import Outcome, Reason
from wallet.verify.keys import PASSED, Answer, Finding, failed, unknown


@dataclass(frozen=True, slots=True)
class Checked:
    """One proof and what came of it."""

    proof: Proof
    finding: Finding
    answer: Answer


def best(found: list[Checked]) -> Checked:
    """Return what several keys come to: one that holds is the one meant.

    Where none does and one could not be had or used, that may have been the one.
    """
    for outcome in (Outcome.PASSED, Outcome.UNKNOWN):
        for one in found:
            if one.answer.outcome is outcome:
                return one
    return found[0]


def verify(algorithm: str, finding: Finding, data: bytes, signature_bytes: bytes) -> Answer:
    """Say whether a signature over `data` holds under the key that was found, if one was."""
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
