# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores with backups of any age that no cluster was needed for."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import archive, keys, manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Recipients, Signer, Trusted
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest, Skipped
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_parts import Place, store_part
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PLATFORM = "lab"


def signing_key() -> bytes:
    """A new one, as ssh-keygen writes it."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )


class BackupStore:
    """A local store; add() puts backups of one ConfigMap into it, in clear."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = open_store(str(folder))
        self.key = signing_key()
        self.signer: Signer = keys.signer(self.key, "key")

    @property
    def trusted(self) -> Trusted:
        return keys.trusted([self.signer.public])

    def add(self, started: datetime, *classes: str, content: bytes = b"{}", lost: bool = False) -> Manifest:
        """One backup.

        :param lost: a kind could not be read
        """
        name = started.strftime("%Y-%m-%dT%H-%M-%SZ")
        place = Place(self.store, PLATFORM, bytes(32), Recipients(), {})
        parts = [self._part(place, resource, content) for resource in ("configmaps", "index")]
        made = Manifest(
            id=name,
            platform=PLATFORM,
            started=format_time(started),
            finished=format_time(started),
            cluster_uid="uid",
            server="v1.35.4",
            tool="agent_platform.ops 0",
            recipients=(),
            parts=(parts[0],),
            index=parts[1],
            skipped=(Skipped("secrets", "could not be read", lost=True),) if lost else (),
            classes=classes,
        )
        self.store.put(manifest.path_of(PLATFORM, name), manifest.seal(made, self.signer))
        return made

    def sign_by_another(self, made: Manifest) -> None:
        """Put the same manifest there, signed by somebody nobody trusts."""
        other = keys.signer(signing_key(), "other")
        self.store.put(manifest.path_of(PLATFORM, made.id), manifest.seal(replace(made), other))

    def paths(self, below: str) -> list[str]:
        """Keys of a folder of the platform, such as manifests or parts."""
        return self.store.keys(f"{manifest.folder(PLATFORM)}/{below}/")

    @staticmethod
    def _part(place: Place, resource: str, content: bytes) -> manifest.Part:
        plain = [archive.member("ns", "name", content), archive.end()]
        stored = store_part(place, resource, plain)
        digest = hashlib.sha256(place.store.get(stored.path) or b"").hexdigest()
        return manifest.Part(resource, stored.path, digest, stored.bytes, stored.plain_bytes, 1)
