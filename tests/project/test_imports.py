# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports go one way: modules, then flows, then values. The table is the one of docs/design.md."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commands import ROOT

PREFIX = "ansible_collections.agent_platform.ops.plugins.module_utils."
LIBRARY = ROOT / "plugins" / "module_utils"
# What a package may import besides the standard library and itself.
BASE = {"collector", "errors", "timeparse", "process", "progress"}
PURE = {"agents", "argo", "backup", "diagnosis", "eventing", "health", "nodes", "runbook", "upgrade", "usage"}
ALLOWED = {
    "collector": set(),
    "errors": set(),
    "timeparse": {"errors"},
    "process": {"errors"},
    "progress": {"errors"},
    "agents": PURE | {"errors", "timeparse"},
    "argo": PURE | {"errors", "timeparse"},
    "backup": PURE | {"errors", "timeparse", "cryptography", "orjson", "pyrage"},
    "diagnosis": PURE | {"errors", "timeparse"},
    "eventing": PURE | {"errors", "timeparse"},
    "health": PURE | {"errors", "timeparse", "jmespath"},
    "runbook": PURE | {"errors", "timeparse", "process", "jinja2", "pygal"},
    "nodes": PURE | {"errors", "timeparse"},
    "upgrade": PURE | {"errors", "timeparse"},
    "usage": PURE | {"errors", "timeparse"},
    "kube": BASE | {"kubernetes", "urllib3", "websocket", "yaml", "ansible"},
    "store": BASE | {"obstore"},
    "web": BASE | {"urllib3"},
    "flows": BASE | PURE | {"kube", "store", "web", "yaml", "ansible", "pyrage"},
    "lab": BASE | {"kube", "argo", "ansible", "yaml", "cryptography", "pyrage"},
}
# A decision neither reads the world nor its clock; it gets both as arguments.
WORLD = {"http", "os", "pathlib", "random", "requests", "shutil", "socket", "subprocess", "tempfile", "time", "urllib"}
# The files of these packages that say in their first lines that they do read the world.
WORLDLY = {"runbook/journal.py", "runbook/places.py"}
CLOCKS = {"now", "utcnow", "today"}


def _files() -> list[Path]:
    return sorted(path for path in LIBRARY.rglob("*.py") if path.name != "__init__.py" or path.stat().st_size)


def _package(path: Path) -> str:
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    """Names of what a file imports: ours as the package of module_utils, others as the top-level package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import in line {node.lineno}"
            base = f"{node.module}."
            names = [f"{base}{alias.name}" for alias in node.names] if base == PREFIX else [base]
        else:
            continue
        for name in names:
            ours = name.startswith(PREFIX)
            yield name.removeprefix(PREFIX).split(".")[0] if ours else name.split(".")[0]


@pytest.mark.parametrize("path", _files(), ids=lambda path: str(path.relative_to(LIBRARY)))
def test_imports_go_one_way(path: Path) -> None:
    package = _package(path)
    allowed = ALLOWED[package] | {package}
    assert {name for name in _imports(path) if name not in sys.stdlib_module_names} - allowed == set()


def _decisions() -> list[Path]:
    return [path for path in _files() if _package(path) in PURE and str(path.relative_to(LIBRARY)) not in WORLDLY]


@pytest.mark.parametrize("path", _decisions(), ids=lambda path: str(path.relative_to(LIBRARY)))
def test_decisions_neither_read_the_world_nor_the_clock(path: Path) -> None:
    assert set(_imports(path)) & WORLD == set()
    called = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    assert {function.attr for function in called if isinstance(function, ast.Attribute)} & CLOCKS == set()
    assert "open" not in {function.id for function in called if isinstance(function, ast.Name)}
