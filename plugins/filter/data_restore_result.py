# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role says of data that its module wrote into a folder."""

from __future__ import annotations

DOCUMENTATION = r"""
name: data_restore_result
short_description: What a role says of data that its module wrote into a folder
version_added: 0.1.0
description:
  - Makes the result of a step from what M(agent_platform.ops.dataset_restore) or M(agent_platform.ops.file_restore)
    returned.
options:
  _input:
    description: The result of the module.
    type: dict
    required: true
  check:
    description: What the finding of the role is called.
    type: str
    required: true
  dest:
    description: The folder.
    type: str
    required: true
  planned:
    description: Whether it would only be written.
    type: bool
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    file_restore_result: >-
      {{ written | agent_platform.ops.data_restore_result('file_restore', '/srv/restored', ansible_check_mode) }}
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.dataset_report import of_written


class FilterModule:
    def filters(self) -> dict:
        return {"data_restore_result": of_written}
