# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of backups: whole, proved, never over something else, and for other recipients."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup import manifest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    backup_copy,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.backup_store import newest_first
from ansible_collections.agent_platform.ops.plugins.module_utils.store.local import LocalStore

from tests.support.backup_stores import PLATFORM
from tests.support.copies import act, files, outcomes
from tests.support.whole_backups import STARTED, WholeBackups, objects

DAY = timedelta(days=1)


@pytest.fixture
def backups(tmp_path: Path) -> WholeBackups:
    return WholeBackups(tmp_path / "store")


@pytest.fixture
def offsite(tmp_path: Path) -> Path:
    return tmp_path / "offsite"


def test_parts_that_wait_for_their_deletion_in_the_other_store_are_relied_on_again(
    backups: WholeBackups, offsite: Path
) -> None:
    made = backups.take()
    act(backups, offsite)
    target = LocalStore(str(offsite))
    target.delete(manifest.path_of(PLATFORM, made.id))
    for part in made.everything:
        target.put(manifest.mark_path(part.path), b"")
    act(backups, offsite, check=True)
    assert len(target.keys(f"backups/{PLATFORM}/unreferenced")) == len(made.everything)
    assert outcomes(act(backups, offsite)) == [(made.id, "changed")]
    assert target.keys(f"backups/{PLATFORM}/unreferenced") == []


def test_before_the_first_backup_there_is_nothing_to_plan(backups: WholeBackups, offsite: Path, tmp_path: Path) -> None:
    assert outcomes(act(backups, offsite, check=True)) == []
    assert outcomes(act(backups, offsite, check=True, store=str(tmp_path / "none"))) == []
    with pytest.raises(OpsError, match="no backup that can be copied"):
        act(backups, offsite)


def test_a_copy_is_the_same_byte_for_byte_and_a_second_one_does_nothing(backups: WholeBackups, offsite: Path) -> None:
    made = backups.take()
    assert outcomes(act(backups, offsite, check=True)) == [(made.id, "planned")]
    assert not offsite.exists()
    done = act(backups, offsite)
    assert (outcomes(done), done.actions[0].detail[:12]) == ([(made.id, "changed")], "4 new parts ")
    assert files(offsite) == files(backups.folder)
    assert outcomes(act(backups, offsite)) == [(made.id, "unchanged")]
    assert {path.stat().st_mode & 0o777 for path in offsite.rglob("*") if path.is_file()} == {0o600}


def test_of_all_each_that_is_believed_is_copied_oldest_first_and_the_others_are_named(
    backups: WholeBackups, offsite: Path
) -> None:
    first, second = backups.take(STARTED - DAY), backups.take(content=objects(4))
    forged = backups.take(STARTED - 2 * DAY)
    backups.sign_by_another(forged)
    done = act(backups, offsite, backup="all")
    assert outcomes(done) == [(first.id, "changed"), (second.id, "changed")]
    assert [(one["status"], one["subject"]["name"]) for one in done.more["findings"]] == [("critical", forged.id)]
    assert done.error is None
    with pytest.raises(OpsError, match="whom the inventory does not trust"):
        act(backups, offsite, backup=forged.id)


def test_newest_is_the_one_that_a_restore_would_take(backups: WholeBackups, offsite: Path) -> None:
    good = backups.take()
    backups.take(STARTED + timedelta(minutes=1), skipped=(manifest.Skipped("sensors", "no", lost=True),))
    backups.take(STARTED + DAY)
    assert outcomes(act(backups, offsite)) == [(good.id, "changed")]


def test_without_any_nothing_is_copied(backups: WholeBackups, offsite: Path) -> None:
    with pytest.raises(OpsError, match="there is no backup that can be copied"):
        act(backups, offsite)


@pytest.mark.parametrize("damage", ["flip", "cut", "gone"])
def test_a_part_that_is_broken_is_not_copied_and_no_manifest_comes(
    backups: WholeBackups, offsite: Path, damage: str
) -> None:
    made = backups.take()
    path = backups.folder / made.parts[0].path
    if damage == "flip":
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    elif damage == "cut":
        os.truncate(path, 99)
    else:
        path.unlink()
    done = act(backups, offsite)
    assert done.error is not None
    assert outcomes(done)[0][1] in ("refused", "failed")
    assert made.parts[0].path not in files(offsite)
    assert not [path for path in files(offsite) if "/manifests/" in path]


class StoppedError(Exception):
    pass


@pytest.mark.parametrize("calls", range(1, 6))
def test_one_that_is_interrupted_anywhere_goes_on_when_it_is_run_again(
    backups: WholeBackups, offsite: Path, monkeypatch: pytest.MonkeyPatch, calls: int
) -> None:
    backups.take()
    written = iter(range(1, 100))
    write = LocalStore.put_file

    def interrupted(store: LocalStore, *arguments: Any, **more: Any) -> bool:
        if next(written) == calls:
            raise StoppedError
        return write(store, *arguments, **more)

    with monkeypatch.context() as patched:
        patched.setattr(LocalStore, "put_file", interrupted)
        with pytest.raises(StoppedError):
            act(backups, offsite, concurrency=1)
    assert not [path for path in files(offsite) if "/manifests/" in path]
    act(backups, offsite)
    assert files(offsite) == files(backups.folder)


def test_what_the_other_store_holds_already_is_never_overwritten(backups: WholeBackups, offsite: Path) -> None:
    made = backups.take()
    bad = offsite / made.parts[0].path
    bad.parent.mkdir(parents=True)
    bad.write_bytes(b"something else")
    done = act(backups, offsite)
    assert "is cut short: 14 of" in done.actions[0].reason
    assert "nothing is overwritten" in done.actions[0].reason
    assert bad.read_bytes() == b"something else"
    bad.unlink()
    path = offsite / manifest.path_of(PLATFORM, made.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"another manifest")
    done = act(backups, offsite)
    assert "is another manifest, and nothing is overwritten" in done.actions[0].reason
    assert path.read_bytes() == b"another manifest"


def test_a_part_that_went_missing_from_the_copy_comes_back(backups: WholeBackups, offsite: Path) -> None:
    made = backups.take()
    act(backups, offsite)
    (offsite / made.parts[1].path).unlink()
    assert outcomes(act(backups, offsite)) == [(made.id, "changed")]
    assert files(offsite) == files(backups.folder)


def test_a_store_that_keeps_something_else_than_it_was_given_is_found_out(
    backups: WholeBackups, offsite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backups.take()
    read = LocalStore.read

    def lying(store: LocalStore, key: str) -> Iterator[bytes]:
        yield from read(store, key)
        if store.place(key).startswith(str(offsite)):
            yield b"!"

    with monkeypatch.context() as patched:
        patched.setattr(LocalStore, "read", lying)
        done = act(backups, offsite)
    assert (done.actions[0].outcome, "although it was just written" in done.actions[0].reason) == ("unverified", True)
    assert files(offsite) == {}
    assert outcomes(act(backups, offsite)) == [(made.id, "changed")]


@pytest.mark.parametrize(
    ("to", "more", "words"),
    [
        ("", {}, "to is the same store"),
        ("", {"recipients": ["age1x"]}, "age1x is no public key"),
        ("", {"recipients": ["ecdsa-sha2-nistp256 AAAA"]}, "ecdsa-sha2-nistp256 is not taken"),
        ("offsite", {"backup": "../x"}, "is no id of a backup"),
        ("offsite", {"platform": ""}, "platform is empty"),
        ("offsite", {"trusted_keys": []}, "trusted_keys is empty"),
        ("offsite", {"concurrency": 99}, "concurrency is 99"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    backups: WholeBackups, tmp_path: Path, to: str, more: dict[str, Any], words: str
) -> None:
    backups.take()
    before = files(tmp_path)
    with pytest.raises(OpsError) as caught:
        act(backups, tmp_path / to if to else "", **more)
    assert words in caught.value.message
    assert files(tmp_path) == before


def test_a_backup_that_changes_while_it_is_copied_is_not_copied(backups: WholeBackups, offsite: Path) -> None:
    made = backups.take()
    kept = next(newest_first(backups.store, PLATFORM, backups.trusted))
    backups.publish(replace(made, reason="another"))
    with pytest.raises(OpsError, match="changed while it was copied"):
        backup_copy.copy(backups.store, LocalStore(str(offsite)), kept, 1, check=False)
