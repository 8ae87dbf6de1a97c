"""The lines of the list, kept in their order between changes, so that a search asks the index only.

Reading ten thousand rows anew for each letter that is typed would take longer than a frame of the
screen. What is held here goes when the wallet is locked (`forget`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import compress

from wallet.checking import State, Verifier, state_at
from wallet.kept import Row, ordered
from wallet.record import Kind
from wallet.storage import StoredRow, Vault

_FRESH = timedelta(minutes=1)  # a record that ends is said to have ended within that time

# One line with a word that this version does not know must not keep the others from being read.
_KINDS = frozenset(Kind)
_STATES = frozenset(State)


def _verdict(word: str) -> State:
    return State(word) if word in _STATES else State.UNCHECKED


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

    def row(self, stored: StoredRow, now: datetime) -> Row:
        """Return the line of what is stored."""
        return Row(
            stored.id,
            stored.title,
            stored.issuer_name,
            Kind(stored.kind) if stored.kind in _KINDS else Kind.OTHER,
            stored.awarded,
            stored.ends,
            state_at(_verdict(stored.verdict), stored.ends, now=now),
            self._verifier.is_sample(stored.issuer),
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
        at = {one.id: one.position for one in stored}
        self._rows = tuple(ordered(self.row(one, now) for one in stored))
        self._positions = tuple(at[row.id] for row in self._rows)
        self._of = (vault, version, now)
