"""Public facts with their date and origin, and which credentials need them.

The caller owns transactions. How old a fact may be is asked elsewhere; here it keeps its date.
"""

from __future__ import annotations

from collections.abc import Iterable

import apsw

from wallet.model import Fact, Origin
from wallet.storage.schema import moment, moment_or_none, row, stamp, stamp_or_none

# A fact has 1 MiB at most and a few kB as a rule: room for the documents of some ten thousand
# issuers, in a vault that still fits on any stick and is copied in seconds.
MAX_BYTES = 256 * 1024 * 1024
_MAX_NEEDS = 120  # addresses of one credential; as many as one check may fetch


def put(connection: apsw.Connection, fact: Fact, *, limit: int = MAX_BYTES) -> None:
    """Keep what an address said, unless something read later is here already.

    Beyond `limit` bytes in all, what no credential needs goes, the longest unread first; where
    that is not enough, the new fact is not kept.
    """
    known = connection.execute(
        "SELECT length(body), read_at FROM fact WHERE url = ?", row(fact.url)
    ).fetchone()
    read_at = stamp(fact.read_at)
    if known is not None and known[1] > read_at:
        return
    more = len(fact.body) - (known[0] if known is not None else 0)
    if not _make_room(connection, more, limit, spare=fact.url):
        return
    origin = fact.origin
    connection.execute(
        "INSERT OR REPLACE INTO fact VALUES (?, ?, ?, ?, ?, ?)",
        row(
            fact.url,
            fact.body,
            read_at,
            origin.address if origin else None,
            origin.certificate if origin else None,
            stamp_or_none(origin.fresh_until) if origin else None,
        ),
    )


def get(connection: apsw.Connection, url: str) -> Fact | None:
    """Return what an address said when it was last read."""
    found = connection.execute(
        "SELECT body, read_at, address, certificate, fresh_until FROM fact WHERE url = ?", row(url)
    ).fetchone()
    if found is None:
        return None
    body, read_at, address, certificate, fresh = found
    origin = Origin(address, certificate, moment_or_none(fresh)) if address is not None else None
    return Fact(url, body, moment(read_at), from_cache=True, origin=origin)


def add_needs(connection: apsw.Connection, position: int, urls: Iterable[str]) -> None:
    """Remember that a credential needs what these addresses say.

    What it needed once it needs still: what could not be reached today is in no answer of today.
    """
    wanted = {str(*row(url)) for url in urls}
    if not wanted:
        return
    found = connection.execute("SELECT url FROM need WHERE position = ?", (position,))
    known = {str(url) for (url,) in found}
    new = sorted(wanted - known)[: max(0, _MAX_NEEDS - len(known))]
    if new:
        connection.executemany("INSERT INTO need VALUES (?, ?)", [(position, u) for u in new])


def needed(connection: apsw.Connection) -> tuple[str, ...]:
    """Return the addresses that listed credentials need, the longest unread first."""
    found = connection.execute(
        "SELECT DISTINCT url, read_at FROM need JOIN credential USING (position)"
        " LEFT JOIN fact USING (url) WHERE removed_at IS NULL ORDER BY read_at NULLS FIRST, url"
    )
    return tuple(str(url) for url, _ in found)


def forget_needs(connection: apsw.Connection, position: int) -> None:
    """Forget what a credential needs, and the facts that nothing else does."""
    connection.execute(
        "DELETE FROM fact WHERE url IN (SELECT url FROM need WHERE position = ?1)"
        " AND url NOT IN (SELECT url FROM need WHERE position <> ?1)",
        (position,),
    )
    connection.execute("DELETE FROM need WHERE position = ?", (position,))


def _make_room(connection: apsw.Connection, more: int, limit: int, *, spare: str) -> bool:
    total = connection.execute("SELECT coalesce(sum(length(body)), 0) FROM fact").get
    over = int(total) + more - limit
    if over <= 0:
        return True
    idle = connection.execute(
        "SELECT url, length(body) FROM fact WHERE url <> ? AND url NOT IN (SELECT url FROM need)"
        " ORDER BY read_at",
        row(spare),
    ).fetchall()
    for url, size in idle:
        connection.execute("DELETE FROM fact WHERE url = ?", (url,))
        assert isinstance(size, int)
        over -= size
        if over <= 0:
            return True
    return False
