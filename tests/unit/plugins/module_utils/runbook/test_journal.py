# SPDX-License-Identifier: GPL-3.0-or-later
import os
import stat
import subprocess
import sys

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import journal
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.runbook.builders import event, opened


def owner(pid: int, start: str, here: str | None = None) -> dict:
    return {"pid": pid, "start": start, "here": journal.here() if here is None else here}


@pytest.fixture
def dead() -> dict:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return owner(child.pid, "1")


def alive() -> dict:
    with open("/proc/self/stat") as stream:
        return owner(os.getpid(), stream.read().rpartition(")")[2].split()[19])


def test_events_come_back_in_order_and_nobody_else_reads_them(tmp_path):
    path = tmp_path / "journal" / "lab" / "x.jsonl"
    journal.create(path, opened())
    journal.append(path, event("closed"))
    assert [one["event"] for one in journal.read(path)] == ["opened", "closed"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_long_fields_are_read_only_for_the_record(tmp_path):
    path = tmp_path / "x.jsonl"
    journal.create(path, opened())
    finished = event("step_finished", number=1, findings=[{"message": "+\n"}] * 3, data={})
    journal.append(path, finished, ("findings", "data"))
    journal.append(path, event("closed"))
    assert journal.read(path)[1:] == [finished, event("closed")]
    assert journal.read(path, details=False)[1:] == [event("step_finished", number=1), event("closed")]


@pytest.mark.parametrize("lost", [2, 20, 50, 62])
def test_a_kill_loses_an_event_with_its_long_fields_or_nothing(tmp_path, lost):
    path = tmp_path / "x.jsonl"
    journal.create(path, opened())
    journal.append(path, event("step_finished", number=1, data={"a": 1}), ("data",))
    path.write_bytes(path.read_bytes()[:-lost])
    assert [one["event"] for one in journal.read(path)] == ["opened"]
    assert [one["event"] for one in journal.read(path, details=False)] == ["opened"]


def test_a_journal_is_begun_once(tmp_path):
    journal.create(tmp_path / "x.jsonl", opened())
    with pytest.raises(FileExistsError):
        journal.create(tmp_path / "x.jsonl", opened())


def test_a_line_that_a_kill_cut_is_left_out(tmp_path):
    path = tmp_path / "x.jsonl"
    journal.create(path, opened())
    with path.open("a") as stream:
        stream.write('{"event": "step_sta')
    assert len(journal.read(path)) == 1


def test_a_process_that_ended_is_gone_and_one_elsewhere_cannot_be_told(dead):
    assert journal.gone(dead) is True
    assert journal.gone(alive()) is False
    assert journal.gone(owner(1, "1", here="other machine")) is None
    assert journal.gone(owner(0, "")) is None


def test_journals_of_killed_runs_are_left_over(tmp_path, dead):
    journal.create(tmp_path / "1.jsonl", opened(owner=dead))
    journal.create(tmp_path / "2.jsonl", opened(owner=alive()))
    journal.create(tmp_path / "3.jsonl", opened(owner=owner(1, "1", here="other")))
    journal.create(tmp_path / "4.jsonl", opened(owner=owner(1, "1", here="other"), locks=False))
    (tmp_path / "5.jsonl").touch()
    assert [path.name for path in journal.left_over(tmp_path, sole=False)] == ["1.jsonl"]
    assert [path.name for path in journal.left_over(tmp_path, sole=True)] == ["1.jsonl", "3.jsonl"]
    assert journal.left_over(tmp_path / "nowhere", sole=True) == []
