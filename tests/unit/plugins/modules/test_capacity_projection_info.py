# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

MEASURE = {"name": "capacity.memory", "label": "<b>{{ x }}</b>\n", "value": 95, "unit": "%", "limit": 85}
OPTIONS = {"platform": "lab", "as_of": "2026-11-21T08:00:00Z"}


def test_it_tells_what_this_very_run_measured_and_writes_nothing(run_module, tmp_path):
    results = [
        run_module("capacity_projection_info", check=check, store=str(tmp_path), measures=[MEASURE], **OPTIONS)
        for check in (False, True)
    ]
    for result in results:
        assert result["changed"] is False
        assert [one["status"] for one in result["findings"]] == ["warning"]
        assert result["findings"][0]["message"].startswith("<b>{{ x }}</b> : 90 % reached (now 95 %, not enough data")
        result.pop("cost")
        result.pop("invocation", None)
    assert results[0] == results[1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "odd", [{}, {"name": None}, {"name": "capacity.x", "value": "many"}, {"name": "capacity.x", "value": 1e400}]
)
def test_odd_measures_are_never_healthy(run_module, odd):
    result = run_module("capacity_projection_info", measures=[odd], **OPTIONS)
    assert {one["status"] for one in result["findings"]} == {"unknown"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"window": "a quarter"}, "a quarter"),
        ({"as_of": "yesterday"}, "yesterday"),
        ({"prometheus_url": "nonsense"}, "nonsense"),
        ({"thresholds": {"capacity_projection": {"critical": "soon"}}}, "soon"),
    ],
)
def test_bad_input_is_one_sentence(run_module, wrong, words):
    result = run_module("capacity_projection_info", **{**OPTIONS, **wrong})
    assert result["failed"] is True
    assert words in result["msg"]
    assert result["error"]["kind"] == "invalid"
