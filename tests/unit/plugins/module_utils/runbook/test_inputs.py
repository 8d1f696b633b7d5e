# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import inputs

RUNBOOK = {
    "name": "resume_workflow",
    "inputs": [
        {
            "option": "workflow_resume_workflow",
            "example": "play-1101",
            "required": True,
            "or": ["workflow_resume_task"],
        },
        {"option": "workflow_resume_task", "example": "1101"},
    ],
}
ROLES = ("workflow", "workflow_resume")


@pytest.mark.parametrize("given", [{"workflow_resume_workflow": "w"}, {"workflow_resume_task": 1101}])
def test_one_of_those_that_stand_for_each_other_is_enough(given):
    inputs.require(RUNBOOK, ROLES, given)


@pytest.mark.parametrize("given", [{}, {"workflow_resume_workflow": ""}, {"workflow_resume_node": "x"}])
def test_without_it_the_run_is_refused_with_an_example(given):
    with pytest.raises(OpsError) as caught:
        inputs.require(RUNBOOK, ROLES, given)
    assert caught.value.message == "resume_workflow needs workflow_resume_workflow or workflow_resume_task"
    assert caught.value.hint == "Add it to the command, for example -e workflow_resume_workflow=play-1101."


def test_what_only_a_step_that_is_left_out_needs_is_not_asked_for():
    inputs.require(RUNBOOK, ("workflow_monitor",), {})


@pytest.mark.parametrize("odd", [None, "x", [None], [{"option": 7}], [{"required": True}], {"option": "a"}])
def test_other_shapes_declare_nothing(odd):
    assert inputs.declared({"inputs": odd}) == []


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("workflow_resume_workflow", "workflow_resume_workflow=<workflow>"),
        ("workflow_resume_all_holds", "workflow_resume_all_holds=<all holds>"),
        ("other_thing", "other_thing=<other thing>"),
    ],
)
def test_a_placeholder_is_named_as_the_option_without_its_role(option, expected):
    assert inputs.placeholder(option, ROLES) == expected


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ("play-1", "o=play-1"),
        ("the agent loops", """'{"o": "the agent loops"}'"""),
        ('{"a": 1}', """'{"o": {"a": 1}}'"""),
        ("it's", """'{"o": "it'\\''s"}'"""),
    ],
)
def test_an_example_is_json_where_a_shell_or_ansible_would_take_it_apart(example, expected):
    assert inputs.arguments({"option": "o", "example": example}) == expected
