# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run leaves for a person and for machines: exit code, record, page, Markdown, JUnit, and what has changed."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.support.commands import ROOT, environment, run
from tests.support.lab import Lab

RUNBOOK: dict[str, Any] = {
    "name": "look_around",
    "title": "Look around",
    "type": "on_call",
    "purpose": "See what a report holds.",
    "owner": "platform-operations",
    "risk": "low",
    "writes": False,
    "lock": "none",
    "during_emergency_stop": True,
    "estimate": "1m",
    "reviewed": "2026-11-21",
    "preflight": ["cluster_reachable"],
    "verify": ["cluster_reachable", "workflow_controller"],
    "fail_on": "critical",
    "steps": [{"name": "Look", "role": "demo_look", "expected": "calm", "if_not": "look again"}],
}
FINDINGS = [
    {
        "check": "sky",
        "status": "{{ sky }}",
        "subject": {"kind": "Sky", "name": "north"},
        "message": "<b>falls</b> | @all",
    },
    {
        "check": "sea",
        "status": "unknown",
        "subject": {"kind": "Sea", "name": "{{ '{{ 7 * 7 }}' }}"},
        "message": "no ]]> tide",
    },
]
ENDINGS = {".json", ".html", ".md", ".junit.xml"}


class Reports:
    """Runs of one small runbook on the practice cluster, with a store of their own."""

    def __init__(self, lab: Lab, folder: Path) -> None:
        self.lab = lab
        self.folder = folder
        result = {
            "summary": "looked",
            "findings": FINDINGS,
            "changes": {"total": 0, "rows": [], "rows_file": ""},
            "data": {
                "measures": [{"name": "a", "label": "Waves", "value": "{{ waves | int }}", "unit": "m", "limit": 9}],
                "tables": [{"title": "Boats", "columns": ["Boat"], "rows": [["Anna"]], "more": 0}],
            },
        }
        tasks = folder / "roles" / "demo_look" / "tasks" / "main.yml"
        tasks.parent.mkdir(parents=True)
        tasks.write_text(yaml.safe_dump([{"name": "Look", "ansible.builtin.set_fact": {"demo_look_result": result}}]))
        play = {"hosts": "platforms", "gather_facts": False, "roles": ["agent_platform.ops.runbook"]}
        (folder / "look_around.yml").write_text(yaml.safe_dump([{**play, "vars": {"runbook": RUNBOOK}}]))

    def run(self, sky: str, waves: int, *options: str) -> tuple[int, str, Path]:
        """Exit code, output, and the record of one run."""
        before = set(self.folder.rglob("records/*/*/*.json"))
        done = run(
            "ansible-playbook",
            self.folder / "look_around.yml",
            *self.lab.options,
            *("-e", f"platform_state_directory={self.folder}", "-e", f"sky={sky}", "-e", f"waves={waves}"),
            *options,
            env=environment(
                ANSIBLE_COLLECTIONS_PATH=ROOT / "playbooks" / "collections", ANSIBLE_ROLES_PATH=self.folder / "roles"
            ),
            expect=None,
        )
        (record,) = set(self.folder.rglob("records/*/*/*.json")) - before
        return done.returncode, done.stdout, record


@pytest.fixture(scope="module")
def reports(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    return Reports(lab, tmp_path_factory.mktemp("reports"))


def test_findings_fail_the_run_and_every_format_tells_them(reports: Reports, lab: Lab) -> None:
    position = lab.audit_position()
    calm, screen, first = reports.run("warning", 3, "--check")
    assert calm == 0, screen
    rc, screen, record = reports.run("critical", 5)
    assert rc == 2
    assert lab.writes(position) == []
    lines = screen.rstrip().splitlines()
    assert lines[-1] == "lab: look_around found 1 critical finding (it fails on critical)"
    made = json.loads(record.read_text())
    assert (made["outcome"], made["fails"], made["verdict"]["unknown"]) == ("finished", True, 1)
    assert made["since"]["id"] == json.loads(first.read_text())["id"]
    assert [row["subject"]["name"] for row in made["since"]["worse"]] == ["north"]
    assert any(line.startswith("Since  ") and line.endswith(": 1 worse") for line in lines)

    stem = record.name.removesuffix(".json")
    files = {path.name.removeprefix(stem): path for path in record.parent.glob(f"{stem}.*")}
    assert files.keys() == ENDINGS
    assert {stat.S_IMODE(path.stat().st_mode) for path in files.values()} == {0o600}
    page, document = files[".html"].read_text(), files[".md"].read_text()
    assert page.count("<svg") == 1
    assert [word for word in ("Before and after", "Boats", "&lt;b&gt;falls", "1 worse") if word not in page] == []
    assert "\\<b\\>falls\\</b\\> \\| @\u200ball" in document
    (suite,) = ElementTree.fromstring(files[".junit.xml"].read_text())
    assert "{{ 7 * 7 }}" in page
    assert (suite.get("name"), suite.get("failures"), suite.get("errors")) == ("look_around", "2", "1")
