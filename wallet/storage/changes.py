"""What was noticed about kept credentials since they were added. The caller owns transactions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import apsw

from wallet.errors import Code, VaultError
from wallet.storage.schema import date_or_none, moment, moment_or_none, row, stamp
from wallet.storage.values import NewChange, StoredChange

# Of one credential: an issuer that withdraws and reinstates daily fills a month, not the vault.
MAX_OF_ONE = 30
_COLUMNS = "number, id, title, issuer_name, noticed_at, before, after, reason, reason_at, seen_at"


def note(connection: apsw.Connection, noticed: Iterable[NewChange]) -> None:
    """Write changes down; the oldest of a credential that has too many are forgotten."""
    for change in noticed:
        found = connection.execute(
            "SELECT position FROM credential WHERE id = ?", row(change.id)
        ).fetchone()
        if found is None:
            raise VaultError(Code.NO_SUCH_CREDENTIAL, id=change.id)
        connection.execute(
            "INSERT INTO change (position, noticed_at, before, after, reason, reason_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row(
                found[0],
                stamp(change.noticed_at),
                change.before,
                change.after,
                change.reason,
                date_or_none(change.reason_at),
            ),
        )
        connection.execute(
            "DELETE FROM change WHERE position = ?1 AND number NOT IN"
            " (SELECT number FROM change WHERE position = ?1 ORDER BY number DESC LIMIT ?2)",
            (found[0], MAX_OF_ONE),
        )


def listed(connection: apsw.Connection, *, seen: bool) -> tuple[StoredChange, ...]:
    """Return changes of what is in the list, the latest first; `seen`: also those put aside."""
    found = connection.execute(
        f"SELECT {_COLUMNS} FROM change JOIN credential USING (position)"  # noqa: S608 constants only
        " WHERE removed_at IS NULL AND (seen_at IS NULL OR ?) ORDER BY number DESC",
        (seen,),
    )
    return tuple(
        StoredChange(
            number=number,
            id=id_,
            title=title,
            issuer_name=issuer_name,
            noticed_at=moment(noticed_at),
            before=before,
            after=after,
            reason=reason,
            reason_at=moment_or_none(reason_at),
            seen_at=moment_or_none(seen_at),
        )
        for (
            number,
            id_,
            title,
            issuer_name,
            noticed_at,
            before,
            after,
            reason,
            reason_at,
            seen_at,
        ) in found
    )


def see(connection: apsw.Connection, numbers: Iterable[int], *, now: datetime) -> None:
    """Put changes aside; one that is aside already keeps its time."""
    connection.executemany(
        "UPDATE change SET seen_at = coalesce(seen_at, ?) WHERE number = ?",
        [(stamp(now), number) for number in numbers],
    )
