"""The words people read, in their language: what a reason, an error, a state, a date is called.

Nothing below this module holds prose, and nothing here decides anything. English is the source;
other languages are gettext catalogues in `resources/i18n`. The sentences stand in
`wallet.sentences`.
"""

from __future__ import annotations

import gettext
import io
import os
from collections.abc import Callable, Mapping
from datetime import date as calendar_day
from datetime import datetime
from datetime import time as clock_time

from wallet import resources
from wallet.checking import State
from wallet.error_sentences import ERRORS
from wallet.errors import WalletError
from wallet.record import Kind, Record
from wallet.refreshing import News, Notice
from wallet.report import (
    Check,
    Outcome,
    PartReport,
    Question,
    Reason,
    Tally,
    Thing,
    VerificationReport,
)
from wallet.sentences import N_, OF_A_SHARE, PASSED, REASONS, WITH_FACTS
from wallet.vaults import KnownVault

LANGUAGES = {"en": "English", "es": "Español"}

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def set_language(code: str | None) -> str:
    """Speak `code` ("es", "en_US"), or the system's language for None; return what is spoken."""
    global _catalogue, _language
    wanted = (code or _system_language()).replace("-", "_").split("_")[0].lower()
    _language, _catalogue = "en", gettext.NullTranslations()
    name = f"i18n/{wanted}.mo"
    if wanted in LANGUAGES and wanted != "en" and resources.exists(name):
        _catalogue = gettext.GNUTranslations(io.BytesIO(resources.read(name)))
        _language = wanted
    return _language


def usual() -> str:
    """Return the language that is spoken where nobody chose one."""
    spoken = _system_language().replace("-", "_").split("_")[0].lower()
    return spoken if spoken in LANGUAGES else "en"


def _system_language() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable)
        if value and value not in {"C", "POSIX"} and not value.startswith("C."):
            return value
    return "en"


def language() -> str:
    """Return the code of the language spoken now."""
    return _language


def tr(text: str, **facts: object) -> str:
    """Translate the English `text` and fill in its named {fields}."""
    said = _catalogue.gettext(text)
    return said.format(**facts) if facts else said


def ntr(one: str, many: str, n: int, **facts: object) -> str:
    """Translate a text with a count, which fills {n}."""
    return _catalogue.ngettext(one, many, n).format(n=number(n), **facts)


# Numbers and dates --------------------------------------------------------------------------


def _locale() -> str:
    region = _system_language().split(".")[0]
    if region.split("_")[0].lower() == _language and "_" in region:
        return region
    return {"en": "en_US", "es": "es_US"}[_language]


# Long dates as Babel writes them in the usual places: a sixth of the time of a check from the
# command line would go into loading Babel for one of them. A test holds them to Babel.
_DATES = {
    "en_US": "{month} {day}, {year}",
    "es_US": "{day} de {month} de {year}",
}
_MONTHS = {
    "en_US": "January February March April May June "
    "July August September October November December",
    "es_US": "enero febrero marzo abril mayo junio "
    "julio agosto septiembre octubre noviembre diciembre",
}


def date(moment: datetime) -> str:
    """Return the day of `moment` in the person's own time zone and manner."""
    day, locale = moment.astimezone().date(), _locale()
    if locale in _DATES:
        month = _MONTHS[locale].split()[day.month - 1]
        return _DATES[locale].format(day=day.day, month=month, year=day.year)
    from babel.core import UnknownLocaleError
    from babel.dates import format_date

    try:
        return str(format_date(day, format="long", locale=locale))
    except UnknownLocaleError:
        return str(format_date(day, format="long", locale=_language))


def day(value: calendar_day) -> str:
    """Return a calendar day, the same in every time zone."""
    return date(datetime.combine(value, clock_time(12)).astimezone())


def time(moment: datetime) -> str:
    """Return the day and the minute of `moment` in the person's own time zone."""
    from babel.dates import format_time

    clock = str(format_time(moment.astimezone().time(), format="short", locale=_language))
    return tr("{date}, {time}", date=date(moment), time=clock)


def number(n: int) -> str:
    """Return a whole number with the person's grouping."""
    if abs(n) < 1000:
        return str(n)
    from babel.numbers import format_decimal

    return str(format_decimal(n, locale=_language))


# States, kinds, questions -------------------------------------------------------------------


def state(value: State, ends: datetime | None = None, *, now: datetime | None = None) -> str:
    """Return the one word for a state of trust ("Holds", "Ends in 4 months")."""
    if value is State.ENDS_SOON and ends is not None and now is not None:
        return _ends_in((ends - now).days)
    return tr(_STATES[value])


def _ends_in(days: int) -> str:
    if days < 1:
        return tr("Ends today")
    if days < 60:
        return ntr("Ends in {n} day", "Ends in {n} days", days)
    return ntr("Ends in {n} month", "Ends in {n} months", round(days / 30.4))


_STATES: Mapping[State, str] = {
    State.HOLDS: N_("Holds"),
    State.UNCHECKED: N_("Could not check"),
    State.BROKEN: N_("Does not hold"),
    State.WITHDRAWN: N_("Withdrawn"),
    State.ENDED: N_("Ended"),
    State.ENDS_SOON: N_("Ends soon"),
    State.NOT_YET: N_("Not yet in date"),
    State.SELF_STATED: N_("You say so"),
    State.NOT_ALL_HOLDS: N_("Not all of it holds"),
    State.NOT_ALL_CHECKED: N_("Not all of it checked"),
}

_KINDS: Mapping[Kind, str] = {
    Kind.EDUCATION: N_("Education"),
    Kind.LICENCE: N_("Licenses and certificates"),
    Kind.BADGE: N_("Badges"),
    Kind.WORK: N_("Work"),
    Kind.OTHER: N_("Other records"),
}

_QUESTIONS: Mapping[Question, str] = {
    Question.SIGNATURE: N_("Unaltered"),
    Question.AUTHORITY: N_("Right signer"),
    Question.VALIDITY: N_("In date"),
    Question.STATUS: N_("Not withdrawn"),
    Question.ISSUER: N_("Known issuer"),
    Question.HOLDER: N_("Sender is the person named"),
    Question.BELONGS: N_("Belongs here"),
}


def kind(value: Kind) -> str:
    """Return the heading of a group of records."""
    return tr(_KINDS[value])


def question(value: Question) -> str:
    """Return the short name of a question, as a statement that holds or not."""
    return tr(_QUESTIONS[value])


def outcome(value: Outcome | None) -> str:
    """Return one word for an answer; an empty one where nothing was asked."""
    if value is None:
        return ""
    words = {
        Outcome.PASSED: N_("yes"),
        Outcome.UNKNOWN: N_("could not be checked"),
        Outcome.FAILED: N_("no"),
    }
    return tr(words[value])


# What stands inside --------------------------------------------------------------------------

_THINGS: Mapping[Thing, str] = {
    Thing.CREDENTIAL: N_("Endorses this record"),
    Thing.ACHIEVEMENT: N_("Endorses the achievement"),
    Thing.ISSUER: N_("Endorses the issuer"),
    Thing.PERSON: N_("Endorses the person"),
    Thing.OTHER: N_("Endorses something in it"),
}


def endorsed(part: PartReport) -> str:
    """Return what an endorsement is of."""
    for one in part.report.checks if part.report is not None else ():
        if one.reason is Reason.ENDORSES_ANOTHER:
            return tr("Endorses something else")
    return tr(_THINGS[part.thing])


def inside(found: Tally) -> list[str]:
    """Return a sentence for each way in which records inside a record fall short of holding.

    Where all hold there is one that says so; where there are none, none.
    """
    if found.total == 0:
        return []
    if found.total == 1:
        return [_the_one_inside(found)]
    total = number(found.total)
    said = [
        ntr(one, many, n, total=total)
        for n, one, many in (
            (
                found.failed,
                "{n} of {total} records inside does not hold.",
                "{n} of {total} records inside do not hold.",
            ),
            (
                found.ended,
                "{n} of {total} records inside has ended.",
                "{n} of {total} records inside have ended.",
            ),
            (
                found.unknown,
                "{n} of {total} records inside could not be checked.",
                "{n} of {total} records inside could not be checked.",
            ),
        )
        if n
    ]
    return said or [tr("All {total} records inside hold.", total=total)]


def _the_one_inside(found: Tally) -> str:
    if found.failed:
        return tr("The record inside does not hold.")
    if found.ended:
        return tr("The record inside has ended.")
    if found.unknown:
        return tr("The record inside could not be checked.")
    return tr("The record inside holds.")


# News ---------------------------------------------------------------------------------------

# With the date that somebody gives for it, and with the day on which this wallet noticed.
_NEWS: Mapping[News, tuple[str, str]] = {
    News.WITHDRAWN: (
        N_("Its issuer withdrew it on {date}."),
        N_("Its issuer withdrew it. Noticed on {noticed}."),
    ),
    News.SUSPENDED: (
        N_("Its issuer suspended it on {date}."),
        N_("Its issuer suspended it. Noticed on {noticed}."),
    ),
    News.KEY_CHANGED: (
        "",
        N_(
            "Its issuer's key was changed, and it does not fit the new one. "
            "Ask the issuer for a new copy. Noticed on {noticed}."
        ),
    ),
    News.BROKEN: ("", N_("It does not hold any more. Noticed on {noticed}.")),
    News.BROKEN_INSIDE: (
        "",
        N_("It holds, but a record inside it does not any more. Noticed on {noticed}."),
    ),
    News.ENDED: (N_("It ended on {date}."), N_("It ended. Noticed on {noticed}.")),
    News.HOLDS_AGAIN: ("", N_("It holds again. Noticed on {noticed}.")),
}


def keys_in_clear() -> str:
    """Return the plain statement that goes with a backup for another wallet."""
    return tr(
        "This file holds your private keys in clear: whoever gets it can sign as you. Import it "
        "in the other wallet, then delete it."
    )


def notice(value: Notice, *, now: datetime) -> str:
    """Return one plain sentence for a piece of news about a record."""
    noticed = date(value.noticed_at)
    if value.news is News.ENDS_SOON:
        return _ends_on(value.date or now, now)
    dated, undated = _NEWS[value.news]
    if value.date is not None and dated:
        return tr(dated, date=date(value.date))
    return tr(undated, noticed=noticed)


def _ends_on(ends: datetime, now: datetime) -> str:
    days = (ends - now).days
    if days < 0:
        return tr("It ended on {date}.", date=date(ends))
    if days < 1:
        return tr("It ends today.")
    return ntr(
        "It ends in {n} day, on {date}.", "It ends in {n} days, on {date}.", days, date=date(ends)
    )


# Sentences for checks -----------------------------------------------------------------------


def check_of_share(value: Check, *, asked: datetime | None = None) -> str:
    """Return one plain sentence for the answer to one question about a share as a whole."""
    return check(value, asked=asked, share=True)


def question_of_share(value: Question) -> str:
    """Return the short name of a question about a share as a whole."""
    names = {Question.AUTHORITY: N_("Signed by the sender"), Question.HOLDER: N_("Sender proven")}
    return tr(names[value]) if value in names else question(value)


def check(value: Check, *, asked: datetime | None = None, share: bool = False) -> str:
    """Return one plain sentence for the answer to one question.

    `asked` is when the question was asked; an answer that rests on something read on an earlier
    day says on which.
    """
    said = tr(text) if share and (text := _of_share(value)) else _check(value)
    dated = value.question is Question.STATUS and value.outcome is Outcome.PASSED
    if asked is None or dated or not value.sources:
        return said
    if value.checked_at.astimezone().date() >= asked.astimezone().date():
        return said
    return f"{said} {tr('As last known on {date}.', date=date(value.checked_at))}"


def _of_share(value: Check) -> str | None:
    return OF_A_SHARE.get((value.question, value.reason))


def _check(value: Check) -> str:
    facts = _readable_facts(value)
    for needed, text in WITH_FACTS.get((value.question, value.reason), ()):
        if all(facts.get(name) for name in needed.split(",") if name):
            return tr(text, **facts)
    return tr(PASSED[value.question] if value.reason is None else REASONS[value.reason])


def _readable_facts(value: Check) -> dict[str, object]:
    facts: dict[str, object] = {name: _readable(name, fact) for name, fact in value.facts.items()}
    if value.question is Question.STATUS:
        if facts.get("lists") == 0:
            facts["no_list"] = True
        else:
            facts["read_at"] = time(value.checked_at)
    return facts


DAYS = frozenset({"date", "read", "trusted_since", "changed_since"})


def _readable(name: str, fact: object) -> object:
    if name in DAYS and isinstance(fact, str):
        fact = datetime.fromisoformat(fact)
    return date(fact) if isinstance(fact, datetime) else fact


def issuer(record: Record, report: VerificationReport) -> str:
    """Say who issued a record: a list's name for it, or what it calls itself, as such.

    The name inside a record is the issuer's own word for itself, however good its signature.
    """
    listed = listed_name(report)
    if listed is None and record.issuer_name:
        return tr("The issuer calls itself “{name}”", name=record.issuer_name)
    return listed or record.issuer_id


def listed_name(report: VerificationReport) -> str | None:
    """Return the name that a list, or the person, gives the issuer; None where none does."""
    listed = report[Question.ISSUER]
    if listed.outcome is Outcome.PASSED or listed.reason is Reason.ISSUER_SAMPLE:
        name = listed.facts.get("name") or listed.facts.get("own_name")
        return name if isinstance(name, str) else None
    return None


# Sentences for errors -----------------------------------------------------------------------

_FALLBACK_FACTS: Mapping[str, Callable[[], str]] = {
    "host": lambda: tr("the issuer's"),
    "least": lambda: "8",
    "seconds": lambda: tr("a while"),
    "groups": lambda: "?",
    "letters": lambda: "?",
    "arrived": lambda: "?",
    "total": lambda: "?",
    "part": lambda: "?",
}


def error(err: WalletError) -> str:
    """Return what happened, what it means and what to do, for one foreseen failure."""
    facts: dict[str, object] = {
        name: value if name in err.facts else None for name, value in err.facts.items()
    }
    for name, fallback in _FALLBACK_FACTS.items():
        facts.setdefault(name, None)
        if facts[name] is None:
            facts[name] = fallback()
    seconds = facts["seconds"]
    if isinstance(seconds, int):
        facts["seconds"] = lasting(seconds)
    return tr(ERRORS[err.code], **facts)


def lasting(seconds: int) -> str:
    """Return how long something lasts: in seconds, in minutes from two of them on, rounded up."""
    if seconds < 120:
        return ntr("{n} second", "{n} seconds", seconds)
    minutes = -(-seconds // 60)
    return ntr("{n} minute", "{n} minutes", minutes)


def unforeseen() -> str:
    """Return the sentence for a failure nobody foresaw."""
    return tr(
        "Something went wrong that this app did not foresee. "
        "Nothing you kept was lost. Start the app again if it does not go on."
    )


def vault(known: KnownVault) -> str:
    """Return what the door calls a wallet: its name there, or its number."""
    return known.name or tr("Wallet {n}", n=number(known.number))
