"""Work away from the window's thread; the only module of the window that knows threads.

Three lanes: the vault lane (one worker, so the vault is used by one thread and in order), the web
lane (a few, for what may wait for the network) and the lane of places (for reading files that may
lie on a share that never answers: nobody waits for those, not even the end of the app).

Answers arrive on the window's thread. An answer is dropped when its owner is gone or the wallet was
locked since. Nothing is interrupted; work that can stop early is handed a `Tick` and asks it.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from wallet.errors import WalletError
from wallet.ui.hands import hands

WEB_WORKERS = 3
END_SECONDS = 120.0  # so long a guest's session may take to end
LONG_SECONDS = 1800.0  # so long any other: a large backup to a slow stick fits in
WEB_SECONDS = 10.0  # so long the end waits for a file that is written
PLACE_WORKERS = 8  # as many shares may be silent before others are held up
_TICK_SECONDS = 0.05  # progress is told at most this often
_SWITCH_SECONDS = 0.0005  # how long a worker may keep the interpreter while the window waits

Tick = Callable[[int, int], bool]  # (done, total) -> go on?


class Lane(Enum):
    """Where work waits for its turn."""

    VAULT = "vault"
    WEB = "web"
    PLACES = "places"


_MANY = {Lane.VAULT: 1, Lane.WEB: WEB_WORKERS, Lane.PLACES: PLACE_WORKERS}


class Job:
    """One piece of work under way."""

    def __init__(
        self,
        owner: QObject,
        work: Callable[[Tick], Any],
        then: Callable[[Any], None],
        fail: Callable[[WalletError | None], None],
        tick: Callable[[int, int], None] | None,
        lane: Lane,
    ) -> None:
        self.lane = lane
        self.owner = weakref.ref(owner)
        self.work, self.then, self.fail, self.tick = work, then, fail, tick
        self.cancelled = False
        self._told = 0.0

    def cancel(self) -> None:
        """Ask the work to stop at its next step; its answer still arrives."""
        self.cancelled = True

    def forget(self) -> None:
        """Stop, and hold nothing of what the answer was for."""
        self.cancelled = True
        self.then = self.fail = _nothing
        self.tick = None

    def due(self, done: int, total: int) -> bool:
        """Say whether progress is worth telling now."""
        now = time.monotonic()
        if done < total and now - self._told < _TICK_SECONDS:
            return False
        self._told = now
        return True


class Tasks(QObject):
    """Runs work in lanes and brings the answers home."""

    _finished = Signal(int, object, object, int)  # job's number, answer, error, epoch
    _ticked = Signal(int, int, int, int)

    def __init__(self, crashed: Callable[[BaseException], None]) -> None:
        super().__init__()
        self._crashed = crashed
        self._epoch = 0
        self._numbers = count()
        # The window's thread alone adds and removes jobs, so that what a job refers to (widgets)
        # is never freed by a worker.
        self._jobs: dict[int, Job] = {}
        self._lanes: dict[Lane, SimpleQueue[tuple[int, int] | None]] = {}
        self._workers: dict[Lane, list[threading.Thread]] = {}
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._ticked.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        sys.setswitchinterval(_SWITCH_SECONDS)

    def run(
        self,
        owner: QObject,
        work: Callable[[Tick], Any],
        then: Callable[[Any], None],
        *,
        fail: Callable[[WalletError | None], None],
        lane: Lane,
        tick: Callable[[int, int], None] | None = None,
    ) -> Job:
        """Do `work` in `lane`, then call `then` or `fail` here, unless `owner` is gone by then.

        `work` gets a `Tick`: it tells progress (which arrives at `tick`) and answers False once
        the job was cancelled. `fail` gets None for a failure nobody foresaw (told already).
        """
        number = next(self._numbers)
        job = self._jobs[number] = Job(owner, work, then, fail, tick, lane)
        self._start(lane)
        self._lanes[lane].put((number, self._epoch))
        return job

    def drop(self) -> None:
        """Drop every answer still under way, and what waits for one: the wallet was locked."""
        self._epoch += 1
        for job in self._jobs.values():
            job.forget()

    def forget(self, owner: QObject) -> bool:
        """Drop every answer that is for one owner; say whether the vault was at work for it."""
        found = [job for job in self._jobs.values() if job.owner() is owner]
        for job in found:
            job.forget()
        return any(job.lane is Lane.VAULT for job in found)

    @property
    def session(self) -> int:
        """Return a number that is another one once the wallet was locked."""
        return self._epoch

    @property
    def idle(self) -> bool:
        """Say whether nothing is under way (an answer not yet delivered is under way)."""
        return not self._jobs

    def stop(self) -> None:
        """Let the workers finish what they do and end; wait for no place that does not answer.

        What may be writing a file is waited for a while; the vault's lane until `ending` ends it.
        """
        self.drop()
        for lane, workers in self._workers.items():
            for _ in workers:
                self._lanes[lane].put(None)
        for worker in self._workers.get(Lane.VAULT, ()):
            worker.join()
        until = time.monotonic() + WEB_SECONDS
        for worker in self._workers.get(Lane.WEB, ()):
            worker.join(max(0.0, until - time.monotonic()))
        self._lanes, self._workers = {}, {}

    def _start(self, lane: Lane) -> None:
        if lane in self._lanes:
            return
        waiting = self._lanes[lane] = SimpleQueue()
        names = [f"{lane.value}-{n}" for n in range(_MANY[lane])]
        self._workers[lane] = [
            threading.Thread(target=self._work, args=(waiting,), name=name, daemon=True)
            for name in names
        ]
        for worker in self._workers[lane]:
            worker.start()

    def _work(self, waiting: SimpleQueue[tuple[int, int] | None]) -> None:
        while (item := waiting.get()) is not None:
            number, epoch = item
            answer, error = None, None
            if epoch == self._epoch:
                try:
                    answer = self._jobs[number].work(partial(self._tick, number, epoch))
                except BaseException as err:  # noqa: BLE001 - told apart on the window's thread
                    error = err
            if isValid(self):  # else the app ended meanwhile
                self._finished.emit(number, answer, error, epoch)
            del answer, error

    def _tick(self, number: int, epoch: int, done: int, total: int) -> bool:
        job = self._jobs[number]
        if job.tick is not None and job.due(done, total):
            self._ticked.emit(number, done, total, epoch)
        return not job.cancelled and epoch == self._epoch

    def _wanted(self, job: Job, epoch: int) -> bool:
        owner = job.owner()
        return epoch == self._epoch and owner is not None and isValid(owner)

    def _tell(self, number: int, done: int, total: int, epoch: int) -> None:
        job = self._jobs.get(number)
        if job is None or job.tick is None or job.cancelled:
            return
        if self._wanted(job, epoch):
            with hands.away():
                job.tick(done, total)

    def _deliver(self, number: int, answer: Any, error: BaseException | None, epoch: int) -> None:
        job = self._jobs.pop(number)
        foreseen = isinstance(error, WalletError)
        if error is not None and not foreseen:
            self._crashed(error)  # a bug is told even when nobody waits for the answer
        if not self._wanted(job, epoch):
            return
        with hands.away():  # nobody need be there when an answer comes
            if error is None:
                job.then(answer)
            else:
                job.fail(error if isinstance(error, WalletError) else None)


@contextmanager
def ending(last: Callable[[], object], seconds: float = END_SECONDS) -> Iterator[None]:
    """End the program in time, whatever does not answer: call `last`, and be gone.

    Nothing that was told as kept is lost by it: what is under way is as if the plug was pulled.
    """

    def over() -> None:
        try:
            last()
        finally:
            os._exit(os.EX_IOERR if os.name == "posix" else 1)

    timer = threading.Timer(seconds, over)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _nothing(_answer: object) -> None:
    """Do nothing with an answer that nobody waits for."""
