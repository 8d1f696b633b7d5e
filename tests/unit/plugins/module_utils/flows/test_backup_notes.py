# SPDX-License-Identifier: GPL-3.0-or-later
"""Notes that a verification keeps beside a backup: signed, and about that very manifest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import keys, manifest, notes
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_verify
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import read_manifest

from tests.support.backup_stores import PLATFORM
from tests.support.verifying import file_of, flip, look
from tests.support.whole_backups import WholeBackups


@pytest.fixture
def backups(tmp_path: Path) -> WholeBackups:
    return WholeBackups(tmp_path / "store")


def test_with_a_signing_key_a_note_is_kept_and_a_failure_takes_its_place(backups: WholeBackups, tmp_path: Path) -> None:
    made = backups.take()
    files = backups.keep_keys(tmp_path / "keys")
    kept = read_manifest(backups.store, manifest.path_of(PLATFORM, made.id), backups.trusted)

    def note() -> notes.Note | None:
        return backup_verify.note_of(backups.store, PLATFORM, kept, backups.trusted)

    look(backups)
    look(backups, signing_key=files["signing_key"], check=True)
    assert note() is None
    assert look(backups, signing_key=files["signing_key"])["backups"][0]["noted"]
    well = note()
    assert well
    assert (well.ok, well.deep, well.verified) == (True, False, "2026-11-21T09:00:00Z")
    flip(file_of(backups, made))
    look(backups, signing_key=files["signing_key"])
    bad = note()
    assert bad
    assert (bad.ok, bad.problem) == (False, "secrets holds other bytes than were written")


def backup_note(path: Path, backups: WholeBackups) -> notes.Note:
    return notes.unseal(path.read_bytes(), str(path.relative_to(backups.folder)), backups.trusted.accepts)


def test_a_note_by_a_stranger_or_about_another_manifest_says_nothing(backups: WholeBackups, tmp_path: Path) -> None:
    made = backups.take()
    files = backups.keep_keys(tmp_path / "keys")
    path = manifest.path_of(PLATFORM, made.id)
    stranger = keys.signer(Path(files["stranger"]).read_bytes(), "stranger")
    look(backups, signing_key=files["signing_key"])
    note = backups.folder / notes.path_of(PLATFORM, made.id)
    note.write_bytes(notes.seal(backup_note(note, backups), stranger))
    kept = read_manifest(backups.store, path, backups.trusted)
    assert backup_verify.note_of(backups.store, PLATFORM, kept, backups.trusted) is None
    look(backups, signing_key=files["signing_key"])
    backups.publish(replace(made, reason="another one"))
    kept = read_manifest(backups.store, path, backups.trusted)
    assert backup_verify.note_of(backups.store, PLATFORM, kept, backups.trusted) is None
