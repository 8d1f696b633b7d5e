# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import threading

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import BudgetError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import ABSENT, GONE, TERMINATING, Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    Collection,
    FaultServer,
    status,
)

PATH = "/apis/argoproj.io/v1alpha1/workflows"


def item(name, **meta):
    return {"kind": "Workflow", "metadata": {"name": name, "uid": f"uid-{name}", "resourceVersion": "7", **meta}}


def test_delete_says_what_became_of_the_object(connect):
    collection = Collection([item("plain"), item("held", finalizers=["example/hold"])], PATH)
    with FaultServer(collection) as server:
        client = Client(connect(server))
        assert client.delete(f"{PATH}/plain", "uid-plain", "7") == GONE
        assert client.delete(f"{PATH}/held", "uid-held", "7") == TERMINATING
        assert client.delete(f"{PATH}/plain", "uid-plain", "7") == ABSENT


@pytest.mark.parametrize(("uid", "version"), [("other", "7"), ("uid-plain", "6")])
def test_an_object_that_changed_is_not_deleted(connect, uid, version):
    collection = Collection([item("plain")], PATH)
    with FaultServer(collection) as server:
        with pytest.raises(OpsError) as caught:
            Client(connect(server)).delete(f"{PATH}/plain", uid, version)
    assert caught.value.kind == "conflict"
    assert "plain" in collection.items


@pytest.mark.parametrize(("uid", "version"), [("", "7"), ("u", "")])
def test_a_delete_without_preconditions_is_never_sent(connect, uid, version):
    with FaultServer() as server:
        with pytest.raises(OpsError, match="needs the object's uid"):
            Client(connect(server)).delete(f"{PATH}/plain", uid, version)
        assert server.requests == []


def test_a_dry_run_delete_says_so_in_its_body_and_deletes_nothing(connect):
    collection = Collection([item("plain")], PATH)
    with FaultServer(collection) as server:
        Client(connect(server, read_only=True)).delete(f"{PATH}/plain", "uid-plain", "7", dry_run=True)
        assert server.requests[0].body["dryRun"] == ["All"]
        assert server.writes == []
    assert "plain" in collection.items


def test_a_replace_without_resource_version_is_never_sent(connect):
    with FaultServer() as server:
        with pytest.raises(OpsError, match="resourceVersion"):
            Client(connect(server)).replace("/x", {"metadata": {}})
        assert server.requests == []


def test_each_bounds_how_many_run_at_once_and_yields_errors_as_values(connect):
    running, most, guard = 0, 0, threading.Lock()
    release = threading.Event()

    def work(number):
        nonlocal running, most
        with guard:
            running += 1
            most = max(most, running)
            if running == 3:
                release.set()
        release.wait(2)
        with guard:
            running -= 1
        if number == 5:
            raise OpsError("conflict", "five")
        return number * 10

    with FaultServer() as server:
        results = dict(Client(connect(server), concurrency=3).each(work, range(20)))
    assert most == 3
    assert isinstance(results.pop(5), OpsError)
    assert results == {number: number * 10 for number in range(20) if number != 5}


def test_wait_absent_returns_what_is_left_when_the_time_is_over(connect):
    collection = Collection([item("gone"), item("stays", finalizers=["x/y"])], PATH, page=10)

    def route(request):
        return Answer(b"", delay=0.3) if request.query.get("watch") else collection(request)

    with FaultServer(route) as server:
        left = Client(connect(server)).wait_absent(PATH, ["uid-stays", "uid-never-there"], timeout=0.2)
    assert set(left) == {"uid-stays"}
    assert left["uid-stays"]["finalizers"] == ["x/y"]


def test_wait_absent_follows_the_watch_until_the_last_is_gone(connect):
    collection = Collection([item("slow", finalizers=["x/y"])], PATH, page=10)
    event = b'{"type":"DELETED","object":{"metadata":{"uid":"uid-slow"}}}\n'

    def route(request):
        return Answer(event) if request.query.get("watch") else collection(request)

    with FaultServer(route) as server:
        assert Client(connect(server)).wait_absent(PATH, ["uid-slow"], timeout=5) == {}
        assert server.requests[-1].query["resourceVersion"] == "7"


def test_get_or_none_hides_only_absence(connect):
    with FaultServer(script=[status(404, "no"), status(403, "no")]) as server:
        client = Client(connect(server))
        assert client.get_or_none("/x") is None
        with pytest.raises(OpsError):
            client.get_or_none("/x")


def test_a_watch_that_ends_at_once_does_not_make_wait_absent_hammer_the_server(connect):
    collection = Collection([item("stays", finalizers=["x/y"])], PATH, page=10)

    def route(request):
        return status(410, "too old") if request.query.get("watch") else collection(request)

    with FaultServer(route) as server:
        assert set(Client(connect(server)).wait_absent(PATH, ["uid-stays"], timeout=1.2)) == {"uid-stays"}
        assert len(server.requests) <= 8


def _budget() -> Answer:
    said = "The disruption budget web needs 2 healthy pods and has 2 currently"
    causes = [{"reason": "DisruptionBudget", "message": f"{said}."}]
    body = {"kind": "Status", "message": "Cannot evict pod", "details": {"causes": causes}}
    return Answer(body, 429, {"Retry-After": "10"})


def test_an_eviction_is_bound_to_one_pod_and_a_dry_one_is_no_write(connect):
    with FaultServer(route=lambda _request: Answer({"kind": "Status"}, 201)) as server:
        assert Client(connect(server)).evict("ns", "x", "uid-x")
        request = server.requests[0]
        assert (request.method, request.path) == ("POST", "/api/v1/namespaces/ns/pods/x/eviction")
        assert request.body["deleteOptions"] == {"preconditions": {"uid": "uid-x"}}
        assert Client(connect(server, read_only=True)).evict("ns", "x", "uid-x", dry_run=True)
        assert len(server.writes) == 1
    with FaultServer() as server:
        assert not Client(connect(server)).evict("ns", "x", "uid-x")


def test_what_a_budget_forbids_is_told_at_once_and_not_asked_again(connect):
    with FaultServer(route=lambda _request: _budget()) as server:
        with pytest.raises(BudgetError, match="budget web needs 2 healthy pods and has 2 currently") as caught:
            Client(connect(server)).evict("ns", "x", "uid-x")
        assert (caught.value.kind, caught.value.status, len(server.requests)) == ("refused", 429, 1)


def test_an_overloaded_server_is_no_budget(connect):
    answers = [status(429, "too many requests"), Answer({"kind": "Status"}, 201)]
    with FaultServer(script=answers) as server:
        assert Client(connect(server)).evict("ns", "x", "uid-x")
        assert len(server.requests) == 2
