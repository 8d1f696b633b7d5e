# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders in a repository of the real restic."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.support.modules import run_module
from tests.support.roles import run_step
from tests.support.s3 import program

CANARY = b"canary-of-the-file-backup"
PASSWORD = "a-password-that-only-tests-know"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "work space"
    (made / "deep").mkdir(parents=True)
    (made / "deep" / "ü\n{{ x }}").write_bytes(CANARY * 1000)
    (made / "random").write_bytes(os.urandom(3 << 20))
    (made / "empty").touch()
    return made


@pytest.fixture
def options(tmp_path: Path) -> dict[str, Any]:
    password = tmp_path / "password"
    password.touch(mode=0o600)
    password.write_text(PASSWORD)
    where = {"platform": "lab", "repository": str(tmp_path / "repository"), "restic": str(program("restic"))}
    return {**where, "password_file": str(password)}


def _content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_folders_come_back_byte_for_byte_and_the_second_time_adds_next_to_nothing(
    options: dict[str, Any], folder: Path, tmp_path: Path
) -> None:
    looked = run_module("file_backup", check=True, folders=[str(folder)], **options)
    assert (looked["changed"], Path(options["repository"]).exists()) == (True, False)

    names = {name: value for name, value in options.items() if name != "platform"}
    variables = {f"file_backup_{name}": value for name, value in {**names, "folders": [str(folder)]}.items()}
    step = run_step(tmp_path, "file_backup", "-vvv", "-e", json.dumps(variables))
    assert step.rc == 0, step.stdout
    assert [one["status"] for one in step.result["findings"]] == ["ok"]
    assert PASSWORD not in step.stdout
    stored = [path for path in Path(options["repository"]).rglob("*") if path.is_file()]
    assert not any(CANARY in path.read_bytes() for path in stored)

    again = run_module("file_backup", folders=[str(folder)], read_data_subset="100%", **options)
    assert again["dataset"]["facts"]["files"] == 3
    assert again["dataset"]["facts"]["added"] < 10_000

    dest = tmp_path / "restored"
    variables = {f"file_restore_{name}": value for name, value in {**names, "dest": str(dest)}.items()}
    planned = run_step(tmp_path, "file_restore", "-e", json.dumps(variables), "--check")
    assert (planned.rc, dest.exists()) == (0, False), planned.stdout
    restored = run_step(tmp_path, "file_restore", "-e", json.dumps(variables))
    assert restored.rc == 0, restored.stdout
    assert restored.result["changes"]["rows"][0]["outcome"] == "changed"
    assert PASSWORD not in restored.stdout
    assert _content(dest / folder.relative_to("/")) == _content(folder)
    assert "is there already" in run_module("file_restore", dest=str(dest), **options)["msg"]

    spoilt = max(stored, key=lambda path: path.stat().st_size)
    spoilt.chmod(0o600)
    data = bytearray(spoilt.read_bytes())
    data[len(data) // 2] ^= 1
    spoilt.write_bytes(data)
    found = run_module("file_backup", folders=[str(folder)], read_data_subset="100%", **options)
    assert found.get("failed"), found
    assert run_module("file_restore", dest=str(tmp_path / "other"), **options).get("failed")
    assert not (tmp_path / "other").exists()


def test_what_cannot_be_is_refused_in_a_sentence(options: dict[str, Any], folder: Path, tmp_path: Path) -> None:
    open_to_all = tmp_path / "open"
    open_to_all.write_text(PASSWORD)
    open_to_all.chmod(0o644)
    for wrong, why in (
        ({"folders": []}, "folders is empty"),
        ({"folders": ["relative"]}, "is no folder"),
        ({"folders": [str(tmp_path / "absent")]}, "is no folder"),
        ({"password_file": str(open_to_all)}, "others than its owner may read it"),
        ({"repository": "rest:https://me:hidden@127.0.0.1:1/"}, "holds a user or a password"),
        ({"repository": ""}, "one of repository and repository_file"),
        ({"init": False}, "init is false"),
        ({"restic": "no-such-restic"}, "there is no program"),
    ):
        refused = run_module("file_backup", **{**options, "folders": [str(folder)], **wrong})
        assert refused.get("failed"), wrong
        assert why in refused["msg"]
        assert "hidden" not in refused["msg"]
    assert not Path(options["repository"]).exists()


def test_without_folders_the_step_is_unknown(tmp_path: Path) -> None:
    step = run_step(tmp_path, "file_backup")
    assert step.rc == 0, step.stdout
    assert [one["status"] for one in step.result["findings"]] == ["unknown"]
