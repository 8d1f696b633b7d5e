# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role restore says of a restore, and its plan for a reader."""

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_result
short_description: What role restore says of a restore
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.restore#role) from what M(agent_platform.ops.restore) or
    M(agent_platform.ops.restore_info) returned.
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
    restore_result: "{{ restored | agent_platform.ops.restore_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.restore_report import of_restore


class FilterModule:
    def filters(self) -> dict:
        return {"restore_result": of_restore}
