#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk a decision tree over what a platform shows."""

from __future__ import annotations

DOCUMENTATION = r"""
module: diagnosis_info
short_description: Walk a decision tree over what a platform shows
version_added: 0.1.0
description:
  - Reads what the questions of a decision tree need, once, and walks the tree from its start to a cause. Tells the way
    with the evidence at every question, the cause, how sure it is, and the runbook that treats it.
  - It only reads. A question that nobody could look into is answered V(unknown), with the reason, and makes the cause
    one degree less sure.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.looking
  - agent_platform.ops.agents.optional
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
options:
  tree:
    description:
      - The decision tree, as a file of role P(agent_platform.ops.diagnose#role) holds it.
      - Every question must lead somewhere for every answer of its probe and for V(unknown), nothing may run in circles,
        and every question and cause must be reached; else the tree is refused.
    type: dict
    required: true
  workflow:
    description: Name of the workflow that it is about.
    type: str
    default: ''
  task:
    description: Number of the task that it is about.
    type: str
    default: ''
  agent:
    description: The agent that it is about, by any spelling in O(agents).
    type: str
    default: ''
  service:
    description: The service that it is about, as its agents call it.
    type: str
    default: ''
  coderun:
    description: Name of the CodeRun that it is about.
    type: str
    default: ''
  namespace:
    description: Namespace of what it is about; by default it is looked for in all of them.
    type: str
    default: ''
  namespaces:
    description: Namespaces of the platform; all of the cluster by default.
    type: list
    elements: str
    default: []
  components:
    description: Workloads without which the platform does not work; each has C(kind), C(namespace) and C(name).
    type: list
    elements: dict
    default: []
  operations_namespace:
    description: Namespace of the emergency stop.
    type: str
    default: agent-platform-ops
  deliveries:
    description:
      - Deliveries of the organisation's webhook, as GitHub's API lists them, with C(id), C(guid), C(event), C(action),
        C(delivered_at), C(duration), C(status_code) and C(redelivery).
      - Without it, questions about them are answered V(unknown). An empty list says that GitHub sent nothing.
    type: list
    elements: dict
  installations:
    description:
      - Installations of the organisation's GitHub Apps, as GitHub's API lists them, with C(app_slug), C(suspended_at)
        and C(permissions).
      - Without it, questions about what GitHub says of an App are answered V(unknown).
    type: list
    elements: dict
  look_inside:
    description:
      - Whether C(df) may be run in pods of agents, where nobody else measures how full their workspaces are.
      - It needs the right to C(pods/exec), with which every Secret in those pods can be read.
    type: bool
    default: false
  prometheus_url:
    description: Address of Prometheus, for questions about volumes in use.
    type: str
    default: ''
  http_timeout:
    description: Seconds for one answer of Prometheus.
    type: float
    default: 5
  validate_certs:
    description: Whether certificates of Prometheus are verified.
    type: bool
    default: true
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Why does the workflow of task 1101 not go on?
  agent_platform.ops.diagnosis_info:
    tree: "{{ lookup('ansible.builtin.file', 'trees/suspended_workflow.yml') | from_yaml }}"
    task: '1101'
    namespaces: [argo, argo-events, agent-platform]
  register: diagnosis

- name: Say it
  ansible.builtin.debug:
    msg: "{{ diagnosis.line }}"
"""

RETURN = r"""
tree:
  description: Name of the tree.
  returned: success
  type: str
title:
  description: What the tree finds out.
  returned: success
  type: str
subject:
  description: What it is about - kind, namespace and name.
  returned: success
  type: dict
line:
  description: The cause as one line for people.
  returned: success
  type: str
  sample: held at spec.suspend, and nobody wrote down why (confidence medium) · treated by resume_workflow
path:
  description: The questions in the order in which they were asked.
  returned: success
  type: list
  elements: dict
  contains:
    question:
      description: Its id in the tree.
      type: str
    ask:
      description: The question.
      type: str
    answer:
      description: One word; V(unknown) where nobody could look or tell.
      type: str
    evidence:
      description: What the answer rests on.
      type: list
      elements: str
cause:
  description: Where the way ended.
  returned: success
  type: dict
  contains:
    id:
      description: Its id in the tree.
      type: str
    cause:
      description: What is wrong, or that nothing is.
      type: str
    confidence:
      description:
        - V(high), V(medium), V(low) or V(none); one degree less where a question of the way could not be answered.
      type: str
    status:
      description: V(ok), V(warning), V(critical) or V(unknown).
      type: str
    advice:
      description: What a person does now.
      type: str
    command:
      description: A command that shows it by hand, empty without one.
      type: str
    runbook:
      description: The runbook that treats it, empty where a person must.
      type: str
    fix:
      description: What that runbook is given; null where it is not to be carried out without a person.
      type: dict
facts:
  description: What was learned on the way, by name.
  returned: success
  type: dict
findings:
  description: The cause as a finding, in the shape that all roles share.
  returned: success
  type: list
  elements: dict
unread:
  description: What could not be read, with the reason.
  returned: success
  type: list
  elements: dict
cost:
  description: Requests, bytes read, retries, writes, seconds and peak memory in MiB.
  returned: success
  type: dict
"""

from functools import partial

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import names
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import diagnosis_info, looking
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.diagnosis_sources import Order
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import require_seconds

SUBJECT = ("workflow", "task", "agent", "service", "coderun", "namespace")
SPEC = {
    "tree": {"type": "dict", "required": True},
    **{name: {"type": "str", "default": ""} for name in SUBJECT},
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "components": {"type": "list", "elements": "dict", "default": []},
    "operations_namespace": {"type": "str", "default": "agent-platform-ops"},
    "agents": names.OPTIONAL_AGENTS_SPEC,
    "deliveries": {"type": "list", "elements": "dict"},
    "installations": {"type": "list", "elements": "dict"},
    "look_inside": {"type": "bool", "default": False},
    "prometheus_url": {"type": "str", "default": ""},
    "http_timeout": {"type": "float", "default": 5},
    "validate_certs": {"type": "bool", "default": True},
    **looking.SPEC,
}
_AS_THEY_ARE = ("namespaces", "components", "deliveries", "installations", "look_inside")


def prepare(options: dict) -> looking.Look:
    order = Order(
        tree=options["tree"],
        subject={name: options[name] for name in SUBJECT},
        agents=names.table(options["agents"]) if options["agents"] else (),
        sources=Sources(
            operations_namespace=options["operations_namespace"],
            prometheus_url=options["prometheus_url"],
            http_timeout=require_seconds(options["http_timeout"], "http_timeout", 300),
            validate_certs=options["validate_certs"],
        ),
        **{name: options[name] for name in _AS_THEY_ARE},
    )
    now = looking.moment(options)
    tree, order = diagnosis_info.prepare(order)
    return partial(diagnosis_info.diagnose, tree=tree, order=order, now=now)


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    looking.run(module, prepare)


if __name__ == "__main__":
    main()
