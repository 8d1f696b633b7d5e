# SPDX-License-Identifier: GPL-3.0-or-later
"""The module by its options; what it leaves out of the settings is in module_utils/lab/test_restored.py."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

DEPLOYMENT = "/apis/apps/v1/namespaces/argo/deployments/argo-workflows-workflow-controller"
FOUND = {"spec": {"template": {"spec": {"containers": [{"name": "main", "args": []}]}}}}


def test_settings_are_made_where_none_were_restored_and_in_check_mode_nothing_is(run_module, kubeconfig):
    def route(request):
        if request.method == "GET" and request.path == DEPLOYMENT:
            return Answer(FOUND)
        return Answer(request.body) if request.writes else status(404, "not found")

    with FaultServer(route) as server:
        options = {"kubeconfig": kubeconfig(server), "metrics_port": 19090}
        planned = run_module("lab_restored", check=True, **options)
        assert (planned["changed"], server.writes) == (True, [])
        done = run_module("lab_restored", **options)
        (write,) = server.writes
    assert (done["changed"], done["left_out"], done["settings"]) == (True, [], "workflow-controller-configmap")
    assert write.body["data"] == {"metricsConfig": '{"port": 19090, "secure": false}'}


def test_without_the_deployment_it_fails_in_a_sentence(run_module, kubeconfig):
    with FaultServer() as server:
        result = run_module("lab_restored", kubeconfig=kubeconfig(server), metrics_port=19090)
    assert result["error"]["kind"] == "invalid"
    assert "there is no Deployment argo/argo-workflows-workflow-controller" in result["msg"]
