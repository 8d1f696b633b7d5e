# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes of a failed workflow as they must be for the controller to run what failed again. Pure. Private API.

The rules are those of `argo retry` (FormulateRetryWorkflow of Argo Workflows 3.7), with two differences: a hold that
failed because its workflow was stopped is opened again, and a graph in which something does not fit is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

#: types that do something themselves; the others only hold them together
_EXECUTES = frozenset({"Container", "Pod", "HTTP", "Plugin", "Suspend"})
_GROUPS = frozenset({"DAG", "TaskGroup", "StepGroup", "Steps"})
_FAILED = frozenset({"Failed", "Error"})


class UnfitError(Exception):
    """The graph does not have the shape that Argo gives it; the words complete «cannot be retried: …»."""


@dataclass
class Graph:
    """Nodes by id with one parent each; exit handlers of the whole workflow stand apart."""

    name: str
    nodes: Mapping[str, dict[str, Any]]
    parents: dict[str, str] = field(default_factory=dict)
    root: str = ""

    @classmethod
    def of(cls, name: str, nodes: Mapping[str, dict[str, Any]]) -> Graph:
        """:raises UnfitError: when a node lacks its parent or a child, or there is no root"""
        graph = cls(name, nodes)
        for key in sorted(nodes):
            for child in graph.children(key):
                if child not in nodes:
                    raise UnfitError(f"node {graph.called(key)} has a child that is not there")
                graph.parents.setdefault(child, key)
        roots = [key for key, node in nodes.items() if node.get("name") == name]
        if len(roots) != 1 or roots[0] in graph.parents:
            raise UnfitError("its root node is not there, or not alone")
        graph.root = roots[0]
        for key in nodes:
            if key != graph.root and key not in graph.parents and not graph.is_exit(key):
                raise UnfitError(f"node {graph.called(key)} has no parent")
        return graph

    def children(self, key: str) -> list[str]:
        return [one for one in sequence(self.nodes[key].get("children")) if isinstance(one, str)]

    def kind(self, key: str) -> str:
        return text(self.nodes[key].get("type"))

    def failed(self, key: str) -> bool:
        return self.nodes[key].get("phase") in _FAILED

    def called(self, key: str) -> str:
        return (text(self.nodes[key].get("displayName")) or key)[:80]

    def is_exit(self, key: str) -> bool:
        """Of the exit handler of the whole workflow, which runs anew."""
        return text(self.nodes[key].get("name")).startswith(f"{self.name}.onExit")

    def below(self, key: str) -> set[str]:
        """Everything that came after a node."""
        found: set[str] = set()
        waiting = self.children(key)
        while waiting:
            one = waiting.pop()
            if one not in found:
                found.add(one)
                waiting += self.children(one)
        return found

    def in_order(self) -> list[str]:
        """Ids from the root on, level by level, without exit handlers."""
        order, seen = [self.root], {self.root}
        for key in order:
            new = [one for one in self.children(key) if one not in seen]
            order += dict.fromkeys(new)
            seen.update(new)
        return order

    def up(self, key: str) -> Iterable[str]:
        """The parents of a node up to the root.

        :raises UnfitError: when the way does not end there
        """
        seen = {key}
        while key in self.parents:
            key = self.parents[key]
            if key in seen:
                raise UnfitError(f"node {self.called(key)} comes after itself")
            seen.add(key)
            yield key
        if key != self.root:
            raise UnfitError(f"node {self.called(key)} does not come after the root")


def plan(graph: Graph, restart: Collection[str], expand: bool) -> tuple[set[str], set[str]]:
    """(ids to be run anew, ids to be set back to Running).

    :param restart: ids that are run anew although they succeeded
    :param expand: groups that are set back lose what is in them, so that new parameters give them new members
    :raises UnfitError: when nothing can be run again, or the graph does not fit
    """
    begin = {key for key in graph.nodes if graph.failed(key) and graph.kind(key) in _EXECUTES}
    begin = {key for key in begin if not graph.is_exit(key) and not _recovered(graph, key, restart)} | set(restart)
    if not begin:
        raise UnfitError("no step of it has failed that could be run again")
    removed: set[str] = set()
    reset: set[str] = set()
    for key in graph.in_order():
        if key in begin and key not in removed:
            _run_anew(graph, key, removed, reset)
    if expand:
        groups = [key for key in reset - removed if graph.kind(key) in ("TaskGroup", "StepGroup")]
        removed.update(*(graph.below(key) for key in groups))
    if graph.root in removed and graph.kind(graph.root) in _GROUPS:
        raise UnfitError("its root would have to go")
    reset -= removed
    _require_way(graph, removed, reset)
    return removed, reset


def _recovered(graph: Graph, key: str, restart: Collection[str]) -> bool:
    """Whether the workflow went on after this failure, as after a failed attempt that was repeated."""
    flags = mapping(graph.nodes[key].get("nodeFlag"))
    if flags.get("retried") is True:
        parent = graph.parents.get(key, "")
        if not parent or graph.kind(parent) != "Retry":
            raise UnfitError(f"attempt {graph.called(key)} belongs to no Retry node")
        key = parent
    return any(graph.nodes[one].get("phase") == "Succeeded" and one not in restart for one in graph.below(key))


def _run_anew(graph: Graph, key: str, removed: set[str], reset: set[str]) -> None:
    """Remove a node with all that came after it, and open what encloses it."""
    removed |= {key} | graph.below(key)
    way = [key, *graph.up(key)]
    at = 0
    while at < len(way):
        one = way[at]
        kind = graph.kind(one)
        if kind in _GROUPS:
            _open_enclosing(graph, way[at:], reset)
            return
        if kind == "Retry" and graph.failed(one):
            reset.add(one)
        elif kind == "Container":
            pod = next((place for place in range(at, len(way)) if graph.kind(way[place]) == "Pod"), None)
            if pod is None:
                raise UnfitError(f"container {graph.called(one)} belongs to no pod")
            removed |= {way[pod]} | graph.below(way[pod])
            at = pod
        at += 1


def _open_enclosing(graph: Graph, way: list[str], reset: set[str]) -> None:
    """From a group up: every template that encloses it, with the groups and Retry nodes around those."""
    reset.add(way[0])
    at = 0
    while True:
        if at + 1 < len(way) and graph.kind(way[at + 1]) == "Retry":
            at += 1
            reset.add(way[at])
        if at + 1 < len(way) and graph.kind(way[at + 1]) in ("StepGroup", "TaskGroup"):
            reset.add(way[at + 1])
        boundary = text(graph.nodes[way[at]].get("boundaryID"))
        if not boundary:
            return
        if boundary not in way[at:]:
            raise UnfitError(f"the template around node {graph.called(way[at])} is not above it")
        place = way.index(boundary)
        if place == at:
            raise UnfitError(f"node {graph.called(boundary)} encloses itself")
        reset.add(boundary)
        at = place


def _require_way(graph: Graph, removed: set[str], reset: set[str]) -> None:
    """Every template around what runs anew must be open, else the controller never comes there."""
    for key in removed:
        seen: set[str] = set()
        boundary = text(graph.nodes[key].get("boundaryID"))
        while boundary and boundary not in removed and not graph.is_exit(key):
            if boundary not in graph.nodes or boundary in seen:
                raise UnfitError(f"the template around node {graph.called(key)} is not there")
            if boundary not in reset and graph.nodes[boundary].get("phase") != "Running":
                raise UnfitError(f"node {graph.called(boundary)} would stay closed around what is to run again")
            seen.add(boundary)
            boundary = text(graph.nodes[boundary].get("boundaryID"))
    if graph.root not in reset and graph.root not in removed:
        raise UnfitError("its root would stay closed")


def rebuilt(graph: Graph, removed: set[str], reset: set[str], now: str) -> dict[str, dict[str, Any]]:
    """The nodes that stay, those to be set back as if they had just started.

    :param now: RFC 3339
    """
    staying = {key for key in graph.nodes if key not in removed and not graph.is_exit(key)}
    nodes = {}
    for key in graph.nodes:
        if key not in staying:
            continue
        node = _set_back(graph.nodes[key], now) if key in reset else dict(graph.nodes[key])
        for links in ("children", "outboundNodes"):
            if isinstance(node.get(links), list):
                node[links] = [one for one in node[links] if one in staying]
        nodes[key] = node
    return nodes


def _set_back(node: dict[str, Any], now: str) -> dict[str, Any]:
    kept = {name: value for name, value in node.items() if name not in ("message", "finishedAt")}
    phase = "Skipped" if node.get("phase") == "Skipped" else "Running"
    return {**kept, "phase": phase, "startedAt": now}


def pods(graph: Graph, removed: set[str], version: str) -> list[str]:
    """Names of the pods of what runs anew, exit handlers included: the controller gives the new ones the same names.

    :param version: of pod names, by the annotation of the workflow: v1 or v2
    """
    gone = [key for key in graph.nodes if graph.kind(key) == "Pod" and (key in removed or graph.is_exit(key))]
    return sorted({_pod_name(graph, key, version) for key in gone})


def _pod_name(graph: Graph, key: str, version: str) -> str:
    node = graph.nodes[key]
    name = text(node.get("name"))
    if version == "v1":
        return key
    if name == graph.name:
        return graph.name
    template = text(mapping(node.get("templateRef")).get("template")) or text(node.get("templateName"))
    prefix = f"{graph.name}-{template}" if template else graph.name
    return f"{prefix.encode()[:242].decode(errors='ignore')}-{_fnv32a(name.encode())}"


def _fnv32a(data: bytes) -> int:
    value = 0x811C9DC5
    for byte in data:
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return value
