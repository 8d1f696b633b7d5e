# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the roles that act on workflows say of it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: workflow_control_result
short_description: What the roles that act on workflows say of it
version_added: 0.1.0
description:
  - Makes the result of a role such as P(agent_platform.ops.workflow_suspend#role) from what
    M(agent_platform.ops.workflow) returned.
options:
  _input:
    description: The result of the module, also when it failed after it had begun.
    type: dict
    required: true
  target:
    description: >-
      The one workflow that was meant, as role P(agent_platform.ops.workflow_target#role) found it; empty for many.
    type: dict
    default: {}
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    workflow_suspend_result: "{{ acted | agent_platform.ops.workflow_control_result(workflow_target_found) }}"
"""

RETURN = r"""
_value:
  description: >-
    Summary, findings, changes and data. The latter has C(workflows), namespace and name of those that are as it was
    wished or would be, and C(coderuns), a label selector of the CodeRuns that they have started.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_actions

#: of what was to be acted on, those that became as it was wished or may have
REACHED = ("changed", "planned", "unverified", "unchanged")
# A label that is there and is not: valid, and matches nothing.
_NOTHING = "workflow-name,!workflow-name"


def result(acted: dict, target: dict | None = None) -> dict:
    made = of_actions(acted)
    reached = [row["subject"] for row in acted["rows"] if row["outcome"] in REACHED]
    workflows = [{field: one[field] for field in ("namespace", "name")} for one in reached]
    said: dict = {"workflows": workflows, "coderuns": _coderuns(workflows)}
    if target:
        name = f"{target['namespace']}/{target['name']}"
        said["about"] = f"Workflow {name}"
        rows = acted["rows"]
        why = (rows[0]["detail"] or rows[0]["reason"]) if len(rows) == 1 else ""
        made["summary"] = " · ".join(part for part in (made["summary"], name, why) if part)
    return {**made, "data": {**made["data"], **said}}


def _coderuns(workflows: list[dict]) -> str:
    """Label selector of the CodeRuns that these workflows have started."""
    names = sorted({one["name"] for one in workflows})
    return f"workflow-name in ({', '.join(names)})" if names else _NOTHING


class FilterModule:
    def filters(self) -> dict:
        return {"workflow_control_result": result}
