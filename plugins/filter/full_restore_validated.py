# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role full_restore says of the workflow that the restored platform was asked to take."""

from __future__ import annotations

DOCUMENTATION = r"""
name: full_restore_validated
short_description: Whether a restored platform takes a workflow
version_added: 0.1.0
description:
  - Makes the result of entry point validate of role P(agent_platform.ops.full_restore#role).
options:
  _input:
    description: What M(agent_platform.ops.workflow) returned, also when it failed.
    type: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    full_restore_result: "{{ taken | agent_platform.ops.full_restore_validated }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import rebuild


class FilterModule:
    def filters(self) -> dict:
        return {"full_restore_validated": rebuild.validated}
