# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.rates import DAY, Tally, judge, others, window

LIMITS = {"warning": 95, "critical": 75, "least": 5}


@pytest.mark.parametrize(
    ("succeeded", "failed", "status", "value"),
    [
        (100, 0, None, None),
        (95, 5, None, None),
        (94, 6, "warning", 94),
        (3, 1, None, None),
        (4, 1, "warning", 80),
        (75, 25, "warning", 75),
        (74, 26, "critical", 74),
        (0, 5, "critical", 0),
        (0, 4, None, None),
        (0, 0, None, None),
    ],
)
def test_too_many_failures_are_told_where_enough_ended(succeeded, failed, status, value):
    found = judge("c", subject("Agent"), "agent Rex", Tally(succeeded, failed), LIMITS, DAY, "")
    assert (found and found["status"], found and found["value"]) == (status, value)


def test_the_newest_failure_is_named():
    found = judge("c", subject("Agent"), "agent Rex", Tally(4, 1, "argo/x: no PR"), LIMITS, DAY, "kubectl")
    words = "agent Rex: 80 % of 5 ended well in the last 24 h (limit 95 %), the newest failure is argo/x: no PR"
    assert (found["message"], found["threshold"], found["evidence"]) == (words, 95, "kubectl")


@pytest.mark.parametrize(
    ("given", "seconds"), [(3_600, 3_600), (None, DAY), (0, DAY), (-1, DAY), ("1h", DAY), (True, DAY), (3600.0, 3_600)]
)
def test_the_window_is_a_day_unless_it_is_told(given, seconds):
    assert window({"window": given}) == seconds


@pytest.mark.parametrize(
    ("tallies", "words"),
    [
        ({}, "no CodeRun ended in the last 24 h"),
        ({"Rex": Tally(1, 0)}, "1 CodeRun ended in the last 24 h, 1 of them well"),
        ({"Rex": Tally(96, 4)}, "100 CodeRuns ended in the last 24 h, 96 of them well"),
        (
            {"Rex": Tally(9, 0), "Cleo": Tally(1, 2)},
            "12 CodeRuns ended in the last 24 h, 10 of them well; too few of Cleo to judge",
        ),
        (
            {name: Tally(0, 1) for name in "fedcba"},
            "6 CodeRuns ended in the last 24 h, 0 of them well; too few of a, b, c, d, e and others to judge",
        ),
    ],
)
def test_those_that_nothing_is_said_about_are_counted_honestly(tallies, words):
    found = others("c", "CodeRun", "CodeRun", tallies, LIMITS, DAY)
    assert (found["status"], found["message"]) == ("ok", words)
