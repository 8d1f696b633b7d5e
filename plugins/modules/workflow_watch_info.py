#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follow one workflow."""

from __future__ import annotations

DOCUMENTATION = r"""
module: workflow_watch_info
short_description: Follow one workflow
version_added: 0.1.0
description:
  - Follows one workflow with its nodes, pods, CodeRuns and events until it ends, waits at a hold, is stuck, is deleted,
    or the time is over, and tells every line as progress while it goes.
  - It only reads. What else could not be read, such as events without the right to them, is a finding of status
    V(unknown), and following goes on.
  - Pods and CodeRuns of agents are found by the label C(task-id) of the workflow in every namespace, those of earlier
    workflows of the same task left out. Events of pods are read in the namespace of the workflow alone.
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
  namespace:
    description: Namespace of the workflow; by default it is looked for in all of them.
    type: str
    default: ''
  name:
    description:
      - Name of the workflow, open or ended.
      - Exactly one of O(name), O(task_id) and O(selector) is needed.
    type: str
    default: ''
  task_id:
    description: Follow the one open workflow of this task, by its label C(task-id).
    type: str
    default: ''
  selector:
    description: Follow the one open workflow that matches this label selector.
    type: str
    default: ''
  timeout:
    description: How long it is followed at most.
    type: str
    default: 10m
  stop_at_hold:
    description: Whether a hold is the end of following; else it goes on until the workflow does.
    type: bool
    default: true
  hold_expected:
    description: A hold that is older is a warning.
    type: str
    default: 1h
  stuck_after:
    description: A workflow that is held, or makes no progress, for longer than this is stuck.
    type: str
    default: 6h
  never_picked_up_after:
    description: A workflow without a phase that is older than this was never picked up by a controller.
    type: str
    default: 10m
  as_of:
    description: The moment at which following begins, RFC 3339, to judge ages by; now by default.
    type: str
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Follow the play of task 1101 until somebody must act
  agent_platform.ops.workflow_watch_info:
    task_id: '1101'
    timeout: 30m
  register: followed

- name: Say how it ended
  ansible.builtin.debug:
    msg: "{{ followed.end }}: {{ followed.line }}"

- name: Wait for the end of one workflow, through all its holds
  agent_platform.ops.workflow_watch_info:
    namespace: argo
    name: play-task-1101-workflow
    stop_at_hold: false
    timeout: 12h
"""

RETURN = r"""
end:
  description:
    - Why following ended - V(ended), V(deleted), V(stuck), V(held), V(timeout) or V(unreachable).
    - V(unreachable) says that the workflow could not be read in the end, so that nobody knows.
  returned: success
  type: str
  sample: held
line:
  description: The end as one line for people.
  returned: success
  type: str
  sample: held at wait-pr-approved for 3 min; it goes on when 5DLabs-Tess approves the pull request
workflow:
  description:
    - Its judgement, as M(agent_platform.ops.workflow_info) returns it, with C(kind), C(namespace), C(name) and C(uid).
    - C(goes_on_when) is the event that ends its oldest hold, empty where that is not known.
  returned: success
  type: dict
timeline:
  description: What happened, in order of time; the first 1,000 lines.
  returned: success
  type: list
  elements: dict
  contains:
    time:
      description: When, as the object says it, else when it was seen.
      type: str
    status:
      description: V(ok), V(warning), V(critical) or V(unknown).
      type: str
    kind:
      description: What it happened to - Workflow, Node, Pod, CodeRun, or the kind that an event is about.
      type: str
    name:
      description: Its name; of a node the path below the workflow.
      type: str
    message:
      description: What happened.
      type: str
timeline_file:
  description: JSON-lines file with every line, where there are more than 1,000; else empty.
  returned: success
  type: str
nodes:
  description: The first 1,000 nodes by their start; null where they cannot be told.
  returned: success
  type: list
  elements: dict
pods:
  description: Its pods and those of its agents with their containers; C(gone) says when one was removed. At most 1,000.
  returned: success
  type: list
  elements: dict
coderuns:
  description: Its CodeRuns. At most 1,000.
  returned: success
  type: list
  elements: dict
events:
  description: The newest 200 events about the workflow and its pods.
  returned: success
  type: list
  elements: dict
findings:
  description: What a person should look at, worst first, in the shape that all roles share; at most 200.
  returned: success
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.ending import Limits
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Thresholds
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_find import Wanted, find
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_watch import Follower
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_watch_report import report
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

SPEC = {
    "namespace": {"type": "str", "default": ""},
    "name": {"type": "str", "default": ""},
    "task_id": {"type": "str", "default": ""},
    "selector": {"type": "str", "default": ""},
    "timeout": {"type": "str", "default": "10m"},
    "stop_at_hold": {"type": "bool", "default": True},
    "hold_expected": {"type": "str", "default": "1h"},
    "stuck_after": {"type": "str", "default": "6h"},
    "never_picked_up_after": {"type": "str", "default": "10m"},
    **looking.ROWS_SPEC,
}


def prepare(options: dict) -> looking.Look:
    wanted = Wanted(**{name: options[name] for name in ("namespace", "name", "task_id", "selector")})
    wanted.check()
    durations = ("timeout", "hold_expected", "stuck_after", "never_picked_up_after")
    seconds = {name: parse_duration(options[name], name) for name in durations}
    thresholds = Thresholds(stuck=seconds["stuck_after"], never_picked_up=seconds["never_picked_up_after"])
    limits = Limits(options["stop_at_hold"], seconds["hold_expected"], seconds["stuck_after"])
    began = looking.moment(options)

    def follow(client: Client) -> dict:
        outcome = Follower(client, find(client, wanted), limits, thresholds, began, seconds["timeout"]).run()
        return report(outcome, limits, options["rows_directory"])

    return follow


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
