"""Which group of the list a credential belongs to, and the issuer's own word for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from wallet.record.model import Kind
from wallet.record.texts import MAX_NAME, label, words

# Asked in this order; the first group with a word in the type's name wins.
_WORDS: Final = (
    (
        Kind.OTHER,
        "authorization card dob email endorsement id identity medical membership nationalid"
        " passport person phone resident vaccination visa",
    ),
    (Kind.WORK, "employee employer employment internship job position volunteer work workplace"),
    (
        Kind.LICENCE,
        "apprenticeship certificate certification journeyman licence license licensed licensure"
        " permit quality",
    ),
    (
        Kind.EDUCATION,
        "academic alumni assessment assignment bachelor clr coursework course degree diploma"
        " doctoral doctorate education educational fieldwork graduation learner learning master"
        " ged school student transcript",
    ),
    (Kind.BADGE, "achievement award badge boost competency micro microcredential skill"),
)
_KINDS: Final = tuple((kind, words(listed)) for kind, listed in _WORDS)

# Types that say how a credential is made, not what it is.
_GENERIC: Final = words(
    "verifiablecredential verifiableattestation openbadgecredential achievementcredential"
    " clrcredential educationaloccupationalcredential boostcredential certifiedboostcredential"
    " blockcertscredential europeandigitalcredential assertion achievement"
    " educredentialachievement thing person credential"
)
_VERSION: Final = re.compile(r"(?:[vV]?[0-9.]+)?")
_BADGES: Final = frozenset({"OpenBadgeCredential", "AchievementCredential"})


def kind(said: Iterable[str], credential_types: Sequence[str]) -> Kind:
    """Return the group; `said` are what the issuer calls it, most telling first.

    A badge that says nothing more is a badge; a learner record is education.
    """
    for word in (*said, *(t for t in reversed(credential_types) if not is_generic(t))):
        found = _of_words(word)
        if found is not None:
            return found
    if "ClrCredential" in credential_types or "EducationalOccupationalCredential" in (
        credential_types
    ):
        return Kind.EDUCATION
    if _BADGES & set(credential_types) or any("Boost" in t for t in credential_types):
        return Kind.BADGE
    return Kind.OTHER


def type_label(said: Iterable[str], credential_types: Sequence[str]) -> str | None:
    """Return the issuer's own word for what this is, as words, or None."""
    for word in said:
        if not is_generic(word) and (found := _named(word)):
            return found
    for name in reversed(credential_types):
        if not is_generic(name) and (found := _named(name)):
            return found
    if "ClrCredential" in credential_types:
        return "Learner record"
    if "OpenBadgeCredential" in credential_types:
        return "Badge"
    return "Achievement" if "AchievementCredential" in credential_types else None


def is_generic(name: str) -> bool:
    """Say whether a type name tells nothing about what the credential is."""
    return re.split(r"[/#:]", name)[-1].strip().lower() in _GENERIC


def _named(name: str) -> str:
    parts = re.split(r"[/#:]", name[:MAX_NAME])
    while len(parts) > 1 and _VERSION.fullmatch(parts[-1]):  # urn:eudi:diploma:1
        parts.pop()
    last = parts[-1]
    if re.match(r"LER-?RS", last):  # the HR Open resume, however its writers spell it
        return "Learning and employment record"
    last = re.sub(r"(?<=\w)[\s_-]?[vV]?\d+(?:\.\d+)*$", "", last)  # a version
    return label(re.sub(r"(?<!Micro)(?<=\w)[\s_-]?Credential$", "", last)) or label(name)


def _of_words(name: str) -> Kind | None:
    if name.startswith(("https:", "http:")):  # a host's name says nothing about the record
        name = re.split(r"[/#]", name)[-1]
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name[:MAX_NAME])
    spoken = {word.lower() for word in re.findall(r"[^\W\d_]+", split)}
    spoken |= {word.removesuffix("s") for word in spoken}
    licensed = {"license", "licence"} & spoken
    for found, telling in _KINDS:
        if telling & spoken and not (found is Kind.OTHER and licensed):
            return found
    return None
