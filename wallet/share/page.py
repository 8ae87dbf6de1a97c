"""The address of the page a recruiter opens: what counts as one, and its origin.

Nothing here opens it.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from wallet.errors import Code, LinkError

MAX_ADDRESS_CHARS: Final = 200  # it stands in every link and in every QR code

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|[0-9a-f:]*::[0-9a-f:]*")
_PATH: Final = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-])*)*")


def address(text: str) -> str:
    """Return the page's address in its one spelling, ready to take a `#`.

    https, or http on this machine only; no user, query or fragment. Raises PAGE_ADDRESS_BAD.
    """
    return _origin(parts := _parts(text)) + (parts.path or "/")


def origin(text: str) -> str:
    """Return the page's web origin: the first `proof.domain` of every presentation made for it."""
    return _origin(_parts(text))


def _parts(text: str) -> SplitResult:
    text = text.strip()
    try:
        if not text or len(text) > MAX_ADDRESS_CHARS or not text.isascii():
            raise ValueError("size or characters")
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
        user = parts.username is not None or parts.password is not None
    except ValueError as error:
        raise LinkError(Code.PAGE_ADDRESS_BAD) from error
    good = _HOST.fullmatch(host) and _PATH.fullmatch(parts.path)
    if not good or user or any(mark in text for mark in "?#\\ \t\r\n"):
        raise LinkError(Code.PAGE_ADDRESS_BAD)
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        raise LinkError(Code.PAGE_ADDRESS_BAD)
    return parts


def _origin(parts: SplitResult) -> str:
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    if parts.port is None or parts.port == _DEFAULT_PORTS[parts.scheme]:
        return f"{parts.scheme}://{shown}"
    return f"{parts.scheme}://{shown}:{parts.port}"
