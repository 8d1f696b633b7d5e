# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What role node_drain says of the nodes that it drained and brought back."""

from __future__ import annotations

DOCUMENTATION = r"""
name: node_drain_result
short_description: What role node_drain says of the nodes that it drained and brought back
version_added: 0.1.0
description:
  - Makes the result of role P(agent_platform.ops.node_drain#role) from what M(agent_platform.ops.node_drain) returned
    for one node after another, as far as it came.
options:
  _input:
    description: What the module returned each time.
    type: list
    elements: dict
    required: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Set the result of the step
  ansible.builtin.set_fact:
    node_drain_result: "{{ [drained, back] | agent_platform.ops.node_drain_result }}"
"""

RETURN = r"""
_value:
  description: Summary, findings, changes and data; C(data.about) names the node where there was one alone.
  type: dict
"""

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.results import of_several


def result(acted: list[dict]) -> dict:
    made = of_several(acted)
    nodes = list(dict.fromkeys(one["node"] for one in acted if "node" in one))
    if len(nodes) == 1:
        made["data"]["about"] = f"Node {nodes[0]}"
        made["summary"] = f"{made['summary']} · {nodes[0]}"
    return made


class FilterModule:
    def filters(self) -> dict:
        return {"node_drain_result": result}
