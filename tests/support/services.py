# SPDX-License-Identifier: GPL-3.0-or-later
"""Small HTTP and HTTPS servers on the loopback, and certificates of our own for them."""

from __future__ import annotations

import ipaddress
import signal
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


@dataclass
class Reply:
    """One answer of a service; raw bytes are sent instead of all of it, drip waits that long after each byte."""

    body: bytes = b'{"status": "ok"}'
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    raw: bytes | None = None


@dataclass
class Service:
    """A running server: its URL by name and what it was asked."""

    port: int
    scheme: str
    asked: list[tuple[str, dict[str, str]]]

    def url(self, path: str = "", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


@contextmanager
def serve(answer: Callable[[str], Reply] | Reply, pem: Path | None = None) -> Iterator[Service]:
    """Serve on the loopback until the block ends; with a certificate, over TLS."""
    asked: list[tuple[str, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_words: object) -> None:
            pass

        def do_GET(self) -> None:
            asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            try:
                self._reply(answer if isinstance(answer, Reply) else answer(self.path))
            except OSError:  # the asker has gone
                self.close_connection = True

        def do_POST(self) -> None:
            self.do_GET()

        def _reply(self, reply: Reply) -> None:
            time.sleep(reply.delay)
            if reply.raw is None:
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
            for byte in _pieces(reply):
                self.wfile.write(byte)
                self.wfile.flush()
                time.sleep(reply.drip)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_words: None  # type: ignore[method-assign]
    if pem:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Service(server.server_port, "https" if pem else "http", asked)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def make_certificate(folder: Path, *names: str, ends_in: timedelta = 90 * DAY) -> Path:
    """A self-made certificate and its key in one PEM file; the file serves as its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    ends = (datetime.now(UTC) + ends_in).replace(microsecond=0)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - 365 * DAY)
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + made.public_bytes(serialization.Encoding.PEM)
    path = folder / f"{names[0]}-{int(ends.timestamp())}.pem"
    path.write_bytes(text)
    return path


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@contextmanager
def frozen(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """A process that hangs until the block ends: each thread of it, since a signal takes its time to reach them all."""
    process.send_signal(signal.SIGSTOP)
    try:
        deadline = time.monotonic() + 30
        while not all(_is_stopped(path) for path in Path(f"/proc/{process.pid}/task").iterdir()):
            assert time.monotonic() < deadline, "it does not stop"
            time.sleep(0.01)
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def _is_stopped(task: Path) -> bool:
    return (task / "stat").read_text().rpartition(")")[2].split()[0] == "T"


def _pieces(reply: Reply) -> list[bytes]:
    data = reply.body if reply.raw is None else reply.raw
    return [bytes([byte]) for byte in data] if reply.drip else [data]
