# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the Deployment of the workflow-controller asks for. Standard library only."""

from __future__ import annotations

import hashlib
import http.client
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from lab_child import Wish

CONTROLLER = "workflow-controller"

_WATCH_SECONDS = 60
# As kubectl rollout restart writes it.
_RESTARTED = "kubectl.kubernetes.io/restartedAt"


def wish_of(deployment: dict[str, Any] | None, tools: Path, platform: str) -> Wish:
    """Read the wish from the Deployment: replicas and the image tag of its first container."""
    if deployment is None:
        return Wish(None, "", "its Deployment does not exist")
    spec = deployment.get("spec") or {}
    if spec.get("replicas", 1) < 1:
        return Wish(None, "", "its Deployment has 0 replicas")
    image = spec["template"]["spec"]["containers"][0].get("image", "")
    version = image.partition("@")[0].rpartition("/")[2].partition(":")[2]
    program = find_program(tools, platform, version)
    if program is None:
        return Wish(None, version, f"the cache holds no {CONTROLLER} {version or image} for {platform}", missing=True)
    annotations = (spec["template"].get("metadata") or {}).get("annotations") or {}
    return Wish(str(program), version, f"its Deployment wants {version}", anew=annotations.get(_RESTARTED, ""))


def find_program(tools: Path, platform: str, version: str) -> Path | None:
    """The newest whole program of a version in the cache."""
    if not version or "/" in version or "*" in version:
        return None
    found = sorted(
        tools.glob(f"argo_workflows-{version}-{platform}-*/bin/{CONTROLLER}"),
        key=lambda path: path.stat().st_mtime,
        reverse=True,
    )
    return next((path for path in found if _is_whole(path)), None)


def _is_whole(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        return Path(f"{path}.sha256").read_text(encoding="ascii").split()[:1] == [found]
    except OSError:
        return False


class Api:
    """The few requests that are needed, with the supervisor's own token."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._port = settings["port"]
        self._token = settings["token"]
        self._context = ssl.create_default_context(cafile=settings["authority"])
        namespace, self._name = settings["deployment"]["namespace"], settings["deployment"]["name"]
        self._namespace = namespace
        self._path = (
            f"/apis/apps/v1/namespaces/{quote(namespace)}/deployments?fieldSelector=metadata.name%3D{quote(self._name)}"
        )

    def follow(self, seen: Callable[[dict[str, Any] | None], None]) -> None:
        """Call ``seen`` with the Deployment, or None, as it is and at each change; returns when the watch ends."""
        with self._open("GET", self._path) as answer:
            listed = json.load(answer)
        seen(listed["items"][0] if listed["items"] else None)
        version = listed["metadata"]["resourceVersion"]
        watch = f"{self._path}&watch=1&timeoutSeconds={_WATCH_SECONDS}&resourceVersion={version}"
        with self._open("GET", watch) as answer:
            while line := answer.readline():
                event = json.loads(line)
                if event["type"] == "ERROR":
                    return
                seen(None if event["type"] == "DELETED" else event["object"])

    def report(self, deployment: dict[str, Any], message: str) -> None:
        """A warning event on the Deployment, as a kubelet would write for an image that cannot be pulled."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        event = {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"generateName": f"{self._name}.", "namespace": self._namespace},
            "involvedObject": {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "namespace": self._namespace,
                "name": self._name,
                "uid": deployment["metadata"]["uid"],
            },
            "type": "Warning",
            "reason": "ProgramMissing",
            "message": message,
            "source": {"component": "lab-supervisor"},
            "firstTimestamp": now,
            "lastTimestamp": now,
            "count": 1,
        }
        with self._open("POST", f"/api/v1/namespaces/{quote(self._namespace)}/events", json.dumps(event)) as answer:
            answer.read()

    def _open(self, method: str, path: str, body: str | None = None) -> http.client.HTTPResponse:
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self._port, context=self._context, timeout=_WATCH_SECONDS + 15
        )
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json", "Connection": "close"}
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        if answer.status >= 300:
            raise OSError(f"{method} {path.partition('?')[0]} answered {answer.status} {answer.reason}")
        return answer
