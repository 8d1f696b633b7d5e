# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What steps say of the time to come, for charts; no field is believed to have its type. Pure. Private API.

A step puts into data.outlooks a list of {label, unit, limit, words, points, low, middle, high}: points and the three
lines are lists of [moment, value], each line has two of them; limit may be None.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text, trends
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_time

MOST = 12
MOST_POINTS = 200
Moments: TypeAlias = "tuple[tuple[str, float | None], ...]"


@dataclass(frozen=True, slots=True)
class Outlook:
    """One measure: its history, oldest first, and the lines that it may follow. words: what they say."""

    label: str
    words: str
    unit: str
    limit: float | None
    points: Moments
    low: Moments
    middle: Moments
    high: Moments


def read(record: dict) -> list[Outlook]:
    """Those that can be drawn, in the order of the steps, at most 12."""
    found = []
    for step in record["steps"]:
        data = step.get("data")
        given = data.get("outlooks") if isinstance(data, dict) else None
        found += [one for one in map(_outlook, given if isinstance(given, list) else ()) if one]
    return found[:MOST]


def _outlook(given: object) -> Outlook | None:
    if not isinstance(given, dict):
        return None
    points = tuple(sorted(_moments(given.get("points"))[-MOST_POINTS:], key=_moment))
    low, middle, high = (_moments(given.get(name)) for name in ("low", "middle", "high"))
    known = [value for _at, value in points if value is not None]
    whole = all(len(one) == 2 and _moment(one[0]) < _moment(one[1]) for one in (low, middle, high))
    if not known or not whole or any(value is None for line in (low, middle, high) for _at, value in line):
        return None
    return Outlook(
        text.one_line(given.get("label") or ""),
        text.one_line(given.get("words") or ""),
        str(given.get("unit") or ""),
        trends.number(given.get("limit")),
        points,
        low,
        middle,
        high,
    )


def _moments(given: object) -> Moments:
    pairs = [one for one in given if isinstance(one, list) and len(one) == 2] if isinstance(given, list) else []
    return tuple((at, trends.number(value)) for at, value in pairs if parse_time(at))


def _moment(point: tuple[str, float | None]) -> float:
    moment = parse_time(point[0])
    return moment.timestamp() if moment else 0.0
