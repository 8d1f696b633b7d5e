# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take a snapshot of etcd, look whether it is whole, and keep it encrypted. Private API.

etcdctl writes it to a file, which holds every Secret in clear: it lies in a folder of its own for as long as it takes
to encrypt it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import etcd
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.etcd import Endpoint, Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import datasets
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.dataset_take import Taken
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Content, Order
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.programs import (
    find_program,
    require_space,
    run_program,
    scratch,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

PROVIDER = "etcd_snapshot"
FILE = "snapshot.db"
_SPARE = 1.2  # the database may grow while it is read


def take(order: Order, open_store: Callable[[], Store], options: Mapping[str, Any], *, check: bool) -> Taken:
    """Keep a snapshot; in check mode ask the member only.

    :raises OpsError: then no snapshot was kept
    """
    started = datetime.now(UTC)
    ask, look = _etcdctl(options), find_program("etcdutl", options["etcdutl"])
    endpoint = etcd.endpoint_of(ask("endpoint", "status", "--write-out=json"))
    if check:
        facts = {"revision": endpoint.revision, "size": endpoint.size, "version": endpoint.version}
        return Taken(None, f"etcd at revision {endpoint.revision:,}, about {as_bytes(endpoint.size)}", facts)
    store = open_store()
    with scratch(options["scratch"], "etcd") as folder:
        require_space(folder, int(endpoint.size * _SPARE))
        path = folder / FILE
        ask("snapshot", "save", str(path))
        snapshot = _judged(path, look, endpoint, options["timeout"])
        content = Content("snapshot", lambda: iter([datasets.file_on_disk(FILE, path)]))
        kept = datasets.keep(store, order, started, [content], snapshot.facts(endpoint))
    return Taken(kept, f"revision {snapshot.revision:,} with {text.count(snapshot.keys, 'key')}", kept.dataset.facts)


def _etcdctl(options: Mapping[str, Any]) -> Callable[..., str]:
    """A function that asks the one member."""
    endpoint = options["endpoint"]
    if not endpoint.startswith(("http://", "https://", "unix://")) or "," in endpoint:
        raise OpsError("invalid", f"endpoint is {endpoint!r:.200}; one URL is taken, such as https://127.0.0.1:2379")
    program = find_program("etcdctl", options["etcdctl"])
    files = {"--cacert": options["ca_path"], "--cert": options["client_cert"], "--key": options["client_key"]}
    words = [program, f"--endpoints={endpoint}", *(f"{name}={path}" for name, path in files.items() if path)]

    def ask(*more: str) -> str:
        return run_program([*words, *more], timeout=options["timeout"]).stdout

    return ask


def _judged(path: Path, etcdutl: str, endpoint: Endpoint, timeout: float) -> Snapshot:
    file = datasets.file_on_disk(FILE, path)
    etcd.require_whole(file.content, file.size)
    done = run_program([etcdutl, "snapshot", "status", str(path), "--write-out=json"], timeout=timeout)
    snapshot = etcd.snapshot_of(done.stdout)
    etcd.require_not_older(snapshot, endpoint)
    return snapshot
