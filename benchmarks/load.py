# SPDX-License-Identifier: GPL-3.0-or-later
"""Finished workflows for a measurement, in a namespace of their own."""

from __future__ import annotations

import time
from collections.abc import Iterator
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
    client = Client(Transport(lambda: load(kubeconfig), connections=10))
    path = resource(*WORKFLOWS, namespace)
    try:
        client.create(
            resource("v1", "namespaces"), {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}
        )
    except OpsError as error:
        if error.status != 409:
            raise
    time.sleep(1)
    for _one, result in client.each(lambda body: client.create(path, body), _bodies(namespace, count)):
        if isinstance(result, OpsError) and result.status != 409:
            raise result
    return path


def _bodies(namespace: str, count: int) -> Iterator[dict[str, Any]]:
    clock = Clock(datetime.now(UTC))
    for index in range(count):
        body = plain(clock, index, 7, ended=LONG_AGO, lot=f"{namespace}-")
        yield {**body, "metadata": {**body["metadata"], "namespace": namespace}}
