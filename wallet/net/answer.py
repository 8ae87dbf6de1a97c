"""What a server answered: where it points to, or what it has, read with every number bounded."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from wallet.crypto import strictjson
from wallet.errors import Code, MalformedError, UnreachableError

if TYPE_CHECKING:
    import httpcore

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = 410
# However long a server wants its answer kept, a withdrawal is to be noticed within a day.
MAX_FRESH = timedelta(hours=12)
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<!--")


@dataclass(frozen=True, slots=True)
class Answer:
    """A redirect, or a body with the server's certificate (SHA-256, hex).

    `fresh` is how long the server said that asking again is of no use.
    """

    redirect: str | None
    body: bytes
    certificate: str = ""
    fresh: timedelta | None = None


def unreachable(host: str, why: str) -> UnreachableError:
    """Return the error for an address that gave no document."""
    return UnreachableError(Code.UNREACHABLE, host=host, why=why)


def read(response: httpcore.Response, limit: int, host: str) -> Answer:
    """Read an answer; the body never beyond `limit` bytes, packed or unpacked."""
    headers = {name.lower(): value for name, value in response.headers}
    if response.status in _REDIRECTS and b"location" in headers:
        return Answer(headers[b"location"].decode("latin-1"), b"")
    if response.status not in (200, _GONE):
        raise unreachable(host, f"http_{response.status}")
    encoding = headers.get(b"content-encoding", b"identity").strip().lower()
    if encoding not in (b"identity", b"", b"gzip"):
        raise unreachable(host, "encoding")
    certificate = _certificate(response)  # before the body, at whose end the server may hang up
    chunks: Iterable[bytes] = _bounded(response.iter_stream(), limit, host)
    if encoding == b"gzip":
        chunks = _bounded(_inflated(chunks, limit + 1, host), limit, host)
    body = b"".join(chunks)
    # The page of a parked domain, or a polite "not found" that says 200, is no document about
    # anybody, and must not take the place of the one that was read before.
    if response.status == _GONE and not _says_revoked(body):
        raise unreachable(host, f"http_{_GONE}")
    if _is_page(headers, body):
        raise unreachable(host, "page")
    return Answer(None, body, certificate, _fresh(headers))


def _says_revoked(body: bytes) -> bool:
    """Say whether an answer 410 is that of Open Badges 2.0 for a hosted badge that was withdrawn.

    A document with keys in it is never taken from such an answer.
    """
    try:
        claims = strictjson.parse_object(body)
    except MalformedError:
        return False
    return claims.get("revoked") is True and "verificationMethod" not in claims


def _bounded(chunks: Iterable[bytes], limit: int, host: str) -> Iterable[bytes]:
    for chunk in chunks:
        limit -= len(chunk)
        if limit < 0:
            raise unreachable(host, "too_large")
        yield chunk


def _inflated(chunks: Iterable[bytes], limit: int, host: str) -> Iterable[bytes]:
    """Inflate gzip, never more than `limit` bytes in all: a small answer can hold a huge one."""
    inflater = zlib.decompressobj(wbits=31)
    left = limit
    try:
        for chunk in chunks:
            piece = inflater.decompress(chunk, left)
            left -= len(piece)
            yield piece
            if left <= 0 or inflater.eof:
                return
    except zlib.error as error:
        raise unreachable(host, "encoding") from error
    raise unreachable(host, "encoding")  # the answer ended in the middle


def _is_page(headers: Mapping[bytes, bytes], body: bytes) -> bool:
    media_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if media_type in (b"text/html", b"application/xhtml+xml"):
        # Some hosts call everything text/html, JSON and tokens too.
        return not body.lstrip().startswith((b"{", b"[", b'"', b"eyJ"))
    return body[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGE_STARTS)


def _certificate(response: httpcore.Response) -> str:
    stream = response.extensions.get("network_stream")
    secured = stream.get_extra_info("ssl_object") if stream is not None else None
    encoded = secured.getpeercert(True) if secured is not None else None
    return sha256(encoded).hexdigest() if encoded else ""


def _fresh(headers: Mapping[bytes, bytes]) -> timedelta | None:
    """Return the `max-age` of Cache-Control (RFC 9111 section 5.2.2.1), within `MAX_FRESH`."""
    for directive in headers.get(b"cache-control", b"").lower().split(b",")[:20]:
        name, _, value = directive.strip().partition(b"=")
        if name in (b"no-store", b"no-cache"):
            return None
        if name == b"max-age" and value.strip(b'"').isdigit() and len(value) <= 12:
            return min(timedelta(seconds=int(value.strip(b'"'))), MAX_FRESH)
    return None
