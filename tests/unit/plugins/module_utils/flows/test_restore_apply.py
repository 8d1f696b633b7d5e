# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores carried out in a cluster in memory that refuses, ignores and forgets."""

from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Wish
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import restore_verify
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.fences import OpenFence
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.restore_cluster import (
    CODERUNS,
    DEFINITIONS,
    KINDS,
    WORKFLOWS,
    Server,
    coderun,
    item,
    planned,
    restored,
    source,
    workflow,
)

MARK = "ops.agent-platform/restored-from"


def outcomes(done):
    return {name: one.outcome for name, one in done.items()}


def test_everything_comes_back_once_in_order_and_a_second_run_has_nothing_to_do() -> None:
    server = Server(kinds=[name for name in KINDS if name != WORKFLOWS])
    backup = source(
        workflow("w"),
        item("configmaps", "a", namespace="new", owners=["Workflow/w2"]),
        workflow("w2", namespace="new"),
        item("namespaces", "new"),
        item(DEFINITIONS, WORKFLOWS),
        coderun("r", owners=["Workflow/w"]),
    )
    done, error = restored(server, backup)
    assert error is None
    assert set(outcomes(done).values()) == {"changed"}, done
    assert server.at("configmaps", "a", "new")["metadata"]["ownerReferences"][0]["uid"] == "new-w2"
    assert server.at(CODERUNS, "r")["metadata"]["ownerReferences"][0]["uid"] == "new-w"
    assert server.at(WORKFLOWS, "w")["metadata"]["annotations"] == {MARK: "b1"}
    assert planned(server, backup)[1].todo == {}
    assert restored(server, backup) == ({}, None)


def test_a_finished_workflow_arrives_in_one_request_with_its_status() -> None:
    server = Server()
    restored(server, source(workflow("w")))
    assert server.writes == ["POST argo/workflows"]
    assert server.at(WORKFLOWS, "w")["status"]["phase"] == "Succeeded"


def test_a_status_that_is_apart_follows_at_once_and_the_finalizers_after_it() -> None:
    server = Server()
    restored(server, source(coderun("r")))
    assert server.writes == ["POST argo/coderuns", "PUT argo/coderuns/r/status", "PATCH argo/coderuns/r"]
    assert server.at(CODERUNS, "r")["status"] == {"phase": "Succeeded"}
    assert server.at(CODERUNS, "r")["metadata"]["finalizers"] == ["theirs"]


def test_without_its_status_it_is_taken_back_and_told() -> None:
    server = Server()
    server.refuse = lambda _method, path, _body: (422, "no such phase") if path.endswith("/status") else None
    done, error = restored(server, source(coderun("r")))
    assert error is None
    assert (done["r"].outcome, server.at(CODERUNS, "r")) == ("failed", None)
    assert "deleted again" in done["r"].reason
    assert "no such phase" in done["r"].reason


def test_when_it_cannot_be_taken_back_either_that_is_said_loud() -> None:
    server = Server()
    server.refuse = lambda method, path, _body: (403, "no") if path.endswith("/status") or method == "DELETE" else None
    done, _error = restored(server, source(coderun("r")))
    assert done["r"].outcome == "failed"
    assert "its controller would start it again" in done["r"].reason


def test_an_interrupted_one_is_finished_by_the_next_run() -> None:
    server, backup = Server(), source(coderun("r"))
    server.refuse = lambda method, path, _body: (0, "cut") if path.endswith("/status") or method == "DELETE" else None
    restored(server, backup)
    assert "status" not in server.at(CODERUNS, "r")
    server.refuse = lambda *_request: None
    done, error = restored(server, backup)
    assert (outcomes(done), error) == ({"r": "changed"}, None)
    assert server.at(CODERUNS, "r")["status"] == {"phase": "Succeeded"}
    assert server.at(CODERUNS, "r")["metadata"]["finalizers"] == ["theirs"]
    assert restored(server, backup) == ({}, None)


@pytest.mark.parametrize(("code", "words"), [(409, "conflict"), (422, "invalid"), (403, "being terminated")])
def test_one_that_is_refused_in_the_middle_is_told_and_the_others_go_on(code, words) -> None:
    server = Server()
    server.refuse = lambda method, _path, body: (
        (code, words) if method == "POST" and body["metadata"]["name"] == "b" else None
    )
    done, error = restored(server, source(*(item("configmaps", name) for name in "abc")))
    assert error is None
    assert {name for name, one in done.items() if one.outcome == "changed"} == {"a", "c"}
    assert words in done["b"].reason


def test_when_nobody_answers_the_rest_is_not_tried() -> None:
    server = Server()
    server.refuse = lambda method, _path, _body: (0, "no answer") if method == "POST" else None
    done, error = restored(server, source(*(item("configmaps", f"c{number}") for number in range(200))))
    assert "no answer" in str(error)
    assert list(outcomes(done).values()).count("not_reached") > 100


def test_without_the_lock_nothing_more_is_written() -> None:
    server = Server()
    done, error = restored(server, source(item("configmaps", "a")), fence=OpenFence(0))
    assert (outcomes(done), server.writes) == ({"a": "not_reached"}, [])
    assert "no longer ours" in str(error)


def test_what_an_owner_that_failed_owns_is_not_restored_without_it() -> None:
    server = Server()
    server.refuse = lambda method, path, _body: (422, "no") if method == "POST" and "workflows" in path else None
    done, _error = restored(server, source(workflow("w"), item("configmaps", "a", owners=["Workflow/w"])))
    assert (done["a"].outcome, server.at("configmaps", "a")) == ("refused", None)
    assert "owner" in done["a"].reason


def test_a_node_port_of_another_is_given_anew_and_told() -> None:
    server = Server()
    server.refuse = lambda method, _path, body: (
        (422, "provided port is already allocated") if method == "POST" and "nodePort" in str(body) else None
    )
    service = item("services", "s", spec={"ports": [{"port": 80, "nodePort": 30000}]})
    done, _error = restored(server, source(service))
    assert (done["s"].outcome, bool(done["s"].reason)) == ("changed", True)
    assert server.at("services", "s")["spec"] == {"ports": [{"port": 80}]}


def test_what_a_controller_made_in_a_new_namespace_gives_way() -> None:
    server = Server()

    def busy(method, path, _body):
        if method == "POST" and path.endswith("namespaces/new/configmaps"):
            made = item("configmaps", "a", namespace="new", data={"k": "theirs"})
            server.objects.setdefault(f"{path}/a", made)

    server.refuse = busy
    backup = source(item("namespaces", "new"), item("configmaps", "a", namespace="new", data={"k": "ours"}))
    done, _error = restored(server, backup)
    assert outcomes(done) == {"new": "changed", "a": "changed"}
    assert server.at("configmaps", "a", "new")["data"] == {"k": "ours"}


def test_what_somebody_made_since_the_plan_is_left() -> None:
    server = Server()

    def busy(method, path, _body):
        if method == "POST":
            server.objects.setdefault(f"{path}/a", item("configmaps", "a", data={"k": "theirs"}))

    server.refuse = busy
    done, _error = restored(server, source(item("configmaps", "a", data={"k": "ours"})))
    assert outcomes(done) == {"a": "refused"}
    assert server.at("configmaps", "a")["data"] == {"k": "theirs"}


def test_a_replacement_is_bound_to_the_version_of_the_plan() -> None:
    theirs, ours = item("configmaps", "a", data={"k": "theirs"}), item("configmaps", "a", data={"k": "ours"})
    backup = source(ours, wish=Wish("replace_all"))
    server = Server(theirs)
    assert outcomes(restored(server, backup)[0]) == {"a": "changed"}
    assert server.at("configmaps", "a")["data"] == {"k": "ours"}

    moving = Server(theirs)
    moving.refuse = lambda method, path, _body: (
        moving.objects[path]["metadata"].update(resourceVersion="999")
        if method == "GET" and path.endswith("configmaps/a")
        else None
    )
    done, _error = restored(moving, backup)
    assert (done["a"].outcome, moving.writes) == ("refused", [])


def test_a_dry_run_asks_of_every_write_and_writes_nothing() -> None:
    server = Server(item("configmaps", "r", data={"k": "theirs"}))
    server.refuse = lambda method, _path, body: (
        (422, "no") if method == "POST" and body["metadata"]["name"] == "b" else None
    )
    backup = source(
        item("namespaces", "new"),
        *(item("configmaps", name) for name in "abr"),
        item("configmaps", "later", namespace="new"),
        wish=Wish("replace_all"),
    )
    done, error = restored(server, backup, dry=True)
    assert (error, server.writes) == (None, [])
    assert outcomes(done) == {"new": "planned", "a": "planned", "b": "refused", "r": "planned", "later": "planned"}


def test_a_definition_that_is_never_served_is_told() -> None:
    server = Server(kinds=[name for name in KINDS if name != WORKFLOWS])
    server._define = lambda _made: None
    done, _error = restored(server, source(item(DEFINITIONS, WORKFLOWS), workflow("w")))
    assert outcomes(done) == {WORKFLOWS: "unverified", "w": "failed"}


def test_a_server_that_says_yes_and_does_nothing_is_found_out() -> None:
    server, backup = Server(), source(item("configmaps", "a"), item("configmaps", "b"))
    cluster, plan = planned(server, backup)
    rows = list(plan.todo.values())
    assert set(restore_verify.look(cluster, backup, rows).values()) == {"it was accepted, and is not there"}


def test_what_is_there_is_compared_and_additions_of_the_cluster_are_no_reason() -> None:
    backup = source(*(item("configmaps", name, data={"k": "v"}) for name in "abc"))
    server = Server()
    cluster, plan = planned(server, backup)
    rows = list(plan.todo.values())
    restored(server, backup)
    server.at("configmaps", "a")["added"] = True
    server.at("configmaps", "b")["data"] = {"k": "x"}
    assert restore_verify.look(cluster, backup, rows) == {
        ("configmaps", "argo", "b"): "it is there, and not as in the backup: data.k"
    }
    server.refuse = lambda *_request: (403, "no")
    assert all("nobody may look" in why for why in restore_verify.look(cluster, backup, rows).values())
