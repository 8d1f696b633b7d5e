# SPDX-License-Identifier: GPL-3.0-or-later
"""An upgrade with Helm, whatever Helm leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    upgrade_info,
    upgrade_release,
    upgrade_writes,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import load
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.helm_cluster import (
    COMPONENT,
    NEW,
    OLD,
    RELEASE,
    HelmCluster,
    Run,
    back,
    outcomes,
    runner,
    upgrade,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.upgrade_cluster import (
    CONTROLLER,
    RECORD,
    SERVER,
    KilledError,
)


@pytest.fixture
def cluster() -> HelmCluster:
    return HelmCluster()


@pytest.fixture
def run(cluster: HelmCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(upgrade_writes.upgrade_follow.time, "sleep", lambda _seconds: None)
    return runner(cluster, tmp_path)


def test_a_release_is_upgraded_confirmed_and_a_second_time_nothing_is_to_do(cluster: HelmCluster, run: Run) -> None:
    done = upgrade(cluster, run)
    assert done.error is None
    assert outcomes(done) == {
        "widgets.argoproj.io": "changed",
        "controller": "unchanged",
        "server": "unchanged",
        "wf": "changed",
    }
    assert "canary" not in repr(done)
    run("confirmed")
    assert (load(cluster, RECORD).before, load(cluster, RECORD).after) == (1, 2)
    again = run("prepared", check=True)
    assert (again.more["release"]["upgrade"], set(outcomes(again).values())) == (False, {"unchanged"})


def test_check_mode_tells_what_helm_would_do_and_writes_nothing(cluster: HelmCluster, run: Run) -> None:
    before = cluster.semantic()
    planned = run("prepared", check=True)
    assert outcomes(planned) == {"widgets.argoproj.io": "planned", "wf": "planned"}
    assert (cluster.writes, cluster.semantic()) == ([], before)
    upgrade(cluster, run)
    writes = len(cluster.writes)
    planned = run("rolled_back", check=True)
    assert (outcomes(planned)["wf"], planned.more["release"]["back_to"], len(cluster.writes)) == ("planned", 1, writes)


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_write_before_helm_it_goes_on_and_back(
    cluster: HelmCluster, run: Run, number: int, after: bool
) -> None:
    before = {path: item for path, item in cluster.semantic().items() if path not in (CONTROLLER, SERVER)}
    cluster.die, cluster.die_after = number, after
    with pytest.raises(KilledError):
        run("prepared")
    cluster.die = None
    assert upgrade(cluster, run).error is None
    run("confirmed")
    assert back(cluster, run).error is None
    left = {path: item for path, item in cluster.semantic().items() if path not in (CONTROLLER, SERVER)}
    assert (left, cluster.images()) == (before, [f"q.io/{name}:{OLD}" for name in ("controller", "server")])


def test_a_pending_revision_of_a_killed_run_is_put_back_first(cluster: HelmCluster, run: Run) -> None:
    run("prepared")
    cluster.helm(NEW, "pending-upgrade")
    assert run("prepared").more["release"] | {"updated": ""} == {
        "namespace": "argo",
        "name": "wf",
        "revision": 2,
        "status": "pending-upgrade",
        "updated": "",
        "upgrade": True,
        "back_to": 1,
    }
    assert upgrade(cluster, run).error is None
    assert [one["chart"]["metadata"]["appVersion"] for one in cluster.revisions] == [OLD, NEW, OLD, NEW]


@pytest.mark.parametrize("check", [False, True])
def test_a_pending_revision_is_waited_for_as_long_as_helm_may_work_on_it(
    cluster: HelmCluster, run: Run, monkeypatch: pytest.MonkeyPatch, check: bool
) -> None:
    run("prepared")
    renewed: list[int] = []
    monkeypatch.setattr(upgrade_writes.Fence, "check", lambda _fence: renewed.append(1))
    cluster.helm(NEW, "pending-upgrade", datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    waited = []

    def ends(_seconds: float) -> None:
        waited.append(1)
        cluster.revisions.pop()
        cluster.helm(NEW)

    monkeypatch.setattr(upgrade_release.time, "sleep", ends)
    release = run("prepared", release={**RELEASE, "timeout": 600}, check=check).more["release"]
    assert (waited, release["back_to"], release["upgrade"]) == ([1], 0, False)
    # A plan may write nothing, and a Lease is renewed by a write.
    assert bool(renewed) is not check


def test_what_somebody_else_left_pending_is_refused_untouched(cluster: HelmCluster, run: Run) -> None:
    cluster.helm(NEW, "pending-upgrade")
    for state in ("prepared", "rolled_back"):
        with pytest.raises(
            OpsError, match="is pending-upgrade at revision 2, and not by an upgrade of this collection"
        ):
            run(state)
    assert cluster.writes == []


def test_a_chart_that_leaves_the_image_where_it_was_is_told(cluster: HelmCluster, run: Run) -> None:
    run("prepared")
    cluster.helm(NEW)
    cluster._container(SERVER)["image"] = f"q.io/server:{OLD}"
    done = run("upgraded")
    assert done.error is not None
    assert f"Deployment argo/server is at {OLD} after Helm has upgraded argo/wf" in done.error.message


def test_wanted_values_and_charts_are_reasons_to_upgrade(cluster: HelmCluster, run: Run, tmp_path: Path) -> None:
    upgrade(cluster, run)
    run("confirmed")
    values = [tmp_path / name for name in ("a.yml", "b.yml")]
    values[0].write_text("x: {y: 1, z: 2}\n")
    values[1].write_text("x: {z: 3}\n")
    cluster.helm(NEW, x={"y": 1, "z": 3})

    def wanted(**release: Any) -> bool:
        return run("prepared", check=True, release={**RELEASE, **release}).more["release"]["upgrade"]

    assert not wanted(values_files=[str(one) for one in values], chart_version="1.15")
    assert wanted(values_files=[str(values[0])])
    assert wanted(chart_version="1.16")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"release": None}, "method helm needs the name"),
        ({"release": {**RELEASE, "name": "Wf; x"}}, "is no name of a release"),
        ({"release": {**RELEASE, "name": "a" * 54}}, "is no name of a release"),
        ({"release": {**RELEASE, "name": "other"}}, "there is no Helm release argo/other"),
        ({"method": "manifests"}, "it belongs to method helm"),
        ({"method": "manifests", "release": None}, "belongs to method helm; images are moved"),
        ({"images": {"server": "x"}}, "the chart and its values name them"),
        ({"release": {**RELEASE, "values_files": ["/nowhere/canary.yml"]}}, "canary.yml cannot be read as YAML"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(cluster: HelmCluster, run: Run, options, words) -> None:
    with pytest.raises(OpsError, match=words):
        run("prepared", **options)
    assert cluster.writes == []


def test_values_that_are_no_yaml_are_not_quoted(cluster: HelmCluster, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "values.yml"
    for text, words in (("a: [canary", "cannot be read as YAML"), ("- canary", "holds no mapping")):
        file.write_text(text)
        with pytest.raises(OpsError, match=words) as refused:
            run("prepared", release={**RELEASE, "values_files": [str(file)]})
        assert "[canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("options", "allowed", "words"),
    [
        ({}, True, ""),
        ({"method": "manifests", "release": None}, False, "belongs to Helm release argo/wf"),
        ({"release": {**RELEASE, "name": "other"}}, False, "and not to argo/other"),
    ],
)
def test_the_judgement_tells_whose_the_workloads_are(cluster: HelmCluster, options, allowed, words) -> None:
    given = {"component": COMPONENT, "namespace": "", "version": NEW, "watching": [], "accept_irreversible": False}
    chosen = {"operations_namespace": "ops", "method": "helm", "release": RELEASE, **options}
    judged = upgrade_info.prepare({**given, **chosen})(cluster)
    assert judged["allowed"] is allowed
    assert words in judged["refusal"]
