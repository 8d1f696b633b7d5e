# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from decimal import Decimal

from ansible_collections.agent_platform.ops.plugins.module_utils.usage.demand import Demand
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import Workload
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.usage.usage_objects import container, pod
from hypothesis import given
from hypothesis import strategies as st

WEB, REX = Workload("Deployment", "argo", "web"), Workload("agent", "argo", "5dlabs-rex")


def read(*pods, namespaces=()):
    demand = Demand(namespaces)
    demand.add(list(pods))
    return demand


def test_containers_are_counted_by_workload_with_the_most_that_any_pod_asks_for():
    demand = read(
        pod("a", "web", container(cpu="100m", limits={"memory": "1Gi"})),
        pod("b", "web", container(cpu="200m", memory="64Mi")),
    )
    found = demand.containers[WEB, "main"]
    assert found.requests == {"cpu": Decimal("0.2"), "memory": Decimal(64 * 1024**2)}
    assert found.limits == {"memory": Decimal(1024**3)}
    assert (found.pods, found.killed) == (2, 0)
    assert demand.pods == {("argo", "a"): WEB, ("argo", "b"): WEB}


def test_sidecars_count_and_containers_that_prepare_do_not():
    made = pod("a", "web", container())
    made["spec"]["initContainers"] = [{**container("side"), "restartPolicy": "Always"}, container("prepare")]
    assert {name for _workload, name in read(made).containers} == {"main", "side"}


def test_what_has_ended_asks_for_nothing_but_tells_how_long_an_agent_takes():
    ended = {"phase": "Succeeded", "started": "2026-11-21T00:00:00Z", "ended": "2026-11-21T00:10:00Z"}
    demand = read(pod("a", "", container(cpu="1"), agent="5dlabs-rex", claims=["w"], **ended))
    assert demand.durations == {"5dlabs-rex": [600.0]}
    assert (demand.containers[REX, "main"].pods, demand.mounted, demand.agents) == (0, set(), [])


def test_agents_that_run_and_claims_that_are_mounted_are_known():
    demand = read(pod("a", "", container(cpu="1"), container("b", cpu="500m"), agent="5dlabs-rex", claims=["w"]))
    assert demand.mounted == {("argo", "w")}
    assert [(one.name, one.asks) for one in demand.agents] == [("a", {"cpu": Decimal("1.5")})]


def test_who_was_killed_for_want_of_memory_is_known():
    assert read(pod("a", "web", container(), killed=True)).containers[WEB, "main"].killed == 1


def test_other_namespaces_do_not_count():
    assert read(pod("a", "web", container(), namespace="elsewhere"), namespaces=["argo"]).pods == {}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "metadata",
                    "spec",
                    "status",
                    "containers",
                    "resources",
                    "requests",
                    "cpu",
                    "volumes",
                    "labels",
                    "containerStatuses",
                    "github-user",
                    "phase",
                    "startTime",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.lists(JSON, max_size=4))
def test_pods_of_any_shape_do_no_harm(pods):
    assert len(read(*pods).pods) <= len(pods)
