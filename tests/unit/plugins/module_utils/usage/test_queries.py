# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.usage import queries
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import Workload
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.usage_objects import series

WEB, REX = Workload("Deployment", "argo", "web"), Workload("agent", "argo", "5dlabs-rex")
PODS = {("argo", "a"): WEB, ("argo", "b"): WEB}


def gather(**answers):
    usage = {}
    for what, found in answers.items():
        queries.gather(usage, what, found, PODS, ["5dlabs-rex", "5dlabs-cleo"])
    return usage


def test_the_questions_name_namespaces_window_and_percentile():
    asked = queries.queries(["b", "a", "a"], 604_800, 95)
    assert asked["cpu"] == (
        'quantile_over_time(0.95, rate(container_cpu_usage_seconds_total{container!="",container!="POD",'
        'namespace=~"a|b"}[5m])[604800s:300s])'
    )
    assert set(asked) == {"cpu", "memory", "memory_peak", "samples"}
    assert "namespace" not in queries.queries([], 300, 95)["cpu"]
    assert "[300s:15s]" in queries.queries([], 300, 95)["samples"]
    assert queries.claims_query(["a"], 300) == 'max_over_time(kubelet_volume_stats_used_bytes{namespace=~"a"}[300s])'


@pytest.mark.parametrize("name", ['a"} or up{', "{{ x }}", "A", "", "a b"])
def test_what_cannot_be_a_namespace_is_refused(name):
    with pytest.raises(OpsError, match="is no name of a namespace"):
        queries.queries([name], 300, 95)


def test_the_most_of_all_pods_counts_and_their_samples_together():
    found = gather(
        cpu=[series(0.1), series(0.3, "b")],
        memory=[series(100), series(50, "b")],
        memory_peak=[series(150)],
        samples=[series(200), series(100, "b")],
    )
    used = found[WEB, "main"]
    assert (used.cpu, used.memory, used.memory_peak, used.samples, used.pods) == (0.3, 100.0, 150.0, 300, 2)
    assert used.weak is False


@pytest.mark.parametrize(
    ("pod", "whose"),
    [
        ("task-7-5dlabs-rex-claude-x", [REX]),
        ("play-coderun-t1-rex-claude-ab12-v1-xyz", [REX]),
        ("task-7-rex-cleo-x", []),  # nobody knows which
        ("web-rex-x", []),
        ("task-7-blaze-x", []),
    ],
)
def test_a_pod_that_is_gone_belongs_to_the_agent_in_its_name(pod, whose):
    assert [workload for workload, _container in gather(cpu=[series(0.1, pod)])] == whose


@pytest.mark.parametrize(
    "odd",
    [None, 5, {}, series("NaN"), series("+Inf"), series(-1), series("x"), series(1, ""), {"metric": 5, "value": [1]}],
)
def test_a_series_that_is_no_number_of_a_container_is_left_out(odd):
    assert gather(cpu=[odd]) == {}
    assert queries.by_pod([odd]) == queries.by_claim([odd]) == {}


def test_one_look_is_weak():
    usage = {}
    metrics = {"metadata": {"namespace": "argo", "name": "a"}, "containers": [{"name": "main", "usage": {"cpu": "1"}}]}
    queries.now(usage, [metrics, None, {"metadata": {"name": "stranger"}}], PODS)
    used = usage[WEB, "main"]
    assert (used.weak, used.cpu, used.memory, used.samples) == (True, 1.0, None, 1)


def test_pods_are_summed_and_claims_are_told():
    assert queries.by_pod([series(0.1), series(0.2, container="b")]) == {("argo", "a"): pytest.approx(0.3)}
    claim = {"metric": {"namespace": "argo", "persistentvolumeclaim": "w"}, "value": [0, "5"]}
    assert queries.by_claim([claim]) == {("argo", "w"): 5.0}
