# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked and what is kept; the whole module is in ../../modules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.ending import Limits
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Thresholds
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_find import Target
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_watch import (
    AGENT_PODS,
    PODS,
    WORKFLOW,
    Followed,
    Outcome,
    sources,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_watch_report import report
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.watch import (
    CHANGED,
    DELETED,
    FAILED,
    LISTED,
    Notice,
)

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
TARGET = Target("argo", "play", "uid-play", "Running", "2026-11-21T07:00:00Z", "7")


def item(name, kind="Pod", created="2026-11-21T07:30:00Z", **labels):
    meta = {"namespace": "argo", "name": name, "uid": f"uid-{name}", "creationTimestamp": created, "labels": labels}
    return {"kind": kind, "metadata": meta, "spec": {}, "status": {"phase": "Running"}}


@pytest.fixture
def seen():
    made = Followed(TARGET, Thresholds())
    made.take(Notice(WORKFLOW, LISTED, [item("play", "Workflow")]), NOW)
    return made


def names(seen):
    return [pod["metadata"]["name"] for pod in seen.scene(NOW).pods]


def test_pods_and_coderuns_are_looked_for_by_the_task_and_without_one_by_the_workflow():
    by_name = {source.name: source for source in sources(TARGET)}
    assert by_name[AGENT_PODS].path == "/api/v1/pods"
    assert by_name["CodeRuns"].query == {"labelSelector": "task-id=7"}
    without = {source.name: source for source in sources(replace(TARGET, task_id=""))}
    assert AGENT_PODS not in without
    assert without["CodeRuns"].query == {"labelSelector": "workflow-name=play"}


@pytest.mark.parametrize(
    ("pod", "is_ours"),
    [
        (item("a"), True),
        (item("a", created="2026-11-21T06:59:00Z"), False),
        (item("a", **{"workflow-name": "play"}, created="2026-11-21T06:59:00Z"), True),
        (item("a", **{"workflow-name": "another"}), False),
    ],
)
def test_of_one_task_only_what_belongs_to_this_workflow_is_kept(seen, pod, is_ours):
    seen.take(Notice(AGENT_PODS, LISTED, [pod]), NOW)
    assert names(seen) == (["a"] if is_ours else [])


def test_a_pod_that_two_sources_tell_of_is_one_pod(seen):
    for source in (PODS, AGENT_PODS):
        seen.take(Notice(source, CHANGED, [item("a")]), NOW)
    assert names(seen) == ["a"]


def test_what_a_new_list_lacks_or_a_watch_removes_is_kept_as_gone(seen):
    seen.take(Notice(PODS, LISTED, [item("a"), item("b"), item("c")]), NOW)
    seen.take(Notice(PODS, LISTED, [item("b"), item("c")]), NOW)
    seen.take(Notice(PODS, DELETED, [item("c")]), NOW)
    assert names(seen) == ["a", "b", "c"]
    assert sorted(seen.gone) == ["uid-a", "uid-c"]


def test_another_workflow_of_the_same_name_is_not_it(seen):
    other = item("play", "Workflow")
    other["metadata"]["uid"] = "uid-other"
    seen.take(Notice(WORKFLOW, LISTED, [other]), NOW)
    assert seen.is_gone
    assert seen.scene(NOW).workflow["metadata"]["uid"] == "uid-play"


def test_a_failure_is_forgotten_when_the_source_tells_again(seen):
    seen.take(Notice(PODS, FAILED, error=OpsError("timeout", "no answer")), NOW)
    assert PODS in seen.errors
    seen.take(Notice(PODS, LISTED, []), NOW)
    assert seen.errors == {}


def test_the_report_bounds_every_list(seen):
    pods = [item(f"p{number:04}") for number in range(1200)]
    events = [{"metadata": {"uid": str(number)}, "involvedObject": {"name": "p0000"}} for number in range(300)]
    seen.take(Notice(PODS, LISTED, pods), NOW)
    seen.take(Notice("events of pods", LISTED, events), NOW)
    outcome = Outcome("timeout", "still running", seen.scene(NOW), [], {"events": "forbidden"})
    made = report(outcome, Limits(True, 3600, 6 * 3600), None)
    assert (len(made["pods"]), len(made["events"]), made["line"]) == (1000, 200, "still running")
    assert "events could not be read: forbidden" in [one["message"] for one in made["findings"]]
