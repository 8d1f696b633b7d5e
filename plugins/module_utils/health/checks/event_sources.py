# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Event sources take webhooks: conditions hold and Deployments run. How one is judged: health/eventing.py."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, View
from ansible_collections.agent_platform.ops.plugins.module_utils.health.eventing import Source, judge
from ansible_collections.agent_platform.ops.plugins.module_utils.health.workloads import EVENT_SOURCE

SOURCE = Source("event_sources", "EventSource", "eventsources", EVENT_SOURCE, "eventsource", "event source")


def _judge(view: View) -> Iterator[dict]:
    return judge(view, SOURCE)


CHECK = Check(
    name=SOURCE.check,
    title="Event sources take webhooks: conditions hold and Deployments run",
    why="GitHub delivers a webhook once; with the event source down it is lost, and every workflow waits for it.",
    reads=(SOURCE.part, "deployments"),
    judge=_judge,
    runbook="diagnose_lost_event",
)
