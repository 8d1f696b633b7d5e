# SPDX-License-Identifier: GPL-3.0-or-later
"""Pruning of backups in a store: what goes, what stays, and what stops it."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest, notes
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_prune
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_time

from tests.support.backup_stores import PLATFORM, BackupStore

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def backups(tmp_path: Path) -> BackupStore:
    return BackupStore(tmp_path / "store")


def ago(**more: float) -> datetime:
    return NOW - timedelta(**more)


def act(backups: BackupStore, *, check: bool = False, **more: Any) -> Acted:
    options = {
        "platform": PLATFORM,
        "store": str(backups.folder),
        "store_options": {},
        "trusted_keys": [backups.signer.public],
        "reason": "",
        "actor": "",
        "keep_daily": 1,
        "keep_weekly": 0,
        "keep_monthly": 0,
        "keep_yearly": 0,
        "keep_besides": "30d",
        "keep_incomplete": "7d",
        "floor": 1,
        "pinned": [],
        "timezone": "UTC",
        "max_deletions": 20,
        **more,
    }
    return backup_prune.act(options, check)


def age(backups: BackupStore, hours: float) -> None:
    """Make every mark so old."""
    for path in backups.paths("unreferenced"):
        os.utime(backups.folder / path, (time.time() - hours * 3600,) * 2)


def ids(backups: BackupStore) -> list[str]:
    return [Path(path).stem for path in backups.paths("manifests")]


def test_the_manifest_goes_first_and_its_parts_a_day_later(backups: BackupStore) -> None:
    old, new = backups.add(ago(days=2), "daily", content=b"old"), backups.add(ago(hours=1), "daily", content=b"new")
    acted = act(backups)
    assert acted.error is None
    assert (acted.more["line"], ids(backups)) == ("1 deleted · 1 kept", [new.id])
    assert acted.more["parts"] == {"deleted": 0, "bytes": 0, "waiting": 2}
    assert set(backups.paths("parts")) == {part.path for made in (old, new) for part in made.everything}

    age(backups, 23.9)
    assert act(backups).more["parts"]["waiting"] == 2
    age(backups, 24.1)
    assert act(backups).more["parts"] == {
        "deleted": 2,
        "bytes": sum(part.bytes for part in old.everything),
        "waiting": 0,
    }
    assert set(backups.paths("parts")) == {part.path for part in new.everything}
    assert backups.paths("unreferenced") == []


def test_a_part_that_is_needed_again_loses_its_mark(backups: BackupStore) -> None:
    backups.add(ago(days=2), "daily", content=b"old")
    backups.add(ago(hours=2), "daily", content=b"new")
    act(backups)
    again = backups.add(ago(hours=1), "daily", content=b"old")
    age(backups, 25)
    assert act(backups, keep_daily=5).more["parts"]["deleted"] == 0
    assert {part.path for part in again.everything} <= set(backups.paths("parts"))
    marks = {part.path.replace("/parts/", "/unreferenced/") for part in again.everything}
    assert not marks & set(backups.paths("unreferenced"))


def test_a_part_on_which_a_backup_relies_while_it_is_pruned_stays(
    backups: BackupStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = backups.add(ago(days=2), "daily", content=b"old")
    backups.add(ago(hours=2), "daily", content=b"new")
    act(backups)
    age(backups, 25)
    look = backup_prune.look

    def look_and_meanwhile(*words: Any) -> backup_prune.Seen:
        seen = look(*words)
        backups.add(ago(hours=1), "daily", content=b"old")
        return seen

    monkeypatch.setattr(backup_prune, "look", look_and_meanwhile)
    assert act(backups).more["parts"] == {"deleted": 0, "bytes": 0, "waiting": 2}
    assert {part.path for part in old.everything} <= set(backups.paths("parts"))


def test_a_pruning_that_is_killed_leaves_no_mark_of_a_part_that_is_gone(
    backups: BackupStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    backups.add(ago(days=2), "daily", content=b"old")
    backups.add(ago(hours=2), "daily", content=b"new")
    act(backups)
    age(backups, 25)
    delete = LocalStore.delete

    def killed(store: LocalStore, key: str) -> None:
        if "/parts/" in key:
            raise KeyboardInterrupt
        delete(store, key)

    monkeypatch.setattr(LocalStore, "delete", killed)
    with pytest.raises(KeyboardInterrupt):
        act(backups)
    marked = {path.replace("/unreferenced/", "/parts/") for path in backups.paths("unreferenced")}
    assert len(set(backups.paths("parts")) - marked) == 3, "two that are needed, and one that waits for a new mark"


def test_parts_of_what_is_not_believed_stay(backups: BackupStore) -> None:
    doubted = backups.add(ago(days=2), "daily", content=b"doubted")
    backups.sign_by_another(doubted)
    backups.add(ago(hours=1), "daily", content=b"new")
    acted = act(backups)
    assert (acted.error, ids(backups)[0]) == (None, doubted.id)
    assert [(one["status"], one["subject"]["name"]) for one in acted.more["findings"]] == [("unknown", doubted.id)]
    assert backups.paths("unreferenced") == []


def test_a_manifest_that_nobody_can_read_stops_the_deletion_of_parts(backups: BackupStore) -> None:
    old = backups.add(ago(days=3), "daily", content=b"old")
    broken = backups.add(ago(days=2), "daily", content=b"broken")
    backups.add(ago(hours=1), "daily", content=b"new")
    path = backups.folder / f"backups/{PLATFORM}/manifests/{broken.id}.json"
    path.write_bytes(path.read_bytes()[:100])
    acted = act(backups)
    assert acted.error is not None
    assert "nobody can tell to which parts" in acted.error.message
    assert old.id not in ids(backups)
    assert backups.paths("unreferenced") == []


def test_nothing_goes_when_the_newest_one_that_stays_is_damaged(backups: BackupStore) -> None:
    backups.add(ago(days=2), "daily", content=b"old")
    new = backups.add(ago(hours=1), "daily", content=b"new")
    path = backups.folder / new.parts[0].path
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(OpsError, match=f"backup {new.id}, the newest one that would stay, is damaged"):
        act(backups)
    assert len(ids(backups)) == 2


def test_one_whose_part_is_gone_does_not_count(backups: BackupStore) -> None:
    old, new = backups.add(ago(days=2), "daily", content=b"old"), backups.add(ago(hours=1), "daily", content=b"new")
    (backups.folder / new.parts[0].path).unlink()
    acted = act(backups)
    assert acted.more["plan"]["counts"] == {"young": 1, "daily": 1}
    assert ids(backups) == [old.id, new.id]


def test_one_that_is_not_complete_does_not_count(backups: BackupStore) -> None:
    backups.add(ago(days=2), "daily", content=b"old")
    backups.add(ago(hours=1), "daily", content=b"new", lost=True)
    assert act(backups).more["line"] == "2 kept"


def test_one_that_was_found_damaged_does_not_count(backups: BackupStore) -> None:
    old, new = backups.add(ago(days=2), "daily", content=b"old"), backups.add(ago(hours=1), "daily", content=b"new")
    path = manifest.path_of(PLATFORM, new.id)
    digest = notes.digest(backups.store.get(path) or b"")
    note = notes.Note(new.id, PLATFORM, digest, format_time(NOW), ok=False, deep=False, problem="a part is damaged")
    backups.store.put(notes.path_of(PLATFORM, new.id), notes.seal(note, backups.signer))
    assert act(backups).more["plan"]["counts"] == {"young": 1, "daily": 1}
    assert ids(backups) == [old.id, new.id]


def test_check_mode_writes_nothing(backups: BackupStore) -> None:
    backups.add(ago(days=2), "daily", content=b"old")
    backups.add(ago(hours=1), "daily", content=b"new")
    before = {path: path.stat().st_mtime_ns for path in backups.folder.rglob("*")}
    acted = act(backups, check=True)
    assert acted.more["line"] == "1 would be deleted · 1 kept"
    assert {path: path.stat().st_mtime_ns for path in backups.folder.rglob("*")} == before


def test_too_many_are_refused(backups: BackupStore) -> None:
    for day in range(1, 5):
        backups.add(ago(days=day), "daily")
    acted = act(backups, max_deletions=2)
    assert acted.error is not None
    assert acted.error.message == "3 backups would be deleted, but max_deletions is 2; nothing was deleted"
    assert len(ids(backups)) == 4


def test_a_second_run_changes_nothing(backups: BackupStore) -> None:
    for day in range(1, 5):
        backups.add(ago(days=day), "daily", content=str(day).encode())
    act(backups)
    before = set(backups.folder.rglob("*"))
    assert act(backups).more["line"] == "1 kept"
    assert set(backups.folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"timezone": "Mars/Olympus"}, "timezone 'Mars/Olympus' is not known; give a name such as Europe/Berlin"),
        ({"keep_besides": "soon"}, "keep_besides: 'soon' is not a duration"),
        ({"keep_daily": -1}, "keep_daily is -1; it must be 0 or more"),
        ({"platform": "../x"}, "cannot name a folder"),
        ({"trusted_keys": []}, "trusted_keys is empty"),
    ],
)
def test_options_that_make_no_sense_are_refused(backups: BackupStore, more: dict, words: str) -> None:
    backups.add(ago(days=2), "daily")
    with pytest.raises(OpsError) as refused:
        act(backups, **more)
    assert words in refused.value.message


def test_before_the_first_backup_there_is_nothing_to_do(backups: BackupStore) -> None:
    backups.folder.rmdir()
    assert act(backups).more["line"] == "0 kept"
    assert not backups.folder.exists()
