# SPDX-License-Identifier: GPL-3.0-or-later
"""What a rehearsed restore tells."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.drill import judge

BACKUP = {"id": "2026-11-21T08-00-00Z", "age": 3600}


def seen(**more: Any) -> dict[str, Any]:
    known = {
        "backup": BACKUP,
        "compared": {
            "plan": {"states": {"same": 2}},
            "kinds": [{"resource": "configmaps", "same": 2}],
            "rows": [],
        },
        "validated": {"mode": "dry_run", "taken": {"rows": []}},
        "moments": {"began": 1000.0, "ready": 1005.0, "restored": 1025.0, "compared": 1028.0, "ended": 1030.5},
        "failure": "",
        "check": False,
        "targets": {"rto": "4h", "rpo": "26h"},
    }
    return {**known, **more}


def ended(at: float) -> dict[str, float]:
    """The moments of a rehearsal that ended then, or did not end for 0."""
    return {"began": 1000.0, "ended": at}


def statuses(result: dict[str, Any]) -> list[str]:
    return [one["status"] for one in result["findings"]]


def test_all_came_back() -> None:
    result = judge(seen())
    assert set(statuses(result)) == {"ok"}
    assert result["summary"] == "2 of 2 objects came back · RTO 30 s · RPO 60 min"
    assert [(one["name"], one["value"], one["limit"]) for one in result["data"]["measures"]] == [
        ("rpo_seconds", 3600, 93600),
        ("rto_seconds", 30.5, 14400),
    ]
    took, came_back = result["data"]["tables"]
    assert took["rows"] == [
        ["start a control plane", "5 s"],
        ["restore", "20 s"],
        ["compare", "3 s"],
        ["see that it works", "2 s"],
    ]
    assert came_back["rows"] == [["configmaps", "2", "2"]]
    assert result["changes"]["total"] == 0


def test_what_did_not_come_back_is_named() -> None:
    row = {"subject": {"kind": "ConfigMap", "namespace": "argo", "name": "a"}, "state": "absent", "reason": ""}
    compared = {"plan": {"states": {"same": 1, "absent": 1}}, "kinds": [], "rows": [row]}
    result = judge(seen(compared=compared))
    assert statuses(result).count("critical") == 2
    assert ("ConfigMap", "it is absent after the restore") in [
        (one["subject"]["kind"], one["message"]) for one in result["findings"]
    ]


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"backup": None}, "critical", "there is no backup that can be used"),
        ({"backup": None, "failure": "no answer"}, "unknown", "no answer"),
        ({"failure": "no tools", "moments": {}}, "unknown", "nobody knows whether it can be restored: no tools"),
        ({"moments": ended(0)}, "unknown", "it did not end"),
        ({"backup": {**BACKUP, "age": 94000}}, "critical", "would be lost, target 26h"),
        ({"backup": {**BACKUP, "age": None}}, "unknown", "nobody can tell how old it is"),
        ({"moments": ended(20000)}, "warning", "restored and looked at in 5 h, target 4h"),
        ({"validated": {"taken": {"failed": True, "msg": "denied"}}}, "critical", "does not take a workflow: denied"),
        ({"validated": {"mode": "full", "webhook": {"to": "it", "forged": 200}}}, "critical", "that nobody signed"),
        ({"validated": {}}, "critical", "nothing was tried"),
        ({"compared": {}}, "critical", "0 of 0 objects came back"),
    ],
)
def test_the_worst_is_told_first(more: dict, status: str, words: str) -> None:
    worst = judge(seen(**more))["findings"][0]
    assert (worst["status"], words in worst["message"]) == (status, True), worst


def test_a_full_drill_tells_each_thing_that_was_tried_and_how_many_hold() -> None:
    result = judge(seen(validated={"mode": "full", "own": True, "controllers": "no program"}))
    told = {
        one["subject"]["name"]: one["status"] for one in result["findings"] if one["subject"]["kind"] == "Validation"
    }
    assert told == {
        "workflow": "unknown",
        "restarts": "unknown",
        "coderun": "unknown",
        "webhook": "unknown",
        "prometheus": "unknown",
    }
    assert "0 of 5 validations hold" in result["summary"]


def test_check_mode_says_what_would_be_done() -> None:
    result = judge(seen(check=True, compared={}, validated={}, moments={}))
    assert result["summary"] == "2026-11-21T08-00-00Z would be restored and looked at · RPO 60 min"
    assert statuses(result) == ["ok"]
