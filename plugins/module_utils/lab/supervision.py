# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start the supervisor of a practice cluster and wait for what it runs. Private API."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import layout as _layout
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import processes, prometheus
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.files import read_json, write_private
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import Layout

CONTROLLER = "workflow-controller"
METRICS_SERVER = "metrics-server"


@dataclass(frozen=True)
class Wanted:
    """What the supervisor is given.

    :param sources: folder of its program files
    :param tools: folder of the tool sets, where it finds other versions of the controller
    :param metrics_server: its program; none is run where this is empty
    :param controller_version: the one that must run; any that its Deployment wants where this is empty
    """

    sources: Path
    tools: Path
    platform: str
    metrics_server: str
    metrics_version: str
    prometheus: str
    prometheus_version: str
    controller_version: str
    deployment: dict[str, str]


def settings(layout: Layout, wanted: Wanted, ports: dict[str, int], token: str) -> dict[str, Any]:
    """The supervisor's settings file. Pure but for the digest of its program files."""
    controller, namespace = str(layout.kubeconfig_of(CONTROLLER)), ("--namespace", wanted.deployment["namespace"])
    made: dict[str, Any] = {
        "port": ports["api"],
        "authority": str(layout.cluster / "pki" / "ca.crt"),
        "token": token,
        "deployment": wanted.deployment,
        "tools": str(wanted.tools),
        "platform": wanted.platform,
        "programs": str(layout.programs),
        "logs": str(layout.logs),
        "status": str(layout.supervisor_status),
        "children": {
            CONTROLLER: {
                "arguments": ["--kubeconfig", controller, *namespace, "--executor-image", "none"],
                # By itself it takes up the end of a pod 10 s later.
                "environment": {"LEADER_ELECTION_DISABLE": "true", "DEFAULT_REQUEUE_TIME": "1s"},
            },
            **_metrics_server(layout, wanted, ports),
            prometheus.NAME: prometheus.child(layout, wanted.prometheus, wanted.prometheus_version, ports),
        },
    }
    digest = hashlib.sha256(json.dumps([made, prometheus.configuration(ports)], sort_keys=True).encode())
    for source in _program_files(wanted.sources):
        digest.update(source.read_bytes())
    return {**made, "digest": digest.hexdigest()}


def _metrics_server(layout: Layout, wanted: Wanted, ports: dict[str, int]) -> dict[str, Any]:
    if not wanted.metrics_server:
        return {}
    kubeconfig = layout.kubeconfig_of(METRICS_SERVER)
    arguments = [
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--kubelet-insecure-tls",
        "--kubelet-use-node-status-port",
        "--kubelet-preferred-address-types=InternalIP,Hostname",
        "--metric-resolution=15s",
        "--bind-address=127.0.0.1",
        f"--secure-port={ports['metrics_server']}",
        f"--cert-dir={layout.private / 'metrics-server'}",
    ]
    told = {"program": wanted.metrics_server, "version": wanted.metrics_version}
    return {METRICS_SERVER: {**told, "arguments": arguments, "environment": {}}}


class Supervision:
    """The supervisor of one practice cluster."""

    def __init__(self, layout: Layout, wanted: Wanted) -> None:
        self._layout = layout
        self._wanted = wanted
        state = read_json(layout.state)
        if state.get("phase") != "ready":
            raise OpsError("invalid", f"practice cluster {layout.name} is not set up", hint="Run lab_up.")
        token = read_json(layout.private / "tokens.json")[_layout.SUPERVISOR]
        self._ports = state["ports"]
        self._settings = settings(layout, wanted, self._ports, token)

    def fault(self) -> str | None:
        """Why the supervisor has to be started; None when it runs as wanted."""
        if not any(process.program == self._layout.supervisor_program.name for process in self._processes()):
            return "it does not run"
        if read_json(self._layout.supervisor_settings).get("digest") != self._settings["digest"]:
            return "its program or its settings have changed"
        return None

    def start(self) -> None:
        """End what is left of an earlier one, and start it detached from us."""
        processes.end([self._layout.programs], first=self._layout.supervisor_program.name)
        shutil.rmtree(self._layout.programs, ignore_errors=True)
        self._layout.programs.mkdir(mode=0o700)
        for source in _program_files(self._wanted.sources):
            shutil.copyfile(source, self._layout.programs / source.name)
        self._layout.supervisor_status.unlink(missing_ok=True)
        prometheus.write_files(self._layout, self._ports)
        write_private(self._layout.supervisor_settings, json.dumps(self._settings, indent=2))
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
        with (self._layout.logs / "supervisor.log").open("ab") as log:
            subprocess.Popen(
                [sys.executable, "-B", str(self._layout.supervisor_program), str(self._layout.supervisor_settings)],
                cwd=self._layout.directory,
                env={**environment, "PYTHONNOUSERSITE": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait(self, seconds: float) -> dict[str, Any]:
        """The supervisor's processes once each that the cluster needs runs in the wanted version.

        :raises OpsError: timeout, with the supervisor's own words
        """
        deadline = time.monotonic() + seconds
        while True:
            status = read_json(self._layout.supervisor_status)
            found = status.get("processes", {})
            unsettled = {name: child for name, child in found.items() if self._is_awaited(name, child)}
            if found and not unsettled and status.get("settings") == self._settings["digest"]:
                return found
            if time.monotonic() > deadline:
                raise self._timeout(seconds, unsettled)
            time.sleep(0.1)

    def _is_awaited(self, name: str, child: dict[str, Any]) -> bool:
        """Prometheus is not: it watches the cluster, which works without it."""
        versions = {METRICS_SERVER: self._wanted.metrics_version, CONTROLLER: self._wanted.controller_version}
        wanted = versions.get(name)
        return wanted is not None and (child["state"] != "running" or wanted not in ("", child["version"]))

    def _timeout(self, seconds: float, unsettled: dict[str, Any]) -> OpsError:
        words = "; ".join(f"{name} is {child['state']} ({child['message']})" for name, child in unsettled.items())
        return OpsError(
            "timeout",
            f"the supervisor of practice cluster {self._layout.name} is not where it should be after {seconds:.0f} s"
            + (f": {words}" if words else ""),
            hint=f"Its logs are in {self._layout.logs}.",
        )

    def _processes(self) -> list[processes.Running]:
        return processes.running([self._layout.programs])


def _program_files(sources: Path) -> list[Path]:
    return sorted(sources.glob("lab_*.py"))
