# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import gate
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import runbook


@pytest.mark.parametrize(
    ("book", "confirm", "check"),
    [
        ({"risk": "low"}, "", False),
        ({"risk": "high"}, "lab", False),
        ({"risk": "critical"}, "", True),
        ({"risk": "critical", "writes": False}, "", False),
    ],
)
def test_the_risk_gate_lets_through(book, confirm, check):
    gate.risk(runbook(**book), "lab", confirm, check)


@pytest.mark.parametrize("risk", ["medium", "high", "critical"])
@pytest.mark.parametrize("confirm", ["", "production", "Lab"])
def test_a_risk_needs_the_name_of_the_platform(risk, confirm):
    with pytest.raises(OpsError) as caught:
        gate.risk(runbook(risk=risk), "lab", confirm, False)
    assert caught.value.kind == "refused"
    assert "-e runbook_confirm=lab" in caught.value.hint


@pytest.mark.parametrize(("allowed", "level"), [(False, 0), (True, 0), (True, 4), (True, None)])
def test_the_emergency_stop_lets_through(allowed, level):
    gate.emergency_stop(runbook(during_emergency_stop=allowed), level)


@pytest.mark.parametrize(
    ("level", "words"), [(1, "no new agents"), (4, "halted"), (None, "cannot tell"), (9, "unknown")]
)
def test_an_emergency_stop_that_is_on_or_cannot_be_told_refuses(level, words):
    with pytest.raises(OpsError, match=words) as caught:
        gate.emergency_stop(runbook(), level, "no rights")
    assert caught.value.kind == "refused"
