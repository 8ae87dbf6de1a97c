"""The vault: importing, unlocking apart from the passphrase's price, listing and searching.

Beside it a plain sqlite3 database that holds the same lines, texts and originals, unencrypted and
unchecked: what the machine's disk and SQLite alone cost.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path

from benchmarks.measure import Sample, Turn, once, take_turns
from benchmarks.subjects import Subject
from wallet import wiring
from wallet.app import Checked, Wallet
from wallet.model import Credential
from wallet.storage import Cost

PASSPHRASE = "correct horse battery staple"
CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)  # a key derivation that takes next to no time
WORD = "Kubernetes"  # in the titles of a fifth of the corpus

_PLAIN = """
CREATE TABLE line (position INTEGER PRIMARY KEY, id TEXT UNIQUE, title TEXT, issuer TEXT,
    issuer_name TEXT, kind TEXT, awarded TEXT, ends TEXT, verdict TEXT);
CREATE TABLE original (position INTEGER PRIMARY KEY, raw BLOB, search_text TEXT);
CREATE VIRTUAL TABLE word USING fts5 (text, content='', prefix='2 3');
"""


def measure(
    subjects: list[Subject], *, many: int, rounds: int, lists: int
) -> dict[str, dict[str, list[Sample]]]:
    """Return the samples of each job, ours and plain; `many` credentials for the lists."""
    with tempfile.TemporaryDirectory() as folder:
        bench = _Bench(Path(folder), subjects)
        measured = {"import": take_turns(bench.imports(), rounds)}
        with bench.filled(many) as jobs:
            for job, turns in jobs:
                take_turns(turns, 1)
                measured[job] = take_turns(turns, rounds if job == "recheck" else lists)
        return measured


class _Bench:
    def __init__(self, folder: Path, subjects: list[Subject]) -> None:
        self._folder = folder
        self._data = [subject.data for subject in subjects]
        self._verifier = wiring.verifier(offline=True)
        self._numbers = count()

    def imports(self) -> dict[str, Turn]:
        """Return turns that import everything into a new vault, check it only, or keep it plain."""
        lines = [line(self._verifier.check(data)) for data in self._data]

        def ours() -> None:
            wallet = self._new_wallet()
            wallet.keep([self._verifier.check(data) for data in self._data])
            wallet.lock()

        def checks() -> None:
            for data in self._data:
                self._verifier.check(data)

        def plain() -> None:
            with closing(self._new_plain()) as connection:
                insert(connection, lines)

        each = {"ours": ours, "check alone": checks, "sqlite3": plain}
        return {name: _per_item(once(action), len(self._data)) for name, action in each.items()}

    @contextmanager
    def filled(self, many: int) -> Iterator[list[tuple[str, dict[str, Turn]]]]:
        """Yield the jobs on `many` credentials: the corpus again and again, each with own bytes."""
        checked = [self._verifier.check(data) for data in self._data]
        whole = [own_bytes(checked[at % len(checked)], at // len(checked)) for at in range(many)]
        wallet = self._new_wallet()
        path = wallet.path
        assert path is not None
        wallet.keep(whole)
        connection = self._new_plain()
        insert(connection, [line(one) for one in whole])
        if not wallet.rows(WORD) or not search(connection, WORD):
            raise SystemExit(f"The search for {WORD} finds nothing.")
        reopened = Wallet(self._verifier, clock=wiring.now, cost=CHEAP)

        def unlock() -> None:
            wallet.lock()
            reopened.unlock(path, PASSPHRASE)
            reopened.lock()
            wallet.unlock(path, PASSPHRASE)

        jobs = [
            (
                "list",
                {"ours": once(wallet.rows), "sqlite3": once(lambda: listed(connection))},
            ),
            (
                "search",
                {
                    "ours": once(lambda: wallet.rows(WORD)),
                    "sqlite3": once(lambda: search(connection, WORD)),
                },
            ),
            ("unlock", {"ours": _per_item(once(unlock), 2)}),
            ("recheck", self._rechecks(wallet, [raw_of(one) for one in whole])),
        ]
        yield jobs
        wallet.lock()
        connection.close()

    def _rechecks(self, wallet: Wallet, given: list[bytes]) -> dict[str, Turn]:
        """Return turns that check again all that is kept, or check the same bytes and no more."""

        def ours() -> None:
            if not wallet.refresh().complete:
                raise SystemExit("The wallet did not check all of it again.")

        def checks() -> None:
            for data in given:
                self._verifier.check(data)

        each = {"ours": ours, "check alone": checks}
        return {name: _per_item(once(action), len(given)) for name, action in each.items()}

    def _new_wallet(self) -> Wallet:
        wallet = Wallet(self._verifier, clock=wiring.now, cost=CHEAP)
        wallet.create(self._folder / f"{next(self._numbers)}.ler", PASSPHRASE, name="Bench")
        return wallet

    def _new_plain(self) -> sqlite3.Connection:
        return new_plain(self._folder / f"{next(self._numbers)}.sqlite")


def new_plain(path: Path) -> sqlite3.Connection:
    """Return a new plain database."""
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + _PLAIN)
    return connection


Line = tuple[object, ...]


def line(one: Checked) -> Line:
    """Return what plain SQLite keeps of a credential."""
    credential, record = one.readable, one.record
    assert isinstance(credential, Credential)
    assert record is not None
    awarded = record.awarded.isoformat() if record.awarded else None
    ends = record.ends.isoformat() if record.ends else None
    text = f"{record.title}\n{record.issuer_name}\n{record.description}"
    head = (credential.id, record.title, credential.issuer, record.issuer_name, record.kind.value)
    return (*head, awarded, ends, "holds", credential.raw, text)


def raw_of(one: Checked) -> bytes:
    """Return the bytes of a credential."""
    assert isinstance(one.readable, Credential)
    return one.readable.raw


def own_bytes(one: Checked, times: int) -> Checked:
    """Return the same with other bytes, and so another id."""
    credential = one.readable
    assert isinstance(credential, Credential)
    return replace(one, readable=replace(credential, raw=credential.raw + b" " * times))


def insert(connection: sqlite3.Connection, lines: list[Line], start: int = 0) -> None:
    """Keep lines, from a position on."""
    with connection:
        for position, line in enumerate(lines, start):
            connection.execute("INSERT INTO line VALUES (?,?,?,?,?,?,?,?,?)", (position, *line[:8]))
            connection.execute("INSERT INTO original VALUES (?,?,?)", (position, *line[8:]))
            connection.execute("INSERT INTO word (rowid, text) VALUES (?,?)", (position, line[9]))


def listed(connection: sqlite3.Connection) -> list[object]:
    """Return all lines in their order."""
    return connection.execute("SELECT * FROM line ORDER BY kind, awarded DESC").fetchall()


def search(connection: sqlite3.Connection, word: str) -> list[object]:
    """Return the lines with a word that begins so."""
    return connection.execute(
        "SELECT * FROM line WHERE position IN (SELECT rowid FROM word WHERE word MATCH ?)"
        " ORDER BY kind, awarded DESC",
        (f'"{word}" *',),
    ).fetchall()


def _per_item(turn: Turn, items: int) -> Turn:
    def run() -> Sample:
        return replace(turn(), done=items)

    return run
