# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.play import PLAY, TASKS, play

HOURS = timedelta(hours=1)


def test_the_tasks_are_those_of_the_template(manifests):
    template = manifests["WorkflowTemplate", PLAY]
    main = next(one for one in template["spec"]["templates"] if one["name"] == "main")
    assert tuple((task["name"], task["template"]) for task in main["dag"]["tasks"]) == TASKS


def test_the_templates_of_all_nodes_exist(clock, manifests):
    names = {one["name"] for one in manifests["WorkflowTemplate", PLAY]["spec"]["templates"]}
    nodes = play(clock, 7, started=5 * HOURS, since=HOURS)["status"]["nodes"].values()
    assert {one["templateName"] for one in nodes if "templateName" in one} == names


@pytest.mark.parametrize("hold", [name for name, template in TASKS if template == "suspend-for-event"])
def test_a_held_play_stands_at_its_hold_since_then(clock, hold):
    made = play(clock, 7, started=5 * HOURS, since=2 * HOURS, at=hold, phase="Running")
    running = {one["displayName"]: one for one in made["status"]["nodes"].values() if one["phase"] == "Running"}
    assert set(running) == {"play-task-7-workflow", hold}
    assert running[hold]["startedAt"] == "2026-11-21T06:00:00Z"
    assert running[hold]["finishedAt"] is None
    assert made["status"]["finishedAt"] is None
    assert made["metadata"]["labels"]["workflows.argoproj.io/completed"] == "false"


def test_a_failed_play_failed_where_it_stood(clock):
    made = play(clock, 7, started=5 * HOURS, since=2 * HOURS, at="quality-work", phase="Failed")
    nodes = {one["name"]: one["phase"] for one in made["status"]["nodes"].values()}
    assert nodes["play-task-7-workflow.quality-work"] == "Failed"
    assert nodes["play-task-7-workflow.implementation-cycle"] == "Succeeded"
    assert "play-task-7-workflow.testing-work" not in nodes
    assert made["status"]["finishedAt"] == "2026-11-21T06:00:00Z"


@pytest.mark.parametrize(("at", "phase"), [("", "Succeeded"), ("wait-pr-merged", "Running"), ("testing-work", "Error")])
def test_every_node_is_reached_from_the_root_once(clock, at, phase):
    made = play(clock, 7, started=5 * HOURS, since=HOURS, at=at, phase=phase)
    nodes = made["status"]["nodes"]
    children = [child for one in nodes.values() for child in one.get("children", [])]
    roots = {"play-task-7-workflow"} | {key for key, one in nodes.items() if one["name"].endswith(".onExit")}
    assert sorted([*children, *roots]) == sorted(nodes)


def test_nothing_ends_before_it_starts_or_after_the_play(clock):
    made = play(clock, 7, started=5 * HOURS, since=HOURS)
    for one in made["status"]["nodes"].values():
        assert made["status"]["startedAt"] <= one["startedAt"] <= one["finishedAt"] <= made["status"]["finishedAt"]


def test_a_workspace_is_named_only_where_it_is_still_there(clock):
    claims = play(clock, 7, started=HOURS, since=HOURS, claims=True)["status"]["persistentVolumeClaims"]
    assert claims[0]["persistentVolumeClaim"]["claimName"] == "play-task-7-workflow-workspace"
    assert "persistentVolumeClaims" not in play(clock, 7, started=HOURS, since=HOURS)["status"]
