# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role says of a dataset that its module kept, or that nobody asked it to keep."""

from __future__ import annotations

DOCUMENTATION = r"""
name: dataset_result
short_description: What a role says of a dataset that its module kept
version_added: 0.1.0
description:
  - Makes the result of a step from what a module returned that keeps a dataset, such as
    M(agent_platform.ops.etcd_snapshot).
  - Without a result the step is unknown, since nobody keeps that data.
options:
  _input:
    description: The result of the module; empty when it is not configured.
    type: dict
    required: true
  check:
    description: What the findings of the role are called.
    type: str
    required: true
  missing:
    description: What is not configured, and what that means, as a sentence.
    type: str
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    etcd_snapshot_result: "{{ kept | agent_platform.ops.dataset_result('etcd_snapshot', 'no etcd is known') }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_dataset


class FilterModule:
    def filters(self) -> dict:
        return {"dataset_result": of_dataset}
