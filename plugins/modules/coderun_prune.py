#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete finished CodeRuns past their retention."""

from __future__ import annotations

DOCUMENTATION = r"""
module: coderun_prune
short_description: Delete finished CodeRuns past their retention
version_added: 0.1.0
description:
  - Decides by their status which CodeRuns have outlived their retention, deletes exactly those versions, and looks
    afterwards whether they are gone, as M(agent_platform.ops.workflow_prune) does for workflows.
  - A CodeRun is kept while a workflow that it belongs to is not finished, while its expiry time has not come, and while
    another CodeRun of the same agent and service in its namespace is not finished. The controller cleans up by agent
    and service, so that one could lose its Job.
  - Label C(ops.agent-platform/keep=true) on a CodeRun, or on anything that it owns, protects it. What cannot be judged
    is kept and told.
  - The finalizer of the CodeRun controller is never removed. Workspaces stay, since the controller keeps the claims.
  - When more would be deleted than O(max_deletions), nothing is deleted and the module fails.
extends_documentation_fragment:
  - agent_platform.ops.connection
  - agent_platform.ops.lock
  - agent_platform.ops.attributes
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
options:
  namespaces:
    description: Namespaces to look at; all of them by default.
    type: list
    elements: str
    default: []
  selector:
    description: Only CodeRuns that match this label selector may be deleted; the others still protect and count.
    type: str
    default: ''
  succeeded:
    description: How long CodeRuns that succeeded stay, such as V(7d), V(36h) or V(1d12h).
    type: str
    default: 7d
  failed:
    description: How long CodeRuns that failed stay.
    type: str
    default: 14d
  keep_newest:
    description: This many finished CodeRuns of each agent and service in a namespace stay, whatever their age.
    type: int
    default: 5
  max_deletions:
    description: When more than this would be deleted, nothing is.
    type: int
    default: 2000
  controller_namespace:
    description: Namespace of the Deployment of the CodeRun controller.
    type: str
    default: agent-platform
  controller_name:
    description: Name of that Deployment; while it is not available, nothing is deleted.
    type: str
    default: controller
  without_controller:
    description: Ask for deletions although the controller is not available; they wait until it is back.
    type: bool
    default: false
  as_of:
    description: The moment from which retention counts back, RFC 3339; now by default, never later.
    type: str
  plan_digest:
    description: Act only if the plan has this digest, as C(plan.digest) of an earlier look with the same O(as_of).
    type: str
  wait:
    description: Seconds to wait for the controller to let deleted CodeRuns go.
    type: int
    default: 10
  rows_directory:
    description: Folder for the file with all rows when there are more than 1,000.
    type: path
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Look which CodeRuns are past their retention
  agent_platform.ops.coderun_prune:
    kubeconfig: /etc/platform/kubeconfig
    namespaces: [agent-platform]
  check_mode: true
  register: look

- name: Then delete exactly those
  agent_platform.ops.coderun_prune:
    kubeconfig: /etc/platform/kubeconfig
    namespaces: [agent-platform]
    as_of: "{{ look.plan.as_of }}"
    plan_digest: "{{ look.plan.digest }}"
"""

RETURN = r"""
summary:
  description: Numbers of CodeRuns; C(kept) has the number for each rule that kept some.
  returned: always
  type: dict
  sample: {read: 240, delete: 12, deleted: 12, held: 0, unknown: 1, pinned: 2, kept: {shared_cleanup: 4}}
line:
  description: The summary as one line for people.
  returned: always
  type: str
  sample: 12 deleted · 2 pinned
rows:
  description:
    - The first 1,000 CodeRuns that are not simply kept.
    - They have the fields that M(agent_platform.ops.workflow_prune) describes; C(template) is agent and service.
  returned: always
  type: list
  elements: dict
rows_file:
  description: JSON-lines file with every row, where there are more than 1,000; else empty.
  returned: always
  type: str
plan:
  description: The moment the plan counts from, its digest, and the number of deletions.
  returned: always
  type: dict
  sample: {as_of: "2026-11-21T08:00:00Z", digest: 5b1c, total: 12}
plan_changed:
  description: Says that this is why the module failed.
  returned: when the plan has not the digest of O(plan_digest)
  type: bool
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
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import coderun_prune, prune_module
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

OPTIONS = {
    "controller_namespace": {"type": "str", "default": "agent-platform"},
    "controller_name": {"type": "str", "default": "controller"},
    "without_controller": {"type": "bool", "default": False},
}


def policy(options: dict) -> Policy:
    fixed = {name: options[name] for name in ("succeeded", "failed", "keep_newest", "max_deletions")}
    # No CodeRun ends in an error of its own, so that age is never asked for.
    return Policy.parse(error=options["failed"], **fixed)


def decide(options: dict) -> prune_module.Decide:
    deployment = (options["controller_namespace"], options["controller_name"])
    controller = None if options["without_controller"] else deployment
    return lambda client, wanted, as_of: coderun_prune.decide(
        client,
        wanted,
        namespaces=options["namespaces"],
        selector=options["selector"],
        as_of=as_of,
        controller=controller,
    )


def main() -> None:
    module = AnsibleModule(argument_spec={**prune_module.SPEC, **OPTIONS, **CONNECTION_SPEC}, supports_check_mode=True)
    prune_module.run(module, policy, decide(module.params))


if __name__ == "__main__":
    main()
