"""What the command line prints about credentials: plain words, or one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wallet import wording
from wallet.checking import Checked, State, state_of, verdict_of
from wallet.errors import WalletError
from wallet.model import Credential, Format, Presentation
from wallet.refreshing import Notice
from wallet.report import (
    Check,
    Outcome,
    PartReport,
    PresentationReport,
    Question,
    Reason,
    Role,
    VerificationReport,
    tally,
)
from wallet.sentences import N_
from wallet.wording import tr

if TYPE_CHECKING:
    from wallet.app import Part, Trusted

_MARKS = {Outcome.PASSED: "[+]", Outcome.UNKNOWN: "[?]", Outcome.FAILED: "[-]"}
SHORT_ID = 12  # letters of an id that are shown; any unique beginning is understood
NAME = 120  # letters of a part's title or issuer
# Of a part nothing is said about what passed, what nobody could ask, and what few say anyway.
_QUIET = frozenset({None, Reason.NOT_CHECKED, Reason.SUBJECT_UNSAID})
_OVERALL = {
    Outcome.PASSED: State.HOLDS,
    Outcome.UNKNOWN: State.UNCHECKED,
    Outcome.FAILED: State.BROKEN,
    None: State.UNCHECKED,
}


_OLDER = {Format.OPEN_BADGE_2: N_("Open Badges 2.0, an older standard")}

# Letters without a shape (Unicode 15, Default_Ignorable_Code_Point that are letters).
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0")


def say(text: str, *, aside: bool = False) -> None:
    """Print one line, `aside` on the error stream.

    Credentials are strangers' texts: whatever could move a terminal's cursor, turn its writing
    round, or start another line is made visible instead.
    """
    print("".join(_shown(c) for c in text), file=sys.stderr if aside else sys.stdout)


def _shown(character: str) -> str:
    if character.isprintable() and character not in _BLANK_LETTERS:
        return character
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"


def print_json(**fields: object) -> None:
    """Print one JSON object on one line, in ASCII."""
    print(json.dumps(fields))


def as_object(checked: Checked) -> dict[str, object]:
    """Return what `check --json` prints for one input."""
    what, report = checked.readable, _own_report(checked)
    facts: dict[str, object] = {
        "source": checked.source,
        "format": None,
        "issuer": None,
        "title": None,
        "outcome": checked.outcome.value if checked.outcome else None,
        "checks": [_check_object(check) for check in report.checks] if report else [],
        "parts": [_part_object(part) for part in report.parts] if report else [],
        "error": checked.error.code.value if checked.error else None,
    }
    if isinstance(what, Credential):
        facts |= {"format": what.format.value, "issuer": what.issuer, "title": what.title}
    elif isinstance(what, Presentation):
        facts |= {"format": what.format.value, "issuer": what.holder, "title": what.name}
    elif what is not None:
        facts |= {"format": "bundle"}
    if what is not None and not isinstance(what, Credential):
        facts["credentials"] = [as_object(child) for child in checked.credentials]
    return facts


def _own_report(checked: Checked) -> VerificationReport | None:
    report = checked.report
    return report.presentation if isinstance(report, PresentationReport) else report


def _check_object(check: Check) -> dict[str, object]:
    return {
        "question": check.question.value,
        "outcome": check.outcome.value,
        "reason": check.reason.value if check.reason else None,
        "checked_at": iso(check.checked_at),
    }


def notice_object(notice: Notice) -> dict[str, object]:
    """Return what `refresh --json` prints for one piece of news."""
    return {
        "id": notice.id,
        "title": notice.title,
        "news": notice.news.value,
        "date": iso(notice.date),
        "noticed_at": iso(notice.noticed_at),
        "before": notice.before.value,
        "after": notice.after.value,
    }


def _part_object(part: PartReport) -> dict[str, object]:
    checks, parts = (part.report.checks, part.report.parts) if part.report else ((), ())
    return {
        "role": part.role.value,
        "place": part.place,
        "with": part.thing.value,
        "issuer": part.issuer,
        "title": part.title,
        "outcome": part.outcome.value,
        "checks": [_check_object(check) for check in checks],
        "parts": [_part_object(inner) for inner in parts],
        "error": part.problem.value if part.problem else None,
    }


def iso(moment: datetime | None) -> str | None:
    """Return a moment as JSON has it: ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None


def print_checked(checked: Checked, *, now: datetime, indent: str = "") -> None:
    """Print what an input is and the answer to every question, in words."""
    if checked.error is not None:
        say(f"{indent}{checked.source}: {wording.error(checked.error)}")
        return
    say(f"{indent}{checked.source}: {_headline(checked, now)}")
    report = _own_report(checked)
    share = isinstance(checked.readable, Presentation)
    for line in (share_lines if share else check_lines)(report) if report else ():
        say(f"{indent}  {line}")
    for line in part_lines(report) if report else ():
        say(f"{indent}  {line}")
    for child in checked.credentials:
        print_checked(child, now=now, indent=indent + "    ")


def _headline(checked: Checked, now: datetime) -> str:
    if checked.record is not None:
        mark = f" ({tr('Sample')})" if checked.record.sample else ""
        if isinstance(checked.readable, Credential) and checked.readable.format in _OLDER:
            mark += f" ({tr(_OLDER[checked.readable.format])})"
        return f"{checked.record.title}{mark}: {state(checked, now=now)}"
    if isinstance(checked.readable, Presentation):
        title = checked.readable.name or tr("A share")
        return f"{title}: {wording.state(_OVERALL[checked.outcome])}"
    return wording.ntr("{n} credential", "{n} credentials", len(checked.credentials))


def kept(leaf: Checked, *, new: bool, now: datetime) -> None:
    """Say what became of a record that was to be kept."""
    assert isinstance(leaf.readable, Credential)
    assert leaf.record is not None
    word = tr("Kept") if new else tr("Was there already")
    mark = leaf.readable.id[:SHORT_ID]
    say(f"{leaf.source}: {word}: {leaf.record.title} [{mark}]: {state(leaf, now=now)}")
    for line in doubts(leaf):
        say(f"  {line}")


def state(leaf: Checked, *, now: datetime) -> str:
    """Return the one word for a credential's state of trust."""
    assert isinstance(leaf.report, VerificationReport)
    assert leaf.record is not None
    return wording.state(
        state_of(leaf.report, leaf.record.ends, now=now), leaf.record.ends, now=now
    )


def check_lines(report: VerificationReport) -> Iterator[str]:
    """Yield one line per question."""
    for check in report.checks:
        sentence = wording.check(check, asked=report.checked_at)
        yield f"{_MARKS[check.outcome]} {wording.question(check.question)}: {sentence}"


def part_lines(report: VerificationReport) -> Iterator[str]:
    """Yield what stands inside a credential: each part with its state, and why where it is short.

    First how many records inside fall short of holding, so that no word above hides it. Each has
    its number, by which `keep` knows it.
    """
    yield from wording.inside(tally(report))
    known = {check.reason for check in report.checks if check.question is Question.ISSUER}
    for number, part in enumerate(report.parts, 1):
        told = wording.endorsed(part) if part.role is Role.ENDORSEMENT else part.title
        name = told[:NAME] or tr("A record without a name")
        by = f" ({(part.issuer_name or part.issuer)[:NAME]})" if part.issuer else ""
        yield f"{number} {_MARKS[part.outcome]} {name}{by}: {_part_word(part)}"
        if part.report is None:
            continue
        for check in part.report.checks:
            if check.reason not in _QUIET | known:
                said = wording.check(check, asked=report.checked_at)
                yield f"      {wording.question(check.question)}: {said}"
        for line in part_lines(part.report):
            yield f"    {line}"


def _part_word(part: PartReport) -> str:
    if part.report is not None:
        return wording.state(verdict_of(part.report))
    word = wording.state(State.UNCHECKED)
    return f"{word}. {wording.error(WalletError(part.problem))}" if part.problem else word


def share_lines(report: VerificationReport) -> Iterator[str]:
    """Yield one line per question about a share as a whole."""
    for check in report.checks:
        asked = wording.question_of_share(check.question)
        said = wording.check_of_share(check, asked=report.checked_at)
        yield f"{_MARKS[check.outcome]} {asked}: {said}"


def doubts(leaf: Checked) -> list[str]:
    """Return a line for every question that did not pass, but for those nobody could ask."""
    report = _own_report(leaf)
    asked = (
        [c for c in report.checks if c.reason not in {None, Reason.NOT_CHECKED}] if report else []
    )
    said = [f"{wording.question(c.question)}: {wording.check(c)}" for c in asked]
    short = report is not None and report.overall is not report.outcome
    return said + (wording.inside(tally(report)) if report and short else [])


def record_lines(checked: Checked) -> Iterator[str]:
    """Yield what a credential says."""
    record = checked.record
    assert record is not None
    if record.sample:
        yield tr("A sample, for trying out this app.")
    yield f"{tr('Issuer, as it calls itself')}: {record.issuer_name or record.issuer_id}"
    if record.subject_name:
        yield f"{tr('Awarded to')}: {record.subject_name}"
    if record.awarded:
        yield f"{tr('Awarded')}: {wording.date(record.awarded)}"
    if record.ends:
        yield f"{tr('Ends')}: {wording.date(record.ends)}"
    for result in record.results:
        yield f"{result.name}: {result.value}"
    if record.skills:
        yield f"{tr('Skills')}: " + ", ".join(skill.name for skill in record.skills)
    for part in record.parts:
        yield f"{tr('Part')}: {part.title}"


def print_trusted(trusted: Mapping[str, Trusted], *, as_json: bool) -> None:
    """Print the issuers the person trusts, one a line."""
    for issuer, one in trusted.items():
        if as_json:
            print_json(issuer=issuer, name=one.name, note=one.note, since=iso(one.since))
            continue
        since = wording.date(one.since) if one.since else ""
        told = ": ".join(part for part in (since, one.note) if part)
        say(f"{one.name or tr('Without a name')} <{issuer}> {told}")
    if not trusted and not as_json:
        say(tr("You have not said of any issuer that you trust it."))


def hideable_lines(parts: Sequence[Part]) -> Iterator[str]:
    """Yield what of a credential can be left out of a share, by the name that --hide takes."""
    if not any(part.always is None for part in parts):
        return
    yield tr("What can be left out of a share, with --hide or --only:")
    for part in parts:
        if part.always is None:
            yield f"  {part.pointer}  {part.label}: {part.text}"
    fixed = [part.pointer for part in parts if part.always is not None]
    if fixed:
        yield tr("Always shown: {parts}", parts=", ".join(fixed))


def hideable_object(part: Part) -> dict[str, object]:
    """Return a part of a credential as `show --json` prints it."""
    return {
        "id": part.id,
        "pointer": part.pointer,
        "label": part.label,
        "text": part.text,
        "always": part.always.value if part.always else None,
    }
