# SPDX-License-Identifier: GPL-3.0-or-later
"""The writes of a restore, without plan and look afterwards, against raw concurrent POSTs of the same objects."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.flows import restore_run
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.restore_apply import Restorer
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from benchmarks import load, peers
from benchmarks.measure import Row, run
from tests.support import restores
from tests.support.backups import make_keys, take_backup
from tests.support.cluster import client
from tests.support.lab import Lab

SOURCE = "bench-restore"


def against_raw(lab: Lab, count: int) -> Iterator[Row]:
    """Finished workflows, which take one request each."""
    kubeconfig, moment = str(lab.kubeconfig), time.time_ns()
    load.workflows(kubeconfig, SOURCE, count)
    with tempfile.TemporaryDirectory() as folder:
        keys, store = make_keys(Path(folder) / "keys"), str(Path(folder) / "store")
        take_backup(client(lab.kubeconfig), open_store(store), keys, "workflows.argoproj.io")
        seconds, mb = {}, 0.0
        for work in ("raw", "ours"):
            target = f"{SOURCE}-{work}-{moment}"
            load.create(kubeconfig, target, "", [])
            options = restores.options(keys, store, into={SOURCE: target}, kubeconfig=kubeconfig)
            measured = run(sys.executable, "-m", "benchmarks.restore", work, json.dumps(options))
            seconds[work], mb = float(measured.stdout), measured.mb
    limit = seconds["raw"] / 0.8
    yield Row(f"write {count:,} restored workflows", seconds["ours"], mb, "raw POST", seconds["raw"], limit)


def ours(options: dict[str, Any]) -> float:
    """Seconds for the writes alone."""
    api = client(Path(options["kubeconfig"]))
    with restore_run.opened(api, options) as (_manifest, source):
        cluster, plan = restore_run.planned(api, source)
        restorer = Restorer(cluster, Fence(None, None), source, plan, wait=0)
        began = time.monotonic()
        restorer.run()
        took = time.monotonic() - began
    assert {one.outcome for one in restorer.done.values()} == {"changed"}
    return took


def raw(options: dict[str, Any]) -> float:
    """Seconds for the same objects, read before."""
    ((_old, target),) = options["into"].items()
    with restore_run.opened(client(Path(options["kubeconfig"])), options) as (_manifest, source):
        bodies = [body for part in source.chosen for _key, body in source.objects(part, lambda key: True)]
    for body in bodies:
        body["metadata"] = {key: body["metadata"][key] for key in ("name", "labels")}
    pool, headers = peers.open_pool(options["kubeconfig"])
    path, headers = resource(*WORKFLOWS, target), {**headers, "Content-Type": "application/json"}

    def post(body: dict[str, Any]) -> int:
        return pool.request("POST", path, body=json.dumps(body).encode(), headers=headers).status

    began = time.monotonic()
    with ThreadPoolExecutor(peers.CONNECTIONS) as threads:
        statuses = set(threads.map(post, bodies))
    took = time.monotonic() - began
    assert statuses == {201}, statuses
    return took


if __name__ == "__main__":
    print({"ours": ours, "raw": raw}[sys.argv[1]](json.loads(sys.argv[2])))
