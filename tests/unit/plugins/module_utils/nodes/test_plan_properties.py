# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the drains of any cluster."""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import plan, verdicts
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import MOVES, Policy
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.nodes.builders import node, pod, scene
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAMES = ("a", "b", "c", "d")
OWNERS = (
    ("ReplicaSet", "web"),
    ("ReplicaSet", "api"),
    ("StatefulSet", "bus"),
    ("Job", "job"),
    ("DaemonSet", "log"),
    (),
)
APART = {
    "affinity": {
        "podAntiAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": [
                {"labelSelector": {"matchLabels": {"app": "x"}}, "topologyKey": "kubernetes.io/hostname"}
            ]
        }
    }
}
LABELS: tuple[dict[str, str], ...] = (
    {},
    {"app": "x"},
    {"github-user": "5dlabs-rex"},
    {"ops.agent-platform/keep": "true"},
)
SPECS: tuple[dict[str, Any], ...] = ({}, APART, {"volumes": [{"name": "v", "emptyDir": {}}]})


def _cluster(seed: int) -> Scene:
    """One of endlessly many, by its number: drawing each field of each object would take longer than what is tested."""
    some = Random(seed)
    nodes = [
        node(
            name,
            cpu=some.choice(["1", "2", "4"]),
            pods=some.choice(["2", "5", "20"]),
            cordoned=some.random() < 0.2,
            ready=some.random() < 0.8,
        )
        for name in NAMES
    ]
    pods = [
        pod(
            f"p{number}",
            some.choice(NAMES),
            some.choice(OWNERS),
            some.choice(["100m", "500m", "1"]),
            ready=some.random() < 0.7,
            deleting=some.random() < 0.1,
            labels=some.choice(LABELS),
            spec=some.choice(SPECS),
        )
        for number in range(some.randrange(14))
    ]
    return scene(nodes, pods)


def _policy(seed: int) -> Policy:
    some = Random(seed)
    return Policy(
        running_agents=some.choice(verdicts.WAYS),
        last_replicas=some.choice(["ask", "roll"]),
        empty_dirs=some.choice(["ask", "evict"]),
        confirmed=frozenset(f"ns/p{number}" for number in range(14) if some.random() < 0.5),
    )


# A busy machine is no fault of what is tested.
ANY = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
SEEDS = st.integers(0, 1 << 32)
CLUSTERS, POLICIES = st.builds(_cluster, SEEDS), st.builds(_policy, SEEDS)


@ANY
@given(CLUSTERS, POLICIES)
def test_no_last_healthy_pod_and_nothing_protected_is_ever_to_be_evicted(cluster: Scene, policy: Policy) -> None:
    for name in cluster.nodes:
        evicted: set[str] = set()
        for one in verdicts.judge(cluster, policy, name):
            if one.pod and one.action in ("evict", "hand_over"):
                assert not one.pod.pinned
                if verdicts.may_go_now(one.pod, cluster, evicted):
                    evicted.add(one.pod.uid)
        for healthy in cluster.healthy.values():
            assert healthy - evicted


@ANY
@given(CLUSTERS, POLICIES)
def test_no_plan_fills_a_node_beyond_what_it_has_or_moves_a_pod_where_it_may_not_go(
    cluster: Scene, policy: Policy
) -> None:
    where = {one.uid: one.node for one in cluster.pods}
    pods = {one.uid: one for one in cluster.pods}
    before = _used(cluster, where)
    for drain in plan.simulate(cluster, policy, []):
        if not drain.may_start:
            continue
        for uid, target in drain.places.items():
            assert target != drain.node
            assert cluster.nodes[target].ready
            assert not cluster.nodes[target].cordoned
            where[uid] = target
        for one in drain.verdicts:
            if one.action == "wait" and one.pod:
                where[one.pod.uid] = ""
        accepted = {one.pod.uid for one in drain.unplaced}
        moved = {one.pod.uid for one in drain.verdicts if one.pod and one.action in MOVES}
        assert moved == accepted | set(drain.places)
        used = _used(cluster, where)
        for name, amounts in used.items():
            limits = cluster.nodes[name].room
            # A node that is over its limit from the start is nobody's plan.
            assert all(amount <= max(limits[each], before[name][each]) for each, amount in amounts.items())
        for uid, target in drain.places.items():
            if pods[uid].constraints.apart:
                beside = [one for one, place in where.items() if place == target and one != uid]
                assert not any(pods[one].labels.get("app") == "x" for one in beside)


@ANY
@given(CLUSTERS, POLICIES)
def test_the_same_cluster_gives_the_same_plan(cluster: Scene, policy: Policy) -> None:
    again = Scene(cluster.now, cluster.nodes, tuple(reversed(cluster.pods)))
    one, other = (plan.simulate(each, policy, []) for each in (cluster, again))
    assert [(each.node, each.may_start, each.cost.asked) for each in one] == [
        (each.node, each.may_start, each.cost.asked) for each in other
    ]


def _used(cluster: Scene, where: dict[str, str]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for one in cluster.pods:
        if where[one.uid]:
            found[where[one.uid]].update(one.asks)
    return found
