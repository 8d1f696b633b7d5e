# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.coderun_controller import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import look, said


def deployment(name: str = "controller", status: object = None, namespace: str = "agent-platform") -> dict:
    return {"metadata": {"namespace": namespace, "name": name}, "spec": {"replicas": 1}, "status": status}


@pytest.mark.parametrize(
    ("status", "word", "words"),
    [
        ({"availableReplicas": 1}, "ok", "1 of 1 replica available"),
        ({"observedGeneration": 1}, "critical", "none of 1 replica available"),
        (None, "unknown", "its controller has said nothing about it"),
    ],
)
def test_the_controller_is_judged_by_its_replicas(status, word, words):
    found = look(CHECK, {"deployments": [deployment(status=status), deployment("server")]})
    assert said(found) == [(word, f"Deployment agent-platform/controller: {words}")]
    assert found[0]["evidence"] == "kubectl -n agent-platform describe deployment controller"


def test_scaled_to_0_is_critical():
    off = deployment(status={"observedGeneration": 1}) | {"spec": {"replicas": 0}}
    assert said(look(CHECK, {"deployments": [off]})) == [
        ("critical", "Deployment agent-platform/controller: scaled to 0")
    ]


@pytest.mark.parametrize(
    ("namespaces", "status", "words"),
    [
        ([], "critical", "there is no Deployment of that name in the platform's namespaces"),
        (["agent-platform"], "critical", "there is no Deployment of that name in the platform's namespaces"),
        (
            ["agent-platform", "argo"],
            "unknown",
            "there is no Deployment of that name, but nothing of namespace argo was",
        ),
        (None, "critical", "there is no Deployment of that name in the platform's namespaces"),
    ],
)
def test_none_is_critical_unless_nobody_could_look(namespaces, status, words):
    found = look(CHECK, {"deployments": [deployment("server")]}, {"namespaces": namespaces})
    assert [one["status"] for one in found] == [status]
    assert found[0]["message"].startswith(f"CodeRun controller: {words}")
