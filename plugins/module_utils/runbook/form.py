# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the fields of a runbook are known and have their form. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.catalog import (
    FIELDS,
    PAIR_FIELDS,
    STEP_FIELDS,
    Description,
    Fault,
    Where,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.inputs import INPUT_FIELDS


def faults(one: Description) -> Iterator[Fault]:
    """A fault for each field that role runbook does not know, or that has another form than it wants."""
    yield from _shape(one.declared, FIELDS, ())
    for number, step in enumerate(one.steps):
        yield from _shape(step, STEP_FIELDS, ("steps", number))
    for number, pair in enumerate(sequence(one.declared.get("troubleshooting"))):
        yield from _shape(mapping(pair), PAIR_FIELDS, ("troubleshooting", number))
    for number, one_input in enumerate(sequence(one.declared.get("inputs"))):
        yield from _shape(mapping(one_input), INPUT_FIELDS, ("inputs", number))


def _shape(value: Mapping, fields: Mapping[str, str | tuple[str, ...]], where: Where) -> Iterator[Fault]:
    for name, given in value.items():
        if name not in fields:
            near = get_close_matches(str(name), fields, n=1)
            mend = f"Did you mean {near[0]}?" if near else f"Known are {', '.join(fields)}."
            yield Fault((*where, name), f"there is no field {str(name)!r:.60}", mend)
        elif not _has_form(name, given, fields[name]):
            yield Fault((*where, name), f"{name} has the wrong form", f"Write {_form(fields[name])}.")


def _has_form(name: str, value: object, form: str | tuple[str, ...]) -> bool:
    if isinstance(value, str) and "{{" in value and form not in ("steps", "texts", "pairs", "inputs"):
        return True  # a template, which role runbook judges when it runs
    if isinstance(form, tuple):
        return value in form
    if name == "reviewed":  # a day without quotes is a date in YAML; role runbook takes both
        return isinstance(value, (str, date))
    if form in ("steps", "pairs", "inputs"):
        return isinstance(value, list) and all(isinstance(one, dict) for one in value)
    if form == "texts":
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    return form == "any" or isinstance(value, {"text": str, "flag": bool}[form])


def _form(form: str | tuple[str, ...]) -> str:
    if isinstance(form, tuple):
        return f"one of {', '.join(form)}"
    return {"text": "a text", "flag": "true or false", "texts": "a list of texts", "steps": "a list of steps",
            "pairs": "a list of {symptom, action}", "inputs": "a list of {option, example}"}[form]  # fmt: skip
