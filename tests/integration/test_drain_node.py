# SPDX-License-Identifier: GPL-3.0-or-later
"""Drains of nodes by modules node_drain_info and node_drain and by runbook drain_node, with the API server's own
eviction and its budgets, on simulated nodes that the sample platform does not use."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.agents import pod_labels
from tests.support.cluster import Namespace
from tests.support.lab import Lab
from tests.support.modules import run_module
from tests.support.nodes import Nodes, until

USER = "system:serviceaccount:agent-platform-ops:drain-node"
TIME = "ops.agent-platform/drain-time"
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def nodes(namespace: Namespace) -> Iterator[Nodes]:
    made = Nodes(namespace)
    yield made
    made.remove()


@pytest.fixture
def call(lab: Lab) -> Run:
    """A module under the rights of the runbook."""

    def run(module: str = "node_drain", **options: Any) -> dict[str, Any]:
        why = {} if module.endswith("_info") else {"reason": "a test", "wait": 300}
        return run_module(module, kubeconfig=str(lab.kubeconfig_of("drain-node")), **{**why, **options})

    return run


def least_ready(nodes: Nodes, app: str, stop: threading.Event) -> Callable[[], int]:
    """Watch how many pods are ready until stop; the function that is returned ends it and tells the fewest."""
    seen = [len(nodes.ready(app))]

    def look() -> None:
        while not stop.wait(0.1):
            seen.append(len(nodes.ready(app)))

    thread = threading.Thread(target=look)
    thread.start()

    def end() -> int:
        stop.set()
        thread.join()
        return min(seen)

    return end


def when_cordoned(nodes: Nodes, name: str, then: Callable[[], Any]) -> threading.Thread:
    def follow() -> None:
        until(lambda: nodes.get(name)["spec"].get("unschedulable"), "nobody cordoned the node")
        then()

    thread = threading.Thread(target=follow)
    thread.start()
    return thread


def written(lab: Lab, since: int) -> list[str]:
    """What the runbook wrote besides its lock."""
    return [one for one in lab.writes(since, USER) if "leases" not in one]


def test_the_runbook_drains_a_node_under_its_own_rights_and_brings_it_back(lab: Lab, nodes: Nodes) -> None:
    first = nodes.add()
    nodes.deploy("web", 3)
    nodes.deploy("alone", 1, volumes=[{"name": "scratch", "emptyDir": {}}])
    nodes.budget("web", 2)
    nodes.add_pod("agent", **pod_labels("5DLabs-Rex", "shop", "7"))
    nodes.add()
    options = {
        "platform_kubeconfig": str(lab.kubeconfig_of("drain-node")),
        "node_drain_nodes": [first],
        "node_drain_reason": "a test <b>",
        "node_drain_last_replicas": "roll",
        "node_drain_empty_dirs": "evict",
        "node_drain_wait": 600,
    }
    position = lab.audit_position()
    look = lab.run_playbook("drain_node", "--check", "-e", json.dumps(options))
    assert look.rc == 0, look.stdout
    planned, drain, _back = look.record["steps"]
    assert "1 can be drained now" in planned["summary"]
    assert (drain["status"], drain["changes"]["total"]) == ("changed", 5)
    assert written(lab, position) == []

    ends = [least_ready(nodes, app, threading.Event()) for app in ("web", "alone")]
    agent = when_cordoned(nodes, first, lambda: nodes.end_pod("agent"))
    run = lab.run_playbook("drain_node", "-e", json.dumps(options | {"runbook_confirm": "lab"}))
    agent.join()
    fewest = [end() for end in ends]
    assert run.rc == 0, run.stdout
    # The budget allows one at a time, and the roll-out made the new one before the only one went.
    assert fewest[0] >= 2
    assert fewest[1] == 1
    assert nodes.ready("web") == [nodes.names[1]] * 3
    assert nodes.ready("alone") == [nodes.names[1]]
    assert "1 already away by itself" in run.record["steps"][1]["summary"]
    marked = nodes.get(first)["metadata"]["annotations"]
    assert marked["ops.agent-platform/drain-reason"] == "a test <b>"

    again = lab.run_playbook("drain_node", "-e", json.dumps(options | {"runbook_confirm": "lab"}))
    assert (again.rc, again.record["steps"][1]["status"]) == (0, "ok"), again.stdout
    assert nodes.get(first)["metadata"]["annotations"][TIME] == marked[TIME]

    back = json.dumps(options | {"runbook_confirm": "lab", "node_drain_back": True})
    returned = lab.run_playbook("drain_node", "-e", back)
    assert returned.rc == 0, returned.stdout
    assert returned.record["steps"][2]["summary"] == f"1 brought back · {first}"
    node = nodes.get(first)
    assert not node["spec"].get("unschedulable")
    assert [name for name in node["metadata"]["annotations"] if "drain-" in name] == []


def test_what_must_be_asked_about_or_fits_nowhere_keeps_the_node_untouched(lab: Lab, nodes: Nodes, call: Run) -> None:
    first = nodes.add(cpu="1")
    nodes.deploy("alone", 1)
    nodes.deploy("large", 2, containers=[_container("300m")])
    nodes.add_pod("shell")
    nodes.add(cpu="500m")
    place = f"{nodes.namespace.name}/shell"
    position = lab.audit_position()
    told = call("node_drain_info", names=[first], last_replicas="roll", confirmed=[place])
    plan = told["nodes"][0]
    assert (plan["may_start"], plan["without_place"], plan["evicts"], plan["rolls"]) == (False, 1, 3, 1), told
    refused = call(name=first)
    reasons = {one["subject"]["name"].split("-")[0]: one["reason"] for one in refused["rows"][1:]}
    assert (refused["error"]["kind"], set(reasons)) == ("refused", {"alone", "shell"}), refused
    assert "last healthy one of Deployment alone" in reasons["alone"]
    assert "no controller would make it again" in reasons["shell"]
    # A yes counts for the pod that is named, and never for the last healthy one of a controller.
    alone = nodes.pods(app="alone")[0]["metadata"]["name"]
    still = call(name=first, confirmed=[place, f"{nodes.namespace.name}/{alone}"])
    assert [one["subject"]["name"] for one in still["rows"][1:]] == [alone]
    full = call(name=first, confirmed=[place], last_replicas="roll")
    assert "not enough cpu" in full["rows"][1]["reason"], full
    for options, words in (
        ({"name": "no-such-node"}, "there is no node 'no-such-node'"),
        ({"name": first, "wait": 0}, "wait is 0; it must lie between 1 and"),
        ({"name": first, "confirmed": ["shell"]}, "'shell' is not <namespace>/<name>"),
        ({"name": first, "reason": " "}, "reason: it is empty"),
    ):
        assert words in call(**options)["msg"]
    assert (written(lab, position), nodes.get(first)["spec"].get("unschedulable")) == ([], None)


def test_one_node_at_a_time_and_what_is_not_ours_stays_as_it_is(nodes: Nodes, call: Run) -> None:
    first, second = nodes.add(), nodes.add()
    nodes.deploy("web", 2)
    nodes.budget("web", 1)
    assert call(name=first)["drained"]
    refused = call(name=second)
    assert f"node {first} was drained and is not back yet" in refused["msg"], refused
    assert call(name=first, state="back")["rows"][0]["outcome"] == "changed"
    assert call(name=first, state="back")["changed"] is False

    path = resource("v1", "nodes", None, second)
    nodes.api.patch(path, {"spec": {"unschedulable": True}})
    drained = call(name=second)
    assert (drained["drained"], drained["cordoned_by_us"]) == (True, False), drained
    stays = call(name=second, state="back")
    assert "somebody else cordoned it" in stays["msg"]
    assert nodes.get(second)["spec"]["unschedulable"] is True


def test_a_budget_that_allows_nothing_is_waited_for_and_told_and_another_run_goes_on(nodes: Nodes, call: Run) -> None:
    first = nodes.add()
    nodes.deploy("web", 2)
    nodes.budget("web", 1)
    path = resource("policy/v1", "poddisruptionbudgets", nodes.namespace.name, "web")
    nodes.api.patch(path, {"spec": {"minAvailable": 2}})
    until(lambda: not nodes.api.get(path)["status"]["disruptionsAllowed"], "the budget was not read")
    nodes.add()
    stopped = call(name=first, wait=5)
    assert "The disruption budget web needs 2 healthy pods" in stopped["msg"], stopped
    assert (stopped["drained"], stopped["cordoned_by_us"]) == (False, True)
    since = nodes.get(first)["metadata"]["annotations"][TIME]
    assert nodes.ready("web") == [first, first]
    nodes.api.patch(path, {"spec": {"minAvailable": 1}})
    done = call(name=first)
    assert (done["drained"], nodes.ready("web")) == (True, [nodes.names[1]] * 2), done
    assert nodes.get(first)["metadata"]["annotations"][TIME] == since


def test_without_rights_nothing_is_read_and_nothing_drained(lab: Lab, nodes: Nodes) -> None:
    first = nodes.add()
    poor = str(lab.kubeconfig_of("lint-argo-events"))
    refused = run_module("node_drain", kubeconfig=poor, name=first, reason="a test")
    assert refused["error"]["kind"] == "forbidden", refused


def _container(cpu: str) -> dict[str, Any]:
    return {"name": "main", "image": "busybox:1.36", "resources": {"requests": {"cpu": cpu, "memory": "64Mi"}}}
