# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health import capacity, capacity_checks, run
from ansible_collections.agent_platform.ops.plugins.module_utils.health.snapshot import Snapshot
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.capacity_objects import (
    asks,
    claim,
    node,
    node_metrics,
    pod,
    pod_metrics,
    quota,
)

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
REX = {"github-user": "5dlabs-rex"}
ROWS = {
    "nodes": capacity.node_row,
    "pods": capacity.pod_row,
    "node_metrics": capacity.node_usage,
    "pod_metrics": capacity.pod_usage,
    "claims": capacity.claim_row,
    "quotas": dict,
}


def judge(check, *, namespaces=(), **parts):
    chosen = run.choose(capacity_checks.CHECKS, [check])
    snapshot = Snapshot()
    for part in chosen[0].reads:
        snapshot.add(part, [ROWS[part](item) for item in parts.get(part, ())])
    limits = run.limits(chosen, parts.get("thresholds", {}))
    found = run.judge(chosen, snapshot, limits, NOW, {"namespaces": namespaces})
    return [(one["status"], one["subject"]["kind"], one["subject"]["name"], one["message"]) for one in found]


@pytest.mark.parametrize(
    ("cpu", "cluster", "single"),
    [
        ("3390m", "ok", None), ("3400m", "warning", "warning"), ("3790m", "warning", "warning"),
        ("3800m", "critical", "warning"),
    ],
)  # fmt: skip
def test_room_is_judged_for_the_cluster_and_a_full_node_is_a_warning_at_most(cpu, cluster, single):
    found = judge("capacity_room", nodes=[node()], pods=[pod("a", asks(cpu))])
    statuses = {kind: status for status, kind, name, _words in found if kind == "Cluster" or name}
    assert statuses == {"Cluster": cluster, **({"Node": single} if single else {})}


def test_room_says_how_much_of_what():
    found = judge("capacity_room", nodes=[node()], pods=[pod("a", asks("2", "1Gi"))])
    words = "requested of 1 node: CPU 50 % (2 cores of 4 cores) · memory 12.5 % (1.0 GiB of 8.0 GiB) · pods 10 %"
    assert found[0] == ("ok", "Cluster", "", f"{words} (1 of 10)")


def test_pods_that_a_node_may_run_are_room_too():
    pods = [pod(f"p{number}") for number in range(10)]
    assert judge("capacity_room", nodes=[node()], pods=pods)[0][:2] == ("critical", "Cluster")


@pytest.mark.parametrize("nodes", [[], [node(ready="Unknown")], [node(unschedulable=True)]])
def test_without_a_node_that_takes_pods_there_is_no_room(nodes):
    status, kind, _name, words = judge("capacity_room", nodes=nodes)[0]
    assert (status, kind) == ("critical", "Cluster")
    assert "ready and takes pods" in words


def test_an_amount_that_cannot_be_read_is_unknown():
    found = judge("capacity_room", nodes=[node(), node("two")], pods=[pod("a", asks("much"))])
    assert [one[:3] for one in found] == [("unknown", "Cluster", ""), ("unknown", "Node", "one"), ("ok", "Node", "")]


@pytest.mark.parametrize(
    ("memory", "status"), [("6.7Gi", "ok"), ("6.9Gi", "warning"), ("7.7Gi", "critical"), ("?", "unknown")]
)
def test_a_node_is_judged_by_what_it_uses(memory, status):
    found = judge("capacity_usage", nodes=[node()], node_metrics=[node_metrics(memory=memory)])
    assert [one[0] for one in found] == [status]


def test_a_node_without_metrics_is_unknown_and_the_others_are_judged():
    found = judge("capacity_usage", nodes=[node(), node("two")], node_metrics=[node_metrics()])
    assert [(one[0], one[2]) for one in found] == [("unknown", "two"), ("ok", "")]
    assert "CPU unknown (? of 4 cores)" in found[0][3]


@pytest.mark.parametrize(("check", "what"), [("capacity_usage", "node"), ("capacity_requests", "pod")])
def test_metrics_without_data_are_unknown(check, what):
    found = judge(check, nodes=[node()], pods=[pod("a", asks("1"))])
    assert [(one[0], one[3]) for one in found] == [("unknown", f"metrics.k8s.io answers without data of any {what}")]


def test_who_uses_more_than_it_asks_for_is_told_with_what_would_fit():
    pods = [pod("a", asks("1", "1Gi"), labels=REX), pod("b", asks("1", "1Gi"), namespace="other")]
    usage = [pod_metrics("a", "2", "512Mi"), pod_metrics("b", namespace="other")]
    found = judge("capacity_requests", pods=pods, pod_metrics=usage)
    words = "agent argo/5dlabs-rex, 1 pod: CPU 2 cores used, 200 % of what is asked for; ask for 2.5 cores"
    assert found == [
        ("warning", "Pod", "5dlabs-rex", words),
        ("ok", "Pod", "", "pods of 1 owner use no more than they ask for"),
    ]
    assert judge("capacity_requests", pods=pods, pod_metrics=usage, namespaces=("other",)) == found[1:]
    higher = {"capacity_requests": {"under": 250}}
    assert [one[0] for one in judge("capacity_requests", pods=pods, pod_metrics=usage, thresholds=higher)] == ["ok"]


def test_an_owner_whose_pods_have_no_metrics_is_unknown():
    pods = [pod("a", asks("1", "1Gi"), labels=REX), pod("b", {})]
    found = judge("capacity_requests", pods=pods, pod_metrics=[pod_metrics("b")])
    assert found[0] == ("unknown", "Pod", "", "no metrics of the pods of 1 owner: agent argo/5dlabs-rex")
    assert found[1][3] == "pods of 1 owner use no more than they ask for; 1 pod without requests"


@pytest.mark.parametrize(("used", "status"), [("84", "ok"), ("85", "warning"), ("95", "critical"), (None, "unknown")])
def test_quotas_are_judged_as_in_a_health_check(used, status):
    found = judge("capacity_quotas", quotas=[quota("q", {"pods": "100"}, {"pods": used})])
    assert [one[0] for one in found] == [status]


def test_a_volume_smaller_than_asked_for_is_a_warning_and_an_odd_size_unknown():
    found = judge("capacity_claims", claims=[claim("a"), claim("b", "20Gi"), claim("c", "much")])
    assert [(one[0], one[2]) for one in found] == [("unknown", "c"), ("warning", "b"), ("ok", "")]
    assert found[1][3] == "claim argo/b asks for 20.0 GiB and has 10.0 GiB"


def test_every_check_says_something_of_an_empty_cluster():
    for check in capacity_checks.CHECKS:
        assert judge(check.name), check.name
