# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.support.commands import ROOT
from tests.unit.plugins.module_utils.runbook.declared import BAD, GOOD, NAME, broken, play


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of a site with the collection's roles in reach."""
    (tmp_path / "collections" / "ansible_collections" / "agent_platform").mkdir(parents=True)
    (tmp_path / "collections" / "ansible_collections" / "agent_platform" / "ops").symlink_to(ROOT)
    (tmp_path / "playbooks").mkdir()
    return tmp_path / "playbooks"


def test_a_good_runbook_of_a_site_passes(site: Path, run_module) -> None:
    (site / f"{NAME}.yml").write_text(yaml.safe_dump(play(GOOD)))
    result = run_module("runbook_info", paths=[str(site)], strict=True, today="2026-11-21")
    assert not result.get("failed"), result["msg"]
    assert (result["changed"], result["findings"], result["line"]) == (False, [], "1 runbook, 0 findings")
    assert result["runbooks"][0]["title"] == GOOD["title"]


def test_over_a_folder_of_bad_runbooks_each_rule_fails_once(site: Path, run_module) -> None:
    (site / f"{NAME}.yml").write_text(yaml.safe_dump(play(GOOD)))
    for rule in BAD:
        folder = site / rule
        folder.mkdir()
        (folder / f"{NAME}.yml").write_text(yaml.safe_dump(play(broken(rule))))
    (site / "readable.yml").write_text("a: [\n")
    (site / "declared.yml").write_text("- hosts: x\n")
    paths = [str(site), *(str(site / rule) for rule in BAD)]
    result = run_module("runbook_info", paths=paths, strict=True, today="2026-11-21", check=True)
    assert result["failed"]
    assert result["counts"]["rules"] == dict.fromkeys(["declared", "readable", *BAD], 1)
    assert result["msg"].startswith(f"{len(BAD) + 2} findings: ")
    for one in result["findings"]:
        assert one["line"] >= 1
        assert Path(one["file"]).is_file()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"every": "often"}, "every: 'often' is not a duration"),
        ({"every": "1h"}, "every: '1h' is less than a day"),
        ({"today": "yesterday"}, "today: 'yesterday' is no day"),
        ({"skip": ["spelling"]}, "there is no rule called 'spelling'"),
        ({"paths": ["/nowhere/at/all"]}, "neither a file nor a folder"),
    ],
)
def test_bad_input_is_one_sentence(site: Path, run_module, options: dict, message: str) -> None:
    result = run_module("runbook_info", **{"paths": [str(site)], **options})
    assert result["failed"]
    assert message in result["msg"]
    assert result["error"]["kind"] == "invalid"


def test_findings_do_not_fail_without_strict(site: Path, run_module) -> None:
    (site / "x.yml").write_text(yaml.safe_dump(play(broken("lock"))))
    result = run_module("runbook_info", paths=[str(site)], today="2026-11-21")
    assert not result.get("failed")
    assert result["counts"]["rules"] == {"lock": 1, "name_is_file": 1, "references": 1}
