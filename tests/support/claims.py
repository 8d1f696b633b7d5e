# SPDX-License-Identifier: GPL-3.0-or-later
"""Claims that are bound at once: left to itself, the controller often needs a second look for it, 15 s later."""

from __future__ import annotations

import time
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

_SECONDS, _PAUSE = 15, 0.1


def bind(api: Client, namespace: str, volume: dict[str, Any], claim: dict[str, Any]) -> None:
    """Make a claim and its volume and bind them by hand; one that is there stays."""
    claims, volumes = resource("v1", "persistentvolumeclaims", namespace), resource("v1", "persistentvolumes")
    one, other = f"{claims}/{claim['metadata']['name']}", f"{volumes}/{volume['metadata']['name']}"
    if api.get_or_none(one):
        return
    _remove_volume(api, other)
    volume["spec"]["claimRef"]["uid"] = api.create(claims, claim)["metadata"]["uid"]
    api.create(volumes, volume)
    _wait(lambda: _phase(api, other) == "Bound", f"{other} is not bound")
    api.patch(one, {"metadata": {"annotations": {"pv.kubernetes.io/bind-completed": "yes"}}})
    _wait(lambda: _phase(api, one) == "Bound", f"{one} is not bound")


def _remove_volume(api: Client, path: str) -> None:
    """The volume of an earlier claim of the same name, which nothing can be bound to any more."""

    def gone() -> bool:
        found = api.get_or_none(path)
        if found and not found["metadata"].get("deletionTimestamp"):
            try:
                api.delete(path, found["metadata"]["uid"], found["metadata"]["resourceVersion"])
            except OpsError as error:
                if error.kind != "conflict":
                    raise
        return found is None

    _wait(gone, f"{path} is not gone")


def _phase(api: Client, path: str) -> str:
    return (api.get(path).get("status") or {}).get("phase", "")


def _wait(holds: Any, otherwise: str) -> None:
    deadline = time.monotonic() + _SECONDS
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(_PAUSE)
