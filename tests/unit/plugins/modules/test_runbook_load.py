# SPDX-License-Identifier: GPL-3.0-or-later
"""Action plugin runbook_load reads a runbook from its file in a real playbook run, and its templates stay templates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.support.commands import ROOT, environment, run

OTHER = [
    {"hosts": "localhost", "tasks": []},
    {
        "hosts": "localhost",
        "vars": {"runbook": {"name": "other", "when": "{{ wanted == 'yes' }}", "title": "{{ late }}"}},
    },
]


def load(folder: Path, name: str) -> tuple[int, str]:
    (folder / "other.yml").write_text(yaml.safe_dump(OTHER))
    (folder / "broken.yml").write_text("just a text")
    told = "{{ [_runbook_loaded.name, _runbook_loaded.when | default(''), _runbook_loaded.title] | to_json }}"
    tasks = [
        {"agent_platform.ops.runbook_load": {"name": name}},
        {"set_fact": {"late": "known by then", "wanted": "yes"}},
        {"copy": {"content": told, "dest": str(folder / "told")}},
    ]
    play = folder / "play.yml"
    play.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]))
    env = environment(ANSIBLE_COLLECTIONS_PATH=str(ROOT / "playbooks" / "collections"))
    done = run("ansible-playbook", play, env=env, expect=None)
    return done.returncode, done.stdout + done.stderr


def test_its_templates_are_evaluated_when_they_are_used(tmp_path: Path) -> None:
    code, output = load(tmp_path, "other")
    assert code == 0, output
    assert json.loads((tmp_path / "told").read_text()) == ["other", True, "known by then"]


def test_one_of_the_collection_is_found_from_anywhere(tmp_path: Path) -> None:
    code, output = load(tmp_path, "monitor_workflow")
    assert code == 0, output
    assert json.loads((tmp_path / "told").read_text())[0] == "monitor_workflow"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../other", "is no name of a runbook"),
        ("nothing", "There is no playbook nothing.yml"),
        ("broken", "declares no runbook broken"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, name: str, words: str) -> None:
    code, output = load(tmp_path, name)
    assert code == 2
    assert words in output
    assert "Traceback" not in output
