# SPDX-License-Identifier: GPL-3.0-or-later
"""Formatter and linters over the whole checkout."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

import yaml

from tests.support.commands import CACHE, ROOT, environment, run

COLLECTIONS = f"{ROOT / 'playbooks' / 'collections'}:{sysconfig.get_path('purelib')}"

# It would start Ansible once for each playbook and each role, to read what a test of its own reads in one go.
ANSIBLE_LINT = """
import sys
from unittest import mock

from ansiblelint.__main__ import main
from ansiblelint.runner import Runner

with mock.patch.object(Runner, "_get_ansible_syntax_check_matches", return_value=[]):
    sys.exit(main(["ansible-lint", *sys.argv[1:]]))
"""


def test_python_is_formatted() -> None:
    run("ruff", "format", "--check")


def test_ruff() -> None:
    run("ruff", "check")


def test_yamllint() -> None:
    run("yamllint", "--strict", ".")


def test_ansible_reads_every_playbook_and_role(tmp_path: Path) -> None:
    folders = [path for where in ("roles", "tests/integration/roles") for path in (ROOT / where).iterdir()]
    roles = sorted(path for path in folders if (path / "tasks").is_dir())
    tasks = [{"name": f"Role {path.name}", "ansible.builtin.import_role": {"name": str(path)}} for path in roles]
    play = {"name": "Every role", "hosts": "localhost", "gather_facts": False, "tasks": tasks}
    (tmp_path / "roles.yml").write_text(yaml.safe_dump([play], sort_keys=False))
    playbooks = [*(ROOT / "playbooks").glob("*.yml"), *(ROOT / "molecule").glob("*/[!m]*.yml"), tmp_path / "roles.yml"]
    done = run("ansible-playbook", "--syntax-check", *sorted(playbooks))
    assert done.stdout.count("playbook: ") == len(playbooks)
    assert done.stderr == ""


def test_ansible_lint_with_the_profile_production() -> None:
    # Without the collections path ansible-lint would install a copy of this collection, which shadows the checkout.
    env = environment(private_home=True, ANSIBLE_COLLECTIONS_PATH=COLLECTIONS, ANSIBLE_HOME=CACHE / "ansible-lint")
    options = ("--offline", "--strict", "--profile", "production", "--nocolor")
    run(sys.executable, "-c", ANSIBLE_LINT, *options, env=env, timeout=1200)
