# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role says of datasets that were deleted, and of those that are left."""

from __future__ import annotations

DOCUMENTATION = r"""
name: dataset_retention_result
short_description: What a role says of datasets that were deleted
version_added: 0.1.0
description:
  - Makes the result of a step from what M(agent_platform.ops.dataset_prune) and M(agent_platform.ops.dataset_info)
    returned.
options:
  _input:
    description: The result of M(agent_platform.ops.dataset_prune), also when it failed after it had begun.
    type: dict
    required: true
  listed:
    description: The result of M(agent_platform.ops.dataset_info), empty when it did not get so far.
    type: dict
    default: {}
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    dataset_retention_result: "{{ pruned | agent_platform.ops.dataset_retention_result(listed) }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.dataset_report import of_pruned


class FilterModule:
    def filters(self) -> dict:
        return {"dataset_retention_result": of_pruned}
