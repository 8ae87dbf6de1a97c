"""The page served to this machine: its headers, its paths, and who may not read it."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from wallet.errors import Code, WalletError
from wallet.net.preview import Preview

PAGE = "<!doctype html><title>page</title>"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "viewer"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "page.js").write_text("1")
    (folder / "style.css").write_text("p{}")
    (tmp_path / "secret").write_text("secret")
    (folder / "link").symlink_to(tmp_path / "secret")
    return folder


@pytest.fixture
def preview(built: Path) -> Iterator[Preview]:
    page = Preview(built)
    yield page
    page.stop()


def ask(
    preview: Preview, path: str = "/", method: str = "GET", host: str | None = None
) -> tuple[int, dict[str, str], bytes]:
    address = preview.origin.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=5)
    try:
        connection.putrequest(method, path, skip_host=True)
        connection.putheader("Host", address if host is None else host)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, dict(answer.headers.items()), answer.read()
    finally:
        connection.close()


def test_the_page_comes_with_every_header(preview: Preview) -> None:
    status, headers, body = ask(preview)
    assert (status, body) == (200, PAGE.encode())
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Length"] == str(len(PAGE))
    assert headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; media-src blob:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Permissions-Policy"] == "camera=(self)"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "python" not in headers["Server"].lower()


def test_scripts_and_styles_have_their_types(preview: Preview) -> None:
    assert ask(preview, "/assets/page.js")[1]["Content-Type"] == "text/javascript; charset=utf-8"
    assert ask(preview, "/style.css")[1]["Content-Type"] == "text/css; charset=utf-8"


@pytest.mark.parametrize(
    "path", ["/%23uEQ", "/share/%23uEQ", "/../secret", "/%2e%2e/secret", "/link", "//etc/passwd"]
)
def test_any_other_path_is_the_page_and_never_a_file_outside(preview: Preview, path: str) -> None:
    status, _, body = ask(preview, path)
    assert (status, body) == (200, PAGE.encode())


def test_head_has_no_body_and_other_methods_are_refused(preview: Preview) -> None:
    status, headers, body = ask(preview, method="HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(PAGE)), b"")
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        assert ask(preview, method=method)[0] == 501


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:1", "", "evil.example:80"])
def test_a_foreign_name_that_points_here_reads_nothing(preview: Preview, host: str) -> None:
    status, _, body = ask(preview, host=host)
    assert (status, body) == (421, b"")


def test_the_address_carries_the_fragment(preview: Preview) -> None:
    assert preview.url() == f"{preview.origin}/"
    assert preview.url("uEQ") == preview.url("#uEQ") == f"{preview.origin}/#uEQ"
    assert preview.origin.startswith("http://127.0.0.1:")


def test_stopping_frees_the_port_and_can_be_repeated(built: Path) -> None:
    page = Preview(built)
    port = int(page.origin.rpartition(":")[2])
    page.stop()
    page.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_page_that_was_not_built_is_said(tmp_path: Path) -> None:
    with pytest.raises(WalletError) as caught:
        Preview(tmp_path)
    assert caught.value.code is Code.FILE_UNREADABLE
