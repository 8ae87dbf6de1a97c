"""What is remembered, for how long, and what is answered when nobody can be reached."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.errors import Code, UnreachableError, VaultError
from wallet.model import Fact, Origin
from wallet.net import answer
from wallet.net.cached import Cached
from wallet.net.likeness import is_like

URL = "https://issuer.example/list"
READ_AT = datetime(2026, 11, 20, tzinfo=UTC)


class Web:
    """An internet with one page, which can be taken away."""

    def __init__(self) -> None:
        self.body: bytes | None = b"one"
        self.asked: list[str] = []
        self.saved = False
        self.origin: Origin | None = None

    def fetch(self, url: str) -> Fact:
        self.asked.append(url)
        if self.body is None:
            raise UnreachableError(Code.UNREACHABLE, host="issuer.example", why="timeout")
        return Fact(url, self.body, READ_AT, from_cache=self.saved, origin=self.origin)


class Store(dict[str, Fact]):
    place: object = "a vault"

    def put(self, fact: Fact) -> None:
        self[fact.url] = fact


class Locked:
    place: object = None

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


def at(minutes: float) -> Callable[[], datetime]:
    return lambda: READ_AT + timedelta(minutes=minutes)


def test_an_address_is_not_asked_again_within_minutes_by_the_next_process_either() -> None:
    web, store = Web(), Store()
    Cached(web, store).fetch(URL)
    fact = Cached(web, store, now=at(4)).fetch(URL)
    assert (fact.from_cache, fact.read_at) == (True, READ_AT)
    assert len(web.asked) == 1
    assert not Cached(web, store, now=at(6)).fetch(URL).from_cache
    assert not Cached(web, store, now=at(-1)).fetch(URL).from_cache  # a clock that was set back
    assert len(web.asked) == 3


def test_what_the_server_says_stays_so_long_is_not_asked_before() -> None:
    web, store = Web(), Store()
    web.origin = Origin("https://issuer.example/list", "ab" * 32, READ_AT + timedelta(hours=2))
    Cached(web, store).fetch(URL)
    assert Cached(web, store, now=at(119)).fetch(URL).from_cache
    assert not Cached(web, store, now=at(121)).fetch(URL).from_cache


def test_another_vault_is_told_anew_and_nothing_is_left_of_the_one_before() -> None:
    web, store = Web(), Store()
    cached = Cached(web, store)
    cached.fetch(URL)
    store.clear()
    store.place = "another vault"
    cached.fetch(URL)
    assert URL in store
    assert len(web.asked) == 2
    store.place = None
    cached._notice_place()
    assert not cached._answers


def test_one_host_is_asked_one_thing_at_a_time() -> None:
    under_way, most, turn = [0], [0], threading.Lock()
    pause = threading.Event()

    class Slow(Web):
        def fetch(self, url: str) -> Fact:
            with turn:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
            pause.wait(0.01)
            with turn:
                under_way[0] -= 1
            return super().fetch(url)

    web = Slow()
    cached = Cached(web)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: cached.fetch(f"{URL}/{n}"), range(12)))
    assert len(web.asked) == 12
    assert most == [1]


DID = b'{"@context": "https://www.w3.org/ns/did/v1", "id": "did:web:a.example"}'
TOKEN = b"eyJhbGciOiJFZERTQSJ9.e30.AAAA"


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        (DID, DID.replace(b"a.example", b"b.example"), True),
        (DID, TOKEN, True),
        (TOKEN, DID, True),
        (TOKEN, TOKEN + b"BB", True),
        (b'[{"id": 1}]', b'{"id": 2}', True),
        (b"anything", b"anything else", True),
        (b'{"error": "not found"}', DID, True),
        (b'{"type": "about:blank", "status": 404}', DID, True),
        (DID, b'{"error": "not found"}', False),
        (DID, b'{"type": "about:blank", "title": "Gone", "status": 404}', False),
        (DID, b"", False),
        (DID, b"null", False),
        (DID, b"[]", False),
        (DID, b'"gone"', False),
        (DID, b"<!DOCTYPE html><title>For sale</title>", False),
        (DID, DID[:-1], False),
        (DID, b"[" * 100_000, False),
        (TOKEN, b'{"message": "no such list"}', False),
    ],
)
def test_a_document_gives_way_to_its_like_only(before: bytes, after: bytes, counts: bool) -> None:
    web, store = Web(), Store()
    web.body = before
    Cached(web, store).fetch(URL)
    web.body = after
    fact = Cached(web, store, now=at(60)).fetch(URL)
    assert fact.from_cache is not counts
    assert fact.body == store[URL].body == (after if counts else before)


def test_an_apology_where_nothing_was_known_is_what_it_is() -> None:
    web = Web()
    web.body = b'{"error": "not found"}'
    assert Cached(web, Store()).fetch(URL).body == web.body


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
    assert len(cached._turns) <= 2200


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_whatever_an_address_says_is_judged_without_a_stumble(new: bytes, old: bytes) -> None:
    assert isinstance(is_like(new, old), bool)
    assert is_like(old, old)


@given(st.dictionaries(st.sampled_from([b"cache-control", b"content-type"]), st.binary()))
def test_whatever_the_headers_say_a_freshness_is_bounded(headers: dict[bytes, bytes]) -> None:
    fresh = answer._fresh(headers)
    assert fresh is None or timedelta() <= fresh <= answer.MAX_FRESH
    assert isinstance(answer._is_page(headers, b"{}"), bool)
