# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_note
from ansible_collections.agent_platform.ops.plugins.module_utils.store.lock import acquire
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store


@pytest.fixture
def note(tmp_path: Path):
    """Read or change the note in a store that is not made yet."""
    url = f"file://{tmp_path / 'store'}"

    def handle(check: bool = False, **options: object) -> dict:
        given = {"platform": "lab", "store": url, "store_options": {}, "what": "kubernetes", "fields": {}}
        return upgrade_note.handle({**given, "anew": False, "lock": None, **options}, check=check)["note"]

    handle.folder = tmp_path / "store"
    handle.url = url
    return handle


def test_a_note_is_there_for_the_next_run_and_for_nobody_else(note) -> None:
    assert note() == {}
    assert not note.folder.exists()
    note(fields={"phase": "secured", "snapshot": "s1"})
    note(fields={"phase": "moving"})
    assert note() == {"schema": 1, "phase": "moving", "snapshot": "s1"}
    assert (note.folder / "upgrades" / "lab" / "kubernetes.json").stat().st_mode & 0o077 == 0
    note(fields={"phase": "secured"}, anew=True)
    assert note() == {"schema": 1, "phase": "secured"}
    assert note(platform="other") == {}


def test_check_mode_writes_nothing(note) -> None:
    assert note(check=True, fields={"phase": "moving"})["phase"] == "moving"
    assert not note.folder.exists()


def test_without_the_lock_nothing_is_noted(note) -> None:
    store = open_store(note.url)
    mine = acquire(store, "lab", "me")
    lock = {"store": note.url, "store_options": {}, "name": "lab", "holder": "me", "transitions": mine.transitions}
    note(fields={"phase": "moving"}, lock=lock)
    with pytest.raises(OpsError):
        note(fields={"phase": "done"}, lock={**lock, "holder": "other"})
    assert note()["phase"] == "moving"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"schema": 2}', "[" * 100_000])
def test_what_is_no_note_is_unverified_and_never_none(note, text) -> None:
    path = note.folder / "upgrades" / "lab" / "kubernetes.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(OpsError, match="nobody knows whether one goes on") as caught:
        note()
    assert caught.value.kind == "unverified"
