# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_find import Wanted, find
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.watched_cluster import WatchedCluster
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    FaultServer,
    status,
)


@pytest.fixture
def look(connect):
    def run(cluster, **wanted):
        with FaultServer(cluster) as server:
            return find(Client(connect(server)), Wanted(**{"namespace": "", **wanted}))

    return run


@pytest.fixture
def cluster():
    made = WatchedCluster()
    for name, phase, task, hour in (
        ("old", "Succeeded", "7", 1),
        ("now", "Running", "7", 2),
        ("one", "Running", "8", 3),
        ("two", "", "8", 4),
        ("done", "Failed", "9", 5),
    ):
        meta = {"namespace": "argo", "name": name, "labels": {"task-id": task}}
        meta["creationTimestamp"] = f"2026-11-21T0{hour}:00:00Z"
        made.put("workflows", {"metadata": meta, "status": {"phase": phase} if phase else None})
    return made


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ({"task_id": "7"}, "now"),
        ({"selector": "task-id=7"}, "now"),
        ({"name": "old"}, "old"),
        ({"name": "done", "namespace": "argo"}, "done"),
    ],
)
def test_the_open_one_of_a_task_or_any_by_its_name(look, cluster, wanted, name):
    found = look(cluster, **wanted)
    assert (found.name, found.uid) == (name, f"uid-{name}")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"task_id": "8"}, "2 workflows of task 8 are there: argo/two (no phase), argo/one (Running)"),
        ({"task_id": "9"}, "no workflow of task 9 is open any more: argo/done (Failed)"),
        ({"task_id": "10"}, "there is no workflow of task 10"),
        ({"name": "gone", "namespace": "argo"}, "there is no workflow of name gone in namespace argo"),
        ({"selector": "a=b"}, "there is no workflow that matches a=b"),
        ({}, "one of name, task_id and selector says which workflow to follow; none is given"),
        ({"name": "a", "task_id": "7"}, "name and task_id are given"),
        ({"name": "a,metadata.namespace=b"}, "cannot be the name of an object"),
        ({"name": "{{ x }}"}, "cannot be the name of an object"),
        ({"name": "a", "namespace": "A/../b"}, "namespace: 'A/../b' cannot be the name"),
        ({"task_id": "7,x=y"}, "task_id: '7,x=y' cannot be a task"),
    ],
)
def test_anything_else_is_one_sentence(look, cluster, wanted, words):
    with pytest.raises(OpsError) as failed:
        look(cluster, **wanted)
    assert failed.value.kind == "invalid"
    assert words in failed.value.message


def test_the_list_of_candidates_is_short(look):
    cluster = WatchedCluster()
    for number in range(8):
        meta = {"namespace": "argo", "name": f"n{number}", "labels": {"task-id": "7"}}
        cluster.put("workflows", {"metadata": meta, "status": {"phase": "Running"}})
    with pytest.raises(OpsError, match=r"argo/n3 \(Running\) and 3 more$"):
        look(cluster, task_id="7")


@pytest.mark.parametrize(("code", "words"), [(404, "knows no workflows"), (403, "forbidden"), (400, "unable to parse")])
def test_what_the_server_refuses_is_told_in_its_words(look, cluster, code, words):
    cluster.refuse["workflows"] = status(code, f"{words}: no")
    with pytest.raises(OpsError, match=words):
        look(cluster, selector="???")
