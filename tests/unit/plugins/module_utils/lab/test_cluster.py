# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import cluster as cluster_module
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cluster import Cluster, Programs, Seen, decide
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import CONTROL_PLANE, Layout

READY = {"schema": 2, "phase": "ready", "name": "lab", "ports": {"api": 20000}}
ALL = frozenset(CONTROL_PLANE)
PROGRAMS = Programs({name: f"/tools/{name}" for name in (*CONTROL_PLANE, "kwok", "kwokctl", "kubectl")}, "v1.35.4")


@pytest.mark.parametrize(
    ("seen", "action", "reason"),
    [
        (Seen(False, {}, frozenset(), False), "create", "does not exist"),
        (Seen(True, {}, frozenset(), False), "recreate", "no lab.json of this version"),
        (Seen(True, {}, ALL, True), "recreate", "no lab.json of this version"),
        (Seen(True, {"schema": 1, "phase": "ready"}, ALL, True), "recreate", "no lab.json of this version"),
        (Seen(True, {"schema": 2, "phase": "making"}, ALL, True), "recreate", "interrupted"),
        (Seen(True, READY, ALL, True), "nothing", ""),
        (Seen(True, READY, ALL - {"etcd"}, False), "restart", "not running: etcd"),
        (Seen(True, READY, frozenset(), False), "restart", "not running: etcd, kube-apiserver"),
        (Seen(True, READY, ALL, False), "restart", "does not answer"),
        (Seen(True, READY, ALL, True, ("kube-apiserver",)), "restart", "other programs are wanted for kube-apiserver"),
    ],
)
def test_what_is_done_follows_from_what_is_there(seen, action, reason):
    decided, why = decide(seen)
    assert decided == action
    assert reason in why


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A cluster whose kwokctl calls are noted; its API server answers once it was started."""
    calls = []
    made = Cluster(Layout(tmp_path / "lab", "lab"))

    def kwokctl(wanted, *arguments):
        calls.append(arguments[:2])
        authority = made.layout.cluster / "pki" / "ca.crt"
        authority.parent.mkdir(parents=True, exist_ok=True)
        authority.write_text("authority")
        (made.layout.cluster / "bin").mkdir(exist_ok=True)
        (made.layout.cluster / "pids").mkdir(exist_ok=True)

    monkeypatch.setattr(made, "_kwokctl", kwokctl)
    monkeypatch.setattr(made, "answers", lambda: bool(calls))
    monkeypatch.setattr(cluster_module.processes, "running", lambda folders: [])
    made.calls = calls
    return made


def create(cluster, requested=None):
    with cluster.alone():
        cluster.create(PROGRAMS, requested or {})


def test_a_created_one_has_its_files_for_its_owner_alone(cluster):
    create(cluster)
    state = json.loads(cluster.layout.state.read_text())
    assert state["phase"] == "ready"
    assert cluster.calls == [("create", "cluster")]
    files = [path for path in cluster.layout.directory.rglob("*") if path.is_file() and "pki" not in path.parts]
    assert {path.name for path in files} >= {"lab.json", "kubeconfig", "tokens.csv", "kubeconfig-workflow-controller"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
    server = json.loads(cluster.layout.kubeconfig.read_text())["clusters"][0]["cluster"]["server"]
    assert server == f"https://127.0.0.1:{state['ports']['api']}"


def test_one_that_was_interrupted_is_known_as_such(cluster, monkeypatch):
    def killed(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(cluster, "_kwokctl", killed)
    with pytest.raises(KeyboardInterrupt):
        create(cluster)
    assert decide(cluster.look(PROGRAMS, {}))[0] == "recreate"


def test_a_refused_creation_leaves_no_folder(cluster):
    with pytest.raises(OpsError, match="out of range"):
        create(cluster, {"api": 1})
    assert not cluster.layout.directory.exists()


def test_a_foreign_folder_is_neither_filled_nor_removed(cluster):
    cluster.layout.directory.mkdir()
    (cluster.layout.directory / "thesis.tex").write_text("")
    for act in (lambda: cluster.create(PROGRAMS, {}), cluster.remove):
        with pytest.raises(OpsError, match=r"holds thesis\.tex"), cluster.alone():
            act()
    assert [path.name for path in cluster.layout.directory.iterdir()] == ["thesis.tex"]


def test_a_restart_links_the_wanted_programs_and_forgets_old_numbers(cluster):
    create(cluster)
    number = cluster.layout.cluster / "pids" / "etcd.pid"
    number.write_text(str(os.getpid()))
    (cluster.layout.cluster / "bin" / "etcd").symlink_to("/tools/older-etcd")
    seen = cluster.look(PROGRAMS, {})
    assert seen.outdated == ("etcd",)
    with cluster.alone():
        cluster.restart(PROGRAMS, seen.outdated)
    assert not number.exists()
    assert os.readlink(cluster.layout.cluster / "bin" / "kwok-controller") == "/tools/kwok"
    assert cluster.look(PROGRAMS, {}).outdated == ()
    assert cluster.calls[-1] == ("start", "cluster")


def test_what_is_not_renewed_starts_from_the_programs_that_it_had(cluster):
    create(cluster)
    (cluster.layout.cluster / "bin" / "kube-scheduler").symlink_to("/tools/older")
    with cluster.alone():
        cluster.start(PROGRAMS, ("kube-apiserver",))
    links = {name: os.readlink(cluster.layout.cluster / "bin" / name) for name in ("kube-apiserver", "kube-scheduler")}
    assert links == {"kube-apiserver": "/tools/kube-apiserver", "kube-scheduler": "/tools/older"}


def test_one_that_was_never_ready_is_told(cluster):
    with pytest.raises(OpsError, match="is not set up"):
        cluster.require_ready()
    create(cluster)
    cluster.require_ready()


def test_another_name_or_port_than_the_clusters_own_is_refused(cluster):
    create(cluster)
    port = cluster.state["ports"]["api"]
    cluster.look(PROGRAMS, {"api": port})
    with pytest.raises(OpsError, match=f"has port {port} for api and cannot change it to 6443"):
        cluster.look(PROGRAMS, {"api": 6443})
    other = Cluster(Layout(cluster.layout.directory, "other"))
    with pytest.raises(OpsError, match="belongs to practice cluster lab, not other"):
        other.look(PROGRAMS, {})


def test_one_that_never_answers_is_told_with_its_logs(cluster, monkeypatch):
    monkeypatch.setattr(cluster_module, "_READY_SECONDS", 0.2)
    monkeypatch.setattr(cluster, "answers", lambda: False)
    with pytest.raises(OpsError, match="is not ready after") as failed:
        create(cluster)
    assert failed.value.kind == "timeout"
    assert str(cluster.layout.cluster / "logs") in failed.value.hint


def test_removing_leaves_no_folder(cluster):
    create(cluster)
    with cluster.alone():
        cluster.remove()
    assert not cluster.layout.directory.exists()


def test_two_do_not_work_on_one_cluster_at_once(cluster, monkeypatch):
    monkeypatch.setattr(cluster_module, "_LOCK_SECONDS", 0.3)
    with cluster.alone(), pytest.raises(OpsError, match="another process sets up or removes") as refused:
        with Cluster(cluster.layout).alone():
            pass
    assert refused.value.kind == "conflict"
