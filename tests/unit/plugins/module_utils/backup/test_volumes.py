# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import volumes
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.volumes import Claim, Snapshot
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def _snapshot(name: str, age: int | None, **fields: object) -> Snapshot:
    created = None if age is None else NOW - timedelta(hours=age)
    usual = {"own": True, "kept": False, "ready": True, "error": "", "size": "1Gi"}
    return Snapshot(namespace="n", name=name, uid=name, version="1", claim="c", created=created, **{**usual, **fields})


@pytest.mark.parametrize(
    ("snapshots", "goes"),
    [
        ([], []),
        ([_snapshot("a", 1)], []),
        ([_snapshot("a", 1), _snapshot("b", 2), _snapshot("c", 3), _snapshot("d", 4)], ["d", "c"]),
        # What is not ready does not count.
        ([_snapshot("a", 1, ready=False), _snapshot("b", 2), _snapshot("c", 3)], []),
        ([_snapshot("a", 1), _snapshot("b", 2, ready=False), _snapshot("c", 3)], ["b"]),
        ([_snapshot("a", 1, ready=False), _snapshot("b", 2, ready=False)], []),
        # Others' own, kept ones and those of unknown age stay, and do not count.
        ([_snapshot("a", 1, own=False), _snapshot("b", 2, kept=True), _snapshot("c", 3), _snapshot("d", 4)], []),
        ([_snapshot("a", 1), _snapshot("b", 2), _snapshot("c", None), _snapshot("d", 9, own=False)], []),
    ],
)
def test_which_go(snapshots: list[Snapshot], goes: list[str]) -> None:
    assert [one.name for one in volumes.surplus(snapshots, 2)] == goes


AGES = st.tuples(st.integers(0, 9) | st.none(), st.booleans(), st.booleans(), st.booleans())


@given(st.lists(AGES, max_size=8), st.integers(1, 4))
def test_the_newest_ready_ones_always_stay_and_nothing_that_is_not_ours_goes(rows: list, keep: int) -> None:
    there = [
        _snapshot(str(number), age, own=own, kept=kept, ready=ready)
        for number, (age, own, kept, ready) in enumerate(rows)
    ]
    gone = volumes.surplus(there, keep)
    assert all(one.own and not one.kept for one in gone)
    ready = [one for one in there if one.own and not one.kept and one.ready and one.created]
    assert len([one for one in ready if one not in gone]) >= min(keep, len(ready))


def test_objects_are_read_and_made() -> None:
    claim = volumes.claim_of({"metadata": {"name": "c" * 253, "namespace": "n"}, "status": {"phase": "Bound"}})
    made = volumes.body(claim, NOW, "fast", {"reason": "{{ x }}", "actor": "me"})
    assert len(made["metadata"]["name"]) <= 253
    assert made["metadata"]["name"].endswith("c-20261121-080000")
    assert made["spec"] == {"source": {"persistentVolumeClaimName": "c" * 253}, "volumeSnapshotClassName": "fast"}
    seen = volumes.snapshot_of({**made, "status": {"readyToUse": True}})
    assert (seen.own, seen.kept, seen.ready, seen.claim) == (True, False, True, "c" * 253)


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({"status": {"phase": "Bound"}}, ""),
        ({"status": {"phase": "Pending"}}, "it is pending, not bound"),
        ({"status": None}, "it is of no known phase, not bound"),
        ({"status": {"phase": "Bound"}, "metadata": {"deletionTimestamp": "x"}}, "it is being deleted"),
    ],
)
def test_a_claim_that_cannot_be_taken_says_why(item: dict, problem: str) -> None:
    assert volumes.claim_of(item).problem == problem
    assert isinstance(volumes.claim_of(item), Claim)


@pytest.mark.parametrize("item", [{}, {"metadata": None, "status": [], "spec": 3}, {"metadata": {"labels": "x"}}])
def test_objects_of_any_shape_are_not_ours_and_not_ready(item: dict) -> None:
    seen = volumes.snapshot_of(item)
    assert (seen.own, seen.ready) == (False, False)
