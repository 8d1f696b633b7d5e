# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import health_info
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_info import Order, prepare
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.health_sources import Sources
from ansible_collections.agent_platform.ops.plugins.module_utils.health.catalogue import CHECKS
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
SOURCES = Sources("agent-platform-ops")
RULE = {
    "name": "own",
    "title": "Jobs are there",
    "resource": {"api": "batch/v1", "plural": "jobs"},
    "holds": "metadata.name != 'bad'",
}


def test_thresholds_of_the_workflow_checks_judge_while_they_are_read():
    prepared = prepare(Order(SOURCES, thresholds={"workflows": {"stuck": "1h"}}), NOW)
    assert prepared.look.workflows.stuck == 3_600
    assert prepare(Order(SOURCES), NOW).look.workflows.stuck == 6 * 3_600


def test_they_do_so_also_when_that_check_is_not_made():
    order = Order(SOURCES, checks=["failing_workflows"], thresholds={"workflows": {"stuck": "1h"}})
    assert prepare(order, NOW).look.workflows.stuck == 3_600


def test_what_is_left_out_is_told():
    prepared = prepare(Order(SOURCES, checks=["pods"], rules=[RULE]), NOW)
    assert [check.name for check in prepared.checks] == ["pods"]
    assert prepared.skipped == [*(check.name for check in CHECKS if check.name != "pods"), "own"]


def test_a_rule_that_is_not_made_is_refused_all_the_same():
    with pytest.raises(OpsError, match="JMESPath"):
        prepare(Order(SOURCES, checks=["pods"], rules=[{**RULE, "holds": "!!"}]), NOW)


def test_rules_and_checks_make_one_result(connect):
    jobs = [{"metadata": {"name": name, "namespace": "argo"}} for name in ("good", "bad")]
    prepared = prepare(Order(SOURCES, ["argo"], checks=["pods", "own"], rules=[RULE]), NOW)
    with Platform({("argo", "jobs"): jobs}).serve() as server:
        result = health_info.examine(Client(connect(server)), prepared)
    assert [(one["check"], one["status"]) for one in result["findings"]] == [
        ("own", "warning"),
        ("own", "ok"),
        ("pods", "ok"),
    ]
    assert [row["name"] for row in result["checks"]] == ["own", "pods"]
    assert (result["verdict"], result["line"]) == (
        "warning",
        f"2 checks ({len(CHECKS) - 1} left out): 1 warning · 2 ok",
    )
    assert {one["name"]: one["value"] for one in result["measures"]} == {
        "health.critical": 0,
        "health.unknown": 0,
        "health.warning": 1,
    }


def test_unknown_is_never_healthy_in_any_count(connect):
    with Platform(unknown=("certificates",)).serve() as server:
        result = health_info.examine(Client(connect(server)), prepare(Order(SOURCES, checks=["certificates"]), NOW))
    assert (result["verdict"], result["line"]) == ("unknown", f"1 check ({len(CHECKS) - 1} left out): 1 unknown")
    assert (result["counts"]["ok"], result["checks"][0]["status"]) == (0, "unknown")
