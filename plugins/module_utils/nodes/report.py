# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How planned drains are told: rows, findings, tables, one line. Pure. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import counted, kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import marks
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.plan import NodePlan
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

CHECK = "node_drain"
_SHOWN = 50


def node_rows(scene: Scene, plans: Iterable[NodePlan]) -> Iterator[dict[str, Any]]:
    """One for each node, in the order in which they are to be drained."""
    for number, plan in enumerate(plans, 1):
        node, counts = scene.nodes[plan.node], Counter(one.action for one in plan.verdicts)
        yield {
            "order": number,
            "name": plan.node,
            "ready": node.ready,
            "cordoned": node.cordoned,
            "may_start": plan.may_start,
            "asks": len(plan.asks) + len(plan.obstacles),
            "seconds": round(plan.cost.seconds),
            "waits": counts["wait"],
            "hands_over": counts["hand_over"],
            "rolls": counts["roll"],
            "evicts": counts["evict"],
            "stays": counts["ignore"],
            "without_place": len(plan.unplaced),
            "budgets_exhausted": plan.cost.tight,
        }


def pod_rows(plans: Iterable[NodePlan]) -> Iterator[dict[str, Any]]:
    """One for everything that does not simply stay: where it would go, and why it waits or must be asked about."""
    for plan in plans:
        missing = {one.pod.uid: one.why for one in plan.unplaced}
        for one in plan.verdicts:
            uid = one.pod.uid if one.pod else ""
            if one.action != "ignore":
                why = f"{one.why}; no node takes it meanwhile: {missing[uid]}" if uid in missing else one.why
                yield {
                    "node": plan.node,
                    "kind": one.kind,
                    "namespace": one.namespace,
                    "name": one.name,
                    "action": one.action,
                    "to": plan.places.get(uid, ""),
                    "why": why,
                }


def findings(scene: Scene, plans: Sequence[NodePlan]) -> list[dict]:
    """What keeps nodes from being drained, worst first; one ok finding for those that nothing keeps."""
    found = [one for plan in plans for one in _of_plan(plan)]
    for name in marks.away(scene.nodes.values(), ""):
        since, show = scene.nodes[name].annotations[marks.TIME], kubectl("describe", "node", name)
        words = f"it was drained at {since[:40]} and is not back yet; no other node is drained before"
        found.append(finding(CHECK, "warning", subject("Node", "", name), words, evidence=show, runbook="drain_node"))
    free = sum(1 for plan in plans if plan.may_start)
    if free:
        found.append(finding(CHECK, "ok", subject("Node"), f"{counted(free, 'node')} can be drained now", value=free))
    return worst_first(found)


def line(plans: Sequence[NodePlan]) -> str:
    """ "3 nodes · 2 can be drained now · 40 pods move · work ends in 45 min at most"."""
    free = [plan for plan in plans if plan.may_start]
    longest = max((plan.cost.seconds for plan in free), default=0)
    asked = sum(len(plan.asks) + len(plan.obstacles) for plan in plans)
    told = [
        f"{counted(len(plans), 'node')}",
        f"{len(free):,} can be drained now",
        f"{counted(sum(plan.cost.moved for plan in free), 'pod')} would move",
        f"work on them ends in {format_age(longest)} at most" if longest else "",
        f"{counted(asked, 'question')} open" if asked else "",
    ]
    return " · ".join(filter(None, told))


def tables(plans: Sequence[NodePlan]) -> list[dict[str, Any]]:
    """The order of the nodes and, where there is any, what must be decided or fits nowhere."""
    order = [
        [
            plan.node,
            "yes" if plan.may_start else "no",
            len(plan.asks) + len(plan.obstacles),
            format_age(plan.cost.seconds),
            plan.cost.lost,
            plan.cost.tight,
            plan.cost.moved,
        ]
        for plan in plans
    ]
    columns = [
        "Node",
        "Can be drained",
        "Questions",
        "Work ends in",
        "Agents tried again",
        "Budgets used up",
        "Pods moved",
    ]
    open_ones = [[one["node"], f"{one['namespace']}/{one['name']}", one["why"]] for one in _open_rows(plans)]
    return [
        _table("Nodes in the order in which a drain costs least", columns, order),
        *(
            [_table("What keeps nodes from being drained", ["Node", "Pod or workflow", "Why"], open_ones)]
            if open_ones
            else []
        ),
    ]


def _open_rows(plans: Sequence[NodePlan]) -> Iterator[dict[str, Any]]:
    homeless = {one.pod.place for plan in plans for one in plan.obstacles}
    for row in pod_rows(plans):
        if row["action"] == "ask" or f"{row['namespace']}/{row['name']}" in homeless:
            yield row


def _table(title: str, columns: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    return {"title": title, "columns": columns, "rows": rows[:_SHOWN], "more": max(0, len(rows) - _SHOWN)}


def _of_plan(plan: NodePlan) -> Iterator[dict]:
    for one in plan.asks:
        about = subject(one.kind, one.namespace, one.name)
        show = kubectl("describe", one.kind.lower(), one.name, namespace=one.namespace)
        yield finding(CHECK, "warning", about, f"keeps node {plan.node} from being drained: {one.why}", evidence=show)
    for other in plan.unplaced:
        pod, words = other.pod, "may wait until it is back" if other.accepted else "keeps it from being drained"
        show = kubectl("describe", "pod", pod.name, namespace=pod.namespace)
        message = f"no node takes it while node {plan.node} is away, and it {words}: {other.why}"
        yield finding(CHECK, "warning", subject("Pod", pod.namespace, pod.name), message, evidence=show)
