"""The tables, their version, and how times are written in them. No query lives here."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import apsw

from wallet.errors import Code, VaultError

SCHEMA_VERSION = 2

# `credential` is what the list needs, `original` what it does not: a long row would make SQLite
# read the pages of the raw bytes too. The search index holds no text, only where words occur.
_TABLES = """
CREATE TABLE credential (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    issuer TEXT NOT NULL,
    issuer_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    format TEXT NOT NULL,
    awarded TEXT,
    ends TEXT,
    verdict TEXT NOT NULL,
    checked_at TEXT,
    added_at TEXT NOT NULL,
    removed_at TEXT
) STRICT;
CREATE TABLE original (
    position INTEGER PRIMARY KEY REFERENCES credential ON DELETE CASCADE,
    raw BLOB NOT NULL,
    container BLOB,
    source TEXT NOT NULL,
    search_text TEXT NOT NULL,
    report_json TEXT
) STRICT;
CREATE VIRTUAL TABLE word USING fts5 (
    text, content='', contentless_delete=1, detail=full, prefix='2 3',
    tokenize="unicode61 remove_diacritics 2"
);
CREATE TABLE identity (
    place INTEGER PRIMARY KEY,
    did TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    seed BLOB NOT NULL
) STRICT;
CREATE TABLE share (
    id TEXT PRIMARY KEY,
    made_at TEXT NOT NULL,
    ends TEXT,
    audience TEXT NOT NULL,
    purpose TEXT NOT NULL,
    form TEXT NOT NULL,
    link TEXT,
    presentation_sha256 TEXT
) STRICT;
CREATE TABLE share_credential (
    share_id TEXT NOT NULL REFERENCES share ON DELETE CASCADE,
    place INTEGER NOT NULL,
    credential_id TEXT NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (share_id, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE fact (
    url TEXT PRIMARY KEY,
    body BLOB NOT NULL,
    read_at TEXT NOT NULL,
    address TEXT,
    certificate TEXT,
    fresh_until TEXT
) STRICT;
CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
"""
# New in version 2: which facts the answers about a credential rest on, and what was noticed about
# it since it was added. Both go when the credential is erased.
_NOTICED = """
CREATE TABLE need (
    position INTEGER NOT NULL REFERENCES credential ON DELETE CASCADE,
    url TEXT NOT NULL,
    PRIMARY KEY (position, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX need_url ON need (url);
CREATE TABLE change (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    position INTEGER NOT NULL REFERENCES credential ON DELETE CASCADE,
    noticed_at TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_at TEXT,
    seen_at TEXT
) STRICT;
CREATE INDEX change_position ON change (position);
"""
# What makes the tables of a version those of the next one.
_STEPS = {
    1: """
ALTER TABLE fact ADD COLUMN address TEXT;
ALTER TABLE fact ADD COLUMN certificate TEXT;
ALTER TABLE fact ADD COLUMN fresh_until TEXT;
"""
    + _NOTICED,
}


def create(connection: apsw.Connection, *, now: datetime) -> None:
    """Lay out an empty database."""
    connection.execute(_TABLES + _NOTICED)
    connection.execute("INSERT INTO meta VALUES ('created_at', ?)", (stamp(now),))
    connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def check(connection: apsw.Connection) -> None:
    """Raise VAULT_TOO_NEW or VAULT_DAMAGED unless the tables are of a version known here."""
    version = version_of(connection)
    if version > SCHEMA_VERSION:
        raise VaultError(Code.VAULT_TOO_NEW, version=version)
    if version < 1:
        raise VaultError(Code.VAULT_DAMAGED, part="database")


def check_tables(connection: apsw.Connection) -> None:
    """Raise VAULT_DAMAGED unless there are the tables of this version and nothing else.

    What somebody else made (a view in the place of a table, a trigger) would do who knows what.
    """
    if _made(connection) != _known():
        raise VaultError(Code.VAULT_DAMAGED, part="tables")


@cache
def _known() -> frozenset[tuple[str, str]]:
    fresh = apsw.Connection(":memory:")
    try:
        fresh.execute(_TABLES + _NOTICED)
        return _made(fresh)
    finally:
        fresh.close()


def _made(connection: apsw.Connection) -> frozenset[tuple[str, str]]:
    rows = connection.execute("SELECT type, name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")
    return frozenset((str(kind), str(name)) for kind, name in rows)


def is_older(connection: apsw.Connection) -> bool:
    """Say whether the tables, which `check` has passed, are of an older version."""
    return version_of(connection) < SCHEMA_VERSION


def version_of(connection: apsw.Connection) -> int:
    """Return the version of the tables; 0 where there are none."""
    return int(connection.execute("PRAGMA user_version").get)


def migrate(connection: apsw.Connection) -> None:
    """Bring the tables of an older version to this one, in one transaction: all of it or nothing.

    Call after `check`, and before anything else is written.
    """
    version = version_of(connection)
    if version == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for older in range(version, SCHEMA_VERSION):
            connection.execute(_STEPS[older])
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def row(*values: str | bytes | int | None) -> tuple[str | bytes | int | None, ...]:
    """Return values as they can be bound.

    Half a surrogate pair, from a file's name or a JSON escape, has no UTF-8; it becomes U+FFFD.
    """
    return tuple(_whole(value) if isinstance(value, str) else value for value in values)


def _whole(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def stamp(moment: datetime) -> str:
    """Return a moment of ours as text that sorts by time: UTC with microseconds."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def stamp_or_none(moment: datetime | None) -> str | None:
    """Return `stamp`, or None for None."""
    return None if moment is None else stamp(moment)


def date_or_none(moment: datetime | None) -> str | None:
    """Return a credential's own date as text, with the zone it was written in."""
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return None if moment is None else moment.isoformat()


def moment(text: str) -> datetime:
    """Return the time that `stamp` or `date_or_none` wrote."""
    return datetime.fromisoformat(text)


def moment_or_none(text: str | None) -> datetime | None:
    """Return `moment`, or None for None."""
    return None if text is None else datetime.fromisoformat(text)
