# SPDX-License-Identifier: GPL-3.0-or-later
"""The module: options, refusals, result; the flow has tests of its own."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer

from tests.support.commands import ROOT

DATA = yaml.safe_load((ROOT / "roles/component_upgrade/files/components/argo_workflows.yml").read_text())
ARGO = {**DATA, "workloads": DATA["workloads"][:1]}
DEPLOYMENT = "/apis/apps/v1/namespaces/argo/deployments/argo-workflows-workflow-controller"
CRONS = "/apis/argoproj.io/v1alpha1/cronworkflows"
CONTROLLER = {
    "metadata": {"name": "argo-workflows-workflow-controller", "namespace": "argo", "uid": "u"},
    "spec": {"template": {"spec": {"containers": [{"name": "workflow-controller", "image": "q.io/c:v3.6.13"}]}}},
}
CRON = {
    "apiVersion": "argoproj.io/v1alpha1",
    "kind": "CronWorkflow",
    "metadata": {"name": "nightly", "namespace": "argo", "uid": "c", "resourceVersion": "7"},
    "spec": {"schedule": "0 1 * * *", "workflowSpec": {}},
}


def platform(crons: list[dict[str, Any]]) -> Platform:
    listed = {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": "9"}, "items": crons}
    return Platform(answers={DEPLOYMENT: Answer(CONTROLLER), CRONS: Answer(listed)})


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"component": {"name": "x"}}, "component x: workloads: it names none"),
        ({"component": ARGO, "reason": "x" * 1001}, "reason: it has 1,001 characters"),
        ({"component": ARGO, "max_changes": 0}, "1 specifications would be changed, but max_changes is 0"),
    ],
)
def test_what_must_not_be_is_refused_untouched(run_module, kubeconfig, options: dict, words: str) -> None:
    with platform([CRON]).serve() as server:
        failed = run_module("specification_migration", kubeconfig=kubeconfig(server), **options)
        assert server.writes == []
    assert failed["failed"], failed
    assert words in failed["msg"]


def test_where_nothing_has_an_older_name_nothing_is_done(run_module, kubeconfig) -> None:
    with platform([]).serve() as server:
        told = run_module("specification_migration", kubeconfig=kubeconfig(server), component=ARGO)
        assert server.writes == []
    assert (told["changed"], told["line"], told["since"]) == (False, "nothing to do", "v3.6.13")
