"""Credentials in the database: add, list, search, remove, erase. The caller owns transactions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

import apsw

from wallet.errors import Code, VaultError
from wallet.model import Format
from wallet.storage import facts, search
from wallet.storage.schema import date_or_none, moment, moment_or_none, row, stamp, stamp_or_none
from wallet.storage.values import (
    Added,
    AddOutcome,
    CheckedReport,
    NewCredential,
    StoredCredential,
    StoredRow,
)

# Nine columns: what the list does not show would make ten thousand lines a third slower.
_ROW = (
    "credential.id, credential.position, title, issuer, issuer_name, kind, awarded, ends, verdict"
)
_REST = "format, checked_at, added_at, removed_at, raw, container, source, search_text, report_json"


def add(
    connection: apsw.Connection, items: Sequence[NewCredential], *, now: datetime
) -> tuple[Added, ...]:
    """Keep credentials; the same bytes are kept once."""
    return tuple(Added(item.id, _add(connection, item, now)) for item in items)


def rows(connection: apsw.Connection, query: str, kind: str | None) -> list[StoredRow]:
    """Return the list in the order the credentials were added, without removed ones."""
    where, values = ["removed_at IS NULL"], []
    match = search.match_expression(query)
    if match is not None:
        where.append("position IN (SELECT rowid FROM word WHERE word MATCH ?)")
        values.append(match)
    if kind is not None:
        where.append("kind = ?")
        values.append(kind)
    return _rows(connection, " AND ".join(where) + " ORDER BY position", values)


def matching(connection: apsw.Connection, query: str) -> frozenset[int] | None:
    """Return the positions of what matches a query, removed or not; None where all does.

    Counting takes a tenth of the time that handing over ten thousand numbers does.
    """
    match = search.match_expression(query)
    if match is None:
        return None
    many = connection.execute("SELECT count(*) FROM word WHERE word MATCH ?", row(match)).get
    if many == connection.execute("SELECT count(*) FROM credential").get:
        return None
    found = connection.execute("SELECT rowid FROM word WHERE word MATCH ?", row(match))
    return frozenset(chain.from_iterable(found.fetchall()))  # type: ignore[arg-type]


def try_all(connection: apsw.Connection) -> None:
    """Read every value of every line, listed or removed; raises ValueError for what cannot be."""
    _rows(connection, "true", [])
    rest = "SELECT format, checked_at, added_at, removed_at FROM credential"
    for format_, checked_at, added_at, removed_at in connection.execute(rest):
        Format(format_)
        for moment_ in (checked_at, added_at, removed_at):
            moment_or_none(moment_)


def removed(connection: apsw.Connection) -> list[StoredRow]:
    """Return what was removed and can come back, the latest first."""
    return _rows(connection, "removed_at IS NOT NULL ORDER BY removed_at DESC, position", [])


def get(connection: apsw.Connection, id_: str) -> StoredCredential:
    """Return one credential whole, removed or not."""
    found = connection.execute(
        f"SELECT {_ROW}, {_REST}"  # noqa: S608 constants only
        " FROM credential JOIN original USING (position) WHERE credential.id = ?",
        row(id_),
    ).fetchone()
    if found is None:
        raise VaultError(Code.NO_SUCH_CREDENTIAL, id=id_)
    format_, checked_at, added_at, removed_at, raw, container, source, text, report = found[9:]
    return StoredCredential(
        **_row(*found[:9])._asdict(),
        format=Format(format_),
        checked_at=moment_or_none(checked_at),
        added_at=moment(added_at),
        removed_at=moment_or_none(removed_at),
        raw=raw,
        container=container,
        source=source,
        search_text=text,
        report_json=report,
    )


def has(connection: apsw.Connection, id_: str) -> bool:
    """Say whether a credential is in the list."""
    found = connection.execute(
        "SELECT 1 FROM credential WHERE id = ? AND removed_at IS NULL", row(id_)
    )
    return found.fetchone() is not None


def count(connection: apsw.Connection) -> int:
    """Return how many credentials are in the list."""
    return int(connection.execute("SELECT count(*) FROM credential WHERE removed_at IS NULL").get)


def remove(connection: apsw.Connection, ids: Iterable[str], *, now: datetime) -> None:
    """Take credentials out of the list; they can be restored."""
    for id_ in ids:
        connection.execute(
            "UPDATE credential SET removed_at = coalesce(removed_at, ?) WHERE position = ?",
            (stamp(now), _position(connection, id_)),
        )


def restore(connection: apsw.Connection, ids: Iterable[str]) -> None:
    """Put removed credentials back where they were."""
    for id_ in ids:
        connection.execute(
            "UPDATE credential SET removed_at = NULL WHERE position = ?",
            (_position(connection, id_),),
        )


def erase(connection: apsw.Connection, ids: Iterable[str]) -> None:
    """Delete credentials for good."""
    for id_ in ids:
        position = _position(connection, id_)
        facts.forget_needs(connection, position)
        connection.execute("DELETE FROM word WHERE rowid = ?", (position,))
        connection.execute("DELETE FROM credential WHERE position = ?", (position,))


def purge_removed(connection: apsw.Connection, before: datetime) -> int:
    """Delete for good what was removed before a moment; return how many."""
    found = connection.execute(
        "SELECT id FROM credential WHERE removed_at < ?", (stamp(before),)
    ).fetchall()
    erase(connection, (str(id_) for (id_,) in found))
    return len(found)


def set_reports(connection: apsw.Connection, reports: Iterable[CheckedReport]) -> None:
    """Keep the answers of checks, each in place of the one before."""
    for report in reports:
        _set_report(connection, _position(connection, report.id), report)


def set_reports_of_kept(
    connection: apsw.Connection, reports: Iterable[CheckedReport]
) -> frozenset[str]:
    """Do the same for what is still here; return the ids."""
    kept = set()
    for report in reports:
        position = _position_or_none(connection, report.id)
        if position is not None:
            _set_report(connection, position, report)
            kept.add(report.id)
    return frozenset(kept)


def _set_report(connection: apsw.Connection, position: int, report: CheckedReport) -> None:
    connection.execute(
        "UPDATE credential SET verdict = ?, checked_at = ? WHERE position = ?",
        row(report.verdict, stamp(report.checked_at), position),
    )
    connection.execute(
        "UPDATE original SET report_json = ? WHERE position = ?",
        row(report.report_json, position),
    )
    facts.add_needs(connection, position, report.needs)


def _add(connection: apsw.Connection, item: NewCredential, now: datetime) -> AddOutcome:
    known = connection.execute(
        "SELECT position, removed_at IS NULL FROM credential WHERE id = ?", (item.id,)
    ).fetchone()
    if known is None:
        _insert(connection, item, now)
        return AddOutcome.KEPT
    position, listed = known
    if listed:
        return AddOutcome.ALREADY
    connection.execute("UPDATE credential SET removed_at = NULL WHERE position = ?", (position,))
    return AddOutcome.RESTORED


def put_new(
    connection: apsw.Connection, position: int, item: NewCredential, *, now: datetime
) -> None:
    """Write a credential that is not here yet, in a place that is free."""
    _insert(connection, item, now, position)


def _insert(
    connection: apsw.Connection, item: NewCredential, now: datetime, place: int | None = None
) -> None:
    connection.execute(
        "INSERT INTO credential (position, id, title, issuer, issuer_name, kind, format, awarded,"
        " ends, verdict, checked_at, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        row(
            place,
            item.id,
            item.title,
            item.issuer,
            item.issuer_name,
            item.kind,
            item.format.value,
            date_or_none(item.awarded),
            date_or_none(item.ends),
            item.verdict,
            stamp_or_none(item.checked_at),
            stamp(now),
        ),
    )
    position = connection.last_insert_rowid()
    connection.execute(
        "INSERT INTO original VALUES (?, ?, ?, ?, ?, ?)",
        row(position, item.raw, item.container, item.source, item.search_text, item.report_json),
    )
    facts.add_needs(connection, position, item.needs)
    words = "\n".join((item.title, item.issuer_name, item.search_text))
    connection.execute("INSERT INTO word (rowid, text) VALUES (?, ?)", row(position, words))


def put_back(
    connection: apsw.Connection,
    position: int,
    line: tuple[apsw.SQLiteValue, ...],
    original: tuple[apsw.SQLiteValue, ...],
) -> None:
    """Write a credential as another vault had it, in the same place: every column but that."""
    marks = ", ".join("?" * (len(line) + 1))
    connection.execute(f"INSERT INTO credential VALUES ({marks})", (position, *line))  # noqa: S608
    marks = ", ".join("?" * (len(original) + 1))
    connection.execute(f"INSERT INTO original VALUES ({marks})", (position, *original))  # noqa: S608
    _, title, _, issuer_name, *_ = line
    words = "\n".join(map(str, (title, issuer_name, original[3])))
    connection.execute("INSERT INTO word (rowid, text) VALUES (?, ?)", (position, words))


def _position(connection: apsw.Connection, id_: str) -> int:
    found = _position_or_none(connection, id_)
    if found is None:
        raise VaultError(Code.NO_SUCH_CREDENTIAL, id=id_)
    return found


def _position_or_none(connection: apsw.Connection, id_: str) -> int | None:
    found = connection.execute("SELECT position FROM credential WHERE id = ?", row(id_)).fetchone()
    return None if found is None else int(found[0])


def _rows(connection: apsw.Connection, where: str, values: Sequence[str]) -> list[StoredRow]:
    # `where` is one of the few texts above; what a person typed is only ever in `values`.
    found = connection.execute(f"SELECT {_ROW} FROM credential WHERE {where}", row(*values))  # noqa: S608
    return [_row(*columns) for columns in found]


def _row(
    id_: str,
    position: int,
    title: str,
    issuer: str,
    issuer_name: str,
    kind: str,
    awarded: str | None,
    ends: str | None,
    verdict: str,
) -> StoredRow:
    return StoredRow(
        id_,
        position,
        title,
        issuer,
        issuer_name,
        kind,
        None if awarded is None else moment(awarded),
        None if ends is None else moment(ends),
        verdict,
    )
