# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing is forgotten: every part has a test, every module stands in the action group it belongs to."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.support.commands import ROOT

MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir() if (path / "tasks").is_dir())
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))


def _holds_code(path: Path) -> bool:
    """False for files of data alone, such as a template that must be Python to be packed with a module."""
    return any(isinstance(node, (ast.FunctionDef, ast.ClassDef)) for node in ast.walk(ast.parse(path.read_text())))


LIBRARY = sorted(
    path.relative_to(ROOT) for path in (ROOT / "plugins" / "module_utils").rglob("*.py") if _holds_code(path)
)


def _documentation(module: str) -> dict:
    tree = ast.parse((ROOT / "plugins" / "modules" / f"{module}.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "DOCUMENTATION":
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{module} has no DOCUMENTATION")


@cache
def _tests() -> str:
    """The text of all tests that run modules, roles and playbooks."""
    folders = ("tests/integration", "tests/scenarios", "tests/molecule", "tests/unit/plugins/modules", "molecule")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".yml")]
    return "\n".join(f"{path.stem}\n{path.read_text()}" for path in sorted(files))


def _named(name: str, text: str) -> bool:
    return re.search(rf"(?<![a-z0-9]){name}(?![a-z0-9_])", text) is not None


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_test(module: str) -> None:
    assert _named(module, _tests())


@pytest.mark.parametrize("playbook", PLAYBOOKS)
def test_every_playbook_has_a_test(playbook: str) -> None:
    assert _named(playbook, _tests())


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_a_test_or_is_called_by_what_is_tested(role: str) -> None:
    """By a playbook, or by another role that is itself tested."""
    called = f"agent_platform.ops.{role}\n"
    callers = [path.parts[-3] for path in (ROOT / "roles").glob("*/[mt]*/*.yml") if called in path.read_text()]
    assert _is_tested(role) or any(_is_tested(caller) for caller in callers)


def _is_tested(role: str) -> bool:
    steps = [(ROOT / "playbooks" / f"{name}.yml").read_text() for name in PLAYBOOKS if _named(name, _tests())]
    return _named(role, _tests()) or f"agent_platform.ops.{role}\n" in "\n".join([*steps, ""])


@pytest.mark.parametrize("path", LIBRARY, ids=str)
def test_every_library_file_has_a_unit_test_at_the_mirrored_place(path: Path) -> None:
    """A test file of its own, or a test in the mirrored folder that imports it beside its neighbours."""
    folder = ROOT / "tests" / "unit" / path.parent
    dotted = str(path.with_suffix("")).replace("/", ".")
    parent, name = dotted.rsplit(".", 1)
    imported = re.compile(rf"{re.escape(dotted)}\b|{re.escape(parent)} import (?:\([^)]*|[^\n]*)\b{name}\b")
    tests = [test.read_text() for test in folder.glob("test_*.py")]
    assert (folder / f"test_{path.name}").exists() or any(imported.search(test) for test in tests)


def test_the_action_group_lists_the_modules_that_take_the_connection_options() -> None:
    connecting = [
        module
        for module in MODULES
        if "agent_platform.ops.connection" in _documentation(module).get("extends_documentation_fragment", [])
    ]
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text())
    assert runtime["action_groups"]["platform"] == connecting


@pytest.mark.parametrize("name", [*(one for one in MODULES if not one.startswith(("lab_", "runbook_"))), *PLAYBOOKS])
def test_the_readme_names_every_module_and_every_playbook(name: str) -> None:
    """Apart from the modules of the practice cluster and of the life cycle, which nobody calls by themselves."""
    assert re.search(rf"[`\[]{name}[`\]]", (ROOT / "README.md").read_text())


def test_no_sanity_check_is_ignored() -> None:
    assert list((ROOT / "tests" / "sanity").glob("ignore*")) == []


def test_the_tests_of_the_safety_rules_exist() -> None:
    named = re.findall(r"`([\w/]+\.py)::(\w+)`", (ROOT / "tests" / "README.md").read_text())
    assert named
    assert [
        f"{file}::{test}"
        for file, test in named
        if not (ROOT / "tests" / file).exists() or f"def {test}(" not in (ROOT / "tests" / file).read_text()
    ] == []
