#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recommend what containers should ask for."""

from __future__ import annotations

DOCUMENTATION = r"""
module: resource_tuning_info
short_description: Recommend what containers should ask for
version_added: 0.1.0
description:
  - Reads all pods in one pass and recommends requests and limits for each agent and controller from what they used, so
    that O(target) percent of a request are used at the percentile that is wanted.
  - Recommends how many of each controller should run, and how large workspaces should be, proposes autoscalers that
    follow the queue, and tells what of a play could run at the same time.
  - Each recommendation has its evidence, what it saves or costs, and the change that
    M(agent_platform.ops.resource_tuning) carries out, or why a person must do it.
  - A container that was killed for want of memory is never given less. Where too little was measured it says so.
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
  components:
    description: Deployments and StatefulSets without which the platform does not work; kind, namespace and name.
    type: list
    elements: dict
    default: []
    suboptions:
      kind:
        description: Its kind.
        type: str
        choices: [Deployment, StatefulSet]
        default: Deployment
      namespace:
        description: Its namespace.
        type: str
        required: true
      name:
        description: Its name.
        type: str
        required: true
  replicas:
    description: How many of each component there should be.
    type: int
    default: 3
  may_be_several:
    description: Names of components of which several share the work, since they choose a leader or keep no state.
    type: list
    elements: str
    default: []
  follow_queue:
    description: Names of components for which an autoscaler is proposed that follows the queue of workflows.
    type: list
    elements: str
    default: []
  queue_depth:
    description: How many entries of the queue one replica should have.
    type: int
    default: 10
seealso:
  - module: agent_platform.ops.resource_tuning
  - module: agent_platform.ops.cost_info
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: What should be sized anew?
  agent_platform.ops.resource_tuning_info:
    namespaces: [argo, argo-events, agent-platform]
    agents: "{{ platform_agents }}"
    components: "{{ platform_components }}"
    may_be_several: [argo-workflows-server]
    prometheus_url: http://prometheus.monitoring:9090
    prices: {cpu_month: 21.90, memory_gib_month: 2.90, storage_gib_month: 0.10, currency: EUR}
  register: tuning

- name: Say it
  ansible.builtin.debug:
    var: tuning.line
"""

RETURN = r"""
recommendations:
  description:
    - The first 1,000; id, what, workload, verdict, now, proposed, evidence, weak, saves, month, change and by_hand.
    - V(verdict) is raise, lower, fits or not_enough_data. V(saves) has cores and bytes, below 0 where more is needed.
    - V(month) is what is saved a month, null without prices. V(weak) tells that one look is all there is.
    - V(change) is an entry of O(agent_platform.ops.resource_tuning#module:changes), null where V(by_hand) says why.
  returned: success
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every recommendation, where there are more than 1,000; else empty.
  returned: success
  type: str
ideas:
  description: What of a play could run at the same time; title, needs, evidence and saves (seconds at most, or null).
  returned: success
  type: list
  elements: dict
autoscalers:
  description: Manifests of HorizontalPodAutoscalers for O(follow_queue); they need an adapter that serves the metric.
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
  description: The same for reports; title, columns, rows (at most 60) and more (rows left out).
  returned: success
  type: list
  elements: dict
line:
  description: One line for people.
  returned: success
  type: str
  sample: 2 to raise · 3 to lower (saves 1.5 cores CPU, 32.85 EUR a month) · 4 fit
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.resource_tuning_info import LOOK_SPEC, prepare
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

COMPONENT_SPEC = {
    "kind": {"type": "str", "choices": ["Deployment", "StatefulSet"], "default": "Deployment"},
    "namespace": {"type": "str", "required": True},
    "name": {"type": "str", "required": True},
}
SPEC = {
    "components": {"type": "list", "elements": "dict", "default": [], "options": COMPONENT_SPEC},
    "replicas": {"type": "int", "default": 3},
    "may_be_several": {"type": "list", "elements": "str", "default": []},
    "follow_queue": {"type": "list", "elements": "str", "default": []},
    "queue_depth": {"type": "int", "default": 10},
}


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **LOOK_SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
