#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drain a node without harm to agents, or bring it back."""

from __future__ import annotations

DOCUMENTATION = r"""
module: node_drain
short_description: Drain a node without harm to agents, or bring it back
version_added: 0.1.0
description:
  - Plays the drain through first, as M(agent_platform.ops.node_drain_info) does. When anything on the node must be
    asked about or would fit nowhere else, or another node that was drained is not back yet, nothing is touched.
  - Then cordons the node, waits for the work that runs on it, evicts the other pods by the API that respects
    disruption budgets, each bound to its uid, and looks whether they are gone and as many pods of each controller are
    healthy as before. Every round reads the cluster and decides anew.
  - The last healthy pod of a controller is never evicted, and no pod with label C(ops.agent-platform/keep).
  - Reason, time and actor are written on the node as annotations C(ops.agent-platform/drain-reason), C(-time) and
    C(-actor). A second run keeps them, and goes on where the first one ended. What somebody else cordoned is drained,
    and not brought back.
  - After O(wait) the node stays cordoned, and what is still on it is told.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.drain
  - agent_platform.ops.acting.reason_required
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  name:
    description: Name of the node.
    type: str
    required: true
  state:
    description:
      - With V(drained) everything that can go leaves the node. With V(back) pods are let onto it again, as soon as it
        is ready, if this module cordoned it.
    type: str
    choices: [drained, back]
    default: drained
  wait:
    description: Seconds for all of it, the waiting for work among it; with O(state=back) until the node is ready.
    type: int
    default: 900
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Drain a node; agents may take an hour to end
  agent_platform.ops.node_drain:
    name: worker-3
    wait: 3600
    empty_dirs: evict
    last_replicas: roll
    reason: Its kernel is replaced

- name: Bring it back
  agent_platform.ops.node_drain:
    name: worker-3
    state: back
    reason: Its kernel was replaced
"""

RETURN = r"""
line:
  description: What was done, as one line for people.
  returned: always
  type: str
  sample: 1 drained · 12 evicted · 3 already away by itself
node:
  description: Name of the node.
  returned: always
  type: str
drained:
  description: Whether everything that can go has left it, and what took its place is healthy.
  returned: always
  type: bool
cordoned_by_us:
  description: Whether the mark on it says that this module keeps pods away from it.
  returned: always
  type: bool
total:
  description: Number of objects that were, would be or may have been changed.
  returned: always
  type: int
rows:
  description: The node and the first 1,000 pods, with their outcome and the reason.
  returned: always
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
findings:
  description: What a person should look at, in the shape that all roles share.
  returned: always
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: always
  type: dict
"""

from datetime import UTC, datetime

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    acting,
    node_cordon,
    node_drain,
    node_drain_info,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

SPEC = {
    "name": {"type": "str", "required": True},
    "state": {"type": "str", "choices": ["drained", "back"], "default": "drained"},
    "wait": {"type": "int", "default": 900},
    **node_drain_info.POLICY_SPEC,
}


def act(module: AnsibleModule, client: Client) -> acting.Acted:
    options = module.params
    told = acting.why_of(options, needed="the node is drained")
    policy = node_drain_info.policy_of(options)
    fence = Fence.from_option(client, options["lock"])
    if options["state"] == "back":
        return node_cordon.bring_back(client, fence, options["name"], options["wait"], module.check_mode)
    why = node_cordon.Why(told["reason"], told["actor"], format_time(datetime.now(UTC)))
    order = node_drain.Order(options["name"], policy, why, options["wait"])
    return node_drain.drain(client, fence, order, module.check_mode)


def main() -> None:
    module = AnsibleModule(
        argument_spec={**SPEC, **acting.REASON_REQUIRED_SPEC, **CONNECTION_SPEC},
        supports_check_mode=True,
    )
    acting.run(module, lambda client: act(module, client), "node_drain")


if __name__ == "__main__":
    main()
