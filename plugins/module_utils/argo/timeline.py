# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened to a workflow that is followed, line by line, each thing once. Pure. Private API.

The objects of one moment give facts; a line is a fact that was not told before. So it does not matter how often an
object is sent again, what was missed while a watch was cut, or when following began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import followed
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.holds import resumed_when
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import SPEC_SUSPEND, Judgement
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.pods import COMPANIONS
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import (
    OUT_OF_MEMORY,
    Container,
    End,
    containers,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import conditions, meta
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, format_time, parse_time

#: reasons for waiting that everybody goes through
_USUAL = frozenset({"ContainerCreating", "PodInitializing"})
_BAD_NODE = frozenset({"Failed", "Error"})
_SUSPENDED = ("workflow", "suspended")


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is known at one moment.

    gone: when an object was seen to be removed, by uid; nodes are None where they cannot be told.
    """

    now: datetime
    workflow: Item
    judgement: Judgement
    nodes: list[dict[str, Any]] | None = None
    pods: list[Item] = field(default_factory=list)
    coderuns: list[Item] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    gone: dict[str, str] = field(default_factory=dict)


class Fact(NamedTuple):
    """One thing that happened; key tells it from everything else, time is None where the object does not say when."""

    key: tuple[str, ...]
    time: datetime | None
    status: str
    kind: str
    name: str
    message: str


def news(scene: Scene, told: set[tuple[str, ...]]) -> list[dict[str, Any]]:
    """{time, status, kind, name, message} of what was not told before, in order of time; told grows by it."""
    rows = []
    for fact in [*facts(scene), *_lifted(scene, told)]:
        if fact.key not in told:
            told.add(fact.key)
            rows.append(
                {
                    "time": format_time(fact.time or scene.now),
                    "status": fact.status,
                    "kind": fact.kind,
                    "name": fact.name,
                    "message": fact.message,
                }
            )
    return in_order(rows)


def in_order(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """By time; what happened in the same second stays in the order in which it was told."""
    return sorted(rows, key=lambda row: row["time"])


def facts(scene: Scene) -> Iterator[Fact]:
    """Every fact of a scene: the workflow's beginning, its nodes, pods, CodeRuns and events, the workflow's end."""
    yield from _beginning(scene)
    for node in scene.nodes or ():
        yield from _of_node(node)
    for pod in scene.pods:
        yield from _of_pod(pod, scene)
    for item in scene.coderuns:
        yield from _of_coderun(item, scene)
    for event in scene.events:
        yield from _of_event(event)
    yield from _ending(scene)


def _beginning(scene: Scene) -> Iterator[Fact]:
    name, judgement = text(meta(scene.workflow).get("name")), scene.judgement
    started = parse_time(mapping(scene.workflow.get("status")).get("startedAt"))
    if started:
        yield Fact(("workflow", "started"), started, "ok", "Workflow", name, "started")
    if judgement.stop_requested:
        words = f"somebody asks it to stop ({judgement.stop_requested:.40})"
        yield Fact(("workflow", "stop", judgement.stop_requested), None, "warning", "Workflow", name, words)
    if _is_suspended(judgement):
        words = f"is held by {SPEC_SUSPEND}; it goes on when {resumed_when(SPEC_SUSPEND)}"
        yield Fact(_SUSPENDED, None, "warning", "Workflow", name, words)
    if judgement.deleting:
        moment = parse_time(meta(scene.workflow).get("deletionTimestamp"))
        yield Fact(("workflow", "deleting"), moment, "warning", "Workflow", name, "its deletion is asked for")


def _lifted(scene: Scene, told: set[tuple[str, ...]]) -> Iterator[Fact]:
    """The end of a hold that leaves no trace in the object."""
    if _SUSPENDED in told and not _is_suspended(scene.judgement):
        name = text(meta(scene.workflow).get("name"))
        yield Fact(("workflow", "lifted"), None, "ok", "Workflow", name, f"{SPEC_SUSPEND} is taken away")


def _is_suspended(judgement: Judgement) -> bool:
    return any(hold.name == SPEC_SUSPEND for hold in judgement.holds)


def _ending(scene: Scene) -> Iterator[Fact]:
    name, judgement = text(meta(scene.workflow).get("name")), scene.judgement
    uid = text(meta(scene.workflow).get("uid"))
    if judgement.state in ("succeeded", "failed", "error"):
        finished = parse_time(mapping(scene.workflow.get("status")).get("finishedAt"))
        status = "ok" if judgement.state == "succeeded" else "critical"
        said = followed.words(mapping(scene.workflow.get("status")).get("message"))
        words = {"error": "ended in an error"}.get(judgement.state, judgement.state) + (f": {said}" if said else "")
        yield Fact(("workflow", "end"), finished, status, "Workflow", name, words)
    elif judgement.state in ("stuck", "never_picked_up", "unknown"):
        status = {"stuck": "critical", "unknown": "unknown"}.get(judgement.state, "warning")
        yield Fact(("workflow", judgement.state), None, status, "Workflow", name, judgement.message)
    if uid in scene.gone:
        yield Fact(("workflow", "gone"), parse_time(scene.gone[uid]), "warning", "Workflow", name, "was deleted")


def _of_node(node: dict[str, Any]) -> Iterator[Fact]:
    """A start and an end, or in between why it waits."""
    name, phase, hold = node["name"], node["phase"], node["type"] == "Suspend"
    started, finished = parse_time(node["started"]), parse_time(node["finished"])
    said = f": {node['message']}" if node["message"] else ""
    if phase == "Pending":
        if node["message"] and node["message"] not in _USUAL:
            yield Fact(("node", node["id"], node["message"]), None, "ok", "Node", name, f"pending{said}")
        return
    if phase in ("Skipped", "Omitted"):
        yield Fact(("node", node["id"], phase), finished or started, "ok", "Node", name, phase.lower() + said)
        return
    if started:
        when = resumed_when(name.rsplit(".", 1)[-1])
        begins = ("hold began" + (f"; it goes on when {when}" if when else "")) if hold else "started"
        yield Fact(("node", node["id"], "started", node["started"]), started, "ok", "Node", name, begins)
    if phase and phase != "Running":
        span = f" after {format_age((finished - started).total_seconds())}" if started and finished else ""
        word = "hold ended" if hold and phase == "Succeeded" else phase.lower()
        status = "warning" if phase in _BAD_NODE else "ok"
        yield Fact(("node", node["id"], phase), finished, status, "Node", name, f"{word}{span}{said}")


def _of_pod(pod: Item, scene: Scene) -> Iterator[Fact]:
    name, uid, status = text(meta(pod).get("name")), text(meta(pod).get("uid")), mapping(pod.get("status"))

    def fact(key: str, moment: datetime | None, worth: str, words: str) -> Fact:
        return Fact(("pod", uid, key), moment, worth, "Pod", name, words)

    node, why = text(mapping(pod.get("spec")).get("nodeName")), followed.unplaced(pod)
    if why is not None:
        yield fact("unplaced", None, "warning", "no node takes it" + (f": {why}" if why else ""))
    elif node:
        placed = parse_time(conditions(pod).get("PodScheduled", {}).get("lastTransitionTime"))
        yield fact("placed", placed, "ok", f"scheduled to {node}")
    seen = list(containers(pod, scene.now))
    alive = [one.name for one in seen if one.running and not one.init]
    for one in seen:
        for key, ago, worth, words in _of_container(one, alive):
            moment = None if ago is None else scene.now - timedelta(seconds=ago)
            yield fact(f"{one.name} {key}", moment, worth, words)
    phase, ends = text(status.get("phase")), [one.ended.ago for one in seen if one.ended and one.ended.ago is not None]
    last = scene.now - timedelta(seconds=min(ends)) if ends else None
    if phase == "Failed":
        said = followed.words(status.get("message") or status.get("reason"))
        yield fact(phase, last, "warning", "failed" + (f": {said}" if said else ""))
    elif phase == "Succeeded":
        yield fact(phase, last, "ok", "succeeded")
    if uid in scene.gone:
        yield fact("gone", parse_time(scene.gone[uid]), "ok", "was removed")


def _of_container(one: Container, alive: list[str]) -> Iterator[tuple[str, float | None, str, str]]:
    """(key, seconds ago, status, words)."""
    if one.ran_before and one.restarts:
        worth = "critical" if one.ran_before.reason == OUT_OF_MEMORY else "warning"
        words = f"{one.name} was restarted: it {_without_age(one.ran_before)}"
        yield f"restart {one.restarts}", one.ran_before.ago, worth, words
    if one.waiting and one.waiting not in _USUAL:
        words = f"{one.name} waits: {one.waiting:.60}" + (f" ({one.said:.160})" if one.said else "")
        yield f"waits {one.waiting}", None, "warning", words
    if one.ended and one.ended.code != 0:
        dead_beside = alive and one.name not in COMPANIONS and not one.init
        worth = "critical" if dead_beside or one.ended.reason == OUT_OF_MEMORY else "warning"
        beside = f", while {alive[0]} lives on" if alive and not one.init else ""
        yield f"end {one.restarts}", one.ended.ago, worth, f"{one.name} {_without_age(one.ended)}{beside}"


def _without_age(end: End) -> str:
    """The line has a time of its own."""
    return replace(end, ago=None).words


def _of_coderun(item: Item, scene: Scene) -> Iterator[Fact]:
    run = coderuns.read(item)
    status = {"failed": "warning", "unknown": "unknown"}.get(run.state, "ok")
    said = run.problem or followed.words(run.message)
    words = run.state.replace("_", " ") + (f": {said}" if said else "")
    key = ("coderun", run.uid, run.phase, str(run.retries or 0))
    yield Fact(key, run.changed_at or run.created_at, status, "CodeRun", run.name, words)
    if run.pull_request:
        words = f"pull request {run.pull_request:.200}"
        yield Fact(("coderun", run.uid, run.pull_request), run.changed_at, "ok", "CodeRun", run.name, words)
    if run.uid in scene.gone:
        words = "was removed"
        yield Fact(("coderun", run.uid, "gone"), parse_time(scene.gone[run.uid]), "ok", "CodeRun", run.name, words)


def _of_event(event: dict[str, Any]) -> Iterator[Fact]:
    """Warnings alone: the others repeat what nodes and pods say of themselves."""
    if event["type"] == "Warning":
        words = f"{event['reason']:.60}: {event['message']}" if event["message"] else f"{event['reason']:.60}"
        # The server writes the same event under several names where its parts differ by a fraction of a second.
        key = ("event", event["about"], event["name"], words)
        yield Fact(key, parse_time(event["time"]), "warning", event["about"] or "Event", event["name"], words)
