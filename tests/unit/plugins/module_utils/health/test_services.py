# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health import services
from ansible_collections.agent_platform.ops.plugins.module_utils.health.services import (
    Field,
    Service,
    judge,
    measure,
    nothing_named,
    row,
)

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
DAY = 86_400
HTTP = Service("api", "http://localhost:8000/health", 5)
TWO = Service("api", HTTP.url, 5, statuses=(200, 401))
HTTPS = Service("api", "https://api.example.org/", 5, tls_warning=14 * DAY, tls_critical=7 * DAY)


@dataclass
class Seen:
    status: int | None = 200
    body: bytes = b"{}"
    cut: bool = False
    seconds: float = 0.01
    certificate_ends: datetime | None = None
    fault: str = ""
    problem: str = ""


def slow(**limits):
    return Service("api", HTTP.url, 5, **limits)


def expecting(**wanted):
    return Service("api", HTTP.url, 5, field=Field(**wanted))


def ends(days):
    return Seen(certificate_ends=NOW + timedelta(days=days))


@pytest.mark.parametrize(
    ("service", "seen", "status", "message"),
    [
        (HTTP, Seen(), "ok", "api: well (HTTP 200)"),
        (HTTP, Seen(204), "unknown", "api: answered HTTP 204, not 200"),
        (HTTP, Seen(404), "unknown", "api: answered HTTP 404, not 200"),
        (HTTP, Seen(500), "critical", "api: answered HTTP 500, not 200"),
        (TWO, Seen(401), "ok", "api: well (HTTP 401)"),
        (TWO, Seen(503), "critical", "api: answered HTTP 503, not 200 or 401"),
        (HTTP, Seen(None, fault="timeout", problem="no answer in 5 s"), "critical", "api: down: no answer in 5 s"),
        (HTTP, Seen(None, fault="name", problem="no such name"), "critical", "api: down: no such name"),
        (HTTP, Seen(None, fault="tls", problem="not trusted"), "critical", "api: down: not trusted"),
        (HTTP, Seen(None, fault="malformed", problem="not HTTP"), "unknown", "api: not HTTP"),
        (HTTP, Seen(302, fault="redirect", problem="a redirect to …"), "unknown", "api: a redirect to …"),
        (HTTP, Seen(seconds=300), "ok", "api: well (HTTP 200)"),
        (slow(latency_warning=1), Seen(seconds=0.99), "ok", "api: well (HTTP 200)"),
        (slow(latency_warning=1), Seen(seconds=1.0), "warning", "api: slow: 1.0 s (limit 1 s)"),
        (slow(latency_warning=1, latency_critical=3), Seen(seconds=3.2), "critical", "api: slow: 3.2 s (limit 3 s)"),
        (HTTPS, ends(15), "ok", "api: well (HTTP 200)"),
        (HTTPS, ends(13), "warning", "api: its certificate ends in 13 d (limit 14 d)"),
        (HTTPS, ends(6), "critical", "api: its certificate ends in 6 d (limit 7 d)"),
        (HTTPS, ends(-3), "critical", "api: its certificate ended 3 d ago"),
        (HTTPS, Seen(), "unknown", "api: the end of its certificate cannot be read"),
        (Service("api", HTTPS.url, 5), ends(1), "ok", "api: well (HTTP 200)"),
        (
            slow(latency_warning=1),
            Seen(503, seconds=2),
            "critical",
            "api: answered HTTP 503, not 200; slow: 2.0 s (limit 1 s)",
        ),
    ],
)  # fmt: skip
def test_a_service_is_judged_by_its_worst_side(service, seen, status, message):
    judged = judge(service, seen, NOW)
    assert (judged["status"], judged["message"]) == (status, message)
    assert judged["subject"] == {"kind": "Service", "namespace": "", "name": "api"}


@pytest.mark.parametrize(
    ("wanted", "body", "status", "words"),
    [
        ({"path": "status", "equals": "ok"}, b'{"status": "ok"}', "ok", "well"),
        ({"path": "a.b[0]", "equals": 1}, b'{"a": {"b": [1]}}', "ok", "well"),
        ({"path": "ready", "equals": True}, b'{"ready": true}', "ok", "well"),
        ({"path": "ready", "equals": True}, b'{"ready": 1}', "critical", "ready is 1, not true"),
        ({"path": "status", "equals": "ok"}, b'{"status": "bad"}', "critical", 'status is "bad", not "ok"'),
        ({"path": "s", "equals": "ok", "degraded": ("so-so",)}, b'{"s": "so-so"}', "warning", 's is "so-so"'),
        ({"path": "status", "equals": "ok"}, b'{"other": "ok"}', "unknown", "its answer has no status"),
        ({"path": "status", "equals": "ok"}, b'{"status": null}', "unknown", "its answer has no status"),
        ({"path": "status", "equals": "ok"}, b"<html>ok</html>", "unknown", "its answer is no JSON"),
        ({"path": "status", "equals": "ok"}, b"\xff\xfe\x00", "unknown", "its answer is no JSON"),
        ({"path": "status", "equals": "ok"}, b"[" * 60_000, "unknown", "its answer is no JSON"),
        ({"path": "sum(status)", "equals": 1}, b'{"status": "x"}', "unknown", "sum(status) cannot be looked up"),
        ({"path": "s", "equals": "ok"}, b'{"s": "{{ x }}\\n<b>"}', "critical", 's is "{{ x }}\\n<b>", not "ok"'),
        ({"path": "@", "equals": {"b": 1, "a": 2}}, b'{"a": 2, "b": 1}', "ok", "well"),
    ],
)
def test_a_field_of_the_answer_is_judged(wanted, body, status, words):
    judged = judge(expecting(**wanted), Seen(body=body), NOW)
    assert judged["status"] == status
    assert words in judged["message"]
    assert "\n" not in judged["message"]


def test_a_cut_answer_is_not_judged_by_its_field():
    judged = judge(expecting(path="status", equals="ok"), Seen(body=b'{"status": "ok"}', cut=True), NOW)
    assert (judged["status"], judged["message"]) == ("unknown", "api: its answer is too long to be judged")


@pytest.mark.parametrize("path", ["", "a[", "{{ x }}", None])
def test_what_is_no_jmespath_is_refused(path):
    with pytest.raises(OpsError, match="is no JMESPath expression") as refused:
        Field(path, "ok")
    assert refused.value.kind == "invalid"


def test_without_jmespath_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(services, "jmespath", None)
    with pytest.raises(OpsError, match="jmespath is not installed"):
        Field("status", "ok")


def test_the_evidence_is_a_command_that_a_shell_takes_as_it_is_meant():
    judged = judge(Service("api", "http://localhost/$(reboot)'", 2.5), Seen(), NOW)
    assert judged["evidence"] == "curl --max-time 2.5 'http://localhost/$(reboot)'\"'\"''"


def test_rows_and_measures():
    seen = Seen(seconds=0.5, certificate_ends=NOW + timedelta(days=9, hours=5))
    assert row(HTTPS, seen, judge(HTTPS, seen, NOW), NOW) == {
        "name": "api",
        "url": HTTPS.url,
        "status": 200,
        "seconds": 0.5,
        "certificate_days": 9,
        "finding": "warning",
    }
    assert measure(slow(latency_warning=2), seen) == {
        "name": "services.api.seconds",
        "label": "api: time to answer",
        "value": 0.5,
        "unit": "s",
        "limit": 2,
    }
    assert measure(HTTP, Seen(None, fault="timeout"))["value"] is None


def test_no_service_is_not_well():
    assert nothing_named()["status"] == "unknown"
