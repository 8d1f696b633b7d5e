# SPDX-License-Identifier: GPL-3.0-or-later
"""Backups for tests: keys made on the spot, and backups taken in the test's own process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyrage
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.keys import Recipients, recipients
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_options import identities_of, signer_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_order import SPEC, order_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_take import Order, Taken, take
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.store.objects import Store
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_OPENSSH = (serialization.PrivateFormat.OpenSSH, serialization.NoEncryption())


@dataclass(frozen=True)
class Keys:
    """Those of one platform. signing_key, identity: paths. trusted, recipient: public keys as an inventory has them."""

    signing_key: Path
    identity: Path
    trusted: str
    recipient: str

    @property
    def signer(self) -> Any:
        return signer_of(str(self.signing_key))

    @property
    def identities(self) -> list[Any]:
        return identities_of(str(self.identity))

    @property
    def recipients(self) -> Recipients:
        return recipients([self.recipient])

    def options(self, store: str, **more: Any) -> dict[str, Any]:
        """Of module backup."""
        defaults = {name: spec.get("default") for name, spec in SPEC.items()}
        known = {
            "platform": "lab",
            "store": store,
            "trusted_keys": [self.trusted],
            "signing_key": str(self.signing_key),
            "recipients": [self.recipient],
            "actor": "tester",
        }
        return {**defaults, **known, **more}

    def order(self, **more: Any) -> Order:
        return order_of(self.options("", **more), "0.0.0")


def make_keys(folder: Path) -> Keys:
    """Fresh ones, in two files that only their owner reads."""
    identity = pyrage.x25519.Identity.generate()
    trusted = signing_key(folder / "signing_key")
    return Keys(
        folder / "signing_key", private(folder / "identity", f"{identity}\n"), trusted, str(identity.to_public())
    )


def signing_key(path: Path) -> str:
    """Write a private key, and return its public one."""
    key = Ed25519PrivateKey.generate()
    private(path, key.private_bytes(serialization.Encoding.PEM, *_OPENSSH).decode())
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return public.decode()


def private(path: Path, text: str) -> Path:
    """A file that only its owner reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
    return path


def take_backup(api: Client, store: Store, keys: Keys, *resources: str, **more: Any) -> Taken:
    """Back up these kinds, or all that are known.

    :param more: options of module backup
    """
    order = keys.order(**more)
    chosen = tuple(kind for kind in order.kinds if not resources or kind.resource in resources)
    return take(api, store, replace(order, kinds=chosen))
