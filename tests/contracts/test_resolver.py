"""What every `Resolver` promises: a dated fact for the address asked, or `UnreachableError`."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.unit.net.hostile import LOOPBACK, certificate, says, serving
from wallet.errors import Code, UnreachableError
from wallet.net.cached import Cached
from wallet.net.saved import Documents, Offline
from wallet.net.web import Limits, WebResolver
from wallet.ports import Resolver
from wallet.wiring import Outside

BODY = '{"name": "Schülerin®’"}'.encode()
Case = tuple[Resolver, str]  # a resolver, and an address it can answer ("" for none)


def _web(tmp_path: Path) -> Iterator[Case]:
    pem = certificate(tmp_path)
    with serving(pem, says(BODY)) as served:
        web = WebResolver(
            limits=Limits(seconds=2),
            lookup=lambda *_: [LOOPBACK],
            allowed=lambda address: address == LOOPBACK,
            tls=ssl.create_default_context(cafile=str(pem)),
        )
        yield web, served.url()


def _documents(tmp_path: Path) -> Iterator[Case]:
    (tmp_path / "index.json").write_text('{"https://issuer.example/x": "x"}')
    (tmp_path / "x").write_bytes(BODY)
    yield Documents(tmp_path), "https://issuer.example/x"


def _offline(_tmp_path: Path) -> Iterator[Case]:
    yield Offline(), ""


def _cached(tmp_path: Path) -> Iterator[Case]:
    for inner, url in _documents(tmp_path):
        yield Cached(inner), url


def _outside(tmp_path: Path) -> Iterator[Case]:
    for _, url in _documents(tmp_path):
        yield Outside(offline=True, documents=tmp_path), url


@pytest.fixture(params=[_web, _documents, _offline, _cached, _outside])
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    make: Callable[[Path], Iterator[Case]] = request.param
    yield from make(tmp_path)


def test_what_is_known_comes_with_its_address_and_an_aware_date(case: Case) -> None:
    resolver, url = case
    if not url:
        with pytest.raises(UnreachableError) as caught:
            resolver.fetch("https://issuer.example/x")
        assert caught.value.code is Code.OFFLINE
        return
    for _ in range(2):
        fact = resolver.fetch(url)
        assert (fact.url, fact.body) == (url, BODY)
        assert abs(fact.read_at - datetime.now(UTC)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "url", ["", "did:key:z6Mk", "file:///etc/passwd", "http://127.0.0.1/", "https://127.0.0.1/\n"]
)
def test_what_cannot_be_known_is_unreachable_and_nothing_else(case: Case, url: str) -> None:
    resolver, _ = case
    for _ in range(2):
        with pytest.raises(UnreachableError) as caught:
            resolver.fetch(url)
        assert isinstance(caught.value.facts["host"], str)
