#!/usr/bin/python
# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete finished workflows past their retention."""

from __future__ import annotations

DOCUMENTATION = r"""
module: workflow_prune
short_description: Delete finished workflows past their retention
version_added: 0.1.0
description:
  - Reads all workflows once, decides by their status which have outlived the retention of their phase, deletes exactly
    those versions by uid and resourceVersion, and looks afterwards whether they are gone.
  - Labels never make a workflow finished; they only protect. Label C(ops.agent-platform/keep=true) protects a workflow,
    and everything that it owns protects its owner.
  - A workflow that changed since it was read is left alone. A finalizer is never removed. What cannot be judged is
    kept and told.
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
    description:
      - Only workflows that match this label selector may be deleted.
      - The others still count among the newest of their template.
    type: str
    default: ''
  succeeded:
    description: How long succeeded workflows stay, such as V(7d), V(36h) or V(1d12h).
    type: str
    default: 7d
  failed:
    description: How long failed workflows stay.
    type: str
    default: 14d
  error:
    description: How long workflows that ended in an error stay.
    type: str
    default: 14d
  keep_newest:
    description: This many finished workflows of each template in a namespace stay, whatever their age.
    type: int
    default: 5
  failed_with_workspace:
    description: What becomes of failed workflows that have a workspace claim, which may hold work that nobody pushed.
    type: str
    choices: [keep, delete]
    default: keep
  max_deletions:
    description: When more than this would be deleted, nothing is.
    type: int
    default: 2000
  as_of:
    description: The moment from which retention counts back, RFC 3339; now by default, never later.
    type: str
  plan_digest:
    description: Act only if the plan has this digest, as C(plan.digest) of an earlier look with the same O(as_of).
    type: str
  wait:
    description: Seconds to wait for controllers that hold deleted workflows by a finalizer.
    type: int
    default: 10
  rows_directory:
    description: Folder for the file with all rows when there are more than 1,000.
    type: path
author:
  - The agent_platform.ops authors (@agent-platform)
"""

EXAMPLES = r"""
- name: Remove workflows that succeeded more than a week ago
  agent_platform.ops.workflow_prune:
    kubeconfig: /etc/platform/kubeconfig
    succeeded: 7d

- name: Look first
  agent_platform.ops.workflow_prune:
    namespaces: [argo]
    as_of: "2026-11-21T08:00:00Z"
  check_mode: true
  register: look

- name: Then do exactly that
  agent_platform.ops.workflow_prune:
    namespaces: [argo]
    as_of: "{{ look.plan.as_of }}"
    plan_digest: "{{ look.plan.digest }}"
"""

RETURN = r"""
summary:
  description: Numbers of workflows; C(kept) has the number for each rule that kept some.
  returned: always
  type: dict
  sample: {read: 1534, delete: 1204, deleted: 1204, held: 1, unknown: 2, pinned: 3, kept: {within_retention: 324}}
line:
  description: The summary as one line for people.
  returned: always
  type: str
  sample: 1,204 deleted · 3 pinned · 1 held by a finalizer
rows:
  description: The first 1,000 workflows that are not simply kept, what nobody expects first.
  returned: always
  type: list
  elements: dict
  contains:
    action:
      description: What the plan says; one of delete, keep, held, unknown.
      type: str
    outcome:
      description:
        - What became of it.
        - One of planned, deleted, held, changed, absent, failed, unverified, not reached, kept.
      type: str
    subject:
      description: Kind, namespace, name and uid.
      type: dict
    phase:
      description: Phase by its status.
      type: str
    finished_at:
      description: Finish time, RFC 3339, or empty.
      type: str
    template:
      description: What it was made from.
      type: str
    finalizers:
      description: Its finalizers.
      type: list
      elements: str
    rule:
      description: The rule of retention that decided.
      type: str
    reason:
      description: The same in words.
      type: str
    goes_along:
      description: Objects that the garbage collector deletes with it; kind, namespace, name.
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
  sample: {as_of: "2026-11-21T08:00:00Z", digest: 5b1c, total: 1204}
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
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import prune_module, pruning
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC

OPTIONS = {
    "error": {"type": "str", "default": "14d"},
    "failed_with_workspace": {"type": "str", "choices": ["keep", "delete"], "default": "keep"},
}
POLICY = ("succeeded", "failed", "error", "keep_newest", "failed_with_workspace", "max_deletions")


def policy(options: dict) -> Policy:
    return Policy.parse(**{name: options[name] for name in POLICY})


def decide(options: dict) -> prune_module.Decide:
    return lambda client, wanted, as_of: pruning.decide(
        client, wanted, namespaces=options["namespaces"], selector=options["selector"], as_of=as_of
    )


def main() -> None:
    module = AnsibleModule(argument_spec={**prune_module.SPEC, **OPTIONS, **CONNECTION_SPEC}, supports_check_mode=True)
    prune_module.run(module, policy, decide(module.params))


if __name__ == "__main__":
    main()
