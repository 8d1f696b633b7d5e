# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_follow
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.upgrade_cluster import (
    CONTROLLER,
    UpgradeCluster,
)

SINCE = datetime(2026, 11, 21, 8, 0, 0, tzinfo=UTC)


class Cluster(UpgradeCluster):
    """events: warnings about the workload. looks: how often it was looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []
        self.looks = 0

    def list_at(self, path: str, query: dict[str, str]) -> tuple[list[dict[str, Any]], str]:
        assert query["fieldSelector"].endswith(",type=Warning")
        self.looks += 1
        return self.events, "1"


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    monkeypatch.setattr(upgrade_follow, "_PAUSE", 0.001)
    return Cluster()


def follow(cluster: Cluster, steady: float = 0, seconds: float = 0.02, proceed: Any = lambda: None) -> None:
    upgrade_follow.follow(cluster, CONTROLLER, SINCE, seconds, steady, proceed)


def warning(moment: datetime) -> dict[str, Any]:
    return {"type": "Warning", "reason": "ProgramMissing", "message": "none", "lastTimestamp": format_time(moment)}


def test_it_must_stay_well_for_a_while(cluster: Cluster) -> None:
    follow(cluster, steady=0.01)
    assert cluster.looks > 1


def test_what_does_not_come_to_run_in_time_is_unverified(cluster: Cluster) -> None:
    cluster.bad = {"q.io/controller:v3.6.13"}
    with pytest.raises(OpsError, match=r"Deployment argo/controller does not run: 0 of 1 .* after 0.02 s") as told:
        follow(cluster)
    assert told.value.kind == "unverified"


def test_a_warning_since_the_change_ends_it_at_once_and_an_older_one_does_not(cluster: Cluster) -> None:
    cluster.events = [warning(SINCE - timedelta(seconds=1)), {"type": "Warning", "lastTimestamp": None}]
    follow(cluster)
    cluster.events.append(warning(SINCE))
    with pytest.raises(OpsError, match="ProgramMissing: none"):
        follow(cluster, seconds=1000)


def test_without_the_lock_nobody_waits_on(cluster: Cluster) -> None:
    def gone() -> None:
        raise OpsError("refused", "the lock belongs to another")

    cluster.bad = {"q.io/controller:v3.6.13"}
    with pytest.raises(OpsError, match="belongs to another"):
        follow(cluster, seconds=1000, proceed=gone)


def test_a_moment_is_to_the_second() -> None:
    assert upgrade_follow.now().microsecond == 0
