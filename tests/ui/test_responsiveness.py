"""The window never freezes: the longest silence of a heartbeat while work is under way.

A heartbeat that should come every few milliseconds is timed on the window's own thread. What it
misses is time in which nobody could have typed or scrolled. The aim is 100 ms (100 ms flat with
`LER_STRICT_TIMING=1`, for a machine that does nothing else). The ordinary run measures at the
same time how long an idle process was kept waiting by the machine itself, and allows for that:
a busy neighbour does not fail it, a thousand checks on the window's thread do.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer

from tests.ui.people import PASSPHRASE, many
from wallet.storage import Cost
from wallet.ui.context import ADD, RECORDS

AIM = 0.1
STRICT = bool(os.environ.get("LER_STRICT_TIMING"))
ALLOWED = AIM if STRICT else 0.25  # waiting for our own workers grows on a machine that is full
TRIES = 3  # a neighbour on the machine may take one of them
MANY = 1000


_IDLE = """
import sys, threading, time
gone = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), gone.set()), daemon=True).start()
print("ready", flush=True)
longest, last = 0.0, time.perf_counter()
while not gone.wait(0.004):
    now = time.perf_counter()
    longest, last = max(longest, now - last), now
print(longest, flush=True)
"""


class Neighbour:
    """An idle process that notes for how long the machine did not let it run."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _IDLE], stdin=pipe, stdout=pipe, text=True
        )
        assert self._process.stdout.readline() == "ready\n"

    def stop(self) -> float:
        said, _ = self._process.communicate()
        return float(said)


class Heart:
    """Beats on the window's thread and remembers its longest silence."""

    def __init__(self) -> None:
        self.longest = 0.0
        self.beats = 0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(4)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now
        self.beats += 1

    def stop(self) -> float:
        self._beat()
        self._timer.stop()
        return self.longest


def silence(person, act: Callable[[], None], until: Callable[[], bool]) -> float:
    """Return the longest silence between `act` and `until`, in seconds.

    Unless strict, less what an idle process had to wait for the machine at the same time.
    """
    neighbour = Neighbour()
    person.qtbot.wait(20)
    heart = Heart()
    act()
    person.qtbot.waitUntil(until, timeout=60_000)
    person.qtbot.waitUntil(lambda: person.tasks.idle, timeout=60_000)
    longest, noise = heart.stop(), neighbour.stop()
    assert heart.beats > 3
    return longest if STRICT else max(longest - noise, 0.0)


def quietest(measure: Callable[[], float]) -> float:
    """Return the best of a few tries; stops at the first that meets the aim."""
    best = float("inf")
    for _ in range(TRIES):
        best = min(best, measure())
        if best < AIM:
            break
    return best


def shown(person) -> int:
    """Return how many records the list shows."""
    return len(person.screen(RECORDS).listing.model.things())


def test_unlocking_does_not_freeze_the_window(make_driver, on_stage, record_property):
    on_stage.app.wallet._cost = Cost(memory_kib=256 * 1024, iterations=3, lanes=4)  # the real price
    on_stage.create()
    on_stage.keep(*many(on_stage.world, 200))
    on_stage.app.wallet.lock()
    person = make_driver()

    def measure() -> float:
        if person.window.shell is not None:
            person.window.lock()
            person.settle()
        page = person.window.page
        page.passphrase.setText(PASSPHRASE)
        return silence(
            person,
            page.submit,
            lambda: person.window.shell is not None and shown(person) == 200,
        )

    longest = quietest(measure)
    record_property("unlock_ms", round(longest * 1000))
    print(f"longest silence while unlocking: {longest * 1000:.0f} ms")
    assert longest < ALLOWED


def test_importing_a_thousand_does_not_freeze_the_window(person, record_property):
    person.open_wallet()
    named = many(person.stage.world, MANY)
    adding = person.window.shell.go(ADD)

    def read() -> float:
        adding.clear()
        return silence(
            person, lambda: adding.add_bytes(named), lambda: len(adding.model.things()) == MANY
        )

    reading = quietest(read)
    wallet = person.stage.app.wallet

    def keep() -> float:
        ids = [row.id for row in wallet.rows()]
        wallet.remove(ids)
        wallet.erase(ids)
        person.screen(RECORDS).refresh()
        person.settle()
        person.window.shell.go(ADD)
        adding.clear()
        adding.add_bytes(named)
        person.settle()
        return silence(person, adding.keep_ticked, lambda: shown(person) == MANY)

    keeping = quietest(keep)
    record_property("read_ms", round(reading * 1000))
    record_property("keep_ms", round(keeping * 1000))
    print(f"longest silence while reading {MANY}: {reading * 1000:.0f} ms")
    print(f"longest silence while keeping {MANY}: {keeping * 1000:.0f} ms")
    assert reading < ALLOWED
    assert keeping < ALLOWED


def test_searching_a_thousand_does_not_freeze_the_window(person):
    person.open_wallet(*many(person.stage.world, MANY))
    listing = person.screen(RECORDS).listing
    person.settle()

    def search() -> float:
        listing.search.setText("")
        person.qtbot.waitUntil(lambda: len(listing.model.things()) == MANY, timeout=20_000)
        return silence(
            person, lambda: listing.search.setText("0042"), lambda: len(listing.model.things()) == 1
        )

    assert quietest(search) < ALLOWED
