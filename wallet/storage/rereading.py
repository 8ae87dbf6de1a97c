"""A private copy of somebody else's backup, before anything of it is shown or brought in.

What that wallet answered about its records, what it called them, and what it had read about their
issuers is its word, not ours. The bytes of the records stay; all else is read from them again.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import apsw

from wallet.errors import Code, VaultError
from wallet.model import Fact
from wallet.storage import facts
from wallet.storage.schema import date_or_none, row, stamp_or_none
from wallet.storage.values import NewCredential

# Reads a credential anew from its bytes, and the file around them; None where it cannot.
Describe = Callable[[bytes, bytes | None], NewCredential | None]


def read_anew(
    connection: apsw.Connection,
    describe: Describe,
    proves_itself: Callable[[Fact], bool],
    progress: Callable[[int, int], bool],
) -> bool:
    """Put our reading in the place of theirs; of the facts, keep what proves itself.

    A record that cannot be read keeps its name and has no answer. Returns False when `progress`
    (done, of how many) said to stop. Raises BACKUP_BROKEN where bytes are not those of their id.
    """
    connection.execute("DELETE FROM change; DELETE FROM need")
    for url in [str(url) for (url,) in connection.execute("SELECT url FROM fact")]:
        fact = facts.get(connection, url)
        if fact is None or not proves_itself(fact):
            connection.execute("DELETE FROM fact WHERE url = ?", (url,))
    listed = connection.execute("SELECT position, id FROM credential").fetchall()
    places = [(int(str(position)), id_) for position, id_ in listed]
    for done, (position, id_) in enumerate(places):
        if not progress(done, len(places)):
            return False
        [(raw, box)] = connection.execute(
            "SELECT raw, container FROM original WHERE position = ?", (position,)
        ).fetchall()
        if not isinstance(raw, bytes) or sha256(raw).hexdigest() != id_:
            raise VaultError(Code.BACKUP_BROKEN, part="rows")
        _say_of(connection, position, describe(raw, box if isinstance(box, bytes) else None))
    return True


def _say_of(connection: apsw.Connection, position: int, item: NewCredential | None) -> None:
    if item is None:
        connection.execute(
            "UPDATE credential SET verdict = '', checked_at = NULL WHERE position = ?",
            row(position),
        )
        connection.execute(
            "UPDATE original SET report_json = NULL WHERE position = ?", row(position)
        )
        return
    connection.execute(
        "UPDATE credential SET title = ?, issuer = ?, issuer_name = ?, kind = ?, format = ?,"
        " awarded = ?, ends = ?, verdict = ?, checked_at = ? WHERE position = ?",
        row(
            item.title,
            item.issuer,
            item.issuer_name,
            item.kind,
            item.format.value,
            date_or_none(item.awarded),
            date_or_none(item.ends),
            item.verdict,
            stamp_or_none(item.checked_at),
            position,
        ),
    )
    connection.execute(
        "UPDATE original SET search_text = ?, report_json = ? WHERE position = ?",
        row(item.search_text, item.report_json, position),
    )
    facts.add_needs(connection, position, item.needs)
