# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which events a sensor hears, and whether it resumes workflows then. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.holds import Awaited
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing import paths
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text

_HEADER = "X-Github-Event"


def hears(sensor: Item, wanted: Awaited) -> bool:
    """Whether any of its dependencies lets such an event through; what cannot be told lets it through."""
    found = sequence(mapping(sensor.get("spec")).get("dependencies"))
    return any(_lets_through(mapping(mapping(one).get("filters")), wanted) for one in found)


def resumes(sensor: Item) -> bool:
    """Whether a trigger means to resume a workflow, or makes a helper Workflow that does."""
    triggers = sequence(mapping(sensor.get("spec")).get("triggers"))
    return any(_resumes(mapping(mapping(one).get("template"))) for one in triggers)


def _resumes(template: Item) -> bool:
    workflow, plain = mapping(template.get("argoWorkflow")), mapping(template.get("k8s"))
    if workflow:
        return (workflow.get("operation") or "submit") in ("submit", "resume")
    made = mapping(mapping(plain.get("source")).get("resource"))
    return bool(plain) and (plain.get("operation") or "create") == "create" and made.get("kind") == "Workflow"


def _lets_through(filters: Item, wanted: Awaited) -> bool:
    known = {f"body.{path}": value for path, value in wanted.fields.items()} | {"body.action": wanted.action}
    verdicts = [_accepts(mapping(one), wanted.event, known) for one in sequence(filters.get("data"))]
    if filters.get("dataLogicalOperator") == "or" and verdicts:
        return any(verdict is not False for verdict in verdicts)
    return False not in verdicts


def _accepts(condition: Item, event: str, known: Mapping[str, str]) -> bool | None:
    """None where the event's value for it is not known."""
    path = text(condition.get("path"))
    if paths.canonical(paths.header_in_body(path)) == _HEADER:
        # The body never has such a field.
        return False
    value = event if paths.canonical(paths.header(path)) == _HEADER else known.get(path)
    values = sequence(condition.get("value"))
    if value is None or not values:
        return None
    unlike = condition.get("comparator") == "!="
    return any(_matches(pattern, value) != unlike for pattern in values)


def _matches(pattern: object, value: str) -> bool:
    """Argo Events takes the values of a string filter as regular expressions."""
    try:
        return re.search(str(pattern), value) is not None
    except re.error:
        return str(pattern) == value
