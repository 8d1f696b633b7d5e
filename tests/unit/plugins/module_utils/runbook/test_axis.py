# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import axis
from hypothesis import given
from hypothesis import strategies as st

GIB = 2**30


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (92.04, "%", "92 %"),
        (92.25, "%", "92.2 %"),
        (0, "", "0"),
        (1204, "workflows", "1,204 workflows"),
        (0.0123, "s", "0.012 s"),
        (12.34, "s", "12.3 s"),
        (66.1, "s", "1 min 6 s"),
        (93_600, "s", "1 d 2 h"),
        (0, "h", "0 s"),
        (0.003, "h", "11 s"),
        (-90, "min", "-1 h 30 min"),
        (1e300, "min", "1e+300 min"),
        (-3.5, "GiB", "-3.5 GiB"),
        (1.5 * GIB, "bytes", "1.5 GiB"),
        (64 * GIB, "B", "64 GiB"),
        (0.25, "cores", "250 m"),
        (2e18, "", "2e+18"),
        (None, "%", "unknown"),
        (1, "a\n\x1bb", "1 a �b"),
    ],
)
def test_a_measure_is_shown_with_its_unit(value, unit, shown):
    assert axis.amount(value, unit) == shown


@pytest.mark.parametrize(
    ("unit", "shown"), [("%", "3 %"), ("workflows", "3"), ("cores", "3 cores"), ("bytes", "3 B"), ("GiB", "3 GiB")]
)
def test_an_axis_has_no_room_for_words(unit, shown):
    assert axis.mark(3, unit) == shown


@pytest.mark.parametrize(
    ("low", "high", "unit", "expected"),
    [
        (0, 92, "%", [0, 50, 100]),
        (0, 16, "cores", [0, 10, 20]),
        (0, 0, "", [0, 0.5, 1]),
        (12, 12, "", [0, 5, 10, 15]),
        (0, 5e-324, "", [0, 0.5, 1]),
        (-5, -5, "", [-6, -4, -2, 0]),
        (-3, 5, "", [-5, 0, 5]),
        (0, 300, "min", [0, 120, 240, 360]),
        (0, 100, "s", [0, 60, 120]),
        (0, 0.4, "h", [0, 1 / 6, 2 / 6, 3 / 6]),
        (0, 200, "h", [0, 120, 240]),
        (0, 64 * GIB, "bytes", [0, 25 * GIB, 50 * GIB, 75 * GIB]),
    ],
)
def test_marks_are_round_and_enclose_the_values(low, high, unit, expected):
    assert axis.marks(low, high, unit) == expected


@given(st.floats(-1e15, 1e15), st.floats(-1e15, 1e15), st.sampled_from(["", "bytes", "s", "min", "h"]))
def test_there_are_two_to_five_marks_around_any_values(one, other, unit):
    low, high = min(one, other), max(one, other)
    made = axis.marks(low, high, unit)
    slack = 1e-6 * max(abs(low), abs(high)) + 1e-11
    assert 2 <= len(made) <= axis.MOST_MARKS
    assert made == sorted(set(made))
    assert made[0] <= low + slack
    assert made[-1] >= high - slack
