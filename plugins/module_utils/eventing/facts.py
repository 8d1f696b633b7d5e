# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sensors, event sources and buses as records for rules. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import actors, schema
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.dependencies import (
    Dependencies,
    bus_name,
    bus_type,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document, Surroundings
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.record import SHARED, Record
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.strangers import strangers
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.triggers import triggers
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

_GO_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_GO_PART = re.compile(r"(\d+(?:\.\d*)?)(ns|us|µs|ms|s|m|h)")
_STREAM_AGE = re.compile(r"^\s*maxAge:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)
_NATS_AGE = "72h"


class Facts:
    """Everything that was given, and the records of each object in it."""

    def __init__(self, documents: Sequence[Document], complete: Collection[tuple[str, str]] = ()) -> None:
        self._around = Surroundings(documents, complete)
        self._spellings: Mapping[str, set[str]] = actors.spellings(one for one in documents if one.kind == "Sensor")

    def of(self, document: Document) -> Iterator[Record]:
        """The records of one object."""
        kinds = {"Sensor": self._sensor, "EventSource": _events, "EventBus": _bus}
        yield from kinds[document.kind](document)

    def _sensor(self, document: Document) -> Iterator[Record]:
        spec, common = document.spec, {"sensor": document.name, "namespace": document.namespace}
        yield Record(
            "sensor",
            document,
            ("spec",),
            {
                **common,
                "dependencies": len(sequence(spec.get("dependencies"))),
                "triggers": len(sequence(spec.get("triggers"))),
                "bus": bus_name(document),
                "bus_state": self._around.find("EventBus", bus_name(document), document)[0],
            },
        )
        for name, told in strangers("sensor", spec):
            yield Record("field", document, ("spec", name), {**common, **told})
        dependencies = Dependencies(document, self._around, self._spellings, common)
        yield from dependencies.records()
        for record in triggers(document, dependencies.names, common):
            yield record
            if record.scope == "parameter":
                told = dependencies.path(record.facts["dependency"], record.facts["key"], "parameter")
                if told:
                    shared = {name: record.facts[name] for name in SHARED}
                    yield Record("path", document, (*record.where, "src", "dataKey"), {**shared, **told})


def _events(document: Document) -> Iterator[Record]:
    for kind in schema.EVENT_TYPES:
        for name, event in mapping(document.spec.get(kind)).items():
            field = schema.SECRETS.get(kind, "")
            facts = {"source": document.name, "name": str(name), "type": kind, "namespace": document.namespace}
            secret = bool(mapping(mapping(event).get(field)).get("name"))
            yield Record("event", document, ("spec", kind, name), {**facts, "secret_field": field, "secret": secret})


def _bus(document: Document) -> Iterator[Record]:
    kind = bus_type(document)
    block = mapping(document.spec.get(kind))
    kept = ""
    if kind == "nats" and block.get("native") is not None:
        kept = text(mapping(block.get("native")).get("maxAge")) or _NATS_AGE
    elif kind == "jetstream":
        found = _STREAM_AGE.search(text(block.get("streamConfig")))
        kept = found.group(1) if found else ""
    facts = {"name": document.name, "type": kind, "namespace": document.namespace}
    yield Record("bus", document, ("spec", kind), {**facts, "kept": kept, "kept_seconds": _seconds(kept)})


def _seconds(written: str) -> float | None:
    """Seconds of a duration as Go writes it ("4h35m"); None for anything else."""
    found = _GO_PART.findall(written)
    if not found or "".join(number + unit for number, unit in found) != written:
        return None
    return sum(float(number) * _GO_SECONDS[unit] for number, unit in found)
