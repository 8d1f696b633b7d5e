# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import validation

SUBMITTED = {"workflow": {"namespace": "argo", "name": "validation-x7"}}
HELD = {"end": "held", "line": "held at hold"}
ENDED = {"end": "ended", "line": "succeeded", "workflow": {"state": "succeeded"}}
WHOLE = {"submitted": SUBMITTED, "held": HELD, "ended": ENDED, "failure": "", "check": False}


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({}, "ok", "resumed, and succeeded"),
        ({"check": True, "held": {}, "ended": {}}, "ok", "none was carried out"),
        ({"failure": "no controller", "submitted": {}}, "critical", "not carried out: no controller"),
        ({"failure": "refused", "check": True}, "critical", "refused"),
        ({"held": {"end": "timeout", "line": "pending"}, "ended": {}}, "critical", "come to its hold: pending"),
        ({"held": {}}, "critical", "come to its hold: nobody looked"),
        ({"held": None, "ended": None}, "critical", "nobody looked"),
        ({"ended": {}}, "critical", "did not succeed after its hold: nobody looked"),
        (
            {"ended": {"end": "ended", "line": "failed", "workflow": {"state": "failed"}}},
            "critical",
            "after its hold: failed",
        ),
        ({"ended": {"end": "timeout", "line": "x", "workflow": {"state": "succeeded"}}}, "critical", "hold: x"),
    ],
)
def test_only_a_workflow_that_was_held_and_succeeded_proves_anything(change: dict, status: str, words: str) -> None:
    result = validation.result(WHOLE | change)
    (found,) = result["findings"]
    assert (found["status"], found["check"]) == (status, "workflow_validation")
    assert words in found["message"]
    assert words in result["summary"]
    assert result["changes"]["total"] == 0
