# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.filter.diagnose_result import FilterModule

CAUSE = {"id": "burnt", "cause": "It is burnt.", "confidence": "high", "advice": "Change it.", "runbook": "change_bulb"}
WALKED = {
    "tree": "lamp",
    "title": "Why the lamp is dark",
    "subject": {"kind": "Workflow", "namespace": "argo", "name": "{{ x }}"},
    "line": "It is burnt (confidence high)",
    "path": [
        {"question": "plug", "ask": "Is it plugged in?", "answer": "in", "evidence": []},
        {"question": "bulb", "ask": "Is it good?", "answer": "bad", "evidence": ["black", "cold"]},
    ],
    "cause": CAUSE,
    "facts": {},
    "findings": [{"status": "warning"}],
    "unread": [{"part": "pods", "reason": "no right"}],
    "cost": {"requests": 3},
}


def result(**changes):
    return FilterModule().filters()["diagnose_result"]({**WALKED, **changes})


def test_the_way_is_a_table_and_lines_for_a_terminal():
    said = result()
    assert (said["summary"], said["findings"]) == ("It is burnt (confidence high)", [{"status": "warning"}])
    assert said["changes"]["total"] == 0
    way, unread = said["data"]["tables"]
    assert way["rows"] == [["Is it plugged in?", "in", ""], ["Is it good?", "bad", "black; cold"]]
    assert unread["rows"] == [["pods", "no right"]]
    assert said["data"]["about"] == "Workflow argo/{{ x }}"
    assert said["data"]["lines"] == [
        "Is it plugged in? in",
        "Is it good? bad: black; cold",
        "Cause (confidence high): It is burnt.",
        "Now: Change it.",
        "Treated by: playbooks/change_bulb.yml",
    ]


def test_a_platform_has_no_name_and_a_cause_may_have_no_runbook():
    nobody = {"kind": "Platform", "namespace": "", "name": ""}
    said = result(subject=nobody, unread=[], cause={**CAUSE, "runbook": ""})
    assert said["data"]["about"] == "Platform"
    assert len(said["data"]["tables"]) == 1
    assert said["data"]["lines"][-1] == "Now: Change it."
