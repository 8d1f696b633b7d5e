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
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import Plan, Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import prune_report, workflow_prune
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.lease import LOCK_SPEC, Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import CONNECTION_SPEC, connect
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time, require_time

SPEC = {
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "selector": {"type": "str", "default": ""},
    "succeeded": {"type": "str", "default": "7d"},
    "failed": {"type": "str", "default": "14d"},
    "error": {"type": "str", "default": "14d"},
    "keep_newest": {"type": "int", "default": 5},
    "failed_with_workspace": {"type": "str", "choices": ["keep", "delete"], "default": "keep"},
    "max_deletions": {"type": "int", "default": 2000},
    "as_of": {"type": "str"},
    "plan_digest": {"type": "str"},
    "wait": {"type": "int", "default": 10},
    "rows_directory": {"type": "path"},
    "lock": LOCK_SPEC,
}
POLICY = ("succeeded", "failed", "error", "keep_newest", "failed_with_workspace", "max_deletions")


def run(module: AnsibleModule) -> tuple[dict, OpsError | None]:
    options = module.params
    if options["wait"] < 0:
        raise OpsError("invalid", f"wait: {options['wait']} is negative; it counts seconds")
    policy = Policy.parse(**{name: options[name] for name in POLICY})
    as_of = require_time(options["as_of"], "as_of") if options["as_of"] else None
    client = connect(module)
    meter = Meter(client)
    plan = workflow_prune.decide(
        client, policy, namespaces=options["namespaces"], selector=options["selector"], as_of=as_of
    )
    if options["plan_digest"] and options["plan_digest"] != plan.digest:
        return {"plan_changed": True}, OpsError(
            "refused",
            f"the plan is {plan.digest} now, not {options['plan_digest']}; nothing was deleted",
            hint="Workflows have changed since the look that was agreed to. Look again.",
        )
    pruned = None
    if not module.check_mode:
        fence = Fence.from_option(client, options["lock"])
        pruned = workflow_prune.carry_out(client, plan, fence, options["namespaces"], options["wait"])
    return report(module, plan, pruned, meter), pruned.error if pruned else None


def report(module: AnsibleModule, plan: Plan, pruned: workflow_prune.Pruned | None, meter: Meter) -> dict:
    counts = prune_report.summary(plan, pruned.counts if pruned else None)
    rows, rows_file = present(
        workflow_prune.rows(plan, pruned), module.params["rows_directory"], f"workflow_prune-{plan.digest[:16]}"
    )
    done = counts["deleted"] + (pruned.counts["held"] if pruned else 0)
    return {
        "changed": bool(done if pruned else counts["delete"]),
        "summary": counts,
        "line": prune_report.line(counts, check=pruned is None),
        "rows": rows,
        "rows_file": rows_file,
        "plan": {"as_of": format_time(plan.as_of), "digest": plan.digest, "total": counts["delete"]},
        "findings": prune_report.findings(workflow_prune.rows(plan, pruned)),
        "diff": prune_report.diff(rows, counts["delete"]),
        "cost": meter.read(),
    }


def main() -> None:
    module = AnsibleModule(argument_spec={**SPEC, **CONNECTION_SPEC}, supports_check_mode=True)
    result = {}
    try:
        result, error = run(module)
    except OpsError as refusal:
        error = refusal
    if error:
        module.fail_json(**{**result, **error.as_result(module.params["platform"])})
    module.exit_json(**result)


if __name__ == "__main__":
    main()
