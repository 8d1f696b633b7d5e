# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold for every set of workflows, every ownership and every policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import (
    Dependent,
    Policy,
    candidates,
    plan,
    summarize,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import NOW, workflow
from hypothesis import given
from hypothesis import strategies as st

NAMES = [f"w{number}" for number in range(8)]
OTHERS = [f"o{number}" for number in range(6)]
AGES = st.integers(-200, 1_000)
LABELS = st.dictionaries(
    st.sampled_from(
        [
            "ops.agent-platform/keep",
            "workflows.argoproj.io/completed",
            "workflows.argoproj.io/workflow-archiving-status",
        ]
    ),
    st.sampled_from(["true", "false", "Pending", "Archived"]),
)


@st.composite
def workflows(draw):
    """Up to eight workflows of two templates, some owning each other or owned by other objects."""
    found = []
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        owners = draw(st.lists(st.sampled_from([*NAMES, *OTHERS]), max_size=2, unique=True))
        metadata = {"ownerReferences": [{"uid": f"uid-{owner}"} for owner in owners]}
        if draw(st.integers(0, 7)) == 0:
            metadata |= {"deletionTimestamp": "2026-11-21T07:00:00Z", "finalizers": draw(st.sampled_from([[], ["x"]]))}
        found.append(
            workflow(
                name,
                draw(st.sampled_from(["Succeeded", "Succeeded", "Failed", "Error", "Running", "Pending", "", "Odd"])),
                finished=draw(st.none() | AGES),
                labels=draw(LABELS),
                metadata=metadata,
                spec={"workflowTemplateRef": {"name": draw(st.sampled_from("ab"))}},
                status=draw(st.sampled_from([{}, {}, {"persistentVolumeClaims": [{}]}])),
            )
        )
    return [summarize(one) for one in found]


@st.composite
def dependents(draw):
    """Other objects under workflows or under each other, in circles too, some pinned."""
    below: dict[str, list[Dependent]] = {}
    for name in draw(st.lists(st.sampled_from(OTHERS), unique=True)):
        kind = draw(st.sampled_from(["Pod", "PersistentVolumeClaim", "CodeRun"]))
        one = Dependent(kind, "argo", name, f"uid-{name}", draw(st.integers(0, 3)) == 0)
        for owner in draw(st.lists(st.sampled_from([*NAMES, *OTHERS]), min_size=1, max_size=3, unique=True)):
            below.setdefault(f"uid-{owner}", []).append(one)
    return below


SECONDS = st.integers(0, 800)
POLICIES = st.builds(
    Policy,
    succeeded=SECONDS,
    failed=SECONDS,
    error=SECONDS,
    keep_newest=st.integers(0, 3),
    failed_with_workspace=st.sampled_from(["keep", "delete"]),
    max_deletions=st.just(1_000),
)


def deleted(found) -> set[str]:
    return {row.summary.uid for row in found.deletes}


def gone_with(roots: set[str], items, below) -> set[str]:
    """The garbage collector, written as plainly as can be: whatever has no owner left goes, until nothing changes."""
    owners: dict[str, set[str]] = {item.uid: set(item.owned_by) for item in items if item.owned_by}
    for owner, ones in below.items():
        for one in ones:
            owners.setdefault(one.uid, set()).add(owner)
    gone = set(roots)
    while more := {uid for uid, above in owners.items() if uid not in gone and above & gone and above <= gone}:
        gone |= more
    return gone


@given(workflows(), dependents(), POLICIES)
def test_nothing_pinned_or_unfinished_goes_not_even_along(items, below, policy):
    found = plan(items, below, policy, NOW)
    gone = gone_with(deleted(found), items, below)
    pinned = {one.uid for ones in below.values() for one in ones if one.pinned}
    pinned |= {item.uid for item in items if item.pinned and not item.deleting}
    living = {item.uid for item in items if item.phase not in FINISHED and not item.deleting}
    assert not gone & (pinned | living)
    assert {uid for row in found.deletes for uid in (row.summary.uid, *(one.uid for one in row.goes_along))} == gone


@given(workflows(), dependents(), POLICIES)
def test_every_deletion_is_old_enough_and_named(items, below, policy):
    allowed = {"Succeeded": policy.succeeded, "Failed": policy.failed, "Error": policy.error}
    found = plan(items, below, policy, NOW)
    for row in found.deletes:
        assert NOW.timestamp() - row.summary.finished_at > allowed[row.summary.phase]
    assert [row.summary for row in found.rows] == sorted(items, key=lambda item: (item.namespace, item.name))
    assert all(row.reason for row in found.rows)
    assert sum(found.counts.values()) == len(items)
    assert deleted(found) <= candidates(items, policy, NOW)


@given(workflows(), dependents(), POLICIES)
def test_the_newest_stay(items, below, policy):
    gone = deleted(plan(items, below, policy, NOW))
    for template in "ab":
        group = [
            item
            for item in items
            if item.template == template and item.phase in FINISHED and not item.deleting
            if item.finished_at is not None and item.finished_at <= NOW.timestamp()
        ]
        newest = sorted(group, key=lambda item: (item.finished_at, item.name), reverse=True)[: policy.keep_newest]
        assert not gone & {item.uid for item in newest}


@pytest.mark.parametrize("option", ["succeeded", "failed", "error", "keep_newest"])
@given(items=workflows(), below=dependents(), policy=POLICIES, more=st.integers(0, 500))
def test_keeping_more_never_deletes_more(option, items, below, policy, more):
    generous = replace(policy, **{option: getattr(policy, option) + more})
    assert deleted(plan(items, below, generous, NOW)) <= deleted(plan(items, below, policy, NOW))


@given(workflows(), dependents(), POLICIES)
def test_keeping_workspaces_never_deletes_more(items, below, policy):
    keep, delete = (replace(policy, failed_with_workspace=choice) for choice in ("keep", "delete"))
    assert deleted(plan(items, below, keep, NOW)) <= deleted(plan(items, below, delete, NOW))


@given(workflows(), dependents(), POLICIES, st.integers(0, 1_000))
def test_a_later_moment_deletes_the_same_and_more(items, below, policy, seconds):
    later = NOW + timedelta(seconds=seconds)
    assert deleted(plan(items, below, policy, NOW)) <= deleted(plan(items, below, policy, later))


@given(workflows(), dependents(), POLICIES)
def test_after_a_run_nothing_is_left_to_do(items, below, policy):
    gone = gone_with(deleted(plan(items, below, policy, NOW)), items, below)
    left = [item for item in items if item.uid not in gone]
    rest = {owner: [one for one in ones if one.uid not in gone] for owner, ones in below.items() if owner not in gone}
    assert not deleted(plan(left, rest, policy, NOW))


@given(workflows(), dependents(), POLICIES, st.integers(0, 8))
def test_over_the_limit_nothing_goes(items, below, policy, limit):
    free = plan(items, below, policy, NOW)
    bound = plan(items, below, replace(policy, max_deletions=limit), NOW)
    assert bound.wanted == len(free.deletes)
    assert bool(bound.refused) == (bound.wanted > limit)
    assert deleted(bound) == (set() if bound.refused else deleted(free))


@given(st.data(), workflows(), dependents(), POLICIES)
def test_the_order_of_reading_does_not_matter(data, items, below, policy):
    shuffled = data.draw(st.permutations(items))
    turned = {uid: ones[::-1] for uid, ones in reversed(below.items())}
    assert plan(shuffled, turned, policy, NOW) == plan(items, below, policy, NOW)


@given(workflows(), dependents(), POLICIES, st.frozensets(st.sampled_from([f"uid-{name}" for name in NAMES])))
def test_a_selection_only_ever_takes_away(items, below, policy, selected):
    found = deleted(plan(items, below, policy, NOW, selected=selected))
    assert found <= deleted(plan(items, below, policy, NOW)) & selected
