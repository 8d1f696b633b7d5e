# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of backups from one local store to another, and what became of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_copies, backup_verify
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted

from tests.support.backup_stores import PLATFORM
from tests.support.whole_backups import STARTED, WholeBackups

NOW = STARTED + timedelta(hours=1)


def options(backups: WholeBackups, to: Path | str, **more: Any) -> dict[str, Any]:
    return {
        "platform": PLATFORM,
        "store": str(backups.folder),
        "store_options": {},
        "trusted_keys": [backups.signer.public],
        "to": str(to),
        "to_options": {},
        "backup": "newest",
        "recipients": [],
        "identity": None,
        "signing_key": None,
        "concurrency": 4,
        **more,
    }


def act(backups: WholeBackups, to: Path | str, *, check: bool = False, **more: Any) -> Acted:
    return backup_copies.act(options(backups, to, **more), NOW, check=check)


def outcomes(acted: Acted) -> list[tuple[str, str]]:
    return [(one.name, one.outcome) for one in acted.actions]


def files(folder: Path) -> dict[str, bytes]:
    """What is in a store, but for its own id."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.name != "store.json")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def verified(backups: WholeBackups, folder: Path, identity: str, **more: Any) -> dict[str, Any]:
    """What a deep verification of another store says."""
    own = {"store": str(folder), "deep": True, "identity": identity, "signing_key": None, **more}
    return backup_verify.look({**options(backups, folder), **own}, NOW, check=True)
