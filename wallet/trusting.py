"""The issuers a person says they trust: kept as one setting of their vault, and private to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from wallet import formats
from wallet.checking import Verifier, verdict_of
from wallet.errors import Code, WalletError
from wallet.filing import KeptFacts, whole
from wallet.formats import registry
from wallet.model import Credential
from wallet.report import from_json, to_json
from wallet.storage import CheckedReport, StoredCredential, Vault
from wallet.verify import Trusted

SETTING = "trusted_issuers"
SOURCE = "you"  # in the facts of a check: no list, but the person
MAX_TRUSTED = 1000  # a person knows issuers by the dozen
MAX_NAME_CHARS = 200
MAX_NOTE_CHARS = 500


def read(text: str | None) -> dict[str, Trusted]:
    """Return what the setting holds; an entry that cannot be read is left out."""
    try:
        stored = json.loads(text) if text else {}
        entries = list(stored.items())[:MAX_TRUSTED]
    except (ValueError, AttributeError, RecursionError):
        return {}
    found = {}
    for issuer, entry in entries:
        try:
            since = datetime.fromisoformat(entry["since"])
            found[issuer] = Trusted(
                str(entry["name"]), SOURCE, since=since, note=str(entry["note"])
            )
        except (KeyError, TypeError, ValueError):
            continue
    return found


def written(trusted: Mapping[str, Trusted]) -> str:
    """Return what `read` reads."""
    return json.dumps(
        {
            issuer: {"name": one.name, "note": one.note, "since": one.since.isoformat()}
            for issuer, one in trusted.items()
            if one.since is not None
        }
    )


def with_one(
    trusted: Mapping[str, Trusted], issuer: str, *, name: str, note: str, now: datetime
) -> dict[str, Trusted]:
    """Return `trusted` with one more issuer, or the same one with another name and note.

    Raises `WalletError` for what is no issuer's identifier, for texts that are too long, and where
    there are as many as are kept.
    """
    name, note = " ".join(name.split()), " ".join(note.split())
    if not registry.is_issuer(issuer):
        raise WalletError(Code.BAD_ISSUER)
    if len(name) > MAX_NAME_CHARS or len(note) > MAX_NOTE_CHARS:
        raise WalletError(Code.NOTE_TOO_LONG)
    if issuer not in trusted and len(trusted) >= MAX_TRUSTED:
        raise WalletError(Code.TOO_MANY_TRUSTED)
    before = trusted.get(issuer)
    since = before.since if before is not None else now
    return {**trusted, issuer: Trusted(name, SOURCE, since=since, note=note)}


def without(trusted: Mapping[str, Trusted], issuer: str) -> dict[str, Trusted]:
    """Return `trusted` without one; raises `WalletError` where it is not there."""
    if issuer not in trusted:
        raise WalletError(Code.NOT_TRUSTED)
    return {one: known for one, known in trusted.items() if one != issuer}


def ask_again(vault: Vault, verifier: Verifier, issuer: str) -> None:
    """Ask of what is kept of an issuer whether it is known, and nothing else.

    Keys and lists of withdrawals stay as they were last read, and so does the day of the check.
    What is inside others and what was removed, which may come back, is asked about, too.
    """
    kept = KeptFacts(vault)
    reports = []
    for row in [*vault.rows(""), *vault.removed()]:
        stored = vault.get(row.id)
        credential = _readable(stored)
        if credential is None or not stored.report_json or not stored.checked_at:
            continue
        before = from_json(stored.report_json)
        credential = whole(credential, stored, vault)
        report = verifier.ask_issuer_again(credential, before, changed=issuer, kept=kept)
        if report != before:
            verdict = verdict_of(report).value
            reports.append(CheckedReport(row.id, to_json(report), stored.checked_at, verdict))
    vault.set_reports(reports)


def _readable(stored: StoredCredential) -> Credential | None:
    try:
        found = formats.read(stored.container or stored.raw)
    except WalletError:  # kept by a version that read it
        return None
    return found if isinstance(found, Credential) else None
