# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys and stores of a test's own, for modules that keep data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyrage
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Signer
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.datasets import Order
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import Store, open_store
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(frozen=True)
class Vault:
    """A store in a folder, the key that signs what is in it, and the identity that decrypts it."""

    folder: Path
    signer: Signer
    identity: Any

    @property
    def store(self) -> Store:
        return open_store(str(self.folder / "store"))

    @property
    def looking(self) -> dict[str, Any]:
        """Options of modules that read what was kept."""
        where = {"platform": "lab", "store": f"file://{self.folder}/store", "trusted_keys": [self.signer.public]}
        return {**where, "identity": str(self.folder / "identity")}

    @property
    def keeping(self) -> dict[str, Any]:
        """Options of modules that keep."""
        options = {name: value for name, value in self.looking.items() if name != "identity"}
        recipients = [str(self.identity.to_public())]
        return {**options, "recipients": recipients, "signing_key": str(self.folder / "signing")}

    @property
    def variables(self) -> dict[str, Any]:
        """The same as variables of an inventory."""
        names = {"store": "platform_store", "trusted_keys": "platform_backup_trusted_keys"}
        names |= {"recipients": "platform_backup_recipients", "signing_key": "backup_signing_key"}
        return {names[name]: value for name, value in self.keeping.items() if name in names}

    def order(self, provider: str) -> Order:
        recipients = keys.recipients(self.keeping["recipients"])
        return Order("lab", provider, recipients, self.signer, keys.trusted([self.signer.public]))

    def clear_text(self, *needles: bytes) -> list[Path]:
        """Files of the store that hold one of these."""
        files = [path for path in (self.folder / "store").rglob("*") if path.is_file()]
        return [path for path in files if any(needle in path.read_bytes() for needle in needles)]


def vault(folder: Path) -> Vault:
    """A new one below a folder."""
    key, identity = Ed25519PrivateKey.generate(), pyrage.x25519.Identity.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "store").mkdir(mode=0o700, parents=True)
    for name, data in (("signing", pem), ("identity", f"{identity}\n".encode())):
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(data)
    return Vault(folder, Signer(key), identity)
