# SPDX-License-Identifier: GPL-3.0-or-later
"""Finished workflows and pods for a measurement, in a namespace of their own."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.bulk import plain
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import Clock

LONG_AGO = timedelta(days=90)


def workflows(kubeconfig: str, namespace: str, count: int) -> str:
    """Make them, all past any retention; returns the path of the collection."""
    path = resource(*WORKFLOWS, namespace)
    create(kubeconfig, namespace, path, _bodies(namespace, count))
    return path


def open_workflows(kubeconfig: str, namespace: str, count: int, *, running: bool = False) -> str:
    """Make workflows that wait for somebody, new ones each time; returns the path of the collection.

    :param running: the controller takes them up, and this waits for it; else they are of one that is not there
    """
    path = resource(*WORKFLOWS, namespace)
    lot = f"open-{time.time_ns()}"
    create(kubeconfig, namespace, path, (_open(f"{lot}-{index:05}", running) for index in range(count)))
    client = Client(Transport(lambda: load(kubeconfig)))
    while running and any(not item.get("status") for page in client.pages(path) for item in page):
        time.sleep(1)
    return path


def pods(kubeconfig: str, namespace: str, count: int) -> None:
    """Make them; the simulated nodes of the practice cluster run them."""
    create(kubeconfig, namespace, resource("v1", "pods", namespace), map(_pod, range(count)))


def create(kubeconfig: str, namespace: str, path: str, bodies: Iterable[dict[str, Any]]) -> None:
    """Objects and their namespace; what is there already stays."""
    client = Client(Transport(lambda: load(kubeconfig), connections=10))
    try:
        client.create(
            resource("v1", "namespaces"), {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        )
        time.sleep(1)
    except OpsError as error:
        if error.status != 409:
            raise
    for _one, result in client.each(lambda body: client.create(path, body), bodies):
        if isinstance(result, OpsError) and result.status != 409:
            raise result


def _open(name: str, running: bool) -> dict[str, Any]:
    marks = {"bench": "control", **({} if running else {"workflows.argoproj.io/controller-instanceid": "nobody"})}
    spec = {"entrypoint": "main", "templates": [{"name": "main", "suspend": {}}]}
    meta = {"name": name, "labels": marks}
    return {"apiVersion": WORKFLOWS[0], "kind": "Workflow", "metadata": meta, "spec": spec}


def _pod(index: int) -> dict[str, Any]:
    container = {"name": "main", "image": "busybox:1.36", "resources": {"requests": {"cpu": "1m", "memory": "1Mi"}}}
    meta = {"name": f"bench-{index:04}", "labels": {"app": "bench"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": {"containers": [container]}}


def _bodies(namespace: str, count: int) -> Iterator[dict[str, Any]]:
    clock = Clock(datetime.now(UTC))
    for index in range(count):
        body = plain(clock, index, 7, ended=LONG_AGO, lot=f"{namespace}-")
        yield {**body, "metadata": {**body["metadata"], "namespace": namespace}}
