# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import kinds, retention
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import (
    Dependent,
    Plan,
    Policy,
    candidates,
    plan,
    summarize,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import (
    DAY,
    HOUR,
    NOW,
    finished,
    workflow,
)

KEEP = {"ops.agent-platform/keep": "true"}
ARCHIVING = {"workflows.argoproj.io/workflow-archiving-status": "Pending"}
DONE = {"workflows.argoproj.io/completed": "true", "workflows.argoproj.io/phase": "Succeeded"}
GOING = {"deletionTimestamp": "2026-11-21T07:00:00Z"}
STUCK = GOING | {"finalizers": ["example.agents.platform/hold"]}
ARTIFACTS = {"finalizers": ["workflows.argoproj.io/artifact-gc"]}
CLAIMS = {"persistentVolumeClaims": [{"name": "workspace"}]}
#: keep_newest is 0 here: each case is alone in its template
POLICY = Policy(succeeded=7 * DAY, failed=14 * DAY, error=14 * DAY, keep_newest=0)


def pod(name: str, pinned: bool = False, kind: str = "Pod") -> Dependent:
    return Dependent(kind, "argo", name, f"uid-{name}", pinned)


def claim(name: str, pinned: bool = False) -> Dependent:
    return pod(name, pinned, "PersistentVolumeClaim")


def decide(*workflows: dict, policy: Policy = POLICY, below: dict | None = None, **others: object) -> Plan:
    return plan([summarize(one) for one in workflows], below or {}, policy, NOW, **others)


def rules(found: Plan) -> dict[str, str]:
    return {row.summary.name: row.rule for row in found.rows}


def owned_by(*owners: str) -> dict:
    return {"ownerReferences": [{"uid": f"uid-{owner}"} for owner in owners]}


# name: (workflow, action, rule, reason)
CASES = {
    "past its retention": (finished("w", 8 * DAY), "delete", "expired", "past its retention"),
    "a failed one lives longer": (finished("w", 8 * DAY, "Failed"), "keep", "within_retention", "within retention"),
    "a failed one past it": (finished("w", 15 * DAY, "Failed"), "delete", "expired", "past its retention"),
    "an error past it": (finished("w", 15 * DAY, "Error"), "delete", "expired", "past its retention"),
    "exactly as old as allowed": (finished("w", 7 * DAY), "keep", "within_retention", "within retention"),
    "a second older": (finished("w", 7 * DAY + 1), "delete", "expired", "past its retention"),
    "finished just after the moment": (finished("w", -30), "keep", "within_retention", "within retention"),
    "pinned": (finished("w", 99 * DAY, labels=KEEP), "keep", "pinned", "pinned by its label"),
    "running whatever its labels say": (
        workflow("w", "Running", started=99 * DAY, labels=DONE), "keep", "not_finished", "not finished",
    ),
    "running with a finish time": (
        workflow("w", "Running", started=99 * DAY, finished=98 * DAY, labels=DONE), "keep", "not_finished",
        "not finished",
    ),
    "pending": (workflow("w", "Pending", created=99 * DAY), "keep", "not_finished", "not finished"),
    "never picked up": (workflow("w", created=99 * DAY, labels=DONE), "keep", "not_finished", "not finished"),
    "finished whatever its labels say": (
        finished("w", 8 * DAY, labels={"workflows.argoproj.io/completed": "false"}), "delete", "expired",
        "past its retention",
    ),
    "a phase of its own": (
        workflow("w", "Napping", finished=99 * DAY), "unknown", "unknown_phase",
        "Argo Workflows has no phase 'Napping'",
    ),
    "not archived yet": (finished("w", 8 * DAY, labels=ARCHIVING), "keep", "archiving", "not archived yet"),
    "no finish time": (workflow("w", "Succeeded", started=99 * DAY), "unknown", "no_finish_time", "no finish time"),
    "a finish time nobody can read": (
        workflow("w", "Succeeded", status={"finishedAt": "x"}), "unknown", "no_finish_time",
        "finish time cannot be read",
    ),
    "a finish time in the future": (
        finished("w", -DAY), "unknown", "future_finish", "finish time in the future",
    ),
    "held by a finalizer": (
        finished("w", 8 * DAY, metadata=STUCK), "held", "held_by_finalizer",
        "deletion was requested and is held by example.agents.platform/hold",
    ),
    "held, though pinned": (
        finished("w", 8 * DAY, metadata=STUCK, labels=KEEP), "held", "held_by_finalizer",
        "deletion was requested and is held by example.agents.platform/hold",
    ),
    "being deleted": (
        finished("w", 8 * DAY, metadata=GOING), "held", "being_deleted", "deletion was already requested",
    ),
    "a finalizer of a living one does not matter": (
        finished("w", 8 * DAY, metadata=ARTIFACTS), "delete", "expired", "past its retention",
    ),
    "failed with a workspace": (
        finished("w", 15 * DAY, "Failed", status=CLAIMS), "keep", "has_workspace", "failed and has a workspace",
    ),
    "an error with a workspace": (
        finished("w", 15 * DAY, "Error", status=CLAIMS), "keep", "has_workspace", "failed and has a workspace",
    ),
    "succeeded with a workspace": (
        finished("w", 15 * DAY, status=CLAIMS), "delete", "expired", "past its retention",
    ),
    "not a workflow": (
        {"metadata": {"name": "w", "uid": "u"}, "status": 5}, "unknown", "unreadable",
        "the object does not have the shape of a workflow",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "action", "rule", "reason"), CASES.values(), ids=CASES)
def test_one_workflow(given, action, rule, reason):
    (row,) = decide(given).rows
    assert (row.action, row.rule, row.reason) == (action, rule, reason)


def test_a_workspace_goes_when_asked():
    policy = Policy(failed_with_workspace="delete", keep_newest=0)
    assert rules(decide(finished("w", 15 * DAY, "Failed", status=CLAIMS), policy=policy)) == {"w": "expired"}


PAST = finished("w", 8 * DAY)
FAILED = finished("w", 15 * DAY, "Failed")
CHILD = {"metadata": owned_by("w")}
OWNING = {
    "a pod": ([PAST], {"uid-w": [pod("p")]}, {"w": "expired"}),
    "a pinned pod": ([PAST], {"uid-w": [pod("a"), pod("p", True)]}, {"w": "owns_pinned"}),
    "a pinned claim of a CodeRun": (
        [PAST], {"uid-w": [pod("c", kind="CodeRun")], "uid-c": [claim("v", True)]}, {"w": "owns_pinned"},
    ),
    "a pinned pod that seems to have another owner": (
        [PAST], {"uid-w": [pod("p", True)], "uid-x": [pod("p", True)]}, {"w": "owns_pinned"},
    ),
    "a pinned pod in a circle": (
        [PAST], {"uid-w": [pod("a")], "uid-a": [pod("b")], "uid-b": [pod("a"), pod("p", True)]}, {"w": "owns_pinned"},
    ),
    "a pinned pod of a neighbour": ([PAST], {"uid-v": [pod("p", True)]}, {"w": "expired"}),
    "the claim of a failed one": ([FAILED], {"uid-w": [claim("v")]}, {"w": "has_workspace"}),
    "the claim of a good one": ([PAST], {"uid-w": [claim("v")]}, {"w": "expired"}),
    "a workflow that goes too": ([PAST, finished("x", 8 * DAY, **CHILD)], {}, {"w": "expired", "x": "expired"}),
    "a running workflow": ([PAST, workflow("x", "Running", **CHILD)], {}, {"w": "owns_pinned", "x": "not_finished"}),
    "a running workflow that something else owns too": (
        [PAST, workflow("x", "Running", metadata=owned_by("other", "w"))], {},
        {"w": "owns_pinned", "x": "not_finished"},
    ),
    "a pinned workflow": (
        [PAST, finished("x", 8 * DAY, labels=KEEP, **CHILD)], {}, {"w": "owns_pinned", "x": "pinned"},
    ),
    "a workflow without a finish time": (
        [PAST, workflow("x", "Failed", **CHILD)], {}, {"w": "owns_pinned", "x": "no_finish_time"},
    ),
    "a workflow that keeps its workspace": (
        [PAST, finished("x", 15 * DAY, "Failed", **CHILD)], {"uid-x": [claim("v")]},
        {"w": "owns_pinned", "x": "has_workspace"},
    ),
    "a running workflow of its CodeRun": (
        [PAST, workflow("x", "Running", metadata=owned_by("c"))], {"uid-w": [pod("c", kind="CodeRun")]},
        {"w": "owns_pinned", "x": "not_finished"},
    ),
    "a workflow being deleted": (
        [PAST, finished("x", 8 * DAY, metadata=owned_by("w") | GOING)], {}, {"w": "expired", "x": "being_deleted"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "below", "expected"), OWNING.values(), ids=OWNING)
def test_what_a_workflow_owns(given, below, expected):
    assert rules(decide(*given, below=below)) == expected


def test_the_reason_names_what_is_pinned():
    (row,) = decide(PAST, below={"uid-w": [claim("v", True), pod("p", True)]}).rows
    assert row.reason == "owns PersistentVolumeClaim v, which is to be kept"


def test_more_below_than_can_be_looked_at_is_unknown(monkeypatch):
    monkeypatch.setattr(retention, "OWNED_LIMIT", 2)
    (row,) = decide(PAST, below={"uid-w": [pod("a"), pod("b"), pod("c")]}).rows
    assert (row.action, row.rule) == ("unknown", "owns_too_much")


def test_what_goes_along_is_listed_and_what_another_owner_keeps_is_not():
    below = {
        "uid-w": [pod("b"), pod("a"), pod("shared"), pod("run", kind="CodeRun")],
        "uid-run": [pod("job", kind="Job")],
        "uid-other": [pod("shared")],
    }
    (row,) = decide(PAST, below=below).rows
    assert [f"{one.kind} {one.name}" for one in row.goes_along] == ["CodeRun run", "Job job", "Pod a", "Pod b"]


def test_what_two_own_goes_along_with_both():
    below = {"uid-w": [pod("shared")], "uid-x": [pod("shared")]}
    both = decide(PAST, finished("x", 8 * DAY), below=below)
    assert [len(row.goes_along) for row in both.rows] == [1, 1]
    one = decide(PAST, finished("x", DAY), below=below)
    assert [len(row.goes_along) for row in one.rows] == [0, 0]


# name: (workflows, keep_newest, names that stay by this rule)
NEWEST = {
    "two of four": ([finished(name, age * DAY) for name, age in zip("abcd", (20, 30, 40, 50), strict=True)], 2, "ab"),
    "none": ([finished("a", 20 * DAY)], 0, ""),
    "the same second falls to the later name": ([finished(name, 20 * DAY) for name in "bac"], 1, "c"),
    "young ones count": ([finished("a", DAY), finished("b", 20 * DAY)], 1, ""),
    "pinned ones count": ([finished("a", 9 * DAY, labels=KEEP), finished("b", 20 * DAY)], 1, ""),
    "running ones do not count": ([workflow("a", "Running", finished=DAY), finished("b", 20 * DAY)], 1, "b"),
    "those being deleted do not count": ([finished("a", DAY, metadata=GOING), finished("b", 20 * DAY)], 1, "b"),
    "those that finish later do not count": ([finished("a", -30), finished("b", 20 * DAY)], 1, "b"),
    "those without a time do not count": ([workflow("a", "Failed"), finished("b", 20 * DAY)], 1, "b"),
    "each phase counts": ([finished("a", DAY, "Error"), finished("b", 20 * DAY)], 1, ""),
    "each namespace for itself": (
        [finished("a", 20 * DAY), finished("b", 30 * DAY, metadata={"namespace": "other"})], 1, "ab",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "count", "kept"), NEWEST.values(), ids=NEWEST)
def test_the_newest_of_a_template_stay(given, count, kept):
    for one in given:
        one["spec"]["workflowTemplateRef"] = {"name": "t"}
    found = decide(*given, policy=Policy(keep_newest=count))
    assert "".join(sorted(name for name, rule in rules(found).items() if rule == "newest")) == kept


def test_each_template_has_its_newest():
    given = [finished(name, 20 * DAY, spec={"workflowTemplateRef": {"name": name}}) for name in "abc"]
    assert set(rules(decide(*given, policy=Policy(keep_newest=1))).values()) == {"newest"}


def test_over_the_limit_nothing_goes():
    given = [finished(name, 8 * DAY) for name in "abc"]
    found = decide(*given, policy=Policy(keep_newest=0, max_deletions=2))
    assert found.refused == "3 workflows would be deleted, more than max_deletions allows (2)"
    assert (found.deletes, found.wanted, found.counts) == ((), 3, {"over_limit": 3})
    assert {row.action for row in found.rows} == {"keep"}
    at_it = decide(*given, policy=Policy(keep_newest=0, max_deletions=3))
    assert (at_it.refused, len(at_it.deletes)) == (None, 3)


def test_nothing_to_look_at_is_an_empty_plan():
    found = decide()
    assert (found.rows, found.counts, found.refused) == ((), {}, None)
    assert found.actions == {"delete": 0, "keep": 0, "held": 0, "unknown": 0}


def test_counts_and_order():
    found = decide(
        finished("b", 8 * DAY), finished("a", 8 * DAY), finished("c", HOUR),
        finished("z", 8 * DAY, metadata={"namespace": "a"}), workflow("r", "Running"),
    )  # fmt: skip
    assert [row.summary.name for row in found.rows] == ["z", "a", "b", "c", "r"]
    assert found.counts == {"expired": 3, "not_finished": 1, "within_retention": 1}
    assert found.actions == {"delete": 3, "keep": 2, "held": 0, "unknown": 0}


def test_the_digest_tells_plans_apart():
    given = [summarize(finished(name, 8 * DAY)) for name in "ab"]
    first = plan(given, {}, POLICY, NOW).digest
    assert len(first) == 64
    assert plan(given, {}, POLICY, NOW + timedelta(microseconds=5)).digest == first
    assert plan(given, {}, POLICY, NOW + timedelta(seconds=1)).digest != first
    assert plan(given[:1], {}, POLICY, NOW).digest != first
    assert plan(given, {}, Policy(keep_newest=0, max_deletions=9), NOW).digest != first


def test_the_same_moment_gives_the_same_plan_later():
    before = [finished(name, age * DAY, spec={"workflowTemplateRef": {"name": "t"}}) for name, age in
              (("a", 20), ("b", 30), ("c", 40))]  # fmt: skip
    since = [finished("new", -HOUR, spec={"workflowTemplateRef": {"name": "t"}})]
    policy = Policy(keep_newest=2)
    later = decide(*before, *since, policy=policy, now=NOW + timedelta(hours=2))
    assert later.digest == decide(*before, policy=policy).digest
    assert rules(later)["new"] == "within_retention"


def test_a_moment_in_the_future_is_refused():
    with pytest.raises(OpsError, match="as_of: 2026-11-21T08:00:00Z is in the future"):
        decide(now=NOW - timedelta(hours=1))


def test_candidates_are_those_whose_dependents_matter():
    given = [PAST, finished("x", DAY), finished("y", 8 * DAY, labels=KEEP)]
    assert candidates([summarize(one) for one in given], POLICY, NOW) == {"uid-w"}


def test_a_selection_narrows_the_plan_and_no_rank():
    given = [finished(name, age * DAY, spec={"workflowTemplateRef": {"name": "t"}}) for name, age in
             (("a", 20), ("b", 30), ("c", 40))]  # fmt: skip
    found = decide(*given, policy=Policy(keep_newest=1), selected=frozenset({"uid-a", "uid-b"}))
    assert rules(found) == {"a": "newest", "b": "expired", "c": "not_selected"}


def test_what_is_not_selected_keeps_its_owner():
    found = decide(PAST, finished("x", 8 * DAY, **CHILD), selected=frozenset({"uid-w"}))
    assert rules(found) == {"w": "owns_pinned", "x": "not_selected"}


def test_the_kinds_have_full_names():
    assert [kind.full_name for kind in (kinds.WORKFLOW, kinds.CODERUN)] == [
        "workflows.argoproj.io",
        "coderuns.agents.platform",
    ]
