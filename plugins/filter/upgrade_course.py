# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run does about an upgrade."""

from __future__ import annotations

DOCUMENTATION = r"""
name: upgrade_course
short_description: What a run does about an upgrade
version_added: 0.1.0
description:
  - Decides from the note of the last upgrade and from what the provider tells, for role
    P(agent_platform.ops.upgrade_kubernetes#role).
options:
  _input:
    description: The note as M(agent_platform.ops.upgrade_note) returns it.
    type: dict
    required: true
  facts:
    description: C(version) of the control plane, and C(answers), whether its API server does.
    type: dict
    default: {}
  version:
    description: The version to move to.
    type: str
    default: ''
  rollback_to:
    description: Id of the snapshot to go back to, instead of moving.
    type: str
    default: ''
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Decide what to do
  ansible.builtin.set_fact:
    course: "{{ noted.note | agent_platform.ops.upgrade_course(facts, 'v1.35.4') }}"
"""

RETURN = r"""
_value:
  description: Fields kind (fresh, continue, finish_rollback or refused) and message, a sentence.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import course


def decided(note: dict, facts: dict | None = None, version: str = "", rollback_to: str = "") -> dict:
    found = course.way_back(note, rollback_to) if rollback_to else course.decide(note, facts or {}, version)
    return found.as_dict()


class FilterModule:
    def filters(self) -> dict:
        return {"upgrade_course": decided}
