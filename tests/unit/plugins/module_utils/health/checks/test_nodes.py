# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.nodes import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    HOUR,
    NASTY,
    ago,
    condition,
    look,
    said,
)

READY = condition("Ready", reason="KubeletReady")


def node(*conditions: object, name: str = "n1", **spec: object) -> dict:
    return {"kind": "Node", "metadata": {"name": name}, "spec": spec, "status": {"conditions": list(conditions)}}


@pytest.mark.parametrize(
    ("one", "status", "words"),
    [
        (node(READY), "ok", "ready"),
        (node(READY, condition("MemoryPressure", "False")), "ok", "ready"),
        (
            node(condition("Ready", "False", "KubeletNotReady", lastTransitionTime=ago(HOUR * 3))),
            "critical",
            "not ready for 3 h (KubeletNotReady)",
        ),
        (
            node(condition("Ready", "Unknown", message="Kubelet stopped posting node status.")),
            "critical",
            "its kubelet has gone silent (Kubelet stopped posting node status.)",
        ),
        (node(READY, condition("MemoryPressure")), "warning", "ready, short of memory"),
        (
            node(READY, condition("DiskPressure", lastTransitionTime=ago(90))),
            "warning",
            "ready, short of disk for 90 s",
        ),
        (node(READY, condition("PIDPressure")), "warning", "ready, short of process ids"),
        (node(READY, condition("NetworkUnavailable")), "critical", "ready, its network is not set up"),
        (
            node(READY, condition("DiskPressure", "Unknown")),
            "unknown",
            "ready, nobody knows whether it is short of disk",
        ),
        (node(READY, condition("NetworkUnavailable", None)), "unknown", "ready, NetworkUnavailable is not known"),
        (node(READY, unschedulable=True), "warning", "ready, takes no new pods (cordoned)"),
        (node(READY, unschedulable="true"), "ok", "ready"),
        (node(), "unknown", "nothing says whether it is ready"),
        (node(condition("Ready", True)), "unknown", "its readiness is no word that Kubernetes writes"),
        ({"metadata": {"name": "n1"}, "status": None}, "unknown", "nothing says whether it is ready"),
    ],
)
def test_a_node_is_judged_by_its_conditions(one, status, words):
    assert said(look(CHECK, {"nodes": [one]})) == [(status, f"Node n1: {words}")]


def test_every_node_has_a_finding_with_a_command():
    found = look(CHECK, {"nodes": [node(READY), node(READY, name=NASTY)]})
    assert [one["subject"]["name"] for one in found] == ["n1", NASTY]
    assert found[0]["evidence"] == "kubectl describe node n1"


def test_a_cluster_without_a_node_is_not_healthy():
    assert said(look(CHECK, {"nodes": []})) == [("critical", "the cluster has no node")]
