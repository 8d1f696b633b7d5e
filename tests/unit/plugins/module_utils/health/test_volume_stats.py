# SPDX-License-Identifier: GPL-3.0-or-later
"""The query itself is proved by a real Prometheus in tests/integration/test_volume_usage.py."""

from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.volume_stats import query, rows


def series(what, value, name="data", namespace="argo"):
    labels = {"namespace": namespace, "persistentvolumeclaim": name, "what": what}
    return {"metric": labels, "value": [1795250000.1, value]}


def vector(*found, **more):
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": found}, **more}).encode()


def test_the_query_names_each_namespace_once():
    text = query(["argo", "agent-platform", "argo"])
    assert text.count('namespace=~"agent-platform|argo"') == 2


@pytest.mark.parametrize("names", [[], ['a"} or up'], [".*"], ["a|b"], [""], [None], ["A"], ["a" * 64]], ids=str)
def test_what_is_no_namespace_does_not_reach_the_query(names):
    with pytest.raises(OpsError) as refused:
        query(names)
    assert refused.value.kind == "invalid"


def test_used_and_capacity_of_a_claim_come_together():
    answer = vector(
        series("used", "9.5e9"), series("used", "1", "b"), series("capacity", "10", "b"), series("capacity", "1e10")
    )
    assert rows(answer) == [
        {"namespace": "argo", "name": "b", "used": 1.0, "capacity": 10.0},
        {"namespace": "argo", "name": "data", "used": 9.5e9, "capacity": 1e10},
    ]


@pytest.mark.parametrize(
    "found",
    [
        [series("used", "1")],
        [series("capacity", "1")],
        [series("used", "NaN"), series("capacity", "1")],
        [series("used", "1"), series("capacity", "+Inf")],
        [series("used", "-1"), series("capacity", "1")],
        [series("used", "1"), series("capacity", "0")],
        [series("used", "1", name=None), series("capacity", "1", name=None)],
        [series("used", []), series("capacity", None)],
        [{"metric": {}, "value": [0, "1"]}, {"metric": None}, None, 7, "x", {"value": [0]}],
    ],
    ids=str,
)
def test_a_claim_of_which_a_number_is_missing_is_not_known(found):
    assert rows(vector(*found)) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>login</html>", "18 bytes that are no result"),
        (b"", "0 bytes"),
        (b"[]", "no result"),
        (b'{"status": "fine"}', "no result"),
        (b'{"status": "error", "error": "query timed out\\nafter 2m"}', "query timed out after 2m"),
        (b'{"status": "error"}', "could not answer the whole query"),
        (vector(series("used", "1"), warnings=["no store matched {{ x }}"]), "no store matched"),
        (b'{"status": "success", "data": null}', "no vector"),
        (b'{"status": "success", "data": {"resultType": "scalar", "result": [0, "1"]}}', "no vector"),
        (b'{"status": "success", "data": {"resultType": "vector", "result": null}}', "no vector"),
    ],
)
def test_an_answer_that_is_not_whole_is_an_error_and_not_an_empty_list(body, words):
    with pytest.raises(OpsError, match=words) as failed:
        rows(body)
    assert failed.value.kind == "unreachable"
