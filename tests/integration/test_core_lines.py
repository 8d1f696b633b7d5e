# SPDX-License-Identifier: GPL-3.0-or-later
"""The newest line of ansible-core on a newer Python: imports, unit tests, and the weekly maintenance for real."""

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


# Those that meet ansible-core or the network: how modules and plugins work does not depend on what each decides.
UNIT = [
    *(f"tests/unit/plugins/{part}" for part in ("callback", "filter", "module_utils/kube")),
    *(f"tests/unit/plugins/modules/test_{name}.py" for name in ("platform_info", "runbook_record", "workflow_prune")),
]
IMPORT = "import importlib, sys; [importlib.import_module(name) for name in sys.argv[1:]]"


def test_the_unit_tests_pass(newest: Path) -> None:
    run(newest / "pytest", "-q", "-x", *UNIT, "-o", "cache_dir=.cache/pytest-next", timeout=900)


def test_every_plugin_can_be_imported(newest: Path) -> None:
    collections = ROOT / "playbooks" / "collections"
    plugins = collections / "ansible_collections" / "agent_platform" / "ops" / "plugins"
    files = [path.relative_to(collections).with_suffix("") for path in sorted(plugins.rglob("*.py"))]
    names = [".".join(path.parts) for path in files if path.name != "__init__"]
    run(newest / "python", "-W", "error::SyntaxWarning", "-c", IMPORT, *names, env=environment(PYTHONPATH=collections))


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
