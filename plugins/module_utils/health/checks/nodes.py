# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes take pods and are not short of anything.

| status   | when                                                                                    |
|----------|-----------------------------------------------------------------------------------------|
| critical | Ready is False, or Unknown because nothing was heard from the kubelet; no network; no node at all |
| warning  | short of memory, disk or process ids; cordoned, since nothing says for how long that shall last |
| unknown  | no Ready condition, or a condition that nobody has looked at                            |
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    View,
    about,
    each,
    mapping,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import (
    age,
    because,
    called,
    conditions,
    kubectl,
    meta,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

NAME = "nodes"
_SHORTAGES = {
    "MemoryPressure": ("warning", "short of memory"),
    "DiskPressure": ("warning", "short of disk"),
    "PIDPressure": ("warning", "short of process ids"),
    "NetworkUnavailable": ("critical", "its network is not set up"),
}


def judge(view: View) -> Iterator[dict]:
    """One finding for each node."""
    nodes = view.items("nodes")
    if not nodes:
        evidence = kubectl("get", "nodes")
        yield finding(NAME, "critical", subject("Node"), "the cluster has no node", value=0, evidence=evidence)
    yield from each(NAME, "Node", nodes, lambda node: [_node(node, view.now)])


def _node(node: Item, now: datetime) -> dict:
    found = conditions(node)
    told = [_of_readiness(found.get("Ready"), now), *_of_shortages(found, now)]
    if mapping(node.get("spec")).get("unschedulable") is True:
        told.append(("warning", "takes no new pods (cordoned)"))
    status = worst(word for word, _text in told)
    message = f"{called(node, 'Node')}: {', '.join(said for _word, said in told)}"
    evidence = kubectl("describe", "node", str(meta(node).get("name") or ""))
    return finding(NAME, status, about(node, "Node"), message, evidence=evidence)


def _of_readiness(condition: dict | None, now: datetime) -> tuple[str, str]:
    if not condition:
        return "unknown", "nothing says whether it is ready"
    word = condition.get("status")
    if word == "True":
        return "ok", "ready"
    since = _since(condition, now)
    if word == "False":
        return "critical", f"not ready{since}{because(condition)}"
    if word == "Unknown":
        return "critical", f"its kubelet has gone silent{since}{because(condition)}"
    return "unknown", "its readiness is no word that Kubernetes writes"


def _of_shortages(found: dict[str, dict], now: datetime) -> Iterator[tuple[str, str]]:
    for kind, (status, words) in _SHORTAGES.items():
        condition = found.get(kind)
        if condition and condition.get("status") == "True":
            yield status, f"{words}{_since(condition, now)}{because(condition)}"
        elif condition and condition.get("status") != "False":
            yield "unknown", f"nobody knows whether it is {words}" if status == "warning" else f"{kind} is not known"


def _since(condition: dict, now: datetime) -> str:
    seconds = age(condition.get("lastTransitionTime"), now)
    return "" if seconds is None else f" for {format_age(seconds)}"


CHECK = Check(
    name=NAME,
    title="Every node takes pods and is not short of anything",
    why="Pods on a lost node do no work, and a node short of memory or disk evicts agents in the middle of theirs.",
    reads=("nodes",),
    judge=judge,
)
