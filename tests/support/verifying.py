# SPDX-License-Identifier: GPL-3.0-or-later
"""Verification of a store with whole backups, and damage to it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_verify

from tests.support.backup_stores import PLATFORM
from tests.support.whole_backups import STARTED, WholeBackups

NOW = STARTED + timedelta(hours=1)


def options(backups: WholeBackups, **more: Any) -> dict[str, Any]:
    return {
        "platform": PLATFORM,
        "store": str(backups.folder),
        "store_options": {},
        "trusted_keys": [backups.signer.public],
        "backup": "newest",
        "deep": False,
        "identity": None,
        "signing_key": None,
        "concurrency": 4,
        **more,
    }


def look(backups: WholeBackups, *, check: bool = False, **more: Any) -> dict[str, Any]:
    return backup_verify.look(options(backups, **more), NOW, check=check)


def said(result: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["status"], one["message"]) for one in result["findings"]]


def file_of(backups: WholeBackups, made: Manifest, number: int = 0) -> Path:
    return backups.folder / made.everything[number].path


def flip(path: Path, position: int = 40) -> None:
    data = bytearray(path.read_bytes())
    data[position % len(data)] ^= 1
    path.write_bytes(data)
