# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create, mend and remove the control plane of a practice cluster. Private API."""

from __future__ import annotations

import base64
import json
import os
import secrets
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import layout as _layout
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import ports as _ports
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import processes
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.files import (
    empty,
    lock_folder,
    read_json,
    replace_link,
    require_own,
    write_private,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import (
    CONTROL_PLANE,
    ENTRIES,
    PORTS,
    Layout,
)

_SCHEMA = 2
_READY_SECONDS = 60
_PORT_SECONDS = 5.0
_LOCK_SECONDS = 60.0

# Name of a component -> the cache's program and the variable by which kwokctl is told.
_PROGRAMS = {
    "etcd": ("etcd", "KWOK_ETCD_BINARY"),
    "kube-apiserver": ("kube-apiserver", "KWOK_KUBE_APISERVER_BINARY"),
    "kube-controller-manager": ("kube-controller-manager", "KWOK_KUBE_CONTROLLER_MANAGER_BINARY"),
    "kube-scheduler": ("kube-scheduler", "KWOK_KUBE_SCHEDULER_BINARY"),
    "kwok-controller": ("kwok", "KWOK_CONTROLLER_BINARY"),
}
_PORTS_OF = {
    "etcd": ("etcd", "etcd_peer"),
    "kube-apiserver": ("api",),
    "kube-controller-manager": ("controller_manager",),
    "kube-scheduler": ("scheduler",),
    "kwok-controller": ("kwok",),
}


@dataclass(frozen=True)
class Programs:
    """The programs to run: paths by name, and the version of the control plane."""

    paths: dict[str, str]
    kubernetes: str


@dataclass(frozen=True)
class Seen:
    """What is there of a cluster before anything is done.

    :param state: the content of lab.json; empty when it is missing or unreadable
    :param programs: names of the running programs of this cluster
    :param outdated: components that run from other programs than the wanted ones
    """

    exists: bool
    state: dict[str, Any]
    programs: frozenset[str]
    answers: bool
    outdated: tuple[str, ...] = ()


def decide(seen: Seen) -> tuple[str, str]:
    """What to do and why: ("nothing" | "create" | "recreate" | "restart", reason). Pure."""
    if not seen.exists:
        return "create", "it does not exist"
    if seen.state.get("schema") != _SCHEMA:
        return "recreate", "its folder holds no lab.json of this version"
    if seen.state.get("phase") != "ready":
        return "recreate", "an earlier set-up was interrupted"
    if seen.outdated:
        return "restart", f"other programs are wanted for {', '.join(seen.outdated)}"
    dead = [name for name in CONTROL_PLANE if name not in seen.programs]
    if dead:
        return "restart", f"not running: {', '.join(dead)}"
    if not seen.answers:
        return "restart", "its API server does not answer"
    return "nothing", ""


class Cluster:
    """One practice cluster by its folder and name."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.state: dict[str, Any] = {}

    @property
    def folders(self) -> list[Path]:
        """Folders whose programs belong to this cluster alone."""
        return [self.layout.cluster / "bin", self.layout.programs]

    def look(self, wanted: Programs, requested: dict[str, int]) -> Seen:
        """See what is there.

        :param requested: ports that must be these, by name
        :raises OpsError: refused, when the folder is another cluster's or the cluster has other ports
        """
        self.state = read_json(self.layout.state)
        self._require_same(requested)
        programs = frozenset(process.program for process in processes.running(self.folders))
        answers = self.state.get("phase") == "ready" and "kube-apiserver" in programs and self.answers()
        return Seen(self._exists(), self.state, programs, answers, self._outdated(wanted.paths))

    def require_ready(self) -> None:
        """Make sure that it was ready once, whether or not anything of it runs.

        :raises OpsError: invalid or refused
        """
        self.state = read_json(self.layout.state)
        self._require_same({})
        if self.state.get("phase") != "ready":
            raise OpsError("invalid", f"practice cluster {self.layout.name} is not set up", hint="Run lab_up.")

    def create(self, wanted: Programs, requested: dict[str, int]) -> None:
        """Make it from nothing; a folder with a half-made one is emptied first."""
        self.remove_contents()
        ports = _ports.choose(PORTS, str(self.layout.directory), requested)
        self._save({"schema": _SCHEMA, "name": self.layout.name, "phase": "making", "ports": ports})
        self._write_settings(ports)
        self._kwokctl(
            wanted,
            "create",
            "cluster",
            "--runtime=binary",
            f"--config={self.layout.private / 'kwokctl.json'}",
            f"--kubeconfig={self.layout.private / 'kubeconfig-kwok'}",
        )
        self._write_kubeconfigs(ports["api"])
        self._wait_ready()
        self._save({**self.state, "phase": "ready"})

    def restart(self, wanted: Programs, outdated: tuple[str, ...]) -> None:
        """Start what is not running, with the wanted programs; the data stays."""
        if outdated or not self.answers():
            processes.end(self.folders, first=self.layout.supervisor_program.name, gently=("etcd",))
        self.start(wanted, tuple(_PROGRAMS))

    def start(self, wanted: Programs, renewed: tuple[str, ...]) -> None:
        """Start what is not running; of those the renewed components from the wanted programs, the others as they were.

        :raises OpsError: also when the API server is not ready in time
        """
        seen = {process.program for process in processes.running(self.folders)}
        for component, (program, _variable) in _PROGRAMS.items():
            if component in seen:
                continue
            for port in _PORTS_OF[component]:
                name = f"{component} of practice cluster {self.layout.name}"
                _ports.require_free(name, self.state["ports"][port], patience=_PORT_SECONDS)
            # kwokctl trusts these files blindly; the number may be another process's by now.
            (self.layout.cluster / "pids" / f"{component}.pid").unlink(missing_ok=True)
            if component in renewed:
                replace_link(self.layout.cluster / "bin" / component, wanted.paths[program])
        self._kwokctl(wanted, "start", "cluster")
        self._wait_ready()

    def remove(self) -> list[str]:
        """End every process and remove the folder; returns what was ended."""
        ended = self.remove_contents()
        self.layout.directory.rmdir()
        return ended

    def remove_contents(self) -> list[str]:
        require_own(self.layout.directory, ENTRIES)
        ended = processes.end(self.folders, first=self.layout.supervisor_program.name)
        empty(self.layout.directory)
        return ended

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other set-ups of the same cluster out while this one works; makes the folder.

        :raises OpsError: conflict, when another one works for longer than a minute
        """
        descriptor = lock_folder(self.layout.directory, _LOCK_SECONDS)
        if descriptor is None:
            raise OpsError(
                "conflict",
                f"another process sets up or removes practice cluster {self.layout.name}",
                hint="Wait until it has ended, or use another lab_name.",
            )
        try:
            yield
        except BaseException:
            with suppress(OSError):
                self.layout.directory.rmdir()  # which does nothing to a folder that holds something
            raise
        finally:
            os.close(descriptor)

    def _exists(self) -> bool:
        return self.layout.directory.is_dir() and any(self.layout.directory.iterdir())

    def _require_same(self, requested: dict[str, int]) -> None:
        if self.state.get("name", self.layout.name) != self.layout.name:
            raise OpsError(
                "refused",
                f"{self.layout.directory} belongs to practice cluster {self.state['name']}, not {self.layout.name}",
                hint="Set lab_directory to a folder of its own.",
            )
        for name, port in requested.items():
            kept = self.state.get("ports", {}).get(name, port)
            if kept != port:
                raise OpsError(
                    "refused",
                    f"practice cluster {self.layout.name} has port {kept} for {name} and cannot change it to {port}",
                    hint="Run lab_down first.",
                )

    def _outdated(self, binaries: dict[str, str]) -> tuple[str, ...]:
        links = {name: self.layout.cluster / "bin" / name for name in CONTROL_PLANE}
        return tuple(
            name
            for name, link in links.items()
            if link.is_symlink() and os.readlink(link) != binaries[_PROGRAMS[name][0]]
        )

    def _save(self, state: dict[str, Any]) -> None:
        self.state = state
        write_private(self.layout.state, json.dumps(state, indent=2) + "\n")

    def _write_settings(self, ports: dict[str, int]) -> None:
        layout = self.layout
        for folder in (layout.private, layout.logs, layout.programs, layout.manifests, layout.work):
            folder.mkdir(mode=0o700, exist_ok=True)
        users = (_layout.ADMIN, _layout.SUPERVISOR, _layout.METRICS_SERVER, _layout.WORKFLOW_CONTROLLER)
        tokens = {user: secrets.token_urlsafe(32) for user in users}
        write_private(layout.private / "tokens.json", json.dumps(tokens))
        write_private(layout.private / "tokens.csv", _layout.token_file(tokens))
        write_private(layout.private / "audit-policy.json", json.dumps(_layout.audit_policy(), indent=2))
        write_private(layout.private / "kwokctl.json", json.dumps(_layout.kwokctl_settings(layout, ports), indent=2))

    def _write_kubeconfigs(self, port: int) -> None:
        layout = self.layout
        authority = base64.b64encode((layout.cluster / "pki" / "ca.crt").read_bytes()).decode("ascii")
        files = {
            _layout.ADMIN: layout.kubeconfig,
            _layout.METRICS_SERVER: layout.kubeconfig_of("metrics-server"),
            _layout.WORKFLOW_CONTROLLER: layout.kubeconfig_of("workflow-controller"),
        }
        for user, path in files.items():
            token = read_json(layout.private / "tokens.json")[user]
            write_private(path, json.dumps(_layout.kubeconfig(layout.name, user, token, port, authority), indent=2))

    def _kwokctl(self, wanted: Programs, *arguments: str) -> None:
        variables = {variable: wanted.paths[program] for program, variable in _PROGRAMS.values()}
        ended = subprocess.run(
            [wanted.paths["kwokctl"], *arguments, "--name", self.layout.name],
            env={
                **os.environ,
                **variables,
                "KWOK_WORKDIR": str(self.layout.work),
                "KWOK_KUBE_VERSION": wanted.kubernetes,
                "KWOK_KUBECTL_BINARY": wanted.paths["kubectl"],
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode:
            words = " ".join((ended.stderr or ended.stdout).strip().splitlines()[-1:])[:300]
            raise OpsError("unverified", f"kwokctl {' '.join(arguments[:2])} failed: {words}", hint=self._advice())

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while not self.answers():
            if time.monotonic() > deadline:
                raise OpsError(
                    "timeout",
                    f"the API server of practice cluster {self.layout.name} is not ready after {_READY_SECONDS} s",
                    hint=self._advice(),
                )
            time.sleep(0.1)

    def _advice(self) -> str:
        return f"Its logs are in {self.layout.cluster / 'logs'}; lab_down and lab_up make it anew."

    def answers(self) -> bool:
        try:
            context = ssl.create_default_context(cafile=str(self.layout.cluster / "pki" / "ca.crt"))
            token = read_json(self.layout.private / "tokens.json").get(_layout.ADMIN, "")
            request = urllib.request.Request(
                f"https://127.0.0.1:{self.state['ports']['api']}/readyz", headers={"Authorization": f"Bearer {token}"}
            )
            opener = urllib.request.build_opener(
                urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context)
            )
            with opener.open(request, timeout=3) as answer:
                return answer.status == 200
        except (OSError, ValueError):
            return False
