# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cordon a node under our mark, and take the cordon away again where the mark stands. Private API."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted, error_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import marks, objects
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.objects import Node
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

_TRIES = 5  # the kubelet writes the same object meanwhile
_PAUSE = 1.0


class Why(NamedTuple):
    """Who keeps pods away from a node, why, and since when (RFC 3339)."""

    reason: str
    actor: str
    moment: str


def cordon(client: Client, name: str, why: Why) -> tuple[bool, str]:
    """(whether it was changed, since when it is drained); the marks of an earlier run stay as they are.

    :raises OpsError: when the node is gone, changes all the time, or says yes and does nothing
    """
    changed, node = _write(client, name, lambda node: marks.cordon(node, *why))
    if not node.cordoned:
        raise OpsError("unverified", f"node {name}: the API server took the cordon and did not keep it")
    return changed, node.annotations.get(marks.TIME, why.moment)


def bring_back(client: Client, fence: Fence, name: str, wait: float, check: bool) -> Acted:
    """Let pods onto a node again that we drained, as soon as it is ready.

    :raises OpsError: before anything is touched
    """
    if not 0 <= wait <= 86_400:
        raise OpsError("invalid", f"wait is {wait:g}; it must lie between 0 and 86,400 seconds")
    node = _get(client, name)
    wish = marks.uncordon(node)
    if isinstance(wish, str):
        return _acted(node, "refused", wish)
    if wish is None:
        return _acted(node, "unchanged", "nothing keeps pods away from it")
    if not check:
        node = _ready(client, name, wait)
    if not node.ready and not check:
        return _acted(node, "refused", f"it is not ready after {wait:g} s, so it stays cordoned")
    if check:
        return _acted(node, "planned", "" if node.ready else "it is not ready now; nothing is let onto it before it is")
    fence.check()
    _changed, node = _write(client, name, marks.uncordon)
    if node.cordoned:
        return _acted(node, "unverified", "the API server took the change, and the node is still cordoned")
    return _acted(node, "changed", "")


def _ready(client: Client, name: str, wait: float) -> Node:
    deadline = time.monotonic() + wait
    while True:
        node = _get(client, name)
        if node.ready or time.monotonic() >= deadline:
            return node
        time.sleep(min(_PAUSE, max(0.0, deadline - time.monotonic())))


def _write(client: Client, name: str, decide: Callable[[Node], dict[str, Any] | str | None]) -> tuple[bool, Node]:
    """(whether something was written, the node afterwards), decided again from each newer version."""
    for _try in range(_TRIES):
        node = _get(client, name)
        wish = decide(node)
        if isinstance(wish, str):
            raise OpsError("refused", f"node {name}: {wish}")
        if wish is None:
            return False, node
        try:
            return True, objects.node(client.patch(_path(name), wish))
        except OpsError as error:
            if error.kind != "conflict":
                raise
    raise OpsError("conflict", f"node {name} changed {_TRIES} times between look and write; nothing was written")


def _get(client: Client, name: str) -> Node:
    """:raises OpsError: invalid, when it is not there"""
    found = client.get_or_none(_path(name))
    if found is None:
        raise OpsError("invalid", f"there is no node {name!r:.260}", hint=f"{kubectl('get', 'nodes')} lists them.")
    return objects.node(found)


def _path(name: str) -> str:
    return resource("v1", "nodes", None, name)


def _acted(node: Node, outcome: str, reason: str) -> Acted:
    action = Action(
        kind="Node",
        namespace="",
        name=node.name,
        uid=node.uid,
        verb="bring back",
        done="brought back",
        outcome=outcome,
        reason=reason,
        evidence=kubectl("describe", "node", node.name),
        before={"unschedulable": True},
        after={"unschedulable": False},
    )
    return Acted(
        [action], error_of([action]), {"node": node.name, "drained": False, "cordoned_by_us": marks.is_ours(node)}
    )
