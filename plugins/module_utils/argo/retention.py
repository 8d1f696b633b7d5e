# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which finished workflows, or objects summarized like them, have outlived their retention. Private API.

Every one meets the rules in this order; the first that applies decides. Labels never make a workflow
finished: only its status does. A label can only protect.

| rule              | action  | applies when                                                                   |
|-------------------|---------|--------------------------------------------------------------------------------|
| unreadable        | unknown | the object does not have the shape of its kind                                 |
| held_by_finalizer | held    | deletion was requested, finalizers remain; they are never removed by us        |
| being_deleted     | held    | deletion was requested                                                         |
| pinned            | keep    | label ops.agent-platform/keep is "true"                                        |
| unknown_phase     | unknown | Argo Workflows has no such phase                                               |
| not_finished      | keep    | the phase is not Succeeded, Failed or Error                                    |
| archiving         | keep    | the archive does not have it yet                                               |
| no_finish_time    | unknown | it has no finish time, or one that cannot be read                              |
| future_finish     | unknown | its finish time is in the future                                               |
| shared_cleanup, of_open_workflow, expires_later | keep | the caller protects it, for a reason of its kind |
| within_retention  | keep    | it finished no longer ago than its phase allows                                |
| newest            | keep    | it is among the newest keep_newest of its namespace and template               |
| not_selected      | keep    | a selection was given and it is not part of it                                 |
| has_workspace     | keep    | it failed, has a workspace claim, and failed_with_workspace is keep            |
| owns_pinned       | keep    | it owns something pinned, or a workflow that is kept, at any depth             |
| owns_too_much     | unknown | it owns more than can be looked at                                             |
| over_limit        | keep    | it would go, but more than max_deletions would: then nothing is deleted        |
| expired           | delete  | none of the above                                                              |

owns_pinned looks at everything below a workflow even where another owner seems to remain: an owner reference does
not say whether that owner still exists. Workflows being deleted or with a finish time that cannot be trusted do not
count among the newest, nor do those that finished after the moment of the plan.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED, PHASES
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import WORKFLOW, Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.ownership import (
    Dependent,
    Dependents,
    TooManyError,
    going,
    owned,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.policy import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.summary import Summary, summarize
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

__all__ = ["Dependent", "Plan", "Policy", "Row", "Summary", "candidates", "plan", "summarize"]

#: seconds by which a finish time may be ahead of us before it is called a lie
CLOCK_SKEW = 60
#: objects below one workflow that are looked at
OWNED_LIMIT = 10_000

_ACTIONS = {
    "unreadable": "unknown", "unknown_phase": "unknown", "no_finish_time": "unknown", "future_finish": "unknown",
    "owns_too_much": "unknown", "held_by_finalizer": "held", "being_deleted": "held", "expired": "delete",
}  # fmt: skip
_REASONS = {
    "shared_cleanup": "another of its agent and service is not finished, and the controller cleans up after both",
    "of_open_workflow": "belongs to a workflow that is not finished",
    "expires_later": "its own expiry time has not come",
    "being_deleted": "deletion was already requested",
    "pinned": "pinned by its label",
    "not_finished": "not finished",
    "archiving": "not archived yet",
    "future_finish": "finish time in the future",
    "within_retention": "within retention",
    "newest": "among the newest of its group",
    "not_selected": "not selected",
    "has_workspace": "failed and has a workspace",
    "owns_too_much": f"owns more than {OWNED_LIMIT:,} objects",
    "over_limit": "more would be deleted than max_deletions allows",
    "expired": "past its retention",
}


class Row(NamedTuple):
    """What happens to one workflow: action is delete, keep, held or unknown; rule and reason say why."""

    summary: Summary
    action: str
    rule: str
    reason: str
    goes_along: tuple[Dependent, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run as of as_of (whole seconds) does; rows by namespace and name.

    counts: rows by rule. wanted: deletions before max_deletions. refused: the sentence, when those were too many;
    then no row says delete. digest: of as_of, the policy and the uids to delete.
    """

    as_of: datetime
    policy: Policy
    rows: tuple[Row, ...]
    counts: dict[str, int]
    wanted: int
    refused: str | None
    digest: str
    kind: Kind = WORKFLOW

    @property
    def deletes(self) -> tuple[Row, ...]:
        """The rows to act on."""
        return tuple(row for row in self.rows if row.action == "delete")

    @property
    def actions(self) -> dict[str, int]:
        """Rows by action, all four always present."""
        found = Counter(row.action for row in self.rows)
        return {action: found[action] for action in ("delete", "keep", "held", "unknown")}


def candidates(
    summaries: Iterable[Summary], policy: Policy, as_of: datetime, now: datetime | None = None
) -> frozenset[str]:
    """The uids that would go if nothing below them mattered: those whose dependents are worth reading."""
    found = list(summaries)
    rules = _own_rules(found, policy, _whole(as_of), now, {})
    return frozenset(item.uid for item, rule in zip(found, rules, strict=True) if rule == "expired")


def plan(
    summaries: Iterable[Summary],
    dependents: Dependents,
    policy: Policy,
    as_of: datetime,
    now: datetime | None = None,
    selected: frozenset[str] | None = None,
    *,
    kind: Kind = WORKFLOW,
    protected: Mapping[str, str] | None = None,
) -> Plan:
    """The decision over all objects of one kind and reading.

    :param dependents: by uid of the owner; those that own others of their kind are found in the summaries themselves
    :param as_of: the moment that retention counts from, aware; cut to whole seconds so that it can be written down
    :param now: when they were read; without it that is as_of; finish times after it are lies
    :param selected: uids that may go; all by default; the others still count among the newest, and protect their owners
    :param protected: rules of the kind, by uid, that keep what is finished
    :raises OpsError: kind invalid, when as_of is later than now
    """
    as_of = _whole(as_of)
    if now and as_of.timestamp() > now.timestamp() + CLOCK_SKEW:
        raise OpsError("invalid", f"as_of: {format_time(as_of)} is in the future, and retention counts from it")
    ordered = sorted(summaries, key=lambda item: (item.namespace, item.name, item.uid))
    rules = _own_rules(ordered, policy, as_of, now, protected or {})
    if selected is not None:
        pairs = zip(ordered, rules, strict=True)
        rules = ["not_selected" if rule == "expired" and item.uid not in selected else rule for item, rule in pairs]
    edges = _edges(ordered, dependents, kind.kind)
    drafts = _drafts(ordered, rules, policy, edges)
    wanted = sum(row.action == "delete" for row in drafts)
    refused = None
    if wanted > policy.max_deletions:
        refused = f"{wanted:,} {kind.noun} would be deleted, more than max_deletions allows ({policy.max_deletions:,})"
        rows = tuple(_row(row.summary, "over_limit") if row.action == "delete" else row for row in drafts)
    else:
        rows = _with_what_goes_along(drafts, edges)
    counts = dict(sorted(Counter(row.rule for row in rows).items()))
    return Plan(as_of, policy, rows, counts, wanted, refused, _digest(as_of, policy, rows), kind)


def _own_rules(
    items: list[Summary], policy: Policy, as_of: datetime, now: datetime | None, protected: Mapping[str, str]
) -> list[str]:
    """The rule for each one by itself and its siblings; "expired" where none protects it."""
    moment = as_of.timestamp()
    latest = max(moment, now.timestamp() if now else moment) + CLOCK_SKEW
    allowed = {"Succeeded": policy.succeeded, "Failed": policy.failed, "Error": policy.error}
    oldest = {phase: moment - seconds for phase, seconds in allowed.items()}
    newest = _newest(items, policy.keep_newest, moment)
    rules = []
    for item in items:
        rule = _state_rule(item, latest)
        rule = rule or protected.get(item.uid)
        if rule is None and item.finished_at >= oldest[item.phase]:
            rule = "within_retention"
        if rule is None and item.uid in newest:
            rule = "newest"
        if rule is None and item.has_claims and _keeps_workspace(item, policy):
            rule = "has_workspace"
        rules.append(rule or "expired")
    return rules


def _state_rule(item: Summary, latest: float) -> str | None:
    if item.problem:
        return "unreadable"
    if item.deleting:
        return "held_by_finalizer" if item.finalizers else "being_deleted"
    if item.pinned:
        return "pinned"
    if item.phase not in FINISHED:
        return "not_finished" if item.phase in PHASES else "unknown_phase"
    if item.archiving_pending:
        return "archiving"
    if item.finished_at is None:
        return "no_finish_time"
    return "future_finish" if item.finished_at > latest else None


def _keeps_workspace(item: Summary, policy: Policy) -> bool:
    return item.phase != "Succeeded" and policy.failed_with_workspace == "keep"


def _newest(items: list[Summary], count: int, moment: float) -> set[str]:
    """uids of the newest of each namespace and template at a moment; equal finish times fall to the later name.

    What finished after the moment does not count: it must not push out what an earlier plan as of then has kept.
    """
    if not count:
        return set()
    groups: dict[tuple[str, str], list[tuple[float, str, str]]] = {}
    for item in items:
        at = item.finished_at
        if item.phase in FINISHED and at is not None and at <= moment and not item.deleting and not item.problem:
            groups.setdefault((item.namespace, item.template), []).append((at, item.name, item.uid))
    return {uid for group in groups.values() for _at, _name, uid in sorted(group, reverse=True)[:count]}


def _edges(items: list[Summary], dependents: Dependents, kind: str) -> Dependents:
    """The dependents with those items that are owned by something."""
    below: dict[str, list[Dependent]] = {}
    for item in items:
        for owner in set(item.owned_by):
            one = Dependent(kind, item.namespace, item.name, item.uid, item.pinned)
            below.setdefault(owner, []).append(one)
    return {**dependents, **{owner: [*dependents.get(owner, ()), *more] for owner, more in below.items()}}


def _drafts(items: list[Summary], rules: list[str], policy: Policy, edges: Dependents) -> list[Row]:
    """Rows before max_deletions. A workflow that stays keeps those above it, and these again those above them."""
    rows = [_row(item, rule) for item, rule in zip(items, rules, strict=True)]
    staying: set[str] | None = None
    while True:
        stay = {row.summary.uid for row in rows if row.summary.owned_by and row.action in ("keep", "unknown")}
        if stay == staying:
            return rows
        staying = stay
        rows = [_draft(row, policy, edges, staying) if row.action == "delete" else row for row in rows]


def _draft(row: Row, policy: Policy, edges: Dependents, staying: set[str]) -> Row:
    """The row of a workflow past its retention, after a look at what it owns."""
    item = row.summary
    if item.uid not in edges:
        return row
    try:
        below = owned(item.uid, edges, OWNED_LIMIT)
    except TooManyError:
        return _row(item, "owns_too_much")
    if _keeps_workspace(item, policy) and any(one.kind == "PersistentVolumeClaim" for one in below):
        return _row(item, "has_workspace")
    kept = min((f"{one.kind} {one.name}" for one in below if one.pinned or one.uid in staying), default=None)
    if kept:
        return Row(item, "keep", "owns_pinned", f"owns {kept}, which is to be kept")
    return row._replace(goes_along=tuple(below))


def _row(item: Summary, rule: str) -> Row:
    reason = _REASONS.get(rule)
    if rule == "held_by_finalizer":
        reason = f"deletion was requested and is held by {', '.join(item.finalizers)}"
    elif rule == "unknown_phase":
        reason = f"Argo Workflows has no phase {item.phase!r:.40}"
    elif reason is None:
        reason = item.problem or item.finish_problem
    return Row(item, _ACTIONS.get(rule, "keep"), rule, reason)


def _with_what_goes_along(drafts: list[Row], edges: Dependents) -> tuple[Row, ...]:
    if not any(row.goes_along for row in drafts):
        return tuple(drafts)
    gone = going((row.summary.uid for row in drafts if row.action == "delete"), edges)

    def narrowed(row: Row) -> Row:
        along = sorted(one for one in row.goes_along if one.uid in gone)
        return row._replace(goes_along=tuple(along))

    return tuple(narrowed(row) if row.goes_along else row for row in drafts)


def _digest(as_of: datetime, policy: Policy, rows: Iterable[Row]) -> str:
    uids = sorted(row.summary.uid for row in rows if row.action == "delete")
    content = {"as_of": format_time(as_of), "policy": asdict(policy), "delete": uids}
    return sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
