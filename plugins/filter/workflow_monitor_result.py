# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role workflow_monitor says of a workflow that was followed."""

from __future__ import annotations

DOCUMENTATION = r"""
name: workflow_monitor_result
short_description: What role workflow_monitor says of a workflow that was followed
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.workflow_monitor#role) from what
    M(agent_platform.ops.workflow_watch_info) returned.
options:
  _input:
    description: The result of the module.
    type: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    workflow_monitor_result: "{{ followed | agent_platform.ops.workflow_monitor_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_look

#: rows of one table in the record; the last ones, since they tell how it came to its end
ROWS = 200
#: title, field of the result, and the column of each field
TABLES = (
    ("What happened", "timeline", (("Time", "time"), ("What", "kind"), ("Name", "name"), ("Line", "message"))),
    ("Nodes", "nodes", (("Node", "name"), ("Type", "type"), ("Phase", "phase"), ("Started", "started"),
                        ("Finished", "finished"), ("Message", "message"))),
    ("Pods", "pods", (("Pod", "name"), ("Agent", "agent"), ("Node", "node"), ("Phase", "phase"),
                      ("Containers", "containers"), ("Message", "message"), ("Removed", "gone"))),
    ("CodeRuns", "coderuns", (("CodeRun", "name"), ("Agent", "agent"), ("Stage", "stage"), ("State", "state"),
                              ("Pull request", "pull_request"), ("Message", "message"))),
    ("Events", "events", (("Time", "time"), ("About", "name"), ("Type", "type"), ("Reason", "reason"),
                          ("Message", "message"), ("Count", "count"))),
)  # fmt: skip


def result(followed: dict) -> dict:
    workflow = followed["workflow"]
    data = {
        "about": f"Workflow {workflow['namespace']}/{workflow['name']}",
        "end": followed["end"],
        "workflow": workflow,
        "timeline_file": followed["timeline_file"],
        "tables": [_table(title, followed[field] or [], columns) for title, field, columns in TABLES],
    }
    return of_look(followed, data, summary=f"{followed['line']} · {workflow['name']}")


def _table(title: str, rows: list[dict], columns: tuple[tuple[str, str], ...]) -> dict:
    """{title, columns, rows, more}: the last rows, and how many there are before them."""
    shown = [[_cell(row.get(field)) for _column, field in columns] for row in rows[-ROWS:]]
    return {
        "title": title,
        "columns": [column for column, _field in columns],
        "rows": shown,
        "more": len(rows) - len(shown),
    }


def _cell(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


class FilterModule:
    def filters(self) -> dict:
        return {"workflow_monitor_result": result}
