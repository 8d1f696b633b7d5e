# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import Workload, workload_of
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.image_objects import pod


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (pod("a", labels={"github-user": "5dlabs-rex", "app": "controller"}, owner=("Job", "x")), "agent 5dlabs-rex"),
        (pod("a", owner=("ReplicaSet", "web-5c9"), labels={"pod-template-hash": "5c9"}), "Deployment argo/web"),
        (pod("a", owner=("ReplicaSet", "by-hand")), "ReplicaSet argo/by-hand"),
        (pod("a", owner=("StatefulSet", "bus")), "StatefulSet argo/bus"),
        (pod("a", owner=("Job", "nightly-28")), "Jobs in argo"),
        (pod("a", owner=("Workflow", "play-7")), "Workflows in argo"),
        (pod("a"), "Pods in argo"),
        ({}, "Pods in "),
        ({"metadata": {"labels": 5, "ownerReferences": ["x", {"controller": True, "kind": 5}]}}, "Pods in "),
    ],
)
def test_many_pods_of_one_kind_of_work_are_one_workload(made, words):
    assert workload_of(made).words == words


def test_workloads_have_an_order():
    assert sorted([Workload("b", "", ""), Workload("a", "x", "")])[0].kind == "a"
