"""Which internet addresses may be called: public ones only.

A credential names the address of its own status list and issuer, so whoever made it chooses where
this machine connects. Nothing here opens a socket except the name lookup.
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Lookup = Callable[[str, int, float], Sequence[Address]]  # (host, port, seconds) -> addresses

# IPv6 ranges that carry an IPv4 address inside, where a private one could hide.
_TRANSLATED = (
    IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052
    IPv6Network("64:ff9b:1::/48"),  # local NAT64, RFC 8215
    IPv6Network("2002::/16"),  # 6to4, RFC 3056
    IPv6Network("2001::/32"),  # Teredo, RFC 4380
    IPv6Network("::/96"),  # IPv4-compatible, deprecated by RFC 4291
    IPv6Network("::ffff:0:0/96"),  # IPv4-mapped, RFC 4291
    IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated, RFC 2765
    IPv6Network("fec0::/10"),  # site-local, deprecated by RFC 3879
)
# Special ranges that `is_global` takes for public, or has only in some versions of Python.
_SPECIAL = (
    IPv4Network("192.88.99.0/24"),  # 6to4 relays, deprecated by RFC 7526
    IPv6Network("2620:4f:8000::/48"),  # AS112, RFC 7534: answers for private addresses
    IPv6Network("3fff::/20"),  # documentation, RFC 9637
)


def is_public(address: Address) -> bool:
    """Say whether `address` is an ordinary public unicast address."""
    if isinstance(address, IPv6Address) and any(address in net for net in _TRANSLATED):
        return False
    if any(address in net for net in _SPECIAL):
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not address.is_loopback
        and not address.is_link_local
    )


def look_up(host: str, port: int, seconds: float) -> Sequence[Address]:
    """Ask the system for the addresses of `host`, within `seconds`.

    Raises `TimeoutError` or `OSError`. `getaddrinfo` cannot be interrupted, so it runs in a
    thread of its own that is left behind when it takes too long.
    """
    answers: queue.Queue[list[Address] | OSError] = queue.Queue(1)
    threading.Thread(target=_ask, args=(host, port, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, seconds))
    except queue.Empty:
        raise TimeoutError(host) from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _ask(host: str, port: int, answers: queue.Queue[list[Address] | OSError]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        answers.put(error)
    except ValueError as error:  # a label the system's own encoder refuses
        answers.put(OSError(str(error)))
    else:
        answers.put([ip_address(info[4][0]) for info in found])
