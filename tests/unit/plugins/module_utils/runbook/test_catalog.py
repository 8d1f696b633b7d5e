# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import date

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import catalog, places
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.catalog import Description, Fault
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.inputs import INPUT_FIELDS

from tests.unit.plugins.module_utils.runbook.declared import GOOD, described, play


def options() -> dict:
    spec = (places.ROOT / "roles" / "runbook" / "meta" / "argument_specs.yml").read_text()
    return yaml.safe_load(spec)["argument_specs"]["main"]["options"]["runbook"]["options"]


def form(option: dict, name: str = "") -> str | tuple[str, ...]:
    """A field of the argument specification as catalog.py writes it."""
    if "choices" in option:
        return tuple(option["choices"])
    if option["type"] == "list":
        return "texts" if option["elements"] == "str" else name if name in ("steps", "inputs") else "pairs"
    return {"str": "text", "bool": "flag", "dict": "any"}[option["type"]]


def test_the_fields_are_those_that_role_runbook_takes() -> None:
    assert {name: form(option, name) for name, option in options().items()} == catalog.FIELDS
    step = {name: form(option) for name, option in options()["steps"]["options"].items()}
    assert step | {"when": "any"} == catalog.STEP_FIELDS  # a template until the run opens
    assert {name: form(option) for name, option in options()["troubleshooting"]["options"].items()} == (
        catalog.PAIR_FIELDS
    )
    assert {name: form(option) for name, option in options()["inputs"]["options"].items()} == INPUT_FIELDS


def test_the_declaring_play_is_found_with_its_lines() -> None:
    document = [{"hosts": "localhost"}, *play(GOOD)]
    read = catalog.read("p/restart_sensor.yml", document, {(1, "vars", "runbook", "title"): 9, (0,): 1})
    assert isinstance(read, Description)
    assert (read.stem, read.life_cycle, read.text("title")) == ("restart_sensor", True, "Restart a sensor")
    assert read.line(("title",)) == read.line(("title", 0)) == 9
    assert read.line(("steps", 0)) == 1


@pytest.mark.parametrize(
    "roles", [[catalog.LIFE_CYCLE], [{"role": catalog.LIFE_CYCLE}], [{"name": catalog.LIFE_CYCLE}]]
)
def test_a_play_that_calls_role_runbook_is_told(roles: list) -> None:
    one = catalog.read("a.yml", [{"hosts": "x", "vars": {"runbook": {}}, "roles": roles}], {})
    assert isinstance(one, Description)
    assert one.life_cycle


@pytest.mark.parametrize(
    "document", [None, {}, [], "text", [{"name": "x"}], [1], [{"import_playbook": "a.yml"}], [{"hosts": "x"}, None]]
)
def test_what_is_no_playbook_or_only_imports_is_passed_over(document: object) -> None:
    assert catalog.read("a.yml", document, {}) is None


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([{"hosts": "x"}], "no play declares its runbook"),
        ([{"hosts": "x", "vars": None}], "no play declares its runbook"),
        (play("{{ described }}"), "the variable runbook is no mapping"),
        (play(GOOD) * 2, "two plays declare a runbook"),
    ],
)
def test_a_playbook_without_one_runbook_is_a_fault(document: object, message: str) -> None:
    read = catalog.read("a.yml", document, {})
    assert isinstance(read, Fault)
    assert read.message == message


def test_commands_and_references_are_found_with_their_places() -> None:
    one = described({**GOOD, "purpose": "See playbooks/rbac/x.yml, not docs/playbooks/y.yml."})
    assert [where for where, _command in one.commands()] == [("steps", 0, "manual", 0)]
    assert list(one.references()) == [
        (("purpose",), "playbooks/rbac/x.yml"),
        (("not_when", 0), "playbooks/restart_sensor.yml"),
    ]


@pytest.mark.parametrize(
    ("command", "parsed"),
    [
        ("kubectl -n <namespace> delete pod <pod name>", "kubectl -n placeholder delete pod placeholder"),
        ("sort < names > sorted", "sort < names > sorted"),
        ("cat <<EOF", "cat <<EOF"),
    ],
)
def test_placeholders_are_no_redirections(command: str, parsed: str) -> None:
    assert catalog.parseable(command) == parsed


def test_a_review_is_due_a_quarter_later() -> None:
    assert described(GOOD).due(92) == date(2027, 2, 1)
    assert described({**GOOD, "reviewed": date(2026, 11, 1)}).due(1) == date(2026, 11, 2)
    assert described({**GOOD, "reviewed": "soon"}).due(92) is None


def test_all_fields_are_told_also_those_that_are_not_declared() -> None:
    told = described({"name": "x", "reviewed": date(2026, 11, 1)}).as_dict()
    assert set(told) == {*catalog.FIELDS, "file", "life_cycle"}
    assert (told["reviewed"], told["steps"], told["writes"], told["owner"]) == ("2026-11-01", [], False, "")
