# SPDX-License-Identifier: GPL-3.0-or-later
"""What one pod of an agent says of itself."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod, read
from hypothesis import given
from hypothesis import strategies as st


def pod(**changes: Any) -> dict[str, Any]:
    """A running pod of Rex; changes replace whole parts of it."""
    return {
        "metadata": {
            "namespace": "agent-platform",
            "name": "play-coderun-t7-rex-claude-v1-abcde",
            "uid": "u1",
            "resourceVersion": "12",
            "creationTimestamp": "2026-11-21T08:00:00Z",
            "labels": {"github-user": "5dlabs-rex", "service": "cto", "task-id": "7", "job-name": "job-v1"},
        },
        "spec": {
            "nodeName": "node-1",
            "initContainers": [{"name": "fix-workspace-perms"}],
            "containers": [{"name": "claude-code"}, {"name": "sidecar"}, {"name": "docker-daemon"}],
            "volumes": [
                {"name": "workspace", "persistentVolumeClaim": {"claimName": "workspace-cto"}},
                {"name": "task-files", "configMap": {"name": "files"}},
            ],
        },
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
        **changes,
    }


def test_a_running_pod_says_who_works_where_on_what() -> None:
    seen = read(pod())
    assert (seen.github_user, seen.service, seen.task, seen.job) == ("5dlabs-rex", "cto", "7", "job-v1")
    assert (seen.main, seen.sidecar, seen.claims) == ("claude-code", "sidecar", ("workspace-cto",))
    assert (seen.phase, seen.ready, seen.node, seen.deleting, seen.is_ended) == (
        "Running",
        True,
        "node-1",
        False,
        False,
    )
    assert seen.problem == seen.coderun == ""
    assert str(seen.created_at) == "2026-11-21 08:00:00+00:00"


@pytest.mark.parametrize(
    ("containers", "labels", "main", "problem"),
    [
        (["factory-cli", "sidecar"], {}, "factory-cli", ""),
        (["sidecar", "claude-code"], {}, "claude-code", ""),
        (["a", "b"], {"cli-container": "b"}, "b", ""),
        (["a"], {"cli-container": "gone"}, "a", ""),
        (["a", "b"], {}, "", "a, b may each be the container that does the work"),
        (["sidecar"], {}, "", "no container of it does an agent's work"),
        ([], {}, "", "no container of it does an agent's work"),
    ],
)
def test_the_main_container_is_the_one_that_is_no_companion(
    containers: list[str], labels: dict, main: str, problem: str
) -> None:
    seen = read(pod(metadata={"labels": labels}, spec={"containers": [{"name": name} for name in containers]}))
    assert (seen.main, seen.problem) == (main, problem)


def test_a_sidecar_among_the_init_containers_is_seen() -> None:
    spec = {"containers": [{"name": "claude-code"}], "initContainers": [{"name": "sidecar", "restartPolicy": "Always"}]}
    assert read(pod(spec=spec)).sidecar == "sidecar"


def test_a_coderun_is_told_by_its_owner_reference_alone() -> None:
    owners = [{"kind": "Job", "name": "job"}, {"kind": "CodeRun", "name": "run-7"}]
    assert read(pod(metadata={"ownerReferences": owners})).coderun == "run-7"
    assert read(pod(metadata={"ownerReferences": owners[:1]})).coderun == ""


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_an_ended_pod_is_not_ready(phase: str) -> None:
    seen = read(pod(status={"phase": phase}))
    assert (seen.is_ended, seen.ready) == (True, False)


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(metadata=odd, spec=odd, status=odd, containers=odd, volumes=odd)
def test_objects_of_any_shape_do_no_harm(metadata: Any, spec: Any, status: Any, containers: Any, volumes: Any) -> None:
    assert isinstance(read(metadata), AgentPod)
    assert isinstance(read({"metadata": metadata, "spec": spec, "status": status}), AgentPod)
    shaped = {"metadata": {"labels": metadata, "ownerReferences": status}, "status": {"conditions": status}}
    assert isinstance(read({**shaped, "spec": {"containers": containers, "volumes": volumes}}), AgentPod)
