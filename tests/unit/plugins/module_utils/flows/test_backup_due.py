# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a backup is due, by what a store holds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.retention import CLASSES
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_due import due

from tests.support.backup_stores import PLATFORM, BackupStore

NOW = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)  # a Wednesday


def ask(backups: BackupStore, **more: Any):
    options = {"platform": PLATFORM, "store": str(backups.folder), "store_options": {}, "timezone": "UTC", **more}
    return due(options, backups.trusted, NOW)


def test_without_a_store_everything_is_due(tmp_path: Path) -> None:
    backups = BackupStore(tmp_path / "store")
    backups.folder.rmdir()
    assert ask(backups) == (CLASSES, None)


def test_a_period_with_a_good_backup_is_not_due_again(tmp_path: Path) -> None:
    backups = BackupStore(tmp_path / "store")
    made = backups.add(NOW - timedelta(hours=2), *CLASSES)
    assert ask(backups) == ((), made)


def test_days_begin_in_the_zone_of_the_platform(tmp_path: Path) -> None:
    backups = BackupStore(tmp_path / "store")
    backups.add(datetime(2026, 11, 18, 21, 0, tzinfo=UTC), *CLASSES)
    later = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    options = {"platform": PLATFORM, "store": str(backups.folder), "store_options": {}}
    assert due({**options, "timezone": "UTC"}, backups.trusted, later)[0] == ()
    assert due({**options, "timezone": "Europe/Berlin"}, backups.trusted, later)[0] == ("daily",)


def test_one_that_lacks_a_part_does_not_count(tmp_path: Path) -> None:
    backups = BackupStore(tmp_path / "store")
    made = backups.add(NOW - timedelta(hours=2), *CLASSES)
    (backups.folder / made.parts[0].path).unlink()
    assert ask(backups) == (CLASSES, None)


def test_a_zone_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OpsError, match="timezone 'Mars' is not known"):
        ask(BackupStore(tmp_path / "store"), timezone="Mars")
