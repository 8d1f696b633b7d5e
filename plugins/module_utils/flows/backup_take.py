# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take a backup: read every kind once, store its part, and sign the manifest last. Private API."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Recipients, Signer, Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import Place, known_parts
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_read import read_kinds
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import (
    newest_first,
    next_number,
    store_id,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.options import cluster_uid
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

_SAME_SECOND = 100
# Half of the time after which pruning takes a part away to which nobody refers.
_LONGEST = 12 * 3600


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be backed up, for whom, and who says so."""

    platform: str
    kinds: tuple[Kind, ...]
    recipients: Recipients
    signer: Signer
    trusted: Trusted
    tool: str
    classes: tuple[str, ...] = ()
    reason: str = ""
    actor: str = ""
    before: str = ""


@dataclass
class Taken:
    """A backup that was taken, or in check mode would be. named: objects that others make anew, by reason."""

    manifest: Manifest
    new_bytes: int = 0
    named: dict[str, list[str]] = field(default_factory=dict)


def take(client: Client, store: Store | None, order: Order) -> Taken:
    """Back the platform up.

    :param store: nothing in check mode: everything is read and decided, and nothing is stored
    :raises OpsError: then there is no new backup; parts without one are cleared away by the next pruning
    """
    began, started = time.monotonic(), datetime.now(UTC)
    cluster = cluster_uid(client)
    server = client.get("/version").get("gitVersion", "")
    origin = store_id(store, order.platform, create=True) if store else ""
    read = read_kinds(client, order.kinds, order.recipients, _place(store, order, origin) if store else None)
    taken = Manifest(
        id=started.strftime("%Y-%m-%dT%H-%M-%SZ"),
        platform=order.platform,
        started=format_time(started),
        finished=format_time(datetime.now(UTC)),
        cluster_uid=cluster,
        server=server,
        tool=order.tool,
        recipients=order.recipients.names,
        parts=tuple(read.parts),
        index=read.index,
        skipped=tuple(read.skipped),
        classes=order.classes,
        reason=order.reason,
        actor=order.actor,
        before=order.before,
        origin=origin,
    )
    if time.monotonic() - began > _LONGEST:
        raise OpsError("timeout", "it took over 12 hours, so parts of it may be gone by now; there is no new backup")
    return Taken(publish(store, taken, order.signer) if store else taken, read.new_bytes, read.named)


def _place(store: Store, order: Order, origin: str) -> Place:
    """Where the parts go, with those of the last backup that is believed, to be relied on again."""
    believed = (kept.manifest for kept in newest_first(store, order.platform, order.trusted) if kept.manifest)
    last = next(believed, None)
    known = known_parts(last.everything) if last else {}
    return Place(store, order.platform, order.signer.address_key(origin), order.recipients, known)


def publish(store: Store, taken: Manifest, signer: Signer) -> Manifest:
    """The manifest last, when every part is there, under an id that nobody else has.

    :raises OpsError: unverified, when the store does not hold what was written
    """
    for part in taken.everything:
        found = store.head(part.path)
        if found is None or found.size != part.bytes:
            raise OpsError("unverified", f"the store does not hold {part.path} as it was written; there is no backup")
    # One that was pruned meanwhile does not give its number to a newer one.
    first = next_number(store, taken.platform, taken.id)
    for number in range(first, first + _SAME_SECOND):
        named = replace(taken, id=taken.id if number == 1 else f"{taken.id}-{number}")
        path, data = manifest.path_of(named.platform, named.id), manifest.seal(named, signer)
        if store.put(path, data, if_absent=True):
            if store.get(path) != data:
                raise OpsError("unverified", f"the store does not hold {path} as it was written")
            return named
    raise OpsError("conflict", f"{_SAME_SECOND} backups were started in one second; there is no new one")
