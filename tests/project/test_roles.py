# SPDX-License-Identifier: GPL-3.0-or-later
"""What a role documents is what it does: options and defaults agree in names and in values."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.support.commands import ROOT

ROLES = sorted(path.parent.parent for path in (ROOT / "roles").glob("*/tasks/main.yml"))
each_role = pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)


def _read(path: Path) -> dict:
    return (yaml.safe_load(path.read_text()) or {}) if path.exists() else {}


def _options(role: Path) -> dict[str, dict]:
    """The options of all entry points; one that several share must be the same in each."""
    merged: dict[str, dict] = {}
    for entry in _read(role / "meta" / "argument_specs.yml")["argument_specs"].values():
        for name, option in (entry.get("options") or {}).items():
            assert merged.setdefault(name, option) == option, f"{name} differs between entry points"
    return merged


@each_role
def test_every_default_is_documented_with_its_value(role: Path) -> None:
    documented = {name: option["default"] for name, option in _options(role).items() if "default" in option}
    assert _read(role / "defaults" / "main.yml") == documented


@each_role
def test_every_option_is_described_and_carries_the_prefix(role: Path) -> None:
    for name, option in _options(role).items():
        assert name.startswith(f"{role.name}_") or name == role.name, name
        assert option.get("description"), f"{name} has no description"
        assert option.get("type"), f"{name} has no type"


@each_role
def test_variables_carry_the_prefix(role: Path) -> None:
    names = _read(role / "vars" / "main.yml")
    assert [name for name in names if not name.lstrip("_").startswith(f"{role.name}_")] == []
