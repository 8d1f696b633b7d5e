# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Own checks of a site: JMESPath rules in the inventory, compiled before anything is read. Pure. Private API.

An expression sees one object, and knows the functions of health/expressions.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health import expressions
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Item,
    View,
    about,
    all_well,
    mapping,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import Part

REQUIRED = ("name", "title", "resource", "holds")
OPTIONAL = ("select", "value", "status", "message", "runbook", "why")
EXPRESSIONS = ("select", "holds", "value")
SEVERITIES = ("warning", "critical")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_API = re.compile(r"([a-z0-9][a-z0-9.-]{0,200}/)?v[a-z0-9]{1,30}")
_PLURAL = re.compile(r"[a-z][a-z0-9-]{0,62}")
_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_MOST_VALUE = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, ready to look at objects.

    part: where its objects are read. check: what it is in the catalogue. expressions: compiled, by EXPRESSIONS.
    """

    part: Part
    check: Check
    expressions: Mapping[str, Any]


class Judged:
    """Reduces pages of objects to what a rule says of them, so that none of them is kept."""

    def __init__(self, rule: Rule, now: datetime) -> None:
        self._expressions, self._kind = rule.expressions, rule.part.kind
        self._options = expressions.options(now)
        self._good = 0
        self._others: list[Item] = []

    @property
    def items(self) -> list[Item]:
        """One: {"good": number of objects for which it holds, "others": [{kind, metadata, said, value}]}."""
        return [{"good": self._good, "others": self._others}]

    def add(self, items: list[Item]) -> None:
        for item in map(mapping, items):
            said, value = self._look(item)
            if said == "holds":
                self._good += 1
            elif said:
                named = about(item, text(item.get("kind")) or self._kind)
                place = {"namespace": named["namespace"], "name": named["name"]}
                self._others.append({"kind": named["kind"], "metadata": place, "said": said, "value": value})

    def _look(self, item: Item) -> tuple[str, Any]:
        """("holds", "fails", why it cannot be told, or nothing for one that is not selected; value)."""
        try:
            selected = self._search("select", item)
            if selected is False or selected is None or (isinstance(selected, str | list | dict) and not selected):
                return "", None
            holds, value = self._search("holds", item), _plain(self._search("value", item))
        except Exception as error:  # an expression may stumble over any shape of an object
            return f"cannot be told: {' '.join(str(error).split())[:_MOST_VALUE]}", None
        if not isinstance(holds, bool):
            return f"cannot be told: holds gives {json.dumps(holds)[:60]}, which is neither true nor false", value
        return ("holds" if holds else "fails"), value

    def _search(self, name: str, item: Item) -> Any:
        expression = self._expressions[name]
        return expression.search(item, options=self._options) if expression else None


def compile_rules(written: object, taken: Collection[str]) -> list[Rule]:
    """The rules of an inventory.

    :param taken: names of other checks
    :raises OpsError: invalid, for the first thing that is wrong, in one sentence
    """
    if not isinstance(written, list):
        raise OpsError("invalid", "rules must be a list")
    rules: list[Rule] = []
    for number, one in enumerate(written, 1):
        names = {*taken, *(rule.check.name for rule in rules)}
        rules.append(_compile(one, f"rule {number}", names))
    return rules


def _compile(one: object, called: str, taken: Collection[str]) -> Rule:
    if not isinstance(one, dict):
        raise OpsError("invalid", f"{called} must be a dictionary")
    name = one.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise OpsError("invalid", f"{called}: name {name!r:.80} is not a word of a-z, 0-9 and _")
    called = f"rule {name}"
    if name in taken:
        raise OpsError("invalid", f"{called}: there is another check of this name")
    _check_keys(one, called, (*REQUIRED, *OPTIONAL), REQUIRED)
    words = {key: _words(one, key, called) for key in ("title", "why", "message", "runbook", "status")}
    if words["status"] and words["status"] not in SEVERITIES:
        raise OpsError("invalid", f"{called}: status {words['status']!r:.40} is none of {' and '.join(SEVERITIES)}")
    compiled = {key: expressions.compiled(one.get(key), f"{called}: {key}") for key in EXPRESSIONS}
    compiled["select"] = compiled["select"] or expressions.compiled("`true`", called)
    part = _part(one["resource"], name, called)
    check = Check(
        name=name,
        title=words["title"],
        why=words["why"],
        reads=(part.name,),
        judge=lambda view: _judge(view, part, words),
        runbook=words["runbook"],
    )
    return Rule(part, check, compiled)


def _judge(view: View, part: Part, words: Mapping[str, str]) -> Iterator[dict]:
    seen = view.items(part.name)
    good = sum(one["good"] for one in seen)
    others = [other for one in seen for other in one["others"]]
    for other in others:
        fails = other["said"] == "fails"
        status = (words["status"] or "warning") if fails else "unknown"
        message = (words["message"] or f"this does not hold: {words['title']}") if fails else other["said"]
        place = "/".join(word for word in other["metadata"].values() if word)
        yield finding("", status, about(other), f"{other['kind']} {place}: {message}", value=other["value"])
    if good or not others:
        yield all_well("", part.kind, good, f"{good:,} {part.plural}: {words['title']}")


def _part(resource: object, name: str, called: str) -> Part:
    if not isinstance(resource, dict):
        raise OpsError("invalid", f"{called}: resource must be a dictionary of api, plural and namespaces")
    _check_keys(resource, f"{called}: resource", ("api", "plural", "namespaces"), ("api", "plural"))
    api, plural, namespaces = resource["api"], resource["plural"], resource.get("namespaces")
    for key, value, form in (("api", api, _API), ("plural", plural, _PLURAL)):
        if not isinstance(value, str) or not form.fullmatch(value):
            raise OpsError(
                "invalid", f"{called}: resource.{key} {value!r:.80} cannot be right, write it as in batch/v1 and jobs"
            )
    if plural == "secrets":
        hint = "What a rule says goes into records and reports."
        raise OpsError("invalid", f"{called}: rules do not look at Secrets", hint=hint)
    if namespaces is not None and not (
        isinstance(namespaces, list) and all(isinstance(one, str) and _NAMESPACE.fullmatch(one) for one in namespaces)
    ):
        raise OpsError(
            "invalid", f"{called}: resource.namespaces must be a list of names; an empty one is the whole cluster"
        )
    scope = "cluster" if namespaces == [] else "platform"
    return Part(f"{plural} of rule {name}", api, plural, plural, scope, namespaces=tuple(namespaces or ()))


def _check_keys(one: dict, called: str, known: tuple[str, ...], required: tuple[str, ...]) -> None:
    strangers = sorted(str(key) for key in one if key not in known)
    if strangers:
        raise OpsError("invalid", f"{called} does not know {strangers[0]!r:.60}", hint=f"It knows: {', '.join(known)}.")
    missing = [key for key in required if one.get(key) in (None, "")]
    if missing:
        raise OpsError("invalid", f"{called} needs {missing[0]}")


def _words(one: dict, key: str, called: str) -> str:
    value = one.get(key)
    if value is not None and not isinstance(value, str):
        raise OpsError("invalid", f"{called}: {key} must be text")
    return " ".join((value or "").split())


def _plain(value: Any) -> Any:
    """A value as a finding shows it: a number, a truth, or short text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    return (value if isinstance(value, str) else json.dumps(value, sort_keys=True))[:_MOST_VALUE]
