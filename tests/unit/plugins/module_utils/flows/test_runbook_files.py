# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import runbook_files, runbook_info

from tests.unit.plugins.module_utils.runbook.declared import GOOD, TODAY, play

TEXT = """---
# A comment
- hosts: platforms
  vars:
    secret: !vault |
      cipher
    runbook:
      name: restart_sensor
      steps:
        - name: Look
          role: x
"""


def test_lines_are_those_of_the_keys(tmp_path: Path) -> None:
    file = tmp_path / "restart_sensor.yml"
    file.write_text(TEXT)
    (one,) = runbook_files.read_all([str(file)]).runbooks
    assert one.line() == 7
    assert one.line(("name",)) == 8
    assert one.line(("steps", 0, "role")) == 11
    assert one.line(("steps", 0, "manual")) == 10


def test_of_a_folder_the_playbooks_are_read_once_and_the_rest_is_left(tmp_path: Path) -> None:
    (tmp_path / "b.yml").write_text(yaml.safe_dump(play(GOOD)))
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(play({"name": "a"})))
    (tmp_path / "requirements.yml").write_text("collections: []\n")
    (tmp_path / "notes.txt").write_text("- hosts: x\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.yml").write_text(yaml.safe_dump(play({"name": "c"})))
    found = runbook_files.read_all([str(tmp_path), str(tmp_path / "b.yml")])
    assert [one.stem for one in found.runbooks] == ["a", "b"]
    assert found.findings == []


@pytest.mark.parametrize(
    ("content", "rule", "line"),
    [
        (b"a: [1\nb: 2\n", "readable", 2),
        (b"\xff\xfe\x00", "readable", 1),
        (b"- hosts: x\n- hosts: y\n", "declared", 1),
        (b"a: 1\n", "declared", 1),
        (b"", "declared", 1),
        (b"? [1]\n: 2\n", "readable", 1),
        (b"--- a\n--- b\n", "readable", 2),
        (b"- a\n" + b"- " * 200_000, "readable", 2),
        (b"{a: " * 200_000, "readable", 1),
    ],
)
def test_a_file_that_is_no_runbook_is_a_finding(tmp_path: Path, content: bytes, rule: str, line: int) -> None:
    file = tmp_path / "odd.yml"
    file.write_bytes(content)
    (one,) = runbook_files.read_all([str(file)]).findings
    assert (one["rule"], one["line"], one["file"]) == (rule, line, str(file))


def test_a_path_that_is_not_there_is_invalid(tmp_path: Path) -> None:
    with pytest.raises(OpsError, match="neither a file nor a folder"):
        runbook_files.read_all([str(tmp_path / "none")])


def test_without_pyyaml_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runbook_files, "yaml", None)
    with pytest.raises(OpsError, match="PyYAML is not installed"):
        runbook_files.read_all([str(tmp_path)])


def test_roles_are_looked_for_beside_the_playbook_and_in_collections(tmp_path: Path) -> None:
    (tmp_path / "roles" / "own").mkdir(parents=True)
    (tmp_path / "elsewhere" / "ansible_collections" / "a" / "b" / "roles" / "there").mkdir(parents=True)
    (tmp_path / "playbooks").mkdir()
    names = ["own", "gone", "a.b.there", "a.b.gone", "c.d.any", "a/b", "{{ x }}"]
    one = runbook_files.Description(
        str(tmp_path / "playbooks" / "x.yml"), True, {"steps": [{"role": n} for n in names]}
    )
    assert runbook_files.role_reasons(one, [str(tmp_path / "elsewhere")]) == {
        "own": "",
        "gone": "it is neither beside the playbook nor in a collection",
        "a.b.there": "",
        "a.b.gone": "collection a.b has no such role",
        "c.d.any": "collection c.d was not found, so nobody can tell",
        "a/b": "this is no name of a role",
        "{{ x }}": "this is no name of a role",
    }


def test_named_playbooks_that_are_not_there_are_told(tmp_path: Path) -> None:
    (tmp_path / "there.yml").write_text("")
    one = runbook_files.Description(
        str(tmp_path / "x.yml"), True, {"purpose": "playbooks/there.yml and playbooks/gone.yml"}
    )
    assert runbook_files.missing_files(one) == {"playbooks/gone.yml"}


def test_commands_are_parsed_and_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    good, bad, null = f"touch {mark} # <a name>", "kubectl get 'pods", "a\0b"
    told = runbook_files.syntax([good, bad, null, "kubectl -n <namespace> get pods"])
    assert told[good] == told["kubectl -n <namespace> get pods"] == ""
    assert "unexpected EOF" in told[bad]
    assert told[null] == "it holds a null character"
    assert not mark.exists()


def test_without_bash_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runbook_files.shutil, "which", lambda name: None)
    assert runbook_files.syntax(["ls"]) == {"ls": "there is no bash to look"}


def test_a_refusal_shows_the_first_five() -> None:
    one = {"file": "a.yml", "line": 1, "rule": "lock", "message": "no lock", "mend": "Take one."}
    said = runbook_info.refusal([one] * 7).as_result()["msg"]
    assert said.startswith("7 findings: a.yml:1: lock: no lock. Take one. a.yml:1")
    assert said.endswith("And 2 more.")


def test_the_report_counts_by_rule_and_tells_when_reviews_are_due(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text(yaml.safe_dump(play(GOOD)))
    told = runbook_info.report(runbook_info.Wanted([str(tmp_path)], TODAY, skip=["references", "roles"]))
    assert told["counts"] == {"runbooks": 1, "findings": 1, "rules": {"name_is_file": 1}}
    assert told["runbooks"][0]["review"] == {"due": "2027-02-01", "days_left": 72}
    assert told["line"] == "1 runbook, 1 finding"
