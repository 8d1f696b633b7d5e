# SPDX-License-Identifier: GPL-3.0-or-later
import json

from ansible_collections.agent_platform.ops.plugins.module_utils.progress import Progress


def test_the_end_and_messages_are_always_told_and_the_rest_seldom(tmp_path, monkeypatch):
    path = tmp_path / "progress"
    monkeypatch.setenv("AGENT_PLATFORM_PROGRESS", str(path))
    progress = Progress("prune", 100)
    progress.step(0, "begun")
    for _number in range(100):
        progress.step()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0] | {"time": 0} == {"task": "prune", "done": 0, "total": 100, "message": "begun", "time": 0}
    assert lines[-1]["done"] == 100
    assert len(lines) < 10


def test_without_a_listener_it_is_silent(tmp_path, monkeypatch):
    monkeypatch.delenv("AGENT_PLATFORM_PROGRESS", raising=False)
    Progress("prune", 1).step()
    monkeypatch.setenv("AGENT_PLATFORM_PROGRESS", str(tmp_path / "no" / "folder"))
    Progress("prune", 1).step()
