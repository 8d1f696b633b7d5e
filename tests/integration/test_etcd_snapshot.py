# SPDX-License-Identifier: GPL-3.0-or-later
"""The real etcd of the practice cluster: kept encrypted, and restored into another control plane."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cluster import Cluster, Programs
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import Layout

from tests.support.cluster import client
from tests.support.commands import run
from tests.support.datasets import Vault, vault
from tests.support.lab import Lab
from tests.support.modules import run_module
from tests.support.roles import run_step
from tests.support.s3 import tools

CANARY = "canary-of-the-etcd-snapshot"
PRIVATE = "AGE-SECRET-KEY-1CANARYCANARYCANARYCANARYCANARYCANARYCANARYCANARYCANARYCAN"


@pytest.fixture
def kept(tmp_path: Path) -> Vault:
    return vault(tmp_path / "vault")


@pytest.fixture
def programs() -> dict[str, str]:
    return tools("etcd", "kwok", "kubernetes")


@pytest.fixture
def settings(lab: Lab, programs: dict[str, str], tmp_path: Path) -> dict[str, str]:
    port = json.loads((lab.directory / "lab.json").read_text())["ports"]["etcd"]
    (tmp_path / "scratch").mkdir()
    tools = {name: programs[name] for name in ("etcdctl", "etcdutl")}
    return {"endpoint": f"http://127.0.0.1:{port}", "scratch": str(tmp_path / "scratch"), **tools}


@pytest.fixture
def other_plane(programs: dict[str, str], tmp_path: Path) -> Iterator[tuple[Cluster, Programs]]:
    """A control plane of this test's own, empty."""
    cluster, wanted = Cluster(Layout(tmp_path / "plane", "etcd-restore")), Programs(programs, "v1.35.4")
    with cluster.alone():
        cluster.create(wanted, {})
    yield cluster, wanted
    cluster.remove()


def _control_plane_down(cluster: Cluster, programs: dict[str, str]) -> None:
    env = {"KWOK_WORKDIR": str(cluster.layout.work), "PATH": "/usr/bin:/bin"}
    run(programs["kwokctl"], "stop", "cluster", "--name", cluster.layout.name, env=env)


def test_a_snapshot_is_kept_encrypted_and_another_control_plane_goes_on_from_it(
    kept: Vault, settings: dict[str, str], other_plane: tuple[Cluster, Programs], namespace, tmp_path: Path
) -> None:
    cluster, wanted = other_plane
    made = namespace.create("v1", "secrets", {"kind": "Secret", "metadata": {"name": "a"}, "stringData": {"a": CANARY}})
    variables = {f"etcd_snapshot_{name}": value for name, value in settings.items()} | kept.variables
    step = run_step(tmp_path, "etcd_snapshot", "-e", json.dumps(variables))
    assert step.rc == 0, step.stdout
    assert [one["status"] for one in step.result["findings"]] == ["ok"]
    assert step.result["data"]["dataset"]["facts"]["keys"] > 100
    assert kept.clear_text(CANARY.encode(), made["metadata"]["uid"].encode()) == []
    assert list(Path(settings["scratch"]).iterdir()) == []
    # Made after the snapshot: it must not come back.
    namespace.add({**_late(), "metadata": {"name": "later"}})

    restored = run_module("dataset_restore", **kept.looking, provider="etcd_snapshot", dest=str(tmp_path / "out"))
    assert restored.get("changed"), restored
    _control_plane_down(cluster, wanted.paths)
    _put_in_place(cluster, wanted.paths["etcdutl"], tmp_path / "out" / "snapshot.db")
    cluster.restart(wanted, ())
    there = client(cluster.layout.kubeconfig)
    secret = there.get(resource("v1", "secrets", namespace.name, "a"))
    assert secret["metadata"]["uid"] == made["metadata"]["uid"]
    assert there.get_or_none(resource(*WORKFLOWS, namespace.name, "later")) is None


def _late() -> dict:
    return {"apiVersion": WORKFLOWS[0], "kind": "Workflow", "spec": {"suspend": True}}


def _put_in_place(cluster: Cluster, etcdutl: str, snapshot: Path) -> None:
    """As docs of etcd say: a new data folder for the one member with its name and peer URL."""
    peer, data = f"http://127.0.0.1:{cluster.state['ports']['etcd_peer']}", cluster.layout.cluster / "etcd"
    shutil.rmtree(data)
    member = ["--name=node0", f"--initial-cluster=node0={peer}", f"--initial-advertise-peer-urls={peer}"]
    run(etcdutl, "snapshot", "restore", snapshot, f"--data-dir={data}", *member)


def test_check_mode_asks_alone_and_what_cannot_be_is_refused_untouched(kept: Vault, settings: dict[str, str]) -> None:
    looked = run_module("etcd_snapshot", check=True, **kept.keeping, **settings)
    assert looked["changed"]
    assert looked["line"].startswith("would keep etcd at revision")
    wrong = [
        ({"recipients": []}, "never stored in clear"),
        ({"recipients": [PRIVATE]}, "private key"),
        ({"endpoint": "127.0.0.1"}, "one URL is taken"),
        ({"endpoint": "http://127.0.0.1:1", "timeout": 20}, "etcdctl failed"),
        ({"etcdutl": "no-such-etcdutl"}, "there is no program"),
        ({"scratch": "/no/such/folder"}, "cannot make a folder"),
        ({"trusted_keys": []}, "trusted_keys is empty"),
    ]
    for options, why in wrong:
        refused = run_module("etcd_snapshot", **{**kept.keeping, **settings, **options})
        assert refused.get("failed"), options
        assert why in refused["msg"]
        assert PRIVATE not in json.dumps(refused)
    assert [path for path in (kept.folder / "store").rglob("*") if "manifests" in path.parts] == []
    assert list(Path(settings["scratch"]).iterdir()) == []


def test_without_an_endpoint_the_step_is_unknown(tmp_path: Path) -> None:
    step = run_step(tmp_path, "etcd_snapshot", "-e", "etcd_snapshot_endpoint=")
    assert step.rc == 0, step.stdout
    assert [one["status"] for one in step.result["findings"]] == ["unknown"]
    assert step.result["changes"]["total"] == 0
