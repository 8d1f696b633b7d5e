# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import component_version
from ansible_collections.agent_platform.ops.plugins.module_utils.web.probe import Answer
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.upgrade_cluster import (
    UpgradeCluster,
)

COMPONENT = {
    "name": "argo",
    "title": "Argo",
    "namespace": "argo",
    "workloads": [{"name": "controller", "container": "controller"}],
    "says": {"metric": "argo_version"},
}


def ask(**more: Any) -> dict[str, Any]:
    options = {
        "component": COMPONENT,
        "namespace": "",
        "version": "",
        "metrics_url": "",
        "prometheus_url": "",
        "labels": {},
        "timeout": 1,
        "validate_certs": True,
        "wait": 0,
        **more,
    }
    return component_version.prepare(options)(UpgradeCluster())


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What services answer, one after the other, the last one for ever; a text is a page of metrics."""
    given: list[Any] = []

    def told(url: str, **_options: Any) -> Answer:
        found = given.pop(0) if len(given) > 1 else given[0]
        if isinstance(found, Answer):
            return found
        body = found if isinstance(found, str) else json.dumps({"status": "success", "data": found})
        return Answer(url, url, 200, body=body.encode())

    monkeypatch.setattr(component_version, "ask", told)
    monkeypatch.setattr(component_version.prometheus_ask, "ask", told)
    monkeypatch.setattr(component_version.time, "sleep", lambda _seconds: None)
    return given


NOW = {"resultType": "scalar", "result": [100.0, "100"]}


def series(*samples: tuple[str, str]) -> dict[str, Any]:
    rows = [{"metric": {"version": version}, "value": [0, moment]} for moment, version in samples]
    return {"resultType": "vector", "result": rows}


@pytest.mark.parametrize(
    ("page", "status", "words"),
    [
        ('argo_version{version="v3.6.13"} 1', "ok", "it says itself that it is v3.6.13"),
        ('argo_version{version="v3.7.15"} 1', "critical", "it is to be v3.6.13, and says that it is v3.7.15"),
        ("go_info 1", "unknown", "it does not say which version it is"),
        (Answer("u", "u", 404), "unknown", "http://c/metrics answered HTTP 404"),
        (Answer("u", "u", 200, cut=True), "unknown", "answered more than can be read"),
        (Answer("u", "u", fault="connect", problem="refused"), "unknown", "http://c/metrics cannot be asked: refused"),
    ],
)
def test_its_page_of_metrics_is_asked(answers: list, page: Any, status: str, words: str) -> None:
    answers.append(page)
    told = ask(metrics_url="http://c/metrics")
    assert (told["findings"][0]["status"], told["wanted"]) == (status, "v3.6.13")
    assert words in told["line"]


def test_who_was_just_started_is_waited_for(answers: list) -> None:
    answers += [Answer("u", "u", fault="connect", problem="refused"), 'argo_version{version="v3.6.13"} 1']
    answers += ['argo_version{version="v3.7.15"} 1']
    told = ask(metrics_url="http://c/metrics", version="v3.7.15", wait=60)
    assert (told["findings"][0]["status"], told["said"]) == ("ok", ["v3.7.15"])


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        (series(("101", "v3.6.13")), "ok", "it says itself that it is v3.6.13"),
        (series(("101", "v3.7.15")), "critical", "says that it is v3.7.15"),
        (series(("99", "v3.6.13")), "unknown", "Prometheus has heard nothing of it since"),
        (series(), "unknown", "it does not say which version it is"),
        (NOW, "unknown", "something that is no vector"),
        ("gone", "unknown", "no result of a query"),
    ],
)
def test_prometheus_is_asked_for_what_it_has_read_since(answers: list, said: Any, status: str, words: str) -> None:
    answers += [NOW, said]
    told = ask(prometheus_url="http://p")
    assert told["findings"][0]["status"] == status
    assert words in told["line"]


def test_where_nobody_can_look_it_is_unknown() -> None:
    told = ask()
    assert told["findings"][0]["status"] == "unknown"
    assert "neither metrics_url nor prometheus_url is given" in told["line"]
    told = ask(component={**COMPONENT, "says": {}}, prometheus_url="http://p")
    assert told["findings"][0]["status"] == "unknown"
    assert "no metric is known by which Argo says its version" in told["line"]


def test_what_cannot_be_asked_is_refused() -> None:
    for option, words in (
        ({"version": "newest"}, "is no version"),
        ({"labels": {"a b": "c"}}, "is no label"),
        ({"metrics_url": "ftp://x"}, "ftp"),
    ):
        with pytest.raises(OpsError, match=words):
            ask(**option)
