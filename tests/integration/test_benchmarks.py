# SPDX-License-Identifier: GPL-3.0-or-later
"""The measurements of `make bench`, shortened: that they run and compare like with like. Times are never asserted."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as bench
from benchmarks import agents, backup, control, health, restore, usage, verify

COLUMNS = {
    "work",
    "ours_seconds",
    "ours_mb",
    "peer",
    "peer_seconds",
    "limit_seconds",
    "ratio_to_limit",
    "speedup_over_peer",
}


@pytest.mark.parametrize(
    ("work", "count"),
    [
        (bench.decide, 30),
        (bench.delete, 30),
        (bench.kubectl, 5),
        (bench.life_cycle, 2),
        (control.bulk, 5),
        (health.against_raw, 5),
        (health.against_kubectl, 5),
        (health.against_tasks, 5),
        (agents.against_raw, 5),
        (agents.against_tasks, 5),
        (backup.against_raw, 5),
        (backup.against_kubectl, 5),
        (verify.against_obstore, 8),
        (restore.against_raw, 5),
        (usage.images, 5),
        (usage.sizes, 5),
        (usage.costs, 5),
        (usage.times, 5),
    ],
)
def test_a_measurement_gives_its_rows(lab, monkeypatch, work, count):
    monkeypatch.setattr(health, "KINDS", health.KINDS[:2])
    monkeypatch.setattr(agents, "TASKS", agents.TASKS[:2])
    rows = [row.as_dict() for row in work(lab, count)]
    assert rows
    for row in rows:
        assert row.keys() == COLUMNS
        assert all(isinstance(row[name], float) for name in COLUMNS - {"work", "peer"})
        assert row["ours_mb"] > 10
    bench.show(rows)
