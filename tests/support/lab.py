# SPDX-License-Identifier: GPL-3.0-or-later
"""The practice cluster of the tests, and runs of playbooks on it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.processes import running

from tests.support.commands import CACHE, ROOT, emptied, environment, run

# The first run of all builds the tools from source.
UP_TIMEOUT = 45 * 60
WRITES = {"create", "update", "patch", "delete", "deletecollection"}


class Run(NamedTuple):
    """One run of a playbook: exit code, what it printed, and the record it left (None if it left none)."""

    rc: int
    stdout: str
    record: dict[str, Any] | None


class Lab:
    """One practice cluster. `start` returns at once, `wait` when the cluster is ready, `stop` always cleans up."""

    def __init__(self, name: str = "test", sample: str = "small") -> None:
        self.name = name
        self.sample = sample
        self.directory = ROOT / ".state" / "lab" / name
        self.state = emptied(CACHE / "state" / name)
        self.log = self.state / "lab_up.log"
        self._starting: subprocess.Popen[bytes] | None = None

    def program(self, name: str) -> Path:
        """One that the supervisor runs."""
        return self.directory / "bin" / name

    @property
    def programs(self) -> Path:
        """Where the programs of the control plane lie."""
        return self.directory / "kwok" / "clusters" / self.name / "bin"

    def runs(self, program: str) -> list[int]:
        """Process ids of a program of the control plane."""
        return [process.pid for process in running([self.programs]) if process.program == program]

    @contextmanager
    def paused(self, program: str) -> Iterator[None]:
        """While the block runs, a program of the control plane does nothing."""
        stopped = self.runs(program)
        assert stopped, f"{program} does not run"
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in stopped:
                os.kill(pid, signal.SIGCONT)

    @property
    def kubeconfig(self) -> Path:
        """Of the administrator."""
        return self.directory / "kubeconfig"

    def kubeconfig_of(self, runbook: str) -> Path:
        """Of the ServiceAccount that a runbook is meant to run under."""
        return self.directory / f"kubeconfig-{runbook}"

    def kubeconfig_with_token(self, name: str, token: str) -> Path:
        """A kubeconfig for this cluster with another user's token."""
        settings = yaml.safe_load(self.kubeconfig.read_text())
        for entry in settings["users"]:
            entry["user"] = {"token": token}
        path = self.state / f"kubeconfig-{name}"
        path.write_text(yaml.safe_dump(settings))
        return path

    def supervised(self, program: str) -> dict[str, Any]:
        """What the supervisor says of a program: state, pid, version, restarts, message."""
        return json.loads((self.directory / "supervisor.json").read_text())["processes"][program]

    @property
    def options(self) -> list[str]:
        """What every playbook on this cluster is given; its state and store are the tests' own."""
        return ["-e", f"lab_name={self.name}", "-e", f"platform_state_directory={self.state}"]

    @property
    def audit_log(self) -> Path:
        return self.directory / "logs" / "audit.log"

    def start(self) -> None:
        self._starting = self.begin("lab_up", "-e", f"lab_sample={self.sample}", log=self.log)

    def wait(self) -> None:
        assert self._starting, "the practice cluster was not started"
        if self._starting.wait(UP_TIMEOUT) != 0:
            raise AssertionError(f"lab_up failed:\n{self.log.read_text()[-8000:]}")

    def stop(self, *, keep: bool = os.environ.get("LAB_KEEP") == "1") -> None:
        """Tear down, also what is only half up; with LAB_KEEP=1 a cluster that came up stays."""
        if self._starting and self._starting.poll() is None:
            os.killpg(self._starting.pid, signal.SIGTERM)
            self._starting.wait(60)
        if not keep:
            run(*self._playbook("lab_down"), timeout=120)

    def run_playbook(self, name: str, *arguments: str, timeout: float = 600) -> Run:
        """Run a playbook on this cluster, whatever its outcome; its state and store are the tests' own."""
        before = set(self._records(name))
        done = run(*self._playbook(name), *arguments, timeout=timeout, expect=None)
        new = sorted(set(self._records(name)) - before)
        record = json.loads(new[-1].read_text()) if new else None
        return Run(done.returncode, done.stdout + done.stderr, record)

    def begin(self, playbook: Path | str, *arguments: str, log: Path, **extra: str) -> subprocess.Popen[bytes]:
        """Start a playbook on this cluster, by name or path, and do not wait for it; extra: to its environment."""
        path = playbook if isinstance(playbook, Path) else ROOT / "playbooks" / f"{playbook}.yml"
        with log.open("wb") as output:
            return subprocess.Popen(
                ["ansible-playbook", str(path), *self.options, *arguments],
                cwd=ROOT,
                env=environment(**extra),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def audit_events(self, since: int = 0) -> list[dict[str, Any]]:
        """What the API server wrote down after byte `since` of its log."""
        with self.audit_log.open("rb") as log:
            log.seek(since)
            return [json.loads(line) for line in log if line.endswith(b"\n")]

    def audit_position(self) -> int:
        return self.audit_log.stat().st_size

    def writes(self, since: int, user: str = "lab-admin") -> list[str]:
        """The writes of one user after byte `since`, as "verb resource namespace/name"; dry runs are none."""
        found = []
        for event in self.audit_events(since):
            dry = "dryRun=All" in event["requestURI"]
            # A request without credentials comes from nobody.
            if event["user"].get("username") == user and event["verb"] in WRITES and not dry:
                about = event.get("objectRef", {})
                found.append(
                    f"{event['verb']} {about.get('resource')} {about.get('namespace', '')}/{about.get('name', '')}"
                )
        return found

    def _playbook(self, name: str) -> list[str]:
        return ["ansible-playbook", str(ROOT / "playbooks" / f"{name}.yml"), *self.options]

    def _records(self, name: str) -> list[Path]:
        return list(self.state.glob(f"records/*/{name}/*.json"))
