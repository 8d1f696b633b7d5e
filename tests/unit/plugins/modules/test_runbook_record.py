# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import journal
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import (
    event,
    finished,
    opened,
)

KEY = "records/lab/weekly_maintenance/2026-11-21T08-00-00Z"


@pytest.fixture
def written(tmp_path):
    """Write a journal and return its path."""

    def write(*events: dict) -> Path:
        path = tmp_path / "run.jsonl"
        journal.create(path, opened())
        for one in events:
            journal.append(path, one)
        return path

    return write


@pytest.mark.parametrize("check", [False, True])
def test_record_and_report_are_put_into_the_store_and_the_journal_is_removed(run_module, written, tmp_path, check):
    path = written(finished(1, "changed"), event("closed", 48))
    result = run_module("runbook_record", check=check, journal=str(path), store=f"file://{tmp_path}/store")
    record, report = tmp_path / "store" / f"{KEY}.json", tmp_path / "store" / f"{KEY}.html"
    assert (result["record"], result["report"]) == (str(record), str(report))
    assert (result["changed"], result["outcome"], result["message"]) == (False, "finished", "")
    assert json.loads(record.read_text())["verdict"] == result["verdict"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in (record, report)] == [0o600, 0o600]
    assert f"Report {report}" in result["screen"]
    assert all(line.isascii() for line in result["plain"])
    assert not path.exists()


def test_two_runs_of_one_second_both_have_a_record(run_module, written, tmp_path):
    for name in (KEY, f"{KEY}-2"):
        result = run_module("runbook_record", journal=str(written(event("closed"))), store=str(tmp_path / "store"))
        assert result["record"] == str(tmp_path / "store" / f"{name}.json")
        assert json.loads(Path(result["record"]).read_text())["id"] == name.removeprefix("records/")
        assert f'href="{Path(name).name}.json"' in Path(result["report"]).read_text()


def test_a_journal_without_an_end_is_an_interrupted_run(run_module, written, tmp_path):
    result = run_module("runbook_record", journal=str(written()), store=str(tmp_path / "store"))
    assert result["outcome"] == "interrupted"


def test_a_store_that_cannot_be_written_keeps_the_journal_and_shows_the_screen(run_module, written, tmp_path):
    (tmp_path / "file").touch()
    path = written(event("closed"))
    result = run_module("runbook_record", journal=str(path), store=f"file://{tmp_path}/file/store")
    assert result["failed"]
    assert result["msg"].startswith("lab: ")
    assert result["screen"][-1] == "no findings — OK"
    assert path.exists()


@pytest.mark.parametrize("content", [None, ""])
def test_a_journal_that_cannot_be_read_is_said(run_module, tmp_path, content):
    path = tmp_path / "run.jsonl"
    if content is not None:
        path.write_text(content)
    result = run_module("runbook_record", journal=str(path), store=str(tmp_path))
    assert result["error"]["kind"] == "invalid"
    assert "cannot be read" in result["msg"]
