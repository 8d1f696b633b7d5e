# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.objects import (
    apply,
    is_ready,
    kustomize,
    load_yaml,
    ordered,
    path_of,
)


def item(kind, name="x", api="v1", namespace=None, **more):
    meta = {"name": name, **({"namespace": namespace} if namespace else {})}
    return {"apiVersion": api, "kind": kind, "metadata": meta, **more}


class Server:
    """Objects by path, as an API server keeps them; notes the order of what was applied."""

    def __init__(self, *, ready=True):
        self.objects = {}
        self.applied = []
        self._ready = ready

    def get_or_none(self, path):
        return copy.deepcopy(self.objects.get(path))

    get = get_or_none

    def apply(self, path, body, *, dry_run=False):
        before = self.objects.get(path, {"metadata": {}})
        after = {**before, **copy.deepcopy(body)}
        after["metadata"] = {**before["metadata"], **body["metadata"], "resourceVersion": str(len(self.applied))}
        if body["kind"] == "Node":
            after["status"] = {"conditions": [{"type": "Ready", "status": str(self._ready)}]}
        if not dry_run:
            self.applied.append(path)
            self.objects[path] = after
        return after

    def each(self, function, items):
        for one in items:
            try:
                yield one, function(one)
            except OpsError as error:
                yield one, error


def test_each_finds_what_it_needs():
    kinds = ["Deployment", "Node", "ClusterRoleBinding", "Stage", "ServiceAccount", "Namespace", "APIService"]
    groups = ordered(item(kind) for kind in kinds)
    assert [[one["kind"] for one in group] for group in groups] == [
        ["Namespace"],
        ["Stage", "ServiceAccount"],
        ["ClusterRoleBinding"],
        ["Node"],
        ["Deployment", "APIService"],
    ]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        (item("Namespace"), "/api/v1/namespaces/x"),
        (item("ConfigMap", namespace="argo"), "/api/v1/namespaces/argo/configmaps/x"),
        (item("Deployment", api="apps/v1", namespace="argo"), "/apis/apps/v1/namespaces/argo/deployments/x"),
        (item("PriorityClass", api="scheduling.k8s.io/v1"), "/apis/scheduling.k8s.io/v1/priorityclasses/x"),
        (item("Stage", api="kwok.x-k8s.io/v1alpha1"), "/apis/kwok.x-k8s.io/v1alpha1/stages/x"),
        (item("ServiceAccount"), "/api/v1/namespaces/default/serviceaccounts/x"),
    ],
)
def test_paths(given, path):
    assert path_of(given) == path


def conditions(**by_type):
    return {"conditions": [{"type": name, "status": status} for name, status in by_type.items()]}


DEPLOYED = {"observedGeneration": 2, "availableReplicas": 1}


@pytest.mark.parametrize(
    ("given", "ready"),
    [
        (item("ConfigMap"), True),
        (item("Node"), False),
        (item("Node", status=conditions(Ready="Unknown")), False),
        (item("Node", status=conditions(Ready="True")), True),
        (item("CustomResourceDefinition", status=conditions(NamesAccepted="True")), False),
        (item("CustomResourceDefinition", status=conditions(Established="True")), True),
    ],
)
def test_readiness(given, ready):
    assert is_ready(given) is ready


@pytest.mark.parametrize(
    ("replicas", "status", "ready"),
    [
        (1, DEPLOYED, True),
        (0, {"observedGeneration": 2}, True),
        (2, DEPLOYED, False),
        (1, {**DEPLOYED, "observedGeneration": 1}, False),
        (1, {}, False),
    ],
)
def test_a_deployment_is_ready_when_its_newest_generation_is_available(replicas, status, ready):
    given = item("Deployment", spec={"replicas": replicas}, status=status)
    given["metadata"]["generation"] = 2
    assert is_ready(given) is ready


def test_only_what_differs_counts_as_changed():
    server = Server()
    objects = [item("Node", "a"), item("Namespace", "b"), item("ConfigMap", "c", data={"k": "1"})]
    assert len(apply(server, objects, 1)) == 3
    assert server.applied[0] == "/api/v1/namespaces/b"
    assert apply(server, objects, 1) == []
    objects[2] = item("ConfigMap", "c", data={"k": "2"})
    assert apply(server, objects, 1) == ["/api/v1/namespaces/default/configmaps/c"]


def test_a_dry_run_tells_the_changes_and_writes_nothing():
    server = Server()
    assert apply(server, [item("Namespace", "b")], 1, dry_run=True) == ["/api/v1/namespaces/b"]
    assert server.objects == {}


def test_what_does_not_come_to_work_is_named():
    with pytest.raises(OpsError, match="/api/v1/nodes/a does not work after 0 s"):
        apply(Server(ready=False), [item("Node", "a")], 0.1)


def test_a_failure_of_one_is_the_failure():
    server = Server()
    server.apply = lambda *_a, **_k: (_ for _ in ()).throw(OpsError("forbidden", "no rights"))
    with pytest.raises(OpsError, match="no rights"):
        apply(server, [item("Namespace")], 1)


def test_yaml_of_several_documents():
    assert load_yaml("---\nkind: A\n---\n---\nkind: B\n") == [{"kind": "A"}, {"kind": "B"}]


def test_a_kustomization_that_cannot_be_rendered_is_told(tmp_path):
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(
        "#!/bin/sh\necho 'kind: ConfigMap'\n[ \"$2\" = /good ] || { echo 'error: no such folder' >&2; exit 1; }\n"
    )
    kubectl.chmod(0o755)
    assert kustomize(str(kubectl), "/good") == [{"kind": "ConfigMap"}]
    with pytest.raises(OpsError, match="the kustomization /bad cannot be used: error: no such folder"):
        kustomize(str(kubectl), "/bad")
