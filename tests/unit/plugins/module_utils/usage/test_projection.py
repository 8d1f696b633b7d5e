# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.projection import (
    DAY,
    HORIZON,
    MOST_POINTS,
    project,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC).timestamp()


def daily(*values):
    """One value a day, the last one now."""
    return [(NOW - (len(values) - 1 - index) * DAY, value) for index, value in enumerate(values)]


def weekly(*values):
    return [(NOW - (len(values) - 1 - index) * 7 * DAY, value) for index, value in enumerate(values)]


def saw(teeth, length=7, height=100, grows=0):
    return daily(*(height * (day + 1) + grows * tooth for tooth in range(teeth) for day in range(length)))


@pytest.mark.parametrize(
    ("points", "state", "words"),
    [
        ([], "not_enough_data", "not enough data: no value is known"),
        ([(NOW, math.nan)], "not_enough_data", "not enough data: no value is known"),
        ([(NOW, None), (NOW, math.inf)], "not_enough_data", "not enough data: no value is known"),
        ([(NOW, 50.0)], "not_enough_data", "not enough data: 1 point over 0 d; it takes 5 over 7 d"),
        (weekly(10, 20, 30), "not_enough_data", "not enough data: 3 points over 14 d; it takes 5 over 7 d"),
        (daily(1, 2, 3, 4, 5), "not_enough_data", "not enough data: 5 points over 4 d; it takes 5 over 7 d"),
        ([(NOW, v) for v in (1, 2, 3, 4, 5, 6)], "not_enough_data", "not enough data: 1 point over 0 d"),
        ([(at - 60 * DAY, v) for at, v in weekly(1, 2, 3, 4, 5)], "not_enough_data", "is known since 2026-09-22"),
        ([(NOW + DAY, 5), (-5.0, 5), (NOW, 1e300)], "not_enough_data", "no value is known"),
        (weekly(40, 40, 40, 40, 40), "constant", "constant"),
        (weekly(0, 0, 0, 0, 0, 0), "constant", "constant"),
        (weekly(10, 20, 30, 40, 50), "growing", "grows"),
        (weekly(*[50 - 5 * week for week in range(8)]), "shrinking", "shrinks"),
        (weekly(40, 44, 39, 43, 40, 42, 41, 40), "steady", "no clear direction"),
        (weekly(10, 20, 30, 40, 5), "not_enough_data", "1 point over 0 d since it fell back on 2026-11-21"),
        (weekly(50, 60, 5, 10, 15, 20, 25, 30), "growing", "grows since it fell back on 2026-10-17"),
        (saw(3), "recurring", "falls back again and again, 2 times so far"),
        (saw(7), "constant", "constant"),
        (saw(9, grows=30), "growing", "grows, by its peaks: it fell back 8 times"),
    ],
)  # fmt: skip
def test_what_a_history_says(points, state, words):
    seen = project(points, NOW, 1000.0)
    assert (seen.state, words in seen.words) == (state, True), seen.words


@pytest.mark.parametrize(
    ("points", "told"),
    [
        # 5 % a week from 50 %: 80 % after six weeks, exactly on the line.
        (
            weekly(30, 35, 40, 45, 50),
            ["about 2027-01-02 (2027-01-02 to 2027-01-02)", "about 2027-01-16 (2027-01-16 to 2027-01-16)",
             "about 2027-01-30 (2027-01-30 to 2027-01-30)"],
        ),
        (weekly(65, 70, 75, 80, 85), ["reached", "about 2026-11-28 (2026-11-28 to 2026-11-28)", "about 2026-12-12"]),
        (weekly(60, 70, 80, 90, 100), ["reached", "reached", "reached"]),
        # Growth so slow that five times the history does not reach it.
        (weekly(10, 10.1, 10.2, 10.3, 10.4), ["not within 140 d"] * 3),
        (weekly(90, 90, 90, 90, 90), ["reached", "reached", "not in sight"]),
        (weekly(50, 45, 40, 35, 30), ["not in sight"] * 3),
        (weekly(1, 2, 85), ["reached", "not in sight", "not in sight"]),
        ([], []),
    ],
)  # fmt: skip
def test_when_it_reaches_its_limit(points, told):
    crossings = project(points, NOW, 100.0).crossings
    assert [words in one.words for one, words in zip(crossings, told, strict=True)] == [True] * len(told), crossings


def test_a_noisy_history_gives_an_interval_around_the_date():
    noise = (1, -2, 3, -1, 0, 2, -3, 1, -1, 2, 0, -2)
    seen = project(weekly(*(30 + 3 * week + off for week, off in enumerate(noise))), NOW, 100.0)
    [eighty, _ninety, _full] = seen.crossings
    assert NOW < eighty.earliest < eighty.at < eighty.latest < NOW + 365 * DAY
    assert 2.5 / 7 < seen.per_day < 3.5 / 7


def test_one_odd_point_moves_it_little():
    values = [30 + 2 * week for week in range(12)]
    plain = project(weekly(*values), NOW, 100.0)
    values[6] += 30
    assert project(weekly(*values), NOW, 100.0).per_day == pytest.approx(plain.per_day, rel=0.2)


def test_order_duplicates_and_gaps_make_no_difference():
    points = weekly(10, 20, 30, 40, 50, 60)
    odd = [*reversed(points), *points, (NOW - 3 * DAY, math.nan), (NOW - 4 * DAY, None)]
    assert project(odd, NOW, 100.0) == project(points, NOW, 100.0)


def test_without_a_limit_there_is_a_direction_and_no_date():
    for full in (None, 0.0, -5.0, math.nan, math.inf):
        assert project(weekly(10, 20, 30, 40, 50), NOW, full).crossings == ()


def test_what_it_is_now_counts_more_than_the_newest_point():
    [eighty, *_others] = project(weekly(10, 20, 30, 40, 50), NOW, 100.0, value=81.0).crossings
    assert eighty.reached


def test_a_long_history_is_thinned_and_its_ends_stay():
    points = [(NOW - (5000 - index) * 600, float(index)) for index in range(5001)]
    seen = project(points, NOW, 10_000.0)
    assert (seen.state, seen.points) == ("growing", 5001)
    assert seen.middle.at(NOW) == pytest.approx(5000, rel=0.01)
    assert MOST_POINTS < 5000


moments = st.floats(0, NOW + 10 * DAY) | st.floats(allow_nan=True)
values = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 120)


@given(
    st.lists(st.tuples(moments, values), max_size=40),
    st.none() | st.floats(allow_nan=True, allow_infinity=True),
    values,
)
def test_no_history_gives_a_nonsense_date(points, full, value):
    _sane(project(points, NOW, full, value))


@given(st.lists(st.floats(0, 100), min_size=5, max_size=40), st.integers(1, 30))
def test_no_regular_history_does(series, days):
    points = [(NOW - (len(series) - 1 - index) * days * DAY, value) for index, value in enumerate(series)]
    _sane(project(points, NOW, 100.0))


def _sane(seen):
    assert seen.words
    assert [one.percent for one in seen.crossings] in ([], [80, 90, 100])
    for one in seen.crossings:
        known = [moment for moment in (one.earliest, one.at, one.latest) if moment is not None]
        assert known == sorted(known)
        assert all(NOW <= moment <= NOW + HORIZON for moment in known)
        assert one.words
        if known and not one.reached:
            assert seen.state == "growing"
