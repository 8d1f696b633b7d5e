# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a step of role upgrade_kubernetes decides."""

from __future__ import annotations

DOCUMENTATION = r"""
name: upgrade_kubernetes_step
short_description: What a step of role upgrade_kubernetes decides
version_added: 0.1.0
description:
  - Judges what the tasks of a step have seen, for role P(agent_platform.ops.upgrade_kubernetes#role).
options:
  _input:
    description: What was seen, by name.
    type: dict
    required: true
  step:
    description: Which step it is, one of V(begin), V(backed_up), V(snapped), V(moved), V(verified) and V(went_back).
    type: str
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Judge whether it may begin
  ansible.builtin.set_fact:
    judged: "{{ {'info': looked, 'version': 'v1.35.4'} | agent_platform.ops.upgrade_kubernetes_step('begin') }}"
"""

RETURN = r"""
_value:
  description:
    - Fields result (of the step) and refusal (a sentence, empty when the run may go on), and more for some steps.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import kubernetes_steps


def judged(seen: dict, step: str) -> dict:
    return kubernetes_steps.STEPS[step](seen)


class FilterModule:
    def filters(self) -> dict:
        return {"upgrade_kubernetes_step": judged}
