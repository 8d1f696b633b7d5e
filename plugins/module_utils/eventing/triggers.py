# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the triggers of a sensor do, as records. Pure. Private API.

Of a resource that a trigger makes only its kind, version and name are looked at: whatever else stands in it, such as
the scripts of a workflow, is text that Argo Events hands on.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import paths, schema
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document, Where
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.record import Record
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.strangers import strangers
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

_WORD = re.compile(r"[\w-]+")
_DEEPEST = 5  # of triggers for the dead letters of triggers
_MOST = 2_000  # pieces of a selector that are looked at


def triggers(document: Document, dependencies: Collection[str], common: dict) -> Iterator[Record]:
    """Records of the triggers, their parameters, selectors and unknown fields.

    :param dependencies: names of the dependencies of the sensor
    :param common: facts that all records of the sensor share
    """
    given = sequence(document.spec.get("triggers"))
    names = Counter(text(mapping(mapping(one).get("template")).get("name")) for one in given)
    seen: set[str] = set()
    for index, one in enumerate(given):
        name = text(mapping(mapping(one).get("template")).get("name"))
        repeated = names[name] > 1 and name in seen
        seen.add(name)
        where = ("spec", "triggers", index)
        yield from _Trigger(document, where, mapping(one), dependencies, common).records(repeated)


class _Trigger:
    """One trigger."""

    def __init__(self, document: Document, where: Where, item: dict, dependencies: Collection[str], common: dict):
        self._document, self._where, self._item, self._dependencies = document, where, item, dependencies
        self._template = mapping(item.get("template"))
        self._types = [kind for kind in schema.TYPES if self._template.get(kind) is not None]
        self._type = self._types[0] if self._types else ""
        self._block = mapping(self._template.get(self._type))
        self._common = {**common, "trigger": text(self._template.get("name"))}

    def records(self, repeated: bool, depth: int = 0) -> Iterator[Record]:
        yield self._record("trigger", (), {**self._facts(), "repeated": repeated, **self._of_resource()})
        yield from self._parameters()
        yield from self._selectors()
        yield from self._strangers()
        dead_letters = self._item.get("dlqTrigger")
        if isinstance(dead_letters, dict) and depth < _DEEPEST:
            place = (*self._where, "dlqTrigger")
            nested = _Trigger(self._document, place, dead_letters, self._dependencies, self._common)
            yield from nested.records(False, depth + 1)

    def _record(self, scope: str, place: Where, facts: dict) -> Record:
        return Record(scope, self._document, (*self._where, *place), {**self._common, **facts})

    def _facts(self) -> dict[str, Any]:
        conditions = text(self._template.get("conditions"))
        # The controller reads a dash in a name as an underscore.
        known = {name.replace("-", "_") for name in self._dependencies}
        words = [] if "{{" in conditions else _WORD.findall(conditions)
        return {
            "name": self._common["trigger"],
            "types": self._types,
            "type": self._type,
            "conditions_strangers": sorted({word for word in words if word.replace("-", "_") not in known}),
        }

    def _of_resource(self) -> dict[str, Any]:
        """The facts of the two types of triggers that act on objects of Kubernetes."""
        operations = schema.OPERATIONS.get(self._type)
        if operations is None:
            return {}
        given = self._block.get("operation")
        word = schema.DEFAULT_OPERATIONS[self._type] if given in (None, "") else scalar(given)
        source = mapping(self._block.get("source"))
        place = next((name for name in schema.SOURCES if source.get(name) is not None), "")
        resource = mapping(source.get("resource")) if place == "resource" else {}
        return {
            "operation": word,
            "operation_given": given not in (None, ""),
            "operation_known": word in operations,
            "operation_template": "{{" in word,
            "operations": list(operations),
            "making": word in schema.MAKING,
            "has_source": bool(place),
            "source": place,
            "resource_kind": text(resource.get("kind")),
            "resource_api": text(resource.get("apiVersion")),
            "resource_name": self._named("name", place, resource),
            "resource_generate_name": self._named("generateName", place, resource),
        }

    def _named(self, field: str, place: str, resource: dict) -> str:
        """How the resource gets its name: literal, parameter, missing, or unseen where it lies elsewhere."""
        if text(mapping(resource.get("metadata")).get(field)):
            return "literal"
        inside = [self._sets(one) for one in sequence(self._block.get("parameters"))]
        outside = [self._sets(one) for one in sequence(self._item.get("parameters"))]
        lead = f"{self._type}.source.resource"
        if f"metadata.{field}" in inside or f"{lead}.metadata.{field}" in outside:
            return "parameter"
        whole = {"metadata"} & {*inside} or {self._type, f"{self._type}.source", lead, f"{lead}.metadata"} & {*outside}
        return "unseen" if whole or place not in ("", "resource") else "missing"

    def _sets(self, parameter: object) -> str:
        """The place that a parameter writes to; nothing where it is left out because its dependency never comes."""
        item = mapping(parameter)
        source = mapping(item.get("src"))
        comes = text(source.get("dependencyName")) in self._dependencies or isinstance(source.get("value"), str)
        return text(item.get("dest")) if comes else ""

    def _parameters(self) -> Iterator[Record]:
        level = "resource" if self._type in schema.OPERATIONS else "payload"
        for where, given, kind in (
            (("parameters",), self._item.get("parameters"), "template"),
            (("template", self._type, "parameters"), self._block.get("parameters"), level),
            (("template", self._type, "payload"), self._block.get("payload"), "payload"),
        ):
            for index, one in enumerate(sequence(given)):
                yield self._record("parameter", (*where, index), self._parameter(mapping(one), kind))

    def _parameter(self, item: dict, level: str) -> dict[str, Any]:
        source, dest = mapping(item.get("src")), text(item.get("dest"))
        operation = item.get("operation")
        return {
            "level": level,
            "type": self._type,
            "dest": dest,
            "root": paths.root(dest),
            "writable": paths.is_destination(dest),
            "fields": list(schema.FIELDS["template"]),
            "source_given": bool(text(source.get("dependencyName"))),
            "dependency": text(source.get("dependencyName")),
            "dependency_known": text(source.get("dependencyName")) in self._dependencies,
            "default": isinstance(source.get("value"), str),
            "key": text(source.get("dataKey")),
            "operation": "" if operation is None else scalar(operation),
            "operation_known": operation is None or operation in schema.PARAMETER_OPERATIONS,
        }

    def _selectors(self) -> Iterator[Record]:
        source = mapping(self._block.get("source"))
        for where, item in (
            ((), self._item),
            (("template",), self._template),
            (("template", self._type), self._block),
            (("template", self._type, "source"), source),
        ):
            if schema.SELECTOR in item:
                templated = any("{{" in word for word in _texts(item[schema.SELECTOR]))
                yield self._record("selector", (*where, schema.SELECTOR), {"template": templated})

    def _strangers(self) -> Iterator[Record]:
        for where, level, item in (
            ((), "trigger", self._item),
            (("template",), "template", self._template),
            (("template", self._type), self._type, self._block),
        ):
            for name, facts in strangers(level, item, besides=(schema.SELECTOR,)):
                yield self._record("field", (*where, name), facts)


def scalar(value: object) -> str:
    """A word as it is written; what is no word is only said to be none, however large it is."""
    return str(value) if isinstance(value, str | int | float | bool) else "(no word)"


def _texts(value: object) -> Iterator[str]:
    """The texts in a selector, also its keys; without recursion, and not without end."""
    waiting, count = [value], 0
    while waiting and count < _MOST:
        one, count = waiting.pop(), count + 1
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
