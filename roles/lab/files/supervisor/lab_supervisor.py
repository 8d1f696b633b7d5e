# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the real workflow-controller of a practice cluster as its Deployment says; metrics-server and Prometheus always.

The pods of a practice cluster are simulated. This program stands in for the kubelet of one Deployment: 0 replicas stop
the controller, 1 starts it, another image tag runs that version's program from the cache, and a roll-out restart starts
it anew. It needs the standard library alone.

    python lab_supervisor.py SETTINGS.json

It ends, with its children, on SIGTERM and when its settings are removed.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from lab_child import Child, Wish, say
from lab_deployment import CONTROLLER, Api, wish_of

_TICK = 0.2  # seconds
_LOOK_AGAIN = 5.0  # seconds after which a missing program is looked for again


class Supervisor:
    """The children, the Deployment as last seen, and the status file."""

    def __init__(self, settings_path: Path) -> None:
        self._settings_path = settings_path
        self._settings: dict[str, Any] = json.loads(settings_path.read_text(encoding="utf-8"))
        self._api = Api(self._settings)
        self._stopping = threading.Event()
        self._deployment: dict[str, Any] | None = None
        self._news = threading.Event()
        self._look_again = 0.0
        self._written = ""
        folder, logs = Path(self._settings["programs"]), Path(self._settings["logs"])
        self._children = {
            name: Child(name, child["arguments"], child["environment"], folder, logs)
            for name, child in self._settings["children"].items()
        }

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopping.set())
        threading.Thread(target=self._watch, daemon=True).start()
        for name, child in self._settings["children"].items():
            if "program" in child:
                self._children[name].wish = Wish(child["program"], child["version"], "always wanted")
        try:
            while not self._stopping.wait(_TICK) and self._settings_path.exists():
                now = time.monotonic()
                self._follow_deployment(now)
                for child in self._children.values():
                    child.tick(now)
                self._write_status(now)
        finally:
            for child in self._children.values():
                child.end()

    def _watch(self) -> None:
        while not self._stopping.is_set():
            try:
                self._api.follow(self._see)
            except (OSError, ValueError, http.client.HTTPException) as error:
                say(f"the API server cannot be read: {error}")
                self._stopping.wait(1.0)

    def _see(self, deployment: dict[str, Any] | None) -> None:
        self._deployment = deployment
        self._news.set()

    def _follow_deployment(self, now: float) -> None:
        controller = self._children[CONTROLLER]
        due = controller.wish.missing and now >= self._look_again
        if not self._news.is_set() and not due:
            return
        self._news.clear()
        self._look_again = now + _LOOK_AGAIN
        before, deployment = controller.wish, self._deployment
        wish = wish_of(deployment, Path(self._settings["tools"]), self._settings["platform"])
        if wish == before:
            return
        controller.wish = wish
        say(f"{CONTROLLER}: {wish.reason}")
        if wish.missing and deployment is not None:
            self._report(deployment, wish.reason)

    def _report(self, deployment: dict[str, Any], message: str) -> None:
        try:
            self._api.report(deployment, message)
        except (OSError, http.client.HTTPException) as error:
            say(f"the event cannot be written: {error}")

    def _write_status(self, now: float) -> None:
        status = {
            "pid": os.getpid(),
            "settings": self._settings["digest"],
            "processes": {name: child.status(now) for name, child in self._children.items()},
        }
        text = json.dumps(status, indent=2)
        if text == self._written:
            return
        path = Path(self._settings["status"])
        temporary = path.with_name(f".{path.name}.new")
        temporary.write_text(text + "\n", encoding="utf-8")
        temporary.replace(path)
        self._written = text


if __name__ == "__main__":
    Supervisor(Path(sys.argv[1])).run()
