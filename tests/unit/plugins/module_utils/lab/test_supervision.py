# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import processes
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import PORTS, SUPERVISOR, Layout
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.supervision import Supervision, Wanted, settings

SOURCES = Path(__file__).parents[5] / "roles" / "lab" / "files" / "supervisor"
PORT_NUMBERS = {name: number for number, name in enumerate(PORTS, 1)}
SLEEPER = f"#!{sys.executable}\nimport time\ntime.sleep(60)\n"


@pytest.fixture
def layout(tmp_path):
    """The folder of a cluster that is ready, whose API server nobody runs."""
    made = Layout(tmp_path / "lab", "lab")
    for folder in (made.private, made.logs, made.programs, made.cluster / "pki"):
        folder.mkdir(parents=True)
    ports = dict.fromkeys(PORTS, 1)
    made.state.write_text(json.dumps({"schema": 1, "phase": "ready", "ports": ports}))
    (made.private / "tokens.json").write_text(json.dumps({SUPERVISOR: "secret"}))
    (made.cluster / "pki" / "ca.crt").write_text("")
    yield made
    processes.end([made.programs], first="lab_supervisor.py")


@pytest.fixture
def wanted(tmp_path):
    program = tmp_path / "tools" / "metrics-server"
    program.parent.mkdir()
    program.write_text(SLEEPER)
    program.chmod(0o755)
    # An authority that cannot be read would end the program; the real one is made by the cluster.
    return Wanted(
        sources=SOURCES,
        tools=program.parent,
        platform="linux-amd64",
        metrics_server=str(program),
        metrics_version="v0.7.2",
        prometheus="/nowhere/prometheus",
        prometheus_version="v0.315.0",
        controller_version="v3.7.15",
        deployment={"namespace": "argo", "name": "argo-workflows-workflow-controller"},
    )


def test_the_settings_give_each_process_its_own_user(layout, wanted):
    made = settings(layout, wanted, PORT_NUMBERS, "secret")
    controller = made["children"]["workflow-controller"]
    metrics = made["children"]["metrics-server"]
    assert str(layout.kubeconfig_of("workflow-controller")) in controller["arguments"]
    assert f"--kubeconfig={layout.kubeconfig_of('metrics-server')}" in metrics["arguments"]
    assert f"--secure-port={PORT_NUMBERS['metrics_server']}" in metrics["arguments"]
    assert controller["environment"] == {"LEADER_ELECTION_DISABLE": "true", "DEFAULT_REQUEUE_TIME": "1s"}


def test_another_setting_is_another_digest(layout, wanted):
    first = settings(layout, wanted, PORT_NUMBERS, "secret")
    again = settings(layout, wanted, PORT_NUMBERS, "secret")
    assert first == again
    for name in ("metrics_server", "prometheus", "workflow_metrics"):
        other = settings(layout, wanted, {**PORT_NUMBERS, name: 99}, "secret")
        assert first["digest"] != other["digest"], name


def test_without_a_metrics_server_none_is_run_and_the_controller_looks_in_its_own_namespace(layout, wanted):
    bare = replace(wanted, metrics_server="", deployment={"namespace": "workflows", "name": "controller"})
    children = settings(layout, bare, PORT_NUMBERS, "secret")["children"]
    assert sorted(children) == ["prometheus", "workflow-controller"]
    assert children["workflow-controller"]["arguments"][2:4] == ["--namespace", "workflows"]


def test_a_cluster_that_is_not_ready_is_refused(layout, wanted):
    layout.state.write_text(json.dumps({"phase": "making"}))
    with pytest.raises(OpsError, match="practice cluster lab is not set up"):
        Supervision(layout, wanted)


def test_it_is_started_once_and_again_when_it_was_killed(layout, wanted, authority):
    supervision = Supervision(layout, wanted)
    assert supervision.fault() == "it does not run"
    supervision.start()
    status = eventually(lambda: running_metrics(layout))
    assert supervision.fault() is None
    os.kill(status["pid"], signal.SIGKILL)
    eventually(lambda: supervision.fault() == "it does not run")


def test_what_it_runs_does_not_outlive_it(layout, wanted, authority):
    Supervision(layout, wanted).start()
    status = eventually(lambda: running_metrics(layout))
    os.kill(status["pid"], signal.SIGKILL)
    eventually(lambda: processes.running([layout.programs]) == [])


@pytest.mark.skipif(sys.platform != "linux", reason="the children of a killed process end by themselves on Linux alone")
def test_a_changed_setting_replaces_it(layout, wanted, authority):
    Supervision(layout, wanted).start()
    eventually(lambda: running_metrics(layout))
    state = json.loads(layout.state.read_text())
    layout.state.write_text(json.dumps({**state, "ports": {**state["ports"], "metrics_server": 3}}))
    assert Supervision(layout, wanted).fault() == "its program or its settings have changed"


def test_it_says_what_has_not_settled(layout, wanted, authority):
    supervision = Supervision(layout, wanted)
    supervision.start()
    eventually(lambda: running_metrics(layout))
    with pytest.raises(OpsError, match=r"workflow-controller is unknown \(not known yet\)") as late:
        supervision.wait(0.1)
    assert late.value.kind == "timeout"
    assert "prometheus" not in late.value.message


def test_a_cluster_does_not_wait_for_its_prometheus(layout, wanted):
    supervision = Supervision(layout, wanted)
    supervision.start()
    status = {
        "workflow-controller": {"state": "running", "version": wanted.controller_version},
        "metrics-server": {"state": "running", "version": wanted.metrics_version},
        "prometheus": {"state": "waiting", "version": wanted.prometheus_version},
    }
    digest = json.loads(layout.supervisor_settings.read_text())["digest"]
    processes.end([layout.programs], first="lab_supervisor.py")
    layout.supervisor_status.write_text(json.dumps({"settings": digest, "processes": status}))
    assert supervision.wait(0.1) == status


def test_the_version_of_a_restored_controller_is_that_of_its_deployment(layout, wanted):
    status = {"workflow-controller": {"state": "running", "version": "v3.6.13", "message": ""}}
    for version, settled in (("", True), (wanted.controller_version, False)):
        supervision = Supervision(layout, replace(wanted, metrics_server="", controller_version=version))
        supervision.start()
        digest = json.loads(layout.supervisor_settings.read_text())["digest"]
        processes.end([layout.programs], first="lab_supervisor.py")
        layout.supervisor_status.write_text(json.dumps({"settings": digest, "processes": status}))
        if settled:
            assert supervision.wait(0.1) == status
        else:
            with pytest.raises(OpsError, match="workflow-controller is running"):
                supervision.wait(0.1)


@pytest.fixture
def authority(layout):
    """A certificate that the supervisor can load; with nobody at the port it is never used."""
    import certifi

    (layout.cluster / "pki" / "ca.crt").write_text(Path(certifi.where()).read_text())


def running_metrics(layout):
    try:
        status = json.loads(layout.supervisor_status.read_text())
    except (OSError, ValueError):
        return None
    return status if status["processes"]["metrics-server"]["state"] == "running" else None


def eventually(look, seconds=15):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")
