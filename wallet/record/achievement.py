"""What was achieved: skills, results, evidence and the picture (Open Badges 3.0, appendix B)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import unquote_to_bytes

from wallet.crypto import did
from wallet.model import Json
from wallet.record.kinds import is_generic
from wallet.record.model import Evidence, Image, Result, Skill
from wallet.record.texts import (
    MAX_ITEMS,
    https,
    identifier,
    items,
    label,
    name,
    node,
    nodes,
    text,
    types,
)

_MAX_PICTURE: Final = 2 * 1024 * 1024
_PICTURES: Final = frozenset(
    {"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"}
)
_DATA_URL: Final = re.compile(r"data:([a-z]+/[a-z0-9.+-]{1,40})((?:;[^;,]{1,100}){0,5}),", re.I)

# Alignments to these are to a skill whatever their type says; a CTDL type alone may be a course.
_SKILL_TYPES: Final = frozenset(
    {"ceasn:competency", "competency", "cfitem", "cfrubriccriterion", "cfrubriccriterionlevel"}
)
_SKILL_FRAMEWORKS: Final = re.compile(
    r"skill|compet|esco|o\*net|onet|lightcast|nice\b|digcomp|rsd|standards|casel|framework", re.I
)
# Catalogues of courses, credentials and levels, named where the type is missing.
_OTHER_FRAMEWORKS: Final = re.compile(
    r"credential (?:engine|registry)|course catalog|instructional programs|\bCIP\b|\bEQF\b", re.I
)


def alignment_is_skill(alignment: Mapping[str, Json]) -> bool:
    """Say whether an alignment names a skill, rather than a course, level or credential."""
    kinds = [kind.lower() for kind in types(alignment.get("targetType"))]
    framework = text(alignment.get("targetFramework"), 200) or ""
    if any(kind in _SKILL_TYPES for kind in kinds):
        return True
    return not (kinds or _OTHER_FRAMEWORKS.search(framework)) or bool(
        _SKILL_FRAMEWORKS.search(framework)
    )


def alignments(*holders: Mapping[str, Json]) -> list[Mapping[str, Json]]:
    """Return the alignments of achievements and results, under either of their names."""
    found: list[Mapping[str, Json]] = []
    for holder in holders:
        for key in ("alignment", "alignments"):
            found += nodes(holder.get(key))
    return found[: 10 * MAX_ITEMS]


def skills(claims: Mapping[str, Json], *holders: Mapping[str, Json]) -> tuple[Skill, ...]:
    """Return the skills that a credential and its achievements name, each once."""
    found = [_aligned(a) for a in alignments(*holders) if alignment_is_skill(a)]
    for holder in (claims, *holders):
        for key in ("skills", "competencyRequired", "hasCompetency", "teaches", "relevantSkill"):
            found += [skill for item in _listed(holder.get(key)) for skill in _plain_skills(item)]
    distinct = {(s.name, s.framework): s for s in reversed(found) if s is not None}
    return tuple(reversed(distinct.values()))[:MAX_ITEMS]


def _aligned(alignment: Mapping[str, Json]) -> Skill | None:
    code = text(alignment.get("targetCode"), 200)
    title = name(alignment.get("targetName")) or code
    framework = name(alignment.get("targetFramework"))
    return Skill(title, framework, https(alignment.get("targetUrl"))) if title else None


def _listed(value: Json) -> list[Json]:
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        value = value["items"]
    return items(value)[:MAX_ITEMS]


def _plain_skills(value: Json) -> Iterator[Skill]:
    """Yield the skills of one entry: a name, or an object as peers write them."""
    if not isinstance(value, dict):
        title = name(value)
        if title and len(title) <= 120:  # longer is a sentence about skills, not a skill
            yield Skill(title)
        return
    title = name(value.get("name") or value.get("skill") or value.get("prefLabel"))
    framework = name(value.get("framework") or value.get("category"))
    if title:
        yield Skill(title, framework, https(value.get("url") or value.get("id")))
    for item in items(value.get("subskills"))[:MAX_ITEMS]:
        below = name(item)
        if below:
            yield Skill(below, title)


def results(
    subject: Mapping[str, Json], holders: Iterable[Mapping[str, Json]]
) -> tuple[Result, ...]:
    """Return what was measured and what came out, with the names of levels, not their ids."""
    described = {
        key: description
        for holder in holders
        for description in nodes(holder.get("resultDescription"))
        if (key := identifier(description))
    }
    found: list[Result] = []
    for result in nodes(subject.get("result"))[:MAX_ITEMS]:
        description = described.get(identifier(result.get("resultDescription")) or "", {})
        value = _measured(result, description)
        if value:
            kind = text(description.get("resultType"), 100)
            found.append(
                Result(name(description.get("name")) or (label(kind) if kind else "Result"), value)
            )
    return tuple(found)


def _measured(result: Mapping[str, Json], description: Mapping[str, Json]) -> str | None:
    level = identifier(result.get("achievedLevel"))
    for criterion in nodes(description.get("rubricCriterionLevel"))[:MAX_ITEMS]:
        if level and identifier(criterion) == level:
            return name(criterion.get("name")) or name(criterion.get("level"))
    value = text(result.get("value"), 200)
    most = text(description.get("valueMax"), 50)
    if value and most and _is_number(value) and _is_number(most):
        return f"{value} / {most}"
    status = text(result.get("status"), 100)
    return value or (label(status) if status else None)


def _is_number(value: str) -> bool:
    return re.fullmatch(r"\d{1,9}(?:[.,]\d{1,6})?", value) is not None


def evidence(*holders: Mapping[str, Json]) -> tuple[Evidence, ...]:
    """Return the evidence of a credential and its subject; addresses only when https."""
    found = [
        piece
        for holder in holders
        for item in items(holder.get("evidence"))[:MAX_ITEMS]
        if (piece := _evidence(item))
    ]
    return tuple(dict.fromkeys(found))[:MAX_ITEMS]


def _evidence(value: Json) -> Evidence | None:
    url = https(value) or https(node(value).get("url"))
    holder = node(value)
    stories = [text(holder.get(key)) for key in ("narrative", "description")]
    story = "\n\n".join(dict.fromkeys(part for part in stories if part)) or None
    kinds = [t for t in types(holder.get("type")) if t != "Evidence" and not is_generic(t)]
    title = name(holder.get("name")) or name(holder.get("genre"))
    title = title or (label(kinds[-1]) if kinds else None)
    if title is None and story:
        title, story = _first_line(story)
    if title is None and url:
        title = did.host_of(url)
    return Evidence(title, story, url) if title else None


def _first_line(story: str) -> tuple[str, str | None]:
    """Return a short story as a name of its own, or the beginning of a long one as its name."""
    if len(story) <= 120 and "\n" not in story:
        return story, None
    line = story.split("\n")[0]
    return (line if len(line) <= 120 else line[:117].rsplit(" ", 1)[0] + "…"), story


def picture(*values: Json) -> Image | None:
    """Return the first picture carried as a data URL; nothing is ever fetched."""
    for value in values:
        for item in items(value)[:10]:
            found = _picture(item)
            if found is not None:
                return found
    return None


def _picture(value: Json) -> Image | None:
    address = identifier(value)
    if address is None or not address.startswith("data:"):
        return None
    match = _DATA_URL.match(address[:700])
    if match is None or match[1].lower() not in _PICTURES:
        return None
    body = address[match.end() :]
    if len(body) > 3 * _MAX_PICTURE:
        return None
    try:
        coded = match[2].lower().endswith(";base64")
        data = base64.b64decode(unquote_to_bytes(body)) if coded else unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        return None
    if not 0 < len(data) <= _MAX_PICTURE:
        return None
    return Image(match[1].lower(), data, name(node(value).get("caption")))


def criteria(*holders: Mapping[str, Json]) -> str | None:
    """Return what had to be done to earn it."""
    for holder in holders:
        value = holder.get("criteria")
        inner = node(value)
        found = text(inner.get("narrative")) if inner else text(value)
        if found and not found.startswith(("https://", "http://")):
            return found
    return None
