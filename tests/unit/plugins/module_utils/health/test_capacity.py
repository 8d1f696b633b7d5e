# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from decimal import Decimal

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health import capacity
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.capacity_objects import (
    asks,
    claim,
    node,
    node_metrics,
    pod,
    pod_metrics,
)
from hypothesis import given
from hypothesis import strategies as st

GI = Decimal(2) ** 30
SIDECAR = {"restartPolicy": "Always"}


def resized(name, asked, **status):
    return pod("x", asks(asked, name="main"), status={"containerStatuses": [{"name": name, **status}]})


@pytest.mark.parametrize(
    ("what", "body", "cpu"),
    [
        ("containers run together", pod("x", asks("500m"), asks("1")), "1.5"),
        ("an init container runs alone", pod("x", asks("500m"), initContainers=[asks("2"), asks("1")]), "2"),
        ("… and counts only where it needs more", pod("x", asks("3"), initContainers=[asks("2")]), "3"),
        ("a sidecar runs along", pod("x", asks("1"), initContainers=[asks("1", **SIDECAR)]), "2"),
        ("an init container after it too", pod("x", asks("1"), initContainers=[asks("1", **SIDECAR), asks("3")]), "4"),
        ("not one before it", pod("x", asks("1"), initContainers=[asks("3"), asks("1", **SIDECAR)]), "3"),
        ("overhead", pod("x", asks("1"), overhead={"cpu": "250m"}), "1.25"),
        ("overhead of an init container", pod("x", initContainers=[asks("2")], overhead={"cpu": "1"}), "3"),
        ("of the pod", pod("x", asks("1"), resources={"requests": {"cpu": "4"}}, overhead={"cpu": "1"}), "5"),
        ("of the pod, another resource", pod("x", asks("1"), resources={"requests": {"memory": "4Gi"}}), "1"),
        ("a resize that is under way", resized("main", "1", allocatedResources={"cpu": "3"}), "3"),
        ("… down", resized("main", "2", resources={"requests": {"cpu": "4"}}), "4"),
        ("a resize of another container", resized("other", "1", allocatedResources={"cpu": "3"}), "1"),
        ("nothing asked for", pod("x", {}), "0"),
        ("no containers at all", {"metadata": None, "spec": None, "status": None}, "0"),
        ("an exponent", pod("x", asks("1e3")), "1000"),
        ("nano cores", pod("x", asks("1500000n")), "0.0015"),
        ("no quantity", pod("x", asks("1"), asks("much")), None),
        ("less than nothing", pod("x", asks("-1")), None),
        ("more than can be", pod("x", asks("1e400")), None),
    ],
)
def test_demand_is_what_the_scheduler_keeps_free(what, body, cpu):
    assert capacity.demand(body)["cpu"] == (None if cpu is None else Decimal(cpu)), what


def test_memory_is_counted_by_itself():
    body = pod("x", asks("2", "1Gi"), initContainers=[asks("1", "4Gi")])
    assert capacity.demand(body) == {"cpu": Decimal(2), "memory": 4 * GI}


_SIZES = st.integers(0, 10_000).map(lambda number: f"{number}m")
_INITS = st.lists(st.tuples(_SIZES, st.booleans()), max_size=4)


@given(st.lists(_SIZES, max_size=5).flatmap(lambda sizes: st.tuples(st.just(sizes), st.permutations(sizes))), _INITS)
def test_demand_does_not_hang_on_the_order_of_containers_and_covers_each(sizes, inits):
    several = [asks(size, **(SIDECAR if always else {})) for size, always in inits]
    first, second = (capacity.demand(pod("x", *map(asks, order), initContainers=several))["cpu"] for order in sizes)
    sidecars = sum(capacity.readable(size) for size, always in inits if always)
    assert first == second >= sum(map(capacity.readable, sizes[0])) + sidecars >= 0
    assert all(first >= capacity.readable(size) for size, _always in inits)


_ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["metadata", "spec", "status", "labels", "containers", "initContainers", "resources", "requests", "cpu",
             "allocatable", "conditions", "usage", "capacity", "storage", "containerStatuses", "name"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=25,
)  # fmt: skip


@given(_ODD)
def test_an_object_of_any_shape_gives_a_row(odd):
    assert set(capacity.pod_row(odd)["requests"]) == set(capacity.RESOURCES)
    assert isinstance(capacity.node_row(odd)["name"], str)
    assert isinstance(capacity.claim_row(odd)["phase"], str)
    assert set(capacity.pod_usage(odd)["used"]) == set(capacity.node_usage(odd)["used"]) == set(capacity.RESOURCES)


@pytest.mark.parametrize(
    ("labels", "owner"),
    [
        ({"app": "controller", "github-user": "5dlabs-rex"}, {"kind": "agent", "name": "5dlabs-rex"}),
        ({"app.kubernetes.io/name": "controller"}, {"kind": "controller", "name": "controller"}),
        ({"sensor-name": "pr-approval"}, {"kind": "controller", "name": "pr-approval"}),
        ({"github-user": 7}, {"kind": "other", "name": ""}),
        (None, {"kind": "other", "name": ""}),
    ],
)
def test_a_pod_belongs_to_whom_its_labels_say(labels, owner):
    assert capacity.owner({"metadata": {"labels": labels}}) == owner


@pytest.mark.parametrize(
    ("body", "is_open"),
    [
        (node(), True),
        (node(ready="Unknown"), False),
        (node(unschedulable=True), False),
        ({"metadata": {"name": "x"}, "status": None}, False),
    ],
)
def test_a_node_is_open_when_it_is_ready_and_not_cordoned(body, is_open):
    assert capacity.node_row(body)["open"] is is_open


def test_a_pod_is_told_with_its_node_phase_and_bareness():
    row = capacity.pod_row(pod("x", asks("1"), phase="Failed"))
    assert (row["namespace"], row["name"], row["node"], row["ended"], row["bare"]) == ("argo", "x", "one", True, True)
    assert capacity.pod_row(pod("x", asks("1", "1Gi"), node=""))["bare"] is False


def test_usage_is_read_from_metrics_and_nothing_measured_is_not_zero():
    assert capacity.node_usage(node_metrics(cpu="250000000n"))["used"] == {"cpu": Decimal("0.25"), "memory": GI}
    both = pod_metrics("x")
    both["containers"] *= 2
    assert capacity.pod_usage(both)["used"]["cpu"] == Decimal("0.2")
    assert capacity.pod_usage({"metadata": {"name": "x"}, "containers": []})["used"] == {"cpu": None, "memory": None}


def test_a_claim_is_told_with_whose_it_is():
    row = capacity.claim_row(claim("w", "1T", "1Ti", service="cto", agent="rex"))
    assert (row["service"], row["owner"], row["storage_class"]) == ("cto", "rex", "local-path")
    assert (row["requested"], row["capacity"]) == (Decimal(10) ** 12, Decimal(2) ** 40)
