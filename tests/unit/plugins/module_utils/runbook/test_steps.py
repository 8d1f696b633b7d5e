# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.steps import (
    check_variables,
    choose,
    meant,
    names,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import step

STEPS = [
    step("Prune workflows", "agent_platform.ops.workflow_retention"),
    step("Check certificates", "agent_platform.ops.certificate_expiry"),
    step("Ask the monitoring", "agent_platform.ops.monitoring_stack", when=False),
    step("Check again", "agent_platform.ops.certificate_expiry"),
]


@pytest.mark.parametrize(
    ("options", "carried_out"),
    [
        ({}, [1, 2, 4]),
        ({"start_at": "2"}, [2, 4]),
        ({"start_at": "check CERTIFICATES"}, [2, 4]),
        ({"start_at": "certificate_expiry"}, [2, 4]),
        ({"only": "1,Check again"}, [1, 4]),
        ({"only": ["agent_platform.ops.certificate_expiry"]}, [2, 4]),
        ({"skip": ["certificate_expiry"]}, [1]),
        ({"only": [2, 4], "skip": "4"}, [2]),
        ({"start_at": "2", "skip": ["Check again"]}, [2]),
        ({"done_before": {1, 2}}, [4]),
    ],
)
def test_steps_are_chosen_by_name_number_or_role(options, carried_out):
    assert [choice.index for choice in choose(STEPS, **options) if choice.run] == carried_out


@pytest.mark.parametrize(
    ("conditions", "options", "expected"),
    [
        ((True, False), {}, {1}),
        ((False, False), {}, {1, 2}),
        ((False, False), {"only": "2"}, {2}),
        ((True, False), {"only": "2"}, {2}),
        ((True, True), {"done_before": {1, 2}}, set()),
    ],
)
def test_a_run_whose_conditions_all_fail_is_about_what_nobody_said(conditions, options, expected):
    steps = [step(str(number), when=holds) for number, holds in enumerate(conditions, 1)]
    assert meant(choose(steps, **options)) == expected


def test_each_step_that_is_left_out_has_its_reason():
    chosen = choose(STEPS, start_at="2", skip="4", done_before={2})
    assert [choice.reason for choice in chosen] == [
        "not chosen",
        "done before",
        "its condition does not hold",
        "left out by runbook_skip",
    ]


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"start_at": "backup"}, "runbook_start_at"),
        ({"only": ["1", "backup"]}, "runbook_only"),
        ({"skip": "9"}, "runbook_skip"),
    ],
)
def test_an_unknown_name_is_refused_with_the_list_of_steps(options, option):
    with pytest.raises(OpsError) as caught:
        choose(STEPS, **options)
    assert caught.value.kind == "invalid"
    assert caught.value.message.startswith(f"{option}: no step is called")
    assert "4 Check again (certificate_expiry)" in caught.value.hint


def test_start_at_and_only_contradict_each_other():
    with pytest.raises(OpsError, match="cannot be used together"):
        choose(STEPS, start_at="1", only="2")


def test_names_come_as_a_list_or_as_one_text():
    assert names("a, b,,c ") == names(["a", "b", " c"]) == ["a", "b", "c"]
    assert names(None) == []


def test_variables_of_a_step_carry_the_prefix_of_its_role():
    check_variables([step(vars={"workflow_retention_failed": "7d"})])
    with pytest.raises(OpsError, match="platform_store lack the prefix workflow_retention_"):
        check_variables([step(vars={"platform_store": "x"})])


def test_a_role_that_is_called_twice_gets_the_same_variables():
    again = step("Again", vars={"workflow_retention_failed": "7d"})
    check_variables([again, again])
    with pytest.raises(OpsError, match="workflow_retention_failed"):
        check_variables([step(), again])
