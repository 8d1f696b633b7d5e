# SPDX-License-Identifier: GPL-3.0-or-later
"""Plans of restores, over a cluster and a backup in memory."""

from __future__ import annotations

import dataclasses

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.choice import Choice
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Wish
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.restore_cluster import (
    DEFINITIONS,
    KINDS,
    WORKFLOWS,
    Server,
    coderun,
    item,
    planned,
    source,
    workflow,
)


def states(server, backup):
    return {row.key[2]: (row.state, row.act) for row in planned(server, backup)[1].rows.values()}


def test_every_object_has_a_state_and_the_same_ones_are_only_counted() -> None:
    same, other = item("configmaps", "same"), item("configmaps", "other", data={"a": "1"})
    there = {**other, "data": {"a": "2"}}
    server = Server(same, there)
    backup = source(same, other, item("configmaps", "gone"), item("configmaps", "away", namespace="none"))
    plan = planned(server, backup)[1]
    assert {row.key[2]: (row.state, row.act) for row in plan.rows.values()} == {
        "other": ("differs", ""),
        "gone": ("absent", "create"),
        "away": ("homeless", ""),
    }
    assert plan.states["same"] == 1
    assert server.writes == []


def test_the_namespace_of_an_object_may_come_from_the_same_backup() -> None:
    backup = source(item("namespaces", "new"), item("configmaps", "a", namespace="new"))
    assert states(Server(), backup) == {"new": ("absent", "create"), "a": ("absent", "create")}


def test_a_kind_may_come_from_the_same_backup() -> None:
    definition = item(DEFINITIONS, WORKFLOWS)
    server = Server(kinds=[name for name in KINDS if name != WORKFLOWS])
    assert states(server, source(definition, workflow("w")))["w"] == ("absent", "create")
    assert states(server, source(workflow("w"))) == {"w": ("not_served", "")}


def test_what_may_not_be_read_is_never_absent() -> None:
    server = Server()
    server.refuse = lambda _method, path, _body: (403, "may not list secrets") if "secrets" in path else None
    plan = planned(server, source(item("secrets", "s"), item("configmaps", "c")))[1]
    assert {row.key[2]: (row.state, row.act) for row in plan.rows.values()} == {
        "s": ("unreadable", ""),
        "c": ("absent", "create"),
    }
    assert plan.problems == {"secrets": "may not list secrets"}


def test_a_server_that_does_not_answer_ends_the_plan() -> None:
    server = Server()
    server.refuse = lambda _method, path, _body: (0, "no answer") if "secrets" in path else None
    with pytest.raises(OpsError, match="no answer"):
        planned(server, source(item("secrets", "s")))


@pytest.mark.parametrize(
    ("there", "owner", "notes"),
    [
        ([workflow("w")], "Workflow/w", ()),
        ([], "Workflow/w", ("owners",)),
        ([], "Unknown/w", ("owners",)),
        ([], "Workflow/restored", ()),
        ([], "ConfigMap/z", ()),
    ],
)
def test_an_owner_is_there_or_comes_back_or_is_dropped(there, owner, notes) -> None:
    # The one owner is of a later kind and the other one later in the same kind.
    backup = source(item("configmaps", "a", owners=[owner]), item("configmaps", "z"), workflow("restored"))
    plan = planned(Server(*there), backup)[1]
    assert plan.rows["configmaps", "argo", "a"].notes == notes


def test_owners_that_own_each_other_are_dropped() -> None:
    backup = source(item("configmaps", "a", owners=["ConfigMap/b"]), item("configmaps", "b", owners=["ConfigMap/a"]))
    rows = planned(Server(), backup)[1].rows.values()
    assert sum(row.notes == ("owners",) for row in rows) >= 1
    assert {row.act for row in rows} == {"create"}


def test_what_had_not_ended_is_left_unless_it_is_asked_for() -> None:
    running, asked = workflow("w", "Running"), Wish(live=True)
    assert states(Server(), source(running)) == {"w": ("live", "")}
    assert states(Server(), source(running, wish=asked)) == {"w": ("absent", "create")}
    moved_on = {**running, "status": {"phase": "Succeeded"}}
    assert states(Server(moved_on), source(running)) == {"w": ("differs", "")}


def test_an_interrupted_restore_is_told_from_a_change() -> None:
    begun = coderun("r")
    begun["metadata"] = {"name": "r", "namespace": "argo", "uid": "x", "resourceVersion": "300"}
    del begun["status"]
    marked = {**begun, "metadata": {**begun["metadata"], "annotations": {"ops.agent-platform/restored-from": "b1"}}}
    assert states(Server(marked), source(coderun("r"), here=True)) == {"r": ("unfinished", "finish")}
    later = {**begun["metadata"], "creationTimestamp": "2026-11-21T09:00:00Z"}
    assert states(Server({**begun, "metadata": later}), source(coderun("r"), here=True)) == {"r": ("newer", "")}


def test_only_what_is_meant_and_a_name_that_is_not_there_is_refused() -> None:
    items = (item("configmaps", "a"), item("configmaps", "b"), coderun("r"))
    assert states(Server(), source(*items, choice=Choice(names=frozenset(("argo/b",))))) == {"b": ("absent", "create")}
    with pytest.raises(OpsError, match="'z' is not in backup b1"):
        planned(Server(), source(*items, choice=Choice(names=frozenset(("b", "z")))))
    labelled = source(*items, choice=Choice(has_labels=lambda labels: "app" in labels))
    assert states(Server(), labelled) == {}


def test_into_another_namespace_everything_is_looked_for_there() -> None:
    choice = Choice(into={"argo": "old"})
    backup = source(item("namespaces", "argo"), item("configmaps", "a"), choice=choice)
    server = Server(item("configmaps", "a"))
    plan = planned(server, backup)[1]
    assert set(plan.todo) == {("namespaces", "", "old"), ("configmaps", "old", "a")}


def test_a_kind_whose_version_moved_is_found_in_the_new_one() -> None:
    backup = source(coderun("r"))
    moved = dataclasses.replace(backup, chosen=[dataclasses.replace(backup.chosen[0], api="agents.platform/v0")])
    assert states(Server(coderun("r")), moved) == {}
    assert states(Server(), moved) == {"r": ("absent", "create")}
