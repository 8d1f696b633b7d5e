# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pod says of the nodes that it may run on, as the scheduler reads it. Pure. Private API.

Modelled: node selector, required node affinity, tolerations, required pod affinity and anti-affinity, and topology
spread that must hold. What is only preferred, the ports of the host and limits of attached volumes are not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text, whole
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.selectors import (
    Requirements,
    meets,
    node_terms,
    requirements,
)

#: taint that the cordon itself makes; whether a node takes pods is told by the node
_CORDON = "node.kubernetes.io/unschedulable"
_HARD = ("NoSchedule", "NoExecute")


@dataclass(frozen=True, slots=True)
class Taint:
    key: str
    value: str
    effect: str


@dataclass(frozen=True, slots=True)
class Term:
    """Pods that are meant, and where: namespaces None is all of them, key the label of nodes that makes a place."""

    namespaces: frozenset[str] | None
    wanted: Requirements | None
    key: str

    def means(self, namespace: str, labels: Mapping[str, str]) -> bool:
        return (self.namespaces is None or namespace in self.namespaces) and meets(self.wanted, labels)


@dataclass(frozen=True, slots=True)
class Spread:
    """At most so many more of the pods that are meant in one place than in the emptiest one."""

    term: Term
    most: int


@dataclass(frozen=True, slots=True)
class Constraints:
    """All that limits where a pod may run, apart from room and volumes. node_terms: one of them must hold."""

    selector: tuple[tuple[str, str], ...] = ()
    affinity: tuple[Requirements, ...] | None = None
    tolerations: tuple[tuple[str, str, str, str], ...] = ()
    near: tuple[Term, ...] = ()
    apart: tuple[Term, ...] = ()
    spreads: tuple[Spread, ...] = ()

    def accepts(self, labels: Mapping[str, str]) -> bool:
        """Whether labels of a node, its name among them, are as they must be."""
        if any(labels.get(key) != value for key, value in self.selector):
            return False
        return self.affinity is None or any(meets(one, labels) for one in self.affinity)

    def tolerates(self, taint: Taint) -> bool:
        if taint.effect not in _HARD or taint.key == _CORDON:
            return True
        return any(_tolerates(one, taint) for one in self.tolerations)


class Reader:
    """Reads constraints; pods of one template share one value, which makes thousands of them cheap."""

    def __init__(self) -> None:
        self._known: dict[str, Constraints] = {}

    def read(self, namespace: str, spec: Mapping[str, Any]) -> Constraints:
        """Of the specification of a pod; never raises on its shape."""
        fields = ("nodeSelector", "affinity", "tolerations", "topologySpreadConstraints")
        key = json.dumps([namespace, *(spec.get(field) for field in fields)], sort_keys=True)
        if key not in self._known:
            self._known[key] = _constraints(namespace, spec)
        return self._known[key]


def taints(spec: Mapping[str, Any]) -> tuple[Taint, ...]:
    """Of the specification of a node."""
    found = map(mapping, sequence(spec.get("taints")))
    return tuple(Taint(text(one.get("key")), text(one.get("value")), text(one.get("effect"))) for one in found)


def _constraints(namespace: str, spec: Mapping[str, Any]) -> Constraints:
    affinity = mapping(spec.get("affinity"))
    hard = "requiredDuringSchedulingIgnoredDuringExecution"
    required = mapping(affinity.get("nodeAffinity")).get(hard)
    selector = {key: one for key, one in mapping(spec.get("nodeSelector")).items() if isinstance(one, str)}
    return Constraints(
        selector=tuple(sorted(selector.items())),
        affinity=node_terms(required) if isinstance(required, dict) else None,
        tolerations=tuple(_toleration(mapping(one)) for one in sequence(spec.get("tolerations"))),
        near=tuple(_terms(namespace, mapping(affinity.get("podAffinity")).get(hard))),
        apart=tuple(_terms(namespace, mapping(affinity.get("podAntiAffinity")).get(hard))),
        spreads=tuple(_spreads(namespace, spec)),
    )


def _terms(namespace: str, given: object) -> Iterator[Term]:
    for one in map(mapping, sequence(given)):
        named = frozenset(name for name in sequence(one.get("namespaces")) if isinstance(name, str))
        # Labels of namespaces are not read: such a selector is taken for all of them.
        everywhere = isinstance(one.get("namespaceSelector"), dict)
        places = None if everywhere else named or frozenset({namespace})
        yield Term(places, requirements(one.get("labelSelector")), text(one.get("topologyKey")))


def _spreads(namespace: str, spec: Mapping[str, Any]) -> Iterator[Spread]:
    for one in map(mapping, sequence(spec.get("topologySpreadConstraints"))):
        if one.get("whenUnsatisfiable") == "DoNotSchedule":
            meant = Term(frozenset({namespace}), requirements(one.get("labelSelector")), text(one.get("topologyKey")))
            yield Spread(meant, whole(one.get("maxSkew")) or 1)


def _toleration(one: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return tuple(text(one.get(field)) for field in ("key", "operator", "value", "effect"))  # type: ignore[return-value]


def _tolerates(toleration: tuple[str, str, str, str], taint: Taint) -> bool:
    key, operator, value, effect = toleration
    if effect and effect != taint.effect:
        return False
    if operator == "Exists":
        return not key or key == taint.key
    return key == taint.key and value == taint.value
