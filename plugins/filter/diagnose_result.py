# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role diagnose says of a cause that was found."""

from __future__ import annotations

DOCUMENTATION = r"""
name: diagnose_result
short_description: What role diagnose says of a cause that was found
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.diagnose#role) from what M(agent_platform.ops.diagnosis_info)
    returned.
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
    diagnose_result: "{{ walked | agent_platform.ops.diagnose_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data; in data also the lines that show the way on a terminal.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_look

COLUMNS = ["Question", "Answer", "Evidence"]


def result(walked: dict) -> dict:
    cause, about = walked["cause"], walked["subject"]
    rows = [[step["ask"], step["answer"], "; ".join(step["evidence"])] for step in walked["path"]]
    unread = [[one["part"], one["reason"]] for one in walked["unread"]]
    tables = [{"title": f"The way: {walked['title']}", "columns": COLUMNS, "rows": rows, "more": 0}]
    if unread:
        tables.append({"title": "Could not be read", "columns": ["What", "Why"], "rows": unread, "more": 0})
    place = "/".join(filter(None, (about["namespace"], about["name"])))
    data = {
        "about": " ".join(filter(None, (about["kind"], place))),
        "tree": walked["tree"],
        "cause": cause,
        "facts": walked["facts"],
        "tables": tables,
        "lines": _lines(rows, cause),
    }
    return of_look(walked, data)


def _lines(rows: list[list[str]], cause: dict) -> list[str]:
    """One line for each question, and how it ended."""
    asked = [f"{ask} {answer}: {evidence}" if evidence else f"{ask} {answer}" for ask, answer, evidence in rows]
    treated = [f"Treated by: playbooks/{cause['runbook']}.yml"] if cause["runbook"] else []
    return [*asked, f"Cause (confidence {cause['confidence']}): {cause['cause']}", f"Now: {cause['advice']}", *treated]


class FilterModule:
    def filters(self) -> dict:
        return {"diagnose_result": result}
