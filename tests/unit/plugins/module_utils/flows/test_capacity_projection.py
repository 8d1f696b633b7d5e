# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.capacity_projection import (
    Order,
    Query,
    look_ahead,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

from tests.support.services import Reply, serve

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
VOLUMES = Query("capacity.volume", "usage", "Volume", "%")


def measure(value, name="capacity.memory"):
    return {"name": name, "label": "Memory", "value": value, "unit": "%", "limit": 85.0}


@pytest.fixture
def order(tmp_path):
    """Of a platform whose memory grew by 5 % a week up to last week."""
    store = open_store(str(tmp_path))
    for week, value in enumerate((50, 55, 60, 65, 70), 1):
        started = format_time(NOW - timedelta(weeks=6 - week))
        record = {"id": "x", "started": started, "platform": "lab", "outcome": "finished"}
        own = [measure(value), measure(1, "agents.rex")]
        record["steps"] = [{"data": {"measures": own}}]
        runbook = "weekly_maintenance" if week % 2 else "capacity_report"
        store.put(f"records/lab/{runbook}/{started.replace(':', '-')}.json", json.dumps(record).encode())
    return Order(NOW, "lab", str(tmp_path), names=["capacity.*"])


def seen(order):
    return look_ahead(order, order.limits())


def statuses(result):
    return [one["status"] for one in result["findings"]]


def test_records_of_every_runbook_count_and_this_run_is_the_newest_point(order):
    result = seen(replace(order, measures=[measure(75)]))
    [row] = result["projections"]
    assert (row["name"], row["source"], row["points"], row["now"]) == ("capacity.memory", "records", 6, 75)
    assert row["crossings"][1]["words"].startswith("about 2026-12-12")
    assert statuses(result) == ["warning"]
    assert len(result["outlooks"]) == 1
    assert result["tables"][0]["rows"][0][0] == "Memory"
    assert [one["state"] for one in result["sources"]] == ["ok", "not asked"]
    assert "chart" not in row


def test_without_a_store_one_point_is_not_enough_data(order):
    result = seen(replace(order, store="", measures=[measure(75)]))
    assert result["projections"][0]["state"] == "not_enough_data"
    assert statuses(result) == ["unknown"]
    assert result["outlooks"] == []


def test_a_store_that_cannot_be_read_is_unknown(order):
    result = seen(replace(order, store=order.store + "/nowhere"))
    assert statuses(result) == ["unknown", "unknown"]
    assert result["sources"][0]["state"] == "unknown"
    assert "could not look" in result["findings"][0]["message"] + result["findings"][1]["message"]


def test_each_series_of_prometheus_is_a_measure_by_its_labels(order):
    start = NOW.timestamp() - 60 * 86_400
    values = [[start + day * 86_400, str(20 + day)] for day in range(61)]
    labels = {"__name__": "x", "namespace": "argo", "persistentvolumeclaim": "{{ x }}"}
    series = [{"metric": labels, "values": values}, {"metric": {}, "values": []}]
    body = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": series}}).encode()
    with serve(Reply(body)) as prometheus:
        result = seen(replace(order, prometheus_url=prometheus.url(), queries=[VOLUMES]))
    found = {one["name"]: one for one in result["projections"] if one["source"] == "prometheus"}
    assert set(found) == {"capacity.volume.argo.{{ x }}", "capacity.volume"}
    assert found["capacity.volume.argo.{{ x }}"]["crossings"][0]["reached"] is True
    assert found["capacity.volume"]["state"] == "not_enough_data"


def test_prometheus_that_does_not_answer_is_unknown_and_the_records_are_told(order):
    with serve(Reply(b"", 500)) as prometheus:
        result = seen(replace(order, prometheus_url=prometheus.url(), queries=[VOLUMES]))
    assert sorted(statuses(result)) == ["unknown", "warning"]
    assert [one["source"] for one in result["projections"]] == ["records"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"prometheus_url": "ftp://x"}, "ftp"),
        ({"thresholds": {"capacity_projection": {"soon": 1}}}, "soon"),
        ({"thresholds": {"other": {}}}, "other"),
        ({"thresholds": {"capacity_projection": {"warning": "-1d"}}}, "-1d"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_read(order, wrong, words):
    with pytest.raises(OpsError, match=words) as refused:
        replace(order, **wrong).limits()
    assert refused.value.kind == "invalid"
