# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which changes are meant by the names of recommendations or of workloads."""

from __future__ import annotations

DOCUMENTATION = r"""
name: resource_tuning_changes
short_description: Which changes are meant by the names of recommendations or of workloads
version_added: 0.1.0
description:
  - Makes option C(changes) of M(agent_platform.ops.resource_tuning) from names, as role
    P(agent_platform.ops.resource_tuning#role) takes them.
options:
  _input:
    description: Names, as a list or a text with commas.
    type: raw
    required: true
  recommendations:
    description:
      - What M(agent_platform.ops.resource_tuning_info) recommends; the names are then those of recommendations.
      - Without it they are those of workloads whose changes are to be taken back, or V(all).
    type: list
    elements: dict
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Choose
  ansible.builtin.set_fact:
    chosen: "{{ resource_tuning_apply | agent_platform.ops.resource_tuning_changes(seen.recommendations) }}"
"""

RETURN = r"""
_value:
  description: The changes, and a refusal that is empty when all names are known and can be changed.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.usage import choice


def chosen(names: object, recommendations: list | None = None) -> dict:
    named = choice.names_of(names)
    return choice.to_revert(named) if recommendations is None else choice.to_apply(named, recommendations)


class FilterModule:
    def filters(self) -> dict:
        return {"resource_tuning_changes": chosen}
