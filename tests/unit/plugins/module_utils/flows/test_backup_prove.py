# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts as they are stored. What is found from inside is tested with verification as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import backup_prove
from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore

from tests.support.whole_backups import WholeBackups


@pytest.fixture
def backups(tmp_path: Path) -> WholeBackups:
    return WholeBackups(tmp_path)


def test_each_part_is_looked_at_once_however_often_it_is_named(backups: WholeBackups) -> None:
    made = backups.take()
    found = backup_prove.stored(backups.store, [*made.everything, *made.everything], 2)
    assert found == {part.path: "" for part in made.everything}


def test_no_more_is_read_of_a_part_that_is_too_long(backups: WholeBackups, monkeypatch: pytest.MonkeyPatch) -> None:
    made = backups.take()
    read: list[int] = []

    def endless(_store: LocalStore, _key: str) -> Iterator[bytes]:
        while True:
            read.append(1)
            yield bytes(1024)

    monkeypatch.setattr(LocalStore, "read", endless)
    assert "is longer than its" in backup_prove.stored_problem(backups.store, made.index)
    assert len(read) <= made.index.bytes // 1024 + 1


def test_a_store_that_does_not_answer_is_an_error_and_no_verdict(
    backups: WholeBackups, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.take()

    def silent(_store: LocalStore, _key: str) -> Iterator[bytes]:
        raise OpsError("unreachable", "no answer")
        yield b""

    monkeypatch.setattr(LocalStore, "read", silent)
    with pytest.raises(OpsError, match="no answer"):
        backup_prove.stored(backups.store, made.everything, 4)
    with pytest.raises(OpsError, match="no answer"):
        list(backup_prove.opened(backups.store, made, [backups.identity], deep=True))


def test_a_part_for_others_is_told_by_its_path(backups: WholeBackups) -> None:
    made = backups.take()
    assert backup_prove.recipients_problem(made, made.index) == ""
    assert backup_prove.recipients_problem(replace(made, recipients=()), made.index) != ""
