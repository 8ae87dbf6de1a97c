"""Public facts remembered: for minutes in memory, for longer in a store the caller owns.

How old a fact may be is the verifier's question; here it only keeps its date.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from wallet.errors import UnreachableError, WalletError
from wallet.model import Fact
from wallet.ports import Resolver

FRESH_SECONDS = 300.0  # a list read minutes ago is not read again in the same sitting
RETRY_SECONDS = 60.0  # an address that failed is left alone for a minute
_MAX_REMEMBERED = 256  # times 1 MiB at worst; a person has issuers by the dozen


class FactCache(Protocol):
    """Where facts are kept between sittings, for instance the vault."""

    def get(self, url: str) -> Fact | None:
        """Return the fact last kept for `url`, with the date it was read."""
        ...

    def put(self, fact: Fact) -> None:
        """Keep `fact` instead of what was kept for its address."""
        ...


class Cached:
    """A `Resolver` that asks `inner` once per sitting and falls back on `store`."""

    def __init__(
        self,
        inner: Resolver,
        store: FactCache | None = None,
        *,
        fresh_seconds: float = FRESH_SECONDS,
        retry_seconds: float = RETRY_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._store = store
        self._fresh = fresh_seconds
        self._retry = retry_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._answers: OrderedDict[str, tuple[float, Fact | UnreachableError]] = OrderedDict()
        self._asking: dict[str, threading.Lock] = {}

    def fetch(self, url: str) -> Fact:
        """Return what `url` says: from memory, from `inner`, or else from the store.

        Several threads that want the same address wait for one request.
        """
        with self._turn(url):
            answer = self._remembered(url)
            if answer is None:
                answer = self._ask(url)
                self._remember(url, answer)
        if isinstance(answer, Fact):
            return answer
        return self._kept(url, answer)

    def forget(self) -> None:
        """Forget what is in memory, so that the next question goes out ("check again")."""
        with self._lock:
            self._answers.clear()

    def _ask(self, url: str) -> Fact | UnreachableError:
        try:
            fact = self._inner.fetch(url)
        except UnreachableError as error:
            return error.with_traceback(None)  # kept for a minute, but not what it was seen from
        if self._store is not None and not fact.from_cache:
            with suppress(WalletError):  # a locked or full store loses a convenience, not a fact
                self._store.put(fact)
        return fact

    def _kept(self, url: str, error: UnreachableError) -> Fact:
        kept: Fact | None = None
        if self._store is not None:
            with suppress(WalletError):
                kept = self._store.get(url)
        if kept is None:
            raise UnreachableError(error.code, **error.facts)
        return replace(kept, from_cache=True)

    def _turn(self, url: str) -> threading.Lock:
        with self._lock:
            if len(self._asking) > 4 * _MAX_REMEMBERED:
                self._asking = {u: lock for u, lock in self._asking.items() if lock.locked()}
            return self._asking.setdefault(url, threading.Lock())

    def _remembered(self, url: str) -> Fact | UnreachableError | None:
        with self._lock:
            found = self._answers.get(url)
            if found is None or found[0] < self._clock():
                return None
            return found[1]

    def _remember(self, url: str, answer: Fact | UnreachableError) -> None:
        lasts = self._fresh if isinstance(answer, Fact) else self._retry
        with self._lock:
            self._answers[url] = (self._clock() + lasts, answer)
            self._answers.move_to_end(url)
            while len(self._answers) > _MAX_REMEMBERED:
                self._answers.popitem(last=False)
