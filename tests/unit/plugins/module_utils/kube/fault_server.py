# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in API server that misbehaves on order. The real one is used in tests/integration."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]

    @property
    def writes(self) -> bool:
        dry = self.body.get("dryRun") == ["All"] if self.method == "DELETE" and self.body else "dryRun" in self.query
        return self.method != "GET" and not dry


@dataclass
class Answer:
    """One answer; cut_at sends only that many bytes of the promised body, drip waits that long before each byte."""

    body: Any = field(default_factory=dict)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    delay: float = 0.0
    drip: float = 0.0
    hang_up: bool = False


def status(code: int, message: str, **headers: str) -> Answer:
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message, "code": code}
    return Answer(body, code, {name.replace("_", "-"): value for name, value in headers.items()})


class FaultServer:
    """Answers from ``script`` first, one per request, then from ``route``. Remembers every request."""

    def __init__(self, route: Callable[[Request], Answer] | None = None, script: list[Answer | None] | None = None):
        self.requests: list[Request] = []
        self.route = route or (lambda request: status(404, f"the server could not find {request.path}"))
        self.script = deque(script or [])
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def __enter__(self) -> FaultServer:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def writes(self) -> list[Request]:
        return [request for request in self.requests if request.writes]

    def kubeconfig(self, token: str = "first") -> dict[str, Any]:
        return {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "faults",
            "clusters": [{"name": "faults", "cluster": {"server": self.url}}],
            "users": [{"name": "tester", "user": {"token": token}}],
            "contexts": [{"name": "faults", "context": {"cluster": "faults", "user": "tester"}}],
        }

    def _answer(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            scripted = self.script.popleft() if self.script else None
        return scripted or self.route(request)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_words: object) -> None:
                pass

            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                data = self.rfile.read(length)
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                body = json.loads(data) if data else None
                self._send(owner._answer(Request(self.command, parts.path, query, body, dict(self.headers))))

            def _send(self, answer: Answer) -> None:
                time.sleep(answer.delay)
                if answer.hang_up:
                    self.close_connection = True
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                part = data[: answer.cut_at]
                try:
                    for byte in part if answer.drip else ():
                        time.sleep(answer.drip)
                        self.wfile.write(bytes([byte]))
                        self.wfile.flush()
                    if not answer.drip:
                        self.wfile.write(part)
                except OSError:
                    pass
                self.close_connection = self.close_connection or len(part) < len(data)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - names that http.server asks for

        return Handler


class Collection:
    """Serves one collection in pages at one resourceVersion, and deletes with preconditions as the real server does."""

    def __init__(self, items: list[dict[str, Any]], path: str, page: int = 2, kind: str = "WorkflowList") -> None:
        self.items = {item["metadata"]["name"]: item for item in items}
        self.path = path
        self.page = page
        self.kind = kind

    def __call__(self, request: Request) -> Answer:
        if request.path == self.path and request.method == "GET":
            return Answer(self._page(int(request.query.get("continue", 0))))
        name = request.path.rsplit("/", 1)[-1]
        if request.method == "DELETE" and name in self.items:
            return self._delete(name, request.body)
        return status(404, f"{name} not found")

    def _page(self, start: int) -> dict[str, Any]:
        items = list(self.items.values())
        after = start + self.page
        meta = {"resourceVersion": "100", **({"continue": str(after)} if after < len(items) else {})}
        return {"kind": self.kind, "apiVersion": "v1", "metadata": meta, "items": items[start:after]}

    def _delete(self, name: str, options: dict[str, Any]) -> Answer:
        meta = self.items[name]["metadata"]
        asked = options["preconditions"]
        if asked["uid"] != meta["uid"] or asked["resourceVersion"] != meta["resourceVersion"]:
            return status(409, "the object has been modified")
        if options.get("dryRun") != ["All"]:
            if meta.get("finalizers"):
                meta["deletionTimestamp"] = "2026-11-21T08:00:00Z"
                return Answer(self.items[name])
            del self.items[name]
        return Answer({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"})
