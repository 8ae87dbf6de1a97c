"""What was asked about a credential and what came of it.

Every question is asked, always in the order of `Question`. "Could not check" is never good and
never bad. No prose: `wallet.wording` has a sentence for each `Reason`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum

from wallet.errors import Code
from wallet.model import Json


class Outcome(Enum):
    """The three answers a question can have."""

    PASSED = "passed"
    UNKNOWN = "unknown"
    FAILED = "failed"


class Question(StrEnum):
    """What is asked of every credential, in this order.

    `HOLDER` only when somebody presents, `BELONGS` only of what stands inside another.
    """

    SIGNATURE = "signature"  # altered?
    AUTHORITY = "authority"  # may this key speak for this issuer?
    VALIDITY = "validity"  # in date?
    STATUS = "status"  # withdrawn?
    ISSUER = "issuer"  # known to me?
    HOLDER = "holder"  # is the sender the subject?
    BELONGS = "belongs"  # is it about the same person, or an endorsement of what it stands with?


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
    HOSTED_UNREACHABLE = "hosted_unreachable"  # Open Badges 2.0: the issuer's own copy
    HOSTED_GONE = "hosted_gone"
    LED_AWAY = "led_away"  # the issuer's site let another one answer
    HOSTED_DIFFERS = "hosted_differs"
    NOT_CHECKED = "not_checked"  # an earlier question's answer leaves nothing to ask
    # authority
    KEY_NOT_AUTHORISED = "key_not_authorised"
    KEY_OF_ANOTHER = "key_of_another"  # the key belongs to somebody other than the issuer
    KEY_REVOKED = "key_revoked"  # by its document, before the signature was made
    KEY_EXPIRED = "key_expired"
    KEY_TIME_UNKNOWN = "key_time_unknown"  # the key has ended; who knows what it signed before
    CERTIFICATE_NOT_TRUSTED = "certificate_not_trusted"  # x5c: no authority is known here
    WRONG_PURPOSE = "wrong_purpose"
    DID_METHOD_UNSUPPORTED = "did_method_unsupported"
    HOST_NOT_ALLOWED = "host_not_allowed"  # the issuer keeps its badges elsewhere
    ISSUER_UNREACHABLE = "issuer_unreachable"  # its profile, or the kind of badge
    ISSUER_MALFORMED = "issuer_malformed"
    # validity and status
    PARTS_LEFT_OUT = "parts_left_out"  # the sender could leave out what would tell
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
    # what stands inside another
    SUBJECT_DIFFERS = "subject_differs"  # another person, or the same by another identifier
    SUBJECT_UNSAID = "subject_unsaid"  # one of the two does not say whom it is about
    ENDORSES_ANOTHER = "endorses_another"
    ENDORSED_UNSAID = "endorsed_unsaid"  # it, or what it stands with, has no identifier


class Role(StrEnum):
    """What somebody else's statement is for the credential it stands in."""

    CREDENTIAL = "credential"  # a record of its own
    ENDORSEMENT = "endorsement"


class Thing(StrEnum):
    """What an endorsement is of."""

    CREDENTIAL = "credential"
    ACHIEVEMENT = "achievement"
    ISSUER = "issuer"
    PERSON = "person"
    OTHER = "other"


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
    """Every question once, in order, the policy's tolerated reasons, and what stands inside."""

    checks: tuple[Check, ...]
    tolerated: frozenset[Reason] = frozenset()
    parts: tuple[PartReport, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """FAILED if any failed; UNKNOWN if any is for a reason not tolerated; else PASSED.

        That is the answer about what its own issuer signed; `overall` counts what stands inside.
        """
        if any(c.outcome is Outcome.FAILED for c in self.checks):
            return Outcome.FAILED
        if any(
            c.outcome is Outcome.UNKNOWN and c.reason not in self.tolerated for c in self.checks
        ):
            return Outcome.UNKNOWN
        return Outcome.PASSED

    @property
    def overall(self) -> Outcome:
        """The worst of its own outcome and those of the credentials inside, at every depth.

        An endorsement adds to a credential or does not; it takes nothing away.
        """
        return worst((self.outcome, *(one.outcome for one in records_inside(self))))

    @property
    def checked_at(self) -> datetime | None:
        """When it was asked: the newest date among the answers, as some rest on nothing older."""
        return max((check.checked_at for check in self.checks), default=None)

    def __getitem__(self, question: Question) -> Check:
        for check in self.checks:
            if check.question is question:
                return check
        raise KeyError(question)


@dataclass(frozen=True, slots=True)
class PartReport:
    """One statement of somebody else inside a credential: what it is, and its own answers.

    `place` is where it stands in the credential around it (a JSON pointer), `thing` what it stands
    with or, of an endorsement that is of something near by, that. `title` and `issuer_name` are
    claims, for people. Where it could not be read or was not checked, `problem` says why and there
    is no report.
    """

    role: Role
    place: str
    thing: Thing
    title: str
    issuer: str
    issuer_name: str
    report: VerificationReport | None
    problem: Code | None = None

    @property
    def outcome(self) -> Outcome:
        """Its own outcome; UNKNOWN where it was not checked."""
        return self.report.outcome if self.report is not None else Outcome.UNKNOWN


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records stand inside a credential, and how many of them fall short of holding."""

    total: int
    failed: int  # for another reason than their date
    ended: int
    unknown: int


def records_inside(report: VerificationReport) -> Iterator[PartReport]:
    """Yield the credentials inside, at every depth; not those inside endorsements."""
    for part in report.parts:
        if part.role is Role.CREDENTIAL:
            yield part
            if part.report is not None:
                yield from records_inside(part.report)


def tally(report: VerificationReport) -> Tally:
    """Count the credentials inside by what came of them."""
    found = list(records_inside(report))
    failed = [one for one in found if one.outcome is Outcome.FAILED]
    ended = sum(1 for one in failed if _only_ended(one))
    unknown = sum(1 for one in found if one.outcome is Outcome.UNKNOWN)
    return Tally(len(found), len(failed) - ended, ended, unknown)


def _only_ended(part: PartReport) -> bool:
    checks = part.report.checks if part.report is not None else ()
    return all(c.reason is Reason.ENDED for c in checks if c.outcome is Outcome.FAILED)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the gravest of some outcomes; PASSED where there is none."""
    found = set(outcomes)
    for outcome in (Outcome.FAILED, Outcome.UNKNOWN):
        if outcome in found:
            return outcome
    return Outcome.PASSED


@dataclass(frozen=True, slots=True)
class PresentationReport:
    """A presentation's own checks (signature, validity, holder) and one report per credential."""

    presentation: VerificationReport
    credentials: tuple[VerificationReport, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of the presentation's outcome and its credentials', with those inside them."""
        return worst((self.presentation.outcome, *(r.overall for r in self.credentials)))


def to_json(report: VerificationReport) -> str:
    """Write a report so that `from_json` reads the same one."""
    return json.dumps(_stored(report))


def _stored(report: VerificationReport) -> dict[str, Json]:
    stored: dict[str, Json] = {
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
    if report.parts:
        stored["parts"] = [
            {
                "role": part.role,
                "place": part.place,
                "thing": part.thing,
                "title": part.title,
                "issuer": part.issuer,
                "issuer_name": part.issuer_name,
                "report": None if part.report is None else _stored(part.report),
                "problem": part.problem,
            }
            for part in report.parts
        ]
    return stored


def _plain(fact: Json) -> Json:
    return {"$date": fact.isoformat()} if isinstance(fact, datetime) else fact


def from_json(text: str) -> VerificationReport:
    """Read what `to_json` wrote, now or before parts were reported; ValueError or KeyError else."""
    return _report(json.loads(text))


def _report(stored: Mapping[str, Json]) -> VerificationReport:
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
        tuple(
            PartReport(
                Role(part["role"]),
                part["place"],
                Thing(part["thing"]),
                part["title"],
                part["issuer"],
                part["issuer_name"],
                None if part["report"] is None else _report(part["report"]),
                Code(part["problem"]) if part["problem"] else None,
            )
            for part in stored.get("parts", ())
        ),
    )


def _living(fact: Json) -> Json:
    if isinstance(fact, dict) and "$date" in fact:
        return datetime.fromisoformat(fact["$date"])
    return fact
