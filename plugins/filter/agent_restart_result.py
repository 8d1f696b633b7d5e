# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role agent_restart says of an agent that was restarted."""

from __future__ import annotations

DOCUMENTATION = r"""
name: agent_restart_result
short_description: What role agent_restart says of an agent that was restarted
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.agent_restart#role) from what M(agent_platform.ops.agent_restart)
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
    agent_restart_result: "{{ acted | agent_platform.ops.agent_restart_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_actions


def result(acted: dict) -> dict:
    about, new = acted["rows"][0]["subject"], acted["replacement"]
    place = f"{about['namespace']}/{about['name']}"
    data = {"about": f"Pod {place}", "kept": acted["kept"], "coderun": acted["coderun"], "replacement": new}
    step = of_actions({**acted, "data": data})
    told = acted["rows"][0]["detail"] or acted["rows"][0]["reason"]
    return {**step, "summary": f"{step['summary']} · {place}" + (f" · {told.partition(';')[0]}" if told else "")}


class FilterModule:
    def filters(self) -> dict:
        return {"agent_restart_result": result}
