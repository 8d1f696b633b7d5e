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
    ("parts", "unread", "status", "words"),
    [
        ([], (), "critical", "in the platform's namespaces"),
        ([deployment("server")], (), "critical", "in the platform's namespaces"),
        ([], (("deployments", "argo"),), "unknown", "where it was possible to look"),
        ([], (("deployments", ""),), "unknown", "where it was possible to look"),
    ],
)
def test_none_is_critical_unless_nobody_could_look(parts, unread, status, words):
    found = look(CHECK, {"deployments": parts}, unread=unread)
    assert said(found) == [(status, f"CodeRun controller: there is no Deployment of that name {words}")]
