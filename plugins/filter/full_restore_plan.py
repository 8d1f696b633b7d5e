# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether and how role full_restore restores a platform."""

from __future__ import annotations

DOCUMENTATION = r"""
name: full_restore_plan
short_description: Whether a whole platform may be restored into a control plane
version_added: 0.1.0
description:
  - Judges a control plane by its namespaces, for role P(agent_platform.ops.full_restore#role).
options:
  _input:
    description: All namespaces of the control plane.
    type: list
    elements: dict
    required: true
  existing:
    description: What becomes of objects that are there; empty when nobody said so.
    type: str
    default: ''
  verified:
    description: Findings of the verification of the backup.
    type: list
    elements: dict
    default: []
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Judge the control plane
  ansible.builtin.set_fact:
    plan: "{{ namespaces.resources | agent_platform.ops.full_restore_plan(verified=backup_verify_result.findings) }}"
"""

RETURN = r"""
_value:
  description:
    - Fields refusal (whole sentences, empty when it may be), existing and safety_backup for role restore, and the
      result of the step.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import rebuild


def plan(namespaces: list, existing: str = "", verified: list | None = None) -> dict:
    return rebuild.judge(namespaces, existing, verified or [])


class FilterModule:
    def filters(self) -> dict:
        return {"full_restore_plan": plan}
