"""Two databases compared, row by row: whether a copy is what it was made from.

The copy is attached to the open vault's own connection, and so opened with the key that only the
engine holds. Nothing is written to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

import apsw

from wallet.errors import Code, VaultError
from wallet.storage.values import Contents


def compare(connection: apsw.Connection, copy: Path) -> Contents:
    """Return what is in both; raises BACKUP_DIFFERS unless the copy is the same and whole.

    Every row of every table is compared, so what a later version adds is too, and every
    credential's bytes besides with its id, which is their digest; raises BACKUP_OF_DAMAGED where
    that is wrong in the vault itself. The caller sees to it that nobody writes meanwhile.
    """
    with _attached(connection, copy):
        if _all(connection, "PRAGMA copy.integrity_check(1)") != [("ok",)]:
            raise VaultError(Code.BACKUP_DIFFERS, part="pages")
        schema = "SELECT type, name, tbl_name, sql FROM {}.sqlite_schema ORDER BY type, name"
        version = "PRAGMA {}.user_version"
        for question in (version, schema):
            if _all(connection, question.format("main")) != _all(
                connection, question.format("copy")
            ):
                raise VaultError(Code.BACKUP_DIFFERS, part="schema")
        for table in _tables(connection):
            _compare_rows(connection, table)
        _compare_digests(connection)
        return _contents(connection)


@contextmanager
def _attached(connection: apsw.Connection, copy: Path) -> Iterator[None]:
    connection.execute("ATTACH ? AS copy", (str(copy),))
    try:
        yield
    finally:
        connection.execute("DETACH copy")


def _all(connection: apsw.Connection, question: str) -> list[tuple[object, ...]]:
    return list(connection.execute(question).fetchall())


def _tables(connection: apsw.Connection) -> list[str]:
    """Return every table that holds rows; those of the search index are among them."""
    found = _all(
        connection,
        "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
        " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name",
    )
    return [str(name) for (name,) in found]


def _compare_rows(connection: apsw.Connection, table: str) -> None:
    keys = connection.execute(
        "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,)
    ).fetchall()
    order = ", ".join(f'"{name}"' for (name,) in keys) or "rowid"
    ours, theirs = (
        connection.execute(f'SELECT * FROM {database}."{table}" ORDER BY {order}')  # noqa: S608 names of ours
        for database in ("main", "copy")
    )
    try:
        if any(one != other for one, other in zip_longest(ours, theirs)):
            raise VaultError(Code.BACKUP_DIFFERS, part=table)
    finally:
        ours.close(True)
        theirs.close(True)


def _compare_digests(connection: apsw.Connection) -> None:
    found = connection.execute(
        "SELECT id, raw FROM copy.credential JOIN copy.original USING (position)"
    )
    try:
        for id_, raw in found:
            assert isinstance(raw, bytes)
            if sha256(raw).hexdigest() != id_:
                raise VaultError(Code.BACKUP_OF_DAMAGED, part="credential")
    finally:
        found.close(True)


def _contents(connection: apsw.Connection) -> Contents:
    [row] = connection.execute(
        "SELECT (SELECT count(*) FROM copy.credential WHERE removed_at IS NULL),"
        " (SELECT count(*) FROM copy.credential WHERE removed_at IS NOT NULL),"
        " (SELECT count(*) FROM copy.identity), (SELECT count(*) FROM copy.share)"
    ).fetchall()
    credentials, removed, identities, shares = (int(str(number)) for number in row)
    return Contents(credentials, removed, identities, shares)
