# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remove pods of a finished workflow, so that what is run again finds their names free. Private API."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import is_pinned
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import label, meta
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

_OWNER = "workflows.argoproj.io/workflow"
_PATIENCE = 20.0  # seconds for pods to go; a finalizer of the controller is taken off by itself
_PAUSE = 0.2


class PinnedError(Exception):
    """A pod must not be deleted; nothing was."""


def remove_pods(client: Client, namespace: str, workflow: str, names: Iterable[str]) -> None:
    """Delete those that are there and wait until they are gone.

    :raises PinnedError: one of them is protected, or belongs to somebody else
    :raises OpsError: unverified, when one does not go
    """
    found = [pod for name in names if (pod := client.get_or_none(resource("v1", "pods", namespace, name)))]
    for pod in found:
        _require_ours(pod, workflow)
    for pod in found:
        client.delete(_path(pod), pod["metadata"]["uid"], pod["metadata"]["resourceVersion"])
    deadline = time.monotonic() + _PATIENCE
    while found := [pod for pod in found if _is_there(client, pod)]:
        if time.monotonic() >= deadline:
            raise OpsError("unverified", f"pod {meta(found[0])['name']} of it was deleted, but does not go")
        time.sleep(_PAUSE)


def _require_ours(pod: dict[str, Any], workflow: str) -> None:
    name = meta(pod).get("name")
    if label(pod, _OWNER) != workflow:
        raise PinnedError(f"pod {name}, whose name the next attempt needs, does not belong to it")
    if is_pinned(mapping(meta(pod).get("labels"))):
        raise PinnedError(f"pod {name}, which the next attempt replaces, has the label that protects it")


def _is_there(client: Client, pod: dict[str, Any]) -> bool:
    now = client.get_or_none(_path(pod))
    return now is not None and now["metadata"]["uid"] == pod["metadata"]["uid"]


def _path(pod: dict[str, Any]) -> str:
    return resource("v1", "pods", pod["metadata"]["namespace"], pod["metadata"]["name"])
