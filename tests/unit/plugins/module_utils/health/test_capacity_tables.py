# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from decimal import Decimal

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health import capacity, capacity_tables
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.capacity_objects import (
    asks,
    claim,
    node,
    node_metrics,
    pod,
    pod_metrics,
    quota,
)
from hypothesis import given
from hypothesis import strategies as st

GIB = 2**30
ONE_NODE = (node(),)
ITS_METRICS = (node_metrics(),)


def rows(function, *items):
    return [function(item) for item in items]


def nodes_of(*pods, nodes=ONE_NODE, metrics=ITS_METRICS):
    return capacity_tables.nodes(
        rows(capacity.node_row, *nodes), rows(capacity.pod_row, *pods), rows(capacity.node_usage, *metrics)
    )


def test_a_node_carries_what_was_scheduled_on_it_and_has_not_ended():
    pods = [
        pod("a", asks("1", "1Gi")),
        pod("b", asks("500m", "1Gi"), phase="Pending"),
        pod("ended", asks("2"), phase="Succeeded"),
        pod("waits", asks("2"), node="", phase="Pending"),
        pod("elsewhere", asks("2"), node="two"),
    ]
    row = nodes_of(*pods)[0]
    assert row["cpu"] == {
        "allocatable": 4, "requested": 1.5, "used": 1, "requested_percent": 37.5, "used_percent": 25.0,
    }  # fmt: skip
    assert row["memory"]["requested"] == 2 * GIB
    assert row["pods"] == {"allocatable": 10, "running": 2, "percent": 20.0}


def test_what_was_not_read_is_none_never_0():
    row = capacity_tables.nodes(rows(capacity.node_row, node()), None, None)[0]
    assert row["cpu"]["requested"] is row["cpu"]["used"] is row["pods"]["running"] is None
    nothing = capacity_tables.no_totals(None)
    assert nothing["cpu"]["requested"] is nothing["nodes"] is nothing["pods"]["pending"] is None


def test_totals_leave_out_nodes_that_take_no_pods_and_count_those_that_wait():
    pods = [pod("a", asks("1")), pod("b", asks("4"), node="two"), pod("c", node="", phase="Pending")]
    table = nodes_of(*pods, nodes=(node(), node("two", unschedulable=True)))
    whole = capacity_tables.totals(table, rows(capacity.pod_row, *pods))
    assert (whole["nodes"], whole["open"], whole["cpu"]["requested_percent"]) == (2, 1, 25.0)
    assert whole["pods"]["pending"] == 1


def test_a_total_with_one_unknown_is_unknown():
    table = nodes_of(nodes=(node(), node("two")))
    assert capacity_tables.totals(table, [])["cpu"]["used"] is None
    assert capacity_tables.totals(table, [])["cpu"]["requested"] == 0


_PODS = st.lists(st.tuples(st.sampled_from(["one", "two", ""]), st.integers(0, 9999)), max_size=8)


@given(_PODS.flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))))
def test_sums_do_not_hang_on_the_order_and_nothing_is_lost(orders):
    tables = [
        nodes_of(*(pod(f"{at}{size}", asks(f"{size}m"), node=at) for at, size in made), nodes=(node(), node("two")))
        for made in orders
    ]
    assert tables[0] == tables[1]
    asked = sum(Decimal(str(row["cpu"]["requested"])) for row in tables[0])
    assert asked == sum(Decimal(size) / 1000 for at, size in orders[0] if at) >= 0


def test_groups_compare_only_pods_that_were_measured():
    rex = {"github-user": "5dlabs-rex"}
    pods = rows(capacity.pod_row, pod("a", asks("1", "1Gi"), labels=rex), pod("new", asks("3", "3Gi"), labels=rex))
    usage = rows(capacity.pod_usage, pod_metrics("a", "800m", "2Gi"))
    [row] = capacity_tables.groups(pods, usage, "owner")
    assert (row["kind"], row["namespace"], row["name"], row["pods"], row["measured"]) == (
        "agent", "argo", "5dlabs-rex", 2, 1,
    )  # fmt: skip
    assert row["cpu"] == {"requested": 4, "used": 0.8, "percent": 80.0, "verdict": "fits", "suggested": 1}
    assert row["memory"]["verdict"] == "under_requested"
    assert row["memory"]["suggested"] == 2.5 * GIB


def test_groups_by_namespace_hold_pods_that_have_a_node_alone():
    pods = [pod("a"), pod("b", namespace="b"), pod("c", node=""), pod("d", phase="Failed")]
    table = capacity_tables.groups(rows(capacity.pod_row, *pods), None, "namespace")
    assert [(row["name"], row["pods"], row["bare"], row["cpu"]["verdict"]) for row in table] == [
        ("argo", 1, 1, "unknown"),
        ("b", 1, 1, "unknown"),
    ]


@pytest.mark.parametrize(
    ("used", "asked", "word"),
    [
        ("1", "1", "fits"), ("1.01", "1", "under_requested"), ("0.59", "1", "over_requested"), ("0.6", "1", "fits"),
        ("1", "0", "no_requests"), (None, "1", "unknown"), ("1", None, "unknown"),
    ],
)  # fmt: skip
def test_requests_are_judged_by_usage(used, asked, word):
    def number(value):
        return None if value is None else Decimal(value)

    assert capacity_tables.verdict(number(used), number(asked)) == word


def test_quotas_are_told_by_limit_in_every_unit_fullest_first():
    items = [
        quota("small", {"requests.cpu": "2", "requests.memory": "1Gi", "pods": "50"},
              {"requests.cpu": "1900m", "requests.memory": "512Mi", "pods": "46"}),
        quota("odd", {"limits.memory": "1E", "count/x": "1e3", "pods": None}, {"limits.memory": "5e17"}),
    ]  # fmt: skip
    table = capacity_tables.quotas(items)
    assert [(row["resource"], row["percent"]) for row in table] == [
        ("count/x", None), ("pods", None), ("requests.cpu", 95.0), ("pods", 92.0), ("limits.memory", 50.0),
        ("requests.memory", 50.0),
    ]  # fmt: skip
    assert table[0]["hard"] == 1000


def test_claims_are_summed_by_class_and_an_odd_one_makes_its_sum_unknown():
    table = capacity_tables.claims(rows(capacity.claim_row, claim("a"), claim("b", "20Gi", "10Gi")))
    assert [row["name"] for row in table] == ["b", "a"]
    whole = capacity_tables.claim_totals(table)
    assert whole == {
        "count": 2, "requested": 30 * GIB, "capacity": 20 * GIB, "by_class": {"local-path": 30 * GIB},
    }  # fmt: skip
    odd = capacity_tables.claims(rows(capacity.claim_row, claim("a"), claim("b", "much")))
    assert odd[0]["name"] == "b"
    assert capacity_tables.claim_totals(odd)["requested"] is None


@pytest.mark.parametrize(
    ("value", "number"), [(None, None), (Decimal("1.0"), 1), (Decimal("0.12345"), 0.123), (2.5, 2.5)]
)
def test_numbers_are_plain(value, number):
    assert capacity_tables.plain(value) == number


def test_namespaces_are_chosen_or_all():
    items = [{"namespace": "a"}, {"namespace": "b"}]
    assert capacity_tables.chosen(items, ["b"]) == [{"namespace": "b"}]
    assert capacity_tables.chosen(items, []) == items
