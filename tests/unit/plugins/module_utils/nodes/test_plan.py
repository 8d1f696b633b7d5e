# SPDX-License-Identifier: GPL-3.0-or-later
"""Drains played through, and what the model of the scheduler knows."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import marks, objects, plan, report, room
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Claim
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import Policy
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.nodes.builders import node, pod, scene

JOB = ("Job", "job-v1")


def _required(kind: str, **term: Any) -> dict[str, Any]:
    return {"affinity": {kind: {"requiredDuringSchedulingIgnoredDuringExecution": [term]}}}


def _app(app: str, key: str = "kubernetes.io/hostname") -> dict[str, Any]:
    return {"labelSelector": {"matchLabels": {"app": app}}, "topologyKey": key}


WEB = {"app": "web"}
APART = _required("podAntiAffinity", **_app("web"))
SPREAD = {"topologySpreadConstraints": [{**_app("web", "zone"), "maxSkew": 1, "whenUnsatisfiable": "DoNotSchedule"}]}
ONLY_A = {
    "affinity": {
        "nodeAffinity": {
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["za"]}]}]
            }
        }
    }
}
TAINT = {"taints": [{"key": "gpu", "value": "yes", "effect": "NoSchedule"}]}
BIG = {"asks": {"cpu": "3"}}


@pytest.mark.parametrize(
    ("body", "other", "there", "why"),
    [
        (pod("x"), {}, [], ""),
        (pod("x", **BIG), {"cpu": "2"}, [], "1 node: not enough cpu"),
        (pod("x", asks={"memory": "9Gi"}), {}, [], "1 node: not enough memory"),
        (pod("x", asks={"example.com/gpu": "1"}), {}, [], "1 node: not enough example.com/gpu"),
        (pod("x"), {"pods": "1"}, [pod("y", "b")], "1 node: not enough pods"),
        (pod("x"), {"cordoned": True}, [], "2 nodes: cordoned"),
        (pod("x"), {"ready": False}, [], "2 nodes: not ready"),
        (pod("x"), TAINT, [], "1 node: taint gpu is not tolerated"),
        (pod("x", spec={"tolerations": [{"operator": "Exists"}]}), TAINT, [], ""),
        (pod("x", spec={"nodeSelector": {"zone": "za"}}), {}, [], "1 node: it selects other nodes"),
        (pod("x", spec=ONLY_A), {}, [], "1 node: it selects other nodes"),
        (pod("x", labels=WEB, spec=APART), {}, [pod("y", "b", labels=WEB)], "its anti-affinity forbids it"),
        (pod("x", labels=WEB, spec=APART), {}, [pod("y", "b", labels=WEB, namespace="other")], ""),
        (pod("x", labels=WEB), {}, [pod("y", "b", spec=APART)], "the anti-affinity of a pod there forbids it"),
        (pod("x", spec=_required("podAffinity", **_app("db"))), {}, [], "its affinity asks for other pods"),
        (pod("x", spec=_required("podAffinity", **_app("db"))), {}, [pod("y", "b", labels={"app": "db"})], ""),
        (pod("x", labels={"app": "db"}, spec=_required("podAffinity", **_app("db"))), {}, [], ""),
        (pod("x", labels=WEB, spec=SPREAD), {}, [pod("y", "b", labels=WEB)], "its topology spread forbids it"),
        (pod("x", labels=WEB, spec=SPREAD), {}, [], ""),
        (pod("x", spec={"volumes": [{"persistentVolumeClaim": {"claimName": "w"}}]}), {}, [], "its volume is bound"),
        (pod("x", spec={"volumes": [{"persistentVolumeClaim": {"claimName": "free"}}]}), {}, [], ""),
    ],
)
def test_what_keeps_a_pod_from_another_node(body: dict, other: dict, there: list, why: str) -> None:
    terms = ((("kubernetes.io/hostname", "In", frozenset({"a"})),),)
    claims = {("ns", "w"): Claim("ns", "w", terms), ("ns", "free"): Claim("ns", "free")}
    nodes = [node("a", labels={"zone": "za"}), node("b", **{"labels": {"zone": "zb"}, **other})]
    # Another pod of its kind that is healthy lets it go; it has no part in the rest.
    cluster = scene([*nodes, node("z", ready=False)], [body, pod("w", "a"), *there], claims=claims)
    told = room.Room(cluster)
    told.close("a")
    told.take(cluster.pods[0], "a")
    found = told.find(cluster.pods[0])
    assert (found, why in told.why_not(cluster.pods[0])) == ("" if why else "b", True), told.why_not(cluster.pods[0])


def test_room_that_is_taken_is_gone_and_comes_back() -> None:
    cluster = scene([node("a"), node("b")], [pod("x", cpu="1")])
    told, one = room.Room(cluster), cluster.pods[0]
    assert (told.free("a")["cpu"], told.free("a")["pods"]) == (3000, 9)
    told.take(one, "a")
    told.put(one, "b")
    assert (told.free("a")["cpu"], told.free("b")["cpu"]) == (4000, 3000)


def test_each_node_is_back_before_the_next_one_goes() -> None:
    """Two nodes that are more than half full each find room on the third one and on each other, one after another."""
    pods = [pod("x1", "a", cpu="3"), pod("y1", "b", cpu="3"), pod("z", "c", cpu="1")]
    plans = plan.simulate(scene([node("a"), node("b"), node("c")], pods), Policy(), ["a", "b"])
    assert [(one.node, one.places) for one in plans] == [("a", {"uid-x1": "c"}), ("b", {"uid-y1": "a"})]
    assert all(one.may_start for one in plans)


def test_what_came_from_the_nodes_before_goes_on_with_the_next_one() -> None:
    plans = plan.simulate(scene([node("a"), node("b")], [pod("x", "a"), pod("y", "b")]), Policy(), [])
    assert [(one.node, one.places) for one in plans] == [
        ("a", {"uid-x": "b"}),
        ("b", {"uid-x": "a", "uid-y": "a"}),
    ]


def test_a_drain_that_may_not_start_moves_nothing() -> None:
    pods = [pod("x", "a", cpu="1"), pod("big", "a", cpu="3"), pod("y", "b", cpu="1500m")]
    first, second = plan.simulate(scene([node("a"), node("b")], pods), Policy(), ["a", "b"])
    assert (first.node, first.may_start) == ("b", False)
    assert (second.node, second.may_start, [one.pod.name for one in second.obstacles]) == ("a", False, ["big"])
    accepted = plan.simulate(scene([node("a"), node("b")], pods), Policy(confirmed=frozenset({"ns/big"})), ["a"])[0]
    assert (accepted.may_start, [one.pod.name for one in accepted.unplaced]) == (True, ["big"])


def test_the_node_that_costs_least_goes_first() -> None:
    pods = [
        pod("asked", "asks", owner=()),
        pod("agent", "long", owner=JOB, labels={"github-user": "5dlabs-rex"}),
        pod("job", "short", owner=JOB, spec={"activeDeadlineSeconds": 3700}),
        pod("tight", "tight", labels=WEB),
        pod("one", "many"),
        pod("two", "many"),
        pod("three", "few"),
    ]
    names = ["asks", "long", "short", "tight", "many", "few", "none"]
    budget = objects.budget({"metadata": {"namespace": "ns"}, "spec": {"selector": {"matchLabels": WEB}}, "status": {}})
    plans = plan.simulate(scene([node(name) for name in names], pods, budgets=[budget]), Policy(), names)
    assert [one.node for one in plans] == ["none", "few", "many", "tight", "short", "long", "asks"]
    assert [round(one.cost.seconds) for one in plans[-3:-1]] == [100, 3600]


def test_a_node_that_is_away_already_goes_first_whatever_it_costs() -> None:
    away = node("b", cordoned=True, annotations={marks.TIME: "then"})
    nodes = [node("a"), away, node("c", cordoned=True)]
    plans = plan.simulate(scene(nodes, [pod("x", "b"), pod("y", "b")]), Policy(), [])
    assert [one.node for one in plans] == ["b", "a", "c"]


def test_a_node_that_is_not_there_is_refused() -> None:
    with pytest.raises(OpsError, match="there is no node 'c'"):
        plan.simulate(scene([node("a")], []), Policy(), ["a", "c"])
    assert plan.simulate(scene([], []), Policy(), []) == []


def test_it_is_told_in_rows_findings_tables_and_one_line() -> None:
    pods = [pod("x", "a"), pod("y", "b", owner=(), labels={}), pod("d", "a", owner=("DaemonSet", "d")), pod("w", "b")]
    pods.append(pod("job", "a", owner=JOB))
    cluster = scene([node("a"), node("b")], pods)
    plans = plan.simulate(cluster, Policy(), [])
    rows = list(report.node_rows(cluster, plans))
    assert [
        (one["name"], one["may_start"], one["asks"], one["waits"], one["evicts"], one["stays"]) for one in rows
    ] == [
        ("a", True, 0, 1, 1, 1),
        ("b", False, 1, 0, 2, 0),
    ]
    by_name = {(one["node"], one["name"]): one for one in report.pod_rows(plans)}
    assert (by_name["a", "x"]["to"], by_name["a", "job"]["action"], by_name["b", "y"]["action"]) == ("b", "wait", "ask")
    found = report.findings(cluster, plans)
    assert [(one["status"], one["subject"]["name"]) for one in found] == [("warning", "y"), ("ok", "")]
    assert report.line(plans) == (
        "2 nodes · 1 can be drained now · 1 pod would move · work on them ends in 60 min at most · 1 question open"
    )
    away = scene([node("a", cordoned=True, annotations={"ops.agent-platform/drain-time": "then"})], [])
    assert [one["message"].split(";")[0] for one in report.findings(away, [])] == [
        "it was drained at then and is not back yet"
    ]
    order, questions = report.tables(plans)
    assert [row[0] for row in order["rows"]] == ["a", "b"]
    assert questions["rows"][0][:2] == ["b", "ns/y"]
