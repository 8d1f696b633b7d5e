# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules over records: the house's own and those of a site, looked at before anything is read. Pure. Private API."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.house_events import EVENTS
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.house_triggers import TRIGGERS
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.record import SCOPES, Record
from ansible_collections.agent_platform.ops.plugins.module_utils.health import expressions
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import short

REQUIRED = ("id", "scope", "when", "severity", "title", "message", "mend")
OPTIONAL = ("place", "reference")
RULES = (*TRIGGERS, *EVENTS)
SEVERITIES = ("warning", "critical", "unknown")
_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")
_HOLE = re.compile(r"\{([a-z_]+)\}")
_MOST_WORD = 120


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, ready to look at records of its scope.

    when: true where it is broken. place: the field that is told, below that of the record.
    """

    id: str
    scope: str
    when: Any
    severity: str
    title: str
    message: str
    mend: str
    place: str = ""
    reference: str = ""

    def breaks(self, record: Record) -> tuple[bool, str]:
        """(whether the record breaks it, why that cannot be told)"""
        try:
            said = self.when.search(record.facts, options=_options())
        except Exception as error:  # an expression may stumble over any fact
            return False, " ".join(str(error).split())[:_MOST_WORD]
        if not isinstance(said, bool):
            return False, f"when gives {json.dumps(said)[:60]}, which is neither true nor false"
        return said, ""


@cache
def _options() -> Any:
    return expressions.options()


def house_rules(skip: Collection[str] = ()) -> list[Rule]:
    """The rules that come with the collection."""
    return compile_rules((), skip=skip)


def compile_rules(own: object, *, house: bool = True, skip: Collection[str] = ()) -> list[Rule]:
    """The rules of the house and of a site, in their order.

    :param own: of the site; one with the id of another replaces it
    :param house: whether the rules of the house hold
    :param skip: ids of rules that do not
    :raises OpsError: invalid, for the first thing that is wrong, in one sentence
    """
    if not isinstance(own, list | tuple):
        raise OpsError("invalid", "rules must be a list")
    found: dict[str, Rule] = {}
    for one in RULES if house else ():
        found[one["id"]] = _compile(one, f"rule {one['id']}")
    mine = [_compile(one, f"rule {number}") for number, one in enumerate(own, 1)]
    twice = sorted({one.id for one in mine if [other.id for other in mine].count(one.id) > 1})
    if twice:
        raise OpsError("invalid", f"rules: there are two of id {twice[0]}")
    found.update({one.id: one for one in mine})
    strangers = [name for name in skip if name not in found]
    if strangers:
        raise OpsError("invalid", f"skip: there is no rule {strangers[0]!r:.60}", hint=f"Rules: {', '.join(found)}.")
    left = [rule for rule in found.values() if rule.id not in skip]
    if not left:
        raise OpsError("invalid", "no rule is left", hint="A verdict by no rule would look as if all were well.")
    return left


def fill(words: str, facts: Mapping[str, Any]) -> str:
    """A sentence with facts in it; what stands in a fact is text and is not filled again."""
    return _HOLE.sub(lambda hole: _word(facts[hole[1]]) if hole[1] in facts else hole[0], words)


def _word(value: Any) -> str:
    if isinstance(value, list):
        return short(", ".join(_word(one) for one in value) or "none", _MOST_WORD)
    return short(value if isinstance(value, str) else json.dumps(value), _MOST_WORD) or "(nothing)"


def _compile(one: object, called: str) -> Rule:
    if not isinstance(one, dict):
        raise OpsError("invalid", f"{called} must be a dictionary")
    name = one.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise OpsError("invalid", f"{called}: id {name!r:.80} is not a word of a-z, 0-9 and _")
    called = f"rule {name}"
    for fault in _faults(one):
        raise OpsError("invalid", f"{called}{fault}")
    words = {key: " ".join(str(one.get(key) or "").split()) for key in (*REQUIRED, *OPTIONAL) if key != "when"}
    return Rule(**words, when=expressions.compiled(one["when"], f"{called}: when"))


def _faults(one: dict) -> Iterator[str]:
    for key, value in one.items():
        if key not in (*REQUIRED, *OPTIONAL):
            yield f" does not know {str(key)!r:.60}; it knows {', '.join((*REQUIRED, *OPTIONAL))}"
        if not isinstance(value, str):
            yield f": {key} must be text"
    for key in REQUIRED:
        if not one.get(key):
            yield f" needs {key}"
    for key, known in (("scope", tuple(SCOPES)), ("severity", SEVERITIES)):
        if one.get(key) not in known:
            yield f": {key} {one.get(key)!r:.40} is none of {', '.join(known)}"
