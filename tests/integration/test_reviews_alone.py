# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles image_inventory and cost_review in a play of their own, without a runbook around them."""

from __future__ import annotations

import json

import pytest

from tests.support.cluster import Namespace
from tests.support.lab import Lab
from tests.support.roles import run_step

IMAGE = f"ghcr.io/example/pinned@sha256:{'a' * 64}"


@pytest.fixture
def pinned(namespace: Namespace) -> Namespace:
    """A namespace with one pod that no scheduler takes, whose image is pinned."""
    asks = {"requests": {"cpu": "1", "memory": "1Gi"}}
    spec = {"schedulerName": "nobody", "containers": [{"name": "main", "image": IMAGE, "resources": asks}]}
    namespace.create("v1", "pods", {"kind": "Pod", "metadata": {"name": "pinned"}, "spec": spec})
    return namespace


def test_the_images_are_told_and_nothing_is_written(lab: Lab, pinned: Namespace, tmp_path) -> None:
    position = lab.audit_position()
    own = {"image_inventory_namespaces": [pinned.name], "image_inventory_scan": "never"}
    step = run_step(tmp_path, "image_inventory", *lab.options, "-e", json.dumps(own))
    assert step.rc == 0, step.stdout
    assert lab.writes(position) == []
    assert step.result["summary"].startswith("1 image in 1 pod")
    assert step.result["changes"]["total"] == 0
    [row] = step.result["data"]["tables"][0]["rows"]
    assert row[0] == IMAGE
    assert {one["name"]: one["value"] for one in step.result["data"]["measures"]}["images.unpinned"] == 0


def test_without_a_history_no_cost_is_called_well_and_nothing_is_written(lab: Lab, pinned: Namespace, tmp_path) -> None:
    position = lab.audit_position()
    own = {"cost_review_namespaces": [pinned.name], "platform_prometheus_url": ""}
    step = run_step(tmp_path, "cost_review", *lab.options, "-e", json.dumps(own))
    assert step.rc == 0, step.stdout
    assert lab.writes(position) == []
    assert step.result["changes"]["total"] == 0
    assert step.result["summary"] == "not enough data to tell what 1 workload uses"
    assert [one["status"] for one in step.result["findings"]] == ["unknown"]
    assert [one["title"] for one in step.result["data"]["tables"]] == [
        "What is paid for and not used",
        "What workloads ask for",
    ]
