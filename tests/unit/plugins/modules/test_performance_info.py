# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.ended import workflow

OPTIONS = {"as_of": "2026-11-21T08:00:00Z", "namespaces": ["argo"]}
HOSTILE = "{{ x }}<script>\n"


@pytest.fixture
def info(run_module, kubeconfig):
    def run(workflows=(), **options):
        with Platform({("argo", "workflows"): list(workflows)}).serve() as server:
            result = run_module("performance_info", kubeconfig=kubeconfig(server), **{**OPTIONS, **options})
            assert server.writes == []
        return result

    return run


def test_check_mode_and_a_second_run_give_the_same(info):
    items = [workflow(f"w{number}", 1, template=HOSTILE) for number in range(5)]
    results = [info(items), info(items), info(items, check=True)]
    for result in results:
        assert result["changed"] is False
        assert result["templates"][0]["template"] == HOSTILE
        assert "\n" not in "".join(one["message"] for one in result["findings"])
        result.pop("cost")
        result.pop("invocation", None)
    assert results[0] == results[1] == results[2]


def test_an_empty_platform_is_never_healthy(info):
    result = info()
    assert {one["status"] for one in result["findings"]} == {"unknown"}
    assert result["oldest"] is None


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"window": "a month"}, "a month"),
        ({"window": "0"}, "window is 0 s"),
        ({"as_of": "yesterday"}, "yesterday"),
        ({"prometheus_url": "nonsense"}, "nonsense"),
        ({"thresholds": {"performance_trend": {"factor": "twice"}}}, "twice"),
    ],
)
def test_bad_input_is_one_sentence_and_reads_nothing(info, wrong, words):
    result = info(**wrong)
    assert result["failed"] is True
    assert words in result["msg"]
    assert result["error"]["kind"] == "invalid"
