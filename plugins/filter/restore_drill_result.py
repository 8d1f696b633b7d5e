# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role restore_drill says of a rehearsal."""

from __future__ import annotations

DOCUMENTATION = r"""
name: restore_drill_result
short_description: What role restore_drill says of a rehearsal
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.restore_drill#role) from what its modules returned.
options:
  _input:
    description:
      - C(backup) as M(agent_platform.ops.backup_info) tells it, C(compared) as M(agent_platform.ops.restore_info)
        returned it, C(validated) with what each validation returned, C(moments), C(failure), C(check) and C(targets).
    type: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    restore_drill_result: "{{ seen | agent_platform.ops.restore_drill_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.drill import judge


class FilterModule:
    def filters(self) -> dict:
        return {"restore_drill_result": judge}
