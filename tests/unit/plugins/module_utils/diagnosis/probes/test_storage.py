# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes import storage
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    ask,
    at,
    coderun,
    node,
    pod,
    running,
    scene,
)

assert len(storage.PROBES) == 7
FULL = {"namespace": "agent-platform", "name": "shop", "used": 95, "capacity": 100}
INSIDE = {"namespace": "agent-platform", "pod": "agent", "claim": "shop", "capacity": 100}
WORKFLOW = "workflows.argoproj.io/workflow"


@pytest.mark.parametrize(("used", "word"), [(95, "full"), (90, "full"), (80, "filling"), (79, "free"), (0, "free")])
def test_how_full_the_fullest_is(used, word):
    assert ask("claims_measured", scene(volume_usage=[{**FULL, "used": used}]))[0] == word
    assert ask("workspaces_seen", scene({}, {"disks": [{**INSIDE, "used": used}]}))[0] == word


def test_nothing_measured_is_unknown():
    with pytest.raises(CannotLook):
        ask("claims_measured", scene(volume_usage=[]))
    assert ask("workspaces_seen", scene({}, {"disks": []}))[0] == "unknown"


def claim(phase="Bound", name="shop", **meta):
    about = {"name": name, "namespace": "agent-platform", **meta}
    return {"kind": "PersistentVolumeClaim", "metadata": about, "status": {"phase": phase}}


NOBODYS = {"github-user": None}


@pytest.mark.parametrize(
    ("pods", "claims", "word"),
    [
        ([pod(running(), claims=("shop",))], [], "agent"),
        ([pod(running(), claims=("shop",), labels={**NOBODYS, WORKFLOW: "play"})], [], "workflow"),
        ([pod(running(), claims=("shop",), labels=NOBODYS)], [], "other"),
        ([pod(running(), claims=("shop",), phase="Failed")], [claim()], "nobody"),
        ([pod(running(), claims=("another",))], [claim()], "nobody"),
        ([], [claim(ownerReferences=[{"kind": "Workflow"}])], "workflow"),
    ],
)
def test_who_uses_the_full_claim(pods, claims, word):
    assert ask("claim_user", scene(volume_usage=[FULL], pods_with_claims=pods, claims=claims))[0] == word


def waiting(minutes, **more):
    told = {"type": "PodScheduled", "status": "False", "lastTransitionTime": at(minutes=minutes)}
    return pod(running(), phase="Pending", claims=("shop",), conditions=[told], **more)


@pytest.mark.parametrize(
    ("pods", "claims", "word"),
    [
        ([], [], "none"),
        ([], [claim("Pending")], "none"),
        ([waiting(5)], [claim("Pending")], "none"),
        ([waiting(16)], [claim("Pending")], "waiting"),
        ([waiting(16)], [claim("Bound")], "none"),
        ([waiting(16)], [claim("Pending"), claim("Lost", "b")], "lost"),
    ],
)
def test_a_claim_waits_when_a_pod_has_needed_it_for_long(pods, claims, word):
    assert ask("claims_waiting", scene(pods_with_claims=pods, claims=claims), patience="15m")[0] == word


def quota(resource, used, hard="100Gi"):
    meta = {"name": "limits", "namespace": "agent-platform"}
    return {"kind": "ResourceQuota", "metadata": meta, "spec": {"hard": {resource: hard}}, "status": {"used": used}}


@pytest.mark.parametrize(
    ("quotas", "word"),
    [
        ([], "room"),
        ([quota("pods", {"pods": "100Gi"})], "room"),
        ([quota("requests.storage", {"requests.storage": "20Gi"})], "room"),
        ([quota("requests.storage", {"requests.storage": "96Gi"})], "full"),
        ([quota("persistentvolumeclaims", {"persistentvolumeclaims": "10"}, "10")], "full"),
        ([quota("fast.storageclass.storage.k8s.io/requests.storage", {})], "unknown"),
    ],
)
def test_only_limits_of_storage_count(quotas, word):
    assert ask("storage_quota", scene(quotas=quotas))[0] == word


@pytest.mark.parametrize(
    ("nodes", "word"),
    [
        ([node(DiskPressure="False")], "enough"),
        ([node(DiskPressure="False"), node("b", DiskPressure="True")], "short"),
        ([node()], "unknown"),
    ],
)
def test_disk_of_nodes(nodes, word):
    assert ask("node_disk", scene(nodes=nodes))[0] == word


@pytest.mark.parametrize(
    ("workflow", "run", "word"),
    [
        ("", "", "none"),
        ("failed to upload: XMinioStorageFull", "", "object_store"),
        ("main: write /workspace/x: no space left on device", "", "volume"),
        ("", "npm ERR! ENOSPC", "volume"),
        ("tests failed", "tests failed", "none"),
    ],
)
def test_failures_that_speak_of_a_full_disk_or_store(workflow, run, word):
    last = {"namespace": "argo", "name": "play", "message": workflow}
    ended = [{"template": "play", "last": last}, {"template": "other", "last": None}]
    where = scene(workflows=[{"ended": ended}], coderuns=[coderun(phase="Failed", message=run)])
    assert ask("failed_writes", where)[0] == word
