# SPDX-License-Identifier: GPL-3.0-or-later
"""A role that calls another one declares the rights of both, since a runbook is granted those of its steps alone."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
import yaml

from tests.support.commands import ROOT

CALL = re.compile(r"(?:include|import)_role:\s+name: agent_platform\.ops\.(\w+)")
#: (role, called role): why the rights of the called one are not those of the runbook
ELSEWHERE = {
    ("component_upgrade", "quiesce"): "it holds the kinds of its component alone",
    ("diagnose", "runbook"): "another runbook is carried out, under its own rights",
    ("restore_drill", "workflow_validation"): "it asks the control plane of the drill",
}


def _called() -> list[tuple[str, str]]:
    found = {
        (path.parts[-3], called)
        for path in (ROOT / "roles").glob("*/tasks/*.yml")
        for called in CALL.findall(path.read_text())
    }
    with_rights = {path.parts[-3] for path in (ROOT / "roles").glob("*/meta/rbac.yml")}
    return sorted(pair for pair in found - ELSEWHERE.keys() if set(pair) <= with_rights)


class Right(NamedTuple):
    """name: of the one object that is meant; empty for all."""

    place: str
    group: str
    resource: str
    name: str
    verb: str


def _rights(role: str) -> set[Right]:
    declared = yaml.safe_load((ROOT / "roles" / role / "meta" / "rbac.yml").read_text())
    parts = [declared, declared.get("besides") or {}]
    rules = [(place, rule) for part in parts for place in ("cluster", "operations") for rule in part.get(place) or []]
    return {
        Right(place, group, resource, name, verb)
        for place, rule in rules
        for group in rule.get("apiGroups", ())
        for resource in rule["resources"]
        for name in rule.get("resourceNames", [""])
        for verb in rule["verbs"]
    }


@pytest.mark.parametrize(("role", "called"), _called())
def test_a_role_declares_the_rights_of_the_roles_that_it_calls(role: str, called: str) -> None:
    own = _rights(role)
    assert {right for right in _rights(called) - own if right._replace(name="") not in own} == set()
