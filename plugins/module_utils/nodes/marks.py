# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cordon of a node, and the marks by which ours is known again. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.objects import Node

PREFIX = "ops.agent-platform/drain-"
REASON, TIME, ACTOR = f"{PREFIX}reason", f"{PREFIX}time", f"{PREFIX}actor"
MARKS = (REASON, TIME, ACTOR)


def is_ours(node: Node) -> bool:
    """Whether we keep pods away from it: it is cordoned, and the mark says that we did it."""
    return node.cordoned and TIME in node.annotations


def why(node: Node) -> str:
    """The reason for which we keep pods away from it; empty where we do not."""
    return node.annotations.get(REASON, "") if is_ours(node) else ""


def cordon(node: Node, reason: str, actor: str, moment: str) -> dict[str, Any] | None:
    """A merge patch for exactly this version of the node; None where it takes no pods already, whoever did it."""
    if node.cordoned:
        return None
    marks = {REASON: reason, TIME: moment, ACTOR: actor}
    return {"metadata": {**_bound(node), "annotations": marks}, "spec": {"unschedulable": True}}


def uncordon(node: Node) -> dict[str, Any] | str | None:
    """A merge patch; None where there is nothing to undo; why not, where somebody else did it."""
    marked = {name: None for name in MARKS if name in node.annotations}
    if node.cordoned and not is_ours(node):
        return "somebody else cordoned it, so it stays cordoned"
    if not node.cordoned and not marked:
        return None
    return {"metadata": {**_bound(node), "annotations": marked}, "spec": {"unschedulable": None}}


def away(nodes: Iterable[Node], but: str) -> list[str]:
    """Names of the other nodes that we have drained and not brought back."""
    return sorted(one.name for one in nodes if is_ours(one) and one.name != but)


def _bound(node: Node) -> dict[str, Any]:
    return {"uid": node.uid, "resourceVersion": node.version}
