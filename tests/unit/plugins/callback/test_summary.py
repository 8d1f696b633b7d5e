# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.agent_platform.ops.plugins.callback import summary


class Display:
    verbosity = 0

    def __init__(self) -> None:
        self.lines: list[str] = []

    def display(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture
def callback(monkeypatch):
    for name in ("AGENT_PLATFORM_PROGRESS", "AGENT_PLATFORM_SUMMARY"):
        # Set first, so that what the plugin sets is undone after the test.
        monkeypatch.setenv(name, "")
    monkeypatch.setattr(summary, "LOOK_EVERY", 0.01)
    made = summary.CallbackModule(display=Display())
    yield made
    made.v2_playbook_on_stats(None)


def result(action: str, host: str = "lab", **fields) -> SimpleNamespace:
    about = SimpleNamespace(action=action), SimpleNamespace(get_name=lambda: host)
    return SimpleNamespace(_task=about[0], _host=about[1], _result=fields)


def test_progress_is_shown_while_the_module_works(callback):
    path = Path(os.environ["AGENT_PLATFORM_PROGRESS"])
    with path.open("a") as stream:
        stream.write(json.dumps({"task": "lab_tools", "done": 1, "total": 5, "message": "built etcd"}) + "\n")
    deadline = time.monotonic() + 5
    while not callback._display.lines and time.monotonic() < deadline:
        time.sleep(0.01)
    assert callback._display.lines == ["  lab_tools  1/5 | built etcd"]
    callback.v2_playbook_on_stats(None)
    assert not path.exists()


def test_what_is_written_at_the_very_end_is_shown_too(callback):
    with open(os.environ["AGENT_PLATFORM_PROGRESS"], "a") as stream:
        stream.write(json.dumps({"task": "t", "message": "last words"}) + "\n")
    callback.v2_playbook_on_stats(None)
    assert callback._display.lines == ["  t  last words"]


def test_the_last_screen_of_each_platform_comes_after_the_recap(callback):
    action = "agent_platform.ops.runbook_record"
    callback.v2_runner_on_ok(result(action, "b", screen=["B ·"], plain=["B |"]))
    callback.v2_runner_on_failed(result(action, "a", screen=["A ·"], plain=["A |"]))
    callback.v2_runner_on_ok(result("ansible.builtin.debug", "c", screen=["C"], plain=["C"]))
    callback.v2_runner_on_ok(result(action, "d", results=[]))
    assert callback._display.lines == []
    callback.v2_playbook_on_stats(None)
    assert callback._display.lines == ["", "A |", "", "B |"]


def test_what_a_killed_run_left_is_removed_and_what_a_living_one_uses_is_not(monkeypatch, tmp_path):
    monkeypatch.setattr(summary.tempfile, "tempdir", str(tmp_path))
    dead = subprocess.Popen(["true"])
    dead.wait()
    left, used, other = (
        tmp_path / name
        for name in (f"{summary.PREFIX}{dead.pid}_x", f"{summary.PREFIX}{os.getpid()}_y", f"{summary.PREFIX}strange_z")
    )
    for path in (left, used, other):
        path.write_text("")
    summary._remove_left_over()
    assert sorted(tmp_path.iterdir()) == sorted([used, other])
