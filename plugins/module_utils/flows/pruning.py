# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Delete what is past its retention: read, plan, delete, verify. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import retention
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import WORKFLOW, Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import (
    Plan,
    Policy,
    Row,
    Summary,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import workflows
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import ABSENT, GONE, TERMINATING, Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

BATCH = 200
_ORDER = ("held", "unknown", "keep", "delete")
#: rules that keep so many that nobody wants a row for each
_ORDINARY = frozenset({"not_finished", "within_retention", "newest", "not_selected"})
_OUTCOMES = {GONE: "deleted", TERMINATING: "held", ABSENT: "absent"}


@dataclass
class Pruned:
    """What became of the deletions of a plan: outcome by uid, and why it ended early."""

    outcomes: dict[str, str] = field(default_factory=dict)
    error: OpsError | None = None

    @property
    def counts(self) -> Counter[str]:
        return Counter(self.outcomes.values())


@dataclass(frozen=True, slots=True)
class Reading:
    """All of one kind, and what the kind itself protects: given the moment of the plan, rules by uid."""

    summaries: list[Summary]
    protected: Callable[[datetime], Mapping[str, str]] = lambda _moment: {}


def read_workflows(client: Client, namespaces: list[str]) -> Reading:
    """The workflows; nothing but the rules for every kind protects them."""
    return Reading(workflows.read_summaries(client, namespaces))


def decide(
    client: Client,
    policy: Policy,
    *,
    namespaces: list[str],
    selector: str | None,
    as_of: datetime | None,
    kind: Kind = WORKFLOW,
    read: Callable[[Client, list[str]], Reading] = read_workflows,
) -> Plan:
    """Read everything the decision needs, in this call, and plan.

    :raises OpsError: refused, when more would be deleted than max_deletions allows
    """
    reading = read(client, namespaces)
    summaries = reading.summaries
    selected = workflows.read_selected(client, namespaces, selector, kind) if selector else None
    now = datetime.now(UTC)
    as_of = as_of or now
    dependents = {}
    if retention.candidates(summaries, policy, as_of, now):
        dependents = workflows.read_dependents(client, namespaces, kind)
    protected = reading.protected(as_of)
    plan = retention.plan(summaries, dependents, policy, as_of, now, selected, kind=kind, protected=protected)
    if plan.refused:
        raise OpsError(
            "refused",
            plan.refused,
            hint="Nothing was deleted. Look at the retention first; then raise max_deletions if it is really meant.",
        )
    return plan


def carry_out(client: Client, plan: Plan, fence: Fence, namespaces: list[str], wait: float) -> Pruned:
    """Delete what the plan says, exactly those versions, batch by batch; then look whether they are gone.

    An error ends the work before the next batch and stands in the result, so that what was done is told too.
    """
    pruned, rows = Pruned(), plan.deletes
    progress = Progress(plan.kind.module, len(rows))
    try:
        for start in range(0, len(rows), BATCH):
            fence.check()
            _delete_batch(client, plan.kind, rows[start : start + BATCH], pruned, progress)
            if pruned.error:
                break
    except OpsError as error:
        pruned.error = error
    _verify(client, plan, pruned, namespaces, wait)
    return pruned


def _delete_batch(client: Client, kind: Kind, rows: tuple[Row, ...], pruned: Pruned, progress: Progress) -> None:
    def delete(row: Row) -> str:
        one = row.summary
        return client.delete(resource(*kind.at, one.namespace, one.name), one.uid, one.resource_version)

    for row, result in client.each(delete, rows):
        if not isinstance(result, OpsError):
            outcome = _OUTCOMES[result]
        elif result.kind == "conflict":
            outcome = "changed"
        else:
            outcome, pruned.error = "failed", pruned.error or result
        pruned.outcomes[row.summary.uid] = outcome
        progress.step()


def _verify(client: Client, plan: Plan, pruned: Pruned, namespaces: list[str], wait: float) -> None:
    accepted = {uid for uid, outcome in pruned.outcomes.items() if outcome in ("deleted", "held")}
    if not accepted:
        return
    try:
        left: dict[str, dict[str, Any]] = {}
        for path in workflows.collections(plan.kind.at, namespaces):
            left |= client.wait_absent(path, accepted, wait)
    except OpsError as error:
        pruned.error = pruned.error or error
        pruned.outcomes.update(dict.fromkeys(accepted, "unverified"))
        return
    for uid in accepted:
        held = uid in left and bool(left[uid].get("deletionTimestamp"))
        pruned.outcomes[uid] = "deleted" if uid not in left else "held" if held else "unverified"
    still = [row.summary.name for row in plan.deletes if pruned.outcomes.get(row.summary.uid) == "unverified"]
    if still:
        pruned.error = pruned.error or OpsError(
            "unverified", f"the API server accepted {len(still)} deletions that did not happen, such as {still[0]}"
        )


def rows(plan: Plan, pruned: Pruned | None) -> Iterator[dict[str, Any]]:
    """A row for each one that is not simply kept, the surprising ones first; without pruned all is "planned"."""
    told = (row for row in plan.rows if row.rule not in _ORDINARY)
    for row in sorted(told, key=lambda row: _ORDER.index(row.action)):
        one = row.summary
        outcome = "kept" if row.action != "delete" else "planned"
        if pruned and row.action == "delete":
            outcome = pruned.outcomes.get(one.uid, "not reached")
        yield {
            "action": row.action,
            "outcome": outcome,
            "subject": {"kind": plan.kind.kind, "namespace": one.namespace, "name": one.name, "uid": one.uid},
            "phase": one.phase,
            "finished_at": format_time(one.finished_at) if one.finished_at is not None else "",
            "template": one.template,
            "finalizers": list(one.finalizers),
            "rule": row.rule,
            "reason": row.reason,
            "goes_along": [{"kind": o.kind, "namespace": o.namespace, "name": o.name} for o in row.goes_along],
        }
