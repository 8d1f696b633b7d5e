# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import constraints, objects
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.nodes.builders import node, pod
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("metadata", "spec", "status", "containers", "volumes", "tolerations", "affinity", "conditions", "allocatable",
          "labels", "ownerReferences", "resources", "requests", "initContainers", "selector", "taints")  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(FIELDS), st.dictionaries(st.sampled_from(FIELDS), JSON) | JSON))
def test_no_shape_of_an_object_does_harm(item: dict[str, Any]) -> None:
    assert isinstance(objects.PodReader().read(item), objects.Pod)
    assert isinstance(objects.node(item), objects.Node)
    assert isinstance(objects.budget(item), objects.Budget)


def test_what_a_pod_asks_for_is_counted_in_whole_numbers_of_every_resource() -> None:
    containers = [
        {"name": "a", "resources": {"requests": {"cpu": "1500m", "memory": "1Gi", "example.com/gpu": "2"}}},
        {"name": "b", "resources": {"requests": {"cpu": "0.0001"}}},
    ]
    first = {"name": "i", "resources": {"requests": {"cpu": "2", "ephemeral-storage": "1k"}}}
    read = objects.PodReader().read(pod("x", spec={"containers": containers, "initContainers": [first]}))
    assert read.asks == {"pods": 1, "cpu": 2000, "memory": 1 << 30, "example.com/gpu": 2, "ephemeral-storage": 1000}


def test_what_nobody_can_read_fits_nowhere() -> None:
    read = objects.PodReader().read(pod("x", cpu="plenty"))
    assert read.asks["cpu"] > 1 << 70


def test_a_node_says_what_it_has_and_whether_it_takes_pods() -> None:
    read = objects.node(node("a", cpu="3500m", cordoned=True, ready=False, extra={"odd": {}}))
    assert (read.room["cpu"], read.room["memory"], read.room["odd"]) == (3500, 8 << 30, 0)
    assert (read.cordoned, read.ready, read.labels["metadata.name"]) == (True, False, "a")


@pytest.mark.parametrize(
    ("status", "allowed"),
    [
        ({"disruptionsAllowed": 2, "observedGeneration": 3}, 2),
        ({"observedGeneration": 3}, 0),
        ({"disruptionsAllowed": 2, "observedGeneration": 2}, None),
        ({"disruptionsAllowed": 2}, None),
        (None, None),
    ],
)
def test_what_an_earlier_generation_of_a_budget_allowed_is_not_believed(status: Any, allowed: int | None) -> None:
    item = {"metadata": {"namespace": "ns", "name": "b", "generation": 3}, "spec": {"selector": {}}, "status": status}
    read = objects.budget(item)
    assert read.allowed == allowed
    assert read.covers(objects.PodReader().read(pod("x")))
    assert not read.covers(objects.PodReader().read(pod("x", namespace="other")))


def test_pods_of_one_template_share_what_they_have_in_common() -> None:
    reader = objects.PodReader()
    spec = {"nodeSelector": {"zone": "a"}}
    one, other = reader.read(pod("x", spec=spec)), reader.read(pod("y", spec=spec))
    assert one.constraints is other.constraints
    assert one.asks is other.asks


@pytest.mark.parametrize(
    ("toleration", "tolerated"),
    [
        ({}, False),
        ({"operator": "Exists"}, True),
        ({"key": "gpu", "operator": "Exists"}, True),
        ({"key": "gpu", "value": "yes"}, True),
        ({"key": "gpu", "operator": "Equal", "value": "no"}, False),
        ({"key": "gpu", "operator": "Exists", "effect": "NoExecute"}, False),
    ],
)
def test_taints_are_tolerated_as_the_scheduler_does_it(toleration: dict, tolerated: bool) -> None:
    read = constraints.Reader().read("ns", {"tolerations": [toleration]})
    assert read.tolerates(constraints.Taint("gpu", "yes", "NoSchedule")) is tolerated
    assert read.tolerates(constraints.Taint("gpu", "yes", "PreferNoSchedule"))
    assert read.tolerates(constraints.Taint("node.kubernetes.io/unschedulable", "", "NoSchedule"))
