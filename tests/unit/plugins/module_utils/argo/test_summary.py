# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import sys

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.summary import Summary, summarize
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import (
    HOUR,
    NOW,
    finished,
    workflow,
)
from hypothesis import given
from hypothesis import strategies as st

PREFIX = "workflows.argoproj.io/"


def test_every_field():
    given = finished(
        "play-7", HOUR, "Failed",
        labels={"ops.agent-platform/keep": "true", PREFIX + "workflow-archiving-status": "Pending"},
        metadata={
            "finalizers": ["workflows.argoproj.io/artifact-gc"],
            "deletionTimestamp": "2026-11-21T07:00:00Z",
            "ownerReferences": [{"kind": "CronWorkflow", "name": "c", "uid": "uid-c"}],
        },
        spec={"workflowTemplateRef": {"name": "play-workflow-template"}},
        status={"persistentVolumeClaims": [{"name": "workspace"}]},
    )  # fmt: skip
    assert summarize(given) == Summary(
        namespace="argo",
        name="play-7",
        uid="uid-play-7",
        resource_version="1",
        phase="Failed",
        finished_at=NOW.timestamp() - HOUR,
        finish_problem=None,
        template="play-workflow-template",
        pinned=True,
        archiving_pending=True,
        deleting=True,
        finalizers=("workflows.argoproj.io/artifact-gc",),
        has_claims=True,
        owned_by=("uid-c",),
        problem=None,
    )


@pytest.mark.parametrize(
    ("given", "template"),
    [
        (workflow(spec={"workflowTemplateRef": {"name": "a"}}, labels={PREFIX + "workflow-template": "b"}), "a"),
        (workflow(labels={PREFIX + "workflow-template": "b", PREFIX + "cron-workflow": "c"}), "b"),
        (workflow(labels={PREFIX + "cluster-workflow-template": "k"}), "k"),
        (workflow(labels={PREFIX + "cron-workflow": "c"}, metadata={"generateName": "c-"}), "c"),
        (workflow(labels={PREFIX + "workflow-template": ""}, metadata={"generateName": "gen-"}), "gen"),
        (workflow("alone"), "alone"),
    ],
)
def test_where_the_template_is_read(given, template):
    assert summarize(given).template == template


@pytest.mark.parametrize(
    ("status", "finished_at", "problem"),
    [
        ({}, None, "no finish time"),
        ({"finishedAt": None}, None, "no finish time"),
        ({"finishedAt": "0001-01-01T00:00:00Z"}, None, "finish time cannot be read"),
        ({"finishedAt": "soon"}, None, "finish time cannot be read"),
        ({"finishedAt": "1970-01-01T00:01:00.5Z"}, 60.5, None),
    ],
)
def test_finish_times(status, finished_at, problem):
    found = summarize(workflow(status=status))
    assert (found.finished_at, found.finish_problem) == (finished_at, problem)


@pytest.mark.parametrize("value", ["True", "yes", "false", ""])
def test_only_true_pins(value):
    assert not summarize(workflow(labels={"ops.agent-platform/keep": value})).pinned


@pytest.mark.parametrize("labels", [None, {PREFIX + "workflow-archiving-status": "Archived"}])
def test_what_is_archived_is_not_pending(labels):
    assert not summarize(workflow(labels=labels)).archiving_pending


@pytest.mark.parametrize(
    "given",
    [
        None, "x", [], {}, {"metadata": None}, {"metadata": {"name": "w"}}, {"metadata": {"name": "w", "uid": ""}},
        workflow() | {"status": "Succeeded"}, workflow() | {"spec": "x"}, workflow(labels=["keep"]),
        workflow(metadata={"uid": 5}), workflow(metadata={"namespace": 5}), workflow(status={"phase": [1]}),
        workflow(metadata={"ownerReferences": ["x"]}), workflow(spec={"workflowTemplateRef": ["x"]}),
    ],
)  # fmt: skip
def test_an_odd_shape_is_a_problem(given):
    assert summarize(given).problem == "the object does not have the shape of a workflow"


def test_an_unreadable_one_is_named_and_keeps_its_owners():
    given = workflow("odd", metadata={"ownerReferences": [{"uid": "p"}, "x"]}) | {"status": "x"}
    found = summarize(given)
    assert (found.namespace, found.name, found.uid, found.owned_by) == ("argo", "odd", "uid-odd", ("p",))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
FIELDS = ("namespace", "labels", "finalizers", "ownerReferences", "generateName", "deletionTimestamp")


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), JSON, JSON)
def test_no_shape_makes_it_raise(metadata, spec, status):
    summarize(workflow(metadata=metadata) | {"spec": spec, "status": status})


def test_common_words_are_held_once():
    text = "".join(["play-work", "flow"])
    first, second = (summarize(finished(name, HOUR, labels={PREFIX + "workflow-template": text})) for name in "ab")
    assert first.template is second.template
    assert first.phase is second.phase
    assert sys.getsizeof(first) < 200
