"""What was asked about a credential and what came of it.

Every question is asked, always in the order of `Question`. "Could not check" is never good and
never bad. No prose: `wallet.wording` has a sentence for each `Reason`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum

from wallet.model import Json


class Outcome(Enum):
    """The three answers a question can have."""

    PASSED = "passed"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Question(StrEnum):
    """What is asked of every credential, in this order; `HOLDER` only when somebody presents."""

    SIGNATURE = "signature"  # altered?
    AUTHORITY = "authority"  # may this key speak for this issuer?
    VALIDITY = "validity"  # in date?
    STATUS = "status"  # withdrawn?
    ISSUER = "issuer"  # known to me?
    HOLDER = "holder"  # is the sender the subject?


class Reason(StrEnum):
    """Why a question did not simply pass; each has its sentence in `wallet.wording`."""

    # signature
    ALTERED = "altered"
    NO_PROOF = "no_proof"
    PROOF_MALFORMED = "proof_malformed"
    CLAIMS_CONTRADICT = "claims_contradict"  # a JWT says one thing twice, differently
    BASE_PROOF_PRESENTED = "base_proof_presented"  # what only its owner should have was sent
    PROOF_UNSUPPORTED = "proof_unsupported"
    TERM_NOT_SIGNED = "term_not_signed"  # safe mode: something in it is not covered by the proof
    JSONLD_INVALID = "jsonld_invalid"
    JSONLD_UNSUPPORTED = "jsonld_unsupported"
    CONTEXT_UNKNOWN = "context_unknown"
    CONTEXT_ALTERED = "context_altered"
    TOO_COMPLEX = "too_complex"
    DISCLOSURE_NOT_SIGNED = "disclosure_not_signed"  # an SD-JWT discloses what nobody signed
    KEY_UNREACHABLE = "key_unreachable"
    KEY_UNSUPPORTED = "key_unsupported"
    KEY_MALFORMED = "key_malformed"
    KEY_NOT_FOUND = "key_not_found"
    PROOF_EXPIRED = "proof_expired"
    NOT_CHECKED = "not_checked"  # an earlier question's answer leaves nothing to ask
    # authority
    KEY_NOT_AUTHORISED = "key_not_authorised"
    KEY_OF_ANOTHER = "key_of_another"  # the key belongs to somebody other than the issuer
    CERTIFICATE_NOT_TRUSTED = "certificate_not_trusted"  # x5c: no authority is known here
    WRONG_PURPOSE = "wrong_purpose"
    DID_METHOD_UNSUPPORTED = "did_method_unsupported"
    # validity
    ENDED = "ended"
    NOT_YET = "not_yet"
    DATES_MALFORMED = "dates_malformed"
    # status
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    STATUS_UNREACHABLE = "status_unreachable"
    STATUS_MALFORMED = "status_malformed"
    STATUS_UNSUPPORTED = "status_unsupported"
    STATUS_NOT_TRUSTED = "status_not_trusted"  # the list itself does not hold or is another's
    STATUS_NOT_CHECKED = "status_not_checked"  # whether the list is the issuer's stayed open
    STATUS_OUT_OF_DATE = "status_out_of_date"
    STATUS_NOTED = "status_noted"  # the list says something of it, neither good nor withdrawn
    # issuer
    ISSUER_NOT_LISTED = "issuer_not_listed"
    ISSUER_TEST_LIST = "issuer_test_list"  # only where a listing proves nothing
    ISSUER_SAMPLE = "issuer_sample"
    ISSUER_SELF = "issuer_self"  # the holder says so about themselves
    # holder
    HOLDER_NOT_SUBJECT = "holder_not_subject"
    SUBJECT_NOT_NAMED = "subject_not_named"
    SUBJECT_HASHED = "subject_hashed"  # names an e-mail hash that a person can compare
    HOLDER_NOT_PROVEN = "holder_not_proven"  # the presentation is not signed or does not hold
    HOLDER_KEY_NOT_SHOWN = "holder_key_not_shown"  # bound to a key; no signature by it is here
    KEY_BINDING_BROKEN = "key_binding_broken"
    OTHER_AUDIENCE = "other_audience"


@dataclass(frozen=True, slots=True)
class Check:
    """One question's answer. `reason` is there exactly when it did not pass.

    `checked_at` is when what the answer rests on was known: now, or when the oldest of the public
    documents in `sources` (their addresses) was read.
    `facts` are what the sentence needs (a date, a host, a term), never whole claims.
    """

    question: Question
    outcome: Outcome
    reason: Reason | None
    checked_at: datetime
    facts: Mapping[str, Json] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.reason is None) != (self.outcome is Outcome.PASSED):
            raise ValueError("a reason exactly when the check did not pass")


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """Every question once, in order, and the policy's tolerated reasons."""

    checks: tuple[Check, ...]
    tolerated: frozenset[Reason] = frozenset()

    @property
    def outcome(self) -> Outcome:
        """FAILED if any failed; UNKNOWN if any is for a reason not tolerated; else PASSED."""
        if any(c.outcome is Outcome.FAILED for c in self.checks):
            return Outcome.FAILED
        if any(
            c.outcome is Outcome.UNKNOWN and c.reason not in self.tolerated for c in self.checks
        ):
            return Outcome.UNKNOWN
        return Outcome.PASSED

    def __getitem__(self, question: Question) -> Check:
        for check in self.checks:
            if check.question is question:
                return check
        raise KeyError(question)


@dataclass(frozen=True, slots=True)
class PresentationReport:
    """A presentation's own checks (signature, validity, holder) and one report per credential."""

    presentation: VerificationReport
    credentials: tuple[VerificationReport, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of the presentation's outcome and its credentials'."""
        outcomes = [self.presentation.outcome, *(r.outcome for r in self.credentials)]
        for outcome in (Outcome.FAILED, Outcome.UNKNOWN):
            if outcome in outcomes:
                return outcome
        return Outcome.PASSED


def to_json(report: VerificationReport) -> str:
    """Write a report so that `from_json` reads the same one."""
    return json.dumps(
        {
            "checks": [
                {
                    "question": check.question,
                    "outcome": check.outcome.value,
                    "reason": check.reason,
                    "checked_at": check.checked_at.isoformat(),
                    "facts": {name: _plain(fact) for name, fact in check.facts.items()},
                    "sources": check.sources,
                }
                for check in report.checks
            ],
            "tolerated": sorted(report.tolerated),
        }
    )


def _plain(fact: Json) -> Json:
    return {"$date": fact.isoformat()} if isinstance(fact, datetime) else fact


def from_json(text: str) -> VerificationReport:
    """Read what `to_json` wrote; ValueError or KeyError for anything else."""
    stored = json.loads(text)
    return VerificationReport(
        tuple(
            Check(
                Question(check["question"]),
                Outcome(check["outcome"]),
                Reason(check["reason"]) if check["reason"] else None,
                datetime.fromisoformat(check["checked_at"]),
                {name: _living(fact) for name, fact in check["facts"].items()},
                tuple(check.get("sources", ())),  # kept since version 2 of the vault
            )
            for check in stored["checks"]
        ),
        frozenset(Reason(reason) for reason in stored["tolerated"]),
    )


def _living(fact: Json) -> Json:
    if isinstance(fact, dict) and "$date" in fact:
        return datetime.fromisoformat(fact["$date"])
    return fact
