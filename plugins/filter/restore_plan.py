# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a restore as a person reads it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_plan
short_description: The plan of a restore as a person reads it
version_added: 0.1.0
description:
  - Tells in a few lines what M(agent_platform.ops.restore_info) found and what a restore would do.
options:
  _input:
    description: The result of the module.
    type: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Show the plan
  ansible.builtin.debug:
    msg: "{{ seen | agent_platform.ops.restore_plan }}"
"""

RETURN = r"""
_value:
  description: Lines of text.
  type: list
  elements: str
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.restore_report import plan_lines


class FilterModule:
    def filters(self) -> dict:
        return {"restore_plan": plan_lines}
