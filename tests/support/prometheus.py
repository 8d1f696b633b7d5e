# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Prometheus of a test's own, run from the program of the practice cluster."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode


@dataclass
class Prometheus:
    """A running server; `process` may be stopped and killed."""

    url: str
    process: subprocess.Popen[bytes]

    def result(self, query: str) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{urlencode({'query': query})}", timeout=5) as answer:
            return json.load(answer)["data"]["result"]

    def wait_for(self, query: str, seconds: float = 20.0) -> None:
        """Until the query has a result."""
        _eventually(lambda: self.result(query), f"a result of {query}", seconds)

    def is_healthy(self) -> bool:
        return self._says_well("healthy")

    def is_ready(self) -> bool:
        """Whether it answers queries."""
        return self._says_well("ready")

    def _says_well(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/-/{path}", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False


@contextmanager
def prometheus(program: Path, folder: Path, *targets: int) -> Iterator[Prometheus]:
    """Run it until the block ends, scraping these ports of the loopback each second."""
    jobs = [{"job_name": "test", "static_configs": [{"targets": [f"127.0.0.1:{port}" for port in targets]}]}]
    settings = {"global": {"scrape_interval": "1s", "scrape_timeout": "1s"}, "scrape_configs": jobs}
    (folder / "prometheus.yml").write_text(json.dumps(settings))
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{chosen.getsockname()[1]}"
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                str(program),
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={address}",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        server = Prometheus(f"http://{address}", process)
        _eventually(server.is_ready, f"{server.url} (see {folder / 'prometheus.log'})", 20.0)
        yield server
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.wait()


def _eventually(look: Any, what: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"{what} did not come in {seconds:g} s"
        time.sleep(0.1)
