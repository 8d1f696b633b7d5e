# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import form

from tests.unit.plugins.module_utils.runbook.declared import GOOD, described

INPUT = {"option": "workflow_retention_failed", "example": "7d", "required": True, "or": []}


def messages(**changes: object) -> list[str]:
    return [fault.message for fault in form.faults(described({**GOOD, **changes}, True))]


def test_known_fields_of_the_right_form_have_no_fault() -> None:
    assert messages() == messages(inputs=[INPUT]) == []


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"writes": "yes"}, "writes has the wrong form"),
        ({"severity": "low"}, "there is no field 'severity'"),
        ({"inputs": "workflow"}, "inputs has the wrong form"),
        ({"inputs": ["workflow"]}, "inputs has the wrong form"),
        ({"inputs": [{**INPUT, "required": "yes"}]}, "required has the wrong form"),
        ({"inputs": [{**INPUT, "sample": "x"}]}, "there is no field 'sample'"),
        ({"troubleshooting": [{"symptom": 7}]}, "symptom has the wrong form"),
    ],
)
def test_each_other_one_is_named(changes: dict, message: str) -> None:
    assert messages(**changes) == [message]
