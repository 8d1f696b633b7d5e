# SPDX-License-Identifier: GPL-3.0-or-later
"""The archive that `ansible-galaxy collection build` makes holds the collection and nothing of the workshop."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml

from tests.support.artifact import Artifact
from tests.support.commands import ROOT, environment, run

WORKSHOP = (
    ".ansible", ".cache", ".ci", ".git", ".hypothesis", ".state", ".venv", "benchmarks", "build", "molecule",
    "playbooks/ansible.cfg", "playbooks/collections", "scripts", "tests/conftest.py", "tests/integration",
    "tests/unit", "uv.lock",
)  # fmt: skip


@pytest.mark.parametrize("name", WORKSHOP)
def test_the_workshop_stays_outside(artifact: Artifact, name: str) -> None:
    assert [found for found in artifact.names() if found == name or found.startswith(f"{name}/")] == []


def test_no_leftovers(artifact: Artifact) -> None:
    assert [name for name in artifact.names() if name.endswith((".pyc", ".tar.gz", "__pycache__"))] == []


@pytest.mark.parametrize("folder", ["docs", "meta", "playbooks", "plugins", "roles"])
def test_every_file_of_the_collection_is_in_it(artifact: Artifact, folder: str) -> None:
    tracked = run("git", "ls-files", folder).stdout.split()
    expected = {name for name in tracked if (ROOT / name).is_file() and not name.startswith(WORKSHOP)}
    assert expected - artifact.names() == set()


def test_versions_agree() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"]
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == galaxy


def test_dependencies_agree_with_requirements_yml() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text())["dependencies"]
    required = yaml.safe_load((ROOT / "requirements.yml").read_text())["collections"]
    assert {entry["name"]: entry["version"] for entry in required} == galaxy


def test_ansible_builder_reads_the_python_requirements(artifact: Artifact) -> None:
    shown = run("ansible-builder", "introspect", artifact.path).stdout
    for line in (ROOT / "meta" / "ee-requirements.txt").read_text().splitlines():
        if not line.startswith("#"):
            assert line in shown


def test_ansible_builder_accepts_the_execution_environment(tmp_path: Path) -> None:
    definition = ROOT / "execution-environment.yml"
    run("ansible-builder", "create", "--file", definition, "--context", tmp_path, env=environment(private_home=True))
    assert list(tmp_path.glob("*ontainerfile")) or list(tmp_path.glob("Dockerfile"))


def test_requirements_are_made_from_pyproject() -> None:
    run(ROOT / "scripts" / "sync-requirements", "--check")
