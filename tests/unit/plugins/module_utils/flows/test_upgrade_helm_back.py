# SPDX-License-Identifier: GPL-3.0-or-later
"""The way back of an upgrade that Helm made."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_writes
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import load
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.helm_cluster import (
    NEW,
    HelmCluster,
    Run,
    back,
    runner,
    upgrade,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.upgrade_cluster import (
    CONTROLLER,
    RECORD,
    SERVER,
)


@pytest.fixture
def cluster() -> HelmCluster:
    return HelmCluster()


@pytest.fixture
def run(cluster: HelmCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(upgrade_writes.upgrade_follow.time, "sleep", lambda _seconds: None)
    return runner(cluster, tmp_path)


def test_a_release_that_failed_is_told_in_helm_s_words_and_taken_back(cluster: HelmCluster, run: Run) -> None:
    run("prepared")
    cluster.helm(NEW, "failed")
    with pytest.raises(OpsError, match="Helm release argo/wf is failed at revision 2: as it went"):
        run("upgraded")
    assert back(cluster, run, automatic=True).error is None
    assert RECORD not in cluster.objects
    assert run("rolled_back", automatic=True).more["release"]["back_to"] == 0


def test_what_was_changed_after_the_upgrade_is_not_lost_by_a_way_back(cluster: HelmCluster, run: Run) -> None:
    upgrade(cluster, run)
    run("confirmed")
    cluster.helm(NEW, note="of the site")
    with pytest.raises(OpsError, match="was changed after the upgrade, at revision 3"):
        run("rolled_back")


def test_a_way_back_that_is_killed_after_helm_is_finished(cluster: HelmCluster, run: Run) -> None:
    upgrade(cluster, run)
    run("confirmed")
    cluster.roll_back(run("rolled_back").more["release"]["back_to"])
    kept = load(cluster, RECORD).kept
    assert upgrade(cluster, run).error is None, "somebody goes ahead again"
    assert load(cluster, RECORD).kept == kept
    assert back(cluster, run).error is None
    assert RECORD not in cluster.objects


def test_an_upgrade_is_gone_on_with_and_taken_back_in_the_way_it_was_made(cluster: HelmCluster, run: Run) -> None:
    upgrade(cluster, run)
    for state in ("confirmed", "rolled_back"):
        with pytest.raises(OpsError, match="was made by Helm release argo/wf"):
            run(state, method="manifests", release=None)
    for path in (CONTROLLER, SERVER):
        del cluster.objects[path]["metadata"]["annotations"]
    with pytest.raises(OpsError, match="was made by Helm release argo/wf"):
        run("upgraded", method="manifests", release=None)
