# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.quotas import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    NASTY,
    look,
    said,
)


def quota(hard: object, used: object, name: str = "compute") -> dict:
    meta = {"namespace": "argo", "name": name}
    return {"metadata": meta, "spec": {"hard": hard}, "status": {"hard": hard, "used": used}}


@pytest.mark.parametrize(
    ("resource", "used", "hard", "status", "words"),
    [
        ("pods", "92", "100", "warning", "pods 92 % (92 of 100, limit 85 %)"),
        ("pods", "85", "100", "warning", "pods 85 % (85 of 100, limit 85 %)"),
        ("pods", "95", "100", "critical", "pods 95 % (95 of 100, limit 95 %)"),
        ("pods", "120", "100", "critical", "pods 120 % (120 of 100, limit 95 %)"),
        ("requests.cpu", "9500m", "10", "critical", "requests.cpu 95 % (9.5 cores of 10 cores, limit 95 %)"),
        ("limits.memory", "9Gi", "10Gi", "warning", "limits.memory 90 % (9.0 GiB of 10.0 GiB, limit 85 %)"),
        ("limits.memory", "9e9", "10G", "warning", "limits.memory 90 % (8.4 GiB of 9.3 GiB, limit 85 %)"),
        ("requests.storage", "2E", "1E3", "critical", "requests.storage 2e+17 % (1.7 EiB of 1000 B, limit 95 %)"),
        (
            "fast.storageclass.storage.k8s.io/persistentvolumeclaims",
            "9",
            "10",
            "warning",
            "fast.storageclass.storage.k8s.io/persistentvolumeclaims 90 % (9 of 10, limit 85 %)",
        ),
        ("count/coderuns.agents.platform", "475", "500", "critical", "count/coderuns.agents.platform 95 % (475 of 500"),
        ("pods", "1", "0", "critical", "pods: 1 used, none allowed"),
        ("pods", None, "10", "unknown", "nobody has counted pods"),
        ("pods", "many", "10", "unknown", "'many' is no quantity of pods"),
        ("pods", "1", {}, "unknown", "the limit of pods is no quantity ({})"),
        (NASTY, "1", None, "unknown", f"the limit of {NASTY} is no quantity (None)"),
    ],
)
def test_a_limit_is_judged_in_its_own_unit(resource, used, hard, status, words):
    found = look(CHECK, {"quotas": [quota({resource: hard}, {resource: used})]})
    assert [one["status"] for one in found] == [status]
    assert found[0]["message"].startswith(f"quota argo/compute: {words}")
    assert found[0]["evidence"] == "kubectl -n argo describe resourcequota compute"


def test_limits_with_room_are_one_finding():
    quotas = [quota({"pods": "10", "secrets": "0"}, {"pods": "1", "secrets": "0"}), quota({"pods": "9"}, {"pods": "9"})]
    found = look(CHECK, {"quotas": quotas})
    assert said(found) == [
        ("critical", "quota argo/compute: pods 100 % (9 of 9, limit 95 %)"),
        ("ok", "2 limits of 2 quotas: less than 85 % used"),
    ]
    assert (found[0]["value"], found[0]["threshold"], found[1]["value"]) == (100, 95, 2)


def test_one_that_nobody_has_counted_yet_is_unknown():
    one = {"metadata": {"namespace": "argo", "name": "new"}, "spec": {"hard": {"pods": "1"}}, "status": None}
    assert said(look(CHECK, {"quotas": [one]})) == [("unknown", "quota argo/new: nobody has counted pods")]


def test_no_quota_is_said():
    assert said(look(CHECK, {"quotas": []})) == [("ok", "there are no quotas")]


def test_thresholds_can_be_changed():
    half = [quota({"pods": "10"}, {"pods": "5"})]
    assert look(CHECK, {"quotas": half}, warning=50)[0]["status"] == "warning"
    assert look(CHECK, {"quotas": half}, warning=40, critical="50")[0]["message"].endswith("(5 of 10, limit 50 %)")
