# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the input bridge of an agent: our own, after what is known of the real one."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StandInBridge:
    """GET /health says OK; POST /input takes {"text": …} as `mode` says and remembers each body as it came.

    mode: ok; silent (as the real one while nobody reads the pipe: it never answers); broken (500, the pipe cannot be
    written); strict (422 that repeats the body, as for one without a text); ill (its health is 503).
    """

    def __init__(self, mode: str = "ok") -> None:
        self.mode = mode
        self.received: list[bytes] = []
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def __enter__(self) -> StandInBridge:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return self._server.server_port

    @property
    def texts(self) -> list[str]:
        """What was received, one text for each request."""
        return [json.loads(body)["text"] for body in self.received]

    def _answer(self, body: bytes) -> tuple[int, bytes]:
        self.received.append(body)
        if self.mode == "silent":
            self._over.wait(60)
        if self.mode == "broken":
            return 500, b"Failed to write message: Broken pipe"
        if self.mode == "strict" or not isinstance(json.loads(body).get("text"), str):
            return 422, b"Failed to deserialize the JSON body: " + body
        return 200, b"Message sent successfully"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._send(503 if owner.mode == "ill" else 200 if self.path == "/health" else 404, b"OK")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self._send(*(owner._answer(body) if self.path == "/input" else (404, b"")))

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words: object) -> None:
                pass

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    self.close_connection = True

        return Handler
