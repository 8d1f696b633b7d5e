# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a playbook declares of its runbook, for catalogue, pages and lint. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

LIFE_CYCLE = "agent_platform.ops.runbook"
Where = tuple[Any, ...]  # names and indices

#: Fields of a runbook and their form: text, texts, flag, steps, pairs ({symptom, action}), inputs ({option, example}),
#: or the words to choose from.
FIELDS: dict[str, str | tuple[str, ...]] = {
    "name": "text",
    "title": "text",
    "type": ("incident", "deployment", "maintenance", "on_call"),
    "purpose": "text",
    "use_when": "texts",
    "not_when": "texts",
    "outcome": "text",
    "owner": "text",
    "risk": ("low", "medium", "high", "critical"),
    "writes": "flag",
    "lock": ("cluster", "store", "none"),
    "during_emergency_stop": "flag",
    "without_cluster": "flag",
    "whole": "flag",
    "estimate": "text",
    "reviewed": "text",
    "prerequisites": "texts",
    "inputs": "inputs",
    "preflight": "texts",
    "alerts": "texts",
    "dashboards": "texts",
    "rollback": "text",
    "escalation": "text",
    "troubleshooting": "pairs",
    "fail_on": ("never", "warning", "unknown", "critical"),
    "rollback_triggers": "texts",
    "steps": "steps",
    "verify": "texts",
    "after": "texts",
}
STEP_FIELDS: dict[str, str | tuple[str, ...]] = {
    "name": "text",
    "role": "text",
    "tasks_from": "text",
    "vars": "any",
    "when": "any",
    "expected": "text",
    "if_not": "text",
    "on_failure": ("continue", "stop", "rollback"),
    "rollback": "text",
    "manual": "texts",
}
PAIR_FIELDS: dict[str, str | tuple[str, ...]] = {"symptom": "text", "action": "text"}
_EMPTY = {"texts": [], "steps": [], "pairs": [], "inputs": [], "flag": False}
_REFERENCE = re.compile(r"(?<![\w/.-])playbooks/[\w./-]*\w")
_PLACEHOLDER = re.compile(r"<[A-Za-z][\w .-]*>")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not hold: where in the runbook, what, and how it is mended."""

    where: Where
    message: str
    mend: str


@dataclass(frozen=True, slots=True)
class Description:
    """One runbook as its playbook declares it.

    life_cycle: whether the play calls role runbook, which checks, locks, verifies and records.
    lines: line number by place in the declaration, such as ("steps", 0, "name").
    """

    file: str
    life_cycle: bool
    declared: Mapping[str, Any]
    lines: Mapping[Where, int] = field(default_factory=dict)

    def line(self, where: Where = ()) -> int:
        """Line of a place, or of the nearest one around it; 1 where nothing is known."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    @property
    def stem(self) -> str:
        """Name of the file without folder and ending."""
        return self.file.rsplit("/", 1)[-1].rsplit(".", 1)[0]

    @property
    def steps(self) -> list[dict[str, Any]]:
        return [mapping(step) for step in sequence(self.declared.get("steps"))]

    def text(self, name: str) -> str:
        return text(self.declared.get(name)).strip()

    def texts(self, name: str) -> list[str]:
        return [one for one in sequence(self.declared.get(name)) if isinstance(one, str)]

    def commands(self) -> Iterator[tuple[Where, str]]:
        """Every command to do a step by hand, with its place."""
        for number, step in enumerate(self.steps):
            for index, command in enumerate(sequence(step.get("manual"))):
                if isinstance(command, str):
                    yield ("steps", number, "manual", index), command

    def references(self) -> Iterator[tuple[Where, str]]:
        """Every file below playbooks/ that a text names, with its place."""
        for where, value in _texts(self.declared, ()):
            for found in _REFERENCE.findall(value):
                yield where, found

    def due(self, every: int) -> date | None:
        """Day of the next review, `every` days after the last one; None without a date that can be read."""
        reviewed = review_day(self.declared.get("reviewed"))
        return reviewed + timedelta(days=every) if reviewed else None

    def as_dict(self) -> dict[str, Any]:
        """All fields, those that are not declared empty."""
        fields = {name: self.declared.get(name, _EMPTY.get(str(form), "")) for name, form in FIELDS.items()}
        return {"file": self.file, "life_cycle": self.life_cycle, **fields, "reviewed": str(fields["reviewed"])}


def read(file: str, document: object, lines: Mapping[Where, int]) -> Description | Fault | None:
    """The runbook that a parsed playbook declares.

    None: no playbook, or one that only imports others. A Fault's place is one in the document.

    :param lines: line number by place in the document, such as (1, "vars", "runbook", "title")
    """
    if not is_playbook(document):
        return None
    plays = list(enumerate(document))  # type: ignore[arg-type]
    own = [(index, play) for index, play in plays if "hosts" in play]
    declaring = [(index, play) for index, play in own if "runbook" in mapping(play.get("vars"))]
    if not own:
        return None
    if not declaring:
        return Fault((own[0][0],), "no play declares its runbook", "Declare it in the variable runbook of the play.")
    index, play = declaring[0]
    if len(declaring) > 1:
        return Fault((declaring[1][0], "vars", "runbook"), "two plays declare a runbook", "Make it two playbooks.")
    declared, start = play["vars"]["runbook"], (index, "vars", "runbook")
    if not isinstance(declared, dict):
        return Fault(start, "the variable runbook is no mapping", "Write its fields as a mapping, without a template.")
    inside = {where[3:]: line for where, line in lines.items() if where[:3] == start}
    return Description(file, _calls_life_cycle(play), declared, inside)


def is_playbook(document: object) -> bool:
    """Whether a parsed YAML file is a list of plays."""
    plays = sequence(document)
    imports = ("import_playbook", "ansible.builtin.import_playbook")
    return bool(plays) and all(
        isinstance(play, dict) and ("hosts" in play or any(word in play for word in imports)) for play in plays
    )


def review_day(value: object) -> date | None:
    """The day of "2026-11-21", which YAML without quotes reads as a date."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        return None


def parseable(command: str) -> str:
    """The command with a word in place of each <placeholder>, which a shell would take for a redirection."""
    return _PLACEHOLDER.sub("placeholder", command)


def _calls_life_cycle(play: dict) -> bool:
    names = [mapping(one).get("role") or mapping(one).get("name") or one for one in sequence(play.get("roles"))]
    return LIFE_CYCLE in names


def _texts(value: object, where: Where) -> Iterator[tuple[Where, str]]:
    """Every text inside a value, with its place."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, (*where, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _texts(one, (*where, index))
