# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys for the backups of a practice cluster: one that signs them, and one that decrypts them. Private API."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.files import write_private
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.layout import Layout

try:
    import pyrage
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
except ImportError as error:  # pragma: no cover - told by ensure()
    pyrage = None
    _IMPORT_ERROR: ImportError | None = error
else:
    _IMPORT_ERROR = None


def ensure(layout: Layout, *, dry_run: bool) -> list[str]:
    """Make the keys that are not there; those that are stay, since backups depend on them.

    :returns: the paths of the private keys that were made, or would be
    :raises OpsError: invalid, when what this needs is not installed
    """
    if _IMPORT_ERROR is not None:
        raise OpsError("invalid", f"backups need the Python packages cryptography and pyrage ({_IMPORT_ERROR})")
    wanted = {layout.signing_key: _signing_key, layout.identity: _identity}
    missing = [path for path in wanted if not (path.is_file() and _public(path).is_file())]
    for path in [] if dry_run else missing:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        private, public = wanted[path]()
        write_private(path, private)
        write_private(_public(path), public)
    return [str(path) for path in missing]


def _public(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def _signing_key() -> tuple[str, str]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return private.decode(), f"{public.decode()}\n"


def _identity() -> tuple[str, str]:
    identity = pyrage.x25519.Identity.generate()
    return f"{identity}\n", f"{identity.to_public()}\n"
