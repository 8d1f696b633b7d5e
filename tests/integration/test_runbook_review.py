# SPDX-License-Identifier: GPL-3.0-or-later
"""Role runbook_review on its own, as a step finds it; it needs no cluster."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from tests.support.commands import ROOT, run
from tests.unit.plugins.module_utils.runbook.declared import GOOD, NAME, broken, play


def _result(folder: Path, **variables: object) -> dict:
    """What the role sets in a play of its own."""
    target = folder / "result.json"
    write = {
        "name": "Write",
        "ansible.builtin.copy": {
            "content": "{{ runbook_review_result | to_json }}", "dest": str(target), "mode": "0600",
        },
    }  # fmt: skip
    given = {"runbook_as_of": "2026-11-21T08:00:00Z", **variables}
    roles = ["agent_platform.ops.runbook_review"]
    own = [{"hosts": "localhost", "gather_facts": False, "vars": given, "roles": roles, "tasks": [write]}]
    (folder / "play.yml").write_text(yaml.safe_dump(own))
    run("ansible-playbook", folder / "play.yml")
    return json.loads(target.read_text())


def test_the_runbooks_of_a_site_are_judged_by_their_age_and_by_the_rules(tmp_path: Path) -> None:
    good, bad = tmp_path / "good", tmp_path / "bad"
    for folder, runbook in ((good, GOOD), (bad, broken("command_works"))):
        folder.mkdir()
        (folder / f"{NAME}.yml").write_text(yaml.safe_dump(play(runbook)))
    found = _result(tmp_path, runbook_review_paths=[str(good), str(bad)], runbook_review_warn_before="80d")
    assert [(one["status"], one["subject"]["name"]) for one in found["findings"]] == [("warning", NAME)] * 2
    assert "the review is due in 72 d" in found["findings"][0]["message"]
    assert "cannot work" in found["findings"][1]["message"]
    assert found["changes"]["total"] == 0


def test_what_is_not_there_is_unknown_and_the_run_goes_on(tmp_path: Path) -> None:
    found = _result(tmp_path, runbook_review_paths=[str(tmp_path / "none")])
    assert [one["status"] for one in found["findings"]] == ["unknown"]


def test_the_runbooks_of_the_collection_are_found(tmp_path: Path) -> None:
    found = _result(tmp_path, runbook_review_paths=[str(ROOT / "playbooks")], runbook_as_of="2026-12-01T00:00:00Z")
    names = {one["subject"]["name"] for one in found["findings"]}
    assert {"weekly_maintenance", "lab_up", "lab_down"} <= names
