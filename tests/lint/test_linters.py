# SPDX-License-Identifier: GPL-3.0-or-later
"""Formatter and linters over the whole checkout."""

from __future__ import annotations

import sysconfig

from tests.support.commands import CACHE, ROOT, environment, run

COLLECTIONS = f"{ROOT / 'playbooks' / 'collections'}:{sysconfig.get_path('purelib')}"


def test_python_is_formatted() -> None:
    run("ruff", "format", "--check")


def test_ruff() -> None:
    run("ruff", "check")


def test_yamllint() -> None:
    run("yamllint", "--strict", ".")


def test_ansible_lint_with_the_profile_production() -> None:
    # Without the collections path ansible-lint would install a copy of this collection, which shadows the checkout.
    env = environment(private_home=True, ANSIBLE_COLLECTIONS_PATH=COLLECTIONS, ANSIBLE_HOME=CACHE / "ansible-lint")
    run("ansible-lint", "--offline", "--strict", "--profile", "production", "--nocolor", env=env)
