# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the modules that prune have in common: their options, run and result. Private API."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import Plan, Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import prune_report, pruning
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cost import Meter
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import LOCK_SPEC, Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.rows import present
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import connect
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time, require_time

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

SPEC = {
    "namespaces": {"type": "list", "elements": "str", "default": []},
    "selector": {"type": "str", "default": ""},
    "succeeded": {"type": "str", "default": "7d"},
    "failed": {"type": "str", "default": "14d"},
    "keep_newest": {"type": "int", "default": 5},
    "max_deletions": {"type": "int", "default": 2000},
    "as_of": {"type": "str"},
    "plan_digest": {"type": "str"},
    "wait": {"type": "int", "default": 10},
    "rows_directory": {"type": "path"},
    "lock": LOCK_SPEC,
}
#: plans by reading the platform as of a moment (datetime), or now (None)
Decide = Callable[[Client, Policy, Any], Plan]


def run(module: AnsibleModule, policy: Callable[[dict], Policy], decide: Decide) -> None:
    """Do the work of a module that takes the options of SPEC, and exit."""
    result = {}
    try:
        result, error = _run(module, policy, decide)
    except OpsError as refusal:
        error = refusal
    if error:
        module.fail_json(**{**result, **error.as_result(module.params["platform"])})
    module.exit_json(**result)


def _run(module: AnsibleModule, policy: Callable[[dict], Policy], decide: Decide) -> tuple[dict, OpsError | None]:
    options = module.params
    if options["wait"] < 0:
        raise OpsError("invalid", f"wait: {options['wait']} is negative; it counts seconds")
    wanted = policy(options)
    as_of = require_time(options["as_of"], "as_of") if options["as_of"] else None
    client = connect(module)
    meter = Meter(client.cost)
    plan = decide(client, wanted, as_of)
    if options["plan_digest"] and options["plan_digest"] != plan.digest:
        noun = plan.kind.noun
        return {"plan_changed": True}, OpsError(
            "refused",
            f"the plan is {plan.digest} now, not {options['plan_digest']}; nothing was deleted",
            hint=f"{noun[0].upper()}{noun[1:]} have changed since the look that was agreed to. Look again.",
        )
    pruned = None
    if not module.check_mode:
        fence = Fence.from_option(client, options["lock"])
        pruned = pruning.carry_out(client, plan, fence, options["namespaces"], options["wait"])
    return _report(module, plan, pruned, meter), pruned.error if pruned else None


def _report(module: AnsibleModule, plan: Plan, pruned: pruning.Pruned | None, meter: Meter) -> dict:
    counts = prune_report.summary(plan, pruned.counts if pruned else None)
    name = f"{plan.kind.module}-{plan.digest[:16]}"
    rows, rows_file = present(pruning.rows(plan, pruned), module.params["rows_directory"], name)
    done = counts["deleted"] + (pruned.counts["held"] if pruned else 0)
    return {
        "changed": bool(done if pruned else counts["delete"]),
        "summary": counts,
        "line": prune_report.line(counts, check=pruned is None),
        "rows": rows,
        "rows_file": rows_file,
        "plan": {"as_of": format_time(plan.as_of), "digest": plan.digest, "total": counts["delete"]},
        "findings": prune_report.findings(pruning.rows(plan, pruned), plan.kind),
        "diff": prune_report.diff(rows, counts["delete"], plan.kind),
        "cost": meter.read(),
    }
