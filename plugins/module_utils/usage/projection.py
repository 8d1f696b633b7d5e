# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a measure that grows reaches its limit, told no more exactly than its history allows. Pure. Private API.

The line through the points is that of Theil and Sen: the median of the slopes between all pairs, so that a few odd
points move it little; the interval of its slope (90 %) is Sen's, from the ranks of these slopes.

| state           | when                                                                                      |
|-----------------|-------------------------------------------------------------------------------------------|
| growing         | the whole interval of the slope is above 0: only then are there dates                      |
| shrinking       | the whole interval is below 0                                                              |
| steady          | the interval holds 0: it goes up and down                                                  |
| constant        | all values are the same                                                                    |
| recurring       | it falls back again and again, too seldom yet to tell how its peaks go                     |
| not_enough_data | too few points, over too short a time, or nothing new                                      |
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from statistics import median

from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

DAY = 86_400.0
LEAST_POINTS = 5
LEAST_SPAN = 7 * DAY
SHARES = (80, 90, 100)
#: nobody knows what a platform looks like after that
HORIZON = 2 * 365 * DAY
#: a history tells about so many times its own length ahead
REACH = 5
#: as many points as are compared with each other; of longer histories evenly chosen ones
MOST_POINTS = 200
#: a fall is a reset when it is more than this share of the value, and that many times the usual step
_FALL, _STEPS = 0.25, 3
_Z = 1.645  # of a normal distribution, 90 % in the middle
_STALE = 14 * DAY
#: what is larger is no measure of anything, and would overflow
_LARGEST = 1e24

Points = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Line:
    """value = base + slope * (time - origin); slope a second."""

    origin: float
    base: float
    slope: float

    def at(self, moment: float) -> float:
        return self.base + self.slope * (moment - self.origin)

    def reaches(self, value: float) -> float:
        """The moment, infinity for never."""
        return self.origin + (value - self.base) / self.slope if self.slope > 0 else math.inf


@dataclass(frozen=True, slots=True)
class Crossing:
    """When so many percent of the limit are reached; seconds since 1970, None for what cannot be told.

    reached: it is already.
    """

    percent: int
    words: str
    at: float | None = None
    earliest: float | None = None
    latest: float | None = None
    reached: bool = False


@dataclass(frozen=True, slots=True)
class Projection:
    """What a history says of the time to come.

    points, since: how many were used, from which moment on; since is None without any. resets: how often it fell back.
    low, middle, high: lines through the points, None without a fit.
    until: how far ahead these lines are believed.
    """

    state: str
    words: str
    points: int
    resets: int = 0
    since: float | None = None
    until: float | None = None
    low: Line | None = None
    middle: Line | None = None
    high: Line | None = None
    crossings: tuple[Crossing, ...] = ()

    @property
    def per_day(self) -> float | None:
        """The slope as change in a day."""
        return self.middle.slope * DAY if self.middle else None


def project(
    points: Iterable[tuple[float, float | None]], now: float, full: float | None = None, value: float | None = None
) -> Projection:
    """The outlook of one measure.

    :param points: (seconds since 1970, value) in any order; None, NaN and infinity are gaps, what is after now is none
    :param full: what must not be reached; without it, or 0 and below, there are no crossings
    :param value: what it is now, if that is known better than by the newest point
    """
    known = _clean(points, now)
    used, resets, peaks = _current(known)
    newest = value if value is not None and abs(value) <= _LARGEST else known[-1][1] if known else None
    reached = tuple(_crossings(full, newest, now))
    problem = _too_little(used, resets, now, peaks)
    since = used[0][0] if used else None
    if problem:
        state = "recurring" if peaks else "not_enough_data"
        return Projection(state, problem, len(used), resets, since, crossings=reached)
    if max(one for _at, one in used) - min(one for _at, one in used) <= _nothing(used):
        return Projection("constant", "constant", len(used), resets, since, crossings=reached)
    low, middle, high = _lines(_thinned(used))
    state = "growing" if low.slope > 0 else "shrinking" if high.slope < 0 else "steady"
    until = now + min(HORIZON, REACH * (used[-1][0] - used[0][0]))
    fitted = Projection(
        state, _words(state, resets, used, peaks), len(used), resets, since, until, low, middle, high, reached
    )
    if state != "growing":
        return fitted
    return _with_crossings(fitted, full, newest, now)


def _clean(points: Iterable[tuple[float, float | None]], now: float) -> Points:
    """By time; of several values at one moment the median, whatever order they came in."""
    found: dict[float, list[float]] = {}
    for at, value in points:
        if value is not None and abs(value) <= _LARGEST and 0 <= at <= now:
            found.setdefault(at, []).append(value)
    return [(at, median(values)) for at, values in sorted(found.items())]


def _current(known: Points) -> tuple[Points, int, bool]:
    """(the points that count, number of resets, whether they are peaks).

    What fell back once goes on from there; of what falls back again and again the peaks tell how it goes.
    """
    steps = [abs(later - earlier) for (_at, earlier), (_then, later) in pairwise(known)]
    usual = median(steps) if steps else 0.0
    parts: list[Points] = [[]]
    for at, value in known:
        before = parts[-1][-1][1] if parts[-1] else None
        if before is not None and before - value > max(_FALL * abs(before), _STEPS * usual):
            parts.append([])
        parts[-1].append((at, value))
    resets = len(parts) - 1
    if resets < 2:
        return parts[-1], resets, False
    return [max(part, key=lambda point: point[1]) for part in parts[:-1]], resets, True


def _too_little(used: Points, resets: int, now: float, peaks: bool) -> str:
    """Why nothing can be told, empty where it can."""
    if not used:
        return "not enough data: no value is known"
    span = used[-1][0] - used[0][0]
    if len(used) < LEAST_POINTS or span < LEAST_SPAN:
        if peaks:
            return f"falls back again and again, {resets} times so far"
        fell = f" since it fell back on {_day(used[0][0])}" if resets else ""
        had = f"{len(used)} point{'' if len(used) == 1 else 's'} over {span / DAY:.0f} d{fell}"
        return f"not enough data: {had}; it takes {LEAST_POINTS} over {LEAST_SPAN / DAY:.0f} d"
    if now - used[-1][0] > max(_STALE, span):
        return f"not enough data: nothing is known since {_day(used[-1][0])}"
    return ""


def _nothing(used: Points) -> float:
    return 1e-9 * max(abs(value) for _at, value in used)


def _thinned(used: Points) -> Points:
    if len(used) <= MOST_POINTS:
        return used
    step = (len(used) - 1) / (MOST_POINTS - 1)
    return [used[round(index * step)] for index in range(MOST_POINTS)]


def _lines(used: Points) -> tuple[Line, Line, Line]:
    """The lines with the least, the middle and the greatest slope that the points allow."""
    slopes = sorted((later[1] - earlier[1]) / (later[0] - earlier[0]) for earlier, later in combinations(used, 2))
    many, count = len(slopes), len(used)
    margin = _Z * math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    first = max(0, math.floor((many - margin) / 2) - 1)
    last = min(many - 1, math.ceil((many + margin) / 2))
    origin = used[0][0]
    chosen = (slopes[first], median(slopes), slopes[last])
    low, middle, high = (
        Line(origin, median(value - slope * (at - origin) for at, value in used), slope) for slope in chosen
    )
    return low, middle, high


def _words(state: str, resets: int, used: Points, peaks: bool) -> str:
    what = {"growing": "grows", "shrinking": "shrinks", "steady": "no clear direction"}[state]
    if peaks:
        return f"{what}, by its peaks: it fell back {resets} times"
    return f"{what} since it fell back on {_day(used[0][0])}" if resets else what


def _crossings(full: float | None, newest: float | None, now: float) -> Iterator[Crossing]:
    """Where nothing is told ahead: what is reached already, and nothing of the others."""
    if full is None or not math.isfinite(full) or full <= 0 or newest is None:
        return
    for percent in SHARES:
        if newest >= full * percent / 100:
            yield Crossing(percent, "reached", at=now, earliest=now, latest=now, reached=True)
        else:
            yield Crossing(percent, "not in sight")


def _with_crossings(fitted: Projection, full: float | None, newest: float | None, now: float) -> Projection:
    told = (one if one.reached else _crossing(fitted, one.percent, full or 0, now) for one in fitted.crossings)
    return replace(fitted, crossings=tuple(told))


def _crossing(fitted: Projection, percent: int, full: float, now: float) -> Crossing:
    value = full * percent / 100
    lines = [line for line in (fitted.low, fitted.middle, fitted.high) if line]
    latest, at, earliest = (max(now, line.reaches(value)) for line in lines)
    earliest, latest = min(earliest, at), max(latest, at)
    until = fitted.until or now
    if earliest > until:
        return Crossing(percent, f"not within {(until - now) / DAY:.0f} d")
    if at > until:
        return Crossing(percent, f"not before {_day(earliest)}", earliest=earliest)
    if latest > now + HORIZON:
        return Crossing(percent, f"about {_day(at)}, not before {_day(earliest)}", at, earliest)
    return Crossing(percent, f"about {_day(at)} ({_day(earliest)} to {_day(latest)})", at, earliest, latest)


def _day(moment: float) -> str:
    return format_time(moment)[:10]
