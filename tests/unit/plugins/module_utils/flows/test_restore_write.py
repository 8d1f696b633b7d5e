# SPDX-License-Identifier: GPL-3.0-or-later
"""One write of a restore by itself; how writes follow each other is in test_restore_apply.py."""

from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Served, known
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Row
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import MARK, digest_of
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_write import Task, write
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.restore_cluster import (
    KINDS,
    Server,
    coderun,
    item,
)


def task(body, act="create", **more):
    resource = next(name for name, (_api, kind, *_rest) in KINDS.items() if kind == body["kind"])
    api, name, namespaced, apart = KINDS[resource]
    kind = known(resource)
    row = Row((resource, "argo", body["metadata"]["name"]), name, "absent", act, digest=digest_of(kind, body), **more)
    return Task(row, Served(kind, api, name, namespaced), body, status_apart=apart)


def test_what_somebody_made_just_as_it_was_is_left() -> None:
    body = item("configmaps", "a", data={"k": "v"})
    server = Server(body)
    written = write(Client(server), task(body))
    assert (written.is_new, written.uid) == (False, "old-a")
    assert server.at("configmaps", "a") == body


@pytest.mark.parametrize("dry", [False, True])
def test_what_the_last_request_of_a_killed_restore_made_is_finished(dry) -> None:
    body = coderun("r")
    body["metadata"]["annotations"] = {MARK: "of-this-backup"}
    begun = {key: value for key, value in body.items() if key != "status"}
    server = Server(begun)
    assert write(Client(server), task(body), dry=dry).uid == "old-r"
    assert (server.at("coderuns.agents.platform", "r").get("status") == body["status"]) is not dry
    assert bool(server.writes) is not dry


@pytest.mark.parametrize("dry", [False, True])
@pytest.mark.parametrize("mark", [{}, {MARK: "of-another-backup"}])
def test_what_another_one_made_meanwhile_is_left(dry, mark) -> None:
    body = coderun("r")
    body["metadata"]["annotations"] = {MARK: "of-this-backup"}
    begun = {key: value for key, value in coderun("r").items() if key != "status"}
    begun["metadata"]["annotations"] = mark
    server = Server(begun)
    with pytest.raises(OpsError, match="somebody made it since the plan"):
        write(Client(server), task(body), dry=dry)
    assert server.at("coderuns.agents.platform", "r") == begun


@pytest.mark.parametrize("dry", [False, True])
@pytest.mark.parametrize("is_home_new", [False, True])
@pytest.mark.parametrize("status", [{}, {"phase": "Succeeded"}])
def test_what_is_being_deleted_is_neither_the_same_nor_finished(dry, is_home_new, status) -> None:
    body = coderun("r")
    body["metadata"]["annotations"] = {MARK: "of-this-backup"}
    ending = {**body, "metadata": {**body["metadata"], "deletionTimestamp": "2026-01-01T00:00:00Z"}, "status": status}
    server = Server(ending)
    one = task(body)
    with pytest.raises(OpsError, match="is being deleted") as caught:
        write(Client(server), Task(one.row, one.served, body, is_home_new, one.status_apart), dry=dry)
    assert (caught.value.kind, server.at("coderuns.agents.platform", "r")) == ("conflict", ending)


@pytest.mark.parametrize(
    ("there", "act", "more"),
    [
        ([], "finish", {}),
        ([], "replace", {"uid": "old-r", "version": "100"}),
        ([coderun("r")], "replace", {"uid": "another", "version": "100"}),
        ([coderun("r")], "replace", {"uid": "old-r", "version": "99"}),
    ],
)
def test_what_is_gone_or_another_one_by_now_is_left(there, act, more) -> None:
    server = Server(*there)
    with pytest.raises(OpsError, match="changed since the plan"):
        write(Client(server), task(coderun("r"), act, **more))
    assert server.writes == []


def test_a_dry_run_of_what_is_to_be_finished_writes_nothing() -> None:
    server = Server(coderun("r"))
    assert write(Client(server), task(coderun("r"), "finish"), dry=True).uid == "old-r"
    assert server.writes == []


def test_a_status_that_changes_again_and_again_is_given_up() -> None:
    begun = {key: value for key, value in coderun("r").items() if key != "status"}
    server = Server(begun)
    server.refuse = lambda method, _path, _body: (409, "modified") if method == "PUT" else None
    with pytest.raises(OpsError, match="changed 4 times"):
        write(Client(server), task(coderun("r"), "finish"))
