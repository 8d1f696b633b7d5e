# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role corruption_search says of what it found."""

from __future__ import annotations

DOCUMENTATION = r"""
name: corruption_search_result
short_description: What role corruption_search says of what it found
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.corruption_search#role).
options:
  _input:
    description: What M(agent_platform.ops.restore_info) returned for the newest backup.
    type: dict
    required: true
  history:
    description: What M(agent_platform.ops.backup_history_info) returned.
    type: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    corruption_search_result: "{{ compared | agent_platform.ops.corruption_search_result(history) }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.history import of_search


class FilterModule:
    def filters(self) -> dict:
        return {"corruption_search_result": of_search}
