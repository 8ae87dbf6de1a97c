"""What stands inside a credential, each asked the same questions: records and endorsements.

What a credential's own issuer signed is one thing, what others signed that it carries another: each
part has a report of its own, and none of it changes the answers about the whole. One more question
is asked of a part: does it belong where it stands?
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from wallet import formats
from wallet.errors import Code
from wallet.formats import Inside, fields
from wallet.model import Credential, Format, Json
from wallet.report import (
    Check,
    Outcome,
    PartReport,
    Question,
    Reason,
    Role,
    Thing,
    VerificationReport,
)
from wallet.verify import embedded, questions
from wallet.verify.coverage import Coverage
from wallet.verify.keys import PASSED, Answer, failed, unknown

Asked = tuple[Iterable[Check], Coverage]
# Puts the five questions to one credential; to one that the proofs of another cover, by those.
Ask = Callable[[Credential, Coverage | None], Asked]
Change = Callable[[Credential, VerificationReport], VerificationReport]

MAX_PARTS: Final = 300  # reported of one credential, at every depth together
# A transcript in a resume, the badges in it, what endorses those: nobody goes further.
MAX_DEPTH: Final = 3
# Values in all parts together that are canonicalised, once a proof: about four seconds of work. A
# badge has some sixty.
MAX_VALUES: Final = 120_000

# The answers about an unsigned record that are those about the record around it, of its own issuer.
_SHARED: Final = frozenset({Question.SIGNATURE, Question.AUTHORITY, Question.ISSUER})


@dataclass(slots=True)
class _Left:
    """What may still be spent on the parts of one credential."""

    parts: int = MAX_PARTS
    values: int = MAX_VALUES


@dataclass(frozen=True, slots=True)
class _Around:
    """What a part stands in, and what was said of that."""

    credential: Credential
    report: VerificationReport
    covered: Coverage
    depth: int = 0


def with_parts(
    whole: Credential, report: VerificationReport, covered: Coverage, ask: Ask
) -> VerificationReport:
    """Return the report about a credential with one on everything that stands inside it.

    `covered` is what the credential's own proofs cover, and with it its unsigned parts.
    """
    return _with_parts(_Around(whole, report, covered), ask, _Left())


def changed(whole: Credential, report: VerificationReport, change: Change) -> VerificationReport:
    """Return a report with `change` made to it and to that of everything inside."""
    read = {one.place: one.credential for one in formats.inside(whole)} if report.parts else {}
    parts = []
    for part in report.parts:
        credential = read.get(part.place)
        if part.report is not None and credential is not None:
            part = replace(part, report=changed(credential, part.report, change))
        parts.append(part)
    return replace(change(whole, report), parts=tuple(parts))


def _with_parts(around: _Around, ask: Ask, left: _Left) -> VerificationReport:
    found = formats.inside(around.credential)
    if not found:
        return around.report
    parts = []
    for one in found:
        left.parts -= 1
        if left.parts < 0:
            parts.append(_unchecked(one, Code.TOO_MANY_CREDENTIALS))
            break  # one for all the rest
        parts.append(_part(one, around, ask, left))
    return replace(around.report, parts=tuple(parts))


def _part(one: Inside, around: _Around, ask: Ask, left: _Left) -> PartReport:
    credential, whole = one.credential, around.credential
    if credential is None:
        return _unchecked(one, one.error.code if one.error else Code.NOT_A_CREDENTIAL)
    if around.depth >= MAX_DEPTH:
        return _unchecked(one, Code.TOO_DEEP)
    left.values -= embedded.size(credential.claims) * max(1, len(credential.proofs))
    if left.values < 0:
        return _unchecked(one, Code.TOO_COMPLEX)
    shared = _is_of_the_whole(one, whole)
    found, covered = ask(credential, around.covered.inside if shared else None)
    checks = tuple(found)
    if shared:
        checks = tuple(around.report[c.question] if c.question in _SHARED else c for c in checks)
    answer, thing = _belonging(one, credential, whole)
    report = VerificationReport(checks, around.report.tolerated)
    at = report[Question.VALIDITY].checked_at  # like the dates, this is asked of the record alone
    last = Check(Question.BELONGS, answer.outcome, answer.reason, at, answer.facts)
    report = replace(report, checks=(*checks, last))
    report = _with_parts(_Around(credential, report, covered, around.depth + 1), ask, left)
    return replace(_unchecked(one, None), thing=thing, report=report)


def _unchecked(one: Inside, problem: Code | None) -> PartReport:
    credential = one.credential
    claims: Mapping[str, Json] = credential.claims if credential is not None else {}
    if credential is None and isinstance(one.value, dict):
        claims = one.value
    issuer = claims.get("issuer")
    return PartReport(
        role=one.role,
        place=one.place,
        thing=one.thing,
        title=credential.title if credential is not None else fields.text(claims.get("name")) or "",
        issuer=fields.identifier(issuer) or "",
        issuer_name=fields.text(issuer.get("name")) or "" if isinstance(issuer, dict) else "",
        report=None,
        problem=problem,
    )


def _is_of_the_whole(one: Inside, whole: Credential) -> bool:
    """Say whether a record is unsigned and of the whole's own issuer: the whole's proof covers it.

    Not an endorsement: in a document signed as statements, what several of them say of one thing is
    one heap, and whoever holds the document could exchange it (`wallet.formats.places`).
    """
    part = one.credential
    return (
        part is not None
        and one.role is Role.CREDENTIAL
        and part.format is Format.UNSECURED
        and part.issuer == whole.issuer
    )


def _belonging(one: Inside, part: Credential, whole: Credential) -> tuple[Answer, Thing]:
    if one.role is Role.ENDORSEMENT:
        return _endorsed(one, part, whole)
    named, around = questions.subjects(part), questions.subjects(whole)
    if not named or not around:
        return unknown(Reason.SUBJECT_UNSAID), one.thing
    if named.isdisjoint(around):
        return unknown(Reason.SUBJECT_DIFFERS), one.thing
    return Answer(Outcome.PASSED, None, {"person": "1"}), one.thing


def _endorsed(one: Inside, part: Credential, whole: Credential) -> tuple[Answer, Thing]:
    """Say whether an endorsement is of what it stands with, or of something else in the whole.

    Open Badges 3.0 section B.1.7: the subject's `id` identifies what is endorsed.
    """
    named = questions.subjects(part)
    own = fields.identifier(dict(one.holder))
    if own in named:
        return PASSED, one.thing
    for thing, name in _endorsable(whole.claims):
        if name in named:
            return PASSED, thing
    if not named or own is None:
        return unknown(Reason.ENDORSED_UNSAID), one.thing
    return failed(Reason.ENDORSES_ANOTHER), one.thing


def _endorsable(claims: Mapping[str, Json]) -> Iterator[tuple[Thing, str | None]]:
    """Yield what in a credential an endorsement may be of, with its identifier."""
    yield Thing.CREDENTIAL, fields.identifier(claims.get("id"))
    yield Thing.ISSUER, fields.identifier(claims.get("issuer"))
    for subject in fields.nodes(claims.get("credentialSubject")):
        if isinstance(subject, dict):
            yield Thing.PERSON, fields.identifier(subject)
            for achievement in fields.nodes(subject.get("achievement")):
                yield Thing.ACHIEVEMENT, fields.identifier(achievement)
