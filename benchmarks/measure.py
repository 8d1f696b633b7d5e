# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole processes, measured: wall time, and peak memory of the process and its children."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

MODULES = "ansible_collections.agent_platform.ops.plugins.modules"
_TAIL = 1 << 20  # bytes of the output that are kept
SPAWN = Path(__file__).with_name("spawn.py")
COLLECTIONS = Path(__file__).resolve().parent.parent / "playbooks" / "collections"


class Measured(NamedTuple):
    seconds: float
    mb: float
    stdout: str


@dataclass
class Row:
    """One line of build/bench.json; limit_seconds is what ours may take, from the peer of the same run."""

    work: str
    ours_seconds: float
    ours_mb: float
    peer: str
    peer_seconds: float
    limit_seconds: float

    def as_dict(self) -> dict[str, Any]:
        row = {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}
        row["ratio_to_limit"] = round(self.ours_seconds / self.limit_seconds, 3)
        row["speedup_over_peer"] = round(self.peer_seconds / self.ours_seconds, 2)
        return row


def run(*command: str, **environment: str) -> Measured:
    """Run a command to its end; a failure is told with what it printed."""
    paths = os.pathsep.join([str(COLLECTIONS), str(COLLECTIONS.parent.parent)])
    cache = COLLECTIONS.parent.parent / ".cache" / "kube"  # kubectl would make a folder in the home
    own = {"PYTHONPATH": paths, "ANSIBLE_NOCOLOR": "1", "KUBECACHEDIR": str(cache)}
    env = {**os.environ, **own, **environment}
    with tempfile.TemporaryFile() as output, tempfile.NamedTemporaryFile("r", suffix=".json") as report:
        spawned = [sys.executable, "-I", "-S", str(SPAWN), report.name, *command]
        subprocess.run(spawned, stdout=output, stderr=subprocess.STDOUT, env=env, stdin=subprocess.DEVNULL, check=True)
        told = json.load(report)
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - _TAIL))
        text = output.read().decode("utf-8", "replace")
    if told["code"]:
        raise RuntimeError(f"{' '.join(command)} ended with {told['code']}:\n{text[-4000:]}")
    return Measured(told["seconds"], told["mb"], text)


def module(name: str, *, check: bool = False, **options: Any) -> Measured:
    """One of our modules as Ansible runs it: a process of its own."""
    arguments = {"ANSIBLE_MODULE_ARGS": {**options, "_ansible_check_mode": check}}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(arguments, file)
        file.flush()
        return run(sys.executable, "-m", f"{MODULES}.{name}", file.name)


def peer(name: str, *arguments: str) -> Measured:
    return run(sys.executable, "-m", "benchmarks.peers", name, *arguments)
