# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade would find is read from the cluster and from files, and told by module component_upgrade_info."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_info, upgrade_look, upgrade_record
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import Kept, Record
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.upgrade_cluster import (
    CONTROLLER,
    RECORD,
    SERVER,
    SETTINGS,
    UpgradeCluster,
)

CONCERNS = [
    {"kind": "field", "names": ["spec.a", "spec.list[].b"], "resources": ["widgets"], "says": "gone"},
    {"kind": "setting", "names": ["postgresql"], "says": "rewritten", "irreversible": True},
    {"kind": "argument", "names": ["--executor-image"], "says": "renamed"},
    {"kind": "metric", "names": ["argo_count"], "says": "renamed"},
]
COMPONENT = {
    "name": "argo",
    "title": "Argo",
    "namespace": "argo",
    "group": "argoproj.io",
    "settings": "settings",
    "workloads": [{"name": "controller", "container": "controller"}, {"name": "server", "container": "server"}],
    "releases": [{"line": "3.6"}, {"line": "3.7", "since": ["3.6"], "concerns": CONCERNS}],
}


@pytest.fixture
def cluster() -> UpgradeCluster:
    return UpgradeCluster()


def ask(cluster: UpgradeCluster, version: str = "v3.7.15", **more: Any) -> dict[str, Any]:
    options = {
        "component": COMPONENT,
        "namespace": "",
        "version": version,
        "watching": [],
        "accept_irreversible": False,
        "method": "manifests",
        "release": None,
        "operations_namespace": "ops",
        **more,
    }
    return upgrade_info.prepare(options)(cluster)


def test_what_the_platform_uses_is_read_and_nothing_is_written(cluster: UpgradeCluster, tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text("expr: rate(argo_count[5m])")
    cluster.widgets = [{"metadata": {"name": "w", "namespace": "ns"}, "spec": {"a": "1"}}, {"spec": []}]
    cluster._store(SETTINGS, {"metadata": {"name": "settings"}, "data": {"persistence": "x: 1", "y": 7}})
    seen = ask(cluster, watching=[str(tmp_path)])
    assert (seen["old"], seen["new"], seen["way"], seen["allowed"]) == ("v3.6.13", "v3.7.15", "minor", True)
    assert seen["line"] == "Argo v3.6.13 → v3.7.15 may be made"
    assert [one["version"] for one in seen["workloads"]] == ["v3.6.13", "v3.6.13"]
    assert [(one["status"], one["message"]) for one in seen["findings"][1:]] == [
        ("warning", "spec.a in Widget ns/w: gone".replace("Widget", "widgets")),
        ("ok", "not used here: postgresql"),
        ("warning", "argument --executor-image: renamed"),
        ("warning", "argo_count: renamed"),
    ]
    assert (cluster.writes, cluster.dry_runs) == ([], [])


def test_objects_of_another_version_of_the_api_are_looked_at_too(cluster: UpgradeCluster) -> None:
    cluster.widgets = [{"metadata": {"name": "w", "namespace": "ns"}, "spec": {"a": "1"}}]
    cluster.pages = lambda path, **_: iter([cluster.widgets if path == "/apis/agents.platform/v1/widgets" else []])
    seen = ask(cluster, component={**COMPONENT, "group": "agents.platform", "served": "v1"})
    assert seen["findings"][1]["message"] == "spec.a in widgets ns/w: gone"


def test_what_has_no_way_back_is_refused_where_it_is_used(cluster: UpgradeCluster) -> None:
    cluster._store(SETTINGS, {"metadata": {"name": "settings"}, "data": {"persistence": "postgresql:\n  host: db"}})
    seen = ask(cluster)
    assert (seen["allowed"], seen["findings"][0]["status"]) == (False, "critical")
    assert "there is no way back by itself: rewritten" in seen["refusal"]
    assert ask(cluster, accept_irreversible=True)["allowed"]


def test_a_way_back_is_judged_without_a_version(cluster: UpgradeCluster) -> None:
    seen = ask(cluster, "")
    assert (seen["allowed"], seen["new"]) == (True, "")
    assert "no upgrade is recorded" in seen["line"]
    upgrade_record.save(cluster, RECORD, Record("v3.6.13", "v3.7.15"), "argo")
    for path in (CONTROLLER, SERVER):
        container = cluster.objects[path]["spec"]["template"]["spec"]["containers"][0]
        container["image"] = container["image"].partition("@")[0].replace("3.6.13", "3.7.15")
    seen = ask(cluster, "")
    assert (seen["old"], seen["new"], seen["way"], seen["phase"]) == ("v3.7.15", "v3.6.13", "back", "under way")
    assert ask(cluster)["line"] == "Argo v3.6.13 → v3.7.15 goes on"
    assert "is under way; finish it" in ask(cluster, "v3.7.16")["refusal"]
    upgrade_record.save(
        cluster, RECORD, Record("v3.6.13", "v3.7.15", "done", [], cluster.objects[RECORD]["metadata"]), "argo"
    )
    assert ask(cluster)["line"] == "Argo is v3.7.15 already"
    assert "goes back" in ask(cluster, "v3.6.13")["refusal"]


def test_a_component_that_is_not_there_and_files_that_are_not_there_are_told(cluster: UpgradeCluster) -> None:
    with pytest.raises(OpsError, match="watching: /none/such cannot be read"):
        ask(cluster, watching=["/none/such"])
    del cluster.objects[CONTROLLER]
    with pytest.raises(OpsError, match="Deployment argo/controller is not there, so there is no Argo to move"):
        ask(cluster)
    with pytest.raises(OpsError, match="is no version"):
        ask(cluster, "newest")
    with pytest.raises(OpsError, match="workloads"):
        upgrade_look.component_of({"component": {"name": "x"}, "namespace": ""})


def test_a_record_keeps_what_was_there_and_is_bound_to_its_version(cluster: UpgradeCluster) -> None:
    before = upgrade_record.before(cluster, [("Deployment", CONTROLLER), ("Deployment", f"{CONTROLLER}-2")])
    assert before[1] == Kept("Deployment", f"{CONTROLLER}-2", None)
    assert "status" not in before[0].item
    assert "uid" not in before[0].item["metadata"]
    record = Record("v1.0.0", "v1.1.0", kept=before)
    upgrade_record.save(cluster, RECORD, record, "argo")
    again = upgrade_record.load(cluster, RECORD)
    assert again is not None
    assert (again.old, again.new, again.kept) == ("v1.0.0", "v1.1.0", before)
    cluster._store(RECORD, dict(cluster.objects[RECORD], metadata={"name": "upgrade-argo"}))
    with pytest.raises(OpsError, match="has been modified"):
        upgrade_record.save(cluster, RECORD, again, "argo")
    upgrade_record.remove(cluster, RECORD, upgrade_record.load(cluster, RECORD))
    assert upgrade_record.load(cluster, RECORD) is None


def test_what_is_too_large_to_keep_is_refused(cluster: UpgradeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrade_record, "LARGEST", 10)
    with pytest.raises(OpsError, match="at most 10 can be kept"):
        upgrade_record.save(cluster, RECORD, Record("v1.0.0", "v1.1.0"), "argo")
    assert cluster.writes == []
