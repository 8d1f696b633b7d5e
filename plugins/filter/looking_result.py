# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role says of what its module only looked at."""

from __future__ import annotations

DOCUMENTATION = r"""
name: looking_result
short_description: What a role says of what its module only looked at
version_added: 0.1.0
description:
  - Makes the result of a step from what a module returned that only looks, such as
    M(agent_platform.ops.health_info) or M(agent_platform.ops.capacity_info).
options:
  _input:
    description: The result of the module, with line, findings and cost.
    type: dict
    required: true
  fields:
    description: Fields of it that the report is to hold.
    type: list
    elements: str
    required: true
  data:
    description: What the report is to hold besides.
    type: dict
    default: {}
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    health_check_result: "{{ seen | agent_platform.ops.looking_result(['checks', 'measures']) }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_look


def result(seen: dict, fields: list[str], data: dict | None = None) -> dict:
    return of_look(seen, {**(data or {}), **{field: seen[field] for field in fields}})


class FilterModule:
    def filters(self) -> dict:
        return {"looking_result": result}
