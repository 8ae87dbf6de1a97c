"""The recruiter's page served to this machine only, for "see it as they will".

Every file is read into memory at the start, so no request can name a path on the disk. The
headers are those the page is to be served with everywhere (resources/viewer/README.md).
"""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from wallet.errors import Code, WalletError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_MAX_FILES = 500
_MAX_TOTAL = 32 * 1024 * 1024
_REQUEST_SECONDS = 10
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json"}

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; media-src blob:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self)",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Preview:
    """Serve the built page of `folder` on 127.0.0.1 until `stop`."""

    def __init__(self, folder: Path | Traversable) -> None:
        files = dict(_files(folder))
        if "index.html" not in files:
            raise WalletError(Code.FILE_UNREADABLE, name=f"{folder}/index.html")
        try:
            self._server = _Server(files)
        except OSError as error:
            raise WalletError(Code.UNREACHABLE, host="127.0.0.1", why="connection") from error
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )
        self._thread.start()

    @property
    def origin(self) -> str:
        """The page's origin, without a slash at the end."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def url(self, fragment: str = "") -> str:
        """Return the address of the page with a link's fragment (with or without its `#`)."""
        bare = fragment.removeprefix("#")
        return f"{self.origin}/#{bare}" if bare else f"{self.origin}/"

    def stop(self) -> None:
        """Stop serving and free the port; more than once is harmless."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = False

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a browser that hangs up is no event, and a log could hold a path."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "ler-wallet"
    sys_version = ""
    protocol_version = "HTTP/1.0"
    timeout = _REQUEST_SECONDS

    def do_GET(self) -> None:
        self.wfile.write(self._head())

    def do_HEAD(self) -> None:
        self._head()

    def _head(self) -> bytes:
        """Send the headers and return the body a GET adds."""
        port = self.server.server_port
        if self.headers.get("Host") not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            # A page elsewhere that made its name point here must not read anything.
            return self._start(HTTPStatus.MISDIRECTED_REQUEST, "text/plain", b"")
        name = unquote(urlsplit(self.path).path).lstrip("/")
        # Any unknown path is the page: mail filters turn `#` into `%23` (the page repairs it).
        name = name if name in self.server.files else "index.html"
        return self._start(HTTPStatus.OK, _media_type(name), self.server.files[name])

    def _start(self, status: HTTPStatus, media_type: str, body: bytes) -> bytes:
        self.send_response(status)
        for header, value in HEADERS.items():
            self.send_header(header, value)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """Write no log: a repaired path holds a link."""


def _media_type(name: str) -> str:
    suffix = f".{name.rpartition('.')[2]}"
    guessed = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{guessed}; charset=utf-8" if guessed.startswith("text/") else guessed


def _files(folder: Path | Traversable) -> Iterator[tuple[str, bytes]]:
    """Yield every file below `folder` as (posix name, bytes), bounded; links are not followed."""
    total = count = 0
    waiting: list[tuple[str, Path | Traversable]] = [("", folder)]
    while waiting:
        prefix, place = waiting.pop()
        for child in place.iterdir() if place.is_dir() else ():
            if isinstance(child, Path) and child.is_symlink():
                continue
            name = f"{prefix}{child.name}"
            if child.is_dir():
                waiting.append((f"{name}/", child))
                continue
            body = child.read_bytes()
            total, count = total + len(body), count + 1
            if total > _MAX_TOTAL or count > _MAX_FILES:
                raise WalletError(Code.TOO_LARGE, name=str(folder), limit=_MAX_TOTAL)
            yield name, body
