# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role workspace_cleanup says of workspaces."""

from __future__ import annotations

DOCUMENTATION = r"""
name: workspace_cleanup_result
short_description: What role workspace_cleanup says of workspaces
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.workspace_cleanup#role) from what
    M(agent_platform.ops.workspace_info), M(agent_platform.ops.workspace_clean) or
    M(agent_platform.ops.workspace_files_clean) returned, or from what several modules that act returned in turn.
options:
  _input:
    description: The result of the module, or a list of results.
    type: raw
    required: true
  cleaners:
    description: The CronJob by which the platform itself cleans up, in a list that is empty where there is none.
    type: list
    elements: dict
    default: []
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    workspace_cleanup_result: "{{ seen | agent_platform.ops.workspace_cleanup_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import workspace_report
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import results


def result(returned: dict | list, cleaners: list | None = None) -> dict:
    if isinstance(returned, list):
        return results.of_several(returned)
    if "workspaces" in returned:
        return workspace_report.of_inventory(returned, cleaners or [])
    return workspace_report.of_clean(returned)


class FilterModule:
    def filters(self) -> dict:
        return {"workspace_cleanup_result": result}
