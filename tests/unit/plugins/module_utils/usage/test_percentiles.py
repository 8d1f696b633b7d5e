# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from itertools import pairwise

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.percentiles import percentile, percentiles
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("values", "share", "is_"),
    [([7], 50, 7), ([7], 99, 7), ([1, 3], 50, 2), (range(101), 95, 95), ([0, 10], 90, 9), ([1, 2, 3], 100, 3)],
)
def test_between_two_neighbours_in_proportion(values, share, is_):
    assert percentile(list(values), share) == is_


def test_of_nothing_nothing_is_known():
    assert percentiles([]) == {"p50": None, "p90": None, "p95": None, "p99": None}
    assert percentiles([3, 1, 2], (50,)) == {"p50": 2}


@given(st.lists(st.floats(0, 1e9), min_size=1))
def test_they_rise_and_stay_within_what_was_seen(values):
    found = list(percentiles(values).values())
    assert all(lower <= upper * (1 + 1e-9) for lower, upper in pairwise(found))
    assert min(values) * (1 - 1e-9) <= found[0]
    assert found[-1] <= max(values) * (1 + 1e-9)
