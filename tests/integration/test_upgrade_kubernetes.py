# SPDX-License-Identifier: GPL-3.0-or-later
"""A real control plane moves one minor version ahead, and back with its data; a held workflow outlives all of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import WORKER, run
from tests.support.drained_pods import DrainedPods
from tests.support.lab import Lab
from tests.support.upgrades_kubernetes import COMPONENTS, DRAINS, NEW, OLD, RUNBOOK, OldLab, Site, old_lab
from tests.support.workflows import until

FORWARD = ("-e", f"upgrade_kubernetes_version={NEW}")
CONFIRMED = ("-e", "runbook_confirm=lab")
ASKED, ROLLED = ("-e", "node_drain_empty_dirs=evict"), ("-e", json.dumps(DRAINS))
USER = "system:serviceaccount:agent-platform-ops:upgrade-kubernetes"
AT_ONCE = ("-e", "upgrade_kubernetes_drain=false")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are told apart by /proc")


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with old_lab(f"old{WORKER and '-'}{WORKER}") as lab:
        yield Site(lab)


def test_without_a_rehearsal_it_does_not_begin_and_check_writes_nothing(site: Site) -> None:
    since = site.lab.audit_position()
    refused = site.run(*FORWARD, *CONFIRMED)
    assert refused.rc == 2
    assert "no record of a restore that was rehearsed" in refused.stdout
    site.lab.rehearse()
    planned = site.run(*FORWARD, *AT_ONCE, "--check")
    assert planned.rc == 0, planned.stdout[-6000:]
    assert [step["changes"]["total"] for step in planned.record["steps"]] == [0, 0, 1, 1, 3, 3, 0]
    assert site.lab.writes(since, USER) == []
    assert site.lab.note == {}
    site.require(OLD)


def test_killed_with_its_control_plane_down_it_goes_on_and_drains_without_harm(site: Site) -> None:
    pods, since = DrainedPods(site.namespace), site.lab.audit_position()
    run = site.lab.begin(RUNBOOK, *site.lab.arguments(*FORWARD, *CONFIRMED), log=site.lab.state / "killed.log")
    _kill_while_it_moves(site.lab, run)
    snapshot = site.lab.note["snapshot"]

    with pods.watched() as seen:
        # Nobody has said that the last healthy pod of a Deployment may be rolled out: its node stays, and all else too.
        asked = site.run(*FORWARD, *CONFIRMED, *ASKED)
        assert asked.rc == 2
        assert "the last healthy one of Deployment" in asked.stdout, asked.stdout[-6000:]
        assert (site.lab.server(), site.lab.note["phase"], site.away()) == (NEW, "moving", [])
        assert [one["ok"] for one in asked.record["rollbacks"]] == [False], asked.record["rollbacks"]
        assert not pods.was_evicted(site.lab, since, USER, "alone")
        moved = {row["subject"]["name"] for row in asked.record["steps"][5]["changes"]["rows"]}
        assert moved == site.nodes(NEW), "a report tells of the nodes that moved, and of no others"

        # As a run leaves it that is killed when a node has the version and is not back yet.
        site.leave_away(pods.node_of("alone"))
        seen.clear()
        went_on = site.run(*FORWARD, *CONFIRMED, *ROLLED)
    assert went_on.rc == 0, went_on.stdout[-6000:]
    site.require(NEW)
    assert (site.lab.note["phase"], site.lab.note["snapshot"]) == ("done", snapshot)
    lost = [one for one in went_on.record["findings"] if one["check"] == "nothing_lost"]
    assert [one["status"] for one in lost] == ["ok"], lost
    assert all(site.lab.runs(name) for name in COMPONENTS)
    _require_no_harm(site, pods, seen, since)

    again = site.run(*FORWARD, *CONFIRMED)
    assert again.rc == 0, again.stdout[-6000:]
    assert sum(step["changes"]["total"] for step in again.record["steps"]) == 0
    assert "changed=0" in again.stdout.partition("PLAY RECAP")[2].splitlines()[1]


def _require_no_harm(site: Site, pods: DrainedPods, seen: dict[str, int], since: int) -> None:
    """One node was away at a time, something healthy was there all the time, and an agent ended its work by itself."""
    assert seen["away"] == 1
    assert min(seen["web"], seen["alone"]) >= 1
    assert pods.was_evicted(site.lab, since, USER, "web")
    assert not pods.was_evicted(site.lab, since, USER, "agent")
    assert pods.pod("agent")["status"]["phase"] == "Succeeded"


def test_it_goes_back_to_the_data_of_the_snapshot_when_somebody_says_so(site: Site) -> None:
    site.add("late")
    back = ("-e", f"upgrade_kubernetes_rollback_to={site.lab.note['snapshot']}")
    done = site.run(*back, *CONFIRMED)
    assert done.rc == 0, done.stdout[-6000:]
    site.require(OLD)
    lost = [row["subject"]["name"] for row in done.record["steps"][0]["changes"]["rows"] if row["action"] == "lose"]
    assert f"{site.namespace.name}/late" in lost
    assert site.names() == set()
    assert site.lab.note["phase"] == "rolled_back"
    clear = site.lab.directory / "private" / "etcd-snapshot"
    assert not clear.exists()


def test_when_a_node_does_not_come_back_it_goes_back_by_itself(site: Site) -> None:
    site.add("early")
    site.lab.kubectl("create", "-f", str(_broken_node(site.lab)))
    quick = ("-e", "upgrade_kubernetes_attempts=2", "-e", "upgrade_kubernetes_pause=1")
    failed = site.run(*FORWARD, *CONFIRMED, *AT_ONCE, *quick)
    assert failed.rc == 2
    assert failed.record["steps"][5]["status"] == "failed", failed.stdout[-6000:]
    assert [one["ok"] for one in failed.record["rollbacks"]] == [True], failed.record["rollbacks"]
    site.require(OLD)
    assert site.names() == {"early"}
    site.resume()


def test_a_workflow_controller_that_is_not_started_anew_is_told_with_what_to_do(lab: Lab) -> None:
    tasks = "name=agent_platform.ops.upgrade_kubernetes tasks_from=controller"
    variables = {"platform_kubeconfig": str(lab.kubeconfig), "platform_workflow_controller": "nobody"}
    done = run("ansible", "localhost", "-m", "include_role", "-a", tasks, "-e", json.dumps(variables))
    told = " ".join(done.stdout.split())
    assert "the workflow controller was not started anew (there is no such Deployment), so nobody knows" in told
    assert "kubectl -n argo rollout restart deployment/nobody" in told


def _kill_while_it_moves(lab: OldLab, run: subprocess.Popen[bytes]) -> None:
    """Kill a run with all that it has started as soon as components move, and what it moves too."""
    until(lambda: lab.note.get("phase") == "moving" or run.poll() is not None, timeout=1200)
    assert run.poll() is None, (lab.state / "killed.log").read_text()[-6000:]
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    for pid in lab.runs("kube-apiserver"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def _broken_node(lab: OldLab) -> Path:
    """A node of which nobody hears."""
    words = ("machineID", "systemUUID", "bootID", "kernelVersion", "osImage", "containerRuntimeVersion")
    info = {**dict.fromkeys((*words, "kubeProxyVersion", "operatingSystem", "architecture"), ""), "kubeletVersion": OLD}
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "zz-broken"}, "status": {"nodeInfo": info}}
    path = lab.state / "broken.json"
    path.write_text(json.dumps(node))
    return path
