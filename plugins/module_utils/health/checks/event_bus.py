# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event buses carry events from sources to sensors; their StatefulSets are judged by check components. Private API.

| status   | when                                                     |
|----------|----------------------------------------------------------|
| critical | a condition is False                                     |
| unknown  | no conditions, or one that nobody has looked at          |
"""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, Item, View, about
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import (
    because,
    called,
    conditions,
    judge_many,
    kubectl,
)

NAME = "event_bus"


def judge(view: View) -> Iterator[dict]:
    """One finding for each that is not well, one for all the others."""
    return judge_many(NAME, "EventBus", view.items("eventbuses"), _bus, "EventBus object", "conditions hold")


def _bus(item: Item) -> Iterator[dict]:
    named, found = about(item, "EventBus"), conditions(item)
    failed = [f"not {kind:.60}{because(one)}" for kind, one in sorted(found.items()) if one.get("status") == "False"]
    untold = [kind for kind, one in sorted(found.items()) if one.get("status") not in ("True", "False")]
    if failed or untold or not found:
        words = failed or [f"nobody knows whether it is {kind:.60}" for kind in untold]
        message = f"{called(item, 'EventBus')}: {', '.join(words) or 'Argo Events says nothing about it'}"
        evidence = kubectl("describe", "eventbus", named["name"], namespace=named["namespace"])
        yield finding(NAME, "critical" if failed else "unknown", named, message, evidence=evidence)


CHECK = Check(
    name=NAME,
    title="Event buses are deployed and configured",
    why="Without its bus an event source takes webhooks that no sensor ever sees, and GitHub does not send them again.",
    reads=("eventbuses",),
    judge=judge,
    runbook="diagnose_lost_event",
)
