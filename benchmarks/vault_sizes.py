"""Vaults of a hundred, ten thousand and a hundred thousand credentials, beside plain SQLite.

For each size: the rate of keeping, the size of the file over the sum of the originals, unlocking
apart from the passphrase's price, the first list and the search letter by letter (95th percentile),
each from asking to the window's own list painted, and the memory of a process that opened it and
holds its list. Plain SQLite paints nothing: its part ends with the rows in hand.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks import vaults
from benchmarks.subjects import Subject
from wallet import wiring
from wallet.app import Checked, Wallet

FRAME = 16.0  # milliseconds
CHUNK = 2000  # checked credentials held at once
# As somebody types: what nearly all have, some, few, none; from the first letter on.
WORDS = ("credential", "kubernetes", "data anal", "certificate of", "zzz")

_CHILD = """
import sys
from pathlib import Path
from benchmarks import vault_sizes
print(vault_sizes.resident(sys.argv[1], Path(sys.argv[2])))
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure of ours and that of plain SQLite (None where there is no such thing)."""

    ours: float
    plain: float | None = None


def measure(subjects: list[Subject], many: int, *, rounds: int = 5) -> dict[str, Pair]:
    """Return the figures for `many` credentials: the corpus again and again, each its own bytes."""
    verifier = wiring.verifier(offline=True)
    checked = [verifier.check(subject.data) for subject in subjects]
    with tempfile.TemporaryDirectory() as folder:
        path, plain = Path(folder) / "vault.ler", Path(folder) / "plain.sqlite"
        wallet = Wallet(verifier, clock=wiring.now, cost=vaults.CHEAP)
        wallet.create(path, vaults.PASSPHRASE, name="Bench")
        with closing(vaults.new_plain(plain)) as connection:
            kept, originals = _fill(wallet, connection, checked, many)
            wallet.lock()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # as locking did for ours
            found = {"keep what was checked, a second": kept}
            found["bytes on disk, of the originals'"] = Pair(
                path.stat().st_size / originals, plain.stat().st_size / originals
            )
            found |= _uses(wallet, connection, path, rounds)
            wallet.lock()
        found["resident, MB"] = Pair(_in_child("ours", path), _in_child("plain", plain))
        return found


def _fill(
    wallet: Wallet, connection: sqlite3.Connection, checked: list[Checked], many: int
) -> tuple[Pair, int]:
    ours = plain = 0.0
    originals = 0
    for start in range(0, many, CHUNK):
        end = min(many, start + CHUNK)
        given = [
            vaults.own_bytes(checked[at % len(checked)], at // len(checked))
            for at in range(start, end)
        ]
        originals += sum(len(vaults.raw_of(one)) for one in given)
        ours += _timed(partial(wallet.keep, given))
        lines = [vaults.line(one) for one in given]
        plain += _timed(partial(vaults.insert, connection, lines, start))
    return Pair(many / ours, many / plain), originals


def _uses(
    wallet: Wallet, connection: sqlite3.Connection, path: Path, rounds: int
) -> dict[str, Pair]:
    from benchmarks.painted import PaintedList  # not in the child, whose memory is measured

    unlocking, first, plain_first = [], [], []
    screen = PaintedList(wallet)
    for _ in range(rounds):
        screen.forget()
        wallet.lock()
        unlocking.append(_timed(lambda: wallet.unlock(path, vaults.PASSPHRASE)))
        first.append(_timed(partial(screen.ask, "")))
        plain_first.append(_timed(lambda: vaults.listed(connection)))
    typed = [word[:end] for word in WORDS for end in range(1, len(word) + 1)]
    ours = [_timed(partial(screen.ask, text)) for _ in range(rounds) for text in typed]
    plain = [
        _timed(partial(vaults.search, connection, text)) for _ in range(rounds) for text in typed
    ]
    return {
        "unlock apart from the key, ms": Pair(median(unlocking) * 1000),
        "first list, painted, ms": Pair(median(first) * 1000, median(plain_first) * 1000),
        "search as you type, painted, 95th of 100, ms": Pair(_p95(ours) * 1000, _p95(plain) * 1000),
    }


def resident(kind: str, path: Path) -> float:
    """Return how many MB this process has once it opened a vault and holds its list."""
    if kind == "ours":
        wallet = Wallet(wiring.verifier(offline=True), clock=wiring.now, cost=vaults.CHEAP)
        wallet.unlock(path, vaults.PASSPHRASE)
        held: list[object] = list(wallet.rows())
    else:
        held = list(vaults.listed(sqlite3.connect(path)))
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    assert held
    return pages * 4096 / 1e6


def _in_child(kind: str, path: Path) -> float:
    if not Path("/proc/self/statm").exists():  # Linux only
        return float("nan")
    command = [sys.executable, "-c", _CHILD, kind, str(path)]
    root = Path(__file__).resolve().parent.parent
    return float(subprocess.run(command, check=True, capture_output=True, cwd=root).stdout)


def _timed(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start


def _p95(samples: list[float]) -> float:
    return sorted(samples)[int(len(samples) * 0.95)]


def lines(found: dict[str, Pair]) -> Iterator[str]:
    """Yield what to print of a size."""
    for name, pair in found.items():
        plain = "" if pair.plain is None else f"{pair.plain:>12,.2f}"
        yield f"  {name:<44}{pair.ours:>12,.2f}{plain}".rstrip()
