# SPDX-License-Identifier: GPL-3.0-or-later
"""Many workflows changed by one call, against raw concurrent patches that know nothing of what they change."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks import load
from benchmarks.measure import Measured, Row, module, peer
from tests.support.lab import Lab

SHARE = 0.8  # of the throughput of raw patches that ours must reach
ROUNDS = 3  # of which the median counts, ours and the peer first in turn, since a machine is never equally busy


def bulk(lab: Lab, count: int) -> Iterator[Row]:
    """Hold open workflows: read, decide, patch with preconditions, and see the effect in every object.

    They belong to a controller that is not there, so that nobody's work but ours is measured.
    """
    yield _compare(lab, count, "suspended", f"hold {count:,} open workflows at once", "raw concurrent PATCH")


def stop(lab: Lab, count: int) -> Iterator[Row]:
    """The same with a controller at work: both sides wait until it has ended every workflow."""
    yield _compare(lab, count, "stopped", f"stop {count:,} workflows at once", "raw concurrent PATCH until all ended")


def _compare(lab: Lab, count: int, state: str, work: str, name: str) -> Row:
    ours: list[Measured] = []
    theirs: list[Measured] = []
    for number in range(ROUNDS):
        turns = [(ours, _ours), (theirs, _raw)]
        for results, measure in turns if number % 2 else reversed(turns):
            results.append(measure(lab, f"bench-{state}-{len(ours) + len(theirs)}", state, count))
    mine, raw = (median(one.seconds for one in results) for results in (ours, theirs))
    return Row(work, mine, max(one.mb for one in ours), name, raw, raw / SHARE)


def _ours(lab: Lab, namespace: str, state: str, count: int) -> Measured:
    load.open_workflows(str(lab.kubeconfig), namespace, count, running=state == "stopped")
    options: dict[str, Any] = {"kubeconfig": str(lab.kubeconfig), "rows_directory": str(lab.state / "rows")}
    wish = {"state": state, "selector": "bench=control", "max_changes": count, "reason": "measured", "wait": 600}
    return module("workflow", namespace=namespace, **options, **wish)


def _raw(lab: Lab, namespace: str, state: str, count: int) -> Measured:
    path = load.open_workflows(str(lab.kubeconfig), namespace, count, running=state == "stopped")
    return peer("stop" if state == "stopped" else "patch", str(lab.kubeconfig), path)
