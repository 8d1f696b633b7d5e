# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import HELD
from ansible_collections.agent_platform.ops.plugins.module_utils.health.workloads import (
    is_coderun_controller,
    is_generated,
    standing,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import condition

GONE = {"deletionTimestamp": "2026-11-21T07:00:00Z"}


def deployment(status: object, replicas: object = 2, kind: str = "Deployment", **spec: object) -> dict:
    return {"kind": kind, "metadata": {"name": "x"}, "spec": {"replicas": replicas, **spec}, "status": status}


def hung(available: int) -> dict:
    late = condition("Progressing", "False", "ProgressDeadlineExceeded")
    return {"availableReplicas": available, "conditions": [late]}


@pytest.mark.parametrize(
    ("item", "status", "words"),
    [
        (deployment({"availableReplicas": 2}), "ok", "2 of 2 replicas available"),
        (deployment({"availableReplicas": 3}), "ok", "3 of 2 replicas available"),
        (deployment({"availableReplicas": 1}, None), "ok", "1 of 1 replica available"),
        (deployment({"availableReplicas": 1}), "warning", "1 of 2 replicas available"),
        (deployment({"observedGeneration": 1}), "critical", "none of 2 replicas available"),
        (deployment({"availableReplicas": None, "replicas": 2}), "critical", "none of 2 replicas available"),
        (deployment({"observedGeneration": 1}, 0), "warning", "scaled to 0"),
        (
            deployment({"observedGeneration": 1}, 0) | {"metadata": {"labels": {HELD: "true"}}},
            "warning",
            f"scaled to 0, held (label {HELD}): when no run is at work, run the restore again, "
            "or playbooks/release_platform.yml",
        ),
        (deployment(hung(0)), "critical", "none of 2 replicas available, its rollout hangs (ProgressDeadlineExceeded)"),
        (deployment(hung(2)), "warning", "2 of 2 replicas available, its rollout hangs (ProgressDeadlineExceeded)"),
        (
            deployment({"availableReplicas": 1, "conditions": [condition("ReplicaFailure", reason="FailedCreate")]}),
            "warning",
            "1 of 2 replicas available, pods cannot be made (FailedCreate)",
        ),
        (
            deployment({"availableReplicas": 2}, paused=True),
            "warning",
            "2 of 2 replicas available, its rollout is paused, so that changes do not reach it",
        ),
        (
            deployment({"availableReplicas": 2}) | {"metadata": GONE},
            "warning",
            "2 of 2 replicas available, it is being deleted",
        ),
        (deployment(None), "unknown", "its controller has said nothing about it"),
        (deployment({}), "unknown", "its controller has said nothing about it"),
        (deployment("fine"), "unknown", "its controller has said nothing about it"),
        (deployment({"availableReplicas": "2"}), "unknown", "the number of its available replicas is no number"),
        (deployment({"availableReplicas": 2}, "2"), "unknown", "the number of its replicas is no number"),
        (deployment({"availableReplicas": 2}, True), "unknown", "the number of its replicas is no number"),
        (deployment({"availableReplicas": 2, "replicas": 2}, 2, "StatefulSet"), "ok", "2 of 2 replicas available"),
        (deployment({"readyReplicas": 2}, 2, "StatefulSet"), "ok", "2 of 2 replicas available"),
        (deployment({"readyReplicas": 2}), "critical", "none of 2 replicas available"),
    ],
)
def test_a_workload_stands_as_its_status_says(item, status, words):
    stands = standing(item)
    assert (stands.status, stands.words) == (status, words)


def test_scaled_to_0_is_critical_where_the_platform_needs_it():
    off = deployment({"observedGeneration": 1}, 0)
    assert (standing(off).status, standing(off, needed=True).status) == ("warning", "critical")
    assert standing(deployment({"availableReplicas": 2}), needed=True).status == "ok"


@pytest.mark.parametrize(
    ("generation", "observed", "status"),
    [(3, 3, "ok"), (3, 4, "ok"), (3, 2, "unknown"), (3, None, "unknown"), (3, "3", "unknown"), (None, None, "ok")],
)
def test_a_status_of_an_earlier_generation_is_not_believed(generation, observed, status):
    item = deployment({"availableReplicas": 2, "observedGeneration": observed})
    assert standing(item | {"metadata": {"generation": generation}}).status == status


@pytest.mark.parametrize(
    ("metadata", "controller", "generated"),
    [
        ({"name": "controller"}, True, False),
        ({"name": "cto-controller", "labels": {"app.kubernetes.io/name": "controller"}}, True, False),
        ({"name": "cert-manager", "labels": {"app.kubernetes.io/component": "controller"}}, False, False),
        ({"name": "github-eventsource-637ca", "labels": {"eventsource-name": "github"}}, False, True),
        ({"name": "pr-approval-sensor-67659", "labels": {"sensor-name": "pr-approval"}}, False, True),
        ({"name": "eventbus-default-stan", "labels": {"eventbus-name": "default"}}, False, False),
        (None, False, False),
    ],
)
def test_workloads_with_checks_of_their_own_are_told_by_name_and_label(metadata, controller, generated):
    item = {"metadata": metadata}
    assert (is_coderun_controller(item), is_generated(item)) == (controller, generated)
