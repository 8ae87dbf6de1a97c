"""The values of a record read for people. What fills them is in the modules beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a thing is for the person who has it; the groups of the list, in their order."""

    EDUCATION = "education"  # diplomas, degrees, transcripts, courses
    LICENCE = "licence"  # licences and certificates
    BADGE = "badge"  # badges and micro-credentials
    WORK = "work"  # employment
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill or competency the credential names, with its framework where it says so."""

    name: str
    framework: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A piece of evidence: a name, its story and (perhaps) an https address."""

    name: str
    narrative: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A grade, score or level: what was measured and what came out."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture carried inside the credential (never fetched): its bytes and what it shows."""

    media_type: str
    data: bytes
    caption: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What a credential says. Texts are plain (no HTML, no Markdown is interpreted)."""

    title: str
    kind: Kind
    type_label: str | None  # "Degree", "Certificate", ...: the issuer's own word for the kind
    issuer_id: str
    issuer_name: str | None
    issuer_url: str | None
    subject_id: str | None
    subject_name: str | None
    description: str | None
    criteria: str | None
    awarded: datetime | None
    ends: datetime | None
    results: tuple[Result, ...] = ()
    skills: tuple[Skill, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    image: Image | None = None
    details: tuple[tuple[str, str], ...] = ()  # further (field name, text) pairs worth showing
    parts: tuple[Record, ...] = ()  # e.g. the credentials and courses of a CLR transcript
    subject_email_hashes: tuple[tuple[str, str], ...] = ()  # (identityHash, salt)
    sample: bool = False  # made by this project's sample issuers
    embedded: bool = False  # a part that is a credential of its own
