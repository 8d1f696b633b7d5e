# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the dependencies of a sensor wait for, as records. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import actors, paths, schema
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import (
    Document,
    Surroundings,
    Where,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.record import Record
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.strangers import strangers
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import because, conditions

# A bot's login as a pattern: brackets that are not escaped are a set of letters, so it never matches the login.
_BRACKETS = re.compile(r"(?<!\\)\[bot(?<!\\)\]", re.IGNORECASE)


def bus_name(document: Document) -> str:
    """The bus of a sensor or an event source."""
    return text(document.spec.get("eventBusName")) or schema.DEFAULT_BUS


def bus_type(bus: Document | None) -> str:
    """nats, jetstream, jetstreamExotic or kafka; nothing where nobody can tell."""
    spec = bus.spec if bus else {}
    return next((name for name in ("nats", "jetstream", "jetstreamExotic", "kafka") if spec.get(name) is not None), "")


def event_type(source: Document, event: str) -> str:
    """The type of an event of an event source; nothing when it has no such event."""
    return next((name for name in schema.EVENT_TYPES if event in mapping(source.spec.get(name))), "")


class Dependencies:
    """The dependencies of one sensor."""

    def __init__(
        self, document: Document, around: Surroundings, spellings: Mapping[str, set[str]], common: dict
    ) -> None:
        self._document, self._around, self._spellings, self._common = document, around, spellings, common
        self._items = [mapping(one) for one in sequence(document.spec.get("dependencies"))]
        self._bus = around.find("EventBus", bus_name(document), document)[1]
        #: type of the event by name of its dependency; a transformed one may look like anything
        self._types = {
            text(item.get("name")): self._source(item)[2] for item in self._items if item.get("transform") is None
        }

    @property
    def names(self) -> list[str]:
        return [text(one.get("name")) for one in self._items if text(one.get("name"))]

    def records(self) -> Iterator[Record]:
        heard: set[tuple[str, str]] = set()
        for index, item in enumerate(self._items):
            where = ("spec", "dependencies", index)
            facts = self._facts(item)
            event = (facts["source"], facts["event"])
            yield self._record("dependency", where, item, {**facts, "repeated": event in heard})
            heard.add(event)
            yield from self._filters(where, item)
            for level, place in (("dependency", ()), ("filters", ("filters",))):
                for name, told in strangers(level, mapping(item.get("filters")) if place else item):
                    yield self._record("field", (*where, *place, name), item, told)

    def path(self, dependency: str, path: str, used_by: str) -> dict[str, Any] | None:
        """Facts about a path into the event of a dependency; None where nobody knows what the event looks like."""
        if dependency not in self._types or not path:
            return None
        header = paths.header(path)
        return {
            "path": path,
            "root": paths.root(path),
            "roots": list(schema.ROOTS.get(self._types[dependency], ())),
            "header": header,
            "canonical": paths.canonical(header),
            "body_header": paths.header_in_body(path),
            "used_by": used_by,
        }

    def _record(self, scope: str, where: Where, item: dict, facts: dict) -> Record:
        return Record(scope, self._document, where, {**self._common, "dependency": text(item.get("name")), **facts})

    def _source(self, item: dict) -> tuple[str, Document | None, str]:
        """(found, missing or unseen; its event source; the type of its event)"""
        state, found = self._around.find("EventSource", text(item.get("eventSourceName")), self._document)
        return state, found, event_type(found, text(item.get("eventName"))) if found else ""

    def _facts(self, item: dict) -> dict[str, Any]:
        name, source, event = (text(item.get(field)) for field in ("name", "eventSourceName", "eventName"))
        state, found, kind = self._source(item)
        ready, words = _readiness(found)
        return {
            "name": name,
            "source": source,
            "event": event,
            "complete": bool(name and source and event),
            "source_state": state,
            "source_type": kind,
            "event_known": bool(kind) if found else None,
            "source_ready": ready,
            "source_words": words,
            "bus": bus_name(self._document),
            "source_bus": bus_name(found) if found else None,
            "bus_type": bus_type(self._bus),
        }

    def _filters(self, where: Where, item: dict) -> Iterator[Record]:
        filters, name = mapping(item.get("filters")), text(item.get("name"))
        for index, one in enumerate(map(mapping, sequence(filters.get("data")))):
            place = (*where, "filters", "data", index)
            yield self._record("filter", place, item, self._filter(one))
            told = self.path(name, text(one.get("path")), "filter")
            if told:
                yield self._record("path", (*place, "path"), item, told)
        for index, one in enumerate(map(mapping, sequence(filters.get("exprs")))):
            for number, field in enumerate(map(mapping, sequence(one.get("fields")))):
                told = self.path(name, text(field.get("path")), "filter")
                if told:
                    place = (*where, "filters", "exprs", index, "fields", number, "path")
                    yield self._record("path", place, item, told)

    def _filter(self, item: dict) -> dict[str, Any]:
        path, kind, comparator = (text(item.get(field)) for field in ("path", "type", "comparator"))
        given = sequence(item.get("value"))
        values = [value for value in given if isinstance(value, str) and value]
        patterns = values if kind == "string" else []
        return {
            "complete": bool(path and kind and values and len(values) == len(given)),
            "path": path,
            "type": kind,
            "type_known": kind in schema.VALUE_TYPES,
            "values": values,
            "comparator": comparator,
            "comparator_known": comparator in schema.COMPARATORS,
            "brackets": [value for value in patterns if _BRACKETS.search(value)],
            "spellings": actors.others(path, patterns, self._spellings),
        }


def _readiness(source: Document | None) -> tuple[bool | None, str]:
    """Whether its controller says that it is ready, and what is not; a file says nothing of that."""
    found = conditions(source.item) if source and not source.file else {}
    failed = [f"not {kind}{because(one)}" for kind, one in sorted(found.items()) if one.get("status") == "False"]
    if failed:
        return False, ", ".join(failed)
    return (True if found and all(one.get("status") == "True" for one in found.values()) else None), ""
