# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways to run a runbook that the README names, each with the plan of the weekly maintenance."""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

from tests.support.artifact import Artifact
from tests.support.commands import ROOT, emptied, environment, run, tracked_files
from tests.support.lab import Lab


@pytest.fixture
def inventory(lab: Lab, tmp_path: Path) -> Path:
    """An inventory as a person writes it, outside the checkout, with the state in a folder of its own."""
    variables = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "platform_kubeconfig": str(lab.kubeconfig_of("weekly-maintenance")),
        "platform_state_directory": str(tmp_path / "state"),
    }
    path = emptied(tmp_path / "inventory") / "hosts.yml"
    path.write_text(yaml.safe_dump({"platforms": {"hosts": {"practice": variables}}}))
    return path


def _record(tmp_path: Path) -> dict:
    (path,) = (tmp_path / "state" / "records" / "practice" / "weekly_maintenance").glob("*.json")
    return json.loads(path.read_text())


def _is_a_plan(record: dict) -> None:
    assert (record["outcome"], record["check"]) == ("finished", True)
    assert record["plan"]["digest"]


def test_as_an_installed_collection(artifact: Artifact, inventory: Path, tmp_path: Path) -> None:
    env = environment(
        HOME=emptied(tmp_path / "home"), ANSIBLE_COLLECTIONS_PATH=f"{artifact.path}:{sysconfig.get_path('purelib')}"
    )
    run("ansible-playbook", "-i", inventory, "agent_platform.ops.weekly_maintenance", "--check", cwd=tmp_path, env=env)
    _is_a_plan(_record(tmp_path))


def test_with_ansible_runner(inventory: Path, tmp_path: Path) -> None:
    run(
        "ansible-runner", "run", emptied(tmp_path / "run"), "--project-dir", ROOT / "playbooks",
        "--playbook", "weekly_maintenance.yml", "--inventory", inventory, "--cmdline=--check -e runbook_only=1",
    )  # fmt: skip
    _is_a_plan(_record(tmp_path))


def test_through_the_stream_that_awx_carries(inventory: Path, tmp_path: Path) -> None:
    """transmit | worker | process, with the project as AWX checks it out."""
    private = emptied(tmp_path / "private")
    for path in tracked_files():
        target = private / "project" / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    for link in (path for path in (ROOT / "playbooks" / "collections").rglob("*") if path.is_symlink()):
        target = private / "project" / link.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(link.readlink())
    shutil.copytree(inventory.parent, private / "inventory")
    stream = (
        f"ansible-runner transmit {private} --playbook playbooks/weekly_maintenance.yml"
        " --cmdline='--check -e runbook_only=1'"
        f" | ansible-runner worker --private-data-dir {emptied(tmp_path / 'worker')}"
        f" | ansible-runner process {emptied(tmp_path / 'result')}"
    )
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", stream],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    _is_a_plan(_record(tmp_path))
