#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Restart one agent."""

from __future__ import annotations

DOCUMENTATION = r"""
module: agent_restart
short_description: Restart one agent
version_added: 0.1.0
description:
  - Keeps manifest, events and last logs of the agent's pod in a folder, deletes exactly that pod, notes at its CodeRun
    who did it and why, and follows the CodeRun until another pod is ready.
  - The Job of an agent never makes a second pod. Its CodeRun controller makes another Job, as long as the CodeRun has
    not ended and has retries left. Where no other pod would come, nothing is deleted, unless O(anyway) says so.
  - A pod with the label C(ops.agent-platform/keep=true), and one that has ended, are never deleted.
  - A second call with the name of the old pod changes nothing and tells what took its place. A second call for the
    agent changes nothing for O(again_after).
  - What is kept holds no tokens, keys, Authorization headers or values of variables that come from Secrets, and is
    readable by its owner alone.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.agents
  - agent_platform.ops.agent_pod
  - agent_platform.ops.acting.reason_required
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
    details: The deletion is sent as a dry run of the API server. Nothing is kept.
  diff_mode:
    support: full
options:
  wait:
    description: Seconds for another pod to become ready.
    type: int
    default: 300
  again_after:
    description: An agent that O(agent) names is not restarted once more within this time, such as V(15m).
    type: str
    default: 15m
  anyway:
    description: Delete the pod although no other one will come; its agent is lost then.
    type: bool
    default: false
  controller_namespace:
    description: Namespace of the Deployment of the CodeRun controller.
    type: str
    default: agent-platform
  controller_name:
    description: Name of that Deployment; while it is not available, nothing is deleted.
    type: str
    default: controller
  keep_directory:
    description:
      - Folder on this host in which a folder C(restarted-pods) holds one for each pod; by default
        C($XDG_STATE_HOME/agent_platform_ops).
    type: path
seealso:
  - module: agent_platform.ops.agent_info
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Restart the Rex that works on task 1101
  agent_platform.ops.agent_restart:
    agents:
      - {name: rex, github_app: 5DLabs-Rex}
    agent: rex
    task: "1101"
    reason: It has written nothing for two hours
  register: restarted

- name: Say what took its place
  ansible.builtin.debug:
    var: restarted.replacement
"""

RETURN = r"""
line:
  description: What was done, as one line for people.
  returned: always
  type: str
  sample: 1 restarted
total:
  description: How many pods were deleted, or would be.
  returned: always
  type: int
rows:
  description:
    - The pod; action, outcome, subject, detail and reason. C(outcome) is one of failed, unverified, refused, planned,
      changed and unchanged.
  returned: always
  type: list
  elements: dict
rows_file:
  description: Empty, since there is one row.
  returned: always
  type: str
kept:
  description: Folder with pod.json, events.json and the logs of the pod that was deleted; empty where nothing was.
  returned: always
  type: str
coderun:
  description: Name of its CodeRun, empty where it has none.
  returned: always
  type: str
replacement:
  description: Namespace, name and ready of the pod that took its place; empty where there is none.
  returned: always
  type: dict
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
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.targets import POD_SPEC, Wanted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, agent_restart
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.agent_restart import Order
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

OPTIONS = {
    "agents": AGENTS_SPEC,
    **POD_SPEC,
    "wait": {"type": "int", "default": 300},
    "again_after": {"type": "str", "default": "15m"},
    "anyway": {"type": "bool", "default": False},
    "controller_namespace": {"type": "str", "default": "agent-platform"},
    "controller_name": {"type": "str", "default": "controller"},
    "keep_directory": {"type": "path"},
}


def order_of(options: dict) -> Order:
    return Order(
        wanted=Wanted.of(options),
        agents=table(options["agents"]),
        again_after=parse_duration(options["again_after"], "again_after"),
        controller=(options["controller_namespace"], options["controller_name"]),
        actor=acting.actor_of(options),
        **{name: options[name] for name in ("reason", "wait", "anyway", "keep_directory")},
    )


def main() -> None:
    module = AnsibleModule(
        argument_spec={**OPTIONS, **acting.REASON_REQUIRED_SPEC, **CONNECTION_SPEC}, supports_check_mode=True
    )

    def act(client: Client) -> acting.Acted:
        fence = Fence.from_option(client, module.params["lock"])
        return agent_restart.act(client, fence, order_of(module.params), module.check_mode)

    acting.run(module, act, "agent_restart")


if __name__ == "__main__":
    main()
