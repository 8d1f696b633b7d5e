# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for S3 that misbehaves on order. A real server is used in tests/integration."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FINE = {"ETag": '"1"', "Last-Modified": "Sat, 21 Nov 2026 08:00:00 GMT"}


@dataclass(frozen=True)
class Answer:
    """One answer. cut_at: so many bytes of the body, then delay seconds of silence, then the connection ends."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: FINE)
    delay: float = 0.0
    cut_at: int | None = None


def fault(status: int, code: str, message: str) -> Answer:
    """One of S3's own, with what must not be shown to anybody."""
    words = f"<Error><Code>{code}</Code><Message>{message}</Message><StringToSign>hidden</StringToSign></Error>"
    return Answer(status, words.encode(), {})


@dataclass
class FaultStore:
    """Answers by `script`, one for each request, then always by `then`; `asked` is what it was asked."""

    url: str
    script: deque[Answer]
    then: Answer
    asked: list[tuple[str, str]]


@contextmanager
def fault_store(*script: Answer, then: Answer | None = None) -> Iterator[FaultStore]:
    """Serve on the loopback until the block ends."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_words: object) -> None:
            pass

        def answer(self) -> None:
            store.asked.append((self.command, self.path))
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = store.script.popleft() if store.script else store.then
            if answer.cut_at is None:
                ended.wait(answer.delay)
            try:
                self.reply(answer)
            except OSError:  # the asker has gone
                self.close_connection = True

        def reply(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body[: answer.cut_at])
            if answer.cut_at is not None:
                self.wfile.flush()
                ended.wait(answer.delay)
                self.close_connection = True

        do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = answer  # noqa: N815 - the names of http.server

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_words: None  # type: ignore[method-assign]
    store = FaultStore(f"http://127.0.0.1:{server.server_port}", deque(script), then or Answer(), [])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield store
    finally:
        ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
