# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing that rules look at, whatever kind of object it was found in. Pure. Private API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document, Where

SHARED = ("sensor", "namespace", "trigger", "dependency")
"""Facts that records of a sensor have besides: where they were found."""

#: The facts of each kind of record; those that nobody can tell are None.
#:
#: source_state and bus_state are found, missing, or unseen where nobody can tell. resource_name and
#: resource_generate_name say where they come from: literal, parameter, missing, or unseen. used_by is filter or
#: parameter; level of a parameter is resource, template (beside the template) or payload. Facts of a trigger from
#: operation on are there for k8s and argoWorkflow alone.
SCOPES: dict[str, tuple[str, ...]] = {
    "sensor": ("dependencies", "triggers", "bus", "bus_state"),
    "dependency": ("name", "source", "event", "complete", "source_state", "source_type", "event_known", "source_ready",
                   "source_words", "bus", "source_bus", "bus_type", "repeated"),
    "filter": ("complete", "path", "type", "type_known", "values", "comparator", "comparator_known", "brackets",
               "spellings"),
    "path": ("path", "root", "roots", "header", "canonical", "body_header", "used_by"),
    "trigger": ("name", "types", "type", "repeated", "conditions_strangers", "operation", "operation_given",
                "operation_known", "operation_template", "operations", "making", "has_source", "source",
                "resource_kind", "resource_api", "resource_name", "resource_generate_name"),
    "parameter": ("level", "type", "dest", "root", "writable", "fields", "source_given", "dependency_known", "default",
                  "key", "operation", "operation_known"),
    "selector": ("template",),
    "field": ("name", "level", "near", "known"),
    "event": ("source", "name", "type", "secret_field", "secret"),
    "bus": ("name", "type", "kept", "kept_seconds"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """facts: what a rule sees. where: its place in the object."""

    scope: str
    document: Document
    where: Where
    facts: dict[str, Any] = field(default_factory=dict)
