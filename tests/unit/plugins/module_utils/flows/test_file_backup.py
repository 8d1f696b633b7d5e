# SPDX-License-Identifier: GPL-3.0-or-later
"""A program that behaves as it should not in place of restic; the real one is in tests/integration."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import file_backup

RESTIC = """#!{python}
import json, os, sys
codes, lines, log = {codes}, {lines}, {log!r}
verb = next(word for word in sys.argv[1:] if not word.startswith("-"))
said = [sys.argv[1:], {{name: os.environ[name] for name in os.environ if name.startswith("RESTIC")}}]
open(log, "a").write(json.dumps(said) + "\\n")
print(lines.get(verb, ""))
print(lines.get(verb + "!", ""), file=sys.stderr)
sys.exit(codes.get(verb, 0))
"""
END = {"message_type": "summary", "total_files_processed": 2, "total_bytes_processed": 9, "data_added": 1}
SUMMARY = json.dumps({**END, "snapshot_id": "4bba301e"})


def _options(folder: Path, codes: dict[str, int] | None = None, lines: dict[str, str] | None = None) -> dict[str, Any]:
    program, password = folder / "restic", folder / "password"
    said = {"backup": SUMMARY} | (lines or {})
    program.write_text(RESTIC.format(python=sys.executable, codes=codes or {}, lines=said, log=str(folder / "log")))
    program.chmod(0o755)
    password.touch(mode=0o600)
    (folder / "data").mkdir()
    where = {"platform": "lab", "repository": "/repository", "repository_file": None, "password_file": str(password)}
    what = {"folders": [str(folder / "data")], "exclude": ["*.tmp"], "init": True, "read_data_subset": "5%"}
    return {**where, **what, "restic": str(program), "timeout": 30}


def _verbs(folder: Path) -> list[str]:
    lines = [json.loads(line) for line in (folder / "log").read_text().splitlines()]
    return [next(word for word in words if not word.startswith("-")) for words, _environment in lines]


def test_a_backup_is_checked_and_neither_password_nor_repository_is_an_argument(tmp_path: Path) -> None:
    result = file_backup.keep(_options(tmp_path), check=False)
    assert (result["dataset"]["id"], [one["status"] for one in result["findings"]]) == ("4bba301e", ["ok"])
    assert _verbs(tmp_path) == ["cat", "backup", "check"]
    for line in (tmp_path / "log").read_text().splitlines():
        words, environment = json.loads(line)
        assert "/repository" not in words
        assert environment == {"RESTIC_REPOSITORY": "/repository", "RESTIC_PASSWORD_FILE": str(tmp_path / "password")}


def test_what_could_not_be_read_is_critical(tmp_path: Path) -> None:
    error = json.dumps({"message_type": "error", "item": "/data/a", "error": {"message": "permission denied"}})
    result = file_backup.keep(_options(tmp_path, {"backup": 3}, {"backup!": error}), check=False)
    assert [(one["status"], one["message"]) for one in result["findings"]] == [
        ("critical", "not in the backup: /data/a: permission denied")
    ]
    assert result["dataset"]["facts"]["whole"] is False


def test_an_incomplete_backup_that_says_nothing_is_critical_too(tmp_path: Path) -> None:
    result = file_backup.keep(_options(tmp_path, {"backup": 3}), check=False)
    assert [one["status"] for one in result["findings"]] == ["critical"]


@pytest.mark.parametrize(
    ("codes", "lines", "kind"),
    [
        ({"cat": 12}, {}, "forbidden"),
        ({"cat": 1}, {}, "unreachable"),
        ({"backup": 1}, {}, "unreachable"),
        ({"check": 1}, {"check!": "Fatal: repository contains errors"}, "unreachable"),
        ({}, {"backup": ""}, "unverified"),
    ],
)
def test_a_failure_is_no_backup(tmp_path: Path, codes: dict, lines: dict, kind: str) -> None:
    with pytest.raises(OpsError) as caught:
        file_backup.keep(_options(tmp_path, codes, lines), check=False)
    assert caught.value.kind == kind


def test_check_mode_makes_no_repository_and_no_snapshot(tmp_path: Path) -> None:
    file_backup.keep(_options(tmp_path, {"cat": 10}), check=True)
    assert _verbs(tmp_path) == ["cat"]
    (tmp_path / "data").rmdir()
    result = file_backup.keep(_options(tmp_path, {}, {"backup": json.dumps(END)}), check=True)
    assert _verbs(tmp_path) == ["cat", "cat", "backup"]
    assert '"--dry-run"' in (tmp_path / "log").read_text()
    assert (result["changed"], result["findings"]) == (True, [])


def test_a_restore_that_fails_leaves_no_folder_of_that_name(tmp_path: Path) -> None:
    options = {**_options(tmp_path, {"restore": 1}), "snapshot": "latest", "dest": str(tmp_path / "out")}
    with pytest.raises(OpsError, match="restic failed"):
        file_backup.restore(options, check=False)
    assert not (tmp_path / "out").exists()
    with pytest.raises(OpsError, match="an id of restic"):
        file_backup.restore({**options, "snapshot": "--target=/"}, check=False)
