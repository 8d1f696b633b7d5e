# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import pack
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import performance
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.performance import CodeRunTimes, WorkflowTimes
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.ended import (
    NOW,
    ago,
    coderun,
    stage,
    workflow,
)
from hypothesis import given
from hypothesis import strategies as st

UNTIL = NOW.timestamp()
SPAN = (UNTIL - 30 * 86_400, UNTIL)
HOUR = 3600.0


def seen(*items, span=SPAN):
    times = WorkflowTimes(*span)
    times.add(items)
    return times


def agents(*items):
    times = CodeRunTimes(*SPAN)
    times.add(items)
    return performance.agent_rows(times)


def test_durations_of_a_template_are_told_with_what_failed():
    times = seen(*(workflow(f"w{hours}", hours) for hours in (1, 2, 3)), workflow("bad", 9, phase="Error"))
    [row] = performance.template_rows(times)
    assert (row["template"], row["ended"], row["failed"], row["failed_percent"]) == ("play", 4, 1, 25.0)
    assert (row["p50"], row["longest"]) == (2.5 * HOUR, 9 * HOUR)
    assert performance.overall(times)["p90"] == pytest.approx(7.2 * HOUR)


def test_stages_are_the_nodes_below_the_entry_point_with_their_agent():
    one = workflow(
        "w",
        10,
        stage("quality-work", ago(hours=30), ago(hours=28), agent="5DLabs-Cleo", kind="Steps"),
        stage("wait-pr-merged", ago(hours=28), ago(hours=25), kind="Suspend"),
        stage("inside", ago(hours=30), ago(hours=28), boundaryID="node-0"),
        stage("[0]", ago(hours=30), ago(hours=28), kind="StepGroup"),
        stage("tried(0)", ago(hours=30), ago(hours=28)),
        stage("left out", ago(hours=30), ago(hours=28), phase="Omitted"),
        stage("still running", ago(hours=30), None, phase="Running"),
        stage("backwards", ago(hours=20), ago(hours=21)),
    )
    rows = performance.stage_rows(seen(one))
    assert [(row["stage"], row["kind"], row["agent"], row["p50"]) for row in rows] == [
        ("wait-pr-merged", "hold", "", 3 * HOUR),
        ("quality-work", "work", "5DLabs-Cleo", 2 * HOUR),
    ]
    [slow] = performance.slowest_rows(seen(one))
    assert (slow["name"], slow["seconds"], slow["stage"]) == ("w", 10 * HOUR, "wait-pr-merged")


def test_packed_nodes_are_read_and_off_loaded_ones_are_counted_as_unknown():
    packed = workflow("packed", 1, stage("work", ago(hours=25), ago(hours=24)))
    packed["status"]["compressedNodes"] = pack(packed["status"].pop("nodes"))
    away = workflow("away", 1, offloadNodeStatusVersion="fnv:1")
    del away["status"]["nodes"]
    times = seen(packed, away)
    assert [row["stage"] for row in performance.stage_rows(times)] == ["work"]
    assert dict(times.without_stages) == {"the nodes are off-loaded to the controller's database": 1}


@pytest.mark.parametrize(
    "one",
    [
        workflow("old", 1, ended=31 * 24),
        workflow("future", 1, ended=-5),
        workflow("open", 1, phase="Running"),
        workflow("none", 1, finishedAt=None),
        {"metadata": None, "status": None},
        None,
    ],
)
def test_what_did_not_end_in_the_window_does_not_count(one):
    assert performance.overall(seen(one))["ended"] == 0


def test_an_impossible_duration_is_none_and_the_end_still_counts():
    whole = performance.overall(seen(workflow("w", -3)))
    assert (whole["ended"], whole["p50"]) == (1, None)


def test_how_far_back_one_sees_is_told_beyond_the_window():
    assert performance.oldest(seen(workflow("old", 1, ended=40 * 24), workflow("new", 1))) == ago(hours=960)
    assert performance.oldest(seen()) is None


def test_what_is_in_the_cluster_and_in_the_archive_counts_once():
    live = seen(workflow("a", 1), workflow("b", 2))
    archive = WorkflowTimes(*SPAN, live.known)
    archive.add([workflow("b", 2), workflow("c", 30, ended=48), workflow("c", 30, ended=48)])
    live.merge(archive)
    assert performance.overall(live)["ended"] == 3
    assert [row["name"] for row in performance.slowest_rows(live)] == ["c", "b", "a"]
    assert performance.oldest(live) == ago(hours=48)


def test_the_slowest_are_as_many_as_can_be_read_whatever_the_order():
    rows = performance.slowest_rows(seen(*(workflow(f"w{number:03}", number % 97) for number in range(300))))
    assert [row["seconds"] / HOUR for row in rows][:5] == [96, 96, 96, 95, 95]
    assert len(rows) == performance.MOST_SLOWEST


def test_code_runs_are_told_by_agent_and_stage():
    rows = agents(
        coderun("a", 1), coderun("b", 3, phase="Failed"), coderun("c", 2, agent="5DLabs-Tess"),
        coderun("open", 2, phase="Running"), coderun("old", 2, ended=31 * 24), None,
    )  # fmt: skip
    assert [(row["agent"], row["stage"], row["ended"], row["failed_percent"], row["p50"]) for row in rows] == [
        ("5DLabs-Rex", "implementation", 2, 50.0, 2 * HOUR),
        ("5DLabs-Tess", "implementation", 1, 0.0, 2 * HOUR),
    ]


def test_code_runs_of_several_namespaces_are_joined():
    one, other = CodeRunTimes(*SPAN), CodeRunTimes(*SPAN)
    one.add([coderun("a", 1)])
    other.add([coderun("b", 1, phase="Failed")])
    one.merge(other)
    assert performance.agent_rows(one)[0]["failed"] == 1


odd = st.none() | st.integers() | st.text() | st.lists(st.none()) | st.dictionaries(st.text(), st.none())


@given(st.sampled_from(["metadata", "spec", "status"]), st.text(), odd)
def test_odd_objects_do_no_harm(part, field, value):
    one = copy.deepcopy(workflow("w", 1, stage("work", ago(hours=25), ago(hours=24))))
    for key in (field, *one[part]):
        broken = {**one, part: {**one[part], key: value}}
        times = seen(broken, {**one, part: value})
        performance.template_rows(times), performance.stage_rows(times), performance.slowest_rows(times)


@given(st.sampled_from(["displayName", "name", "type", "phase", "boundaryID", "startedAt", "inputs"]), odd)
def test_odd_nodes_do_no_harm(field, value):
    one = workflow("w", 1, stage("work", ago(hours=25), ago(hours=24)), stage("b", ago(hours=25), ago(hours=24)))
    one["status"]["nodes"]["node-0"][field] = value
    assert "b" in [row["stage"] for row in performance.stage_rows(seen(one))]
