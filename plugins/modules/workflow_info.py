#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell the state of workflows."""

from __future__ import annotations

DOCUMENTATION = r"""
module: workflow_info
short_description: Tell the state of workflows
version_added: 0.1.0
description:
  - Judges every workflow in one pass by its status - whether it runs, is held and at which hold since when, is stuck,
    was never picked up by a controller, has ended, or cannot be judged and why.
  - Labels are shown and never believed. Compressed node statuses are read; off-loaded ones cannot be told.
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
    description: Namespaces to look at; all of them by default.
    type: list
    elements: str
    default: []
  selector:
    description: Only workflows that match this label selector.
    type: str
    default: ''
  names:
    description: Only workflows of these names.
    type: list
    elements: str
    default: []
  states:
    description: Return rows for workflows in these states only; all are counted and judged nevertheless.
    type: list
    elements: str
    choices: [pending, never_picked_up, running, held, stuck, succeeded, failed, error, unknown]
    default: []
  stuck_after:
    description: A workflow that is held, or makes no progress, for longer than this is stuck.
    type: str
    default: 6h
  never_picked_up_after:
    description: A workflow without a phase that is older than this was never picked up by a controller.
    type: str
    default: 10m
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Which workflows wait for somebody?
  agent_platform.ops.workflow_info:
    namespaces: [argo]
    states: [held, stuck, never_picked_up]
  register: workflows

- name: Say it
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.message }}"
  loop: "{{ workflows.workflows }}"
  loop_control:
    label: "{{ item.name }}"
"""

RETURN = r"""
workflows:
  description: The first 1,000 workflows, by namespace and name; always a list.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: Always Workflow.
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
    labels:
      description: Its labels.
      type: dict
    state:
      description: One of the values of O(states).
      type: str
    phase:
      description: The word in its status.
      type: str
    message:
      description: The state as a sentence.
      type: str
    since:
      description: When it finished, else started, else was created.
      type: str
    age:
      description: Seconds since then.
      type: int
    idle:
      description: Seconds since any of its nodes started or finished; for running ones.
      type: int
    hold:
      description: What it waits at; name, node, since and age in seconds. Since and age are null where nothing says.
      type: dict
    holds:
      description: Every hold, the oldest first.
      type: list
      elements: dict
    stop_requested:
      description: The value of spec.shutdown.
      type: str
    deleting:
      description: Whether its deletion was requested.
      type: bool
    cannot_tell:
      description: Why it cannot be judged.
      type: str
    contradictions:
      description: Where labels, times and status speak against each other.
      type: list
      elements: str
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
counts:
  description: Number of workflows in each state.
  returned: always
  type: dict
  sample: {pending: 1, never_picked_up: 1, running: 4, held: 5, stuck: 2, succeeded: 1480, failed: 20, error: 3}
line:
  description: The counts as one line for people.
  returned: always
  type: str
  sample: 2 stuck · 2 unknown · 5 held · 1,480 succeeded
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
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import STATES, Thresholds
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking, workflow_info
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

SPEC = {
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "selector": {"type": "str", "default": ""},
    "names": {"type": "list", "elements": "str", "default": []},
    "states": {"type": "list", "elements": "str", "choices": list(STATES), "default": []},
    "stuck_after": {"type": "str", "default": "6h"},
    "never_picked_up_after": {"type": "str", "default": "10m"},
    **looking.ROWS_SPEC,
}


def prepare(options: dict) -> looking.Look:
    thresholds = Thresholds(
        stuck=parse_duration(options["stuck_after"], "stuck_after"),
        never_picked_up=parse_duration(options["never_picked_up_after"], "never_picked_up_after"),
    )
    now = looking.moment(options)
    asked = {name: options[name] for name in ("namespaces", "selector", "names", "states")}

    def look(client: Client) -> dict:
        counts, rows, findings = workflow_info.look(client, now=now, thresholds=thresholds, **asked)
        told = {"counts": counts, "line": workflow_info.line(counts), "findings": findings}
        return {**looking.shown(rows, options, "workflows", now), **told}

    return look


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
