# SPDX-License-Identifier: GPL-3.0-or-later
"""A restored controller keeps its settings but for what leads out of its practice cluster."""

from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.restored import isolate, isolated, name_of
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)

OWN = "/api/v1/namespaces/argo/configmaps/workflow-controller-configmap"
CHART = "/api/v1/namespaces/argo/configmaps/chart-configmap"
DEPLOYMENT = "/apis/apps/v1/namespaces/argo/deployments/controller"
PERSISTENCE = "postgresql: {host: production.example.org}"


def deployment(*words, of="args"):
    return {"spec": {"template": {"spec": {"containers": [{"name": "main", of: list(words)}]}}}}


def settings(name="chart-configmap", **data):
    return {"metadata": {"name": name, "resourceVersion": "7"}, "data": data}


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (deployment("--configmap", "mine", "--namespaced"), "mine"),
        (deployment("--configmap=mine"), "mine"),
        (deployment("workflow-controller", "--configmap", "mine", of="command"), "mine"),
        (deployment("--configmap"), "workflow-controller-configmap"),
        (deployment(), "workflow-controller-configmap"),
    ],
)
def test_the_deployment_names_the_settings(found, name):
    assert name_of(found) == name


def test_databases_and_ports_of_the_platform_are_left_out():
    given = {"persistence": PERSISTENCE, "synchronization": "x", "telemetryConfig": "x", "parallelism": "10"}
    data, left_out = isolated(given, 19090)
    assert left_out == ["persistence", "synchronization"]
    assert data == {"parallelism": "10", "metricsConfig": '{"port": 19090, "secure": false}'}


def test_settings_in_one_text_are_left_out_too():
    text = f"parallelism: 10\npersistence:\n  {PERSISTENCE}\nmetricsConfig: {{port: 9090}}\n"
    data, left_out = isolated({"config": text}, 19090)
    assert left_out == ["persistence"]
    assert json.loads(data["config"]) == {"parallelism": 10, "metricsConfig": {"port": 19090, "secure": False}}


@pytest.mark.parametrize("text", ["[1]", "a: b: c", "{{ x }}", ""])
def test_settings_that_cannot_be_read_start_nothing(text):
    with pytest.raises(OpsError, match="no YAML mapping"):
        isolated({"config": text}, 1)


@pytest.fixture
def cluster(connect):
    """Isolate the controller of a stand-in API server that holds these objects."""

    def run(objects, **options):
        def route(request):
            if request.method == "GET":
                found = objects.get(request.path)
                return Answer(found) if found else status(404, "not found")
            return Answer(request.body)

        with FaultServer(route) as server:
            done = isolate(Client(connect(server)), "argo", "controller", 19090, **options)
        return done, server.writes

    return run


def test_they_are_put_where_the_controller_looks(cluster):
    objects = {DEPLOYMENT: deployment("--configmap", "chart-configmap"), CHART: settings(persistence=PERSISTENCE)}
    done, (write,) = cluster(objects)
    assert done == {"settings": "chart-configmap", "left_out": ["persistence"], "changed": True}
    assert (write.method, write.body["metadata"]["name"]) == ("POST", "workflow-controller-configmap")
    assert "production" not in json.dumps(write.body)


def test_restored_settings_of_that_name_are_replaced_with_their_version_and_nothing_of_them_is_merged(cluster):
    objects = {DEPLOYMENT: deployment(), OWN: settings(OWN.rpartition("/")[2], persistence=PERSISTENCE)}
    _done, (write,) = cluster(objects)
    assert (write.method, write.path, write.body["metadata"]["resourceVersion"]) == ("PUT", OWN, "7")
    assert list(write.body["data"]) == ["metricsConfig"]


def test_a_second_time_and_check_mode_write_nothing(cluster):
    objects = {DEPLOYMENT: deployment(), OWN: settings(OWN.rpartition("/")[2], persistence=PERSISTENCE)}
    done, writes = cluster(objects, check=True)
    assert (done["changed"], writes) == (True, [])
    objects[OWN]["data"] = isolated({}, 19090)[0]
    done, writes = cluster(objects)
    assert (done["changed"], writes) == (False, [])


def test_without_a_deployment_nobody_says_what_runs(cluster):
    with pytest.raises(OpsError, match="there is no Deployment argo/controller"):
        cluster({})


def test_any_other_cluster_is_refused_before_it_is_asked():
    class Production:
        host = "https://production.example.org:6443"

    with pytest.raises(OpsError, match="no practice cluster of this machine") as refused:
        isolate(Production(), "argo", "controller", 19090)
    assert refused.value.kind == "refused"
