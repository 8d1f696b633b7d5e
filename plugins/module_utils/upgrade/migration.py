# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fields of specifications that have another name since a release, and the way back. Pure. Private API.

What was there is kept on the object, as annotation MARK, field by field: so it goes back exactly, also when other parts
of the object were changed meanwhile, and not at all where these very fields were.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import label, meta
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import fields
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import gitops

MARK = "ops.agent-platform/migrated-from"
LARGEST = 100_000  # bytes of the mark; all annotations of an object together take 256 KiB
_ARGO_CD = "argocd.argoproj.io/"
_HELM = "meta.helm.sh/release-name"
_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


class How(StrEnum):
    """What becomes of the value."""

    RENAME = "rename"  #: it stays as it is
    ONLY = "only"  #: it becomes the only member of a list
    FIRST = "first"  #: it becomes the first member of a list that may have others


@dataclass(frozen=True, slots=True)
class Rule:
    """A field that has another name since a release.

    resources: plurals of the kinds that have it. at: paths of what holds it, such as spec.templates[].synchronization.
    """

    resources: tuple[str, ...]
    at: tuple[str, ...]
    field: str
    to: str
    how: How


@dataclass(frozen=True, slots=True)
class Decision:
    """item: the object as it is to be, None where it stays. words: what moves, for people. refusal: why it must not be
    changed, or empty. before, after: the values that move, by path."""

    item: Item | None = None
    words: tuple[str, ...] = ()
    refusal: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def migrate(item: Item, plural: str, rules: Iterable[Rule], since: str, applications: Iterable[Item] = ()) -> Decision:
    """Move the fields of an object to the names that they have now.

    :param rules: those that the version to go back to knows as well
    :param since: that version; a migration is taken back together with the upgrade from it
    :param applications: of Argo CD
    """
    made = copy.deepcopy(item)
    steps: list[dict[str, Any]] = []
    for rule in rules:
        for path in rule.at if plural in rule.resources else ():
            for keys, holder in fields.found(made, path):
                if not isinstance(holder, dict) or holder.get(rule.field) in (None, ""):
                    continue
                fault = _fault(rule, holder)
                if fault:
                    return Decision(refusal=f"{_called(keys)}: {fault}")
                steps.append(_move(rule, keys, holder))
    if not steps:
        return Decision()
    refusal = kept_elsewhere(item, applications)
    earlier = _marked(item)
    mark = {"since": since, "steps": [*(earlier["steps"] if earlier.get("since") == since else []), *steps]}
    words = json.dumps(mark, sort_keys=True, separators=(",", ":"))
    if not refusal and len(words.encode()) > LARGEST:
        refusal = f"what it has takes {len(words):,} characters; at most {LARGEST:,} bytes can be kept on it"
    if refusal:
        return Decision(words=_words(steps), refusal=refusal)
    made["metadata"] = {**meta(item), "annotations": {**mapping(meta(item).get("annotations")), MARK: words}}
    return _decision(item, made, steps, _words(steps))


def revert(item: Item, since: str) -> Decision:
    """Give the fields back the names that they had before the upgrade from a version.

    :param since: that version
    """
    mark = _marked(item)
    if mark.get("since") != since:
        return Decision()
    made = copy.deepcopy(item)
    for step in reversed(mark["steps"]):
        holder = _at(made, step["at"])
        if holder is None or step["field"] in holder or holder.get(step["to"]) != _wanted(step):
            place = f"{_called(step['at'])}.{step['to']}"
            return Decision(refusal=f"{place} was changed since; set it as the older version needs it by hand")
        del holder[step["to"]]
        holder.update(step["before"])
    del made["metadata"]["annotations"][MARK]
    if not made["metadata"]["annotations"]:
        del made["metadata"]["annotations"]
    words = tuple(f"{_called(one['at'])}.{one['to']} → {one['field']}" for one in mark["steps"])
    return _decision(item, made, mark["steps"], words)


def kept_elsewhere(item: Item, applications: Iterable[Item] = ()) -> str:
    """Who writes an object from elsewhere, and would set the old field beside the new one; empty for nobody."""
    annotations = mapping(meta(item).get("annotations"))
    release = text(annotations.get(_HELM))
    if release:
        return f"Helm release {release} keeps it; change its chart or values"
    tracked = text(annotations.get(f"{_ARGO_CD}tracking-id")).partition(":")[0] or label(item, f"{_ARGO_CD}instance")
    found = gitops.application_of(item, applications)
    name = text(meta(found or {}).get("name")) or tracked
    if name:
        return f"Application {name} of Argo CD keeps it; change its repository"
    if _APPLIED in annotations:
        return "kubectl applies it from a file; change that file and apply it"
    for row in map(mapping, sequence(meta(item).get("managedFields"))):
        if row.get("operation") == "Apply":
            return f"{text(row.get('manager')) or 'somebody'} applies it from a file; change that file and apply it"
    return ""


def _fault(rule: Rule, holder: Mapping[str, Any]) -> str:
    there = holder.get(rule.to)
    if rule.how is How.FIRST:
        return "" if there is None or isinstance(there, list) else f"{rule.to} is no list"
    return "" if there is None or there == [] else f"it has both {rule.field} and {rule.to}; remove one of them"


def _move(rule: Rule, keys: tuple[str | int, ...], holder: dict[str, Any]) -> dict[str, Any]:
    before = {name: holder[name] for name in (rule.field, rule.to) if name in holder}
    step = {"at": list(keys), "field": rule.field, "to": rule.to, "how": str(rule.how), "before": before}
    del holder[rule.field]
    holder[rule.to] = _wanted(step)
    return step


def _wanted(step: Mapping[str, Any]) -> Any:
    value = copy.deepcopy(step["before"][step["field"]])
    if step["how"] == How.RENAME:
        return value
    others = copy.deepcopy(step["before"].get(step["to"])) if step["how"] == How.FIRST else None
    return [value, *(others or [])]


def _marked(item: Item) -> dict[str, Any]:
    """{since, steps} of the mark; nothing for none, and for one that nobody of ours has written."""
    try:
        mark = mapping(json.loads(text(mapping(meta(item).get("annotations")).get(MARK)) or "{}"))
    except (ValueError, RecursionError):
        return {}
    steps = sequence(mark.get("steps"))
    return mark if steps and all(_is_step(one) for one in steps) else {}


def _is_step(step: Any) -> bool:
    before = mapping(mapping(step).get("before"))
    return (
        isinstance(step, dict)
        and isinstance(step.get("at"), list)
        and all(isinstance(step.get(name), str) for name in ("field", "to"))
        and step.get("how") in list(How)
        and step["field"] in before
        and isinstance(before.get(step["to"], []) or [], list)
        and set(before) <= {step["field"], step["to"]}
    )


def _at(item: Any, keys: Iterable[Any]) -> dict[str, Any] | None:
    for key in keys:
        try:
            item = item[key]
        except (KeyError, IndexError, TypeError):
            return None
    return item if isinstance(item, dict) else None


def _decision(item: Item, made: Item, steps: Iterable[Mapping[str, Any]], words: tuple[str, ...]) -> Decision:
    names = [(one["at"], name) for one in steps for name in (one["field"], one["to"])]

    def values(whole: Item) -> dict[str, Any]:
        return {
            f"{_called(keys)}.{name}": holder[name]
            for keys, name in names
            if (holder := _at(whole, keys)) is not None and name in holder
        }

    return Decision(made, words, before=values(item), after=values(made))


def _words(steps: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(f"{_called(one['at'])}.{one['field']} → {one['to']}" for one in steps)


def _called(keys: Iterable[Any]) -> str:
    """ "spec.templates[0].synchronization"."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys).removeprefix(".")
