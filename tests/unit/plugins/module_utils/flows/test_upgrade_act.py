# SPDX-License-Identifier: GPL-3.0-or-later
"""An upgrade and its way back, also when the process dies at any write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_act, upgrade_writes
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import DONE, load
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.rollout import MARK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.upgrade_cluster import (
    CONTROLLER,
    DEFINITION,
    RECORD,
    SERVER,
    KilledError,
    UpgradeCluster,
    definition,
)

COMPONENT = {
    "name": "argo",
    "title": "Argo",
    "namespace": "argo",
    "group": "argoproj.io",
    "workloads": [
        {"name": "controller", "container": "controller", "arguments": ["--executor-image"]},
        {"name": "server", "container": "server"},
        {"name": "not-here", "container": "x"},
    ],
    "releases": [
        {"line": "3.5"},
        {"line": "3.6", "since": ["3.5"]},
        {"line": "3.7", "since": ["3.6"]},
        {"line": "3.8", "since": ["3.7"]},
    ],
}
NEW = ["q.io/controller:v3.7.15", "q.io/server:v3.7.15"]
Run = Callable[..., Acted]
WRITES = 4  # of one upgrade: record, definition, two workloads


@pytest.fixture
def cluster() -> UpgradeCluster:
    return UpgradeCluster()


@pytest.fixture
def run(cluster: UpgradeCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(upgrade_writes.upgrade_follow.time, "sleep", lambda _seconds: None)
    (tmp_path / "crds.yaml").write_text(yaml.safe_dump_all([definition("a", "b"), {"kind": "ConfigMap"}]))

    def act(state: str, version: str = "v3.7.15", *, check: bool = False, **more: Any) -> Acted:
        options = {
            "state": state,
            "version": version,
            "component": COMPONENT,
            "namespace": "",
            "watching": [],
            "accept_irreversible": False,
            "method": "manifests",
            "release": None,
            "definitions": [str(tmp_path)],
            "images": {},
            "automatic": False,
            "operations_namespace": "ops",
            "wait": 0.05,
            "steady": 0,
            "reason": "",
            "actor": "",
            "lock": None,
            **more,
        }
        return upgrade_act.act(cluster, options, check)

    return act


def outcomes(acted: Acted) -> dict[str, str]:
    return {one.name: one.outcome for one in acted.actions}


def test_definitions_and_workloads_are_moved_then_confirmed_and_a_second_time_changes_nothing(
    cluster: UpgradeCluster, run: Run
) -> None:
    done = run("upgraded")
    assert done.error is None
    assert outcomes(done) == {"widgets.argoproj.io": "changed", "controller": "changed", "server": "changed"}
    workloads = [{"kind": "Deployment", "namespace": "argo", "name": name} for name in ("controller", "server")]
    assert done.more == {"old": "v3.6.13", "new": "v3.7.15", "left_out": {"ConfigMap": 1}, "workloads": workloads}
    assert cluster.images() == NEW
    assert cluster._container(CONTROLLER)["args"] == ["--executor-image", "q.io/exec:v3.7.15"]
    assert cluster.objects[CONTROLLER]["metadata"]["labels"] == {"app.kubernetes.io/version": "v3.7.15"}
    assert cluster.writes[0] == "create upgrade-argo"
    assert len(cluster.writes) == WRITES
    run("confirmed")
    assert load(cluster, RECORD).phase == DONE
    writes = len(cluster.writes)
    assert set(outcomes(run("upgraded")).values()) == {"unchanged"}
    run("confirmed")
    assert len(cluster.writes) == writes


def test_check_mode_asks_the_server_and_writes_nothing(cluster: UpgradeCluster, run: Run) -> None:
    before = cluster.semantic()
    assert set(outcomes(run("upgraded", check=True)).values()) == {"planned"}
    assert (cluster.writes, cluster.semantic()) == ([], before)
    assert f"patch {SERVER}" in cluster.dry_runs
    run("upgraded")
    writes = len(cluster.writes)
    assert "planned" in outcomes(run("rolled_back", check=True)).values()
    run("confirmed", check=True)
    assert len(cluster.writes) == writes


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, WRITES + 1))
def test_killed_at_any_write_it_goes_on_to_the_new_version_or_back_to_what_was_there(
    cluster: UpgradeCluster, run: Run, number: int, after: bool
) -> None:
    before = cluster.semantic()
    cluster.die, cluster.die_after = number, after
    with pytest.raises(KilledError):
        run("upgraded")
    cluster.die = None
    assert run("upgraded").error is None
    run("confirmed")
    assert cluster.images() == NEW
    assert run("rolled_back").error is None
    assert cluster.semantic() == before


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, WRITES + 1))
def test_killed_at_any_write_of_the_way_back_it_is_finished(
    cluster: UpgradeCluster, run: Run, number: int, after: bool
) -> None:
    before = cluster.semantic()
    run("upgraded")
    cluster.die, cluster.die_after = len(cluster.writes) + number, after
    with pytest.raises(KilledError):
        run("rolled_back", automatic=True)
    cluster.die = None
    assert run("rolled_back", automatic=True).error is None
    assert cluster.semantic() == before
    assert set(outcomes(run("rolled_back")).values()) == {"unchanged"}


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(1, WRITES + 2))
def test_killed_at_any_write_of_a_way_back_by_hand_it_can_go_ahead_again_and_then_all_the_way_back(
    cluster: UpgradeCluster, run: Run, number: int, after: bool
) -> None:
    before = cluster.semantic()
    run("upgraded")
    run("confirmed")
    cluster.die, cluster.die_after = len(cluster.writes) + number, after
    with pytest.raises(KilledError):
        run("rolled_back")
    cluster.die = None
    assert run("upgraded").error is None
    run("confirmed")
    assert cluster.images() == NEW
    assert run("rolled_back").error is None
    assert cluster.semantic() == before


def test_what_does_not_come_to_run_is_told_and_taken_back(cluster: UpgradeCluster, run: Run) -> None:
    before = cluster.semantic()
    cluster.bad = {NEW[0]}
    failed = run("upgraded")
    assert failed.error is not None
    assert failed.error.kind == "unverified"
    assert "Deployment argo/controller does not run: 0 of 1 new pods are available" in failed.error.message
    assert outcomes(failed)["server"] == "not_reached"
    with pytest.raises(OpsError, match=r"the upgrade to v3.7.15 is not complete"):
        run("confirmed")
    assert run("rolled_back", automatic=True).error is None
    assert cluster.semantic() == before


def test_a_definition_that_somebody_changed_since_it_was_judged_is_not_overwritten(
    cluster: UpgradeCluster, run: Run
) -> None:
    theirs = definition("a", "theirs")
    cluster.meanwhile = [lambda: cluster._store(DEFINITION, theirs)]
    failed = run("upgraded")
    assert failed.error is not None
    assert failed.error.kind == "conflict"
    assert outcomes(failed) == {"widgets.argoproj.io": "failed", "controller": "not_reached", "server": "not_reached"}
    assert cluster.objects[DEFINITION]["spec"] == theirs["spec"]


def test_a_definition_that_somebody_made_since_it_was_judged_is_not_overwritten(
    cluster: UpgradeCluster, run: Run
) -> None:
    del cluster.objects[DEFINITION]
    cluster.meanwhile = [lambda: cluster._store(DEFINITION, definition("theirs"))]
    assert outcomes(run("upgraded"))["widgets.argoproj.io"] == "failed"
    assert cluster.objects[DEFINITION]["spec"] == definition("theirs")["spec"]


def test_what_the_cluster_alone_changed_of_a_definition_since_is_no_reason_to_stop(
    cluster: UpgradeCluster, run: Run
) -> None:
    cluster.meanwhile = [lambda: cluster._store(DEFINITION, cluster.objects[DEFINITION])] * 3
    assert run("upgraded").error is None
    assert cluster.objects[DEFINITION]["spec"] == definition("a", "b")["spec"]


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("v3.8.0", "skips a minor version"),
        ("v4.0.0", "nothing is known of 4.0"),
        ("v3.6.12", "goes back"),
        ("latest", "no version"),
    ],
)
def test_what_must_not_be_is_refused_untouched(cluster: UpgradeCluster, run: Run, version: str, words: str) -> None:
    with pytest.raises(OpsError, match=words):
        run("upgraded", version)
    assert cluster.writes == []


def test_while_one_is_under_way_no_other_one_begins(cluster: UpgradeCluster, run: Run) -> None:
    run("upgraded")
    with pytest.raises(OpsError, match=r"an upgrade v3.6.13 → v3.7.15 is under way"):
        run("upgraded", "v3.7.16")
    run("confirmed")
    assert run("upgraded", "v3.7.16").error is None
    run("rolled_back", automatic=True)
    assert cluster.images() == NEW, "back to where the last one came from"


def test_a_way_back_that_would_lose_data_is_refused_and_an_automatic_one_keeps_the_definition(
    cluster: UpgradeCluster, run: Run
) -> None:
    before = cluster.images()
    run("upgraded")
    cluster.widgets = [{"metadata": {"name": "w", "namespace": "argo"}, "spec": {"a": "1", "b": "2"}}]
    with pytest.raises(OpsError, match=r"older definition would lose data: Widget argo/w: spec.b"):
        run("rolled_back")
    assert cluster.images() == NEW
    assert run("rolled_back", automatic=True).error is None
    assert cluster.images() == before
    assert "b" in str(cluster.objects[DEFINITION])
    assert RECORD not in cluster.objects


def test_an_image_of_its_own_and_a_record_that_nobody_can_read(cluster: UpgradeCluster, run: Run) -> None:
    run("upgraded", images={"server": "mirror/server:v3.7.15"})
    assert cluster.images() == [NEW[0], "mirror/server:v3.7.15"]
    cluster.objects[RECORD]["binaryData"] = {"kept": "AAAA"}
    for state in ("upgraded", "rolled_back", "confirmed"):
        with pytest.raises(OpsError, match="cannot be read"):
            run(state)


def test_a_mark_that_says_nothing_is_not_guessed_from(cluster: UpgradeCluster, run: Run) -> None:
    run("upgraded")
    cluster.objects[SERVER]["metadata"]["annotations"][MARK] = "{}"
    with pytest.raises(OpsError, match="does not say what was there before"):
        run("rolled_back", automatic=True)
