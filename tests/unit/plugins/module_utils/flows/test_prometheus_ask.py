# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.prometheus_ask import over

from tests.support.services import Reply, serve


def test_a_range_is_asked_with_as_many_points_as_a_trend_needs():
    values = {"metric": {"pod": "x"}, "values": [[100, "1"], [200, "NaN"], [300, "2.5"]]}
    body = json.dumps({"status": "success", "data": {"resultType": "matrix", "result": [values]}}).encode()
    with serve(Reply(body)) as prometheus:
        [found] = over(prometheus.url("/below"), "up{a='b c'}", 0, 30 * 86_400)
    assert (found.labels, found.points) == ({"pod": "x"}, ((100.0, 1.0), (300.0, 2.5)))
    [(path, _headers)] = prometheus.asked
    asked = urlsplit(path)
    assert asked.path == "/below/api/v1/query_range"
    assert parse_qs(asked.query) == {"query": ["up{a='b c'}"], "start": ["0"], "end": ["2592000"], "step": ["5184"]}


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(b"not found", 404), "answered HTTP 404"),
        (Reply(b'{"status": "error", "error": "parse error"}', 400), "parse error"),
        (Reply(b'{"status": "success", "data": {"resultType": "vector", "result": []}}'), "no matrix"),
    ],
)
def test_without_a_whole_answer_it_is_an_error(reply, words):
    with serve(reply) as prometheus, pytest.raises(OpsError, match=words) as failed:
        over(prometheus.url(), "up", 0, 100)
    assert failed.value.kind == "unreachable"
