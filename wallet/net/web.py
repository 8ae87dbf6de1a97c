"""Fetching a public document over https, with every number bounded.

The address a name resolves to is checked and then used: the name is not looked up a second time,
so an answer that changes in between (DNS rebinding) changes nothing. No cookies, no referrer, no
proxy from the environment, no redirect that was not checked like the first address.

This module does not cache (see `cached`) and does not know what the documents mean.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urljoin, urlsplit

from wallet.errors import Code, UnreachableError
from wallet.model import Fact, Origin
from wallet.net import answer
from wallet.net.address import Address, Lookup, is_public, look_up
from wallet.net.answer import Answer, unreachable

if TYPE_CHECKING:
    import ssl

    from wallet.net.pinned import PinnedBackend

_MAX_URL = 2048  # no status list or DID document has a longer address
_MAX_ADDRESSES = 4  # tried in turn when a name has several
_HEADERS = {
    b"User-Agent": b"ler-wallet",
    b"Accept": (
        b"application/json, application/ld+json, application/did+json, application/did+ld+json,"
        b" application/vc, application/vc+jwt, application/jwt;q=0.9, text/plain;q=0.5, */*;q=0.1"
    ),
    b"Accept-Encoding": b"identity",
    b"Connection": b"close",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one fetch may cost: seconds in all, bytes of body, redirects followed.

    `connect` is what one address of several may take before the next one is tried.
    """

    seconds: float = 10.0
    connect: float = 4.0
    size: int = 1024 * 1024
    redirects: int = 3


class WebResolver:
    """Answer public addresses from the web; a `Resolver`.

    `lookup`, `allowed` and `tls` are there so that a test can pretend to be the internet.
    """

    def __init__(
        self,
        *,
        limits: Limits | None = None,
        lookup: Lookup = look_up,
        allowed: Callable[[Address], bool] = is_public,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._limits = limits or Limits()
        self._lookup = lookup
        self._allowed = allowed
        self._tls = tls
        self._clock = clock

    def fetch(self, url: str) -> Fact:
        """Return what `url` says now.

        Raises `UnreachableError` with `host` and `why`: "address" (no https address), "name",
        "connection", "tls", "timeout", "too_large", "redirects", "encoding", "protocol",
        "page" (one for people) or "http_<status>"; with the code ADDRESS_REFUSED when the name
        leads inward.
        """
        deadline = time.monotonic() + self._limits.seconds
        address = url
        for _ in range(self._limits.redirects + 1):
            parts = _parts(address)
            said = self._ask(parts, deadline)
            if said.redirect is None:
                now = self._clock()
                fresh_until = now + said.fresh if said.fresh else None
                origin = Origin(parts.geturl(), said.certificate, fresh_until)
                return Fact(url=url, body=said.body, read_at=now, origin=origin)
            address = _next(parts, said.redirect)
        raise unreachable(_parts(address).hostname or "", "redirects")

    def _ask(self, parts: SplitResult, deadline: float) -> Answer:
        host = _ascii(parts.hostname or "")
        port = parts.port or 443
        failure = unreachable(host, "name")
        for address in self._addresses(host, port, deadline):
            try:
                return self._get(parts, host, str(address), deadline)
            except UnreachableError as error:
                if error.facts.get("why") not in ("connection", "timeout"):
                    raise
                failure = error
        raise failure

    def _addresses(self, host: str, port: int, deadline: float) -> list[Address]:
        """Return the addresses of `host`, all of them allowed, in the system's order."""
        try:
            found: Iterable[Address] = [ip_address(host)]
        except ValueError:
            try:
                found = self._lookup(host, port, deadline - time.monotonic())
            except TimeoutError:
                raise unreachable(host, "timeout") from None
            except OSError as error:
                raise unreachable(host, "name") from error
        addresses = list(dict.fromkeys(found))
        if not all(self._allowed(address) for address in addresses):
            raise UnreachableError(Code.ADDRESS_REFUSED, host=host)
        return addresses[:_MAX_ADDRESSES]

    def _get(self, parts: SplitResult, host: str, address: str, deadline: float) -> Answer:
        import httpcore  # here, so that a check without network does not pay for it

        from wallet.net.pinned import PinnedBackend

        backend = PinnedBackend(address, deadline=deadline)
        try:
            return self._read(parts, host, backend)
        except httpcore.TimeoutException:
            raise unreachable(host, "timeout") from None
        except httpcore.ProtocolError as error:
            raise unreachable(host, "protocol") from error
        except httpcore.ConnectError as error:
            raise unreachable(host, _tls_or_connection(error)) from error
        except (httpcore.NetworkError, OSError) as error:
            raise unreachable(host, "protocol") from error

    def _read(self, parts: SplitResult, host: str, backend: PinnedBackend) -> Answer:
        import httpcore

        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        origin = httpcore.URL(
            scheme=b"https",
            host=host.encode(),
            port=parts.port or 443,
            target=_quoted(target, host),
        )
        name = f"[{host}]" if ":" in host else host
        headers = {
            b"Host": (name if parts.port in (None, 443) else f"{name}:{parts.port}").encode(),
            **_HEADERS,
        }
        with (
            httpcore.HTTPConnection(
                origin=origin.origin,
                ssl_context=self._context(),
                network_backend=backend,
            ) as connection,
            connection.stream(
                "GET",
                origin,
                headers=list(headers.items()),
                extensions={"timeout": {"connect": self._limits.connect}},
            ) as response,
        ):
            return answer.read(response, self._limits.size, host)

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            import httpcore

            self._tls = httpcore.default_ssl_context()
        return self._tls


def _parts(url: str) -> SplitResult:
    """Split an https address, refusing what could be read in two ways."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise unreachable("", "address") from None
    odd = len(url) > _MAX_URL or "\\" in url or not url.isprintable() or " " in url
    if odd or parts.scheme != "https" or not host or "@" in parts.netloc:
        raise unreachable(host or "", "address")
    return parts._replace(fragment="")


def _next(parts: SplitResult, redirect: str) -> str:
    try:
        return urljoin(parts.geturl(), redirect)
    except ValueError:
        raise unreachable(parts.hostname or "", "address") from None


def _ascii(host: str) -> str:
    """Return the name that is looked up, and that TLS asks for (RFC 1035: labels of 1 to 63)."""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        raise unreachable(host, "address") from None


def _quoted(target: str, host: str) -> bytes:
    """Return the request target as bytes, percent-encoding what is not ASCII."""
    try:
        raw = target.encode()
    except UnicodeEncodeError:
        raise unreachable(host, "address") from None
    return b"".join(bytes([b]) if b < 128 else b"%%%02X" % b for b in raw)


def _tls_or_connection(error: BaseException) -> str:
    """Tell a certificate that does not fit from a machine that does not answer."""
    import ssl

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return "tls"
        cause = cause.__cause__ or cause.__context__
    return "connection"
