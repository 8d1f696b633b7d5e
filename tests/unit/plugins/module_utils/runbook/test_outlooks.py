# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import charts, outlooks
from hypothesis import given
from hypothesis import strategies as st

DAYS = [f"2026-11-{day:02}T08:00:00Z" for day in range(1, 31)]
WHOLE = {
    "label": "Memory\nrequested",
    "unit": "%",
    "limit": 100.0,
    "words": "90 % soon",
    "points": [[DAYS[1], 20.0], [DAYS[0], 10.0], [DAYS[2], None]],
    **{name: [[DAYS[0], 10.0], [DAYS[20], 90.0]] for name in ("low", "middle", "high")},
}


def record(*given):
    return {"steps": [{"data": None}, {"data": {"outlooks": list(given)}}]}


def test_it_is_read_in_the_order_of_time_and_on_one_line():
    [one] = outlooks.read(record(WHOLE))
    assert one.label == "Memory requested"
    assert [value for _at, value in one.points] == [10.0, 20.0, None]


@pytest.mark.parametrize(
    "broken",
    [
        {"points": []},
        {"points": [["yesterday", 1.0]]},
        {"points": [[DAYS[0], None]]},
        {"points": 5},
        {"low": []},
        {"middle": [[DAYS[3], 1.0], [DAYS[2], 2.0]]},
        {"middle": [[DAYS[3], 1.0], [DAYS[3], 2.0]]},
        {"high": [[DAYS[0], "many"], [DAYS[2], 2.0]]},
        {"high": None},
    ],
)
def test_what_cannot_be_drawn_is_left_out(broken):
    assert outlooks.read(record({**WHOLE, **broken}, 7, None)) == []


def test_at_most_twelve():
    assert len(outlooks.read(record(*[WHOLE] * 20))) == outlooks.MOST


numbers = st.floats(allow_nan=True, allow_infinity=True) | st.none() | st.text()
line = st.tuples(numbers, numbers).map(lambda ends: [[DAYS[0], ends[0]], [DAYS[20], ends[1]]])


@given(
    st.fixed_dictionaries(
        {
            "label": st.text() | st.none(),
            "unit": st.sampled_from(["%", "bytes", "", None]),
            "limit": numbers,
            "words": st.text(),
            "points": st.lists(st.tuples(st.sampled_from(DAYS), numbers).map(list), max_size=5),
            **{name: st.lists(st.just(0)) | line for name in ("low", "middle", "high")},
        }
    )
)
def test_whatever_a_step_says_the_report_is_drawn(given):
    for one in outlooks.read(record(given)):
        assert charts.draw_outlook(one).startswith("<svg")
