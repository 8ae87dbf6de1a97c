"""The common labels that records are read with, in the person's language.

Reading a record gives its labels as English words made from its own terms. Those that many
issuers use are translated here; what is not listed is the issuer's own word and stays as it is.
"""

from __future__ import annotations

import re
from datetime import datetime

from wallet import wording
from wallet.sentences import N_
from wallet.wording import tr

_TYPES = (
    N_("Achievement"),
    N_("Apprenticeship certificate"),
    N_("Assessment"),
    N_("Assignment"),
    N_("Associate degree"),
    N_("Award"),
    N_("Bachelor degree"),
    N_("Badge"),
    N_("Certificate"),
    N_("Certificate of completion"),
    N_("Certification"),
    N_("Community service"),
    N_("Competency"),
    N_("Course"),
    N_("Co curricular"),
    N_("Degree"),
    N_("Diploma"),
    N_("Doctoral degree"),
    N_("Employment"),
    N_("Fieldwork"),
    N_("General education development"),
    N_("Internship"),
    N_("Journeyman certificate"),
    N_("Learner record"),
    N_("Learning and employment record"),
    N_("Learning program"),
    N_("License"),
    N_("Master certificate"),
    N_("Master degree"),
    N_("Membership"),
    N_("Micro-credential"),
    N_("Open Badges 2.0, an older standard"),
    N_("Professional doctorate"),
    N_("Quality assurance"),
    N_("Research doctorate"),
    N_("Secondary school diploma"),
    N_("Transcript"),
    N_("Volunteering"),
)
_DETAILS = (
    N_("Activity end date"),
    N_("Activity start date"),
    N_("Address"),
    N_("Aligned with"),
    N_("Credits available"),
    N_("Credits earned"),
    N_("Criteria"),
    N_("Date"),
    N_("Email"),
    N_("Employer"),
    N_("Employment type"),
    N_("End date"),
    N_("Field of study"),
    N_("Human code"),
    N_("License number"),
    N_("Name"),
    N_("Responsibilities"),
    N_("Role"),
    N_("Source"),
    N_("Specialization"),
    N_("Start date"),
    N_("Student ID"),
    N_("Tags"),
    N_("Term"),
    N_("Work location"),
    N_("Final grade"),
    N_("Grade point average"),
    N_("Written examination"),
    N_("Yes"),
    N_("No"),
)
_KNOWN = frozenset((*_TYPES, *_DETAILS))
_INSIDE = " – "  # between a field and the field inside it
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    _DAY.pattern + r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def translated(text: str) -> str:
    """Return a label in the person's language, or as it is when it is not a common one."""
    if text in _KNOWN:
        return tr(text)
    outer, between, inner = text.partition(_INSIDE)
    inner = inner[:1].upper() + inner[1:]
    if between and outer in _KNOWN and inner in _KNOWN:
        return f"{tr(outer)}{_INSIDE}{tr(inner).lower()}"
    return text


def value(text: str) -> str:
    """Return the text of a detail; a plain day, or a time, is written as people write it."""
    if text in {"Yes", "No"}:
        return tr(text)
    if not _DAY.fullmatch(text) and not _MOMENT.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if (moment.hour, moment.minute) == (0, 0):  # issuers write a day as its first moment
        return wording.date(moment.replace(hour=12, tzinfo=None))  # the same day anywhere
    return wording.time(moment)
