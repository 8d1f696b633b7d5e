#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell the workspaces of agents."""

from __future__ import annotations

DOCUMENTATION = r"""
module: workspace_info
short_description: Tell the workspaces of agents
version_added: 0.1.0
description:
  - Lists the claims in which agents work, with agent, service, size and age, who mounts them, which CodeRuns and
    workflows belong to them, when they were used last, and why each must stay or that it may go.
  - Whoever mounts a claim is read from pods, so that a workspace is never called unused because of a missing label.
    When pods, CodeRuns or workflows cannot be read, the module fails.
  - With O(look_inside) it asks in one pod that mounts it how much space is free, and which clones hold work that is
    not committed or not pushed. Nobody can look into a claim that no pod mounts.
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
  namespaces:
    description: Namespaces of the workspaces.
    type: list
    elements: str
    default: [agent-platform]
  names:
    description: Only workspaces of these names.
    type: list
    elements: str
    default: []
  agent:
    description: Only workspaces that this agent, in any spelling, was the first to use.
    type: str
    default: ''
  service:
    description: Only workspaces of this service.
    type: str
    default: ''
  look_inside:
    description: Run df and git in a pod that mounts the workspace; they change nothing.
    type: bool
    default: false
  root:
    description: Folder of the workspace in the containers; where the claim is mounted by default.
    type: str
    default: ''
  full:
    description: A workspace is a warning from this share of its space in use on, in percent.
    type: float
    default: 85
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Which workspaces could go?
  agent_platform.ops.workspace_info:
    agents: "{{ platform_agents }}"
    look_inside: true
  register: workspaces

- name: Say it
  ansible.builtin.debug:
    msg: "{{ workspaces.workspaces | selectattr('stays_because', 'equalto', '') | map(attribute='name') }}"
"""

RETURN = r"""
workspaces:
  description: The first 1,000 workspaces, by namespace and name.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Its name; beside it stand kind, namespace, uid, phase and storage_class.
      type: str
    sharing:
      description: V(shared), V(isolated), V(play) or V(unknown).
      type: str
    agent:
      description: The first agent that used it.
      type: str
    service:
      description: Its service.
      type: str
    workflow:
      description: The workflow that made it, with its state in workflow_state; empty for others.
      type: str
    size:
      description: Bytes.
      type: int
    age:
      description: Seconds since it was made, at the time in created.
      type: int
    idle:
      description: Seconds since it was used last, at the time in used; null where nothing tells.
      type: int
    mounted_by:
      description: Pods that have not ended and mount it.
      type: list
      elements: str
    coderuns:
      description: CodeRuns that work in it and are not finished.
      type: list
      elements: str
    open_workflows:
      description: Open workflows to which it belongs, by their own claim or by the service.
      type: list
      elements: str
    kept_by:
      description: The label that keeps it.
      type: str
    stays_because:
      description: Why it must stay whatever its age; empty where it may go.
      type: str
    risk:
      description: What may be lost with it.
      type: str
    free:
      description: Bytes that are free, of those in total; null where nobody looked.
      type: int
    unpushed:
      description: Whether a clone in it holds work that is not elsewhere; null where nobody can tell.
      type: bool
    inside:
      description: The same in words.
      type: str
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
line:
  description: One line for people.
  returned: always
  type: str
  sample: 9 workspaces, 160.0 GiB asked for · 3 mounted · 2 may go
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

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import AGENTS_SPEC, table
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, workspace_info
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

SPEC = {
    "agents": AGENTS_SPEC,
    "namespaces": {"type": "list", "elements": "str", "default": ["agent-platform"]},
    "names": {"type": "list", "elements": "str", "default": []},
    "agent": {"type": "str", "default": ""},
    "service": {"type": "str", "default": ""},
    "look_inside": {"type": "bool", "default": False},
    "root": {"type": "str", "default": ""},
    "full": {"type": "float", "default": 85},
    **looking.ROWS_SPEC,
}


def prepare(options: dict) -> looking.Look:
    agents = table(options["agents"])
    now = looking.moment(options)
    wanted = workspace_info.Look(
        namespaces=workspace_info.require_namespaces(options["namespaces"]),
        agents=agents,
        rule=workspace_info.rule_of(options, agents),
        now=now,
        look_inside=options["look_inside"],
        root=options["root"],
        full=options["full"],
    )

    def look(client: Client) -> dict:
        told = workspace_info.look(client, wanted)
        return {**told, **looking.shown(told["workspaces"], options, "workspaces", now)}

    return look


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
