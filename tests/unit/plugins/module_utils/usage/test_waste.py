# SPDX-License-Identifier: GPL-3.0-or-later
"""What is paid for and not used, and what a reader is shown of it (waste and cost_report)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import cost_report, waste
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.demand import Container, Running
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.prices import prices
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.sizing import FITS, LACKING
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import Workload

GI = 1024**3
NOW = datetime(2026, 11, 21, tzinfo=UTC)
LIMITS = waste.Limits(0.01, 3600, 7 * 86_400)
PRICES = prices({"cpu_month": 20, "memory_gib_month": 4, "storage_gib_month": 1, "currency": "EUR"})
FREE = prices({})


def recommendation(what="resources", **saves):
    return {"what": what, "workload": "Deployment argo/web", "saves": saves, "evidence": "p95", "weak": False}


def test_requests_that_are_larger_than_what_is_used_are_waste_and_smaller_ones_are_not():
    found = list(waste.oversized([recommendation(cpu=1.0, memory=-5.0), recommendation(memory=-1.0)], PRICES))
    assert [(one["amounts"], one["month"]) for one in found] == [({"cpu": 1.0}, 20.0)]
    assert list(waste.oversized([recommendation("workspace size", storage=5)], PRICES)) == []


@pytest.mark.parametrize(
    ("cpu", "ran", "is_idle"),
    [(0.001, 7200, True), (0.001, 60, False), (0.5, 7200, False), (None, 7200, False), (0.001, None, False)],
)
def test_an_agent_that_runs_for_long_and_does_nothing_is_idle(cpu, ran, is_idle):
    since = NOW - timedelta(seconds=ran) if ran is not None else None
    agent = Running("argo", "a", since, {"cpu": Decimal(4)})
    known = {("argo", "a"): cpu} if cpu is not None else {}
    found = list(waste.idle([agent], known, LIMITS, PRICES, NOW, weak=False))
    assert [one["month"] for one in found] == ([80.0] if is_idle else [])


def claim(name="w", phase="Bound", days=30, size=10 * GI, capacity=None):
    created = (NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "namespace": "argo",
        "name": name,
        "phase": phase,
        "created": created,
        "requested": size,
        "capacity": capacity,
    }


@pytest.mark.parametrize(
    ("one", "mounted", "month"),
    [
        (claim(), (), 10.0),
        (claim(capacity=20 * GI), (), 20.0),
        (claim(), {("argo", "w")}, None),
        (claim(days=1), (), None),
        (claim(phase="Pending"), (), None),
        (claim() | {"created": "x"}, (), None),
    ],
)
def test_a_claim_with_a_volume_that_nobody_mounts_is_an_orphan(one, mounted, month):
    assert [row["month"] for row in waste.orphans([one], mounted, LIMITS, PRICES, NOW)] == ([month] if month else [])


def rows(of_prices, weak=False):
    one = {**recommendation(cpu=1.5), "weak": weak}
    return cost_report.ordered([*waste.oversized([one], of_prices),
                                *waste.orphans([claim()], (), LIMITS, of_prices, NOW)])  # fmt: skip


def test_the_report_tells_prices_or_quantities_alone():
    assert cost_report.line(rows(PRICES), PRICES, []) == (
        "40.00 EUR a month for what nobody uses: 1.5 cores CPU, 10.0 GiB storage"
    )
    assert cost_report.line(rows(FREE), FREE, []) == "nobody uses 10.0 GiB storage, 1.5 cores CPU"
    assert cost_report.line([], FREE, []) == "nothing is paid for and not used"
    unused, _asked = cost_report.tables(rows(PRICES), [], PRICES)
    assert unused["rows"][1] == ["PersistentVolumeClaim argo/w", "claim that nobody mounts", "10.0 GiB storage",
                                 "10.00 EUR a month", "30 d old, no pod mounts it"]  # fmt: skip


def test_each_kind_of_waste_is_one_finding_with_its_runbook_and_one_look_accuses_nobody():
    found = cost_report.findings(rows(PRICES), PRICES, [])
    assert [(one["status"], one["runbook"]) for one in found] == [
        ("warning", "tune_resources"), ("warning", "clean_workspaces")]  # fmt: skip
    assert found[0]["message"].startswith("1 workload asks for more than it uses: ")
    assert cost_report.findings(rows(PRICES, weak=True), PRICES, [])[0]["status"] == "unknown"
    assert [one["status"] for one in cost_report.findings([], PRICES, [])] == ["ok"]


def test_what_nobody_measured_is_never_called_well():
    asked = [{"workload": name, "cpu": cpu, "memory": 0.0} for name, cpu in (("a", 1.0), ("b", 0.0), ("c", 2.0))]
    sized = [{"workload": name, "verdict": verdict} for name, verdict in (("a", LACKING), ("b", LACKING), ("c", FITS))]
    blind = waste.unmeasured(sized, asked)
    assert blind == ["a"], "b asks for nothing"
    [one] = cost_report.findings([], PRICES, blind)
    assert (one["status"], one["message"]) == ("unknown", "not enough data to tell what 1 workload uses: a")
    assert cost_report.line([], PRICES, blind) == "not enough data to tell what 1 workload uses"
    assert cost_report.findings([], PRICES, [*"abcd"])[0]["message"].endswith("4 workloads use: a, b, c, …")
    assert cost_report.line(rows(FREE), FREE, ["a", "b"]).endswith(" · not enough data to tell what 2 workloads use")


def test_what_workloads_ask_for_is_told_with_its_price():
    web = Workload("Deployment", "argo", "web")
    containers = {
        (web, "a"): Container({"cpu": Decimal(1)}, {}, 2),
        (web, "b"): Container({"memory": Decimal(GI)}, {}, 2),
        (Workload("Deployment", "argo", "gone"), "a"): Container({"cpu": Decimal(9)}),
    }
    [one] = waste.asked(containers, PRICES)
    assert one == {"workload": "Deployment argo/web", "pods": 2, "cpu": 2.0, "memory": 2.0 * GI, "month": 48.0}
    assert [each["value"] for each in cost_report.measures([], [one], PRICES)] == [48.0, 0.0, 0.0, 0.0, 0.0]
    assert cost_report.measures([], [], FREE)[1]["value"] is None
