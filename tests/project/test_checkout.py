# SPDX-License-Identifier: GPL-3.0-or-later
"""The checkout is the collection: its own files are used, from every folder, and nothing else is touched."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.artifact import Artifact
from tests.support.commands import ROOT, environment, run

PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))
RUNBOOK = ROOT / "playbooks" / "weekly_maintenance.yml"
STALE = "Task of a stale copy"


def _files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_syntax() -> None:
    shown = run("ansible-playbook", "--syntax-check", *PLAYBOOKS).stdout
    assert [path for path in PLAYBOOKS if f"playbook: {path}\n" not in shown] == []


def test_runs_from_the_folder_of_the_playbooks() -> None:
    shown = run("ansible-playbook", "weekly_maintenance.yml", "--list-tasks", cwd=ROOT / "playbooks").stdout
    assert "agent_platform.ops.runbook : " in shown


def test_both_configurations_say_the_same() -> None:
    def settings(path: Path) -> str:
        text = "\n".join(line for line in path.read_text().splitlines() if not line.startswith("#"))
        return text.replace("../", "").replace("playbooks/", "")

    assert settings(ROOT / "ansible.cfg") == settings(ROOT / "playbooks" / "ansible.cfg")


@pytest.fixture(scope="module")
def stale_home(artifact: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with an older copy of the collection, told apart by its task names."""
    home = tmp_path_factory.mktemp("home")
    copy = home / ".ansible" / "collections" / "ansible_collections" / "agent_platform" / "ops"
    shutil.copytree(artifact.collection, copy)
    for tasks in copy.glob("roles/*/tasks/main.yml"):
        tasks.write_text(f"---\n- name: {STALE}\n  ansible.builtin.debug:\n")
    return home


@pytest.mark.parametrize("folder", [ROOT, ROOT / "playbooks", Path(os.sep)], ids=["root", "playbooks", "elsewhere"])
def test_a_stale_copy_in_the_home_folder_is_not_used(stale_home: Path, folder: Path) -> None:
    env = environment(HOME=stale_home, ANSIBLE_COLLECTIONS_PATH=stale_home / ".ansible" / "collections")
    shown = run("ansible-playbook", RUNBOOK, "--list-tasks", "-i", ROOT / "inventories" / "lab", cwd=folder, env=env)
    assert "agent_platform.ops.runbook : " in shown.stdout
    assert STALE not in shown.stdout


def test_a_run_touches_nothing_in_the_home_folder_but_its_cache(tmp_path: Path) -> None:
    env = environment(HOME=tmp_path)
    env.pop("XDG_CACHE_HOME", None)
    target = tmp_path / "written-by-the-task"
    run(
        "ansible", "localhost", "-m", "ansible.builtin.copy", "-a", f"content=text dest={target}",
        env=env,
    )  # fmt: skip
    assert [name for name in _files(tmp_path) if not name.startswith(".cache/agent_platform_ops/")] == [target.name]


def test_a_missing_python_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup", tmp_path / "scripts" / "setup")
    for name in ("uv.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    said = run("bash", "scripts/setup", cwd=tmp_path, env=environment(PYTHON="no-such-python"), expect=1).stderr
    assert said == (
        "setup: no usable Python found: 3.11, 3.12 or 3.13 is needed; install one, or name it: "
        "make setup PYTHON=/path/to/python3\n"
    )
