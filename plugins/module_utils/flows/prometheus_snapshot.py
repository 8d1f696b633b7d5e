# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take a snapshot of the data of Prometheus and keep it, block by block. Private API.

Blocks never change, so a block that an earlier dataset has is not stored again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import prometheus
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.files import File
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.prometheus import Block
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import datasets
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.dataset_take import Taken
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Content, Order
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import text
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store
from ansible_collections.agent_platform.ops.plugins.module_utils.web.probe import Target, ask_all

PROVIDER = "prometheus_snapshot"


def take(order: Order, open_store: Callable[[], Store], options: Mapping[str, Any], *, check: bool) -> Taken:
    """Keep a snapshot; in check mode ask only.

    :raises OpsError: then no snapshot was kept
    """
    started = datetime.now(UTC)
    folder = _data_folder(options["data_folder"])
    head = prometheus.head_of(_asked(options, "/api/v1/status/tsdb"))
    if check:
        return Taken(None, f"Prometheus with {head.series:,} series in its head", {"head_series": head.series})
    store = open_store()
    with _snapshot(folder, options) as snapshot:
        blocks = [_block(path) for path in sorted(snapshot.iterdir())]
        prometheus.require_newest(blocks, head)
        contents = [Content(block.name, partial(_files, snapshot, block)) for block in blocks]
        kept = datasets.keep(store, order, started, contents, prometheus.facts(blocks))
    found = kept.dataset.facts
    words = f"{text.count(found['blocks'], 'block')} with {text.count(found['samples'], 'sample')}"
    return Taken(kept, f"{words} since {found['oldest']}", found)


@contextmanager
def _snapshot(folder: Path, options: Mapping[str, Any]) -> Iterator[Path]:
    """A snapshot for as long as it is needed; it shares its files with the data, which grows by what is compacted."""
    made = folder / "snapshots" / prometheus.snapshot_of(_asked(options, "/api/v1/admin/tsdb/snapshot", "POST"))
    if not made.is_dir() or made.is_symlink():
        raise OpsError(
            "unverified",
            f"Prometheus made snapshot {made.name}, which is not in {folder}: that is the data of another one",
            hint=f"Remove snapshots/{made.name} from the data folder of {options['url']}.",
        )
    try:
        yield made
    except OSError as error:
        raise OpsError("unreachable", f"cannot read {made}: {error.strerror}") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _data_folder(path: str) -> Path:
    folder = Path(path)
    if not os.access(folder / "wal", os.R_OK | os.X_OK):
        raise OpsError(
            "invalid",
            f"data_folder: {folder} cannot be read as the data folder of Prometheus",
            hint="Run it where the folder is mounted, or keep its claim with volume_snapshot.",
        )
    return folder


def _asked(options: Mapping[str, Any], path: str, method: str = "GET") -> bytes:
    url = f"{options['url'].rstrip('/')}{path}"
    target = Target(
        url,
        timeout=options["timeout"],
        validate_certs=options["validate_certs"],
        ca_path=options["ca_path"],
        redirects=0,
        method=method,
        most_bytes=1 << 20,
    )
    answer = ask_all([target])[0]
    if answer.fault:
        kind = "timeout" if answer.fault == "timeout" else "unreachable"
        raise OpsError(kind, f"Prometheus at {options['url']} cannot be asked: {answer.problem}")
    if answer.status != 200:
        hint = "Start it with --web.enable-admin-api." if b"admin APIs disabled" in answer.body else None
        words = f"Prometheus at {options['url']} answered HTTP {answer.status}"
        raise OpsError("unreachable", words, status=answer.status, hint=hint)
    return answer.body


def _block(path: Path) -> Block:
    meta = path / "meta.json"
    return prometheus.block_of(meta.read_bytes() if meta.is_file() else b"{}", path.name)


def _files(snapshot: Path, block: Block) -> Iterator[File]:
    for path in sorted((snapshot / block.name).rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield datasets.file_on_disk(str(path.relative_to(snapshot)), path)
