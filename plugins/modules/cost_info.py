#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what is paid for and not used."""

from __future__ import annotations

DOCUMENTATION = r"""
module: cost_info
short_description: Tell what is paid for and not used
version_added: 0.1.0
description:
  - Reads all pods in one pass, their usage and the volume claims, and tells requests that are larger than what is used,
    agents that run and do nothing, and claims that no pod mounts, with what they cost a month.
  - Without prices it tells quantities alone. What cannot be read is an V(unknown) finding, and nothing is called unused
    because nobody could look.
  - Only reads.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.agents.optional
  - agent_platform.ops.usage
  - agent_platform.ops.looking.rows
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  idle_cores:
    description: An agent that uses less CPU than this does nothing.
    type: float
    default: 0.01
  idle_after:
    description: How long an agent must have run before it is called idle.
    type: str
    default: 1h
  orphan_after:
    description: How old a claim must be before it is told that nobody mounts it.
    type: str
    default: 7d
seealso:
  - module: agent_platform.ops.resource_tuning_info
  - module: agent_platform.ops.workspace_info
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: What do we pay for and not use?
  agent_platform.ops.cost_info:
    namespaces: [argo, argo-events, agent-platform]
    agents: "{{ platform_agents }}"
    prometheus_url: http://prometheus.monitoring:9090
    prices: {cpu_month: 21.90, memory_gib_month: 2.90, storage_gib_month: 0.10, currency: EUR}
  register: paid

- name: Say it
  ansible.builtin.debug:
    var: paid.line
"""

RETURN = r"""
waste:
  description:
    - The first 1,000 that are not used, the dearest first; what, subject, amounts, month, evidence and weak.
    - V(amounts) has cores and bytes by cpu, memory and storage. V(month) is null without prices.
  returned: success
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: success
  type: str
asked:
  description: What the 30 dearest workloads ask for; workload, pods, cpu, memory and month.
  returned: success
  type: list
  elements: dict
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
tables:
  description: The same for reports; title, columns, rows (at most 30) and more (rows left out).
  returned: success
  type: list
  elements: dict
line:
  description: One line for people.
  returned: success
  type: str
  sample: "34.85 EUR a month for what nobody uses: 1.5 cores CPU, 20.0 GiB storage"
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost_info import prepare
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.resource_tuning_info import LOOK_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

SPEC = {
    "idle_cores": {"type": "float", "default": 0.01},
    "idle_after": {"type": "str", "default": "1h"},
    "orphan_after": {"type": "str", "default": "7d"},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **LOOK_SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
