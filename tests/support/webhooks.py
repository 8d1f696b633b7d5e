# SPDX-License-Identifier: GPL-3.0-or-later
"""An event source on the practice cluster, and a stand-in for its HTTP server.

The stand-in takes what is signed with its secret and refuses all else.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from tests.support.restores import delete


@dataclass(frozen=True)
class Source:
    """An event source of a test, with the secret that signs its webhooks."""

    namespace: str
    name: str
    secret: bytes


@contextmanager
def event_source(api: Client, namespace: str, name: str, secret: bytes) -> Iterator[Source]:
    """One whose webhooks are signed, that lives until the block ends."""
    hook = {"endpoint": "/github/webhook", "method": "POST", "port": "12000", "url": "https://webhooks.example.org"}
    event = {"organizations": ["5dlabs"], "events": ["*"], "webhook": hook}
    signed = {**event, "webhookSecret": {"name": f"{name}-secret", "key": "secret"}}
    paths = [resource("v1", "secrets", namespace), resource(WORKFLOWS[0], "eventsources", namespace)]
    named = {"metadata": {"name": f"{name}-secret"}}
    bodies: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "Secret", **named, "stringData": {"secret": secret.decode()}},
        {
            "apiVersion": WORKFLOWS[0],
            "kind": "EventSource",
            "metadata": {"name": name},
            "spec": {"github": {"org": signed}},
        },
    ]
    try:
        for path, body in zip(paths, bodies, strict=True):
            api.create(path, body)
        yield Source(namespace, name, secret)
    finally:
        for path, body in zip(paths, bodies, strict=True):
            delete(api, f"{path}/{body['metadata']['name']}")


@dataclass
class Receiver:
    """Where it listens, and each delivery as (event, path, status that it was answered)."""

    url: str
    deliveries: list[tuple[str, str, int]] = field(default_factory=list)


@contextmanager
def receiver(secret: bytes, path: str = "/github/webhook", *, verifies: bool = True) -> Iterator[Receiver]:
    """Listen on the loopback until the block ends.

    :param verifies: whether it looks at signatures, as every event source with a secret does
    """

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_words: object) -> None:
            pass

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            signature = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
            true = hmac.compare_digest(signature, self.headers.get("X-Hub-Signature-256", ""))
            status = 404 if self.path != path else 200 if true or not verifies else 400
            running.deliveries.append((self.headers["X-GitHub-Event"], self.path, status))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = HTTPServer(("127.0.0.1", 0), Handler)
    running = Receiver(f"http://127.0.0.1:{server.server_port}{path}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
