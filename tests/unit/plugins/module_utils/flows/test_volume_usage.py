# SPDX-License-Identifier: GPL-3.0-or-later
"""The answers of a real Prometheus are in tests/integration/test_volume_usage.py."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.volume_usage import read

from tests.support.services import Reply, serve

EMPTY = json.dumps({"status": "success", "data": {"resultType": "vector", "result": []}}).encode()


@pytest.mark.parametrize("suffix", ["", "/", "/prometheus/"])
def test_one_question_is_asked_below_the_given_url(suffix):
    with serve(Reply(EMPTY)) as prometheus:
        assert read(prometheus.url(suffix), ["argo"]) == []
    [(path, _headers)] = prometheus.asked
    asked = urlsplit(path)
    assert asked.path == f"{suffix.rstrip('/')}/api/v1/query"
    assert "kubelet_volume_stats_used_bytes" in parse_qs(asked.query)["query"][0]


def test_more_claims_than_fit_into_a_usual_answer_are_read():
    def found(number, what):
        labels = {"namespace": "argo", "persistentvolumeclaim": f"claim-{number}", "what": what}
        return {"metric": labels, "value": [0, "1"]}

    result = [found(number, what) for number in range(2000) for what in ("used", "capacity")]
    body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()
    with serve(Reply(body)) as prometheus:
        assert len(read(prometheus.url(), ["argo"])) == 2000


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(delay=2), "timeout", "no whole answer in 0.3 s"),
        (Reply(b"not found", 404), "unreachable", "answered HTTP 404"),
        (Reply(b"", 302, {"Location": "/login"}), "unreachable", "more than 3 redirects"),
        (Reply(b"<html>", 200), "unreachable", "no result of a query"),
        (Reply(b'{"status": "error", "error": "too many samples"}', 422), "unreachable", "too many samples"),
    ],
)
def test_without_a_whole_answer_it_is_an_error(reply, kind, words):
    with serve(reply) as prometheus, pytest.raises(OpsError, match=words) as failed:
        read(prometheus.url(), ["argo"], timeout=0.3)
    assert failed.value.kind == kind
