"""From a credential's claims to a `Record`: badges, learner records, degrees, jobs, resumes."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from wallet.crypto.jose import parse_compact
from wallet.errors import WalletError
from wallet.model import Credential, Format, Json
from wallet.record import achievement as achieved
from wallet.record.details import Pair, chosen, distinct, pairs
from wallet.record.kinds import kind, type_label
from wallet.record.model import Kind, Record
from wallet.record.people import email_hashes, identities, issuer_name, subject_name
from wallet.record.texts import (
    MAX_ITEMS,
    MAX_NAME,
    date,
    https,
    identifier,
    items,
    name,
    node,
    nodes,
    text,
    types,
    words,
)

# Said in the place of the issuer's own word, so that nobody takes it for a badge of today.
OLDER_BADGE: Final = "Open Badges 2.0, an older standard"
_MAX_PARTS: Final = 300  # of one credential, at every depth together
_MAX_DEPTH: Final = 4

# Where a subject keeps what was achieved, most telling first.
_ACHIEVEMENTS: Final = (
    "achievement",
    "hasCredential",
    "degree",
    "qualification",
    "license",
    "certification",
    "hasAchieved",
    "hasClaim",
    "claim",
)
# Those that are a mere text in credentials without JSON-LD, and then say what was achieved.
_PLAIN: Final = ("achievement", "degree", "qualification", "license", "certification")
# What a thing without a name of its own can be called by.
_TITLES: Final = (
    "title",
    *("credential_name", "achievement_name", "degree_name", "course_name", "job_title"),
    "degreeName",
    "courseName",
    "jobTitle",
    "positionTitle",
    "position",
    "licenseName",
    "certificationName",
    "programName",
    "occupationName",
    "credentialName",
)
_ACTIVITY: Final = (  # of an AchievementSubject (Open Badges 3.0, B.1.2)
    *("activityStartDate", "activityEndDate", "creditsEarned", "licenseNumber"),
    *("role", "term", "source"),
)
_PERSON: Final = words(
    "name givenName familyName additionalName fullName firstName lastName given_name family_name"
    " formattedName person"
)
_SAID: Final = _PERSON | frozenset(
    (
        *_ACHIEVEMENTS,
        *("result", "identifier", "description", "skills", "evidence", "narratives", "narrative"),
        *("verifiableCredential", "email", "alignment", "endorsementComment", "criteria"),
        *_ACTIVITY,
    )
)
_SECTIONS: Final = {  # of a resume (LER-RS, both dialects): section -> what its items are
    "educationAndLearnings": Kind.EDUCATION,
    "educationAndLearning": Kind.EDUCATION,
    "employmentHistories": Kind.WORK,
    "employmentHistory": Kind.WORK,
    "positionHistories": Kind.WORK,
    "certifications": Kind.LICENCE,
    "licenses": Kind.LICENCE,
    "licences": Kind.LICENCE,
    "volunteering": Kind.WORK,
    "projects": Kind.OTHER,
}


def read(credential: Credential, *, sample_issuers: Container[str] = frozenset()) -> Record:
    """Return what `credential` says, for people; never raises for odd claims.

    `sample_issuers` are the identifiers whose records are marked as samples.
    """
    record = _Reader(sample_issuers).record(credential.claims, 0)
    return replace(
        record,
        title=record.title or name(credential.title) or "Credential",
        issuer_id=credential.issuer,
        subject_id=credential.subject,
        awarded=record.awarded or credential.valid_from,
        ends=credential.valid_until,
        sample=credential.issuer in sample_issuers,
        type_label=OLDER_BADGE if credential.format is Format.OPEN_BADGE_2 else record.type_label,
    )


@dataclass(slots=True)
class _Reader:
    """Reads one credential and what it carries; counts the parts so that they stay bounded."""

    sample_issuers: Container[str]
    left: int = field(default=_MAX_PARTS)

    def record(self, claims: Mapping[str, Json], depth: int) -> Record:
        """Return what one credential's claims say; without any name the title is empty."""
        subjects = nodes(claims.get("credentialSubject"))[:MAX_ITEMS]
        subject = next((s for s in subjects if any(k in s for k in _ACHIEVEMENTS)), None)
        subject = subject if subject is not None else node(subjects)
        issuer = claims.get("issuer")
        kinds = types(claims.get("type"))
        learner_record = "ClrSubject" in types(subject.get("type")) or "ClrCredential" in kinds
        things = [] if learner_record else _things(subject)
        main = node(things)
        said = _words(main, subject)
        named = type_label(said, [*kinds, "ClrCredential"] if learner_record else kinds)
        described = _description(claims, subject, main)
        criteria = achieved.criteria(main, subject)
        title = _title(claims, subject, main, kinds) or named or ""
        details = _details(subjects, subject, main, learner_record)
        return Record(
            title=title,
            kind=Kind.EDUCATION if learner_record else kind(said, kinds),
            type_label=named,
            issuer_id=identifier(issuer) or "",
            issuer_name=issuer_name(issuer, main),
            issuer_url=https(node(issuer).get("url")),
            subject_id=identifier(subject),
            subject_name=subject_name(subject, things),
            description=described,
            criteria=criteria if criteria != described else None,  # some write the same twice
            awarded=_awarded(claims, main),
            ends=date(claims.get("validUntil")) or date(claims.get("expirationDate")),
            results=achieved.results(subject, things),
            skills=achieved.skills(claims, *things, subject, *nodes(subject.get("result"))),
            evidence=achieved.evidence(claims, subject, main),
            image=achieved.picture(main.get("image"), claims.get("image"), subject.get("image")),
            details=tuple(pair for pair in details if pair[1] != title),
            parts=self._parts(subject, things, learner_record, depth) if depth < _MAX_DEPTH else (),
            subject_email_hashes=email_hashes(subject),
            sample=(identifier(issuer) or "") in self.sample_issuers,
        )

    def _parts(
        self, subject: Mapping[str, Json], things: list[Mapping[str, Json]], learner_record: bool,
        depth: int,
    ) -> tuple[Record, ...]:  # fmt: skip
        inner = [c for c in map(_claims, items(subject.get("verifiableCredential"))) if c]
        found = [self._embedded(claims, depth) for claims in inner[: self._take(len(inner))]]
        extra = things[1:]
        if learner_record:
            told = {
                identifier(thing)
                for claims in inner
                for s in nodes(claims.get("credentialSubject"))
                for thing in _things(s)
            }
            extra = [t for t in nodes(subject.get("achievement")) if identifier(t) not in told]
        extra = extra[: self._take(len(extra))]
        found += [self.record({"credentialSubject": {"achievement": t}}, depth + 1) for t in extra]
        for section, section_kind in _SECTIONS.items():
            found += self._section(subject.get(section), section_kind, depth)
        return tuple(part for part in found if part.title or part.parts)

    def _embedded(self, claims: Mapping[str, Json], depth: int) -> Record:
        return replace(self.record(claims, depth + 1), embedded=True)

    def _section(self, value: Json, section_kind: Kind, depth: int) -> list[Record]:
        """Return the records of one section of a resume."""
        if isinstance(value, dict) and isinstance(value.get("items"), list):
            value = value["items"]
        entries = nodes(value)
        found: list[Record] = []
        for entry in entries[: self._take(len(entries))]:
            proofs = [c for c in map(_claims, items(entry.get("verifications"))) if c]
            for claims in proofs[: self._take(len(proofs))]:
                found.append(self._embedded(claims, depth))
            if not proofs or any(key not in ("verifications", "type") for key in entry):
                found.append(_stated(entry, section_kind))
        return found

    def _take(self, wanted: int) -> int:
        """Return how many of `wanted` parts may still be read, and count them."""
        taken = min(wanted, self.left)
        self.left -= taken
        return taken


def _things(subject: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    """Return the achievements, degrees, licences... of a subject, most telling first."""
    return [t for key in _ACHIEVEMENTS for t in nodes(subject.get(key))][:MAX_ITEMS]


def _words(main: Mapping[str, Json], subject: Mapping[str, Json]) -> list[str]:
    """Return what the issuer calls this kind of thing, most telling first."""
    found = [text(main.get(key), MAX_NAME) for key in ("achievementType", "credentialCategory")]
    if not isinstance(subject.get("type"), str | list):  # some issuers put a word for people here
        found.append(text(subject.get("type"), MAX_NAME))
    found += [t for t in types(main.get("type")) if not t.startswith(("http:", "https:"))]
    return [word for word in found if word]


def _title(
    claims: Mapping[str, Json],
    subject: Mapping[str, Json],
    main: Mapping[str, Json],
    kinds: Iterable[str],
) -> str:
    """Return the most telling name there is, or an empty text."""
    own = name(claims.get("name"))
    if own and own not in kinds:
        return own
    candidates = [main.get("name"), *(main.get(key) for key in _TITLES)]
    candidates += [subject.get(key) for key in _TITLES]
    candidates += [subject.get(key) for key in _PLAIN if isinstance(subject.get(key), str)]
    if "localized" in node(subject.get("name")):  # there, the credential's name, not the person's
        candidates.insert(0, subject.get("name"))
    candidates.append(node(claims.get("displayParameter")).get("title"))
    return next((found for value in candidates if (found := name(value))), "")


def _description(
    claims: Mapping[str, Json], subject: Mapping[str, Json], main: Mapping[str, Json]
) -> str | None:
    for value in (
        main.get("description"),
        claims.get("description"),
        subject.get("description"),
        subject.get("endorsementComment"),
    ):
        found = text(value)
        if found:
            return found
    lines = [
        line
        for narrative in nodes(subject.get("narratives"))
        for part in nodes(narrative.get("texts"))
        for line in items(part.get("lines"))
        if isinstance(line, str)
    ]
    return text("\n".join(lines[:MAX_ITEMS])) or text(node(subject.get("narrative")).get("text"))


def _awarded(claims: Mapping[str, Json], main: Mapping[str, Json]) -> datetime | None:
    values = (
        claims.get("awardedDate"),
        *(main.get(key) for key in ("dateAwarded", "dateIssued", "awardedDate")),
        claims.get("validFrom"),
        claims.get("issuanceDate"),
    )
    return next((found for value in values if (found := date(value))), None)


def _details(
    subjects: list[Mapping[str, Json]],
    subject: Mapping[str, Json],
    main: Mapping[str, Json],
    learner_record: bool,
) -> tuple[Pair, ...]:
    found = [pair for holder in subjects for pair in chosen(holder, *_ACTIVITY)]
    found += _achievement_details(main)
    found += identities(subject)
    known = _SAID | set(_SECTIONS)
    for holder in subjects:
        if not learner_record:
            told = {key for key in (*_PLAIN, "claim") if isinstance(holder.get(key), str)}
            found += pairs(holder, known=known - told)
    return distinct(found)


_ACHIEVEMENT_SAID: Final = frozenset(_TITLES) | words(
    "name description criteria achievementType alignment alignments resultDescription creator"
    " credentialCategory competencyRequired skills evidence otherIdentifier dateAwarded"
    " dateIssued related tag"
)


def _achievement_details(main: Mapping[str, Json]) -> list[Pair]:
    found = pairs(main, known=_ACHIEVEMENT_SAID)
    for alignment in achieved.alignments(main)[:MAX_ITEMS]:
        target = name(alignment.get("targetName"))
        if target and not achieved.alignment_is_skill(alignment):
            framework = name(alignment.get("targetFramework"))
            found.append(("Aligned with", f"{target} ({framework})" if framework else target))
    page = https(main.get("criteria"))
    if page:
        found.append(("Criteria", page))
    return found + chosen(main, "tag")


def _claims(value: Json) -> Mapping[str, Json] | None:
    """Return the claims of a credential inside another: an object, or a compact JWS."""
    if isinstance(value, dict):
        enveloped = value.get("id")
        if isinstance(enveloped, str) and enveloped.startswith("data:application/"):
            return _claims(enveloped.partition(",")[2])
        return value if "credentialSubject" in value else None
    if not isinstance(value, str) or value.count(".") != 2:
        return None
    try:
        payload = json.loads(parse_compact(value).payload)
    except (WalletError, ValueError, RecursionError):
        return None
    inner = node(payload).get("vc", payload)
    return inner if isinstance(inner, dict) and "credentialSubject" in inner else None


def _stated(entry: Mapping[str, Json], section_kind: Kind) -> Record:
    """Return an entry of a resume that no credential stands behind."""
    organization = node(entry.get("organization")) or node(entry.get("institution"))
    inner = [*nodes(entry.get("positionHistories")), *nodes(entry.get("educationDegrees"))]
    candidates = [holder.get(key) for holder in (entry, *inner) for key in ("name", *_TITLES)]
    candidates += [entry.get("degree"), organization.get("name"), organization.get("tradeName")]
    return Record(
        title=next((found for value in candidates if (found := name(value))), ""),
        kind=section_kind,
        type_label=None,
        issuer_id="",
        issuer_name=None,
        issuer_url=None,
        subject_id=None,
        subject_name=None,
        description=text(entry.get("description")),
        criteria=None,
        awarded=None,
        ends=None,
        details=distinct(pairs(entry, known=("name", "description", *_TITLES))),
    )
