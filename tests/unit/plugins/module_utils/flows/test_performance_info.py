# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.performance_info import Order, Query, review
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import (
    Platform,
    forbidden,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.ended import (
    NOW,
    coderun,
    workflow,
)

from tests.support.services import Reply, serve

WORKFLOWS = [workflow(f"w{number}", number, ended=24 * number) for number in range(1, 7)]
CODERUNS = [coderun(f"c{number}", 1) for number in range(6)]
ORDER = Order(NOW, 7 * 86_400.0, ["argo"], platform="lab")


@pytest.fixture
def look(connect):
    def run(order=ORDER, *, workflows=WORKFLOWS, **more):
        platform = Platform({("argo", "workflows"): workflows, ("argo", "coderuns"): CODERUNS}, **more)
        with platform.serve() as server:
            result = review(Client(connect(server)), order, order.limits())
            assert server.writes == []
        return result

    return run


def statuses(result):
    return {one["check"]: one["status"] for one in reversed(result["findings"])}


def states(result):
    return {one["name"]: one["state"] for one in result["sources"]}


def test_what_ended_in_the_cluster_is_told_in_one_pass(look):
    result = look()
    assert (result["overall"]["ended"], result["overall"]["p50"]) == (6, 3.5 * 3600)
    assert [row["agent"] for row in result["agents"]] == ["5DLabs-Rex"]
    assert states(result) == {
        "cluster": "ok", "archive": "not asked", "records": "not asked", "prometheus": "not asked",
    }  # fmt: skip
    assert statuses(result) == {
        "performance_duration": "warning", "performance_failures": "ok", "performance_agents": "ok",
        "performance_trend": "unknown", "performance_history": "ok",
    }  # fmt: skip


def test_a_kind_that_may_not_be_read_is_unknown_and_the_other_is_told(look):
    path = "/apis/argoproj.io/v1alpha1/namespaces/argo/workflows"
    result = look(answers={path: forbidden("workflows", "argo")})
    assert statuses(result)["performance_duration"] == statuses(result)["performance_history"] == "unknown"
    assert statuses(result)["performance_agents"] == "ok"
    assert result["line"] == "no workflow ended in the time that was asked for"
    assert states(result)["cluster"] == "in part"
    assert statuses(look(unknown=("coderuns",)))["performance_agents"] == "unknown"


def test_an_archive_tells_what_is_gone_from_the_cluster(look, tmp_path):
    archive = tmp_path / "archive.jsonl"
    gone = [workflow("w6", 6, ended=144), workflow("gone", 30, ended=100), workflow("old", 1, ended=30 * 24)]
    elsewhere = workflow("elsewhere", 9)
    elsewhere["metadata"]["namespace"] = "other"
    archive.write_text("\n".join(map(json.dumps, [*gone, elsewhere])) + "\n\n")
    result = look(replace(ORDER, archive=str(archive)))
    assert result["overall"]["ended"] == 7
    assert result["slowest"][0]["name"] == "gone"
    [told] = [one["detail"] for one in result["sources"] if one["name"] == "archive"]
    assert told == "1 workflows that are not in the cluster any more"


@pytest.mark.parametrize(("content", "ended"), [("{}\nnonsense\n", 6), (None, 6)])
def test_an_archive_that_cannot_be_read_is_unknown(look, tmp_path, content, ended):
    archive = tmp_path / "archive.jsonl"
    if content:
        archive.write_text(content + json.dumps(workflow("gone", 1)))
    result = look(replace(ORDER, archive=str(archive)))
    assert statuses(result)["performance_sources"] == states(result)["archive"] == "unknown"
    assert result["overall"]["ended"] == ended + bool(content)


def test_only_earlier_reports_about_performance_make_the_trend(look, tmp_path):
    store = open_store(str(tmp_path))
    for day in range(1, 6):
        started = format_time(NOW - timedelta(days=day * 7))
        name = "performance.workflows.p50" if day < 4 else "capacity.memory"
        measures = [{"name": name, "label": "Half", "value": 60.0, "unit": "min", "limit": None}]
        record = {"id": "x", "started": started, "steps": [{"data": {"measures": measures}}]}
        store.put(f"records/lab/monthly/{started.replace(':', '-')}.json", json.dumps(record).encode())
    result = look(replace(ORDER, store=str(tmp_path)))
    half = next(row for row in result["trend"] if row["name"] == "performance.workflows.p50")
    assert (half["usual"], half["factor"], half["points"]) == (60.0, 3.5, 3)
    assert statuses(result)["performance_trend"] == "warning"
    assert states(look(replace(ORDER, store=str(tmp_path / "none"))))["records"] == "unknown"


def test_prometheus_is_asked_about_the_window_and_its_silence_is_told(look):
    values = [[NOW.timestamp() - 60, "1"], [NOW.timestamp(), "3"]]
    body = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": [{"values": values}]}}).encode()
    asked = replace(ORDER, queries=[Query("Queue", "up")])
    with serve(Reply(body)) as prometheus:
        [row] = look(replace(asked, prometheus_url=prometheus.url()))["measured"]
    assert row == {"label": "Queue", "unit": "", "average": 2.0, "peak": 3.0, "last": 3.0}
    with serve(Reply(b"", 500)) as prometheus:
        result = look(replace(asked, prometheus_url=prometheus.url()))
    assert (states(result)["prometheus"], statuses(result)["performance_sources"]) == ("unknown", "unknown")


def test_thresholds_that_make_no_sense_are_refused():
    for wrong in ({"performance_duration": {"target": "long"}}, {"other": {}}):
        with pytest.raises(OpsError) as refused:
            replace(ORDER, thresholds=wrong).limits()
        assert refused.value.kind == "invalid"
