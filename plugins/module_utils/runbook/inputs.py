# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a runbook must be told before it begins: options of the roles of its steps. Pure. Private API."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

#: fields of one input and their form, as in catalog.FIELDS
INPUT_FIELDS: dict[str, str | tuple[str, ...]] = {
    "option": "text",
    "example": "text",
    "required": "flag",
    "or": "texts",
}


def declared(runbook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """{option, example, required, or} of each input that has the right form."""
    found = (mapping(one) for one in sequence(runbook.get("inputs")))
    return [
        {
            "option": text(one.get("option")),
            "example": text(one.get("example")),
            "required": one.get("required") is True,
            "or": [name for name in sequence(one.get("or")) if text(name)],
        }
        for one in found
        if text(one.get("option"))
    ]


def belongs_to(option: str, roles: Iterable[str]) -> str:
    """The short name of the role whose option it is, empty where it is none of these; the longest prefix wins."""
    owners = [role for role in roles if option.startswith(f"{role}_")]
    return max(owners, key=len, default="")


def require(runbook: Mapping[str, Any], roles: Collection[str], given: Mapping[str, Any]) -> None:
    """Refuse a run that was not told what its steps need.

    :param roles: short names of the roles of the chosen steps; what only others need is not asked for
    :param given: variables by name; an empty text, list or mapping counts as not given
    :raises OpsError: invalid, naming the option and an example
    """
    for one in declared(runbook):
        wanted = [one["option"], *one["or"]]
        if one["required"] and belongs_to(one["option"], roles) and not any(map(given.get, wanted)):
            raise OpsError(
                "invalid",
                f"{text(runbook.get('name'))} needs {' or '.join(wanted)}",
                hint=f"Add it to the command, for example -e {arguments(one)}.",
            )


def arguments(one: Mapping[str, Any]) -> str:
    """An input as an argument of -e: option=value for one plain word, else JSON, which Ansible does not take apart."""
    option, example = one["option"], one["example"]
    if all(letter.isalnum() or letter in "_-./:@," for letter in example):
        return f"{option}={example}"
    value = example if example.startswith(("{", "[")) else json.dumps(example, ensure_ascii=False)
    return "'" + f'{{"{option}": {value}}}'.replace("'", "'\\''") + "'"


def placeholder(option: str, roles: Iterable[str]) -> str:
    """workflow_resume_workflow=<workflow>."""
    role = belongs_to(option, roles)
    return f"{option}=<{option.removeprefix(f'{role}_').replace('_', ' ')}>"
