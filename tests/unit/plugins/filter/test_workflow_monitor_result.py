# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.filter.workflow_monitor_result import ROWS, FilterModule

FOLLOWED = {
    "end": "held",
    "line": "held at wait-pr-approved for 3 min",
    "workflow": {"kind": "Workflow", "namespace": "argo", "name": "play", "state": "held"},
    "timeline": [{"time": str(number), "kind": "Node", "name": "{{ x }}", "message": "<b>"} for number in range(250)],
    "timeline_file": "",
    "nodes": None,
    "pods": [{"name": "agent", "containers": ["main: running", "sidecar: running"], "gone": None}],
    "coderuns": [],
    "events": [],
    "findings": [{"check": "workflow_end", "status": "ok"}],
    "cost": {"requests": 12},
}


def result():
    return FilterModule().filters()["workflow_monitor_result"](FOLLOWED)


def test_the_result_is_the_line_the_findings_and_no_change():
    seen = result()
    assert seen["summary"] == "held at wait-pr-approved for 3 min · play"
    assert seen["findings"] == FOLLOWED["findings"]
    assert seen["changes"] == {"total": 0, "rows": [], "rows_file": ""}
    assert seen["data"]["cost"] == {"requests": 12}
    assert seen["data"]["about"] == "Workflow argo/play"


def test_tables_hold_words_alone_and_the_last_rows_of_long_ones():
    tables = {table["title"]: table for table in result()["data"]["tables"]}
    assert all(len(row) == len(table["columns"]) for table in tables.values() for row in table["rows"])
    assert (len(tables["What happened"]["rows"]), tables["What happened"]["more"]) == (ROWS, 50)
    assert tables["What happened"]["rows"][-1] == ["249", "Node", "{{ x }}", "<b>"]
    assert tables["Pods"]["rows"] == [["agent", "", "", "", "main: running, sidecar: running", "", ""]]
    assert tables["Nodes"]["rows"] == []
