# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores with backups that hold real objects, encrypted and indexed as backups of a cluster are, without a cluster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive, keys, manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, Part
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import encode
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import Place, store_part
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import store_id
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

from tests.support.backup_stores import PLATFORM, BackupStore, signing_key

STARTED = datetime(2026, 11, 21, 8, 0, 0, tzinfo=UTC)
CANARY = "a-secret-that-must-be-nowhere"
CODERUNS = "coderuns.agents.platform"
KINDS = {
    "configmaps": ("v1", "ConfigMap"),
    "secrets": ("v1", "Secret"),
    CODERUNS: ("agents.platform/v1", "CodeRun"),
}
Objects = Mapping[str, Sequence[dict[str, Any]]]


def item(resource: str, name: str, namespace: str = "shop", **more: Any) -> dict[str, Any]:
    api, kind = _served(resource)
    metadata = {"name": name, "namespace": namespace, "uid": f"uid-of-{name}"}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **more}


def objects(count: int = 3) -> dict[str, list[dict[str, Any]]]:
    """Some of each kind; the secrets hold a canary."""
    return {
        "secrets": [item("secrets", f"s{number}", data={"key": CANARY}) for number in range(count)],
        "configmaps": [item("configmaps", f"c{number}", data={"key": "x" * number}) for number in range(count)],
        CODERUNS: [item(CODERUNS, f"r{number}", status={"phase": "Succeeded"}) for number in range(count)],
    }


class WholeBackups(BackupStore):
    """A local store; take() puts whole backups into it, encrypted for `identity`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.identity = pyrage.x25519.Identity.generate()

    @property
    def recipient(self) -> str:
        return str(self.identity.to_public())

    def place(self, recipients: Iterable[str]) -> Place:
        origin = store_id(self.store, PLATFORM, create=True)
        return Place(self.store, PLATFORM, self.signer.address_key(origin), keys.recipients(recipients), {})

    def take(
        self,
        started: datetime = STARTED,
        content: Objects | None = None,
        recipients: Sequence[str] | None = None,
        indexed: Objects | None = None,
        known: Mapping[str, Part] | None = None,
        **fields: Any,
    ) -> Manifest:
        """One backup.

        :param recipients: nobody when empty
        :param indexed: what the index lists instead of what is in the parts
        :param known: parts to rely on, by address
        """
        content = objects() if content is None else content
        recipients = [self.recipient] if recipients is None else recipients
        place = replace(self.place(recipients), known=known or {})
        rows = (content if indexed is None else indexed).items()
        lines = [line for resource, items in rows for line in archive.index_lines(_rows(resource, items))]
        index = _stored(place, "index", [archive.member("index", "0", b"".join(lines))])
        made = Manifest(
            id=started.strftime("%Y-%m-%dT%H-%M-%SZ"),
            platform=PLATFORM,
            started=format_time(started),
            finished=format_time(started),
            cluster_uid="uid",
            server="v1.35.4",
            tool="agent_platform.ops 0",
            recipients=tuple(recipients),
            parts=tuple(_part(place, resource, items) for resource, items in content.items()),
            index=replace(index, objects=sum(len(items) for items in content.values())),
            origin=store_id(self.store, PLATFORM, create=False),
        )
        return self.publish(replace(made, **fields))

    def publish(self, made: Manifest) -> Manifest:
        """Put a manifest where it belongs, whatever it says."""
        self.store.put(manifest.path_of(PLATFORM, made.id), manifest.seal(made, self.signer))
        return made

    def keep_keys(self, folder: Path) -> dict[str, str]:
        """Paths of private files: identity and signing_key, other (an identity) and stranger (a signing key)."""
        folder.mkdir(exist_ok=True)
        other = str(pyrage.x25519.Identity.generate())
        texts = {"identity": str(self.identity), "signing_key": self.key.decode(), "other": other}
        texts["stranger"] = signing_key().decode()
        for name, text in texts.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o600)
        return {name: str(folder / name) for name in texts}


def _part(place: Place, resource: str, items: Sequence[dict[str, Any]]) -> Part:
    api, kind = _served(resource)
    encoded = [encode(_kind(resource), api, kind, one) for one in items]
    stored = _stored(place, resource, [archive.member(one.namespace, one.name, one.text) for one in encoded])
    return replace(stored, objects=len(items), api=api, kind=kind, namespaced=True, status=_kind(resource).status)


def _rows(resource: str, items: Iterable[dict[str, Any]]) -> Iterable[tuple[str, str, str, str, str]]:
    for one in items:
        encoded = encode(_kind(resource), *_served(resource), one)
        yield resource, encoded.namespace, encoded.name, encoded.uid, encoded.digest.hex()


def _served(resource: str) -> tuple[str, str]:
    """(api, kind); of a kind that is none of KINDS too."""
    return KINDS.get(resource, ("example.org/v1", "Example"))


def _kind(resource: str) -> Kind:
    return Kind(resource, 0, status=resource == CODERUNS)


def _stored(place: Place, resource: str, members: list[bytes]) -> Part:
    stored = store_part(place, resource, [*members, archive.end()])
    return Part(resource, stored.path, stored.sha256, stored.bytes, stored.plain_bytes)
