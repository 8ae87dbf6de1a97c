"""What is remembered, for how long, and what is answered when nobody can be reached."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from wallet.errors import Code, UnreachableError, VaultError
from wallet.model import Fact
from wallet.net.cached import Cached

URL = "https://issuer.example/list"
READ_AT = datetime(2026, 11, 20, tzinfo=UTC)


class Web:
    """An internet with one page, which can be taken away."""

    def __init__(self) -> None:
        self.body: bytes | None = b"one"
        self.asked: list[str] = []
        self.saved = False

    def fetch(self, url: str) -> Fact:
        self.asked.append(url)
        if self.body is None:
            raise UnreachableError(Code.UNREACHABLE, host="issuer.example", why="timeout")
        return Fact(url=url, body=self.body, read_at=READ_AT, from_cache=self.saved)


class Store(dict[str, Fact]):
    def put(self, fact: Fact) -> None:
        self[fact.url] = fact


class Locked:
    def get(self, url: str) -> Fact | None:
        raise VaultError(Code.VAULT_LOCKED)

    def put(self, fact: Fact) -> None:
        raise VaultError(Code.VAULT_LOCKED)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_list_is_read_once_in_a_sitting_and_again_later() -> None:
    web, clock = Web(), Clock()
    cached = Cached(web, clock=clock)
    assert [cached.fetch(URL).body for _ in range(50)] == [b"one"] * 50
    assert len(web.asked) == 1
    clock.now += 301
    web.body = b"two"
    assert cached.fetch(URL).body == b"two"
    cached.forget()
    cached.fetch(URL)
    assert len(web.asked) == 3


def test_the_store_answers_with_its_date_when_nobody_else_does() -> None:
    web, store, clock = Web(), Store(), Clock()
    Cached(web, store, clock=clock).fetch(URL)
    web.body = None
    fact = Cached(web, store, clock=clock).fetch(URL)
    assert fact == Fact(url=URL, body=b"one", read_at=READ_AT, from_cache=True)
    assert not store[URL].from_cache


def test_a_failure_is_remembered_for_a_minute_only() -> None:
    web, clock = Web(), Clock()
    web.body = None
    cached = Cached(web, clock=clock)
    for _ in range(10):
        with pytest.raises(UnreachableError) as caught:
            cached.fetch(URL)
        assert caught.value.facts == {"host": "issuer.example", "why": "timeout"}
    assert len(web.asked) == 1
    web.body = b"back"
    clock.now += 61
    assert cached.fetch(URL).body == b"back"


def test_a_saved_fact_does_not_pose_as_a_fresh_one_in_the_store() -> None:
    web, store = Web(), Store()
    web.saved = True
    Cached(web, store).fetch(URL)
    assert not store


def test_a_locked_store_neither_helps_nor_hinders() -> None:
    web = Web()
    assert Cached(web, Locked()).fetch(URL).body == b"one"
    web.body = None
    with pytest.raises(UnreachableError):
        Cached(web, Locked()).fetch(URL)


def test_threads_that_want_the_same_list_share_one_request() -> None:
    started, release = threading.Event(), threading.Event()

    class Slow(Web):
        def fetch(self, url: str) -> Fact:
            started.set()
            release.wait(5)
            return super().fetch(url)

    web = Slow()
    cached = Cached(web)
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(cached.fetch, URL) for _ in range(8)]
        assert started.wait(5)
        release.set()
        assert {a.result(5).body for a in answers} == {b"one"}
    assert len(web.asked) == 1


def test_memory_stays_bounded() -> None:
    web = Web()
    cached = Cached(web)
    for i in range(3000):
        cached.fetch(f"{URL}/{i}")
    assert len(cached._answers) <= 256
    assert len(cached._asking) <= 1100
