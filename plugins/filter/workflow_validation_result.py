# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role workflow_validation says of the workflow that it had carried out."""

from __future__ import annotations

DOCUMENTATION = r"""
name: workflow_validation_result
short_description: Whether a workflow controller carries out a workflow
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.workflow_validation#role).
options:
  _input:
    description: What was seen - C(submitted), C(held) and C(ended) as the modules returned it, C(failure) and C(check).
    type: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    workflow_validation_result: "{{ seen | agent_platform.ops.workflow_validation_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import validation


class FilterModule:
    def filters(self) -> dict:
        return {"workflow_validation_result": validation.result}
