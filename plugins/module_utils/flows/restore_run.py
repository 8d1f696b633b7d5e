# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan a restore and carry it out. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import plan as plans
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import restore_report as report
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.anew import Terms
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.choice import choose
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.plan import Origin, Plan, Wish
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_options, restore_verify
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    Acted,
    error_of,
    require_max_changes,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import find
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_apply import Done, Restorer
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_live import Cluster
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_parts import Parts
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_plan import Planner, Source, chosen
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import cluster_uid
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import actions
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

#: the options of both modules, beside those of store and connection
SPEC: dict[str, dict[str, Any]] = {
    "backup": {"type": "str", "default": "newest"},
    "identity": {"type": "path"},
    **{name: {"type": "list", "elements": "str", "default": []} for name in ("kinds", "namespaces", "names")},
    "label_selector": {"type": "str", "default": ""},
    "into": {"type": "dict", "default": {}},
    "existing": {"type": "str", "default": plans.LEAVE, "choices": list(plans.EXISTING)},
    **{name: {"type": "bool", "default": False} for name in ("live", "offloaded", "keep_ttl")},
}


@contextmanager
def opened(client: Client, options: Mapping[str, Any]) -> Iterator[tuple[Manifest, Source]]:
    """The backup that is meant, believed and proved, with the parts that may hold something that is meant.

    :raises OpsError: when an option, the backup, or one of its parts is not as it must be
    """
    platform, trusted = backup_options.platform_of(options), backup_options.trusted_of(options)
    identities = backup_options.identities_of(options["identity"])
    store = backup_options.open_of(options)
    manifest = find(store, platform, trusted, options["backup"])
    choice = choose(options, manifest.parts)
    parts = Parts(identities)
    try:
        source = Source(
            parts,
            chosen(choice, manifest.parts),
            Origin(manifest.id, manifest.started, manifest.cluster_uid == cluster_uid(client)),
            Terms(manifest.id, choice, options["keep_ttl"]),
            Wish(options["existing"], options["live"], options["offloaded"]),
        )
        parts.fetch(store, source.chosen)
        yield manifest, source
    finally:
        parts.close()


def planned(client: Client, source: Source) -> tuple[Cluster, Plan]:
    """What is in the cluster, and what would be done about it."""
    cluster = Cluster(client, source.choice.targets())
    return cluster, Planner(cluster, source).make()


def told(plan: Plan, manifest: Manifest, source: Source) -> dict[str, Any]:
    """What both modules return of a plan."""
    return {
        "backup": report.about(manifest),
        "plan": {"digest": plan.digest, "total": len(plan.todo), "states": dict(plan.states)},
        "kinds": report.kinds(plan),
        "findings": report.findings(plan, manifest, source.choice.resources),
    }


def act(client: Client, options: Mapping[str, Any], *, check: bool) -> Acted:
    """Plan, ask the server, write, and look whether it is there.

    :raises OpsError: before the first write
    """
    if options["wait"] < 0:
        raise OpsError("invalid", f"wait: {options['wait']} is negative; it counts seconds")
    fence = Fence.from_option(client, options["lock"])
    with opened(client, options) as (manifest, source):
        cluster, plan = planned(client, source)
        if options["plan_digest"] and options["plan_digest"] != plan.digest:
            raise OpsError(
                "refused",
                f"the plan is {plan.digest} now, not {options['plan_digest']}; nothing was restored",
                hint="The cluster has changed since the plan that was agreed to. Look again.",
            )
        require_max_changes(len(plan.todo), options["max_changes"], "objects")
        done, error = _carry_out(cluster, fence, source, plan, options, check)
        known = told(plan, manifest, source)
    made = [_action(one, manifest.id) for one in done]
    return Acted(
        made,
        error or error_of(made),
        {
            **known,
            "line": report.summary(Counter(one.outcome for one in made), plan),
            "findings": actions.findings(made, report.CHECK) + known["findings"],
            "left": [row.as_dict() for row in list(plan.rows.values()) if not row.act][:100],
        },
    )


def _carry_out(
    cluster: Cluster, fence: Fence, source: Source, plan: Plan, options: Mapping[str, Any], check: bool
) -> tuple[list[Done], OpsError | None]:
    if options["dry_run_first"] or check:
        asked = Restorer(cluster, fence, source, plan, wait=options["wait"], dry=True)
        error = asked.run()
        refused = {key for key, one in asked.done.items() if one.outcome != "planned"}
        if check or error or (refused and not options["skip_refused"]):
            return _told_before(asked.done.values(), check), error
        plan = _without(plan, refused)
        skipped = [asked.done[key] for key in refused]
    else:
        skipped = []
    restorer = Restorer(cluster, fence, source, plan, wait=options["wait"])
    error = restorer.run()
    return [*skipped, *_verified(cluster, source, restorer.done)], error


def _told_before(done: Any, check: bool) -> list[Done]:
    """When the server refuses one, no other is touched either."""
    if check:
        return list(done)
    return [
        one if one.outcome != "planned" else Done(one.row, "not_reached", "the server refuses others, see there")
        for one in done
    ]


def _without(plan: Plan, refused: set[plans.Key]) -> Plan:
    return Plan({key: row for key, row in plan.rows.items() if key not in refused}, plan.counts, plan.problems)


def _verified(cluster: Cluster, source: Source, done: Mapping[plans.Key, Done]) -> list[Done]:
    """What was written, as it was seen afterwards; one with a reason is known to be another one than in the backup."""
    written = [one.row for one in done.values() if one.outcome == "changed" and not one.reason]
    reasons = restore_verify.look(cluster, source, written)
    return [Done(one.row, "unverified", reasons[key], one.uid) if key in reasons else one for key, one in done.items()]


def _action(one: Done, backup: str) -> Action:
    resource, namespace, name = one.row.key
    return Action(
        kind=one.row.kind,
        namespace=namespace,
        name=name,
        uid=one.uid,
        verb=one.row.act,
        done="restored",
        outcome=one.outcome,
        detail=", ".join((f"{one.row.state}, from {backup}", *one.row.notes)),
        reason=one.reason,
        evidence=kubectl("get", resource, name, "-o", "yaml", namespace=namespace),
        before={"state": one.row.state},
        after={"restored_from": backup},
    )
