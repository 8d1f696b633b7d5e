# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is judged of capacity: room for requests, pressure on nodes, requests against usage, quotas, claims.

Pure. Private API.

| status   | when                                                                                          |
|----------|-----------------------------------------------------------------------------------------------|
| critical | the cluster has no room for another agent, a node is nearly used up, or a quota is nearly full |
| warning  | little room is left, one node is nearly full, or pods use more than they ask for               |
| unknown  | an amount is no quantity, or there are no metrics of a node or of somebody's pods              |

One full node is a warning at most: the scheduler goes to the next one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health import capacity_tables as tables
from ansible_collections.agent_platform.ops.plugins.module_utils.health.capacity import RESOURCES
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Threshold, View, all_well
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import quotas
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes, as_cores
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted, kubectl

ROOM, USAGE, REQUESTS, CLAIMS = "capacity_room", "capacity_usage", "capacity_requests", "capacity_claims"
CLUSTER = subject("Cluster")
WORDS = {"cpu": "CPU", "memory": "memory"}
_PRESSURE = "Above it there is no room for the peaks of several agents at once."
_FULL = "One more agent, or one peak, does not fit any more."


def amount(resource: str, value: float | None) -> str:
    """In the unit of the resource: "1.5 GiB", "250 m", or "?"."""
    if value is None:
        return "?"
    return as_cores(value) if resource == "cpu" else as_bytes(value)


def word(percent: float | None, limits: Mapping[str, float]) -> str:
    """The status of a share; what is not known is unknown."""
    if percent is None:
        return "unknown"
    return "critical" if percent >= limits["critical"] else "warning" if percent >= limits["warning"] else "ok"


def room(view: View) -> Iterator[dict]:
    """One finding for the cluster, one for each node that is nearly full, one for the others."""
    rows = tables.nodes(view.items("nodes"), view.items("pods"), None)
    whole = tables.totals(rows, view.items("pods"))
    if not whole["open"]:
        words = f"none of {counted(whole['nodes'], 'node')} is ready and takes pods"
        yield finding(ROOM, "critical", CLUSTER, words, value=0, evidence=kubectl("get", "nodes"))
    else:
        shares = {name: whole[name]["requested_percent"] for name in RESOURCES} | {"pods": whole["pods"]["percent"]}
        told = " · ".join(_requested(name, whole[name]) for name in RESOURCES)
        pods = whole["pods"]
        told += f" · pods {_percent(pods['percent'])} ({pods['running']} of {pods['allocatable']})"
        yield _standing(ROOM, CLUSTER, f"requested of {counted(whole['open'], 'node')}: {told}", shares, view.limits)
    yield from _nodes(ROOM, rows, view, "requested_percent", most="warning")


def usage(view: View) -> Iterator[dict]:
    """One finding for each node under pressure or without metrics, one for the others."""
    nodes, metrics = view.items("nodes"), view.items("node_metrics")
    if nodes and not metrics:
        yield finding(USAGE, "unknown", CLUSTER, "metrics.k8s.io answers without data of any node", value=0)
        return
    yield from _nodes(USAGE, tables.nodes(nodes, None, metrics), view, "used_percent", most="critical")


def requests(view: View) -> Iterator[dict]:
    """Each owner whose pods use more than they ask for, one for those without metrics, one for the rest."""
    pods = tables.chosen(view.items("pods"), view.settings["namespaces"])
    rows = tables.groups(pods, view.items("pod_metrics"), "owner")
    if rows and not view.items("pod_metrics"):
        yield finding(REQUESTS, "unknown", CLUSTER, "metrics.k8s.io answers without data of any pod", value=0)
        return
    high = [row for row in rows if any(_over(row[name], view.limits) for name in RESOURCES)]
    blind = [row for row in rows if any(row[name]["verdict"] == "unknown" for name in RESOURCES) and row not in high]
    yield from (_hungry(row, view.limits) for row in high)
    if blind:
        named = ", ".join(owned(row) for row in blind[:5]) + (", …" if len(blind) > 5 else "")
        words = f"no metrics of the pods of {counted(len(blind), 'owner')}: {named}"
        yield finding(REQUESTS, "unknown", subject("Pod"), words, value=len(blind))
    others = len(rows) - len(high) - len(blind)
    if others or not rows:
        bare = sum(row["bare"] for row in rows)
        silent = f"; {counted(bare, 'pod')} without requests" if bare else ""
        words = f"pods of {counted(others, 'owner')} use no more than they ask for{silent}"
        yield all_well(REQUESTS, "Pod", others, words)


def claims(view: View) -> Iterator[dict]:
    """Each claim whose size cannot be read or whose volume is smaller than asked for; the others in one finding."""
    rows, odd = tables.claims(view.items("claims")), 0
    for row in rows:
        named = subject("PersistentVolumeClaim", row["namespace"], row["name"])
        asked, has = row["requested"], row["capacity"]
        evidence = kubectl("describe", "persistentvolumeclaim", row["name"], namespace=row["namespace"])
        if asked is None:
            odd += 1
            words = f"claim {row['namespace']}/{row['name']}: its size is no quantity"
            yield finding(CLAIMS, "unknown", named, words, evidence=evidence)
        elif row["phase"] == "Bound" and has is not None and has < asked:
            odd += 1
            words = f"claim {row['namespace']}/{row['name']} asks for {as_bytes(asked)} and has {as_bytes(has)}"
            yield finding(CLAIMS, "warning", named, words, value=has, threshold=asked, evidence=evidence)
    if odd < len(rows) or not rows:
        yield all_well(CLAIMS, "PersistentVolumeClaim", len(rows) - odd, f"{counted(len(rows) - odd, 'claim')} in size")


def owned(row: Mapping[str, Any]) -> str:
    """ "agent agent-platform/5dlabs-rex"."""
    return f"{row['kind']} {row['namespace']}/{row['name'] or 'without labels'}"


def _nodes(check: str, rows: list[dict[str, Any]], view: View, field: str, *, most: str) -> Iterator[dict]:
    well = 0
    verb = field.removesuffix("_percent")
    for row in rows:
        shares = {name: row[name][field] for name in RESOURCES}
        told = " · ".join(_amounts(name, row[name], verb) for name in RESOURCES)
        evidence = kubectl("describe", "node", row["name"])
        found = _standing(check, subject("Node", name=row["name"]), f"node {row['name']}: {told}", shares, view.limits)
        if found["status"] == "ok":
            well += 1
        elif found["status"] == "critical" and most == "warning":
            yield {**found, "status": "warning", "evidence": evidence}
        else:
            yield {**found, "evidence": evidence}
    if well:
        words = f"{counted(well, 'node')}: less than {view.limits['warning']:g} % {verb}"
        yield all_well(check, "Node", well, words)


def _standing(check: str, about: dict, words: str, shares: Mapping[str, Any], limits: Mapping[str, float]) -> dict:
    status = worst(word(percent, limits) for percent in shares.values())
    value = max((percent for percent in shares.values() if percent is not None), default=None)
    threshold = limits["critical" if status == "critical" else "warning"]
    return finding(check, status, about, words, value=value, threshold=threshold)


def _hungry(row: Mapping[str, Any], limits: Mapping[str, float]) -> dict:
    over = [name for name in RESOURCES if _over(row[name], limits)]
    told = " · ".join(
        f"{WORDS[name]} {amount(name, row[name]['used'])} used, {_percent(row[name]['percent'])} of what is asked for; "
        f"ask for {amount(name, row[name]['suggested'])}"
        for name in over
    )
    value = max(row[name]["percent"] for name in over)
    named = subject("Pod", row["namespace"], row["name"])
    evidence = kubectl("top", "pods", namespace=row["namespace"])
    words = f"{owned(row)}, {counted(row['measured'], 'pod')}: {told}"
    return finding(REQUESTS, "warning", named, words, value=value, threshold=limits["under"], evidence=evidence)


def _over(one: Mapping[str, Any], limits: Mapping[str, float]) -> bool:
    return one["percent"] is not None and one["percent"] > limits["under"]


def _requested(name: str, one: Mapping[str, Any]) -> str:
    return _amounts(name, one, "requested")


def _amounts(name: str, one: Mapping[str, Any], field: str) -> str:
    shown = f"{amount(name, one[field])} of {amount(name, one['allocatable'])}"
    return f"{WORDS[name]} {_percent(one[field + '_percent'])} ({shown})"


def _percent(value: float | None) -> str:
    return "unknown" if value is None else f"{value:g} %"


_LIMITS = (Threshold("warning", 85, _PRESSURE, "%"), Threshold("critical", 95, _FULL, "%"))

CHECKS = (
    Check(
        name=ROOM,
        title="The cluster has room for what the next agents ask for",
        why="Pods that find no node stay pending, and their workflows with them.",
        reads=("nodes", "pods"),
        judge=room,
        thresholds=_LIMITS,
        runbook="weekly_maintenance",
    ),
    Check(
        name=USAGE,
        title="No node is used up",
        why="A node short of memory kills pods, those that use more than they asked for first.",
        reads=("nodes", "node_metrics"),
        judge=usage,
        thresholds=_LIMITS,
    ),
    Check(
        name=REQUESTS,
        title="Pods use no more than they ask for",
        why="The scheduler counts requests; what is used beyond them is taken from the neighbours.",
        reads=("pods", "pod_metrics"),
        judge=requests,
        thresholds=(Threshold("under", 100, "Beyond its request a pod lives from what others leave.", "%"),),
    ),
    # The same rule as in a health check, so that both say the same of one quota.
    replace(quotas.CHECK, name="capacity_quotas"),
    Check(
        name=CLAIMS,
        title="Volumes are as large as their claims ask for",
        why="A volume that could not grow is full earlier than everybody thinks.",
        reads=("claims",),
        judge=claims,
    ),
)
