"""The lines of the list, kept in their order between changes, so that a search asks the index only.

Reading ten thousand rows anew for each letter that is typed would take longer than a frame of the
screen. What is held here goes when the wallet is locked (`forget`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import compress

from wallet.checking import State, Verifier, state_at
from wallet.kept import Row
from wallet.record import Kind
from wallet.storage import StoredRow, Vault

_FRESH = timedelta(minutes=1)  # a record that ends is said to have ended within that time

# One line with a word that this version does not know must not keep the others from being read.
_KINDS = {kind.value: kind for kind in Kind}
_STATES = {state.value: state for state in State}
_PLACES = {kind: place for place, kind in enumerate(Kind)}


class Listed:
    """The list of one open vault."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self._of: tuple[Vault, int, datetime] | None = None
        self._rows: tuple[Row, ...] = ()
        self._positions: tuple[int, ...] = ()  # in the vault, of each row

    def rows(self, vault: Vault, query: str, now: datetime) -> list[Row]:
        """Return the lines that match, by kind, newest first."""
        found = vault.matching(query)
        if not self._is_fresh(vault, now):
            self._read(vault, now)
        if found is None:
            return list(self._rows)
        return list(compress(self._rows, map(found.__contains__, self._positions)))

    def shown(self, stored: Iterable[StoredRow], now: datetime) -> Iterator[Row]:
        """Yield the lines of what is stored."""
        samples = self._verifier.policy.sample_issuers
        for id_, _, title, issuer, issuer_name, kind, awarded, ends, verdict in stored:
            yield Row(
                id_,
                title,
                issuer_name,
                _KINDS.get(kind, Kind.OTHER),
                awarded,
                ends,
                state_at(_STATES.get(verdict, State.UNCHECKED), ends, now=now),
                issuer in samples,
            )

    def forget(self) -> None:
        """Let go of everything: the wallet is being locked."""
        self._of, self._rows, self._positions = None, (), ()

    def _is_fresh(self, vault: Vault, now: datetime) -> bool:
        if self._of is None:
            return False
        of, version, read_at = self._of
        return of is vault and version == vault.version and abs(now - read_at) < _FRESH

    def _read(self, vault: Vault, now: datetime) -> None:
        version = vault.version  # before it is read: a change meanwhile is read next time
        stored = vault.rows("")
        rows = list(self.shown(stored, now))
        order = sorted(range(len(rows)), key=[_key(row) for row in rows].__getitem__)
        self._rows = tuple(rows[at] for at in order)
        self._positions = tuple(stored[at].position for at in order)
        self._of = (vault, version, now)


def _key(row: Row) -> tuple[int, float]:
    """Return what puts the list in its order: by kind, newest first."""
    return _PLACES[row.kind], -row.awarded.timestamp() if row.awarded else 0.0
