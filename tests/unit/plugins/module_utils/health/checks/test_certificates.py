# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.certificates import (
    CHECK,
    judge,
    judge_all,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import look, said

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
DAY = 86_400
LIMITS = (14 * DAY, 7 * DAY)


def at(days: float) -> str:
    return (NOW + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def certificate(
    left: float | None = 60, ready: str | None = "True", renewal: float | None = 30, life: float = 90
) -> dict:
    status: dict = {"conditions": [{"type": "Issuing", "status": "True"}]}
    if ready:
        status["conditions"].append({"type": "Ready", "status": ready, "reason": "DoesNotExist"})
    if left is not None:
        status |= {"notAfter": at(left), "notBefore": at(left - life)}
    if renewal is not None:
        status["renewalTime"] = at(renewal)
    return {"metadata": {"namespace": "argo", "name": "webhooks-tls"}, "status": status}


@pytest.mark.parametrize(
    ("one", "status", "message"),
    [
        (certificate(), "ok", "60 d left"),
        (certificate(left=14.01), "ok", "14 d left"),
        (certificate(left=14), "warning", "14 d left"),
        (certificate(left=7.01), "warning", "7 d left"),
        (certificate(left=7), "critical", "7 d left"),
        (certificate(left=6, renewal=-9), "critical", "6 d left, renewal 9 d overdue"),
        (certificate(left=-1), "critical", "expired 24 h ago"),
        (certificate(renewal=-2), "warning", "60 d left, renewal 2 d overdue"),
        (certificate(renewal=-0.01), "ok", "60 d left"),
        (certificate(renewal=None), "ok", "60 d left"),
        (certificate(ready="False"), "warning", "60 d left, not ready (DoesNotExist)"),
        (certificate(left=-1, ready="False"), "critical", "expired 24 h ago, not ready (DoesNotExist)"),
        (certificate(left=None, ready="False", renewal=None), "critical", "not ready (DoesNotExist)"),
        (certificate(ready=None), "unknown", "60 d left, cert-manager does not say whether it is ready"),
        (certificate(left=None, ready=None), "unknown", "cert-manager has said nothing about it"),
        (certificate(left=0.5, life=1), "ok", "12 h left"),
        (certificate(left=0.2, life=1), "warning", "4 h left"),
        (certificate(left=0.1, life=1), "critical", "2 h left"),
    ],
)
def test_a_certificate_is_judged_by_time_readiness_and_renewal(one, status, message):
    finding = judge(one, NOW, *LIMITS)
    assert (finding["status"], finding["message"]) == (status, f"webhooks-tls: {message}")
    assert finding["evidence"] == "kubectl -n argo describe certificate webhooks-tls"


def test_a_ready_certificate_without_an_end_is_not_healthy():
    assert judge(certificate(left=None), NOW, *LIMITS)["status"] == "unknown"


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"status": None},
        {"status": "x", "metadata": []},
        {"status": {"conditions": None}},
        {"status": {"conditions": [None, "x", {}]}},
        {"status": {"conditions": "Ready"}},
        {"status": {"notAfter": "soon", "conditions": [{"type": "Ready", "status": "True"}]}},
        {"status": {"notAfter": 7, "conditions": [{"type": "Ready", "status": "True"}]}},
        {"status": {"notAfter": at(60), "conditions": [{"type": "Ready", "status": "Unknown"}]}},
    ],
)
def test_what_cannot_be_understood_is_unknown(odd):
    assert judge(odd, NOW, *LIMITS)["status"] == "unknown"


FORBIDDEN = (
    'Exception \'403 HTTP response body: b\'{"kind":"Status","message":"certificates is forbidden: User \\\\"x\\\\""}\''
)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"api_found": False, "resources": []}, "does not know"),
        ({"api_found": True, "resources": []}, "does not know"),
        ({"failed": True, "msg": "403\nforbidden"}, "403 forbidden"),
        ({"msg": FORBIDDEN}, "Certificates could not be read: certificates is forbidden: User"),
        ({"failed": True, "resources": [], "msg": "cut"}, "cut"),
        ({"resources": None}, "no answer"),
        ({}, "no answer"),
    ],
)
def test_a_look_that_failed_is_one_unknown_finding(answer, words):
    findings = judge_all(answer, {"skipped": True}, NOW, *LIMITS)
    assert [one["status"] for one in findings] == ["unknown"]
    assert words in findings[0]["message"]


def test_every_certificate_has_a_finding():
    answer = {"api_found": True, "resources": [certificate(), certificate(left=1)]}
    assert [one["status"] for one in judge_all(answer, {}, NOW, *LIMITS)] == ["ok", "critical"]


def test_a_cluster_that_knows_certificates_and_has_none_has_no_finding():
    assert judge_all({"api_found": True, "resources": []}, {"resources": [{"kind": "x"}]}, NOW, *LIMITS) == []


def test_the_check_gives_every_certificate_a_finding_and_its_thresholds_can_be_changed():
    certificates = [certificate(), certificate(left=10)]
    assert [one["status"] for one in look(CHECK, {"certificates": certificates})] == ["ok", "warning"]
    assert [one["status"] for one in look(CHECK, {"certificates": certificates}, critical="11d")] == ["ok", "critical"]
    assert said(look(CHECK, {"certificates": []})) == [("ok", "there are no certificates")]
