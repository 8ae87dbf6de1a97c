"""What a backup has beside the open vault, and bringing it in. The caller owns transactions.

Both databases have the tables of this version. Rows are copied with every column they have, so
that what a later version adds comes along. Nothing that is here is ever changed or deleted, but
for a missing original file that is filled in, and for what the person chose to bring back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256

import apsw

from wallet.errors import Code, VaultError
from wallet.storage import changes, credentials, facts, ledger
from wallet.storage.header import Header, SlotKind
from wallet.storage.schema import row, stamp
from wallet.storage.values import Compared, Differences, Fate

_LISTED = "SELECT id, title, issuer_name, removed_at IS NOT NULL FROM credential ORDER BY position"


@contextmanager
def _broken() -> Iterator[None]:
    """Say BACKUP_BROKEN of tables or values that no backup of ours has."""
    try:
        yield
    except (
        apsw.SQLError,
        apsw.ConstraintError,
        apsw.MismatchError,
        ValueError,
        TypeError,
    ) as error:
        raise VaultError(Code.BACKUP_BROKEN, part="rows") from error


@_broken()
def survey(here: apsw.Connection, there: apsw.Connection) -> Differences:
    """Compare `there`, a backup, with the open vault; nothing is written."""
    ours = {str(id_): bool(gone) for id_, _, _, gone in here.execute(_LISTED)}
    found, seen = [], set()
    for id_, title, issuer_name, gone in there.execute(_LISTED):
        seen.add(id_)
        fate = _fate(here, there, str(id_), ours.get(str(id_)), gone=bool(gone))
        found.append(Compared(str(id_), str(title), str(issuer_name), fate))
    for id_, title, issuer_name, gone in here.execute(_LISTED):
        if id_ not in seen and not gone:
            found.append(Compared(str(id_), str(title), str(issuer_name), Fate.ONLY_HERE))
    shares = _ids(here, "share", "id"), _ids(there, "share", "id")
    return Differences(
        credentials=tuple(found),
        identities=_identities(here, there),
        new_shares=len(shares[1] - shares[0]),
        same_shares=len(shares[1] & shares[0]),
        new_facts=len(_ids(there, "fact", "url") - _ids(here, "fact", "url")),
    )


def _fate(
    here: apsw.Connection, there: apsw.Connection, id_: str, gone_here: bool | None, *, gone: bool
) -> Fate:
    if gone_here is None:
        return Fate.NEW_REMOVED if gone else Fate.NEW
    if gone_here and not gone:
        return Fate.REMOVED_HERE
    if gone and not gone_here:
        return Fate.REMOVED_THERE
    return Fate.SAME if _container(here, id_) == _container(there, id_) else Fate.OTHER_FILE


def _container(connection: apsw.Connection, id_: str) -> object:
    return connection.execute(
        "SELECT container FROM original JOIN credential USING (position) WHERE id = ?", (id_,)
    ).get


def _identities(here: apsw.Connection, there: apsw.Connection) -> tuple[tuple[str, Fate], ...]:
    ours, theirs = (
        [str(did) for (did,) in one.execute("SELECT did FROM identity ORDER BY place")]
        for one in (here, there)
    )
    known = set(ours)
    came = tuple((did, Fate.SAME if did in known else Fate.NEW) for did in theirs)
    return came + tuple((did, Fate.ONLY_HERE) for did in ours if did not in set(theirs))


def _ids(connection: apsw.Connection, table: str, column: str) -> set[str]:
    found = connection.execute(f"SELECT {column} FROM {table}")  # noqa: S608 constants only
    return {str(id_) for (id_,) in found}


@_broken()
def merge(
    here: apsw.Connection,
    there: apsw.Connection,
    differences: Differences,
    *,
    revive: Iterable[str],
    settings: Mapping[str, str],
    removed_at: str,
) -> None:
    """Bring in what `differences` calls new, and back what the person chose to `revive`.

    What was removed in the backup comes as removed, at `removed_at`, so that it can be restored.
    What came here since the comparison is left as it is.
    """
    for one in differences.credentials:
        if one.fate is Fate.NEW:
            _bring(here, there, one.id, removed_at=None)
        elif one.fate is Fate.NEW_REMOVED:
            _bring(here, there, one.id, removed_at=removed_at)
        elif one.fate is Fate.OTHER_FILE:
            _fill_container(here, there, one.id)
    for id_ in revive:
        here.execute("UPDATE credential SET removed_at = NULL WHERE id = ?", row(id_))
    _bring_identities(here, there)
    _bring_shares(here, there)
    _bring_facts(here, there, removed_at)
    here.executemany(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [row(key, value) for key, value in settings.items()],
    )
    _read_all(here)


def _bring(
    here: apsw.Connection, there: apsw.Connection, id_: str, *, removed_at: str | None
) -> None:
    if here.execute("SELECT 1 FROM credential WHERE id = ?", (id_,)).fetchone() is not None:
        return
    there_at = there.execute("SELECT position FROM credential WHERE id = ?", (id_,)).get
    _copy(here, there, "credential", there_at, without="position")
    position = here.last_insert_rowid()
    here.execute("UPDATE credential SET removed_at = ? WHERE position = ?", (removed_at, position))
    _copy(here, there, "original", there_at, position=position)
    [words] = there.execute(
        "SELECT title, issuer_name, search_text FROM credential JOIN original USING (position)"
        " WHERE position = ?",
        (there_at,),
    ).fetchall()
    text = "\n".join(str(word) for word in words)
    here.execute("INSERT INTO word (rowid, text) VALUES (?, ?)", row(position, text))
    needs = there.execute("SELECT url FROM need WHERE position = ?", (there_at,))
    facts.add_needs(here, position, (str(url) for (url,) in needs))
    _copy(here, there, "change", there_at, position=position, without="number")


def _copy(
    here: apsw.Connection,
    there: apsw.Connection,
    table: str,
    there_at: object,
    *,
    position: int | None = None,
    without: str = "",
) -> None:
    """Copy the rows that belong to a credential, with its `position` here."""
    found = here.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
    columns = [str(name) for (name,) in found if name != without]
    names = ", ".join(columns)
    for values in there.execute(
        f"SELECT {names} FROM {table} WHERE position = ? ORDER BY rowid",  # noqa: S608 our own names
        (there_at,),
    ):
        known = dict(zip(columns, values, strict=True))
        if position is not None:
            known["position"] = position
        marks = ", ".join("?" * len(columns))
        here.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 our own names
            tuple(known[name] for name in columns),
        )


def _fill_container(here: apsw.Connection, there: apsw.Connection, id_: str) -> None:
    here.execute(
        "UPDATE original SET container = coalesce(container, ?)"
        " WHERE position = (SELECT position FROM credential WHERE id = ?)",
        (_container(there, id_), id_),
    )


def _bring_identities(here: apsw.Connection, there: apsw.Connection) -> None:
    here.executemany(
        "INSERT INTO identity (did, created_at, seed) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        there.execute("SELECT did, created_at, seed FROM identity ORDER BY place").fetchall(),
    )


def _bring_shares(here: apsw.Connection, there: apsw.Connection) -> None:
    for id_ in _ids(there, "share", "id") - _ids(here, "share", "id"):
        for table, key in (("share", "id"), ("share_credential", "share_id")):
            rows = there.execute(
                f"SELECT * FROM {table} WHERE {key} = ?",  # noqa: S608 our own names
                (id_,),
            ).fetchall()
            for values in rows:
                marks = ", ".join("?" * len(values))
                here.execute(f"INSERT INTO {table} VALUES ({marks})", values)  # noqa: S608


def _bring_facts(here: apsw.Connection, there: apsw.Connection, until: str) -> None:
    """Bring what was read later there, as far as there is room, and nothing of the future."""
    for (url,) in there.execute("SELECT url FROM fact").fetchall():
        fact = facts.get(there, str(url))
        if fact is not None and stamp(fact.read_at) <= until:
            facts.put(here, fact)


def _read_all(here: apsw.Connection) -> None:
    """Read every line once, so that none came along that could not be read from now on."""
    credentials.try_all(here)
    ledger.shares(here)
    changes.listed(here, seen=True)


def fingerprint(connection: apsw.Connection, counts: Callable[[str], bool], header: Header) -> str:
    """Return what tells whether a person changed anything since: not what was looked up.

    `counts` says of a setting's name whether it is something that a person said. The ways in count
    too, but for the keychain's, which no backup has: a new sheet is to open the newest backup.
    """
    digest = sha256()
    for slot in header.slots:
        if slot.kind != SlotKind.KEYCHAIN:
            digest.update(slot.body)
    for question in (
        "SELECT id, removed_at FROM credential ORDER BY position",
        "SELECT did FROM identity ORDER BY place",
        "SELECT id FROM share ORDER BY id",
        "SELECT max(seen_at) FROM change",
    ):
        for values in connection.execute(question):
            digest.update(repr(values).encode())
    for key, value in connection.execute("SELECT key, value FROM setting ORDER BY key"):
        if counts(str(key)):
            digest.update(repr((key, value)).encode())
    return digest.hexdigest()
