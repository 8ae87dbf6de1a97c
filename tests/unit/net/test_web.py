"""The web resolver against servers and names that mean harm."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from tests.unit.net.hostile import LOOPBACK, Mischief, certificate, says, sends, serving
from wallet.errors import Code, UnreachableError
from wallet.net.address import Address, is_public, look_up
from wallet.net.answer import MAX_FRESH
from wallet.net.web import Limits, WebResolver

QUICK = Limits(seconds=0.6, size=10_000)


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("tls"))


def resolver(pem: Path, limits: Limits = QUICK) -> WebResolver:
    """A resolver for which every name is this machine, and this machine is public."""
    return WebResolver(
        limits=limits,
        lookup=lambda _host, _port, _seconds: [LOOPBACK],
        allowed=lambda address: address == LOOPBACK,
        tls=ssl.create_default_context(cafile=str(pem)),
    )


def failure(pem: Path, *mischief: Mischief, path: str = "/list") -> UnreachableError:
    with serving(pem, *mischief) as served, pytest.raises(UnreachableError) as caught:
        resolver(pem).fetch(served.url(path))
    return caught.value


def test_a_document_is_fetched_plainly(pem: Path) -> None:
    with serving(pem, says(b'{"a": 1}')) as served:
        url = served.url("/status/3?x=1#frag")
        fact = resolver(pem).fetch(url)
    assert fact.body == b'{"a": 1}'
    assert fact.url == url
    assert not fact.from_cache
    assert fact.read_at.tzinfo is not None
    request = served.requests[0].decode()
    assert request.startswith("GET /status/3?x=1 HTTP/1.1\r\n")
    assert f"Host: issuer.example:{served.port}\r\n" in request
    assert "User-Agent: ler-wallet\r\n" in request
    assert "Accept-Encoding: identity\r\n" in request
    for leak in ("cookie", "referer", "python", "httpx"):
        assert leak not in request.lower()


def test_a_path_beyond_ascii_is_percent_encoded(pem: Path) -> None:
    with serving(pem, says(b"{}")) as served:
        resolver(pem).fetch(served.url("/schülerausweis"))
    assert served.requests[0].startswith(b"GET /sch%C3%BClerausweis HTTP/1.1")


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.example/",
        "file:///etc/passwd",
        "ftp://issuer.example/",
        "https://",
        "https://user:secret@issuer.example/",
        "https://issuer.example\\@127.0.0.1/",
        "https://issuer.example:99999/",
        "https://issuer.example/a b",
        "https://issuer.example/\r\nHost: x",
        "https://[::1/",
        "https://issuer.example/" + "a" * 3000,
        "https://\ud800.example/",
        "did:web:issuer.example",
        "",
    ],
)
def test_other_addresses_are_not_called(url: str) -> None:
    def lookup(_host: str, _port: int, _seconds: float) -> Sequence[Address]:
        raise AssertionError("a name was looked up")

    with pytest.raises(UnreachableError) as caught:
        WebResolver(lookup=lookup).fetch(url)
    assert caught.value.code is Code.UNREACHABLE
    assert caught.value.facts["why"] == "address"


INWARD = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.3.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "192.88.99.1",
    "2620:4f:8000::1",
    "3fff:123::1",
]


@pytest.mark.parametrize("address", INWARD)
def test_an_inward_address_is_refused_by_name_and_by_number(address: str) -> None:
    public, inward = ip_address("8.8.8.8"), ip_address(address)
    with pytest.raises(UnreachableError) as caught:
        WebResolver(lookup=lambda *_: [public, inward]).fetch("https://issuer.example/x")
    assert caught.value.code is Code.ADDRESS_REFUSED
    assert caught.value.facts == {"host": "issuer.example"}
    literal = f"[{address.replace('%', '%25')}]" if ":" in address else address
    with pytest.raises(UnreachableError) as caught:
        WebResolver().fetch(f"https://{literal}/x")
    assert caught.value.code is Code.ADDRESS_REFUSED or "%" in address


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public(ip_address(address))


def test_a_name_that_changes_its_mind_is_asked_once(pem: Path) -> None:
    answers = [[LOOPBACK], [ip_address("127.0.0.2")]]
    asked: list[str] = []

    def lookup(host: str, _port: int, _seconds: float) -> Sequence[Address]:
        asked.append(host)
        return answers[len(asked) - 1]

    tls = ssl.create_default_context(cafile=str(pem))
    with serving(pem, says(b"{}")) as served:
        web = WebResolver(limits=QUICK, lookup=lookup, allowed=lambda a: a == LOOPBACK, tls=tls)
        assert web.fetch(served.url()).body == b"{}"
        assert asked == ["issuer.example"]
        with pytest.raises(UnreachableError) as caught:  # the second answer is checked too
            web.fetch(served.url())
    assert caught.value.code is Code.ADDRESS_REFUSED


def test_redirects_are_followed_and_each_is_checked(pem: Path) -> None:
    with serving(
        pem,
        says(b"", "Location: /second", "Set-Cookie: id=1", status="302 Found"),
        says(b"there", status="200 OK"),
    ) as served:
        fact = resolver(pem).fetch(served.url("/first"))
    assert fact.body == b"there"
    assert fact.url.endswith("/first")
    assert served.requests[1].startswith(b"GET /second ")
    assert b"cookie" not in served.requests[1].lower()


@pytest.mark.parametrize(
    ("location", "code", "why"),
    [
        ("https://169.254.169.254/latest/meta-data", Code.ADDRESS_REFUSED, None),
        ("https://[::ffff:127.0.0.1]/", Code.ADDRESS_REFUSED, None),
        ("http://issuer.example/plain", Code.UNREACHABLE, "address"),
        ("file:///etc/passwd", Code.UNREACHABLE, "address"),
        ("https://[", Code.UNREACHABLE, "address"),
        ("//a]b/", Code.UNREACHABLE, "address"),
        ("/round-and-round", Code.UNREACHABLE, "redirects"),
    ],
)
def test_a_redirect_that_leads_astray(pem: Path, location: str, code: Code, why: str) -> None:
    error = failure(pem, says(b"", f"Location: {location}", status="301 Moved"))
    assert error.code is code
    assert error.facts.get("why") == why


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("mischief", "why"),
    [
        (says(b"no", status="404 Not Found"), "http_404"),
        (says(b"no", status="500 Oops"), "http_500"),
        (says(b"x" * 10_001), "too_large"),
        (sends(OK + b"Content-Length: 99\r\n\r\nshort"), "protocol"),
        (sends(OK + b"Content-Length: x\r\n\r\n"), "protocol"),
        (sends(b"not http at all\r\n\r\n"), "protocol"),
        (sends(b""), "protocol"),
        (sends(OK + b"\r\n", b"x" * 1000, again=True), "too_large"),
        (sends(OK + b"X: " + b"y" * 300_000 + b"\r\n\r\n"), "protocol"),
        (says(b"{}", "Content-Encoding: br"), "encoding"),
        (says(b"not gzip", "Content-Encoding: gzip"), "encoding"),
        (says(gzip.compress(b"{}")[:-9], "Content-Encoding: gzip"), "encoding"),
        (says(gzip.compress(bytes(5_000_000)), "Content-Encoding: gzip"), "too_large"),
        (sends(OK + b"Content-Length: 3\r\nContent-Length: 9\r\n\r\n{} "), "protocol"),
        (sends(OK + b"Content-Length: -2\r\n\r\n{}"), "protocol"),
        (sends(OK + b"Content-Length: 999999999999\r\n\r\n{}"), "protocol"),
        (sends(OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n"), "protocol"),
        (sends(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"), "protocol"),
        (sends(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n{}"), "protocol"),
        (sends(OK + b"Transfer-Encoding: chunked\r\n\r\n1;" + b"x" * 200_000), "protocol"),
        (sends(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), "protocol"),
        (sends(OK, b"X: y\r\n" * 50_000, again=True), "protocol"),
        (sends(b"HTTP/1.1 103 Early Hints\r\n\r\n", again=True), "timeout"),
        (sends(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), "protocol"),
        (sends(b"HTTP/1.1 206 Partial Content\r\nContent-Length: 2\r\n\r\n{}"), "http_206"),
        (says(b"{}", "Content-Encoding: gzip, gzip"), "encoding"),
        # A gzip header, then empty stored blocks for ever: nothing comes out of it.
        (
            sends(
                OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10],
                b"\0\0\0\xff\xff" * 2000,
                again=True,
            ),
            "too_large",
        ),
        (sends(OK, pause=0.9), "timeout"),
        (sends(b"H", b"T", b"T", b"P", pause=0.25, again=True), "timeout"),
        (sends(OK + b"\r\n", b"x", pause=0.25, again=True), "timeout"),
    ],
)
def test_bad_servers_are_given_up_in_time(pem: Path, mischief: Mischief, why: str) -> None:
    started = time.monotonic()
    with serving(pem, mischief) as served:
        with pytest.raises(UnreachableError) as caught:
            resolver(pem).fetch(served.url())
        took = time.monotonic() - started
    assert caught.value.code is Code.UNREACHABLE
    assert caught.value.facts == {"host": "issuer.example", "why": why}
    assert took < QUICK.seconds + 0.5


def test_an_answer_that_is_longer_than_it_says_is_read_as_long_as_it_says(pem: Path) -> None:
    with serving(pem, sends(OK + b"Content-Length: 2\r\n\r\n{}" + b"x" * 100_000)) as served:
        assert resolver(pem).fetch(served.url()).body == b"{}"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (b"Transfer-Encoding: chunked", b"2\r\n{}\r\n0\r\n\r\n"),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 1", b"2\r\n{}\r\n0\r\n\r\n"),
        (b"Content-Length: 2\r\nContent-Length: 2", b"{}"),
        (b"X: y", b"{}"),
    ],
)
def test_lengths_said_in_odd_ways_are_one_body(pem: Path, head: bytes, body: bytes) -> None:
    with serving(pem, sends(OK + head + b"\r\n\r\n" + body)) as served:
        assert resolver(pem).fetch(served.url()).body == b"{}"


@pytest.mark.parametrize("name", [".issuer.example", "a..issuer.example", "x" * 70 + ".example"])
def test_a_name_that_tls_has_no_form_for_is_no_address(pem: Path, name: str) -> None:
    with serving(pem, says(b"{}")) as served, pytest.raises(UnreachableError) as caught:
        resolver(pem).fetch(served.url(host=name))
    assert caught.value.facts["why"] == "address"


def test_of_many_addresses_four_are_tried(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def refuse(address: tuple[str, int], **_more: Any) -> socket.socket:
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", lambda a, *_, **more: refuse(a, **more))
    many = [ip_address(f"8.8.{n >> 8}.{n & 255}") for n in range(3000)]
    web = WebResolver(limits=QUICK, lookup=lambda *_: many, allowed=is_public)
    with pytest.raises(UnreachableError) as caught:
        web.fetch("https://issuer.example/")
    assert caught.value.facts["why"] == "connection"
    assert tried == [str(address) for address in many[:4]]


def test_no_proxy_of_the_environment_is_used(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(pem, says(b"{}")) as served:
        assert resolver(pem).fetch(served.url()).body == b"{}"


PAGE = b"<!DOCTYPE html>\n<title>This domain is for sale</title>"


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (PAGE, ()),
        (b"\xef\xbb\xbf \n<HTML lang=en>", ()),
        (PAGE, ("Content-Type: application/json",)),
        (b"Not found", ("Content-Type: text/html; charset=utf-8",)),
        (b"", ("Content-Type: text/html",)),
    ],
)
def test_a_page_for_people_is_no_document(pem: Path, body: bytes, headers: tuple[str, ...]) -> None:
    assert failure(pem, says(body, *headers)).facts["why"] == "page"


@pytest.mark.parametrize("body", [b'{"a": 1}', b"eyJhbGciOiJFZERTQSJ9.e30.AAAA", b' ["a"]'])
def test_a_document_that_is_called_a_page_is_read(pem: Path, body: bytes) -> None:
    with serving(pem, says(body, "Content-Type: text/html")) as served:
        assert resolver(pem).fetch(served.url()).body == body


GONE = "410 Gone"


def test_a_hosted_badge_that_was_withdrawn_is_read_though_gone(pem: Path) -> None:
    body = b'{"id": "https://x.example/1", "revoked": true}'
    with serving(pem, says(body, status=GONE)) as served:
        assert resolver(pem).fetch(served.url()).body == body


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"id": "https://x.example/1"}',
        b'{"revoked": "true"}',
        b'{"revoked": true, "verificationMethod": []}',
    ],
)
def test_what_else_is_gone_is_gone(pem: Path, body: bytes) -> None:
    assert failure(pem, says(body, status=GONE)).facts["why"] == "http_410"


def test_where_it_came_from_is_told(pem: Path) -> None:
    certified = pem.read_text().partition("-----BEGIN EC")[0].partition("-----BEGIN PRIV")[0]
    kept_for = "Cache-Control: public, max-age=600"
    with serving(pem, says(b"{}", kept_for)) as served:
        url = served.url("/a")
        fact = resolver(pem).fetch(url)
    assert fact.origin is not None
    assert fact.origin.address == url
    assert fact.origin.certificate == sha256(ssl.PEM_cert_to_DER_cert(certified)).hexdigest()
    assert fact.origin.fresh_until == fact.read_at + timedelta(seconds=600)


def test_after_a_redirect_the_last_address_is_told(pem: Path) -> None:
    with serving(pem, says(b"", "Location: /second", status="302 Found"), says(b"{}")) as served:
        fact = resolver(pem).fetch(served.url("/first#x"))
    assert (fact.url, fact.origin) == (served.url("/first#x"), fact.origin)
    assert fact.origin is not None
    assert fact.origin.address == served.url("/second")


@pytest.mark.parametrize(
    ("said", "fresh"),
    [
        ("max-age=60", timedelta(seconds=60)),
        ('Public, MAX-AGE="60"', timedelta(seconds=60)),
        ("max-age=99999999", MAX_FRESH),
        ("max-age=" + "9" * 400, None),
        ("max-age=-5", None),
        ("max-age=0", None),
        ("max-age=1e9", None),
        ("no-cache, max-age=60", None),
        ("no-store", None),
        ("", None),
        (", " * 5000, None),
    ],
)
def test_how_long_it_stays_so(pem: Path, said: str, fresh: timedelta | None) -> None:
    with serving(pem, says(b"{}", f"Cache-Control: {said}")) as served:
        fact = resolver(pem).fetch(served.url())
    assert fact.origin is not None
    until = fact.origin.fresh_until
    assert (until - fact.read_at if until else None) == fresh


def test_gzip_that_fits_is_read(pem: Path) -> None:
    body = b'{"a": "' + b"b" * 9000 + b'"}'
    with serving(pem, says(gzip.compress(body), "Content-Encoding: gzip")) as served:
        assert resolver(pem).fetch(served.url()).body == body


def test_a_certificate_for_another_name_is_refused(pem: Path) -> None:
    with serving(pem, says(b"{}")) as served, pytest.raises(UnreachableError) as caught:
        resolver(pem).fetch(served.url(host="stranger.example"))
    assert caught.value.facts["why"] == "tls"


def test_a_certificate_nobody_vouches_for_is_refused(pem: Path) -> None:
    web = WebResolver(limits=QUICK, lookup=lambda *_: [LOOPBACK], allowed=lambda _: True)
    with serving(pem, says(b"{}")) as served, pytest.raises(UnreachableError) as caught:
        web.fetch(served.url())
    assert caught.value.facts["why"] == "tls"


def test_a_server_that_never_shakes_hands(pem: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://issuer.example:{listener.getsockname()[1]}/"
        with pytest.raises(UnreachableError) as caught:
            resolver(pem, Limits(seconds=0.2)).fetch(url)
    assert caught.value.facts["why"] == "timeout"


def test_an_address_that_hangs_is_left_for_the_next_one(
    pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = socket.create_connection
    waited: list[float] = []

    def hanging(address: tuple[str, int], timeout: float, **more: Any) -> socket.socket:
        if address[0] == "8.8.8.8":
            waited.append(timeout)
            raise TimeoutError
        return connect(address, timeout, **more)

    monkeypatch.setattr(socket, "create_connection", hanging)
    with serving(pem, says(b"{}")) as served:
        web = WebResolver(
            limits=Limits(seconds=3, connect=0.5),
            lookup=lambda *_: [ip_address("8.8.8.8"), LOOPBACK],
            allowed=lambda _: True,
            tls=ssl.create_default_context(cafile=str(pem)),
        )
        assert web.fetch(served.url()).body == b"{}"
    assert waited == [0.5]


def test_nobody_listens(pem: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(UnreachableError) as caught:
        resolver(pem).fetch(f"https://issuer.example:{port}/")
    assert caught.value.facts["why"] == "connection"


def test_names_that_do_not_resolve_and_names_that_never_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    with pytest.raises(UnreachableError) as caught:
        WebResolver(limits=QUICK).fetch("https://nowhere.example/")
    assert caught.value.facts["why"] == "name"
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: release.wait(5) and [])
    with pytest.raises(TimeoutError):
        look_up("slow.example", 443, 0.05)
    with pytest.raises(UnreachableError) as caught:
        WebResolver(limits=Limits(seconds=0.05)).fetch("https://slow.example/")
    assert caught.value.facts["why"] == "timeout"
    release.set()


def test_the_system_lookup_answers_addresses() -> None:
    assert LOOPBACK in look_up("localhost", 443, 5) or ip_address("::1") in look_up(
        "localhost", 443, 5
    )
