# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One row for each pod of an agent, from what a snapshot holds of it. Pure. Private API.

Numbers are plain: cores, bytes and percent; None where they are not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns, pods
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import (
    RESOURCES,
    Amount,
    demand,
    readable,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity_tables import plain
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Item,
    about,
    mapping,
    sequence,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import Container, containers
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import share
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import age, conditions, meta, short
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

#: namespace and name
Key = tuple[str, str]

_EVENTS = 5
_EVENT_TIMES = ("lastTimestamp", "eventTime", "firstTimestamp")


class Whose(Protocol):
    """Finds the agent that a label github-user names."""

    def __call__(self, label: str) -> Agent | None: ...


@dataclass(slots=True)
class Around:
    """What stands around the pods: each by namespace and name.

    usage: amounts by container, of each pod that was measured. jobs: (state, name of the CodeRun that owns it).
    by_job: CodeRuns by the Job that they name.
    """

    usage: dict[Key, dict[str, dict[str, Amount]]] = field(default_factory=dict)
    events: dict[Key, list[dict[str, Any]]] = field(default_factory=dict)
    jobs: dict[Key, tuple[str, str]] = field(default_factory=dict)
    runs: dict[Key, CodeRun] = field(default_factory=dict)
    by_job: dict[Key, CodeRun] = field(default_factory=dict)


def around(parts: Mapping[str, Iterable[Item]]) -> Around:
    """From the parts pod_metrics, events, jobs and coderuns of a snapshot."""
    seen = Around()
    for item in parts["pod_metrics"]:
        seen.usage[_key(item)] = _measured(item)
    for item in parts["events"]:
        named = mapping(item.get("involvedObject"))
        seen.events.setdefault((text(named.get("namespace")), text(named.get("name"))), []).append(_event(item))
    for item in parts["jobs"]:
        seen.jobs[_key(item)] = _job_state(item), _owner(item)
    for item in parts["coderuns"]:
        run = coderuns.read(item)
        seen.runs[run.namespace, run.name] = run
        if run.job:
            seen.by_job[run.namespace, run.job] = run
    return seen


def row(item: Item, whose: Whose, seen: Around, now: datetime, looked: frozenset[str]) -> dict[str, Any]:
    """One pod: whose it is, how it is, what it uses, and what it works on.

    :param whose: the agent of a label github-user, None for a stranger
    :param looked: parts of the snapshot that could be read
    """
    pod = pods.read(item)
    agent, key = whose(pod.github_user), (pod.namespace, pod.name)
    run, (job, _owner_of) = _run_of(pod, seen), seen.jobs.get((pod.namespace, pod.job), ("", ""))
    all_containers = list(containers(item, now))
    return {
        "agent": agent.name if agent else "",
        "github_user": pod.github_user,
        "namespace": pod.namespace,
        "name": pod.name,
        "phase": pod.phase or "unknown",
        "ready": pod.ready,
        "ended": pod.is_ended,
        "deleting": pod.deleting,
        "age": age(meta(item).get("creationTimestamp"), now),
        "node": pod.node,
        "service": pod.service,
        "task": pod.task,
        "main": pod.main,
        "sidecar": pod.sidecar,
        "restarts": sum(one.restarts for one in all_containers),
        "last_end": _last_end(all_containers, pod.main),
        "unscheduled": _unscheduled(item),
        **_usage(item, seen.usage.get(key)),
        "events": _newest(seen.events.get(key, [])) if "events" in looked else None,
        "claims": list(pod.claims),
        "job": pod.job,
        "job_state": job or ("gone" if "jobs" in looked else "unknown"),
        "coderun": run.name if run else pod.coderun,
        "coderun_state": run.state if run else "unknown",
    }


def _run_of(pod: AgentPod, seen: Around) -> CodeRun | None:
    owner = seen.jobs.get((pod.namespace, pod.job), ("", ""))[1] or pod.coderun
    return seen.runs.get((pod.namespace, owner)) or seen.by_job.get((pod.namespace, pod.job))


def _last_end(all_containers: Iterable[Container], main: str) -> dict[str, Any] | None:
    """{container, code, reason, ago} of the end that explains most: that of the main container, else the newest."""
    ends = [(one.name, end) for one in all_containers if not one.init and (end := one.ended or one.ran_before)]
    ends.sort(key=lambda one: (one[0] != main, one[1].ago is None, one[1].ago or 0.0))
    if not ends:
        return None
    name, end = ends[0]
    return {"container": name, "code": end.code, "reason": end.reason, "ago": end.ago}


def _unscheduled(item: Item) -> str:
    """Why no node takes it, in the words of the scheduler; empty where one did."""
    scheduled = conditions(item).get("PodScheduled", {})
    if scheduled.get("status") != "False":
        return ""
    return short(scheduled.get("message")) or short(scheduled.get("reason")) or "no reason given"


def _usage(item: Item, measured: Mapping[str, Mapping[str, Amount]] | None) -> dict[str, Any]:
    """cpu: {used, requested, percent of the request}; memory: {used, requested, percent, container}.

    The percent of memory is that of the container that is nearest to its own limit.
    """
    own = [mapping(one) for one in sequence(mapping(item.get("spec")).get("containers"))]
    asked = demand(item)
    used = {name: _total([one.get(name) for one in measured.values()]) if measured else None for name in RESOURCES}
    limits = {text(one.get("name")): _limit(one) for one in own}
    shares = [
        (percent, name)
        for name, limit in limits.items()
        if (percent := share((measured or {}).get(name, {}).get("memory"), limit)) is not None
    ]
    fullest, container = max(shares, default=(None, ""))
    return {
        "cpu": {
            "used": plain(used["cpu"]),
            "requested": plain(asked["cpu"]),
            "percent": share(used["cpu"], asked["cpu"]),
        },
        "memory": {
            "used": plain(used["memory"]),
            "requested": plain(asked["memory"]),
            "percent": fullest,
            "container": container,
        },
    }


def _limit(container: Item) -> Amount:
    return readable(mapping(mapping(container.get("resources")).get("limits")).get("memory"))


def _total(amounts: Iterable[Amount]) -> Amount:
    """Their sum; not known where one of them is not, or there is none."""
    known = list(amounts)
    return None if not known or None in known else sum(known)  # type: ignore[arg-type]


def _measured(metrics: Item) -> dict[str, dict[str, Amount]]:
    found = {}
    for one in map(mapping, sequence(metrics.get("containers"))):
        usage = mapping(one.get("usage"))
        found[text(one.get("name"))] = {name: readable(usage.get(name)) for name in RESOURCES}
    return found


def _event(item: Item) -> dict[str, Any]:
    moments = [mapping(item.get("series")).get("lastObservedTime"), *(item.get(name) for name in _EVENT_TIMES)]
    count = mapping(item.get("series")).get("count") or item.get("count")
    return {
        "reason": short(item.get("reason"), 60),
        "message": short(item.get("message")),
        "count": count if isinstance(count, int) and not isinstance(count, bool) else 1,
        "last": next((moment for moment in moments if parse_time(moment)), None),
    }


def _newest(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(events, key=lambda one: one["last"] or "", reverse=True)[:_EVENTS]


def _job_state(item: Item) -> str:
    """complete, failed, suspended or active."""
    seen = conditions(item)
    for kind in ("Complete", "Failed"):
        if seen.get(kind, {}).get("status") == "True":
            return kind.lower()
    return "suspended" if mapping(item.get("spec")).get("suspend") is True else "active"


def _owner(item: Item) -> str:
    owners = (mapping(one) for one in sequence(meta(item).get("ownerReferences")))
    return next((text(one.get("name")) for one in owners if one.get("kind") == "CodeRun"), "")


def _key(item: Item) -> Key:
    named = about(item)
    return named["namespace"], named["name"]
