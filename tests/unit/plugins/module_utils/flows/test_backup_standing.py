# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest, notes
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.manifest import Manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_standing import MOST, standing

from tests.support.backup_stores import PLATFORM
from tests.support.whole_backups import STARTED, WholeBackups

DAY = timedelta(days=1)


@pytest.fixture
def backups(tmp_path: Path) -> WholeBackups:
    return WholeBackups(tmp_path)


def note(backups: WholeBackups, made: Manifest, *, ok: bool, problem: str = "") -> None:
    data = backups.store.get(manifest.path_of(PLATFORM, made.id)) or b""
    said = notes.Note(made.id, PLATFORM, notes.digest(data), "2026-11-21T09:00:00Z", ok, deep=True, problem=problem)
    backups.store.put(notes.path_of(PLATFORM, made.id), notes.seal(said, backups.signer))


def look(backups: WholeBackups) -> list[dict[str, Any]]:
    return standing(backups.store, PLATFORM, backups.trusted)


def told(backups: WholeBackups) -> list[tuple[str, bool, bool | None, str]]:
    return [(one["key"], one["believed"], one["proved"], one["problem"]) for one in look(backups)]


def test_they_are_looked_at_down_to_the_first_that_was_proved(backups: WholeBackups) -> None:
    old, proved, failed, fresh = (backups.take(STARTED + number * DAY) for number in range(4))
    note(backups, old, ok=True)
    note(backups, proved, ok=True)
    note(backups, failed, ok=False, problem="secrets is not there")
    assert told(backups) == [
        (fresh.id, True, None, ""),
        (failed.id, True, False, "secrets is not there"),
        (proved.id, True, True, ""),
    ]


def test_one_whose_parts_are_missing_is_no_use_whatever_was_noted(backups: WholeBackups) -> None:
    made = backups.take()
    note(backups, made, ok=True)
    (backups.folder / made.parts[1].path).write_bytes(b"")
    assert told(backups) == [(made.id, True, False, "1 of its 4 parts are missing, such as configmaps")]


def test_one_that_is_not_believed_says_why_and_nothing_else(backups: WholeBackups) -> None:
    made = backups.take()
    backups.sign_by_another(made)
    (one,) = look(backups)
    assert (one["believed"], one["finished"], one["complete"], one["proved"]) == (False, None, None, None)
    assert "whom the inventory does not trust" in one["problem"]


def test_of_very_many_the_newest_are_read(backups: WholeBackups) -> None:
    for number in range(MOST + 2):
        backups.add(STARTED - number * DAY)
    found = look(backups)
    assert (len(found), found[0]["key"]) == (MOST, "2026-11-21T08-00-00Z")


def test_without_any_there_is_nothing(backups: WholeBackups) -> None:
    assert look(backups) == []
