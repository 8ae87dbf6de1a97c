"""The list between changes: a search gives what reading everything anew would give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.storage.vault_helpers import CHEAP, credential
from tests.world import World
from wallet.app import State, Verifier, Wallet
from wallet.record import Kind
from wallet.storage import NewChange
from wallet.verify import Policy

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
KINDS = ("badge", "work", "education")


class Desk:
    def __init__(self, folder: Path) -> None:
        self.now = NOW
        verifier = Verifier(World(NOW), policy=Policy(), clock=lambda: self.now)
        self.wallet = Wallet(verifier, clock=lambda: self.now, cost=CHEAP)
        self.wallet.create(folder / "v.ler", "seven quiet herons", name="Ana")
        self.ids = self.add(range(60))

    def add(self, numbers: range) -> list[str]:
        items = [
            credential(
                n,
                kind=KINDS[n % 3],
                verdict="holds",
                awarded=NOW - timedelta(days=n),
                ends=NOW + timedelta(hours=1) if n == 7 else None,
                search_text=f"every alpha{n % 5}" + (" rare" if n == 11 else ""),
            )
            for n in numbers
        ]
        self.wallet._open().add(items, now=self.now)
        return [item.id for item in items]

    def anew(self, query: str) -> list[str]:
        """Read everything from the vault, as if nothing was held."""
        stored = self.wallet._open().rows(query)
        rows = self.wallet._listed.shown(stored, self.now)
        newest = sorted(rows, key=lambda r: r.awarded.timestamp(), reverse=True)
        return [row.id for row in sorted(newest, key=lambda row: list(Kind).index(row.kind))]

    def found(self, query: str) -> list[str]:
        return [row.id for row in self.wallet.rows(query)]


@pytest.fixture
def desk(tmp_path: Path):
    made = Desk(tmp_path)
    yield made
    made.wallet.lock()


QUERIES = (
    "",
    "   ",
    "every",
    "e",
    "alpha3",
    "alpha",
    "rare",
    "none of these",
    "certificate 1",
    '"',
)


def test_every_search_gives_what_reading_anew_gives_whatever_changed(desk: Desk) -> None:
    def same() -> None:
        for query in QUERIES:
            assert desk.found(query) == desk.anew(query), query

    same()
    desk.wallet.remove(desk.ids[:20])
    same()
    desk.wallet.restore(desk.ids[5:10])
    same()
    desk.wallet.erase([row.id for row in desk.wallet.removed()])
    same()
    desk.add(range(100, 130))
    same()
    assert len(desk.found("every")) == 75


def test_a_search_reads_no_line_anew(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.wallet.rows()
    monkeypatch.setattr(type(desk.wallet._open()), "rows", None)
    assert len(desk.found("alpha3")) == 12
    assert len(desk.found("")) == 60


def test_what_ends_is_said_to_have_ended(desk: Desk) -> None:
    def state() -> State:
        (row,) = [row for row in desk.wallet.rows("alpha2") if row.id == desk.ids[7]]
        return row.state

    assert state() is State.ENDS_SOON
    desk.now = NOW + timedelta(hours=1, minutes=1)
    assert state() is State.ENDED
    desk.now = NOW - timedelta(hours=5)  # the clock was put back
    assert state() is State.ENDS_SOON


def test_locking_lets_go_of_the_list(desk: Desk) -> None:
    desk.wallet.rows()
    desk.wallet.lock()
    held = desk.wallet._listed
    assert (held._of, held._rows, held._positions) == (None, (), ())


def test_kinds_and_states_narrow_what_was_found(desk: Desk) -> None:
    kind = desk.wallet.rows()[0].kind
    assert {row.kind for row in desk.wallet.rows("every", kind=kind)} == {kind}
    assert desk.wallet.rows(states=()) == []
    assert len(desk.wallet.rows(states=[State.ENDS_SOON])) == 1


def test_a_line_with_words_of_another_version_is_read_with_the_others(desk: Desk) -> None:
    vault = desk.wallet._open()
    vault.add([credential(99, kind="parchment", verdict="splendid")], now=NOW)
    vault.note_changes([NewChange(desk.ids[0], NOW, "holds", "splendid", "praised")])
    (row,) = [one for one in desk.wallet.rows() if one.id == credential(99).id]
    assert (row.kind, row.state) == (Kind.OTHER, State.UNCHECKED)
    assert desk.wallet.notices() == []
