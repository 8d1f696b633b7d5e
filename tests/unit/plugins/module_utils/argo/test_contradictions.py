# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import COMPLETED, PHASE
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import judge
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import (
    DAY,
    HOUR,
    NOW,
    finished,
    workflow,
)

RUNNING = {"phase": "Running", "created": HOUR, "started": HOUR}

CASES = {
    "none while running": (workflow(**RUNNING, labels={COMPLETED: "false", PHASE: "Running"}), ()),
    "none when finished": (finished("w", HOUR, labels={COMPLETED: "true", PHASE: "Succeeded"}), ()),
    "none in clocks that differ a little": (finished("w", -30), ()),
    "none when restored after it finished": (workflow(phase="Failed", created=HOUR, started=DAY, finished=DAY), ()),
    "completed while running": (
        workflow(**RUNNING, labels={COMPLETED: "true"}), ("label completed is true but the phase is Running",),
    ),
    "completed before any phase": (
        workflow(created=HOUR, labels={COMPLETED: "true"}), ("label completed is true but the phase is not set",),
    ),
    "not completed but finished": (
        finished("w", HOUR, labels={COMPLETED: "false"}), ("label completed is false but the phase is Succeeded",),
    ),
    "another phase in the label": (
        workflow(**RUNNING, labels={PHASE: "Succeeded"}), ("label phase is Succeeded but the phase is Running",),
    ),
    "no finish time": (
        workflow(phase="Succeeded", created=DAY, started=DAY), ("Succeeded without a finish time",),
    ),
    "a finish time nobody can read": (
        workflow(phase="Error", status={"finishedAt": "yesterday"}), ("Error without a finish time that can be read",),
    ),
    "a finish time while running": (
        workflow(**RUNNING, finished=60), ("a finish time although the phase is Running",),
    ),
    "finished before it started": (
        workflow(phase="Failed", created=DAY, started=HOUR, finished=2 * HOUR),
        ("the finish time is before the start time",),
    ),
    "finished in the future": (
        workflow(phase="Succeeded", created=DAY, started=HOUR, finished=-DAY),
        ("the finish time 2026-11-22T08:00:00Z is in the future",),
    ),
    "started in the future": (
        workflow(phase="Running", created=HOUR, started=-HOUR),
        ("the start time 2026-11-21T09:00:00Z is in the future",),
    ),
    "several, labels first": (
        workflow(phase="Failed", labels={PHASE: "Running"}),
        ("label phase is Running but the phase is Failed", "Failed without a finish time"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES)
def test_contradictions(given, expected):
    assert judge(given, NOW).contradictions == expected


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (workflow(**RUNNING, labels={COMPLETED: "true", PHASE: "Succeeded"}), "running"),
        (workflow(**RUNNING, finished=60), "running"),
        (finished("w", HOUR, "Failed", labels={COMPLETED: "false", PHASE: "Running"}), "failed"),
    ],
)
def test_the_status_decides_whatever_contradicts_it(given, state):
    assert judge(given, NOW).state == state
