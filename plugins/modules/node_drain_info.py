#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Play the drain of nodes through, and tell what it would do."""

from __future__ import annotations

DOCUMENTATION = r"""
module: node_drain_info
short_description: Play the drain of nodes through, and tell what it would do
version_added: 0.1.0
description:
  - Decides for every pod of the nodes whether it would be evicted, waited for, handed over, or whether somebody must be
    asked first, and looks which other node has room for each that would move.
  - Plays the drains one after another, the one that costs least first, each node back before the next one goes.
  - Of the scheduler it models requests of every resource, the number of pods, node selector, required node affinity,
    taints, required pod affinity and anti-affinity, topology spread that must hold, and nodes to which volumes are
    bound. It does not model preferences, priorities, ports of the host, limits of attached volumes and dynamic
    resources.
  - When any part of the cluster cannot be read, the module fails, since nobody knows then what a drain would do.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.drain
  - agent_platform.ops.looking.rows
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  names:
    description: Names of the nodes; all of them by default.
    type: list
    elements: str
    default: []
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: In which order do drains of all nodes cost least?
  agent_platform.ops.node_drain_info:
  register: drains

- name: Say which ones nothing keeps
  ansible.builtin.debug:
    msg: "{{ drains.nodes | selectattr('may_start') | map(attribute='name') }}"
"""

RETURN = r"""
nodes:
  description: The nodes in the order in which they are to be drained.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Its name; beside it stand order, ready and cordoned.
      type: str
    may_start:
      description: Whether nothing keeps it from being drained.
      type: bool
    asks:
      description: Number of things that somebody must decide or do first.
      type: int
    seconds:
      description: Until the last piece of work on it has ended, at most.
      type: int
    waits:
      description: Number of pods that are waited for; likewise hands_over, rolls, evicts and stays.
      type: int
    without_place:
      description: Number of pods that no other node takes.
      type: int
    budgets_exhausted:
      description: Number of pods whose disruption budget lets none go now.
      type: int
pods:
  description: The first 1,000 pods and workflows that drains are about, with node, action, why, and where to.
  returned: always
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
tables:
  description: The same for the report.
  returned: always
  type: list
  elements: dict
line:
  description: One line for people.
  returned: always
  type: str
  sample: 3 nodes · 2 can be drained now · 40 pods would move · work on them ends in 45 min at most
findings:
  description: What keeps nodes from being drained, in the shape that all roles share.
  returned: always
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, node_drain_info
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

SPEC = {
    "names": {"type": "list", "elements": "str", "default": []},
    **node_drain_info.POLICY_SPEC,
    **looking.ROWS_SPEC,
}


def prepare(options: dict) -> looking.Look:
    policy, now = node_drain_info.policy_of(options), looking.moment(options)
    return lambda client: node_drain_info.look(client, options, policy, options["names"], now)


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
