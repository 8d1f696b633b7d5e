# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role agent_health says of agents."""

from __future__ import annotations

DOCUMENTATION = r"""
name: agent_health_result
short_description: What role agent_health says of agents
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.agent_health#role) from what M(agent_platform.ops.agent_info)
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
    agent_health_result: "{{ seen | agent_platform.ops.agent_health_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""


from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_look


def result(seen: dict) -> dict:
    agents = seen["agents"]
    about = f"Agents {', '.join(row['name'] for row in agents)}"
    data = {"about": about, **{name: seen[name] for name in ("agents", "tables", "measures")}}
    return of_look(seen, data, summary=agents[0]["line"] if len(agents) == 1 else "")


class FilterModule:
    def filters(self) -> dict:
        return {"agent_health_result": result}
