# SPDX-License-Identifier: GPL-3.0-or-later
"""The newest line of ansible-core on a newer Python: unit tests, and the weekly maintenance on the practice cluster."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.commands import ROOT, environment, run
from tests.support.lab import Lab

NEXT = ROOT / ".cache" / "venv-next"


@pytest.fixture(scope="module")
def newest() -> Path:
    made = run("scripts/setup", "next", timeout=600, expect=None)
    if made.returncode == 3:
        pytest.skip("no Python 3.12 or 3.13 on this machine, which the newest ansible-core needs")
    assert made.returncode == 0, made.stderr
    return NEXT / "bin"


# Those that meet ansible-core or the network; the pure ones are the same on every Python that both lines support.
UNIT = [f"tests/unit/plugins/{part}" for part in ("callback", "filter", "module_utils/kube", "modules")]


def test_the_unit_tests_pass(newest: Path) -> None:
    options = ["--ignore=tests/unit/plugins/modules/test_runbook_journal.py", "-o", "cache_dir=.cache/pytest-next"]
    run(newest / "pytest", "-q", "-x", *UNIT, *options, timeout=900)


def test_the_weekly_maintenance_runs_as_on_the_other_line(newest: Path, lab: Lab, namespace, tmp_path: Path) -> None:
    fixed = {
        "platform_kubeconfig": str(lab.kubeconfig_of("weekly-maintenance")),
        "platform_state_directory": str(tmp_path),
        "workflow_retention_namespaces": [namespace.name],
    }
    playbook = ROOT / "playbooks" / "weekly_maintenance.yml"
    env = environment() | {"PATH": f"{newest}:{environment()['PATH']}"}
    for arguments in (["--check", "--diff"], []):
        done = run(newest / "ansible-playbook", playbook, "-e", json.dumps(fixed), *arguments, env=env)
        assert "DEPRECATION" not in done.stdout + done.stderr
    records = sorted(tmp_path.glob("records/*/weekly_maintenance/*.json"))
    assert [json.loads(path.read_text())["outcome"] for path in records] == ["finished", "finished"]
