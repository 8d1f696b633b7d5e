# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.commands import TRAPS, traps

CANNOT = {
    "kubectl get workflows -A --field-selector=status.phase=Running": "field selectors",
    "kubectl -n agent-platform get coderuns.agents.platform --field-selector status.phase=Failed": "field selectors",
    "kubectl get --field-selector 'status.phase=Failed' cr": "field selectors",
    "kubectl delete pods -l workflow-name=<name>": "no label workflow-name",
    "kubectl -n argo logs -l task=1,workflow-name=x --tail=5": "no label workflow-name",
    "kubectl get pods -l github-app=5DLabs-Rex -o wide": "neither label github-app nor agent",
    "kubectl top pods --selector=agent=rex": "neither label github-app nor agent",
    "kubectl -n argo scale sensor github --replicas=0": "no scale",
    "kubectl scale --replicas=0 sensors/github": "no scale",
    "kubectl -n argo rollout restart sensor github": "have a rollout",
    "argo stop <name>": "without a namespace",
    "sleep 1; argo resume x": "without a namespace",
    "kubectl rollout restart deployment/eventsource-controller": "no Deployment eventsource-controller",
    "kubectl get pods -n argo -l app=argo-workflows-server": "app=argo-workflows-server",
    """kubectl patch wf x --type merge -p '{"spec":{"suspend":false}}'""": "stays Running",
    """kubectl exec x -- curl localhost:8080/input -d '{"message": "hi"}'""": "answers 422",
}
CAN = (
    "kubectl get pods -A --field-selector=status.phase=Running",
    "kubectl get events --field-selector=involvedObject.kind=Workflow,involvedObject.name=x",
    "kubectl get workflows -A -l workflows.argoproj.io/phase=Running",
    "kubectl -n argo get pods -l workflows.argoproj.io/workflow=<name>",
    "kubectl -n agent-platform get coderuns -l workflow-name=<name>",
    "kubectl -n agent-platform get coderuns -l github-app=5DLabs-Rex",
    "kubectl -n argo scale deployment argo-workflows-workflow-controller --replicas=1",
    "kubectl -n argo rollout restart deployment <deployment>",
    "argo stop -n <namespace> <name>",
    "argo list -A",
    "argo version",
    "kubectl -n argo get deployments",
    """curl --json '{"text": "hi"}' localhost:8080/input""",
)


@pytest.mark.parametrize(("command", "reason"), CANNOT.items())
def test_what_cannot_work_is_told_once_with_a_mend(command: str, reason: str) -> None:
    (trap,) = traps(command)
    assert reason in trap.reason
    assert trap.mend.endswith(".")


@pytest.mark.parametrize("command", CAN)
def test_what_works_is_left_alone(command: str) -> None:
    assert list(traps(command)) == []


def test_every_trap_has_a_case() -> None:
    assert {trap.reason for command in CANNOT for trap in traps(command)} == {trap.reason for trap in TRAPS}
