# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sensors hear events: conditions hold and Deployments run. How one is judged: health/eventing.py."""

from __future__ import annotations

from collections.abc import Iterator

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check, View
from ansible_collections.agent_platform.ops.plugins.module_utils.health.eventing import Source, judge
from ansible_collections.agent_platform.ops.plugins.module_utils.health.workloads import SENSOR

SOURCE = Source("sensors", "Sensor", "sensors", SENSOR, "sensor", "sensor")


def _judge(view: View) -> Iterator[dict]:
    return judge(view, SOURCE)


CHECK = Check(
    name=SOURCE.check,
    title="Sensors hear events: conditions hold and Deployments run",
    why="Without its sensor a pull request, a label or a merge moves no workflow on, and the event is lost in minutes.",
    reads=(SOURCE.part, "deployments"),
    judge=_judge,
    runbook="diagnose_lost_event",
)
