# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an upgrade has lost objects."""

from __future__ import annotations

DOCUMENTATION = r"""
name: upgrade_unharmed
short_description: Whether an upgrade has lost objects
version_added: 0.1.0
description:
  - Makes findings from what M(agent_platform.ops.restore_info) found when it compared the backup that was taken
    before an upgrade.
options:
  _input:
    description: The result of the module, also when it failed; empty where it did not run.
    type: dict
    required: true
  taken:
    description: Whether a backup was taken, so that there is something to compare.
    type: bool
    required: true
  moved:
    description: Whether there was an upgrade; without one nothing is told.
    type: bool
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Tell whether objects were lost
  ansible.builtin.debug:
    msg: "{{ compared | agent_platform.ops.upgrade_unharmed(true, true) }}"
"""

RETURN = r"""
_value:
  description: Findings.
  type: list
  elements: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import unharmed


class FilterModule:
    def filters(self) -> dict:
        return {"upgrade_unharmed": unharmed.judge}
