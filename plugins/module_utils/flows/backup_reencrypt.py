# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Encrypt a backup anew, for other recipients: the same objects, under a manifest of its own. Private API.

Nothing of what is decrypted touches a disk. The original stays; the new one names it and the moment of its start.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Recipients, Signer, Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, Part
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_prove
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import (
    Place,
    known_parts,
    open_part,
    store_part,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import (
    newest_first,
    read_manifest,
    store_id,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_take import publish
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store

_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 1 << 16  # a thousand times as much may come out of it
_MOMENT = len("2026-11-21T08-00-00Z")


@dataclass
class Order:
    """For whom, by whom, and where to. known: parts that were encrypted for them already, by address."""

    source: Store
    target: Store
    platform: str
    identities: list[Any]
    recipients: Recipients
    signer: Signer
    trusted: Trusted
    known: dict[str, Part] = field(default_factory=dict)

    def find(self, made: Manifest) -> Manifest | None:
        """The backup in the target that this one was encrypted anew to, for the same recipients."""
        moment = made.id[:_MOMENT]
        for meta in self.target.list(f"{manifest.folder(self.platform)}/manifests"):
            if manifest.id_of(meta.key)[:_MOMENT] == moment:
                kept = read_manifest(self.target, meta.key, self.trusted).manifest
                if kept and kept.copy_of == root_of(made) and self.is_for_them(kept):
                    return kept
        return None

    def is_for_them(self, made: Manifest) -> bool:
        """Whether a backup is encrypted for exactly these recipients."""
        return set(made.recipients) == set(self.recipients.names)

    def look_for_parts(self) -> None:
        """Learn which parts the target holds that are encrypted for them: those of its newest backup that is."""
        for kept in newest_first(self.target, self.platform, self.trusted):
            if kept.manifest and self.is_for_them(kept.manifest):
                self.known |= known_parts(kept.manifest.everything)
                return


def root_of(made: Manifest) -> str:
    """Id of the backup that was taken from a cluster."""
    return made.copy_of or made.id


def encrypt(order: Order, made: Manifest, concurrency: int) -> tuple[Manifest, int]:
    """(the new backup, bytes that had to be written).

    :raises OpsError: then there is no new backup
    """
    if made.recipients and not order.identities:
        raise OpsError("invalid", f"identity: backup {made.id} is encrypted; give one of its recipients' to decrypt it")
    _require_whole(order.source, made, concurrency, "refused")
    origin = store_id(order.target, order.platform, create=True)
    key = order.signer.address_key(origin)
    place = Place(order.target, order.platform, key, order.recipients, order.known)
    done = [_part(order, place, part) for part in made.everything]
    parts = [part for part, _new in done]
    fresh = replace(
        made,
        id=made.id[:_MOMENT],
        recipients=order.recipients.names,
        parts=tuple(parts[:-1]),
        index=parts[-1],
        origin=origin,
        copy_of=root_of(made),
    )
    _require_whole(order.target, fresh, concurrency, "unverified")
    return publish(order.target, fresh, order.signer), sum(new for _part, new in done)


def _part(order: Order, place: Place, part: Part) -> tuple[Part, int]:
    with open_part(order.source, part, order.identities) as file:
        stored = store_part(place, part.resource, _plain(file, part))
    if stored.plain_bytes != part.plain_bytes:
        raise OpsError(
            "refused", f"{part.path} holds {stored.plain_bytes:,} bytes, its manifest says {part.plain_bytes:,}"
        )
    fresh = replace(part, path=stored.path, sha256=stored.sha256, bytes=stored.bytes)
    order.known |= known_parts([fresh])
    return fresh, stored.new_bytes


def _plain(file: BinaryIO, part: Part) -> Iterator[bytes]:
    """The tar of a part, out of its gzip."""
    inflate = zlib.decompressobj(_GZIP)
    try:
        while data := file.read(_PIECE):
            yield inflate.decompress(data)
    except zlib.error as error:
        raise OpsError("refused", f"{part.path} is not readable") from error
    if not inflate.eof or inflate.unused_data:
        raise OpsError("refused", f"{part.path} is not readable to its end")


def _require_whole(store: Store, made: Manifest, concurrency: int, kind: str) -> None:
    problems = backup_prove.stored(store, made.everything, concurrency)
    bad = next((path for path, words in problems.items() if words), "")
    if bad:
        raise OpsError(kind, f"{store.place(bad)} {problems[bad]}; backup {made.id} was not encrypted anew")
