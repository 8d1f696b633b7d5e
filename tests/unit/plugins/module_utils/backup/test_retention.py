# SPDX-License-Identifier: GPL-3.0-or-later
"""Grandfather, father, son: tables for each rule, properties for any history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.retention import (
    CLASSES,
    Backup,
    Policy,
    due,
    plan,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def policy(**more) -> Policy:
    return Policy(**{"zone": UTC, "max_deletions": 10_000, "floor": 1, **more})


def backup(days: float, *classes: str, **more) -> Backup:
    started = NOW - timedelta(days=days)
    return Backup(started.strftime("%Y-%m-%dT%H-%M-%SZ"), started, classes, **more)


def rules(backups: list[Backup], **more) -> list[str]:
    return [row.rule for row in plan(backups, policy(**more), NOW).rows]


def test_a_class_keeps_the_newest_of_each_of_its_last_periods() -> None:
    history = [backup(day, "daily") for day in range(5)]
    assert rules(history, keep={"daily": 3}) == ["daily"] * 3 + ["expired"] * 2


def test_periods_without_a_backup_do_not_count() -> None:
    history = [backup(day, "daily") for day in (0, 10, 20, 400)]
    assert rules(history, keep={"daily": 3}) == ["daily"] * 3 + ["expired"]


def test_of_two_in_a_period_the_newer_one_stands_for_it() -> None:
    history = [backup(0.1, "daily"), backup(0.2, "daily"), backup(1.1, "daily")]
    assert rules(history, keep={"daily": 2}) == ["daily", "expired", "daily"]


def test_weeks_are_those_of_iso() -> None:
    # 2027-01-01 is a Friday of week 53 of 2026.
    now = datetime(2027, 1, 5, tzinfo=UTC)
    friday, monday = (
        Backup(day, datetime.fromisoformat(f"{day}T12:00:00Z"), ("weekly",)) for day in ("2027-01-01", "2026-12-28")
    )
    found = plan([friday, monday], policy(keep={"weekly": 5}), now)
    assert [row.rule for row in found.rows] == ["weekly", "expired"]


def test_days_begin_in_the_zone_of_the_platform() -> None:
    # 23:30 and 00:30 in Berlin: two days there, one in UTC.
    late, early = (
        Backup(name, datetime.fromisoformat(moment), ("daily",))
        for name, moment in (("late", "2026-11-19T22:30:00Z"), ("early", "2026-11-19T23:30:00Z"))
    )
    assert [row.rule for row in plan([late, early], policy(keep={"daily": 9}), NOW).rows] == ["daily", "expired"]
    berlin = policy(keep={"daily": 9}, zone=ZoneInfo("Europe/Berlin"))
    assert [row.rule for row in plan([late, early], berlin, NOW).rows] == ["daily", "daily"]


def test_the_last_good_one_of_a_class_stays_though_none_is_to_be_kept() -> None:
    history = [backup(1, "daily"), backup(2, "daily"), backup(900, "yearly")]
    assert rules(history, keep={}) == ["last", "expired", "last"]


def test_the_floor_stays_whatever_else_holds() -> None:
    history = [backup(day) for day in (100, 200, 300)]
    assert rules(history, floor=2) == ["floor", "floor", "expired"]


def test_one_of_no_class_stays_for_a_while() -> None:
    assert rules([backup(1, "daily"), backup(29), backup(31)], keep={"daily": 1}) == ["daily", "besides", "expired"]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([backup(3, good=False)], ["young"]),
        ([backup(9, good=False)], ["only"]),
        ([backup(1, "daily"), backup(9, "daily", good=False)], ["daily", "incomplete"]),
        ([backup(9, "daily", good=False), backup(12, "daily")], ["only", "daily"]),
    ],
)
def test_an_incomplete_one_goes_when_a_good_one_came_after_it(history: list[Backup], expected: list[str]) -> None:
    assert rules(history, keep={"daily": 9}) == expected


def test_what_is_not_believed_or_from_the_future_neither_counts_nor_goes() -> None:
    history = [backup(-2, "daily"), backup(1, "daily", believed=False), backup(40, "daily"), backup(50, "daily")]
    found = plan(history, policy(keep={"daily": 1}), NOW)
    assert [(row.action, row.rule) for row in found.rows] == [
        ("unknown", "future"),
        ("unknown", "not_believed"),
        ("keep", "daily"),
        ("delete", "expired"),
    ]


def test_a_clock_a_little_ahead_is_no_lie() -> None:
    assert rules([backup(-1 / 24 / 60, "daily")], keep={"daily": 1}) == ["daily"]


def test_a_pin_holds_against_everything() -> None:
    old = backup(999)
    assert rules([backup(1, "daily"), old], pinned=frozenset([old.id])) == ["daily", "pinned"]


def test_too_many_deletions_are_none() -> None:
    found = plan([backup(day, "daily") for day in range(9)], policy(keep={"daily": 2}, max_deletions=6), NOW)
    assert (found.wanted, found.deletes) == (7, ())
    assert found.refused == "7 backups would be deleted, but max_deletions is 6"


def test_deletions_begin_with_the_oldest() -> None:
    found = plan([backup(day, "daily") for day in range(4)], policy(keep={"daily": 1}), NOW)
    assert [row.backup.started for row in found.deletes] == sorted(row.backup.started for row in found.deletes)


@pytest.mark.parametrize(
    ("more", "named"),
    [({"keep": {"daily": -1}}, "keep_daily"), ({"floor": 0}, "floor"), ({"max_deletions": -1}, "max_deletions")],
)
def test_a_policy_that_makes_no_sense_is_refused(more: dict, named: str) -> None:
    with pytest.raises(OpsError, match=named):
        policy(**more)


def test_what_is_due() -> None:
    assert due([], UTC, NOW) == CLASSES
    assert due([backup(0.1, *CLASSES)], UTC, NOW) == ()
    assert due([backup(1, *CLASSES)], UTC, NOW) == ("daily",)
    assert due([backup(0.1, "daily")], UTC, NOW) == ("weekly", "monthly", "yearly")
    assert due([backup(0.1, *CLASSES, good=False)], UTC, NOW) == CLASSES
    assert due([backup(-1, *CLASSES)], UTC, NOW) == CLASSES


histories = st.lists(
    st.builds(
        backup,
        st.floats(-3, 4000),
        st.sampled_from(("daily", "weekly", "monthly", "yearly", "other")),
        believed=st.booleans(),
        good=st.booleans(),
    ),
    max_size=60,
    unique_by=lambda one: one.id,
)


@given(histories, st.integers(0, 5), st.integers(1, 4))
def test_for_any_history(history: list[Backup], keep: int, floor: int) -> None:
    chosen = policy(keep=dict.fromkeys(CLASSES, keep), floor=floor)
    found = plan(history, chosen, NOW)
    good = [one for one in history if one.good and one.believed and one.started <= NOW + timedelta(minutes=5)]
    gone = {row.backup.id for row in found.deletes}
    stays = [one for one in good if one.id not in gone]
    assert len(found.rows) == len(history)
    assert len(stays) >= min(floor, len(good))
    for name in CLASSES:
        assert any(name in one.classes for one in good) == any(name in one.classes for one in stays)
    assert not gone & {one.id for one in history if not one.believed}
    # A second look finds nothing more to do.
    assert not plan([one for one in history if one.id not in gone], chosen, NOW).deletes
