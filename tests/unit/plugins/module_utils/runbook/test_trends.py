# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import trends
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series


def measure(name: str, value: object, **more: object) -> dict:
    return {"name": name, "label": name.title(), "value": value, "unit": "%", "limit": 85, **more}


def record(day: int, *measures: dict) -> dict:
    return {"started": f"2026-11-{day:02}T08:00:00Z", "steps": [{"data": {"measures": list(measures)}}]}


def test_a_series_goes_over_the_records_that_have_it():
    records = [record(1, measure("a", 1)), record(8), record(15, measure("a", None), measure("b", 2)),
               record(22, measure("a", 4))]  # fmt: skip
    (one,) = trends.series(records)
    assert (one.name, one.label, one.unit, one.limit) == ("a", "A", "%", 85.0)
    assert [value for _moment, value in one.points] == [1, None, 4]
    assert (one.value, one.known) == (4, 2)


@pytest.mark.parametrize("records", [[], [{"started": "x", "steps": []}], [{"started": "x", "steps": None}]])
def test_without_measures_there_is_no_series(records):
    assert trends.series(records) == []


@pytest.mark.parametrize("odd", ["7", True, float("nan"), float("inf"), 10**400, [], {}])
def test_what_is_no_number_is_not_known(odd):
    (one,) = trends.series([record(1, measure("a", odd, limit=odd))])
    assert (one.value, one.limit) == (None, None)


@pytest.mark.parametrize(
    "data", [None, [], {"measures": None}, {"measures": "x"}, {"measures": {"a": 1}}, {"measures": [None, {"name": 3}]}]
)
def test_odd_data_of_a_step_has_no_measures(data):
    assert trends.measures({"steps": [{"data": data}, None]}) == []


@pytest.mark.parametrize(
    ("value", "limit", "nearness"),
    [(85, 85, 1.0), (17, 85, 0.2), (5, None, -1.0), (None, 85, -1.0), (5, 0, -1.0), (5, -3, -1.0)],
)
def test_the_share_of_the_limit_tells_how_pressing_it_is(value, limit, nearness):
    assert Series("a", "A", "%", limit, (("2026-11-21T08:00:00Z", value),)).nearness == nearness


def test_what_is_kept_of_a_record_gives_the_same_series():
    whole = {**record(1, measure("a", 1)), "findings": ["many"], "id": "lab/x/y"}
    assert trends.series([trends.kept(whole)]) == trends.series([whole])
    assert "findings" not in trends.kept(whole)


def test_every_measure_of_any_record_is_found_as_its_newest_record_describes_it():
    records = [record(1, measure("a", 1), measure("old", 5)), record(8, measure("a", 2, limit=90)), record(15)]
    first, old = trends.every(records)
    assert (first.name, first.limit, [value for _moment, value in first.points]) == ("a", 90.0, [1, 2])
    assert (old.name, old.points) == ("old", (("2026-11-01T08:00:00Z", 5),))
    assert trends.every([]) == []
