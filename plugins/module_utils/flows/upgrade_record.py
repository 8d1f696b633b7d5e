# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an upgrade replaces, kept in the cluster before anything is changed. Private API.

One ConfigMap for each component in the namespace of operations: from, to, whether it is under way, the definitions as
they were, and the revisions of a Helm release.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

UNDER_WAY, DONE = "under way", "done"
LARGEST = 900_000  # bytes; a ConfigMap takes 1 MiB
_LABEL = "ops.agent-platform/upgrade"


@dataclass(frozen=True, slots=True)
class Kept:
    """A definition as it was. item: None for one that was not there."""

    kind: str
    path: str
    item: dict[str, Any] | None


@dataclass(slots=True)
class Record:
    """old, new: versions. kept: what the upgrade replaced. meta: of the ConfigMap, empty while there is none.

    release: "namespace/name" of the Helm release that was moved, empty where images were. before, after: its revisions.
    """

    old: str
    new: str
    phase: str = UNDER_WAY
    kept: list[Kept] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=dict)
    release: str = ""
    before: int = 0
    after: int = 0


def place(namespace: str, component: str) -> str:
    return resource("v1", "configmaps", namespace, f"upgrade-{component.replace('_', '-')}")


def load(client: Client, path: str) -> Record | None:
    """The record, None where there is none.

    :raises OpsError: refused, when it cannot be read
    """
    found = client.get_or_none(path)
    if found is None:
        return None
    data = mapping(found.get("data"))
    try:
        packed = base64.b64decode(text(mapping(found.get("binaryData")).get("kept")))
        rows = json.loads(gzip.decompress(packed))
        kept = [Kept(row["kind"], row["path"], row["item"]) for row in rows]
        numbers = (int(data.get(name, 0)) for name in ("before", "after"))
        return Record(
            data["from"], data["to"], data["phase"], kept, found["metadata"], data.get("release", ""), *numbers
        )
    except (ValueError, KeyError, TypeError, OSError, EOFError) as error:
        hint = f"Look at it with kubectl get; a backup holds the definitions too. ({type(error).__name__})"
        raise OpsError("refused", f"the record of the last upgrade ({path}) cannot be read", hint=hint) from error


def save(client: Client, path: str, record: Record, component: str) -> None:
    """Write a record, bound to the version that was read.

    :raises OpsError: refused, when it is too large
    """
    rows = [{"kind": one.kind, "path": one.path, "item": one.item} for one in record.kept]
    packed = base64.b64encode(gzip.compress(json.dumps(rows).encode(), mtime=0)).decode()
    if len(packed) > LARGEST:
        raise OpsError(
            "refused", f"what the upgrade replaces takes {len(packed):,} bytes; at most {LARGEST:,} can be kept"
        )
    collection, _slash, name = path.rpartition("/")
    metadata = {"name": name, "labels": {_LABEL: component}}
    helm = {"release": record.release, "before": str(record.before), "after": str(record.after)}
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": metadata,
        "data": {"from": record.old, "to": record.new, "phase": record.phase, **(helm if record.release else {})},
        "binaryData": {"kept": packed},
    }
    if record.meta:
        metadata |= {"uid": record.meta["uid"], "resourceVersion": record.meta["resourceVersion"]}
        answer = client.replace(path, body)
    else:
        answer = client.create(collection, body)
    record.meta = mapping(answer.get("metadata"))


def remove(client: Client, path: str, record: Record) -> None:
    client.delete(path, record.meta["uid"], record.meta["resourceVersion"])


def before(client: Client, changing: Iterable[tuple[str, str]]) -> list[Kept]:
    """The definitions as they are.

    :param changing: kind and path of those that are to change
    """
    return [Kept(kind, path, _own(client.get_or_none(path))) for kind, path in changing]


def _own(item: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Without what the cluster tells of it."""
    if item is None:
        return None
    meta = mapping(item.get("metadata"))
    kept = {key: meta[key] for key in ("name", "namespace", "labels", "annotations") if key in meta}
    return {**{key: value for key, value in item.items() if key not in ("status", "metadata")}, "metadata": kept}
