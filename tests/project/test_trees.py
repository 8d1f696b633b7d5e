# SPDX-License-Identifier: GPL-3.0-or-later
"""No branch of a decision tree is without a test that walks it on the practice cluster."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.support.commands import ROOT
from tests.support.diagnosis import TREES, Case, trees

NAMES = sorted(path.stem for path in TREES.glob("*.yml"))
PLAYBOOKS = ROOT / "playbooks"


def _cases() -> list[Case]:
    modules = sorted(path.stem for path in (ROOT / "tests" / "integration").glob("test_diagnose_*.py"))
    found = (import_module(f"tests.integration.{module}") for module in modules)
    return [case for module in found for case in getattr(module, "CASES", ())]


@pytest.mark.parametrize("name", NAMES)
def test_every_branch_of_a_tree_is_walked(name: str) -> None:
    walked = {edge for case in _cases() if case.tree == name for edge in case.edges}
    assert sorted(trees()[name].edges - walked) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_tree_has_the_name_of_its_file_and_names_runbooks_that_are_there(name: str) -> None:
    tree = trees()[name]
    assert tree.name == name
    named = {cause.runbook for cause in tree.causes.values()} - {""}
    assert sorted(one for one in named if not (PLAYBOOKS / f"{one}.yml").exists()) == []
