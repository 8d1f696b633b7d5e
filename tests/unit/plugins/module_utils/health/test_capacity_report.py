# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.health import (
    capacity,
    capacity_checks,
    capacity_report,
    capacity_tables,
    run,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.trends import Series
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.capacity_objects import (
    asks,
    claim,
    node,
    node_metrics,
    pod,
    pod_metrics,
    quota,
)

LIMITS = run.limits(capacity_checks.CHECKS, {"capacity_room": {"warning": 70}})
HOSTILE = "{{ x }}<b>\n"


def seen(*, nodes=1, quotas=1, metrics=True):
    pods = [capacity.pod_row(pod("a", asks("1", "1Gi"))), capacity.pod_row(pod(HOSTILE, node=""))]
    usage = [capacity.node_usage(node_metrics(str(number))) for number in range(nodes)] if metrics else None
    table = capacity_tables.nodes([capacity.node_row(node(str(number))) for number in range(nodes)], pods, usage)
    claims = capacity_tables.claims([capacity.claim_row(claim(HOSTILE))])
    limits = [quota(f"q{number:02}", {"pods": "100"}, {"pods": str(number)}) for number in range(quotas)]
    used = [capacity.pod_usage(pod_metrics("a", memory="2Gi"))]
    return {
        "nodes": table,
        "totals": capacity_tables.totals(table, pods),
        "namespaces": capacity_tables.groups(pods, used, "namespace"),
        "agents": capacity_tables.groups(pods, used, "owner"),
        "quotas": capacity_tables.quotas(limits),
        "claims": claims,
        "claim_totals": capacity_tables.claim_totals(claims),
        "trend": [],
    }


def test_the_line_names_shares_the_fullest_quota_and_who_waits():
    assert capacity_report.line(seen()) == (
        "memory 0 % · CPU 0 % requested · fullest quota argo/q00 pods 0 % · memory 12.5 % · CPU 25 % used"
        " · 1 without a node"
    )
    assert "memory unknown · CPU unknown used" in capacity_report.line(seen(metrics=False))


def test_measures_are_bounded_and_carry_their_limit():
    found = {one["name"]: one for one in capacity_report.measures(seen(quotas=50), LIMITS)}
    quotas = [name for name in found if name.startswith("capacity.quota.")]
    assert quotas[0] == "capacity.quota.argo.q49.pods.percent"
    assert len(quotas) == capacity_report.MOST_QUOTAS
    assert found["capacity.memory.used.percent"] == {
        "name": "capacity.memory.used.percent", "label": "Memory used", "value": 12.5, "unit": "%", "limit": 70,
    }  # fmt: skip
    assert found["capacity.claims.requested.bytes"]["value"] == 10 * 2**30
    unknown = {one["name"]: one for one in capacity_report.measures(seen(metrics=False), LIMITS)}
    assert unknown["capacity.memory.used.percent"]["value"] is None


def test_tables_show_30_rows_at_most_and_say_how_many_more_and_rows_are_as_wide_as_columns():
    tables = capacity_report.report_tables(seen(nodes=40))
    assert (len(tables[0]["rows"]), tables[0]["more"]) == (30, 10)
    for table in tables:
        assert all(len(row) == len(table["columns"]) for row in table["rows"]), table["title"]
    assert next(table for table in tables if table["title"] == "Volume claims")["rows"][0][1] == HOSTILE


def test_who_uses_more_than_it_asks_for_comes_first():
    rows = [{"kind": "other", "namespace": "b", "name": "b", "pods": 1, "bare": 0, "measured": 1}]
    one = {"requested": 1, "used": 1, "percent": 100.0, "verdict": "fits", "suggested": 1}
    rows = [rows[0] | {"name": word, "cpu": one | {"verdict": word}, "memory": one} for word in
            ("fits", "over_requested", "under_requested", "no_requests")]  # fmt: skip
    table = capacity_report.report_tables(seen() | {"agents": rows})[2]
    assert [row[0] for row in table["rows"]] == [
        "other under_requested", "other no_requests", "other over_requested", "other fits",
    ]  # fmt: skip


def trend(*values, name="capacity.x", unit="%"):
    points = tuple((f"2026-11-{day:02}T08:00:00Z", value) for day, value in enumerate(values, 1))
    rows = capacity_report.trend([Series(name, "X", unit, None, points)])
    return rows[0] if rows else None


def test_a_trend_needs_two_known_points_and_jumps_over_gaps():
    assert trend(5.0)["words"] == capacity_report.TOO_FEW
    assert trend(None, 5.0)["change"] is None
    assert trend(5.0, None)["words"] == capacity_report.TOO_FEW
    gap = trend(None, 40.0, None, 43.5)
    assert (gap["first"], gap["first_at"], gap["now"], gap["change"], gap["points"]) == (
        40.0, "2026-11-02T08:00:00Z", 43.5, 3.5, 2,
    )  # fmt: skip
    assert gap["words"] == "+3.5 % since 2026-11-02"


def test_a_trend_may_fall_and_speaks_in_its_unit():
    assert trend(2.0 * 2**30, 2.0**30, unit="bytes")["words"] == "−1.0 GiB since 2026-11-01"
    assert trend(1.0, 1.0, unit="")["words"] == "+0 since 2026-11-01"


def test_measures_of_other_steps_are_not_of_capacity():
    assert trend(1.0, 2.0, name="health.warning") is None
