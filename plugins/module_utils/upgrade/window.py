# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Maintenance windows. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject

CHECK = "maintenance_window"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FORM = "{days: [sat, sun], start: '22:00', end: '04:00'}"


@dataclass(frozen=True, slots=True)
class Window:
    """On each of its days from start to end; one that ends before it starts ends on the next day."""

    days: frozenset[int]
    start: time
    end: time

    def of_day(self, moment: datetime, offset: int) -> tuple[datetime, datetime] | None:
        """(start, end) of the one that starts so many days later, in the zone of the moment."""
        day = moment.date() + timedelta(days=offset)
        if day.weekday() not in self.days:
            return None
        last = day + timedelta(days=self.end <= self.start)
        zone = moment.tzinfo
        return datetime.combine(day, self.start, zone), datetime.combine(last, self.end, zone)


def windows(rows: Iterable[Any]) -> list[Window]:
    """Windows from data, in local time; without days on every day.

    :raises OpsError: invalid, for a row of another form
    """
    return [_window(row) for row in rows]


def judge(given: Sequence[Window], moment: datetime) -> dict:
    """Whether the moment lies in a window: a critical finding names the next one otherwise.

    :param moment: in the zone in which the windows are meant
    """
    about = subject("Window", "", f"{moment:%Y-%m-%d %H:%M}")
    if not given:
        return finding(CHECK, "ok", about, "no maintenance window is set, so any moment is one")
    near = sorted(span for one in given for offset in range(-1, 8) if (span := one.of_day(moment, offset)))
    for start, end in near:
        if start <= moment < end:
            return finding(CHECK, "ok", about, f"in the maintenance window from {_told(start)} to {_told(end)}")
    following = min((start for start, _end in near if start > moment), default=None)
    then = f"; the next one starts at {_told(following)}" if following else ""
    return finding(CHECK, "critical", about, f"{_told(moment)} is outside of every maintenance window{then}")


def _window(row: Any) -> Window:
    given = mapping(row)
    days = [str(day).lower()[:3] for day in sequence(given.get("days"))] or list(DAYS)
    start, end = _time(given.get("start")), _time(given.get("end"))
    if start is None or end is None or not set(days) <= set(DAYS):
        raise OpsError("invalid", f"windows: {row!r:.200} cannot be read; a window is written like {_FORM}")
    return Window(frozenset(DAYS.index(day) for day in days), start, end)


def _time(value: object) -> time | None:
    try:
        return time.fromisoformat(value) if isinstance(value, str) and len(value) == 5 else None
    except ValueError:
        return None


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}".rstrip()
