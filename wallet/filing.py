"""How a checked credential is filed: its card for the vault, and the name of its file outside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from wallet import verify
from wallet.checking import Checked, verdict_of
from wallet.crypto import did
from wallet.errors import Code, UnreachableError
from wallet.formats import contexts, open_badge_2
from wallet.model import Credential, Fact, Format
from wallet.record import Record
from wallet.report import VerificationReport, to_json
from wallet.storage import NewCredential, StoredCredential, Vault

MAX_STEM_CHARS = 80  # of a file name
MAX_STEM_BYTES = 200  # every file system takes it, with a number before and an ending after


class KeptFacts:
    """What a vault remembers of the web, as a `Resolver` for reading: it asks nobody."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def fetch(self, url: str) -> Fact:
        """Return what was last kept for `url` (see `wallet.ports.Resolver`)."""
        fact = self._vault.get_fact(url)
        if fact is None:
            raise UnreachableError(Code.UNREACHABLE, host=did.host_of(url), why="not_kept")
        return fact


def whole(credential: Credential, stored: StoredCredential, vault: Vault) -> Credential:
    """Return a kept credential with what it only names, as far as the vault knows that."""
    found = verify.completed(credential, KeptFacts(vault))
    if found.format is not Format.OPEN_BADGE_2 or found.title != open_badge_2.TITLE:
        return found
    # What its issuer published was not kept; what it was called when it was added was.
    issuer = {"id": stored.issuer}
    if stored.issuer_name != stored.issuer:
        issuer["name"] = stored.issuer_name
    claims = {**found.claims, "name": stored.title, "issuer": issuer}
    return replace(found, title=stored.title, issuer=stored.issuer, claims=claims)


def keep_contexts(leaves: Iterable[Checked], vault: Vault) -> None:
    """Keep the contexts that were fetched while no vault was open, or another one."""
    for leaf in leaves:
        assert isinstance(leaf.readable, Credential)
        for fact in contexts.fetched_for(leaf.readable):
            if vault.get_fact(fact.url) is None:
                vault.put_fact(fact)


def file_name(title: str, data: bytes) -> str:
    """Return a name for an original's file, good on every system."""
    return f"{_slug(title)}{_suffix(data)}"


def new_credential(leaf: Checked, now: datetime) -> NewCredential:
    """Return a checked credential as the vault keeps it."""
    credential, record, report = leaf.readable, leaf.record, leaf.report
    assert isinstance(credential, Credential)
    assert record is not None
    assert isinstance(report, VerificationReport)
    return NewCredential(
        raw=credential.raw,
        container=credential.container,
        format=credential.format,
        source=leaf.source,
        title=record.title,
        issuer=credential.issuer,
        issuer_name=record.issuer_name or credential.issuer,
        kind=record.kind.value,
        awarded=record.awarded,
        ends=record.ends,
        search_text=_search_text(record),
        report_json=to_json(report),
        verdict=verdict_of(report).value,
        checked_at=now,
        needs=needs(credential, report),
    )


def needs(credential: Credential, report: VerificationReport) -> tuple[str, ...]:
    """Return the addresses of all that the answers in a report rest on, at every depth."""
    pinned = [fact.url for fact in contexts.fetched_for(credential)]
    return tuple(dict.fromkeys([*pinned, *_sources(report)]))


def _sources(report: VerificationReport) -> Iterator[str]:
    for check in report.checks:
        yield from check.sources
    for part in report.parts:
        if part.report is not None:
            yield from _sources(part.report)


def _search_text(record: Record) -> str:
    parts = [record.title, record.issuer_name, record.type_label, record.description]
    parts += [record.criteria, *(skill.name for skill in record.skills)]
    parts += [result.value for result in record.results]
    parts += [text for part in record.parts for text in (part.title, part.issuer_name)]
    return "\n".join(part for part in parts if part)


def _slug(title: str) -> str:
    """Return a file name's stem that every system accepts."""
    plain = unicodedata.normalize("NFKC", title)
    words = re.sub(r"[^\w.-]+", "-", plain).strip("-.")
    short = words[:MAX_STEM_CHARS].encode("utf-8", "replace")[:MAX_STEM_BYTES]
    return short.decode("utf-8", "ignore").strip("-.") or "credential"


def _suffix(data: bytes) -> str:
    start = data[:256].lstrip()
    if data.startswith(b"\x89PNG"):
        return ".png"
    if start.startswith(b"<"):
        return ".svg"
    return ".json" if start[:1] in {b"{", b"[", b'"'} else ".jwt"
