# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue of health checks is the one that scripts/sync-checks writes."""

from __future__ import annotations

import importlib
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.support.commands import ROOT, run

CHECKS = ROOT / "plugins" / "module_utils" / "health" / "checks"
PACKAGE = "ansible_collections.agent_platform.ops.plugins.module_utils.health"


def _checks() -> list[object]:
    found = (importlib.import_module(f"{PACKAGE}.checks.{path.stem}") for path in sorted(CHECKS.glob("[a-z]*.py")))
    return [module.CHECK for module in found if hasattr(module, "CHECK")]


def test_the_catalogue_is_what_the_script_writes() -> None:
    run(sys.executable, str(ROOT / "scripts" / "sync-checks"), "--check")


def test_the_catalogue_holds_every_check_once_under_a_name_of_its_own() -> None:
    catalogue = importlib.import_module(f"{PACKAGE}.catalogue")
    assert list(catalogue.CHECKS) == _checks()
    assert len({check.name for check in catalogue.CHECKS}) == len(catalogue.CHECKS)


def test_a_new_file_makes_the_script_say_that_the_catalogue_is_stale(tmp_path: Path) -> None:
    health = tmp_path / "plugins" / "module_utils" / "health"
    (health / "checks").mkdir(parents=True)
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "sync-checks"
    script.write_text((ROOT / "scripts" / "sync-checks").read_text())
    (health / "checks" / "mine.py").write_text("CHECK = 1\n")
    (health / "checks" / "helper.py").write_text("OTHER = 1\n")
    assert "run scripts/sync-checks" in run(sys.executable, str(script), "--check", expect=1).stdout
    run(sys.executable, str(script))
    run(sys.executable, str(script), "--check")
    assert "mine.CHECK" in (health / "catalogue.py").read_text()
    assert "helper" not in (health / "catalogue.py").read_text()


def test_the_example_for_contributors_is_a_check_that_works() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    names: dict = {}
    exec(compile(example, "CONTRIBUTING.md", "exec"), names)
    check, now = names["CHECK"], datetime(2026, 11, 21, tzinfo=UTC)
    job = {"metadata": {"name": "a", "creationTimestamp": "2026-11-20T00:00:00Z"}, "spec": {"suspend": True}}
    view = importlib.import_module(f"{PACKAGE}.check").View(now, {"jobs": [job, {}]}, check.limits({}))
    assert [one["status"] for one in check.judge(view)] == ["warning", "ok"]
