# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which steps of a runbook a run carries out. Pure. Private API."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

DONE_BEFORE = "done before"
UNMET = "its condition does not hold"


@dataclass(frozen=True, slots=True)
class Choice:
    """One step of the runbook: index counts from 1, reason says why it is not carried out."""

    index: int
    run: bool
    reason: str = ""


def short_role(step: dict) -> str:
    """The role's name without its collection, which is also the prefix of its variables."""
    return step["role"].rsplit(".", 1)[-1]


def names(value: str | Iterable[str] | None) -> list[str]:
    """Names from a list, or from one comma separated text as -e gives it."""
    parts = value.split(",") if isinstance(value, str) else [str(part) for part in value or ()]
    return [part.strip() for part in parts if part.strip()]


def choose(
    steps: list[dict],
    *,
    start_at: str = "",
    only: str | Iterable[str] = (),
    skip: str | Iterable[str] = (),
    done_before: Collection[int] = (),
) -> list[Choice]:
    """One Choice for each step, in order.

    A step is named by its name, its number or its role. Raises OpsError("invalid") for a name that no step has, and
    for start_at together with only.
    """
    if start_at and names(only):
        raise OpsError(
            "invalid", "runbook_start_at and runbook_only cannot be used together", hint="Choose one of them."
        )
    first = min(_find(steps, start_at, "runbook_start_at")) if start_at else 1
    wanted = _find_all(steps, only, "runbook_only") or set(range(1, len(steps) + 1))
    left_out = _find_all(steps, skip, "runbook_skip")
    return [
        Choice(index, not reason, reason)
        for index, step in enumerate(steps, 1)
        for reason in [_reason(index, step, first, wanted, left_out, done_before)]
    ]


def meant(choices: Iterable[Choice]) -> set[int]:
    """Indices of the steps that a run is about: those that it carries out.

    Where the conditions of all do not hold, these steps: their conditions ask for what nobody said.
    """
    choices = list(choices)
    carried_out = {choice.index for choice in choices if choice.run}
    return carried_out or {choice.index for choice in choices if choice.reason == UNMET}


def _reason(index, step, first, wanted, left_out, done_before) -> str:
    if index in done_before:
        return DONE_BEFORE
    if index < first or index not in wanted:
        return "not chosen"
    if index in left_out:
        return "left out by runbook_skip"
    return "" if step.get("when", True) in (True, None) else UNMET


def _find_all(steps: list[dict], wanted: str | Iterable[str], option: str) -> set[int]:
    return {index for name in names(wanted) for index in _find(steps, name, option)}


def _find(steps: list[dict], name: str, option: str) -> list[int]:
    wanted = name.strip().casefold()
    found = [
        index
        for index, step in enumerate(steps, 1)
        if wanted in (str(index), step["name"].casefold(), step["role"].casefold(), short_role(step).casefold())
    ]
    if not found:
        valid = "; ".join(f"{index} {step['name']} ({short_role(step)})" for index, step in enumerate(steps, 1))
        raise OpsError("invalid", f"{option}: no step is called {name!r}", hint=f"Steps of this runbook: {valid}.")
    return found


def check_variables(steps: list[dict]) -> None:
    """Refuse variables of a step that would reach another step.

    They become facts of the host, so they carry the role's prefix, and a role that is called twice gets the same
    variables each time.
    """
    keys: dict[str, tuple[str, set[str]]] = {}
    for step in steps:
        role, given = short_role(step), set(step.get("vars") or {})
        strangers = sorted(key for key in given if not key.startswith(f"{role}_"))
        if strangers:
            raise OpsError("invalid", f"step {step['name']!r}: vars {', '.join(strangers)} lack the prefix {role}_")
        earlier, known = keys.setdefault(role, (step["name"], given))
        if known != given:
            missing = ", ".join(sorted(known ^ given))
            raise OpsError(
                "invalid",
                f"steps {earlier!r} and {step['name']!r} call the same role with different vars ({missing})",
                hint="Give both the same set of vars.",
            )
