"""What was shared, and settings. The caller owns transactions."""

from __future__ import annotations

from typing import Any

import apsw

from wallet.storage.schema import date_or_none, moment, moment_or_none, row, stamp
from wallet.storage.values import ShareRecord


def record_share(connection: apsw.Connection, share: ShareRecord) -> None:
    """Write a share down; its id must be new."""
    connection.execute(
        "INSERT INTO share VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row(
            share.id,
            stamp(share.made_at),
            date_or_none(share.ends),
            share.audience,
            share.purpose,
            share.form,
            share.link,
            share.presentation_sha256,
        ),
    )
    connection.executemany(
        "INSERT INTO share_credential VALUES (?, ?, ?, ?)",
        [
            row(share.id, place, id_, title)
            for place, (id_, title) in enumerate(
                zip(share.credential_ids, share.titles, strict=True)
            )
        ],
    )


def shares(connection: apsw.Connection) -> tuple[ShareRecord, ...]:
    """Return every share, the latest first."""
    found = connection.execute("SELECT * FROM share ORDER BY made_at DESC, id").fetchall()
    return tuple(_share(connection, columns) for columns in found)


def setting(connection: apsw.Connection, key: str) -> str | None:
    """Return a setting, or None when it was never set."""
    found = connection.execute("SELECT value FROM setting WHERE key = ?", row(key)).fetchone()
    return None if found is None else str(found[0])


def settings(connection: apsw.Connection) -> dict[str, str]:
    """Return every setting."""
    found = connection.execute("SELECT key, value FROM setting ORDER BY key")
    return {str(key): str(value) for key, value in found}


def set_setting(connection: apsw.Connection, key: str, value: str | None) -> None:
    """Set a setting; None forgets it."""
    if value is None:
        connection.execute("DELETE FROM setting WHERE key = ?", row(key))
        return
    connection.execute(
        "INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        row(key, value),
    )


def _share(connection: apsw.Connection, columns: tuple[Any, ...]) -> ShareRecord:
    id_, made_at, ends, audience, purpose, form, link, digest = columns
    what = connection.execute(
        "SELECT credential_id, title FROM share_credential WHERE share_id = ? ORDER BY place",
        (id_,),
    ).fetchall()
    return ShareRecord(
        id=id_,
        made_at=moment(made_at),
        ends=moment_or_none(ends),
        audience=audience,
        purpose=purpose,
        form=form,
        credential_ids=tuple(str(credential_id) for credential_id, _ in what),
        titles=tuple(str(title) for _, title in what),
        link=link,
        presentation_sha256=digest,
    )
