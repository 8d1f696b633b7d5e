#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what CodeRuns do and where they contradict themselves."""

from __future__ import annotations

DOCUMENTATION = r"""
module: coderun_info
short_description: Tell what CodeRuns do and where they contradict themselves
version_added: 0.1.0
description:
  - Reads CodeRuns, their Jobs and their pods, and tells the state of each by its status, never by its labels.
  - Finds what cannot all be true. A CodeRun says Running and its Job is gone or has ended, an implementation succeeded
    without a pull request (C(no-pr) counts as none), one is retried again and again or would be without end, one was
    restored without its status and would be run again, several unfinished ones work for one task or pull request.
    Playbook C(retry_coderun.yml) says what to do about each.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.looking.rows
  - agent_platform.ops.agents.optional
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  namespaces:
    description: Namespaces to look at; all of them by default.
    type: list
    elements: str
    default: []
  names:
    description: Only CodeRuns of these names. The others are still compared with them.
    type: list
    elements: str
    default: []
  selector:
    description: Only CodeRuns that match this label selector.
    type: str
    default: ''
  agent:
    description:
      - Only CodeRuns of this agent, in any spelling that O(agents) tells; one that is not among them is an error.
    type: str
    default: ''
  workflow:
    description: Only CodeRuns of this workflow, by label C(workflow-name), by owner, or as the controller guesses it.
    type: str
    default: ''
  task:
    description: Only CodeRuns of this task.
    type: str
    default: ''
  states:
    description: Return rows for CodeRuns in these states only; all are counted and judged nevertheless.
    type: list
    elements: str
    choices: [not_picked_up, pending, running, succeeded, failed, unknown]
    default: []
  grace:
    description: How long the controller gets to bring status and Job together.
    type: str
    default: 10m
  deleting:
    description: How long a deletion may take.
    type: str
    default: 10m
  retries:
    description: More retries than this are too many.
    type: int
    default: 5
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: What does Rex work on?
  agent_platform.ops.coderun_info:
    agent: Rex
    agents: "{{ platform_agents }}"
    states: [pending, running]
  register: coderuns

- name: Say it
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.message }}"
  loop: "{{ coderuns.coderuns }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
coderuns:
  description: The first 1,000 CodeRuns, by namespace and name; always a list.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: Always CodeRun.
      type: str
    namespace:
      description: Its namespace.
      type: str
    name:
      description: Its name.
      type: str
    uid:
      description: Its uid.
      type: str
    state:
      description: One of the values of O(states).
      type: str
    phase:
      description: The word in its status.
      type: str
    message:
      description: What its status says, or why it cannot be judged.
      type: str
    since:
      description: When its status was written last, else when it was created.
      type: str
    age:
      description: Seconds since then; null where nothing says.
      type: int
    agent:
      description: Its GitHub App, as written.
      type: str
    service:
      description: Its service.
      type: str
    task:
      description: Its task.
      type: str
    stage:
      description: Its stage of the play, such as implementation.
      type: str
    workflow:
      description: The workflow that it belongs to.
      type: str
    attempt:
      description: Its context version, raised by one with each attempt.
      type: int
    retries:
      description: How often it was retried.
      type: int
    retry_limit:
      description: How often its controller retries it; V(0) is without end.
      type: int
    pull_request:
      description: URL of its pull request, empty without one.
      type: str
    job:
      description: The Job that its status names; name, exists, active, and end, which is Complete, Failed or empty.
      type: dict
    pods:
      description: How many of its pods have not ended.
      type: int
    deleting:
      description: Whether its deletion was requested.
      type: bool
    contradictions:
      description: What cannot all be true.
      type: list
      elements: str
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
counts:
  description: Number of CodeRuns in each state.
  returned: always
  type: dict
  sample: {not_picked_up: 1, pending: 1, running: 4, succeeded: 40, failed: 5, unknown: 1}
line:
  description: The counts as one line for people.
  returned: always
  type: str
  sample: 1 unknown · 1 not picked up · 5 failed · 4 running · 40 succeeded
findings:
  description: What a person should look at, worst first, in the shape that all roles share; at most 200.
  returned: always
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: always
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import names
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import STATES
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.contradictions import Limits
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import coderun_info, looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.coderun_info import Question
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

SPEC = {
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "names": {"type": "list", "elements": "str", "default": []},
    "selector": {"type": "str", "default": ""},
    "agent": {"type": "str", "default": ""},
    "agents": names.OPTIONAL_AGENTS_SPEC,
    "workflow": {"type": "str", "default": ""},
    "task": {"type": "str", "default": ""},
    "states": {"type": "list", "elements": "str", "choices": list(STATES), "default": []},
    "grace": {"type": "str", "default": "10m"},
    "deleting": {"type": "str", "default": "10m"},
    "retries": {"type": "int", "default": 5},
    **looking.ROWS_SPEC,
}


def question(options: dict) -> Question:
    agent = names.find(options["agent"], names.table(options["agents"])) if options["agent"] else None
    return Question(
        tuple(options["namespaces"]),
        frozenset(options["names"]),
        options["selector"],
        agent,
        options["workflow"],
        options["task"],
        frozenset(options["states"] or STATES),
    )


def prepare(options: dict) -> looking.Look:
    asked = question(options)
    limits = Limits(
        grace=parse_duration(options["grace"], "grace"),
        deleting=parse_duration(options["deleting"], "deleting"),
        retries=options["retries"],
    )
    now = looking.moment(options)

    def look(client: Client) -> dict:
        answer = coderun_info.look(client, asked, now, limits)
        told = {"counts": answer.counts, "line": answer.line, "findings": answer.findings}
        return {**looking.shown(answer.rows, options, "coderuns", now), **told}

    return look


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
