# SPDX-License-Identifier: GPL-3.0-or-later
"""A restart against servers that misbehave; the real one is used in tests/integration."""

from __future__ import annotations

import json
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns, names, pods
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.targets import Wanted
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    agent_evidence,
    agent_follow,
    agent_restart,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.config import load
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.transport import Transport
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    Request,
    status,
)

NS, TOKEN = "agent-platform", "ghp_0123456789abcdefghijABCDEFGHIJ"
TABLE = names.table([{"name": "rex", "github_app": "5DLabs-Rex"}])
JOB = "play-coderun-t7-rex-claude-0a1b2c3d-v1"


def pod(name: str = f"{JOB}-x2b4z", job: str = JOB, **meta: Any) -> dict[str, Any]:
    labels = {"github-user": "5dlabs-rex", "job-name": job}
    about = {"namespace": NS, "name": name, "uid": f"uid-{name}", "resourceVersion": "5", "labels": labels, **meta}
    return {
        "metadata": about,
        "spec": {"containers": [{"name": "claude-code", "env": [{"name": "GH_TOKEN", "value": TOKEN}]}]},
        "status": {
            "phase": "Running",
            "conditions": [{"type": "Ready", "status": "True"}],
            "containerStatuses": [
                {"name": "claude-code", "state": {"running": {}}, "lastState": {"terminated": {"exitCode": 1}}},
                {"name": "sidecar", "state": {"waiting": {"reason": "x"}}},
            ],
        },
    }


class Cluster:
    """One agent at work. On deletion its controller makes another pod, unless a test says what happens instead."""

    def __init__(self) -> None:
        self.pods = {one["metadata"]["name"]: one for one in [pod()]}
        self.run = {
            "metadata": {"namespace": NS, "name": "run-7", "uid": "r7", "resourceVersion": "9"},
            "spec": {"githubApp": "5DLabs-Rex"},
            "status": {"phase": "Running", "jobName": JOB},
        }
        self.on_delete = self.replace_it
        self.on_patch: list[Answer] = []
        self.log = Answer(status=200, body="")
        self.writes: list[tuple[str, Any]] = []

    def replace_it(self, name: str) -> Answer | None:
        del self.pods[name]
        self.run["status"]["jobName"] = JOB[:-1] + "2"
        self.pods["new"] = pod("new", JOB[:-1] + "2")
        return None

    def __call__(self, request: Request) -> Answer:
        *_start, plural, last = request.path.split("/")
        if request.method == "DELETE" and request.body.get("dryRun") == ["All"]:
            return Answer({"kind": "Status", "status": "Success"})
        if request.method == "DELETE":
            self.writes.append((last, request.body["preconditions"]))
            return self.on_delete(last) or Answer({"kind": "Status", "status": "Success"})
        if request.method == "PATCH":
            self.writes.append((last, request.body["metadata"]))
            return self.on_patch.pop(0) if self.on_patch else Answer(self.run)
        if last == "log":
            return self.log
        if plural == "pods":
            return Answer(self.pods[last]) if last in self.pods else status(404, f'pods "{last}" not found')
        if plural == "deployments":
            return Answer({"kind": "Deployment", "spec": {}, "status": {"availableReplicas": 1}})
        lists = {"pods": list(self.pods.values()), "coderuns": [self.run], "events": []}
        if last not in lists:
            return Answer(self.run) if plural == "coderuns" else status(404, f"no {last}")
        if request.query.get("watch"):
            time.sleep(0.2)
            return status(410, "too old")
        return Answer({"kind": "List", "metadata": {"resourceVersion": "20"}, "items": lists[last]})


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


@pytest.fixture
def client(cluster: Cluster, tmp_path: Path):
    path = tmp_path / "kubeconfig"
    with FaultServer(cluster) as server:
        path.write_text(json.dumps(server.kubeconfig()))
        yield Client(Transport(lambda: load(str(path))))


@pytest.fixture
def restart(client: Client, tmp_path: Path):
    def run(check: bool = False, wait: float = 5, **changes: Any):
        wanted = Wanted(NS, **{"agent": "rex", **changes})
        where = ("agent-platform", "controller")
        order = agent_restart.Order(wanted, TABLE, "It hangs", "ops", wait, False, 900, where, str(tmp_path / "kept"))
        return agent_restart.act(client, Fence(None, None), order, check)

    return run


def test_the_deletion_is_bound_to_this_very_pod_and_the_coderun_says_who_and_why(cluster: Cluster, restart) -> None:
    acted = restart()
    assert (acted.error, acted.actions[0].outcome, acted.more["replacement"]["name"]) == (None, "changed", "new")
    (deleted, bound), (noted, meta) = cluster.writes
    assert (deleted, bound) == (f"{JOB}-x2b4z", {"uid": f"uid-{JOB}-x2b4z", "resourceVersion": "5"})
    assert (noted, meta["resourceVersion"], meta["annotations"]["ops.agent-platform/restart-actor"]) == (
        "run-7",
        "9",
        "ops",
    )


def test_what_changed_in_between_is_looked_at_again(cluster: Cluster, restart) -> None:
    def changes_once(_name: str) -> Answer:
        cluster.on_delete = cluster.replace_it
        cluster.pods[f"{JOB}-x2b4z"] = pod(resourceVersion="6")
        return status(409, "the object has been modified")

    cluster.on_delete = changes_once
    assert restart().actions[0].outcome == "changed"
    assert [bound["resourceVersion"] for name, bound in cluster.writes if "x2b4z" in name] == ["5", "6"]


def test_one_that_changes_for_ever_or_is_another_one_by_now_is_a_conflict(cluster: Cluster, restart) -> None:
    cluster.on_delete = lambda _name: status(409, "the object has been modified")
    with pytest.raises(OpsError, match="changed 5 times") as refused:
        restart()
    assert refused.value.kind == "conflict"

    def another(name: str) -> Answer:
        cluster.pods[name] = pod(uid="another")
        return status(409, "uid mismatch")

    cluster.on_delete = another
    with pytest.raises(OpsError, match="went away by itself"):
        restart()


def test_a_deletion_that_was_accepted_but_did_not_happen_is_unverified(cluster: Cluster, restart) -> None:
    cluster.on_delete = lambda _name: None
    acted = restart(wait=1)
    assert (acted.error.kind, acted.actions[0].outcome) == ("unverified", "unverified")
    assert "is still there after 1 s" in acted.error.message


def test_a_note_that_cannot_be_written_is_told_and_the_restart_goes_on(cluster: Cluster, restart) -> None:
    cluster.on_patch = [status(409, "modified"), status(403, "no patch for you")]
    acted = restart()
    assert acted.actions[0].outcome == "changed"
    assert "not kept: the note at its CodeRun (no patch for you)" in acted.actions[0].detail


def test_in_check_mode_nothing_is_written_or_kept(cluster: Cluster, restart, tmp_path: Path) -> None:
    acted = restart(check=True)
    assert (acted.actions[0].outcome, acted.more["kept"]) == ("planned", "")
    assert (cluster.writes, (tmp_path / "kept").exists()) == ([], False)


def test_one_that_is_going_already_is_only_followed(cluster: Cluster, restart) -> None:
    name = f"{JOB}-x2b4z"
    cluster.pods[name] = pod(deletionTimestamp="2026-11-21T08:00:00Z")
    acted = restart(wait=1)
    assert (acted.actions[0].outcome, cluster.writes) == ("unverified", [])
    cluster.replace_it(name)
    gone = restart(agent="", pod=name)
    assert (gone.actions[0].outcome, cluster.writes) == ("unchanged", [])
    assert "it is gone; new is ready" in gone.actions[0].reason


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reason": " "}, "reason: it is empty"),
        ({"reason": "x" * 1001}, "1,001 characters"),
        ({"wait": 0}, "wait is 0"),
    ],
)
def test_bad_input_is_refused(client: Client, change: dict, words: str) -> None:
    given = {"wanted": Wanted(NS, agent="rex"), "agents": TABLE, "reason": "r", "actor": "", "wait": 5, "anyway": False}
    given |= {"again_after": 0, "controller": ("n", "c"), "keep_directory": None, **change}
    with pytest.raises(OpsError, match=words):
        agent_restart.act(client, Fence(None, None), agent_restart.Order(**given), False)


def test_what_is_kept_holds_no_secret_and_tells_what_could_not_be_read(
    cluster: Cluster, client: Client, tmp_path: Path
) -> None:
    cluster.log = status(500, "the node is gone")
    folder, missing = agent_evidence.keep(client, pod("../odd/name"), str(tmp_path))
    assert [one.partition(" (")[0] for one in missing] == ["the log of claude-code", "the previous log of claude-code"]
    files = {path.name: path for path in Path(folder).iterdir()}
    assert set(files) == {"pod.json", "events.json"}
    assert Path(folder).parent == tmp_path / "restarted-pods"
    assert TOKEN not in files["pod.json"].read_text()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (*files.values(), Path(folder))} == {0o600, 0o700}


def test_a_folder_that_cannot_be_written_stops_it_before_the_deletion(
    cluster: Cluster, restart, tmp_path: Path
) -> None:
    (tmp_path / "kept").write_text("a file")
    with pytest.raises(OpsError, match=r"keep_directory: .* cannot be written"):
        restart()
    assert cluster.writes == []


def test_following_tells_how_far_it_came_when_its_time_is_over(cluster: Cluster, client: Client) -> None:
    run, old = coderuns.read(cluster.run), pods.read(pod())
    del cluster.pods[old.name]
    found, gone = agent_follow.follow(client, old, run, 1)
    assert (found.state, gone) == ("missing", True)
