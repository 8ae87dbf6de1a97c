"""The words people read: one plain sentence per reason and per error code, in their language.

Nothing below this module holds prose, and nothing here decides anything. English is the source;
other languages are gettext catalogues in `resources/i18n`. Sentences say what happened, what it
means and what to do (looks.md, "Words").
"""

from __future__ import annotations

import gettext
import io
import os
from collections.abc import Callable, Mapping
from datetime import datetime

from wallet import resources
from wallet.checking import State
from wallet.errors import Code, WalletError
from wallet.record import Kind
from wallet.report import Check, Outcome, Question, Reason

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


def N_(text: str) -> str:  # noqa: N802 - the customary gettext marker
    """Mark a text for translation where it is defined; `tr` translates it where it is used."""
    return text


# Numbers and dates --------------------------------------------------------------------------


def _locale() -> str:
    region = _system_language().split(".")[0]
    if region.split("_")[0].lower() == _language and "_" in region:
        return region
    return {"en": "en_US", "es": "es_US"}[_language]


def date(moment: datetime) -> str:
    """Return the day of `moment` in the person's own time zone and manner."""
    from babel.core import UnknownLocaleError
    from babel.dates import format_date

    try:
        return str(format_date(moment.astimezone().date(), format="long", locale=_locale()))
    except UnknownLocaleError:
        return str(format_date(moment.astimezone().date(), format="long", locale=_language))


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


# Sentences for checks -----------------------------------------------------------------------

_PASSED: Mapping[Question, str] = {
    Question.SIGNATURE: N_("The signature fits every word of it."),
    Question.AUTHORITY: N_("The key belongs to the issuer."),
    Question.VALIDITY: N_("It is in date."),
    Question.STATUS: N_("The issuer has not withdrawn it."),
    Question.ISSUER: N_("The issuer is in a list you use."),
    Question.HOLDER: N_("The sender holds the key of the person it was issued to."),
}

_REASONS: Mapping[Reason, str] = {
    Reason.ALTERED: N_(
        "The signature does not fit. Something in it was changed after it was signed, "
        "or it was signed with another key."
    ),
    Reason.NO_PROOF: N_("It carries no signature, so nobody can tell who made it."),
    Reason.PROOF_MALFORMED: N_("Its signature is damaged or incomplete."),
    Reason.CLAIMS_CONTRADICT: N_(
        "It says one thing twice in different ways, so it cannot be relied on."
    ),
    Reason.PROOF_UNSUPPORTED: N_(
        "It has a kind of signature that this version cannot check yet. "
        "That says nothing against it."
    ),
    Reason.TERM_NOT_SIGNED: N_(
        "It holds something that the signature does not cover. Somebody may have added it."
    ),
    Reason.JSONLD_INVALID: N_("It is put together wrongly, so its signature cannot fit."),
    Reason.JSONLD_UNSUPPORTED: N_(
        "It is put together in a way that this version cannot check. That says nothing against it."
    ),
    Reason.CONTEXT_UNKNOWN: N_(
        "It uses a vocabulary that this app does not have, so its signature could not be checked."
    ),
    Reason.CONTEXT_ALTERED: N_(
        "A vocabulary it uses is not the one this app knows, so its signature could not be checked."
    ),
    Reason.TOO_COMPLEX: N_("It is too tangled to check within bounds."),
    Reason.KEY_UNREACHABLE: N_(
        "The issuer's key could not be reached. Try again when you are online."
    ),
    Reason.KEY_UNSUPPORTED: N_("The issuer uses a kind of key that this version cannot check yet."),
    Reason.KEY_MALFORMED: N_("The issuer's key is damaged."),
    Reason.KEY_NOT_FOUND: N_("The issuer does not list the key that signed it."),
    Reason.PROOF_EXPIRED: N_("The signature's own time is over."),
    Reason.NOT_CHECKED: N_("There was nothing left to check here."),
    Reason.KEY_NOT_AUTHORISED: N_("The issuer does not use this key for credentials."),
    Reason.KEY_OF_ANOTHER: N_("It was signed with the key of somebody other than its issuer."),
    Reason.WRONG_PURPOSE: N_("The signature was made for another purpose."),
    Reason.DID_METHOD_UNSUPPORTED: N_(
        "The issuer's kind of address is not one that this version can look up."
    ),
    Reason.ENDED: N_("It ended on its own date. Ask the issuer whether it can be renewed."),
    Reason.NOT_YET: N_("Its first day is still to come."),
    Reason.DATES_MALFORMED: N_("Its dates cannot be read."),
    Reason.REVOKED: N_("The issuer has withdrawn it. Ask the issuer why."),
    Reason.SUSPENDED: N_("The issuer has suspended it for the time being. Ask the issuer why."),
    Reason.STATUS_UNREACHABLE: N_(
        "The issuer's list of withdrawn records could not be reached. "
        "Try again when you are online."
    ),
    Reason.STATUS_MALFORMED: N_("The issuer's list of withdrawn records is damaged."),
    Reason.STATUS_UNSUPPORTED: N_(
        "The issuer keeps a kind of list of withdrawn records that this version cannot read yet."
    ),
    Reason.STATUS_NOT_TRUSTED: N_(
        "The list of withdrawn records is not properly signed by the issuer, so it was not used."
    ),
    Reason.STATUS_OUT_OF_DATE: N_("The issuer's list of withdrawn records is out of date."),
    Reason.ISSUER_NOT_LISTED: N_(
        "The issuer is not in any list this app knows. The name it gives itself could be anybody's."
    ),
    Reason.ISSUER_SAMPLE: N_("A made-up issuer, for trying out this app. It proves nothing."),
    Reason.ISSUER_SELF: N_("The person it is about says so; nobody else has signed it."),
    Reason.HOLDER_NOT_SUBJECT: N_("It was issued to somebody other than the sender."),
    Reason.SUBJECT_NOT_NAMED: N_(
        "It names no person, so it does not prove that it belongs to the sender."
    ),
    Reason.SUBJECT_HASHED: N_(
        "Not proven. It names an e-mail address in a hidden form. "
        "Whoever knows the address can compare it."
    ),
    Reason.HOLDER_NOT_PROVEN: N_("Nothing proves that the sender is the person it was issued to."),
    Reason.OTHER_AUDIENCE: N_("It was made to be opened somewhere else."),
}

_WITH_FACTS: Mapping[tuple[Question, Reason | None], tuple[tuple[str, str], ...]] = {
    (Question.VALIDITY, None): (
        ("from,until", N_("From {from} until {until}.")),
        ("until", N_("Until {until}.")),
        ("from", N_("Since {from}, without an end.")),
    ),
    (Question.VALIDITY, Reason.ENDED): (("date", N_("It ended on {date}.")),),
    (Question.VALIDITY, Reason.NOT_YET): (("date", N_("It starts on {date}.")),),
    (Question.SIGNATURE, Reason.TERM_NOT_SIGNED): (
        (
            "term",
            N_(
                "It holds something that the signature does not cover: “{term}”. "
                "Somebody may have added it."
            ),
        ),
    ),
    (Question.SIGNATURE, Reason.KEY_UNREACHABLE): (
        (
            "host",
            N_("The key at {host} could not be reached. Try again when you are online."),
        ),
    ),
    (Question.SIGNATURE, Reason.PROOF_UNSUPPORTED): (
        (
            "suite",
            N_(
                "It has a kind of signature that this version cannot check yet ({suite}). "
                "That says nothing against it."
            ),
        ),
    ),
    (Question.AUTHORITY, None): (("host", N_("The key belongs to {host}.")),),
    (Question.STATUS, None): (
        ("no_list", N_("The issuer keeps no list of withdrawn records for it.")),
        ("read_at", N_("Not on the issuer's list of withdrawn records, read {read_at}.")),
    ),
    (Question.STATUS, Reason.STATUS_UNREACHABLE): (
        (
            "host",
            N_(
                "The list of withdrawn records at {host} could not be reached. "
                "Try again when you are online."
            ),
        ),
    ),
    (Question.ISSUER, None): (("name,source", N_("{name}, in {source}.")),),
    (Question.HOLDER, Reason.OTHER_AUDIENCE): (("audience", N_("It was made for {audience}.")),),
}


def check(value: Check) -> str:
    """Return one plain sentence for the answer to one question."""
    facts = _readable_facts(value)
    for needed, text in _WITH_FACTS.get((value.question, value.reason), ()):
        if all(facts.get(name) for name in needed.split(",")):
            return tr(text, **facts)
    return tr(_PASSED[value.question] if value.reason is None else _REASONS[value.reason])


def _readable_facts(value: Check) -> dict[str, object]:
    facts: dict[str, object] = {name: _readable(name, fact) for name, fact in value.facts.items()}
    if value.question is Question.STATUS:
        if facts.get("lists") == 0:
            facts["no_list"] = True
        else:
            facts["read_at"] = time(value.checked_at)
    return facts


def _readable(name: str, fact: object) -> object:
    if name == "date" and isinstance(fact, str):
        fact = datetime.fromisoformat(fact)
    return date(fact) if isinstance(fact, datetime) else fact


# Sentences for errors -----------------------------------------------------------------------

_ERRORS: Mapping[Code, str] = {
    Code.NOT_A_CREDENTIAL: N_(
        "This is not a credential that this app can read. Ask the issuer for the original file."
    ),
    Code.NOT_JSON: N_(
        "This is no credential, or it is damaged: its text breaks off or is garbled."
    ),
    Code.NOT_UTF8: N_("Its letters are garbled, so it was not read. Ask for the original file."),
    Code.DUPLICATE_KEY: N_(
        "It says the same thing twice in different ways, so it cannot be trusted and was not read."
    ),
    Code.NUMBER_OUT_OF_RANGE: N_(
        "It holds a number that no real record holds, so it was not read."
    ),
    Code.TOO_DEEP: N_("It is nested too deeply to be a real record, so it was not read."),
    Code.TOO_LARGE: N_("It is too large to be a credential, so it was not read."),
    Code.EMPTY: N_("There is nothing in it."),
    Code.MISSING_FIELD: N_("It lacks something that every credential has, so it was not read."),
    Code.WRONG_TYPE: N_("A part of it is not what it must be, so it was not read."),
    Code.BAD_DATE: N_("A date in it cannot be read."),
    Code.BAD_IMAGE: N_("The picture is damaged. Ask the issuer for the original file."),
    Code.NO_CREDENTIAL_IN_IMAGE: N_(
        "This picture carries no credential. A screenshot of a badge does not; "
        "ask the issuer for the original file."
    ),
    Code.BAD_JOSE: N_("It looks like a signed credential, but its form is damaged."),
    Code.BAD_KEY: N_("A key in it is damaged."),
    Code.BAD_MULTIBASE: N_("A key or signature in it is damaged."),
    Code.BAD_SIGNATURE_ENCODING: N_("Its signature is damaged."),
    Code.BAD_STATUS_LIST: N_("The issuer's list of withdrawn records is damaged."),
    Code.BAD_DID_DOCUMENT: N_("The issuer's public key document is damaged."),
    Code.TOO_MANY_CREDENTIALS: N_("It holds more credentials than can be read at once."),
    Code.JSONLD_INVALID: N_("It is put together wrongly."),
    Code.JSONLD_DROPPED: N_("It holds something that its signature cannot cover."),
    Code.JSONLD_UNSUPPORTED: N_("It is put together in a way that this version cannot read."),
    Code.CONTEXT_UNKNOWN: N_("It uses a vocabulary that this app does not have."),
    Code.CONTEXT_ALTERED: N_("A vocabulary it uses is not the one this app knows."),
    Code.TOO_COMPLEX: N_("It is too tangled to check within bounds."),
    Code.NQUADS_INVALID: N_("It is put together wrongly."),
    Code.FORMAT_UNSUPPORTED: N_(
        "This is a kind of credential that this version cannot read yet. Keep the file safe."
    ),
    Code.PROOF_UNSUPPORTED: N_("It has a kind of signature that this version cannot check yet."),
    Code.ALGORITHM_UNSUPPORTED: N_(
        "It has a kind of signature that this version cannot check yet."
    ),
    Code.KEY_UNSUPPORTED: N_("It uses a kind of key that this version cannot check yet."),
    Code.DID_METHOD_UNSUPPORTED: N_(
        "Its kind of address is not one that this version can look up."
    ),
    Code.STATUS_UNSUPPORTED: N_(
        "The issuer keeps a kind of list of withdrawn records that this version cannot read yet."
    ),
    Code.NO_SUCH_IDENTITY: N_("The key that should sign is not in this wallet."),
    Code.VAULT_LOCKED: N_("Your wallet is locked. Unlock it first."),
    Code.WRONG_PASSPHRASE: N_("That is not the passphrase of this wallet. Nothing was changed."),
    Code.PASSPHRASE_TOO_SHORT: N_(
        "That passphrase is too short. Use at least {least} characters; a few words work well."
    ),
    Code.PASSPHRASES_DIFFER: N_("The two passphrases are not the same. Nothing was changed."),
    Code.PASSPHRASE_UNREADABLE: N_("The passphrase could not be read from where you said."),
    Code.VAULT_DAMAGED: N_(
        "This wallet file is damaged and was not opened. Nothing was changed. "
        "If you have a copy of the file, open that."
    ),
    Code.VAULT_TOO_NEW: N_(
        "This wallet was made by a newer version of the app. Update the app to open it. "
        "Nothing was changed."
    ),
    Code.VAULT_CHANGED: N_(
        "The wallet file was changed by something else while it was open. "
        "Lock it and unlock it again."
    ),
    Code.VAULT_BUSY: N_(
        "This wallet is open in another window or program. Close it there, then try again."
    ),
    Code.VAULT_MISSING: N_("There is no wallet at this place."),
    Code.VAULT_EXISTS: N_("There is a wallet at this place already. It was left as it is."),
    Code.VAULT_UNWRITABLE: N_(
        "The wallet could not be written. The disk may be full, or the folder may not allow it. "
        "What was kept before is still there."
    ),
    Code.NOT_A_VAULT: N_("This file is not a wallet. Nothing was changed."),
    Code.NO_SUCH_CREDENTIAL: N_("There is no such record in this wallet."),
    Code.LINK_CUT: N_(
        "This link was cut on its way: {arrived} of {total} bytes arrived. "
        "Ask for it again, or for a file."
    ),
    Code.LINK_KIND_UNKNOWN: N_("This link needs a newer version of this app."),
    Code.LINK_MALFORMED: N_(
        "This is not a whole share link. Copy it again from its first letter to its last."
    ),
    Code.LINK_HOSTED: N_(
        "This link points to a share kept online, which this version cannot open yet."
    ),
    Code.LINK_TOO_LONG: N_("This is too much for a link. Send a file instead."),
    Code.QR_TOO_LARGE: N_("This is too much for a QR code. Use a link or a file instead."),
    Code.QR_UNREADABLE: N_(
        "The QR code could not be read back, so it is not shown. Use a link or a file."
    ),
    Code.NOTHING_TO_SHARE: N_("Pick at least one record to share."),
    Code.MIXED_VERSIONS: N_(
        "These records are of an older and a newer make, which do not fit into one share. "
        "Share them one after the other."
    ),
    Code.CANNOT_PRESENT: N_("One of these records cannot be shared as it is."),
    Code.AUDIENCE_MISSING: N_("Say whom this is for."),
    Code.AUDIENCE_BAD: N_(
        "Write their address as an e-mail address, or as a web address that starts with https://."
    ),
    Code.END_NOT_IN_FUTURE: N_("Pick a day in the future for the link to end."),
    Code.PAGE_ADDRESS_BAD: N_(
        "The address of the check page must start with https:// and be complete."
    ),
    Code.UNREACHABLE: N_("An address could not be reached: {host}. Try again when you are online."),
    Code.OFFLINE: N_("The app is working offline, so this was not looked up."),
    Code.ADDRESS_REFUSED: N_("The address {host} is not a public one, so it was not opened."),
    Code.FILE_UNREADABLE: N_("The file could not be read."),
    Code.FILE_UNWRITABLE: N_(
        "The file could not be written. The disk may be full, or the folder may not allow it."
    ),
}

_FALLBACK_FACTS: Mapping[str, Callable[[], str]] = {
    "host": lambda: tr("the issuer's"),
    "least": lambda: "8",
    "arrived": lambda: "?",
    "total": lambda: "?",
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
    return tr(_ERRORS[err.code], **facts)


def unforeseen() -> str:
    """Return the sentence for a failure nobody foresaw."""
    return tr(
        "Something went wrong that this app did not foresee. "
        "Nothing you kept was lost. Start the app again if it does not go on."
    )
