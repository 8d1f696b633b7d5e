# SPDX-License-Identifier: GPL-3.0-or-later
"""Role backup_retention, as a step of its own. It works in the store alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.backup_stores import PLATFORM, BackupStore
from tests.support.backups import private
from tests.support.roles import Step, run_step


@pytest.fixture
def prune(tmp_path: Path):
    """Four daily backups, of which two are to stay."""
    backups = BackupStore(tmp_path / "store")
    now = datetime.now(UTC)
    for day in range(4):
        backups.add(now - timedelta(days=day, hours=1), "daily", content=str(day).encode())
    settings = {
        "platform_store": str(backups.folder),
        "platform_backup_trusted_keys": [backups.signer.public],
        "backup_retention_daily": 2,
        "backup_retention_floor": 1,
    }

    def run(*arguments: str, **more: object) -> tuple[Step, int]:
        given = private(tmp_path / "settings.json", json.dumps({**settings, **more}))
        step = run_step(tmp_path, "backup_retention", "-e", f"@{given}", *arguments)
        return step, len(backups.paths("manifests"))

    assert PLATFORM == "lab"
    return run


def test_it_shows_then_deletes_then_finds_nothing_more(prune) -> None:
    look, left = prune("--check")
    assert (look.rc, left, look.result["changes"]["total"]) == (0, 4, 2), look.stdout
    done, left = prune()
    assert (done.rc, left) == (0, 2), done.stdout
    assert done.result["summary"] == "2 deleted · 2 kept"
    assert done.result["data"]["plan"]["counts"] == {"daily": 2, "expired": 2}
    again, left = prune()
    assert (left, again.result["changes"]["total"]) == (2, 0)
    assert "changed=1 " in again.stdout  # the result that the test keeps


def test_too_many_are_refused_and_told(prune) -> None:
    refused, left = prune(backup_retention_max_deletions=1)
    assert (refused.rc, left) == (2, 4)
    assert "2 backups would be deleted, but max_deletions is 1; nothing was deleted" in refused.stdout
