# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is followed of one workflow, as rows: its nodes, pods, CodeRuns and events. Pure. Private API.

Every field of an object may have another type than its API says; then it counts as missing.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell, nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, text, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import Container, containers
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import conditions, label, meta

_WORDS = 300
#: nodes that only group others
_GROUPS = frozenset({"StepGroup", "TaskGroup"})
#: what the workflow's own node is where it has more than one
_WHOLES = frozenset({"DAG", "Steps", "Retry"})


def words(value: object) -> str:
    """Text of others as one line of bounded length."""
    return " ".join(text(value).split())[:_WORDS]


def node_rows(workflow: Item) -> list[dict[str, Any]] | CannotTell:
    """{id, name, type, phase, started, finished, message} of the nodes in the order in which they started.

    name is the path below the workflow, such as implementation-cycle.create-coderun-resource. Groups of steps are left
    out, and so is the workflow's own node unless it is the only one.
    """
    found = nodes(mapping(workflow.get("status")))
    if isinstance(found, CannotTell):
        return found
    own = text(meta(workflow).get("name"))
    rows = [_node(key, node, own) for key, node in found.items() if text(node.get("type")) not in _GROUPS]
    return sorted(
        (row for row in rows if row["name"]),
        key=lambda row: (row["started"] or "9", row["finished"] or "9", row["name"], row["id"]),
    )


def _node(key: str, node: Item, own: str) -> dict[str, Any]:
    path = text(node.get("name")) or text(node.get("displayName")) or str(key)
    if path == own or path.startswith((f"{own}.", f"{own}[")):
        below = re.sub(r"\[\d+\]", "", path[len(own) :]).strip(".")
        path = below or ("" if text(node.get("type")) in _WHOLES else own)
    return {
        "id": str(key),
        "name": words(path),
        "type": text(node.get("type")),
        "phase": text(node.get("phase")),
        "started": text(node.get("startedAt")),
        "finished": text(node.get("finishedAt")),
        "message": words(node.get("message")),
    }


def pod_row(pod: Item, now: datetime, gone: str = "") -> dict[str, Any]:
    """{namespace, name, uid, phase, node, agent, message, containers, gone} of a pod.

    :param gone: when it was seen to be removed; podGC takes finished ones at once
    """
    status, waits = mapping(pod.get("status")), unplaced(pod)
    return {
        **_place(pod),
        "phase": text(status.get("phase")),
        "node": text(mapping(pod.get("spec")).get("nodeName")),
        "agent": label(pod, "github-user"),
        "message": waits if waits is not None else words(status.get("message") or status.get("reason")),
        "containers": [f"{one.name}: {container_words(one)}" for one in containers(pod, now)],
        "gone": gone,
    }


def unplaced(pod: Item) -> str | None:
    """Why no node takes a pod, in the scheduler's words, which may be none; None for one that has a node."""
    placed = conditions(pod).get("PodScheduled", {})
    if placed.get("status") != "False" or text(mapping(pod.get("spec")).get("nodeName")):
        return None
    return words(placed.get("message") or placed.get("reason"))


def container_words(one: Container) -> str:
    if one.ended:
        return one.ended.words
    return "running" if one.running else f"waits ({one.waiting:.60})" if one.waiting else "not started"


def coderun_row(item: Item) -> dict[str, Any]:
    """{namespace, name, uid, state, agent, stage, pull_request, retries, message}."""
    run = coderuns.read(item)
    return {
        **_place(item),
        "state": run.state,
        "agent": run.agent,
        "stage": run.stage,
        "pull_request": run.pull_request,
        "retries": run.retries,
        "message": run.problem or words(run.message),
    }


def _place(item: Item) -> dict[str, Any]:
    return {name: text(meta(item).get(name)) for name in ("namespace", "name", "uid")}


def event_row(event: Item) -> dict[str, Any]:
    """{uid, about, name, type, reason, message, count, time} of an Event of either API version."""
    about = mapping(event.get("involvedObject")) or mapping(event.get("regarding"))
    times = (event.get("lastTimestamp"), event.get("eventTime"), event.get("firstTimestamp"))
    return {
        "uid": text(meta(event).get("uid")),
        "about": text(about.get("kind")),
        "name": text(about.get("name")),
        "type": text(event.get("type")),
        "reason": text(event.get("reason")),
        "message": words(event.get("message") or event.get("note")),
        "count": whole(event.get("count")) or 1,
        "time": next((text(one) for one in times if text(one)), ""),
    }
