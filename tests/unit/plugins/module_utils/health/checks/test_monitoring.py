# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.monitoring import CHECK, judge
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import look, said

URL = "http://service:9090/"


@pytest.mark.parametrize(
    ("service", "answer", "status", "words"),
    [
        ("prometheus", {"status": 200, "content": "Prometheus Server is Healthy.\n"}, "ok", "healthy"),
        ("prometheus", {"status": 200, "content": "Prometheus is Healthy."}, "ok", "healthy"),
        ("prometheus", {"status": 200, "content": "<html>login</html>"}, "unknown", "something that is not its health"),
        ("prometheus", {"status": 200, "content": ""}, "unknown", "HTTP 200"),
        ("prometheus", {"status": 404, "content": "Prometheus is Healthy."}, "unknown", "HTTP 404"),
        ("prometheus", {"status": 503, "content": "Service Unavailable"}, "critical", "HTTP 503"),
        ("prometheus", {"status": 0, "msg": "connection\nrefused"}, "unknown", "prometheus: connection refused"),
        ("prometheus", {"status": 0, "msg": "no whole answer in 5 s"}, "unknown", "prometheus: no whole answer in 5 s"),
        ("prometheus", {}, "unknown", "prometheus: no answer"),
        ("grafana", {"status": 200, "content": '{"database": "ok", "version": "11"}'}, "ok", "healthy"),
        ("grafana", {"status": 200, "content": '{"database": "failing"}'}, "critical", "not healthy"),
        ("grafana", {"status": 503, "content": '{"database": "failing"}'}, "critical", "not healthy"),
        ("grafana", {"status": 200, "content": "[]"}, "unknown", "something that is not its health"),
        ("grafana", {"status": 200, "content": "{"}, "unknown", "something that is not its health"),
        ("grafana", {"status": 302, "content": None}, "unknown", "HTTP 302"),
        ("grafana", {"status": "200", "content": '{"database": "ok"}'}, "unknown", "no answer"),
    ],
)
def test_only_an_answer_that_was_understood_is_ok(service, answer, status, words):
    finding = judge(service, URL, answer)
    assert finding["status"] == status
    assert words in finding["message"]


def test_a_service_without_a_url_is_unknown():
    finding = judge("grafana", "", {"status": 200, "content": '{"database": "ok"}'})
    assert finding["status"] == "unknown"
    assert "platform_grafana_url is empty" in finding["message"]


def test_the_check_judges_each_service_and_a_strange_one_is_unknown():
    well = {"status": 200, "content": "Prometheus Server is Healthy."}
    services = [
        {"service": "prometheus", "url": URL, "answer": well},
        {"service": "grafana", "url": None, "answer": None},
        {"service": "loki", "url": URL, "answer": well},
    ]
    assert [one["status"] for one in look(CHECK, {"services": services})] == ["ok", "unknown", "unknown"]
    assert said(look(CHECK, {"services": services}))[0] == ("ok", "prometheus: healthy")
