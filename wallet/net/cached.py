"""Public facts remembered: for minutes in memory, for longer in a store the caller owns.

No address is asked more often than every few minutes, nor before the time until which its server
said that it says the same; and no host is asked two things at once. How old a fact may be is the
verifier's question; here it only keeps its date.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from wallet.crypto import did
from wallet.errors import Code, UnreachableError, WalletError
from wallet.model import Fact
from wallet.net.likeness import is_like
from wallet.ports import Resolver

FRESH_SECONDS = 300.0  # a list read minutes ago is not read again
RETRY_SECONDS = 60.0  # an address that failed is left alone for a minute
_MAX_REMEMBERED = 256  # times 1 MiB at worst; a person has issuers by the dozen

Answer = Fact | UnreachableError


class FactCache(Protocol):
    """Where facts are kept between sittings, for instance the vault."""

    @property
    def place(self) -> object:
        """What facts are kept in now: another object for another vault, None for none."""
        ...

    def get(self, url: str) -> Fact | None:
        """Return the fact last kept for `url`, with the date it was read."""
        ...

    def put(self, fact: Fact) -> None:
        """Keep `fact` instead of what was kept for its address."""
        ...


class Cached:
    """A `Resolver` that asks `inner` seldom and falls back on `store`."""

    def __init__(
        self,
        inner: Resolver,
        store: FactCache | None = None,
        *,
        fresh_seconds: float = FRESH_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._inner = inner
        self._store = store
        self._fresh = fresh_seconds
        self._retry = retry_seconds
        self._clock = clock
        self._now = now
        self._lock = threading.Lock()
        self._place: object = None
        self._answers: OrderedDict[str, tuple[float, Answer]] = OrderedDict()
        self._turns: dict[str, threading.Lock] = {}

    def fetch(self, url: str) -> Fact:
        """Return what `url` says: from memory, from `inner`, or else from the store.

        Several threads that want the same address wait for one request.
        """
        self._notice_place()
        with self._turn(url):
            answer = self._remembered(url) or self._recent(url)
            if answer is None:
                with self._turn(f"//{did.host_of(url)}"):  # no address of its own
                    answer = self._ask(url)
                self._remember(url, answer)
        if isinstance(answer, Fact):
            return answer
        return self._kept(url, answer)

    def forget(self) -> None:
        """Forget what is in memory."""
        with self._lock:
            self._answers.clear()

    def _notice_place(self) -> None:
        """Forget what was read for another vault: each keeps its own, and nothing else."""
        place = self._store.place if self._store is not None else None
        if place is not self._place:
            self._place = place
            self.forget()

    def _ask(self, url: str) -> Answer:
        try:
            fact = self._inner.fetch(url)
        except UnreachableError as error:
            return error.with_traceback(None)  # kept for a minute, but not what it was seen from
        if self._store is None or fact.from_cache:
            return fact
        known = self._stored(url)
        if known is not None and not is_like(fact.body, known.body):
            return UnreachableError(Code.UNREACHABLE, host=did.host_of(url), why="other")
        with suppress(WalletError):  # a locked or full store loses a convenience, not a fact
            self._store.put(fact)
        return fact

    def _recent(self, url: str) -> Fact | None:
        """Return what the store has, when it is too early to ask again."""
        kept, now = self._stored(url), self._now()
        if kept is None or kept.read_at > now:
            return None
        fresh_until = kept.origin.fresh_until if kept.origin is not None else None
        early = kept.read_at + timedelta(seconds=self._fresh)
        if now >= max(early, fresh_until or early):
            return None
        self._remember(url, kept)
        return kept

    def _kept(self, url: str, error: UnreachableError) -> Fact:
        kept = self._stored(url)
        if kept is None:
            raise UnreachableError(error.code, **error.facts)
        return kept

    def _stored(self, url: str) -> Fact | None:
        kept: Fact | None = None
        if self._store is not None:
            with suppress(WalletError):
                kept = self._store.get(url)
        return replace(kept, from_cache=True) if kept is not None else None

    def _turn(self, name: str) -> threading.Lock:
        with self._lock:
            if len(self._turns) > 8 * _MAX_REMEMBERED:
                self._turns = {u: lock for u, lock in self._turns.items() if lock.locked()}
            return self._turns.setdefault(name, threading.Lock())

    def _remembered(self, url: str) -> Answer | None:
        with self._lock:
            found = self._answers.get(url)
            if found is None or found[0] < self._clock():
                return None
            return found[1]

    def _remember(self, url: str, answer: Answer) -> None:
        lasts = self._fresh if isinstance(answer, Fact) else self._retry
        with self._lock:
            self._answers[url] = (self._clock() + lasts, answer)
            self._answers.move_to_end(url)
            while len(self._answers) > _MAX_REMEMBERED:
                self._answers.popitem(last=False)
