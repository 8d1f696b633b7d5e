# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import submission
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Mark, Refused, Unchanged
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.submission import Order, build, compare
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import workflow

MARK = Mark("go", "ada", "2026-11-21T08:00:00Z")
TEMPLATE = [{"name": "task"}, {"name": "model", "value": "a"}, {"name": "key", "valueFrom": {"configMapKeyRef": {}}}]
PLAY = submission.of_template("play", cluster_scope=False)


def test_a_template_is_referred_to_with_the_label_that_argo_gives():
    made = build(PLAY, Order("argo", parameters={"task": "7"}, labels={"a": "b"}), TEMPLATE, MARK)
    assert made["spec"] == {
        "workflowTemplateRef": {"name": "play"}, "arguments": {"parameters": [{"name": "task", "value": "7"}]},
    }  # fmt: skip
    assert made["metadata"]["generateName"] == "play-"
    assert made["metadata"]["labels"] == {"workflows.argoproj.io/workflow-template": "play", "a": "b"}
    assert made["metadata"]["annotations"]["ops.agent-platform/submit-reason"] == "go"
    cluster = submission.of_template("play", cluster_scope=True)
    assert submission.reference_of(cluster) == ("play", True)
    assert cluster["metadata"]["labels"] == {"workflows.argoproj.io/cluster-workflow-template": "play"}


@pytest.mark.parametrize(
    ("order", "named"),
    [
        (Order("argo"), {"generateName": "play-"}),
        (Order("argo", name="one"), {"name": "one"}),
        (Order("argo", generate_name="two-"), {"generateName": "two-"}),
    ],
)
def test_it_has_a_name_or_the_beginning_of_one(order, named):
    meta = build(PLAY, order, [], MARK)["metadata"]
    assert {key: meta[key] for key in ("name", "generateName") if key in meta} == named


@pytest.mark.parametrize(
    ("manifest", "values", "why"),
    [
        (PLAY, {"x": "1", "task": "7"}, "it has no parameter 'x'; it knows: task, model, key"),
        (PLAY, {}, "parameter task has no value and no default; give it in parameters"),
        ({"metadata": {}}, {}, "the workflow has no spec"),
        ({"metadata": {"namespace": "other"}, "spec": {"a": 1}}, {}, "the workflow is of namespace other, not argo"),
    ],
)
def test_what_could_only_fail_is_refused(manifest, values, why):
    assert build(manifest, Order("argo", parameters=values), TEMPLATE, MARK) == Refused(why)


def test_parameters_of_a_manifest_are_merged_by_name():
    given = [{"name": "task", "value": "1"}, {"name": "other", "value": "2"}]
    manifest = {"spec": {"entrypoint": "main", "arguments": {"parameters": given}}}
    made = build(manifest, Order("argo", parameters={"task": "7"}), [], MARK)
    assert made["spec"]["arguments"]["parameters"] == [{"name": "task", "value": "7"}, given[1]]
    assert given[0]["value"] == "1", "the option itself stays"


def ended(**fields):
    marks = {"task-id": "7", "workflows.argoproj.io/completed": "true", "workflows.argoproj.io/phase": "Failed",
             "workflows.argoproj.io/creator": "bob"}  # fmt: skip
    notes = {"ops.agent-platform/stop-reason": "x", "note": "stays"}
    meta = {"annotations": notes, "ownerReferences": [{"uid": "o"}]}
    spec = {"entrypoint": "main", "shutdown": "Stop", "suspend": True}
    return workflow("play-7", "Failed", labels=marks, metadata=meta, spec=spec) | fields


def test_one_that_has_ended_is_submitted_again_without_what_was_written_into_it():
    assert submission.of_ended(ended()) == {
        "metadata": {
            "generateName": "play-7-",
            "labels": {"task-id": "7", "workflows.argoproj.io/resubmitted-from-workflow": "play-7"},
            "annotations": {"note": "stays"},
            "ownerReferences": [{"uid": "o"}],
        },
        "spec": {"entrypoint": "main"},
    }
    assert submission.of_ended(workflow(phase="Running")).why.startswith("its phase is Running")


def test_the_same_once_more_changes_nothing_and_another_one_is_refused():
    made = build(PLAY, Order("argo", "one", parameters={"task": "7"}), TEMPLATE, MARK)
    suspended = {**made, "spec": {**made["spec"], "suspend": True}, "status": {"phase": "Running"}}
    assert compare(suspended, made) == Unchanged("it was submitted already and is Running")
    other = build(PLAY, Order("argo", "one", parameters={"task": "8"}), TEMPLATE, MARK)
    assert compare(suspended, other).why.startswith("another workflow of this name is there (Running)")
    by_hand = {"metadata": {"name": "one"}, "spec": {**made["spec"], "suspend": True}}
    assert isinstance(compare(by_hand, made), Unchanged)
    assert isinstance(compare(by_hand, other), Refused)
