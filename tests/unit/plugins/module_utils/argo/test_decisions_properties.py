# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever an object looks like: no decision raises, writes into it, or loses a node or a parameter."""

from __future__ import annotations

import copy
from functools import partial

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import resume, retry, shutdown, submission
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Change, Mark, Refused, Unchanged
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell, nodes, pack
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.parameters import parameter_names
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.test_parameters import applied
from hypothesis import given
from hypothesis import strategies as st

MARK = Mark("{{ why }}\n<b>", "ada", "2026-11-21T08:00:00Z")
ODD = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.lists(st.integers(), max_size=2)
TEXT = st.sampled_from(["play", "a", "b", "wait", ""])
PHASE = st.sampled_from(["", "Pending", "Running", "Succeeded", "Failed", "Error", "Dancing"])


def loose(strategy):
    return strategy | ODD


NODE = st.fixed_dictionaries(
    {},
    optional={
        "type": loose(st.sampled_from(["Suspend", "Pod", "Steps", "StepGroup", "Retry"])),
        "phase": loose(PHASE),
        "displayName": loose(TEXT),
        "name": loose(TEXT),
        "message": ODD,
        "children": loose(st.lists(TEXT, max_size=2)),
        "outputs": loose(st.fixed_dictionaries({}, optional={"parameters": loose(st.lists(loose(st.just(
            {"name": "x", "valueFrom": {"supplied": {}, "default": 1}})), max_size=2))})),
        "templateName": loose(TEXT),
    },
)  # fmt: skip
MAP = st.dictionaries(TEXT, NODE, max_size=4)
PARAMETERS = st.lists(loose(st.fixed_dictionaries({"name": TEXT})), max_size=3)
SPEC = st.fixed_dictionaries(
    {},
    optional={
        "suspend": loose(st.booleans()),
        "shutdown": loose(st.sampled_from(["Stop", "Terminate"])),
        "arguments": loose(st.fixed_dictionaries({"parameters": loose(PARAMETERS)})),
        "templates": loose(st.lists(ODD, max_size=2)),
    },
)
STATUS = st.fixed_dictionaries(
    {},
    optional={
        "phase": loose(PHASE),
        "nodes": loose(st.dictionaries(TEXT, loose(NODE), max_size=4)) | MAP,
        "compressedNodes": loose(MAP.map(pack)),
        "conditions": ODD,
        "storedWorkflowSpec": loose(SPEC),
        "outputs": ODD,
    },
)
METADATA = st.fixed_dictionaries(
    {}, optional={"name": loose(TEXT), "labels": loose(st.dictionaries(TEXT, TEXT)), "annotations": ODD}
)
WORKFLOW = loose(st.fixed_dictionaries({}, optional={"metadata": loose(METADATA), "spec": loose(SPEC),
                                                     "status": loose(STATUS)}))  # fmt: skip
DECIDERS = (
    partial(shutdown.suspend, mark=MARK),
    partial(shutdown.shut_down, mark=MARK, strategy="Stop", release=True, message="m"),
    partial(shutdown.shut_down, mark=MARK, strategy="Terminate"),
    partial(resume.resume, mark=MARK, wish=resume.Wish()),
    partial(resume.resume, mark=MARK, wish=resume.Wish(all_holds=True)),
    partial(resume.resume, mark=MARK, wish=resume.Wish(node="wait", outputs={"x": 1})),
    partial(retry.retry, mark=MARK, wish=retry.Wish()),
    partial(retry.retry, mark=MARK, wish=retry.Wish(parameters={"a": "1"})),
)


@given(WORKFLOW, st.sampled_from(DECIDERS))
def test_no_decision_raises_and_none_loses_a_node_or_a_parameter(workflow, decide):
    before = copy.deepcopy(workflow)
    decided = decide(workflow)
    assert workflow == before, "what was read is not written into"
    assert isinstance(decided, (Change, Unchanged, Refused))
    if not isinstance(decided, Change):
        return
    after = applied(copy.deepcopy(workflow), decided.patch)
    assert isinstance(decided.effect(after), str)
    decided.before_and_after  # noqa: B018 - reading it must not raise
    old, new = (nodes(mapped(one).get("status") or {}) for one in (workflow, after))
    if decide.func is not retry.retry and not isinstance(old, CannotTell):
        assert new.keys() == old.keys()
    assert set(names(workflow)) <= set(names(after))


def mapped(value):
    return value if isinstance(value, dict) else {}


def names(workflow):
    spec = mapped(mapped(workflow).get("spec"))
    return parameter_names(mapped(spec.get("arguments")).get("parameters"))


@given(WORKFLOW, st.dictionaries(TEXT, st.text(max_size=3), max_size=2))
def test_no_submission_raises(workflow, values):
    origin = submission.of_ended(workflow)
    for manifest in (mapped(workflow), mapped(origin) if isinstance(origin, dict) else {}):
        made = submission.build(manifest, submission.Order("argo", "x", parameters=values), [], MARK)
        assert isinstance(made, (dict, Refused))
        if isinstance(made, dict):
            assert set(names(manifest)) <= set(names(made))
            assert isinstance(submission.compare(workflow, made), (Unchanged, Refused))
