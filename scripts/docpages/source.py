# SPDX-License-Identifier: GPL-3.0-or-later
"""Read from the checkout what the pages are made from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import runbook_files
from ansible_collections.agent_platform.ops.plugins.module_utils.health.catalogue import CHECKS
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.catalog import Description


@dataclass(frozen=True)
class Source:
    """What the pages are made from.

    roles: argument specification of each role, by its short name.
    rights: the items of playbooks/rbac, by runbook.
    trees: decision trees of role diagnose, by name.
    """

    runbooks: list[Description]
    checks: tuple[Check, ...]
    roles: dict[str, dict[str, Any]]
    rights: dict[str, list[dict]]
    trees: dict[str, dict[str, Any]]
    architecture: dict[str, Any]

    def short(self, role: str, entry: str = "main") -> str:
        """The short description of an entry point of a role, empty where it has none."""
        spec = self.roles.get(role.rsplit(".", 1)[-1], {})
        return (spec.get(entry) or spec.get("main") or {}).get("short_description", "")


def read(root: Path) -> Source:
    """The checkout at root."""
    specs = {path.parts[-3]: _yaml(path)["argument_specs"] for path in root.glob("roles/*/meta/argument_specs.yml")}
    rights = {path.stem: _yaml(path)["items"] for path in (root / "playbooks" / "rbac").glob("*.yml")}
    return Source(
        runbooks=runbook_files.read_all([str(root / "playbooks")]).runbooks,
        checks=CHECKS,
        roles=dict(sorted(specs.items())),
        rights=rights,
        trees={path.stem: _yaml(path) for path in sorted(root.glob("roles/diagnose/files/trees/*.yml"))},
        architecture=_yaml(root / "docs" / "architecture.yml"),
    )


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text())
