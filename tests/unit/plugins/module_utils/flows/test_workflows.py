# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workflows
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)


def owned(name, *owners, phase=None, **labels):
    meta = {"name": name, "namespace": "argo", "uid": f"uid-{name}", "labels": labels}
    meta["ownerReferences"] = [{"uid": owner} for owner in owners]
    return {"metadata": meta, **({"status": {"phase": phase}} if phase else {})}


def serve(**items):
    def route(request):
        plural = request.path.rsplit("/", 1)[-1]
        found = items.get(plural, [])
        if isinstance(found, Answer):
            return found
        return Answer({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": found})

    return FaultServer(route)


def test_dependents_stand_under_each_of_their_owners(connect):
    with serve(pods=[owned("p", "a", "b"), owned("free")], jobs=[owned("j", "a")]) as server:
        found = workflows.read_dependents(Client(connect(server)), [])
    assert {owner: sorted(one.name for one in below) for owner, below in found.items()} == {"a": ["j", "p"], "b": ["p"]}


def test_a_label_pins_and_so_does_a_coderun_that_still_works(connect):
    keep = {"ops.agent-platform/keep": "true"}
    runs = [owned("works", "a", phase="Running"), owned("odd", "a"), owned("done", "a", phase="Succeeded")]
    with serve(configmaps=[owned("pinned", "a", **keep), owned("plain", "a")], coderuns=runs) as server:
        found = workflows.read_dependents(Client(connect(server)), [])
    assert {one.name for one in found["a"] if one.pinned} == {"pinned", "works", "odd"}


def test_a_kind_that_the_cluster_does_not_have_owns_nothing(connect):
    with serve(coderuns=status(404, "the server could not find the requested resource")) as server:
        assert workflows.read_dependents(Client(connect(server)), []) == {}


def test_a_kind_that_may_not_be_read_is_an_error(connect):
    with serve(persistentvolumeclaims=status(403, "forbidden")) as server:
        with pytest.raises(OpsError) as caught:
            workflows.read_dependents(Client(connect(server)), [])
    assert caught.value.kind == "forbidden"


def test_without_argo_workflows_the_sentence_says_so(connect):
    with FaultServer() as server:
        with pytest.raises(OpsError, match=r"knows no workflows\.argoproj\.io"):
            workflows.read_summaries(Client(connect(server)), [])


def test_namespaces_are_read_once_each(connect):
    with serve() as server:
        workflows.read_selected(Client(connect(server)), ["a", "b", "a"], "x=y")
        assert [request.path.split("/")[5] for request in server.requests] == ["a", "b"]
        assert {request.query["labelSelector"] for request in server.requests} == {"x=y"}
