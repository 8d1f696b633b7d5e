# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pods do their work, judged by the state of each container: a pod can be Running while its main container is dead.

| status   | when                                                                                               |
|----------|----------------------------------------------------------------------------------------------------|
| critical | main container failed beside a living companion, killed for want of memory, crashing again and again, |
|          | no image, cannot be started, node lost                                                             |
| warning  | memory ran out earlier, restarts, waits too long, a companion died, main ended well but the pod runs on, |
|          | evicted, failed, deletion hangs                                                                    |
| unknown  | no phase, or a word that Kubernetes does not write                                                 |

What failed longer ago than `remembered` is history: its CodeRun or workflow tells of it. So is an ordinary failure of
a workflow's pod at any time, which the workflow's own retries and checks take care of.
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    Threshold,
    View,
    about,
    mapping,
    sequence,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import (
    CANNOT_START,
    CRASHING,
    NO_IMAGE,
    OUT_OF_MEMORY,
    Container,
    End,
    containers,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import badness, finding
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import (
    age,
    because,
    bracketed,
    called,
    conditions,
    judge_many,
    kubectl,
    label,
    meta,
    short,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

NAME = "pods"
#: containers beside the one that does the work; they outlive it by design
COMPANIONS = frozenset({"sidecar", "docker-daemon", "wait", "istio-proxy", "linkerd-proxy", "input-bridge"})
WORKFLOW = "workflows.argoproj.io/workflow"
_PHASES = ("Pending", "Running", "Succeeded", "Failed", "Unknown")

#: status, clause, container to look at
Told = tuple[str, str, str]


def judge(view: View) -> Iterator[dict]:
    """One finding for each pod that is not well, one for all the others."""
    well = "containers run or ended as they should"
    return judge_many(NAME, "Pod", view.items("pods"), lambda pod: _pod(pod, view), "pod", well)


def _pod(pod: Item, view: View) -> Iterator[dict]:
    told = sorted(_told(pod, view), key=lambda one: -badness(one[0]))
    if told:
        named = about(pod, "Pod")
        status, _words, container = told[0]
        message = f"{called(pod, 'Pod')}: {', '.join(words for _status, words, _container in told[:3])}"
        show = ("logs", named["name"], "-c", container) if container else ("describe", "pod", named["name"])
        evidence, treats = kubectl(*show, namespace=named["namespace"]), _treated_by(pod, view)
        yield finding(NAME, status, named, message, evidence=evidence, runbook=treats)


def _told(pod: Item, view: View) -> Iterator[Told]:
    status = mapping(pod.get("status"))
    phase, limits = status.get("phase"), view.limits
    if phase == "Succeeded":
        return
    if phase == "Failed":
        yield from _of_failure(pod, view)
        return
    if not isinstance(phase, str) or phase not in _PHASES:
        yield "unknown", "nothing says what it does" if not phase else "its phase is no word of Kubernetes", ""
        return
    if phase == "Unknown" or status.get("reason") == "NodeLost":
        yield "critical", "its node is lost", ""
    yield from _of_deletion(pod, view)
    seen = list(containers(pod, view.now))
    told = [clause for one in seen for clause in _of_container(one, limits)]
    yield from told
    if phase == "Pending" and not told:
        yield from _of_waiting(pod, seen, view)
    if phase == "Running":
        yield from _of_dead_ones([one for one in seen if not one.init], limits)


def _of_failure(pod: Item, view: View) -> Iterator[Told]:
    status = mapping(pod.get("status"))
    ends = [(one, one.ended) for one in containers(pod, view.now) if one.ended]
    ended = min((end.ago for _one, end in ends if end.ago is not None), default=None)
    since = ended if ended is not None else age(status.get("startTime"), view.now)
    if since is not None and since > view.limits["remembered"]:
        return
    for one, end in ends:
        if end.reason == OUT_OF_MEMORY:
            yield "critical", f"{one.name} {end.words}", one.name
            return
    if text(status.get("reason")) == "Evicted":
        yield "warning", f"evicted{bracketed(status.get('message'))}", ""
        return
    if not label(pod, WORKFLOW):
        yield "warning", *_failed(status, ends)


def _failed(status: dict, ends: list[tuple[Container, End]]) -> tuple[str, str]:
    for one, end in ends:
        if end.code != 0:
            return f"failed: {one.name} {end.words}", one.name
    return f"failed{because(status) or ', nothing says why'}", ""


def _of_deletion(pod: Item, view: View) -> Iterator[Told]:
    since = age(meta(pod).get("deletionTimestamp"), view.now)
    if since is None or since <= view.limits["deleting"]:
        return
    held = [one for one in sequence(meta(pod).get("finalizers")) if isinstance(one, str)]
    why = f", held by the finalizer {short(held[0])}" if held else ", its node may be lost"
    yield "warning", f"should have been gone for {format_age(since)}{why}", ""


def _of_waiting(pod: Item, seen: list[Container], view: View) -> Iterator[Told]:
    since = age(meta(pod).get("creationTimestamp"), view.now)
    if since is not None and since <= view.limits["pending"]:
        return
    how_long = "" if since is None else f" for {format_age(since)}"
    scheduled = conditions(pod).get("PodScheduled", {})
    if scheduled.get("status") == "False":
        yield "warning", f"no node takes it{how_long}{because(scheduled)}", ""
        return
    preparing = [one for one in seen if one.init and one.running]
    if preparing:
        yield "warning", f"pending{how_long} while {preparing[0].name} prepares it", preparing[0].name
        return
    waiting = sorted({one.waiting for one in seen if one.waiting})
    yield "warning", f"pending{how_long}{bracketed(*waiting)}", ""


def _of_container(one: Container, limits: dict[str, float]) -> Iterator[Told]:
    before = one.ran_before
    recent = before is None or before.ago is None or before.ago <= limits["remembered"]
    said = bracketed(one.said)
    if one.waiting == CRASHING:
        last = f", last {before.words}" if before else ""
        yield "critical", f"{one.name} crashes again and again, {one.restarts} restarts{last}", one.name
    elif one.waiting in NO_IMAGE:
        yield "critical", f"{one.name} gets no image, {one.waiting}{said}", ""
    elif one.waiting in CANNOT_START:
        yield "critical", f"{one.name} cannot be started, {one.waiting}{said}", ""
    elif one.ended and one.ended.reason == OUT_OF_MEMORY:
        yield "critical", f"{one.name} {one.ended.words}", one.name
    elif before and recent and before.reason == OUT_OF_MEMORY:
        yield "warning", f"{one.name} {before.words}, and runs again", one.name
    elif recent and one.restarts >= limits["restarts"]:
        yield "warning", f"{one.name} has restarted {one.restarts} times (limit {limits['restarts']:.0f})", one.name


def _of_dead_ones(seen: list[Container], limits: dict[str, float]) -> Iterator[Told]:
    """Containers that ended for good in a pod that still runs, since others live on."""
    alive = [one.name for one in seen if one.running]
    for one in seen:
        end = one.ended
        if not end or not alive or end.reason == OUT_OF_MEMORY:
            continue
        if end.ago is not None and end.ago <= limits["outlived"]:
            continue
        if one.name in COMPANIONS:
            if end.code != 0:
                yield "warning", f"{one.name} {end.words}, while {alive[0]} runs on", one.name
        elif end.code != 0:
            yield "critical", f"{one.name} {end.words}, and {alive[0]} keeps the pod running", one.name
        elif all(name in COMPANIONS for name in alive):
            yield "warning", f"{one.name} {end.words}, and {alive[0]} keeps the pod running", one.name


def _treated_by(pod: Item, view: View) -> str:
    """The runbook for the pod of an agent; nobody has one for the others."""
    if not label(pod, "github-user"):
        return ""
    ends = [end for one in containers(pod, view.now) for end in (one.ended, one.ran_before) if end]
    return "diagnose_agent_oom" if any(end.reason == OUT_OF_MEMORY for end in ends) else "agent_health"


CHECK = Check(
    name=NAME,
    title="Every container of the platform's pods runs, or ended as it should",
    why="A Job whose main container died beside a living sidecar never ends: its CodeRun stays Running for ever.",
    reads=("pods",),
    judge=judge,
    thresholds=(
        Threshold("restarts", 5, "Fewer happen in roll-outs and short outages; five within memory are a pattern."),
        Threshold("pending", "10m", "Pulling the largest agent image onto a new node takes less than ten minutes."),
        Threshold("outlived", "5m", "Companions get up to five minutes to hand in results and to end by themselves."),
        Threshold("deleting", "10m", "No grace period of the platform is longer, so the deletion hangs by then."),
        Threshold("remembered", "1d", "Whoever looks once a day sees every failure once; older ones are history."),
    ),
)
