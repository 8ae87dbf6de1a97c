"""Does a credential hold? Every question asked, none answered by guessing.

`verify` for one credential, `verify_presentation` for what somebody hands over. Neither raises for
what is wrong with what it is given: that is an answer. Keys and lists come from the resolver,
whom to know from the policy, the time from the caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from wallet.formats import fields, token_forms
from wallet.model import Credential, Format, Presentation
from wallet.ports import Resolver
from wallet.report import (
    Check,
    Outcome,
    PresentationReport,
    Question,
    Reason,
    VerificationReport,
)
from wallet.verify import coverage, listed, open_badge_2, parts, proofs, questions, status
from wallet.verify.coverage import Coverage
from wallet.verify.dated import Dated
from wallet.verify.keys import PASSED, Answer, failed, unknown
from wallet.verify.policy import TOLERATED, Catalogue, Kind, Pin, Policy, Source, Trusted
from wallet.verify.status_lists import Lists

__all__ = [
    "RULES",
    "TOLERATED",
    "Catalogue",
    "Kind",
    "Lists",
    "Pin",
    "Policy",
    "Source",
    "Trusted",
    "completed",
    "issuer_again",
    "registries_in_use",
    "verify",
    "verify_presentation",
]

# By which rules this version answers. Whoever changes an answer to what people may have kept adds
# one: then kept answers are given anew, also where nobody is online.
RULES: Final = 2


def verify(
    credential: Credential,
    policy: Policy,
    resolver: Resolver,
    now: datetime,
    *,
    registries: Resolver | None = None,
    lists: Lists | None = None,
) -> VerificationReport:
    """Ask the five questions about what its owner holds, in order, and about all that is inside.

    `registries` is asked for lists of issuers, where they are to cost others' lookups nothing;
    `lists` are the status lists of a check of many.
    """
    return _whole(credential, (), policy, resolver, now, registries or resolver, lists or Lists())


def registries_in_use(policy: Policy, registries: Resolver) -> list[str]:
    """Return the names of the registries that are asked about an issuer, in their order."""
    return [source.name for source in listed.in_use(policy, registries)]


def issuer_again(
    credential: Credential,
    report: VerificationReport,
    policy: Policy,
    registries: Resolver,
    now: datetime,
    *,
    changed: str,
    kept: Resolver,
) -> VerificationReport:
    """Return `report` with the question about an issuer asked anew, the other answers kept.

    The issuer is `changed`, of whom the person thinks otherwise now. `kept` has what credentials
    inside only name, as it was last read; `credential` itself has it already.
    """

    def again(one: Credential, found: VerificationReport) -> VerificationReport:
        one = one if one is credential else completed(one, kept)
        # Whatever holds by the person's word holds no longer than that.
        if one.issuer != changed and "trusted_since" not in found[Question.ISSUER].facts:
            return found
        asked = (found[Question.SIGNATURE].outcome, found[Question.AUTHORITY].outcome)
        listing = Dated(registries)
        known = questions.issuer(one, policy, listing, now, asked)
        anew = _check(Question.ISSUER, known, now, listing)
        checks = tuple(anew if c.question is Question.ISSUER else c for c in found.checks)
        return replace(found, checks=checks, tolerated=policy.tolerated)

    return parts.changed(credential, report, again)


def verify_presentation(
    presentation: Presentation,
    policy: Policy,
    resolver: Resolver,
    now: datetime,
    *,
    page_origin: str | None = None,
    registries: Resolver | None = None,
) -> PresentationReport:
    """Ask about a presentation itself, and the five questions and the holder of each credential.

    `page_origin` is where it is being looked at; a presentation made for other origins says so.
    """
    key = Dated(resolver)
    checked = proofs.check(presentation, key, now=now, skew=policy.clock_skew)
    signed = proofs.signature(checked) if checked else unknown(Reason.NO_PROOF)
    holder = presentation.holder or next((c.finding.owner for c in checked), "")
    holder_key = Dated(resolver, key)
    spoken = questions.authority(checked, holder, questions.AUTHENTICATION, holder_key)
    proven = holder if signed.outcome is spoken.outcome is Outcome.PASSED else None
    shown = frozenset(c.finding.key for c in checked if c.finding.key and c.answer is PASSED)
    own = (
        _check(Question.SIGNATURE, signed, now, key),
        _check(Question.AUTHORITY, spoken, now, holder_key),
        _check(Question.VALIDITY, _presentation_dates(presentation, policy, now), now),
        _check(
            Question.HOLDER, _sender(presentation, proven, signed, page_origin), now, holder_key
        ),
    )
    lists = Lists()
    credentials = tuple(
        _whole(
            credential,
            (
                _check(
                    Question.HOLDER, questions.holder(credential, proven, shown), now, holder_key
                ),
            ),
            policy,
            resolver,
            now,
            registries or resolver,
            lists,
        )
        for credential in presentation.credentials
    )
    return PresentationReport(VerificationReport(own, policy.tolerated), credentials)


def _whole(
    credential: Credential,
    more: tuple[Check, ...],
    policy: Policy,
    resolver: Resolver,
    now: datetime,
    registries: Resolver,
    lists: Lists,
) -> VerificationReport:
    """Ask about a credential and what is inside; `more` was asked since somebody presents it."""

    def ask(one: Credential, whole: Coverage | None) -> parts.Asked:
        given = _Given(one, whole, presented=bool(more))
        return _checks(given, policy, resolver, now, registries, lists)

    checks, covered = ask(credential, None)
    report = VerificationReport((*checks, *more), policy.tolerated)
    return parts.with_parts(credential, report, covered, ask)


@dataclass(frozen=True, slots=True)
class _Given:
    """One credential to ask about, `whole` where the proofs of one around it cover it."""

    credential: Credential
    whole: Coverage | None
    presented: bool


def _checks(
    given: _Given,
    policy: Policy,
    resolver: Resolver,
    now: datetime,
    registries: Resolver,
    lists: Lists,
) -> parts.Asked:
    key, listed_at = Dated(resolver), Dated(resolver)
    issuer_key, credential = Dated(resolver, key), given.credential
    if credential.format is Format.OPEN_BADGE_2:
        badge = open_badge_2.Badge(credential, issuer_key)
        signed, spoken = badge.signature, badge.authority()
        withdrawn = badge.status(listed_at := Dated(resolver, issuer_key))
        key, credential = issuer_key, badge.credential
        covered = Coverage(signed.outcome)
    else:
        skew = policy.clock_skew
        checked = proofs.check(credential, key, now=now, skew=skew, presented=given.presented)
        signed = proofs.signature(checked)
        issuer_key = Dated(resolver, key)
        spoken = questions.authority(checked, credential.issuer, questions.ASSERTION, issuer_key)
        covered = given.whole or coverage.of(credential, checked, issuer_key)
        withdrawn = status.check(credential, covered, policy, listed_at, now, lists)
    listing = Dated(registries, issuer_key)
    asked = (signed.outcome, spoken.outcome)
    known = questions.issuer(credential, policy, listing, now, asked)
    return [
        _check(Question.SIGNATURE, signed, now, key),
        _check(Question.AUTHORITY, spoken, now, issuer_key),
        _check(Question.VALIDITY, _in_date(credential, covered, policy, now), now),
        _check(Question.STATUS, withdrawn, now, listed_at),
        _check(Question.ISSUER, known, now, listing),
    ], covered


def completed(credential: Credential, resolver: Resolver) -> Credential:
    """Return a credential with what it only names, for people to read.

    Badges of Open Badges 2.0 have their name and their issuer elsewhere; every other kind of
    credential is whole.
    """
    if credential.format is not Format.OPEN_BADGE_2:
        return credential
    return open_badge_2.completed(credential, resolver)


def _in_date(credential: Credential, covered: Coverage, policy: Policy, now: datetime) -> Answer:
    """Return the answer about validity; one that passed says from when until when."""
    answer = questions.validity(credential, policy, now, lacking=covered.lacks_own)
    dates = {"from": credential.valid_from, "until": credential.valid_until}
    known = {name: date for name, date in dates.items() if date is not None}
    return Answer(answer.outcome, None, known) if answer.outcome is Outcome.PASSED else answer


def _check(
    question: Question, answer: Answer, now: datetime, rests_on: Dated | None = None
) -> Check:
    at, sources = (rests_on.oldest(now), rests_on.sources) if rests_on else (now, ())
    return Check(question, answer.outcome, answer.reason, at, answer.facts, sources)


def _presentation_dates(presentation: Presentation, policy: Policy, now: datetime) -> Answer:
    """Say whether every proof of a presentation is of the past and has not ended."""
    for proof in presentation.proofs:
        if proof.created is not None and proof.created > now + policy.clock_skew:
            return failed(Reason.NOT_YET, date=fields.iso(proof.created))
        if proof.expires is not None and proof.expires < now - policy.clock_skew:
            return failed(Reason.ENDED, date=fields.iso(proof.expires))
    return PASSED if token_forms.dates_readable(presentation) else unknown(Reason.DATES_MALFORMED)


def _sender(
    presentation: Presentation, proven: str | None, signed: Answer, page_origin: str | None
) -> Answer:
    """Say whether the sender is proven, and whether it was sent to this page."""
    if proven is None:
        # Whoever sent it pretended to have the key that the record is bound to.
        if signed.outcome is Outcome.FAILED and token_forms.is_bound(presentation):
            return failed(Reason.KEY_BINDING_BROKEN)
        return unknown(Reason.HOLDER_NOT_PROVEN)
    # Every proof that names an audience must name this one: a second proof, by whoever passes a
    # presentation on, must not open it to others.
    for proof in presentation.proofs:
        if page_origin is not None and proof.domains and page_origin not in proof.domains:
            return failed(Reason.OTHER_AUDIENCE)
    return PASSED
