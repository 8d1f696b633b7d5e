# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where pods find a place: a model of the scheduler's filters. Pure. Private API.

It finds a place wherever there is one by the rules of constraints.py, room and volumes; which one of several the
scheduler takes is its own choice. A pod that fits nowhere here would wait.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.constraints import Constraints, Spread, Term
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.objects import Node, Pod
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.selectors import meets

_CORDONED, _NOT_READY = "cordoned", "not ready"


class Room:
    """What is free on each node while pods move; changed by put and take alone."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._nodes = sorted(scene.nodes)
        self._free = {name: dict(scene.nodes[name].room) for name in self._nodes}
        self._closed = {name: words for name in self._nodes if (words := _shut(scene.nodes[name]))}
        self._eligible: dict[tuple, list[str]] = {}
        self._terms = _Terms(scene)
        # Pods like which one found no place, and why, as long as no room comes free.
        self._hopeless: dict[tuple, str] = {}
        self._next = 0
        self.pods: dict[str, dict[str, Pod]] = {name: {} for name in self._nodes}
        for pod in scene.pods:
            if pod.node in self.pods:
                self.put(pod, pod.node)

    def put(self, pod: Pod, node: str) -> None:
        self.pods[node][pod.uid] = pod
        self._account(pod, node, -1)

    def take(self, pod: Pod, node: str) -> None:
        del self.pods[node][pod.uid]
        self._account(pod, node, 1)
        if node not in self._closed:
            self._hopeless.clear()

    def close(self, node: str) -> None:
        """Let nothing more onto a node."""
        self._closed[node] = _CORDONED

    def open(self, node: str) -> None:
        self._closed.pop(node, None)
        self._hopeless.clear()

    def free(self, node: str) -> dict[str, int]:
        """What is left of each resource, in the units of Node.room."""
        return self._free[node]

    def find(self, pod: Pod) -> str:
        """A node that takes the pod, empty where none does."""
        names = self._names(pod)
        ruled = pod.constraints.near or pod.constraints.apart or pod.constraints.spreads or self._terms.repelled(pod)
        count, likeness = len(names), _likeness(pod)
        if not ruled and likeness in self._hopeless:
            return ""
        # Pods are spread over the nodes, and none is asked twice for want of luck.
        for step in range(count):
            name = names[(self._next + step) % count]
            if name in self._closed or not self._fits(pod, name):
                continue
            if not ruled or not self._terms.objection(pod, name, names):
                self._next = (self._next + step + 1) % count
                return name
        if not ruled:
            self._hopeless[likeness] = ""
        return ""

    def why_not(self, pod: Pod) -> str:
        """Why no node takes it: "2 nodes: not enough memory, 1 node: cordoned", the most frequent reason first."""
        if known := self._hopeless.get(_likeness(pod)):
            return known
        names = set(self._names(pod))
        reasons = Counter(self._reason(pod, name, name in names) for name in self._nodes)
        told = (f"{count:,} node{'s' * (count > 1)}: {words}" for words, count in reasons.most_common())
        words = ", ".join(told) or "there is no node"
        if _likeness(pod) in self._hopeless:
            self._hopeless[_likeness(pod)] = words
        return words

    def _reason(self, pod: Pod, name: str, eligible: bool) -> str:
        if name in self._closed:
            return self._closed[name]
        if not eligible:
            return self._objection(pod, self._scene.nodes[name])
        short = sorted(one for one, amount in pod.asks.items() if self._free[name].get(one, 0) < amount)
        return f"not enough {short[0]}" if short else self._terms.objection(pod, name, self._names(pod))

    def _fits(self, pod: Pod, name: str) -> bool:
        free = self._free[name]
        return all(free.get(one, 0) >= amount for one, amount in pod.asks.items())

    def _names(self, pod: Pod) -> list[str]:
        """Nodes that would take it if they had room: what never changes is looked at once for all pods like it."""
        rules, volumes = pod.constraints, self._scene.volume_terms(pod)
        key = (rules.selector, rules.affinity, rules.tolerations, volumes)
        if key not in self._eligible:
            nodes = (self._scene.nodes[name] for name in self._nodes)
            self._eligible[key] = [node.name for node in nodes if not self._objection(pod, node)]
        return self._eligible[key]

    def _objection(self, pod: Pod, node: Node) -> str:
        if not pod.constraints.accepts(node.labels):
            return "it selects other nodes"
        taint = next((one for one in node.taints if not pod.constraints.tolerates(one)), None)
        if taint:
            return f"taint {taint.key} is not tolerated"
        volumes = self._scene.volume_terms(pod)
        here = all(any(meets(one, node.labels) for one in terms) for terms in volumes)
        return "" if here else "its volume is bound to another node"

    def _account(self, pod: Pod, node: str, sign: int) -> None:
        free = self._free[node]
        for one, amount in pod.asks.items():
            free[one] = free.get(one, 0) + sign * amount
        self._terms.count(pod, node, -sign)


class _Terms:
    """How many pods each term of an affinity means, and how many pods carry it, in each place."""

    def __init__(self, scene: Scene) -> None:
        self._labels = {name: node.labels for name, node in scene.nodes.items()}
        rules: set[Constraints] = {pod.constraints for pod in scene.pods}
        self._apart = {term for one in rules for term in one.apart}
        self._known = _Index({term for one in rules for term in _terms(one)})
        self._meant: dict[Term, Counter[str]] = defaultdict(Counter)
        self._carried: dict[Term, Counter[str]] = defaultdict(Counter)
        self._of: dict[tuple, tuple[Term, ...]] = {}

    def count(self, pod: Pod, node: str, number: int) -> None:
        labels = self._labels[node]
        for term in self._matching(pod):
            if term.key in labels:
                self._meant[term][labels[term.key]] += number
        for term in pod.constraints.apart:
            if term.key in labels:
                self._carried[term][labels[term.key]] += number

    def repelled(self, pod: Pod) -> bool:
        """Whether a pod somewhere may not stand beside this one."""
        return any(term in self._apart for term in self._matching(pod))

    def objection(self, pod: Pod, node: str, names: list[str]) -> str:
        """Why the pods that are there already keep this one from a node; empty where they do not.

        :param names: nodes among which pods are spread
        """
        rules, labels = pod.constraints, self._labels[node]
        for term in rules.apart:
            if term.key in labels and self._meant[term][labels[term.key]] > 0:
                return "its anti-affinity forbids it"
        for term in self._matching(pod):
            if term in self._apart and term.key in labels and self._carried[term][labels[term.key]] > 0:
                return "the anti-affinity of a pod there forbids it"
        if any(not self._is_near(term, pod, labels) for term in rules.near):
            return "its affinity asks for other pods"
        if any(not self._is_spread(one, pod, labels, names) for one in rules.spreads):
            return "its topology spread forbids it"
        return ""

    def _is_near(self, term: Term, pod: Pod, labels: object) -> bool:
        place = labels.get(term.key)  # type: ignore[attr-defined]
        if place is None:
            return False
        counts = self._meant[term]
        # The first of pods that want each other may go anywhere.
        first = not any(number > 0 for number in counts.values()) and term.means(pod.namespace, pod.labels)
        return counts[place] > 0 or first

    def _is_spread(self, one: Spread, pod: Pod, labels: object, names: Iterable[str]) -> bool:
        key, counts = one.term.key, self._meant[one.term]
        place = labels.get(key)  # type: ignore[attr-defined]
        if place is None:
            return False
        places = {self._labels[name][key] for name in names if key in self._labels[name]}
        least = min((counts[each] for each in places), default=0)
        itself = one.term.means(pod.namespace, pod.labels)
        return counts[place] + itself - least <= one.most

    def _matching(self, pod: Pod) -> tuple[Term, ...]:
        """Terms that mean this pod; pods of one template have nearly the same labels, so the answer is kept."""
        key = (pod.namespace, tuple(sorted(pod.labels.items())))
        if key not in self._of:
            self._of[key] = tuple(self._known.meaning(pod))
        return self._of[key]


class _Index:
    """Terms by a label that they ask for: of thousands only those are looked at that may mean a pod."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_label: dict[tuple[str, str], list[Term]] = defaultdict(list)
        self._others: list[Term] = []
        for term in terms:
            equal = next((one for one in term.wanted or () if one[1] == "In"), None)
            if equal:
                for value in equal[2]:
                    self._by_label[equal[0], value].append(term)
            else:
                self._others.append(term)

    def meaning(self, pod: Pod) -> Iterator[Term]:
        near = (term for label in pod.labels.items() for term in self._by_label.get(label, ()))
        return (term for term in (*self._others, *near) if term.means(pod.namespace, pod.labels))


def _likeness(pod: Pod) -> tuple:
    """The same for pods that find a place alike, but for what other pods they stand beside."""
    rules = pod.constraints
    claims = (pod.namespace, *pod.claims) if pod.claims else ()
    return (tuple(sorted(pod.asks.items())), rules.selector, rules.affinity, rules.tolerations, claims)


def _terms(rules: Constraints) -> Iterator[Term]:
    yield from rules.apart
    yield from rules.near
    yield from (one.term for one in rules.spreads)


def _shut(node: Node) -> str:
    if not node.ready:
        return _NOT_READY
    return _CORDONED if node.cordoned else ""
