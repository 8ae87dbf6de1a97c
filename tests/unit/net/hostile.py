"""Local https servers that misbehave, each a function from a connection to mischief."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAMES = ("issuer.example", "other.example")
Mischief = Callable[[ssl.SSLSocket, bytes], None]


def certificate(folder: Path, names: tuple[str, ...] = NAMES) -> Path:
    """Write a self-signed certificate and its key for `names` and return the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file


@dataclass
class Served:
    """A running server: where it listens and the requests it heard."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/list", host: str = NAMES[0]) -> str:
        return f"https://{host}:{self.port}{path}"


@contextmanager
def serving(pem: Path, *mischief: Mischief) -> Iterator[Served]:
    """Serve connections in turn, each with its mischief (the last one again and again)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    listener = socket.create_server(("127.0.0.1", 0))
    served = Served(listener.getsockname()[1])
    workers: list[threading.Thread] = []

    def accept() -> None:
        count = 0
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            act = mischief[min(count, len(mischief) - 1)]
            count += 1
            worker = threading.Thread(target=_serve, args=(context, plain, act, served))
            worker.start()
            workers.append(worker)

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield served
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for worker in workers:
            worker.join(5)


def _serve(context: ssl.SSLContext, plain: socket.socket, act: Mischief, served: Served) -> None:
    plain.settimeout(3)
    with plain, contextlib.suppress(OSError):
        stream = context.wrap_socket(plain, server_side=True)
        with stream:
            request = b""
            while b"\r\n\r\n" not in request:
                piece = stream.recv(65536)
                if not piece:
                    return
                request += piece
            served.requests.append(request)
            act(stream, request)


def says(body: bytes, *headers: str, status: str = "200 OK") -> Mischief:
    """Answer honestly with `body` and further headers."""

    def act(stream: ssl.SSLSocket, _request: bytes) -> None:
        head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
        stream.sendall("\r\n".join(head).encode() + body)

    return act


def sends(*pieces: bytes, pause: float = 0.0, again: bool = False) -> Mischief:
    """Send raw pieces, with a pause after each; again and again if told."""
    event = threading.Event()

    def act(stream: ssl.SSLSocket, _request: bytes) -> None:
        while True:
            for piece in pieces:
                stream.sendall(piece)
                if pause:
                    event.wait(pause)
            if not again:
                return

    return act


LOOPBACK = ip_address("127.0.0.1")
