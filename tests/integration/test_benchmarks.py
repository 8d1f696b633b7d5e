# SPDX-License-Identifier: GPL-3.0-or-later
"""The measurements of `make bench`, shortened: that they run and compare like with like. Times are never asserted."""

from __future__ import annotations

import pytest

from benchmarks import __main__ as bench
from benchmarks import health

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
        (health.against_raw, 5),
        (health.against_kubectl, 5),
        (health.against_tasks, 5),
    ],
)
def test_a_measurement_gives_its_row(lab, monkeypatch, work, count):
    monkeypatch.setattr(health, "KINDS", health.KINDS[:2])
    (row,) = [row.as_dict() for row in work(lab, count)]
    assert row.keys() == COLUMNS
    assert all(isinstance(row[name], float) for name in COLUMNS - {"work", "peer"})
    assert row["ours_mb"] > 10
    bench.show([row])
