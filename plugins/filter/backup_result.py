# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role backup says of a backup that was taken."""

from __future__ import annotations

DOCUMENTATION = r"""
name: backup_result
short_description: What role backup says of a backup that was taken
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.backup#role) from what M(agent_platform.ops.backup) returned.
options:
  _input:
    description: The result of the module.
    type: dict
    required: true
  listed:
    description: The backups of the platform as M(agent_platform.ops.backup_info) lists them.
    type: list
    elements: dict
    default: []
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    backup_result: "{{ taken | agent_platform.ops.backup_result(listed.backups) }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.step import of_taken


class FilterModule:
    def filters(self) -> dict:
        return {"backup_result": of_taken}
