# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import capacity_info
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.capacity_objects import (
    asks,
    node,
    node_metrics,
    pod,
)

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
MEASURE = "capacity.cpu.requested.percent"


@pytest.fixture
def review(tmp_path):
    def run(server, /, **options):
        path = tmp_path / "kubeconfig"
        with server.serve() as serving:
            path.write_text(json.dumps(serving.kubeconfig()))
            order = capacity_info.Order(NOW, **options)
            return capacity_info.review(Client(Transport(lambda: load(str(path)))), order, order.limits())

    return run


@pytest.fixture
def keep(tmp_path):
    """Put a record with one measure into a store and return the store's URL."""
    url = str(tmp_path / "store")
    store = open_store(url)

    def put(day, value, runbook="weekly_maintenance", name=MEASURE):
        started = f"2026-11-{day:02}T08:00:00Z"
        data = {"measures": [{"name": name, "value": value, "label": "old label", "unit": "%"}]}
        record = {"id": started, "started": started, "steps": [{"data": data}]}
        store.put(f"records/lab/{runbook}/2026-11-{day:02}T08-00-00Z.json", json.dumps(record).encode())
        return url

    return put


class Nodes(Platform):
    """One node with one pod; the nodes of metrics.k8s.io are not those of the core API."""

    def __call__(self, request):
        if request.path == "/api/v1/nodes":
            self.lists["", "nodes"] = [node()]
        elif request.path.endswith("v1beta1/nodes"):
            self.lists["", "nodes"] = [node_metrics()]
        return super().__call__(request)


def busy():
    return Nodes({("", "pods"): [pod("a", asks("1", "1Gi"))]})


def of(result, name=MEASURE):
    return next(row for row in result["trend"] if row["name"] == name)


def test_without_a_store_there_is_a_measure_and_no_trend(review):
    row = of(review(busy()))
    assert (row["now"], row["change"], row["words"]) == (25.0, None, "not enough data")


def test_the_trend_goes_over_earlier_records_with_gaps_and_what_is_no_number(review, keep):
    keep(18, None)
    keep(7, 20)
    keep(14, "many")
    url = keep(28, 99)  # later than the moment that is judged
    row = of(review(busy(), store=url, platform="lab"))
    assert (row["first"], row["first_at"], row["change"], row["points"]) == (20.0, "2026-11-07T08:00:00Z", 5.0, 2)
    assert row["label"] == "CPU requested"


def test_the_trend_may_count_one_runbook_alone(review, keep):
    keep(7, 20, "health_check")
    url = keep(14, 24)
    options = {"store": url, "platform": "lab"}
    assert of(review(busy(), **options))["first"] == 20.0
    assert of(review(busy(), runbook="weekly_maintenance", **options))["first"] == 24.0


def test_a_store_that_cannot_be_read_is_unknown_and_the_rest_is_told(review, tmp_path):
    result = review(busy(), store=str(tmp_path / "nowhere"), platform="lab")
    told = [one for one in result["findings"] if one["check"] == "capacity_trend"]
    assert [one["status"] for one in told] == ["unknown"]
    assert "could not be read" in told[0]["message"]
    assert of(result)["now"] == 25.0


def test_thresholds_that_make_no_sense_are_refused():
    with pytest.raises(OpsError, match="no check 'nodes'"):
        capacity_info.Order(NOW, thresholds={"nodes": {}}).limits()


def test_more_than_1000_rows_go_to_a_file(review, tmp_path):
    many = Platform({("", "pods"): [pod(f"p{number}", namespace=f"n{number:04}") for number in range(1001)]})
    result = review(many, rows_directory=str(tmp_path))
    assert len(result["namespaces"]) == 1000
    assert set(result["rows_files"]) == {"namespaces", "agents"}
    lines = (tmp_path / "capacity-namespaces.jsonl").read_text().splitlines()
    assert [json.loads(lines[0])["name"], len(lines)] == ["n0000", 1001]
