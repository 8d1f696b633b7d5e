# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Move the control plane of a practice cluster to another version, or back with its data. Private API."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab import processes
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.cluster import Cluster, Programs

#: the components that have the version of the cluster, in the order in which they may move to a newer one
COMPONENTS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
_MEMBER = "node0"
# Clients remember revisions of the time that is taken back, and of the time between two restores of one snapshot, as
# after a kill. Whoever knows a later one than the server is told nothing until the server gets there, so each restore
# goes beyond all of them: no etcd makes so many in a second.
_REVISIONS_A_SECOND = 100_000
_RESTORE_SECONDS = 300


def outdated(cluster: Cluster, wanted: Programs) -> list[str]:
    """Components that run from other programs than the wanted ones, or do not run."""
    runs = {process.program for process in processes.running([_programs(cluster)])}
    return [name for name in COMPONENTS if name not in runs or _target(cluster, name) != wanted.paths[name]]


def version(cluster: Cluster) -> str:
    """What the program of the API server says of its version, also while it does not run.

    :raises OpsError: unverified, when it says nothing
    """
    program = _programs(cluster) / COMPONENTS[0]
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise OpsError("unverified", f"{program} does not tell its version") from error
    return done.stdout.strip().rpartition(" ")[2]


def move(cluster: Cluster, wanted: Programs, ask: Callable[[], None]) -> list[str]:
    """Let each component run from the wanted programs, one after the other; the data stays. Returns what was moved.

    :param ask: asked before each component; raises when nothing more may be done
    """
    moved = outdated(cluster, wanted)
    for component in moved:
        ask()
        processes.end_program([_programs(cluster)], component)
        cluster.start(wanted, (component,))
    return moved


def restore(cluster: Cluster, wanted: Programs, etcdutl: str, snapshot: Path, ask: Callable[[], None]) -> None:
    """Put the data of a snapshot of etcd in place, and start everything from the wanted programs.

    Killed at any moment, it is done again from the beginning.

    :raises OpsError: unverified, when the snapshot cannot be restored; then nothing was touched
    """
    data, fresh = cluster.layout.cluster / "etcd", cluster.layout.cluster / "etcd-restored"
    shutil.rmtree(fresh, ignore_errors=True)
    _unpack(cluster, etcdutl, snapshot, fresh)
    ask()
    processes.end([_programs(cluster)], first="kube-apiserver", gently=("etcd",))
    shutil.rmtree(data, ignore_errors=True)
    os.rename(fresh, data)
    cluster.start(wanted, COMPONENTS)


def _unpack(cluster: Cluster, etcdutl: str, snapshot: Path, folder: Path) -> None:
    peer = f"http://127.0.0.1:{cluster.state['ports']['etcd_peer']}"
    words = [etcdutl, "snapshot", "restore", str(snapshot), f"--data-dir={folder}", f"--name={_MEMBER}"]
    words += [f"--initial-cluster={_MEMBER}={peer}", f"--initial-advertise-peer-urls={peer}"]
    words += [f"--bump-revision={int(time.time() * _REVISIONS_A_SECOND)}", "--mark-compacted"]
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=_RESTORE_SECONDS, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        raise OpsError("unverified", f"etcdutl could not restore {snapshot}: {error}") from error
    if done.returncode:
        last = " ".join((done.stderr or done.stdout).strip().splitlines()[-1:])[:300]
        raise OpsError("unverified", f"etcdutl could not restore {snapshot}: {last}")


def _programs(cluster: Cluster) -> Path:
    return cluster.layout.cluster / "bin"


def _target(cluster: Cluster, component: str) -> str:
    try:
        return os.readlink(_programs(cluster) / component)
    except OSError:
        return ""
