# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether and how a failed workflow is run again from where it failed. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import change as c
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import effects, labels, parameters, retry_nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Decision, Mark, Refused, Unchanged
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import Facts
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retry_nodes import Graph, UnfitError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

#: a pod gets 30 s to end before the controller kills what has its name
_KILLS_FOR = 40
_POD_NAMES = "workflows.argoproj.io/pod-name-format"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be run again besides what failed.

    node: name, display name or id of one that succeeded and is run anew. parameters: values by name.
    """

    node: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


def retry(workflow: object, mark: Mark, wish: Wish) -> Decision:
    """Run again what failed, in the same workflow; what succeeded stays."""
    facts = c.any_facts(workflow, "retried")
    if isinstance(facts, Refused):
        return facts
    if refusal := _wrong_phase(facts):
        return refusal
    found = c.writable_nodes(facts)
    if isinstance(found, Refused):
        return found
    if why := parameters.unknown_parameters(wish.parameters, _known(facts)):
        return Refused(why)
    try:
        nodes, pods, count = _nodes(facts, found, mark, wish)
    except UnfitError as unfit:
        return Refused(f"cannot be retried: {unfit}")
    before = mapping(workflow)
    after = _reopened(c.annotated(before, "retry", mark), facts, mark, wish)
    after["status"] = c.with_nodes(after["status"], nodes)
    if pods and (seconds := _still_killing(facts, mark)):
        return Refused(f"the controller may kill pods of these names for {seconds} s more, since it was shut down")
    detail = f"run {count} of its {len(found)} nodes again, {len(nodes)} stay"
    return c.change(before, after, effects.moved(after), detail, tuple(pods))


def _wrong_phase(facts: Facts) -> Refused | Unchanged | None:
    if facts.phase in ("Failed", "Error"):
        return None
    if facts.phase == "Succeeded":
        return Refused("it has succeeded; submit it again instead", applies=False)
    if c.annotation(facts, "retry", "time"):
        return Unchanged(f"it runs again{c.since(facts, 'retry')}")
    return Refused(f"its phase is {facts.phase or 'empty'}; only a Failed or Error one is retried", applies=False)


def _still_killing(facts: Facts, mark: Mark) -> int:
    """Seconds for which the controller still ends pods of a shutdown, by names that the new ones have too."""
    now = parse_time(mark.time)
    if not c.shutdown_of(facts) or not facts.finished or not now:
        return 0
    return max(0, _KILLS_FOR - int((now - facts.finished).total_seconds()))


def _nodes(
    facts: Facts, found: Mapping[str, dict], mark: Mark, wish: Wish
) -> tuple[dict[str, dict[str, Any]], list[str], int]:
    """(nodes to be written, pods to be deleted, how many nodes run again); without any it starts from the beginning."""
    if not found:
        return {}, [], 0
    graph = Graph.of(text(facts.metadata.get("name")), found)
    removed, reset = retry_nodes.plan(graph, _restarted(found, wish), bool(wish.parameters))
    version = text(mapping(facts.metadata.get("annotations")).get(_POD_NAMES))
    nodes = retry_nodes.rebuilt(graph, removed, reset, mark.time)
    return nodes, retry_nodes.pods(graph, removed, version), len(found) - len(nodes)


def _restarted(found: Mapping[str, dict], wish: Wish) -> list[str]:
    if not wish.node:
        return []
    meant = [key for key, node in found.items() if wish.node in (key, node.get("name"), node.get("displayName"))]
    if len(meant) != 1:
        raise UnfitError(f"{len(meant)} nodes are called {wish.node!r:.80}; give the id of one")
    return meant


def _known(facts: Facts) -> list[str]:
    stored = mapping(facts.status.get("storedWorkflowSpec"))
    specs = [mapping(spec.get("arguments")).get("parameters") for spec in (facts.spec, stored)]
    return [name for spec in specs for name in parameters.parameter_names(spec)]


def _reopened(after: dict[str, Any], facts: Facts, mark: Mark, wish: Wish) -> dict[str, Any]:
    """Everything but the nodes that says that the workflow has ended, as `argo retry` sets it back."""
    marks = {**facts.labels, labels.PHASE: "Running"}
    gone = (labels.COMPLETED, labels.ARCHIVING)
    after["metadata"]["labels"] = {name: value for name, value in marks.items() if name not in gone}
    after["spec"] = parameters.with_parameters(_runnable(facts.spec), wish.parameters)
    status = {name: value for name, value in facts.status.items() if name not in ("message", "finishedAt")}
    status |= {"phase": "Running", "startedAt": mark.time, "persistentVolumeClaims": []}
    status["conditions"] = [
        *(one for one in sequence(status.get("conditions")) if mapping(one).get("type") != "Completed"),
        {"type": "Completed", "status": "False"},
    ]
    if isinstance(status.get("storedWorkflowSpec"), dict):
        stored = {name: value for name, value in status["storedWorkflowSpec"].items() if name != "shutdown"}
        status["storedWorkflowSpec"] = parameters.with_parameters(stored, wish.parameters)
    return {**after, "status": status}


def _runnable(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Without the wish to shut down; a deadline of 0 is how older controllers terminated."""
    ended = spec.get("activeDeadlineSeconds") == 0
    return {
        name: value
        for name, value in spec.items()
        if name != "shutdown" and not (ended and name == "activeDeadlineSeconds")
    }
