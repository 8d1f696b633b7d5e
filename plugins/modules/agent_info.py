#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell how the agents of a platform are doing."""

from __future__ import annotations

DOCUMENTATION = r"""
module: agent_info
short_description: Tell how the agents of a platform are doing
version_added: 0.1.0
description:
  - Reads the pods of agents, what metrics, events, claims, CodeRuns and Jobs say of them, in one concurrent pass, and
    tells of each agent and each pod how it is, what it uses and what it works on.
  - An agent is found by any spelling of its name in O(agents); a name that is none there is an error. An agent without
    pods is idle, which is told with the end of its last CodeRun.
  - Pods of agents are those with the label C(github-user). Pods whose label names nobody in O(agents) are told as
    those of strangers when all agents are asked for.
  - What cannot be read is an V(unknown) finding with the reason and null in the numbers, never 0. Only an API server
    that does not answer at all, or does not accept the credentials, fails the module.
  - Only reads.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.looking.rows
  - agent_platform.ops.agents
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  names:
    description: Agents that are meant, in any spelling, such as V(Rex) or V(5DLabs-Rex); all of them by default.
    type: list
    elements: str
    default: []
  namespaces:
    description: Namespaces to look at; an empty list is the whole cluster.
    type: list
    elements: str
    default: []
  thresholds:
    description:
      - Thresholds that differ from their defaults, by check and name.
      - V(agent_usage) knows V(warning) (85 percent of a memory limit), V(critical) (95 percent) and V(unmeasured) (3m).
        V(agent_events) knows V(many) (5 warning events) in V(recent) (1h).
      - The checks V(pods), V(claims), V(coderuns) and V(coderun_contradictions) of
        M(agent_platform.ops.health_info) are made with their own thresholds.
    type: dict
    default: {}
  prometheus_url:
    description: Base URL of Prometheus, which knows how full claims are. Without it that is unknown.
    type: str
    default: ''
  http_timeout:
    description: Seconds for the answer of Prometheus.
    type: float
    default: 5
  validate_certs:
    description: Whether its certificate must be valid.
    type: bool
    default: true
seealso:
  - module: agent_platform.ops.agent_restart
  - module: agent_platform.ops.capacity_info
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: How is Rex doing?
  agent_platform.ops.agent_info:
    agents:
      - {name: rex, github_app: 5DLabs-Rex}
      - {name: cleo, github_app: 5DLabs-Cleo}
    names: [5dlabs-rex]
    namespaces: [agent-platform]
  register: rex

- name: Say it
  ansible.builtin.debug:
    var: rex.agents[0].line
"""

RETURN = r"""
agents:
  description:
    - Each agent that was asked for; name, github_app, github_user, state (at work, waiting, idle or unknown), status
      (the worst finding about it), pods that have not ended, how many of them are ready, ended ones, restarts, cpu,
      memory, fullest, claims, coderuns that are open, last_coderun and line.
  returned: success
  type: list
  elements: dict
pods:
  description:
    - The first 1,000 pods of these agents; agent, namespace, name, phase, ready, age in seconds, node, restarts,
      last_end (container, code, reason, ago), unscheduled (why no node takes it), cpu, memory, events, claims, job,
      job_state, coderun and coderun_state.
    - V(cpu) in cores holds used, requested and percent of the request. V(memory) in bytes holds used, requested,
      and percent of the limit of that container which is nearest to its own.
  returned: success
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every pod, where there are more than 1,000; else empty.
  returned: success
  type: str
claims:
  description:
    - Workspaces of these agents, the largest first; namespace, name, phase, service, requested, capacity, used and
      percent (null where nobody measures it), agents, and pods that mount it.
  returned: success
  type: list
  elements: dict
strangers:
  description: Pods of agents that are not in O(agents), as in RV(pods); only when all agents are asked for.
  returned: success
  type: list
  elements: dict
findings:
  description: Findings, worst first, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
tables:
  description: The same for reports; title, columns, rows and more (rows left out).
  returned: success
  type: list
  elements: dict
measures:
  description: Numbers for the trends of reports; name, label, value, unit and limit.
  returned: success
  type: list
  elements: dict
line:
  description: One line for people.
  returned: success
  type: str
  sample: "8 agents: 2 at work, 6 idle · 3 pods, 1 not ready"
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from functools import partial

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import AGENTS_SPEC, table
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.agent_info import Order, look
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import require_seconds

SPEC = {
    "agents": AGENTS_SPEC,
    "names": {"type": "list", "elements": "str", "default": []},
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "thresholds": {"type": "dict", "default": {}},
    "prometheus_url": {"type": "str", "default": ""},
    "http_timeout": {"type": "float", "default": 5},
    "validate_certs": {"type": "bool", "default": True},
    **looking.ROWS_SPEC,
}


def prepare(options: dict) -> looking.Look:
    order = Order(
        now=looking.moment(options),
        table=table(options["agents"]),
        sources=Sources(
            "",
            prometheus_url=options["prometheus_url"],
            http_timeout=require_seconds(options["http_timeout"], "http_timeout", 300),
            validate_certs=options["validate_certs"],
        ),
        **{name: options[name] for name in ("names", "namespaces", "thresholds", "rows_directory")},
    )
    order.chosen()
    order.limits()
    return partial(look, order=order)


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
