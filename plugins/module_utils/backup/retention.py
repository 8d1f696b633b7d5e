# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which backups are due, and which may go: grandfather, father, son. Pure. Private API.

A class keeps the newest one of each of its last so many periods that have one, counted in periods and not by
age: when no more are taken, the last ones stay. Only good ones count. One that is not believed, or from the future, is
left alone.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

#: seconds by which the clock of the machine that took a backup may be ahead
CLOCK_SKEW = 300
CLASSES = ("daily", "weekly", "monthly", "yearly")
BESIDES = "besides"  # of no class, such as the one before a restore
_PERIODS: Mapping[str, Callable[[datetime], tuple[int, ...]]] = {
    "daily": lambda moment: (moment.year, moment.month, moment.day),
    "weekly": lambda moment: tuple(moment.isocalendar())[:2],
    "monthly": lambda moment: (moment.year, moment.month),
    "yearly": lambda moment: (moment.year,),
}
_REASONS = {
    "not_believed": "it is not believed, and what is not believed is not deleted either",
    "future": "it was started in the future, which cannot be believed",
    "pinned": "pinned",
    "last": "the last good one of its class",
    "floor": "among the newest good ones that always stay",
    "besides": "of no class, and young enough",
    "young": "not complete, and young enough to be looked at",
    "only": "not complete, and there is no good one after it",
    "over_limit": "more would be deleted than max_deletions allows",
    "expired": "no class keeps it any longer",
    "incomplete": "not complete, and there is a good one after it",
}


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup in a store. believed: signed by somebody who is trusted. good: complete and verified besides."""

    id: str
    started: datetime
    classes: tuple[str, ...] = ()
    believed: bool = True
    good: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """keep: periods by class. besides, incomplete: for how long those stay. floor: as many of the newest good ones
    stay whatever else holds. zone: in which days and weeks begin. noun: what is kept, for people."""

    zone: tzinfo
    keep: Mapping[str, int] = field(default_factory=lambda: {"daily": 30, "weekly": 12, "monthly": 12, "yearly": 7})
    besides: timedelta = timedelta(days=30)
    incomplete: timedelta = timedelta(days=7)
    floor: int = 3
    pinned: frozenset[str] = frozenset()
    max_deletions: int = 20
    noun: str = "backups"

    def __post_init__(self) -> None:
        for name in CLASSES:
            if self.keep.get(name, 0) < 0:
                raise OpsError("invalid", f"keep_{name} is {self.keep[name]}; it must be 0 or more")
        if self.floor < 1:
            raise OpsError("invalid", f"floor is {self.floor}; at least the newest good backup always stays")
        if self.max_deletions < 0:
            raise OpsError("invalid", f"max_deletions is {self.max_deletions}; it must be 0 or more")


@dataclass(frozen=True, slots=True)
class Row:
    """What happens to one backup: action is delete, keep or unknown; rule and reason say why."""

    backup: Backup
    action: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """rows: newest first. wanted: deletions before max_deletions. refused: the sentence, when those were too many; then
    no row says delete. digest: of what is deleted and why."""

    rows: tuple[Row, ...]
    counts: dict[str, int]
    wanted: int
    refused: str
    digest: str

    @property
    def deletes(self) -> tuple[Row, ...]:
        """The rows to act on, oldest first."""
        return tuple(row for row in reversed(self.rows) if row.action == "delete")


def due(backups: Iterable[Backup], zone: tzinfo, now: datetime) -> tuple[str, ...]:
    """The classes of which the period that runs has no good backup yet."""
    good = [one for one in backups if one.good and one.believed and not _is_future(one, now)]
    return tuple(
        name
        for name, period in _PERIODS.items()
        if not any(name in one.classes and _of(one, period, zone) == period(now.astimezone(zone)) for one in good)
    )


def plan(backups: Iterable[Backup], policy: Policy, now: datetime) -> Plan:
    """What of these goes.

    :param backups: every one that the store holds, also those that are not believed
    """
    ordered = sorted(backups, key=lambda one: (one.started, len(one.id), one.id), reverse=True)
    good = [one for one in ordered if one.believed and one.good and not _is_future(one, now)]
    kept = _kept_by_class(good, policy)
    floor = frozenset(one.id for one in good[: policy.floor])
    rows = [_row(one, good, kept, floor, policy, now) for one in ordered]
    wanted = sum(row.action == "delete" for row in rows)
    refused = ""
    if wanted > policy.max_deletions:
        refused = f"{wanted:,} {policy.noun} would be deleted, but max_deletions is {policy.max_deletions:,}"
        rows = [_said(row.backup, "over_limit") if row.action == "delete" else row for row in rows]
    return Plan(tuple(rows), dict(Counter(row.rule for row in rows)), wanted, refused, _digest(rows))


def _kept_by_class(good: Sequence[Backup], policy: Policy) -> dict[str, str]:
    """{id: the rule that keeps it}."""
    kept: dict[str, str] = {}
    for name, period in _PERIODS.items():
        newest: dict[tuple[int, ...], str] = {}
        for one in good:
            if name in one.classes:
                newest.setdefault(_of(one, period, policy.zone), one.id)
        ids = list(newest.values())
        for backup in ids[: policy.keep.get(name, 0)]:
            kept.setdefault(backup, name)
        for backup in ids[:1]:
            kept.setdefault(backup, "last")
    return kept


def _row(
    one: Backup, good: Sequence[Backup], kept: Mapping[str, str], floor: frozenset[str], policy: Policy, now: datetime
) -> Row:
    if one.id in policy.pinned:
        return _said(one, "pinned")
    if not one.believed:
        return _said(one, "not_believed", "unknown")
    if _is_future(one, now):
        return _said(one, "future", "unknown")
    if not one.good:
        return _incomplete(one, good, policy, now)
    if one.id in kept:
        return _said(one, kept[one.id])
    if one.id in floor:
        return _said(one, "floor")
    if not one.classes and now - one.started <= policy.besides:
        return _said(one, BESIDES)
    return _said(one, "expired", "delete")


def _incomplete(one: Backup, good: Sequence[Backup], policy: Policy, now: datetime) -> Row:
    if now - one.started <= policy.incomplete:
        return _said(one, "young")
    if not any(other.started > one.started for other in good):
        return _said(one, "only")
    return _said(one, "incomplete", "delete")


def _said(one: Backup, rule: str, action: str = "keep") -> Row:
    return Row(one, action, rule, _REASONS.get(rule) or f"kept as {rule} backup")


def _is_future(one: Backup, now: datetime) -> bool:
    return one.started > now + timedelta(seconds=CLOCK_SKEW)


def _of(one: Backup, period: Callable[[datetime], tuple[int, ...]], zone: tzinfo) -> tuple[int, ...]:
    return period(one.started.astimezone(zone))


def _digest(rows: Iterable[Row]) -> str:
    told = "\n".join(f"{row.backup.id} {row.rule}" for row in rows if row.action == "delete")
    return hashlib.sha256(told.encode()).hexdigest()[:16]
