"""Linux: whether a message bus answers at all, found out without waiting for it.

Qt's own connection waits for the answers of the bus on the window's thread, for ever if none comes.
So a bus is greeted here first (D-Bus specification, "Authentication Protocol" and
"org.freedesktop.DBus.Hello"), by a local socket that nothing waits for.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalSocket

SYSTEM_BUS: Final = "unix:path=/run/dbus/system_bus_socket"
_MOST: Final = 64 * 1024  # bytes of an answer that are read
_BUS: Final = "org.freedesktop.DBus"


class Greeting(QObject):
    """Emits `answered` when a bus at an address has said its hello, which may be never."""

    answered = Signal()

    def __init__(self, address: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._places = unix_sockets(address)
        self._socket: QLocalSocket | None = None
        self._welcome = False  # it let us in, and was told hello
        self._said = b""

    def begin(self) -> None:
        """Greet the first of its places that takes a connection."""
        place = next(self._places, None)
        if place is None:
            return
        name, abstract = place
        self._socket = socket = QLocalSocket(self)
        if abstract:
            socket.setSocketOptions(QLocalSocket.SocketOption.AbstractNamespaceOption)
        socket.connected.connect(self._log_in)
        socket.readyRead.connect(self._hear)
        socket.errorOccurred.connect(self._go_on)
        socket.connectToServer(name)

    def _go_on(self) -> None:
        self._let_go()
        self.begin()

    def _log_in(self) -> None:
        who = str(os.getuid()).encode().hex() if hasattr(os, "getuid") else ""
        self._send(b"\0AUTH EXTERNAL " + who.encode() + b"\r\n")

    def _hear(self) -> None:
        if self._socket is None:
            return
        self._said += self._socket.read(_MOST).data()
        if self._welcome:
            self._let_go()
            self.answered.emit()
        elif b"\r\n" in self._said or len(self._said) >= _MOST:
            if self._said.startswith(b"OK "):
                self._welcome, self._said = True, b""
                self._send(b"BEGIN\r\n" + hello())
            else:
                self._let_go()  # nor would it let Qt in

    def _send(self, data: bytes) -> None:
        assert self._socket is not None
        self._socket.write(data)

    def _let_go(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            socket.errorOccurred.disconnect(self._go_on)
            socket.abort()
            socket.deleteLater()


def unix_sockets(address: str) -> Iterator[tuple[str, bool]]:
    """Yield the names of local sockets in a bus address, and whether each is an abstract one."""
    for one in address.split(";"):
        kind, _, given = one.partition(":")
        options = dict(pair.split("=", 1) for pair in given.split(",") if "=" in pair)
        for option in ("path", "abstract") if kind == "unix" else ():
            if options.get(option):
                yield unquote(options[option]), option == "abstract"


def system_bus(environment: Mapping[str, str]) -> str:
    """Return the address of the system's bus."""
    return environment.get("DBUS_SYSTEM_BUS_ADDRESS") or SYSTEM_BUS


def session_bus(environment: Mapping[str, str]) -> str:
    """Return the address of the session's bus; "" where none runs that is known of."""
    runtime = environment.get("XDG_RUNTIME_DIR")
    usual = f"unix:path={runtime}/bus" if runtime else ""
    return environment.get("DBUS_SESSION_BUS_ADDRESS") or usual


def hello() -> bytes:
    """Return the message that every connection begins with, marshalled little-endian."""
    fields = b""
    for code, kind, text in (
        (1, b"o", "/org/freedesktop/DBus"),
        (6, b"s", _BUS),
        (2, b"s", _BUS),
        (3, b"s", "Hello"),
    ):
        fields += bytes(-len(fields) % 8)
        data = text.encode()
        fields += bytes([code, 1]) + kind + b"\0" + struct.pack("<I", len(data)) + data + b"\0"
    head = struct.pack("<cBBBIII", b"l", 1, 0, 1, 0, 1, len(fields)) + fields
    return head + bytes(-len(head) % 8)
