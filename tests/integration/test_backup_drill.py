# SPDX-License-Identifier: GPL-3.0-or-later
"""Role backup_drill with the drills of roles/, which stand for those of a site. No cluster is needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.support.commands import environment, run

DRILLS = Path(__file__).parent / "roles"


@pytest.fixture
def drill(tmp_path):
    def play(role):
        told = tmp_path / "result.json"
        write = {"content": "{{ backup_drill_result | to_json }}", "dest": str(told), "mode": "0600"}
        variables = {
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "backup_drill_role": role,
        }
        tasks = [
            {"ansible.builtin.include_role": {"name": "agent_platform.ops.backup_drill"}},
            {"ansible.builtin.copy": write, "changed_when": False},
        ]
        book = {"name": "Drill", "hosts": "localhost", "connection": "local", "gather_facts": False}
        path = tmp_path / "play.yml"
        path.write_text(yaml.safe_dump([{**book, "vars": variables, "tasks": tasks}]))
        done = run("ansible-playbook", path, env={**environment(), "ANSIBLE_ROLES_PATH": str(DRILLS)})
        assert "changed=0" in done.stdout
        return json.loads(told.read_text())

    return play


@pytest.mark.parametrize(
    ("role", "words"), [("", "no drill is configured"), ("silent_drill", "silent_drill did not say how the drill went")]
)
def test_without_a_drill_that_tells_nobody_knows_whether_a_backup_can_be_restored(drill, role, words):
    result = drill(role)
    (found,) = result["findings"]
    assert (found["check"], found["status"]) == ("backup_drill", "unknown")
    assert words in found["message"]
    assert "nobody knows whether a backup can be restored" in result["summary"]


def test_what_the_drill_of_the_site_says_is_the_result(drill):
    assert drill("practice_drill") == {
        "summary": "12 of 12 workflows came back",
        "findings": [],
        "changes": {"total": 0, "rows": [], "rows_file": ""},
        "data": {"restored": 12},
    }
