"""The four answers about somebody's share, in words: who issued it, is it valid now, was it
meant for you, is the sender the person named.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wallet import wording
from wallet.app import Checked
from wallet.model import Presentation
from wallet.report import (
    Check,
    Outcome,
    PresentationReport,
    Question,
    Reason,
    VerificationReport,
    records_inside,
    tally,
)
from wallet.wording import tr

_MOST = 4  # sentences to an answer; the records below have them all


@dataclass(frozen=True, slots=True)
class Answer:
    """One question, its answer, and why, in sentences."""

    question: str
    outcome: Outcome
    sentences: tuple[str, ...]


def four_answers(checked: Checked) -> tuple[Answer, ...]:
    """Return the four answers about a presentation that was checked."""
    assert isinstance(checked.report, PresentationReport)
    leaves = list(checked.leaves())
    whole = checked.report.presentation
    return (
        _issued(leaves),
        _valid(leaves),
        _meant(checked, whole),
        _sender(leaves, whole),
    )


def _worst(outcomes: Iterable[Outcome]) -> Outcome:
    found = set(outcomes)
    for outcome in (Outcome.FAILED, Outcome.UNKNOWN):
        if outcome in found:
            return outcome
    return Outcome.PASSED


def _asked(report: object, *questions: Question) -> list[Check]:
    assert isinstance(report, VerificationReport)
    return [check for check in report.checks if check.question in questions]


def _when(leaf: Checked) -> datetime | None:
    return leaf.report.checked_at if isinstance(leaf.report, VerificationReport) else None


def _issued(leaves: Sequence[Checked]) -> Answer:
    checks: list[Check] = []
    sentences: list[str] = []
    for leaf in leaves:
        found = _asked(leaf.report, Question.AUTHORITY, Question.ISSUER)
        checks += found
        name = _name(leaf)
        telling = [one for one in found if one.outcome is not Outcome.PASSED] or found[-1:]
        for one in telling[:1]:
            sentence = wording.check(one, asked=_when(leaf))
            if not sentence.startswith(name):
                sentence = tr("{name}: {sentence}", name=name[:120], sentence=sentence)
            sentences.append(sentence)
    outcome = _worst(check.outcome for check in checks)
    return Answer(tr("Who issued it"), outcome, _few(sentences))


def _name(leaf: Checked) -> str:
    """Return who a record is from; what an issuer calls itself is said to be just that."""
    if leaf.record is None:
        return ""
    assert isinstance(leaf.report, VerificationReport)
    return wording.issuer(leaf.record, leaf.report)


def _valid(leaves: Sequence[Checked]) -> Answer:
    asked = (Question.SIGNATURE, Question.VALIDITY, Question.STATUS)
    checks = [one for leaf in leaves for one in _asked(leaf.report, *asked)]
    short = [(leaf, found) for leaf in leaves if (found := _inside(leaf)) is not None]
    outcome = _worst((*(c.outcome for c in checks), *(found.outcome for _, found in short)))
    if outcome is Outcome.PASSED:
        sentences = _not_withdrawn(leaves)
    else:
        sentences = []
        for leaf in leaves:
            title = leaf.record.title[:120] if leaf.record else ""
            sentences += [
                tr("{name}: {sentence}", name=title, sentence=wording.check(one, asked=_when(leaf)))
                for one in _asked(leaf.report, *asked)
                if one.outcome is not Outcome.PASSED
            ][:1]
        for leaf, found in short:
            title = leaf.record.title[:120] if leaf.record else ""
            sentences += [
                tr("{name}: {sentence}", name=title, sentence=one) for one in found.sentences
            ]
    return Answer(tr("Is it valid now"), outcome, _few(sentences))


def _inside(leaf: Checked) -> Answer | None:
    """Return how the records inside a record fall short of holding; None where none does."""
    assert isinstance(leaf.report, VerificationReport)
    outcome = _worst(one.outcome for one in records_inside(leaf.report))
    if outcome is Outcome.PASSED:
        return None
    return Answer("", outcome, tuple(wording.inside(tally(leaf.report))))


def _not_withdrawn(leaves: Sequence[Checked]) -> list[str]:
    """Say that all hold, and claim no list was read where the issuer keeps none."""
    read: list[datetime] = []
    without: list[str] = []
    for leaf in leaves:
        listed = [one for one in _asked(leaf.report, Question.STATUS) if one.facts.get("lists")]
        read += [one.checked_at for one in listed]
        if not listed:
            without.append(leaf.record.title[:120] if leaf.record else "")
    if not read:
        return [tr("Unaltered and in date. The issuer keeps no list of withdrawn records.")]
    return [
        tr("Unaltered, in date and not withdrawn."),
        tr("Lists read {when}.", when=wording.time(min(read))),
        *(
            tr("{name}: the issuer keeps no list of withdrawn records.", name=name)
            for name in without
        ),
    ]


def _meant(checked: Checked, whole: VerificationReport) -> Answer:
    checks = _asked(whole, Question.SIGNATURE, Question.VALIDITY)
    outcome = _worst(check.outcome for check in checks)
    sentences = [
        wording.check(one, asked=whole.checked_at)
        for one in checks
        if one.outcome is not Outcome.PASSED
    ]
    readable = checked.readable
    assert isinstance(readable, Presentation)
    if readable.name:
        sentences.append(tr("It says: {name}", name=readable.name[:200]))
        sentences.append(tr("Whether that is you, only you can tell."))
    else:
        sentences.append(tr("It does not say whom it was made for."))
    outcome = _worst((outcome, Outcome.UNKNOWN))  # this app does not know who looks at it
    ends = [proof.expires for proof in readable.proofs if proof.expires is not None]
    if ends and outcome is not Outcome.FAILED:
        sentences.append(tr("The share ends on {date}.", date=wording.date(min(ends))))
    return Answer(tr("Was it meant for you"), outcome, _few(sentences))


def _sender(leaves: Sequence[Checked], whole: VerificationReport) -> Answer:
    found = [
        (one.outcome, wording.check_of_share(one, asked=whole.checked_at))
        for one in _asked(whole, Question.HOLDER)
    ]
    for leaf in leaves:
        found += [_named(leaf, one) for one in _asked(leaf.report, Question.HOLDER)]
        found += _of_others(leaf)
    outcome = _worst(one for one, _ in found) if found else Outcome.UNKNOWN
    # What the records say tells more than that somebody signed the share.
    telling = [said for one, said in found[1:] if one is outcome] or [
        said for one, said in found if one is outcome
    ]
    if not telling:
        telling = [tr("Nothing proves who sent it.")]
    return Answer(tr("Is the sender the person named"), outcome, _few(telling))


def _of_others(leaf: Checked) -> list[tuple[Outcome, str]]:
    """Say that a record inside names somebody else than the record around it, where one does."""
    assert isinstance(leaf.report, VerificationReport)
    for part in records_inside(leaf.report):
        for check in part.report.checks if part.report is not None else ():
            if check.reason is Reason.SUBJECT_DIFFERS:
                return [(check.outcome, wording.check(check))]
    return []


def _named(leaf: Checked, holder: Check) -> tuple[Outcome, str]:
    """Return whether a record names the sender: only what its issuer signed can say so."""
    signed = _asked(leaf.report, Question.SIGNATURE, Question.AUTHORITY)
    if holder.outcome is Outcome.PASSED and _worst(one.outcome for one in signed) is not (
        Outcome.PASSED
    ):
        said = tr("It names the sender, but nothing shows that its issuer wrote that.")
        return Outcome.UNKNOWN, said
    return holder.outcome, wording.check(holder, asked=_when(leaf))


def _few(sentences: Sequence[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(sentences))
    if len(kept) <= _MOST:
        return kept
    return (*kept[:_MOST], tr("More in the records below."))
