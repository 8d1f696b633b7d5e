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
    found,
    opened,
    runbook,
)

KEY = "records/lab/weekly_maintenance/2026-11-21T08-00-00Z"


@pytest.fixture
def written(tmp_path):
    """Write a journal and return its path."""

    def write(*events: dict, **more: object) -> Path:
        path = tmp_path / "run.jsonl"
        journal.create(path, opened(**more))
        for one in events:
            journal.append(path, one)
        return path

    return write


@pytest.mark.parametrize("check", [False, True])
def test_record_and_report_are_put_into_the_store_and_the_journal_is_removed(run_module, written, tmp_path, check):
    path = written(finished(1, "changed"), event("closed", 48))
    result = run_module("runbook_record", check=check, journal=str(path), store=f"file://{tmp_path}/store")
    names = {"record": ".json", "report": ".html", "markdown": ".md", "junit": ".junit.xml"}
    files = {name: tmp_path / "store" / f"{KEY}{ending}" for name, ending in names.items()}
    assert {name: result[name] for name in names} == {name: str(file) for name, file in files.items()}
    record, report = files["record"], files["report"]
    assert (result["changed"], result["outcome"], result["fails"], result["message"]) == (False, "finished", False, "")
    assert json.loads(record.read_text())["verdict"] == result["verdict"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files.values()} == {0o600}
    assert f"Report {report}" in result["screen"]
    assert all(line.isascii() for line in result["plain"])
    assert not path.exists()


def test_a_run_is_compared_with_the_last_one(run_module, written, tmp_path):
    measures = {"measures": [{"name": "a", "label": "Pods", "value": 7, "unit": "%", "limit": 85}]}
    for day, status in ((14, "warning"), (21, "critical")):
        fields = {"findings": [found(status)], "data": measures}
        path = written(finished(1, status, **fields), event("closed", 48), started=f"2026-11-{day}T08:00:00Z")
        result = run_module("runbook_record", journal=str(path), store=str(tmp_path / "store"))
    record = json.loads(Path(result["record"]).read_text())
    assert record["since"]["id"] == "lab/weekly_maintenance/2026-11-14T08-00-00Z"
    assert record["since"]["counts"] == {"new": 0, "worse": 1, "better": 0, "gone": 0, "unseen": 0}
    assert "Since  2026-11-14: 1 worse" in result["screen"]
    assert "<svg" in Path(result["report"]).read_text()


def test_findings_fail_a_run_that_finished(run_module, written, tmp_path):
    book = runbook(fail_on="critical")
    path = written(finished(1, "critical", findings=[found("critical")]), event("closed", 9), runbook=book)
    result = run_module("runbook_record", journal=str(path), store=str(tmp_path))
    assert (result["outcome"], result["fails"]) == ("finished", True)
    assert result["screen"][-1] == "lab: weekly_maintenance found 1 critical finding (it fails on critical)"


def test_any_text_of_others_leaves_a_record_and_every_format(run_module, written, tmp_path):
    odd = "\ud800 {{ x }} <b> | `" + "y" * 10_000
    one = {**found("critical", odd, odd), "message": odd}
    path = written(finished(1, "critical", summary=odd, findings=[one] * 3), event("closed", 9), who=odd)
    result = run_module("runbook_record", journal=str(path), store=str(tmp_path))
    assert json.loads(Path(result["record"]).read_text())["verdict"]["critical"] == 3
    assert [name for name in ("report", "markdown", "junit") if not Path(result[name]).read_text()] == []
    assert max(map(len, result["screen"])) < 2100


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
