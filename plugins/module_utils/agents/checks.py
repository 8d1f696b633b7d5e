# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is judged of agents: by the checks of the platform where these exist, else by their rows. Pure. Private API.

| check        | status                                                                                         |
|--------------|------------------------------------------------------------------------------------------------|
| agents       | ok: at work, waiting or idle; unknown: nobody could look; warning: pods of strangers           |
| agent_usage  | how near the memory of a container is to its limit; unknown where nobody measured a running pod |
| agent_events | warning: the node or the scheduler complains about a pod again and again                       |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Threshold, View, all_well
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import (
    claims,
    coderun_contradictions,
    coderuns,
    pods,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import OUT_OF_MEMORY
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import age, counted, kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

_HERE = "agent_health"
#: parts of the snapshot that are rows, not objects
AGENTS, PODS, STRANGERS = "agents", "agent_pods", "strangers"


def _presence(view: View) -> Iterator[dict]:
    for row in view.items(AGENTS):
        status = "unknown" if row["state"] == "unknown" or row["blind"] else "ok"
        show = kubectl("get", "pods", "-l", f"github-user={row['github_user']}", "-o", "wide") + " -A"
        yield finding("agents", status, subject("Agent", name=row["name"]), row["line"], evidence=show)
    by_user: dict[str, list[dict]] = {}
    for row in view.items(STRANGERS):
        by_user.setdefault(row["github_user"], []).append(row)
    for user, rows in sorted(by_user.items()):
        first = rows[0]
        words = f"{counted(len(rows), 'pod')} of {user}, whom platform_agents does not list, such as {first['name']}"
        show = kubectl("get", "pods", "-l", f"github-user={user}", "-o", "wide") + " -A"
        yield finding(
            "agents",
            "warning",
            subject("Pod", first["namespace"], first["name"]),
            words,
            evidence=show,
            value=len(rows),
        )


def _usage(view: View) -> Iterator[dict]:
    well = 0
    for row in view.items(PODS):
        told = _of_memory(row, view)
        well += told is None
        if told:
            status, words, percent = told
            named = subject("Pod", row["namespace"], row["name"])
            show = kubectl("top", "pod", row["name"], "--containers", namespace=row["namespace"])
            yield finding(
                "agent_usage",
                status,
                named,
                f"Pod {row['namespace']}/{row['name']}: {words}",
                value=percent,
                threshold=view.limits.get(status),
                evidence=show,
                runbook="diagnose_agent_oom" if percent else "",
            )
    if well:
        limit = f"{view.limits['warning']:g} %"
        yield all_well("agent_usage", "Pod", well, f"{counted(well, 'pod')}: memory below {limit} of every limit")
    elif not view.items(PODS):
        yield all_well("agent_usage", "Pod", 0, "no agent has a pod that could be measured")


def _of_memory(row: dict, view: View) -> tuple[str, str, float | None] | None:
    """(status, words, percent); None where nothing is wrong."""
    percent = row["memory"]["percent"]
    if row["phase"] != "Running":
        return None
    if percent is not None and percent >= view.limits["warning"]:
        status = "critical" if percent >= view.limits["critical"] else "warning"
        words = f"{row['memory']['container']} uses {percent:g} % of the memory that it may use"
        return status, f"{words} (limit {view.limits[status]:g} %)", percent
    young = row["age"] is not None and row["age"] <= view.limits["unmeasured"]
    if row["memory"]["used"] is None and not young and view.was_read("pod_metrics", row["namespace"]):
        return "unknown", "nobody measures all that it uses", None
    return None


def _events(view: View) -> Iterator[dict]:
    told = 0
    for row in view.items(PODS):
        recent = [one for one in row["events"] or () if _is_recent(one, view)]
        number = sum(one["count"] for one in recent)
        if number >= view.limits["many"]:
            told += 1
            span, newest = format_age(view.limits["recent"]), recent[0]
            words = f"{number} warning events in {span}, last {newest['reason']} ({newest['message']})"
            named = subject("Pod", row["namespace"], row["name"])
            show = kubectl("describe", "pod", row["name"], namespace=row["namespace"])
            message = f"Pod {row['namespace']}/{row['name']}: {words}"
            yield finding("agent_events", "warning", named, message, value=number, evidence=show)
    others = len(view.items(PODS)) - told
    if others or not told:
        yield all_well(
            "agent_events", "Pod", others, f"{counted(others, 'pod')}: nothing complains about them repeatedly"
        )


def _is_recent(event: dict, view: View) -> bool:
    since = age(event["last"], view.now)
    return since is not None and since <= view.limits["recent"]


_PRESENCE = Check(
    name="agents",
    title="What every agent does is known",
    why="A pod of an agent that nobody lists escapes every runbook, and an agent that nobody can see is not healthy.",
    reads=(AGENTS, STRANGERS),
    judge=_presence,
)
_USAGE = Check(
    name="agent_usage",
    title="Agents use less memory than their containers may",
    why="A container that reaches its limit is killed in the middle of its work.",
    reads=(PODS, "pod_metrics"),
    judge=_usage,
    thresholds=(
        Threshold("warning", 85, "A build takes the last tenth within seconds.", "%"),
        Threshold("critical", 95, "What is left does not hold the next process that the agent starts.", "%"),
        Threshold("unmeasured", "3m", "The first figures of a pod come within two looks of the metrics server."),
    ),
)
_EVENTS = Check(
    name="agent_events",
    title="Nothing complains about a pod of an agent again and again",
    why="A mount or an image that fails for the tenth time does not mend itself.",
    reads=(PODS, "events"),
    judge=_events,
    thresholds=(
        Threshold("many", 5, "One or two happen while a pod starts on a busy node.", ""),
        Threshold("recent", "1h", "The API server forgets events after an hour."),
    ),
)
CHECKS = (_PRESENCE, _USAGE, _EVENTS, pods.CHECK, claims.CHECK, coderuns.CHECK, coderun_contradictions.CHECK)


def treated(findings: Iterable[dict]) -> list[dict]:
    """With the runbook that comes after this look at agents; the checks themselves send people here."""
    return [{**one, "runbook": _next(one)} if one["runbook"] == _HERE else one for one in findings]


def _next(one: dict) -> str:
    if OUT_OF_MEMORY in one["message"]:
        return "diagnose_agent_oom"
    stands_still = one["check"] == coderuns.NAME and one["status"] == "warning"
    return "restart_agent" if one["status"] == "critical" or stands_still else ""
