# SPDX-License-Identifier: GPL-3.0-or-later
"""The module against real servers on the loopback. Judging and asking have tests of their own."""

from __future__ import annotations

import json

import pytest

from tests.support.services import DAY, Reply, make_certificate, serve


def test_many_are_judged_in_one_pass(run_module, tmp_path):
    pem = make_certificate(tmp_path, "localhost", ends_in=5 * DAY)
    with (
        serve(Reply(b'{"status": "healthy"}')) as well,
        serve(Reply(b'{"status": "degraded"}', delay=0.3)) as degraded,
        serve(Reply(), pem) as ending,
    ):
        field = {"path": "status", "equals": "healthy", "degraded": ["degraded"]}
        result = run_module(
            "service_health_info",
            check=True,
            timeout=2,
            latency_warning=0.2,
            services=[
                {"name": "well", "url": well.url(), "path": "/health", "json": field},
                {"name": "degraded", "url": degraded.url("/"), "path": "health", "json": field},
                {"name": "ending", "url": ending.url("/", "localhost"), "ca_path": str(pem), "latency_warning": 0},
                {"name": "down", "url": "http://127.0.0.1:1/"},
                {"name": "wrong", "url": well.url("/x"), "expect_status": [201]},
            ],
        )
    assert result["changed"] is False
    assert [row["finding"] for row in result["services"]] == ["ok", "warning", "critical", "critical", "unknown"]
    assert [one["subject"]["name"] for one in result["findings"]] == ["down", "ending", "wrong", "degraded", "well"]
    assert result["counts"] == {"ok": 1, "warning": 1, "critical": 2, "unknown": 1}
    assert result["services"][2]["certificate_days"] == 4
    assert result["line"] == "down: down: connection refused · 3 more"
    assert [one["value"] is None for one in result["measures"]] == [False, False, False, True, False]
    assert sorted(path for path, _headers in well.asked) == ["/health", "/x"]
    assert degraded.asked[0][0] == "/health"
    [found] = [one for one in result["findings"] if one["subject"]["name"] == "degraded"]
    assert found["message"] == 'degraded: status is "degraded", not "healthy"; slow: 0.3 s (limit 0.2 s)'


def test_no_service_is_unknown(run_module):
    result = run_module("service_health_info", services=[])
    assert (result["line"], result["counts"]["unknown"]) == ("no service is named", 1)


def test_secrets_are_sent_and_appear_nowhere(run_module, tmp_path, monkeypatch):
    (tmp_path / "token").write_text("word-of-the-file\n")
    monkeypatch.setenv("SERVICE_TOKEN", "word-of-the-variable")
    headers = [
        {"name": "Authorization", "file": str(tmp_path / "token"), "prefix": "Bearer "},
        {"name": "X-Key", "env": "SERVICE_TOKEN"},
    ]
    with serve(Reply(status=403)) as service:
        url = service.url("/a?token=word-of-the-query")
        result = run_module("service_health_info", services=[{"name": "a", "url": url, "headers": headers}])
    [(path, sent)] = service.asked
    assert path.endswith("word-of-the-query")
    assert (sent["authorization"], sent["x-key"]) == ("Bearer word-of-the-file", "word-of-the-variable")
    told = {key: value for key, value in result.items() if key != "invocation"}
    assert "word-of-the" not in json.dumps(told)


def test_an_expected_redirect_is_the_answer(run_module):
    with serve(Reply(b"", 302, {"Location": "/login"})) as service:
        wanted = {"name": "a", "url": service.url(), "expect_status": [302]}
        assert run_module("service_health_info", services=[wanted])["counts"]["ok"] == 1
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "ftp://localhost/"}, "service a: 'ftp://localhost/' is not an http or https URL"),
        ({"url": "http://me:word@localhost/"}, "service a: a URL must not carry credentials"),
        ({"url": "{{ url }}"}, "is not an http or https URL"),
        ({"name": ""}, "'' is no name of a service"),
        ({"name": "a\nb"}, "is no name of a service"),
        ({"json": {"path": "a[", "equals": 1}}, "service a: 'a[' is no JMESPath expression"),
        ({"latency_warning": -1}, "service a: latency_warning is -1.0"),
        ({"tls_warning": "two weeks"}, "service a: tls_warning: 'two weeks' is not a duration"),
        ({"timeout": 0}, "a timeout is a number of seconds above 0, up to 3600, not 0.0"),
        ({"ca_path": "/nowhere.pem"}, "'/nowhere.pem' cannot be read"),
        ({"headers": [{"name": "A", "file": "/nowhere"}]}, "header A cannot be read from /nowhere"),
        ({"headers": [{"name": "A", "env": "NO_SUCH_VARIABLE"}]}, "is empty in environment variable NO_SUCH_VARIABLE"),
        ({"headers": [{"name": "A\r\nB", "env": "HOME"}]}, "that HTTP does not allow"),
        ({"headers": [{"name": "A"}]}, "one of the following is required: file, env"),
    ],
    ids=str,
)
def test_bad_input_is_one_sentence_and_nobody_is_asked(run_module, monkeypatch, change, words):
    monkeypatch.delenv("NO_SUCH_VARIABLE", raising=False)
    with serve(Reply()) as service:
        good = {"name": "b", "url": service.url()}
        result = run_module("service_health_info", services=[good, {"name": "a", "url": service.url(), **change}])
    assert words in result["msg"]
    assert "word@" not in result["msg"]
    assert service.asked == []


def test_two_of_one_name_and_a_wrong_concurrency_are_refused(run_module):
    one = {"name": "a", "url": "http://127.0.0.1:1/"}
    assert "two services are named 'a'" in run_module("service_health_info", services=[one, one])["msg"]
    assert "concurrency is 0" in run_module("service_health_info", services=[one], concurrency=0)["msg"]
