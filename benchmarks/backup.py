# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups of many objects, against reading, parsing and hashing the same bytes, and against kubectl."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import CATALOGUE, served
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from benchmarks import load
from benchmarks.measure import Measured, Row, module, peer, run
from tests.support.backups import make_keys
from tests.support.cluster import client
from tests.support.lab import Lab

NAMESPACE = "bench-backup"


def against_raw(lab: Lab, count: int) -> Iterator[Row]:
    """The first backup, which writes everything, and a second one, which writes next to nothing."""
    load.workflows(str(lab.kubeconfig), NAMESPACE, count)
    with tempfile.TemporaryDirectory() as folder:
        options = _options(folder)
        first, second = (_back_up(lab, options) for _time in range(2))
    raw = peer("digest", str(lab.kubeconfig), *_paths(lab))
    made, again = (json.loads(one.stdout.splitlines()[-1])["backup"] for one in (first, second))
    told = "raw paged GET, parsed and hashed"
    for work, result, ours in (("back up", made, first), ("back up again", again, second)):
        written = f"{result['new_bytes']:,} of {result['bytes']:,} bytes written"
        yield _row(f"{work} {result['objects']:,} objects, {written}", ours, told, raw, 1.3 * raw.seconds)


def against_kubectl(lab: Lab, count: int) -> Iterator[Row]:
    """What kubectl reads of the same kinds as YAML."""
    load.workflows(str(lab.kubeconfig), NAMESPACE, count)
    with tempfile.TemporaryDirectory() as folder:
        ours = _back_up(lab, _options(folder))
    objects = json.loads(ours.stdout.splitlines()[-1])["backup"]["objects"]
    command = [str(lab.directory / "bin" / "kubectl"), "--kubeconfig", str(lab.kubeconfig), "get", "--all-namespaces"]
    theirs = run(*command, "-o", "yaml", ",".join(one.kind.resource for one in _served(lab)))
    yield _row(f"back up {objects:,} objects", ours, "kubectl get -o yaml", theirs, theirs.seconds / 5)


def _row(work: str, ours: Measured, told: str, theirs: Measured, limit: float) -> Row:
    return Row(work, ours.seconds, ours.mb, told, theirs.seconds, limit)


def _options(folder: str) -> dict[str, Any]:
    return make_keys(Path(folder) / "keys").options(str(Path(folder) / "store"))


def _back_up(lab: Lab, options: dict[str, Any]) -> Measured:
    return module("backup", kubeconfig=str(lab.kubeconfig), **options)


def _served(lab: Lab) -> list[Any]:
    return served(CATALOGUE, client(lab.kubeconfig).discover().rows)[0]


def _paths(lab: Lab) -> list[str]:
    return [resource(one.api, one.kind.plural) for one in _served(lab)]
