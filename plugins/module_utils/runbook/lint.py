# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that a runbook must meet before somebody has to rely on it at night. Pure. Private API."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.platform import CHECKS
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import commands
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.catalog import (
    Description,
    Fault,
    Where,
    review_day,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.form import faults
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.inputs import belongs_to, declared
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.verbs import VERBS
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import parse_duration

#: What a person must find in a runbook, beside the steps.
SECTIONS = {
    "title": "what it does, in one line",
    "purpose": "why it exists and what it covers",
    "use_when": "the occasions to use it",
    "not_when": "the occasions for something else",
    "outcome": "what holds when it has run",
    "owner": "the team that answers for it",
    "risk": "low, medium, high or critical",
    "estimate": "how long it takes, such as 10m",
    "reviewed": "the day of the last review",
    "prerequisites": "what must be there before",
    "steps": "what is done, in order",
    "rollback": "how to go back, or why there is nothing to go back to",
    "after": "what is left for a person to do",
    "escalation": "whom to call, and when",
    "troubleshooting": "what may be seen that is not expected, and what to do then",
}
STEP_SECTIONS = {
    "name": "what the step does",
    "role": "the role that does it",
    "expected": "what a person should see",
    "if_not": "what to do when it is not seen",
    "manual": "the commands that do the same by hand",
}
#: Needed where role runbook carries them out; what only reads has nothing to verify.
PREFLIGHT = {"preflight": "the checks that must hold before the first step"}
VERIFY = {"verify": "the checks that must hold at the end"}


@dataclass(frozen=True, slots=True)
class Facts:
    """What was looked up before: nothing here reads the world.

    today: the day to judge reviews by; every: days from one review to the next.
    roles: by name of a role that a step calls, why it was not found; empty where it was.
    syntax: by command, what the shell says of it; empty where it parses.
    missing: files below playbooks/ that are named and not there.
    """

    today: date
    every: int = 92
    roles: Mapping[str, str] = field(default_factory=dict)
    syntax: Mapping[str, str] = field(default_factory=dict)
    missing: Collection[str] = ()
    verbs: Collection[str] = VERBS
    checks: Collection[str] = tuple(CHECKS)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the lint, which a site can leave out by its name."""

    name: str
    look: Callable[[Description, Facts], Iterator[Fault]]

    @property
    def holds(self) -> str:
        """What holds where nothing is found, one sentence."""
        return " ".join((self.look.__doc__ or "").split())


def shape(one: Description, _facts: Facts) -> Iterator[Fault]:
    """Each field is one that role runbook knows, and has its form."""
    yield from faults(one)


def inputs_of_steps(one: Description, _facts: Facts) -> Iterator[Fault]:
    """What the runbook wants to be told is an option of the role of one of its steps."""
    roles = [text(step.get("role")).rsplit(".", 1)[-1] for step in one.steps]
    for number, wanted in enumerate(declared(one.declared)):
        for option in (wanted["option"], *wanted["or"]):
            if not belongs_to(option, roles):
                yield Fault(("inputs", number), f"{option:.80} belongs to no role of a step", "Name a role's option.")


def sections(one: Description, _facts: Facts) -> Iterator[Fault]:
    """Every section that a person looks for is there and says something."""
    verify = one.life_cycle and one.declared.get("writes") is True
    # A run that writes and locks nothing may do without a platform; then it says so by an empty list.
    offline = one.declared.get("preflight") == [] and one.declared.get("writes") is False
    preflight = one.life_cycle and not (offline and one.declared.get("lock") == "none")
    wanted = SECTIONS | (PREFLIGHT if preflight else {}) | (VERIFY if verify else {})
    for name, what in wanted.items():
        if _empty(one.declared.get(name)):
            yield Fault((name,), f"{name} is missing or empty", f"Say {what}.")
    if not isinstance(one.declared.get("writes"), bool):
        yield Fault(("writes",), "writes is missing", "Say whether it changes the platform: true or false.")


def step_sections(one: Description, _facts: Facts) -> Iterator[Fault]:
    """Each step says what to expect, what to do otherwise, and how to do it by hand."""
    for number, step in enumerate(one.steps):
        for name, what in STEP_SECTIONS.items():
            if _empty(step.get(name)):
                yield Fault(("steps", number, name), f"step {number + 1} has no {name}", f"Say {what}.")


def title_verb(one: Description, facts: Facts) -> Iterator[Fault]:
    """The title begins with a verb."""
    yield from _verb(one.text("title"), ("title",), "the title", facts)


def step_verb(one: Description, facts: Facts) -> Iterator[Fault]:
    """The name of each step begins with a verb."""
    for number, step in enumerate(one.steps):
        yield from _verb(text(step.get("name")).strip(), ("steps", number, "name"), f"step {number + 1}", facts)


def name_is_file(one: Description, _facts: Facts) -> Iterator[Fault]:
    """The name of the runbook is that of its file."""
    if one.text("name") != one.stem:
        said = one.text("name") or "nothing"
        yield Fault(("name",), f"the name is {said!r:.60}, the file is {one.stem}", f"Set name to {one.stem}.")


def review_date(one: Description, facts: Facts) -> Iterator[Fault]:
    """The day of the last review is a day, and not one to come."""
    value = one.declared.get("reviewed")
    day = review_day(value)
    if value and day is None:
        yield Fault(("reviewed",), f"reviewed {str(value)!r:.40} is no day", 'Write it as "2026-11-21".')
    elif day and day > facts.today:
        yield Fault(("reviewed",), f"reviewed {day} lies in the future", "Write the day of the last review.")


def review_overdue(one: Description, facts: Facts) -> Iterator[Fault]:
    """The last review is not longer ago than a quarter, or what the site says."""
    due = one.due(facts.every)
    if due and due < facts.today:
        late = (facts.today - due).days
        yield Fault(
            ("reviewed",),
            f"the review is {late} d overdue, it was due on {due}",
            "Read it, try its commands, mend it, and set reviewed to today.",
        )


def estimate(one: Description, _facts: Facts) -> Iterator[Fault]:
    """The estimate is a duration, so that runs can be compared with it."""
    try:
        if one.declared.get("estimate"):
            parse_duration(one.declared["estimate"])
    except OpsError as error:
        yield Fault(("estimate",), f"the estimate cannot be read: {error.message}", "Write it as 90s, 10m or 2h.")


def lock(one: Description, _facts: Facts) -> Iterator[Fault]:
    """What writes takes a lock, what only reads takes none."""
    if not one.life_cycle:
        return
    writes, taken = one.declared.get("writes"), one.declared.get("lock")
    if writes is True and taken not in ("cluster", "store"):
        yield Fault(("lock",), "it writes and takes no lock", "Set lock to cluster.")
    if writes is False and taken != "none":
        yield Fault(("lock",), "it only reads and would take the lock", "Set lock to none.")


def rollback(one: Description, _facts: Facts) -> Iterator[Fault]:
    """A risk of high or critical says which signs call for the rollback."""
    if one.declared.get("risk") in ("high", "critical") and not one.texts("rollback_triggers"):
        risk = one.declared["risk"]
        yield Fault(("rollback_triggers",), f"risk {risk} without rollback_triggers", "Name the signs to go back at.")


def known_checks(one: Description, facts: Facts) -> Iterator[Fault]:
    """Preflight and verification name checks that exist."""
    for name in ("preflight", "verify"):
        for index, check in enumerate(one.texts(name)):
            if check not in facts.checks:
                known = f"Choose from {', '.join(sorted(facts.checks))}."
                yield Fault((name, index), f"{name} names {check!r:.60}, which is no check", known)


def roles(one: Description, facts: Facts) -> Iterator[Fault]:
    """The role of each step exists."""
    for number, step in enumerate(one.steps):
        reason = facts.roles.get(text(step.get("role")), "")
        if reason:
            yield Fault(("steps", number, "role"), f"role {step['role']}: {reason}", "Correct the name or install it.")


def references(one: Description, facts: Facts) -> Iterator[Fault]:
    """Each file below playbooks/ that a text names exists."""
    for where, name in one.references():
        if name in facts.missing:
            yield Fault(where, f"{name} does not exist", "Name a playbook that is there, or add it.")


def command_syntax(one: Description, facts: Facts) -> Iterator[Fault]:
    """Each command to do a step by hand can be parsed by the shell."""
    for where, command in one.commands():
        said = facts.syntax.get(command, "")
        if said:
            yield Fault(where, f"{command!r:.80} cannot be parsed: {said}", "Mend quotes, brackets and redirections.")


def command_works(one: Description, _facts: Facts) -> Iterator[Fault]:
    """No command is one that cannot work on this platform."""
    for where, command in one.commands():
        for trap in commands.traps(command):
            yield Fault(where, f"{command!r:.80} cannot work: {trap.reason}", trap.mend)


RULES: dict[str, Rule] = {
    look.__name__: Rule(look.__name__, look)
    for look in (shape, inputs_of_steps, sections, step_sections, title_verb, step_verb, name_is_file, review_date,
                 review_overdue, estimate, lock, rollback, known_checks, roles, references, command_syntax,
                 command_works)
}  # fmt: skip
#: Rules on the file as a whole, which reading it tells.
FILE_RULES = {
    "readable": "The file is there and is YAML.",
    "declared": "The playbook declares its runbook.",
}


def require_known(names: Iterable[str]) -> None:
    """:raises OpsError: invalid, for a name that is no rule"""
    known = [*FILE_RULES, *RULES]
    strangers = [name for name in names if name not in known]
    if strangers:
        raise OpsError("invalid", f"there is no rule called {strangers[0]!r:.60}", hint=f"Rules: {', '.join(known)}.")


def lint(one: Description, facts: Facts, skip: Collection[str] = ()) -> list[dict]:
    """[{file, line, rule, message, mend}] of one runbook, by line."""
    found = [
        finding(one.file, one.line(fault.where), rule.name, fault)
        for rule in RULES.values()
        if rule.name not in skip
        for fault in rule.look(one, facts)
    ]
    return sorted(found, key=lambda each: (each["line"], each["rule"], each["message"]))


def finding(file: str, line: int, rule: str, fault: Fault) -> dict:
    """One finding, as the module returns it."""
    return {"file": file, "line": line, "rule": rule, "message": fault.message, "mend": fault.mend}


def as_line(one: dict) -> str:
    """A finding as editors and logs know them: "file:line: rule: message. Mend." """
    return f"{one['file']}:{one['line']}: {one['rule']}: {one['message'].rstrip('.')}. {one['mend']}"


def _empty(value: object) -> bool:
    return not value or (isinstance(value, str) and not value.strip())


def _verb(line: str, where: Where, what: str, facts: Facts) -> Iterator[Fault]:
    first = line.split(maxsplit=1)[0].rstrip(",:").lower() if line else ""
    if line and first not in facts.verbs:
        yield Fault(where, f"{what} begins with {first!r:.40}, which is no verb we know", "Say first what is done.")
