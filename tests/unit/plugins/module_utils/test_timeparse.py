# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import (
    format_age,
    format_time,
    parse_duration,
    parse_time,
    require_seconds,
    require_time,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7d", 604_800), ("36h", 129_600), ("90m", 5_400), ("10s", 10), ("1w", 604_800), ("1d12h", 129_600),
        ("1w1d1h1m1s", 694_861), ("0", 0), (0, 0), ("0s", 0), ("007d", 604_800),
    ],
)  # fmt: skip
def test_durations(text, seconds):
    assert parse_duration(text) == seconds


def test_a_length_of_time_lies_above_0_and_within_its_limit():
    assert [require_seconds(value, "http_timeout", 300) for value in (0.1, 300)] == [0.1, 300]
    for value in (0, -1, 300.1, float("inf"), float("nan")):
        with pytest.raises(
            OpsError, match=r"http_timeout is .* s; it must be more than 0 and at most 300 s"
        ) as refused:
            require_seconds(value, "http_timeout", 300)
        assert refused.value.kind == "invalid"


@pytest.mark.parametrize(
    "value",
    ["", " ", "7", 7, "-7d", "-1", "7 d", "7D", "7days", "d", "1h1d", "1d1d", "1.5h", "٧d", "7d\n", "1y", None, True,
     False, [], {}, 1.5, "9" * 70 + "s"],
)  # fmt: skip
def test_what_is_no_duration_is_refused_with_the_accepted_form(value):
    with pytest.raises(OpsError) as refused:
        parse_duration(value, "succeeded")
    assert refused.value.kind == "invalid"
    assert refused.value.message.startswith(f"succeeded: {value!r:.80} is not a duration; write whole numbers")
    assert "7d, 36h, 90m or 1d12h" in refused.value.message


def test_a_duration_that_no_clock_can_hold_is_refused():
    with pytest.raises(OpsError, match="'99999999w' is over a hundred years"):
        parse_duration("99999999w")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T08:00:00Z", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21t08:00:00z", datetime(2026, 11, 21, 8, tzinfo=UTC)),
        ("2026-11-21T08:00:00+02:00", datetime(2026, 11, 21, 6, tzinfo=UTC)),
        ("2026-11-21T08:00:00.5Z", datetime(2026, 11, 21, 8, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-21T08:00:00.123456789-00:30", datetime(2026, 11, 21, 8, 30, 0, 123_456, tzinfo=UTC)),
    ],
)
def test_times(text, expected):
    assert parse_time(text) == expected


@pytest.mark.parametrize(
    "value",
    [None, "", 0, 1_700_000_000, "now", "2026-11-21", "2026-11-21T08:00:00", "2026-11-21 08:00:00Z", "20261121T080000Z",
     "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T08:00:60Z",
     "2026-11-21T08:00:00.1234567890Z", "2026-11-21T08:00:00+2500", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00",
     "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00Z", {}, []],
)  # fmt: skip
def test_what_is_no_time_is_none(value):
    assert parse_time(value) is None


def test_a_required_time_is_there_or_refused_with_the_accepted_form():
    assert require_time("2026-11-21T08:00:00Z", "as_of") == datetime(2026, 11, 21, 8, tzinfo=UTC)
    with pytest.raises(OpsError, match="as_of: 'today' is not a time; write RFC 3339, such as 2026-"):
        require_time("today", "as_of")


@given(st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=st.just(UTC)))
def test_a_written_time_reads_back_to_the_second(moment):
    assert parse_time(format_time(moment)) == moment.replace(microsecond=0)
    assert format_time(moment.replace(microsecond=0).timestamp()) == format_time(moment)


@given(st.text())
def test_no_text_breaks_the_reading_of_times(text):
    parse_time(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (119.9, "119 s"), (120, "2 min"), (7_199, "119 min"), (7_200, "2 h"), (25_300, "7 h"),
     (172_799, "47 h"), (172_800, "2 d"), (864_000, "10 d"), (-90, "-90 s")],
)  # fmt: skip
def test_ages(seconds, text):
    assert format_age(seconds) == text
