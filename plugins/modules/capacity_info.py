#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what a platform asks for, has and uses."""

from __future__ import annotations

DOCUMENTATION = r"""
module: capacity_info
short_description: Tell what a platform asks for, has and uses
version_added: 0.1.0
description:
  - Reads nodes, pods, quotas, volume claims and the usage that C(metrics.k8s.io) knows in one concurrent pass, and
    tells what is requested, allocatable and used of each node and of the cluster, requests against usage by namespace,
    agent and controller, and how full quotas are.
  - Requests are counted as the scheduler does, with sidecars, init containers, overhead and resizes under way, of pods
    that have a node and have not ended. A pod without a node is counted as pending.
  - With a store, each measure is compared with earlier records of the platform.
  - What cannot be read is an V(unknown) finding with the reason and null in the numbers, never 0. Only an API server
    that does not answer at all, or does not accept the credentials, fails the module.
  - Only reads.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.looking.rows
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  namespaces:
    description:
      - Namespaces whose agents, controllers, quotas and claims are told; an empty list is the whole cluster.
      - Pods are read in all namespaces, since nodes carry them all.
    type: list
    elements: str
    default: []
  thresholds:
    description:
      - Thresholds that differ from their defaults, by check and name.
      - V(capacity_room), V(capacity_usage) and V(capacity_quotas) know V(warning) (85 percent) and V(critical)
        (95 percent).
      - V(capacity_requests) knows V(under) (100 percent), above which pods use more than they ask for.
    type: dict
    default: {}
  store:
    description: URL of the store with earlier records. Without it, or without O(platform), there is no trend.
    type: str
    default: ''
  store_options:
    description: Settings of the store's client. Credentials come from the environment and never stand here.
    type: dict
    default: {}
  runbook:
    description: Compare with records of this runbook alone; with those of every runbook by default.
    type: str
    default: ''
seealso:
  - module: agent_platform.ops.health_info
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: How full is the platform?
  agent_platform.ops.capacity_info:
    namespaces: [argo, argo-events, agent-platform]
    thresholds:
      capacity_room: {warning: 70}
  register: capacity

- name: Say it
  ansible.builtin.debug:
    var: capacity.line

- name: Which agents use more memory than they ask for?
  ansible.builtin.debug:
    msg: "{{ capacity.agents | selectattr('memory.verdict', 'eq', 'under_requested') | map(attribute='name') }}"
"""

RETURN = r"""
nodes:
  description:
    - The first 1,000 nodes; name, open (ready and takes new pods), cpu, memory and pods.
    - V(cpu) in cores and V(memory) in bytes each hold allocatable, requested, used, requested_percent and used_percent.
  returned: success
  type: list
  elements: dict
namespaces:
  description:
    - Requests against usage of pods that have a node, by namespace.
    - V(cpu) and V(memory) each hold requested, used, percent (of what the measured pods ask for), suggested (of which
      80 percent would be used) and verdict, one of under_requested, fits, over_requested (below 60 percent),
      no_requests and unknown.
  returned: success
  type: list
  elements: dict
agents:
  description: The same by agent and controller; kind is agent, controller or other.
  returned: success
  type: list
  elements: dict
quotas:
  description: Each limit of each quota, the fullest first; namespace, name, resource, hard, used and percent.
  returned: success
  type: list
  elements: dict
claims:
  description:
    - Volume claims, the largest first; requested and capacity in bytes, with phase, service, owner and storage_class.
  returned: success
  type: list
  elements: dict
rows_files:
  description: JSON-lines file with every row of each list that is longer than 1,000, by its name.
  returned: success
  type: dict
totals:
  description: The nodes that take pods together, pods pending (without a node), and claims by storage class.
  returned: success
  type: dict
findings:
  description: Findings, worst first, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
measures:
  description: Numbers for the trends of reports; name, label, value, unit and limit.
  returned: success
  type: list
  elements: dict
trend:
  description:
    - How each measure went since the oldest record; name, label, unit, now, first, first_at, change, points and words.
  returned: success
  type: list
  elements: dict
tables:
  description: The same for reports; title, columns, rows (at most 30) and more (rows left out).
  returned: success
  type: list
  elements: dict
line:
  description: One line for people.
  returned: success
  type: str
  sample: memory 61 % · CPU 45 % requested · fullest quota argo/argo pods 92 % · memory 48 % · CPU 12 % used
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from functools import partial

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.capacity_info import Order, review
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

SPEC = {
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "thresholds": {"type": "dict", "default": {}},
    "store": {"type": "str", "default": ""},
    "store_options": {"type": "dict", "default": {}},
    "runbook": {"type": "str", "default": ""},
    **looking.ROWS_SPEC,
}


def prepare(options: dict) -> looking.Look:
    asked = ("namespaces", "thresholds", "store", "store_options", "runbook", "rows_directory")
    order = Order(
        now=looking.moment(options),
        platform=options["platform"] or "",
        **{name: options[name] for name in asked},
    )
    limits = order.limits()
    return partial(review, order=order, limits=limits)


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
