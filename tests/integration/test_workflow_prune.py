# SPDX-License-Identifier: GPL-3.0-or-later
"""Module workflow_prune against the real API server and the real controllers."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import pruning
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from tests.support.cluster import ARGO, KEEP, ago, workflow
from tests.support.modules import run_module

EVERYTHING = {"succeeded": "0", "failed": "0", "error": "0", "keep_newest": 0, "failed_with_workspace": "delete"}


@pytest.fixture
def prune(lab, namespace):
    def run(check=False, **options):
        fixed = {"kubeconfig": str(lab.kubeconfig), "namespaces": [namespace.name], "wait": 3}
        return run_module("workflow_prune", check=check, **{**fixed, **options})

    return run


def names(result, action="delete"):
    return sorted(row["subject"]["name"] for row in result["rows"] if row["action"] == action)


def test_the_plan_is_exactly_what_a_real_run_as_of_the_same_moment_deletes(lab, namespace, prune):
    namespace.add(
        *(workflow(f"old-{number:02}", finished=ago(days=8 + number)) for number in range(12)),
        *(workflow(f"failed-{number}", phase="Failed", finished=ago(days=10 + number)) for number in range(8)),
        workflow("fresh", finished=ago(hours=1)),
    )
    before, position = namespace.workflows(), lab.audit_position()
    look = prune(check=True, keep_newest=2)
    assert lab.writes(position) == []
    assert namespace.workflows().keys() == before.keys()
    assert [line.split()[0] for line in look["diff"]["before"].splitlines()] == [
        f"{namespace.name}/{name}" for name in names(look)
    ]

    done = prune(keep_newest=2, as_of=look["plan"]["as_of"], plan_digest=look["plan"]["digest"])
    assert done["changed"] is True
    assert sorted(before.keys() - namespace.workflows().keys()) == names(look) == names(done)
    assert done["summary"]["deleted"] == len(names(look)) > 10

    again = prune(keep_newest=2, as_of=look["plan"]["as_of"])
    assert (again["changed"], again["summary"]["deleted"]) == (False, 0)


def test_a_finished_label_on_a_running_workflow_does_not_get_it_deleted(namespace, prune):
    lies = {f"{ARGO}/completed": "true", f"{ARGO}/phase": "Succeeded"}
    namespace.add(workflow("liar", phase="Running", labels=lies), workflow("honest"))
    assert names(prune(**EVERYTHING)) == ["honest"]
    assert namespace.workflows().keys() == {"liar"}


def test_one_that_changes_between_list_and_delete_is_not_deleted(api, namespace):
    namespace.add(workflow("steady"), workflow("pinned-late"))
    policy = Policy.parse("0", "0", "0", keep_newest=0)
    plan = pruning.decide(api, policy, namespaces=[namespace.name], selector=None, as_of=datetime.now(UTC))
    namespace.patch("pinned-late", {"metadata": {"labels": {KEEP: "true"}}})
    pruned = pruning.carry_out(api, plan, Fence(None, None), [namespace.name], 2)
    assert dict(pruned.counts) == {"deleted": 1, "changed": 1}
    assert namespace.workflows().keys() == {"pinned-late"}


def test_a_pinned_one_survives_every_switch_there_is(namespace, prune):
    namespace.add(
        workflow("pinned", labels={KEEP: "true"}),
        workflow("pinned-failed", phase="Failed", labels={KEEP: "true"}),
        workflow("plain", phase="Error"),
    )
    result = prune(**EVERYTHING, max_deletions=100000, selector=f"{ARGO}/completed=true")
    assert namespace.workflows().keys() == {"pinned", "pinned-failed"}
    assert result["summary"]["pinned"] == 2


def test_an_owner_of_a_pinned_claim_stays_and_what_goes_along_is_told_and_really_goes(api, namespace, prune):
    for made in namespace.add(workflow("keeps"), workflow("goes")):
        name, meta = made["metadata"]["name"], made["metadata"]
        owner = {"apiVersion": WORKFLOWS[0], "kind": "Workflow", "name": name, "uid": meta["uid"]}
        labels = {KEEP: "true"} if name == "keeps" else {}
        claim = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
        namespace.create(
            "v1",
            "persistentvolumeclaims",
            {"metadata": {"name": f"{name}-workspace", "labels": labels, "ownerReferences": [owner]}, "spec": claim},
        )
    result = prune(**EVERYTHING)
    (row,) = [row for row in result["rows"] if row["action"] == "delete"]
    assert row["goes_along"] == [
        {"kind": "PersistentVolumeClaim", "namespace": namespace.name, "name": "goes-workspace"}
    ]
    assert namespace.workflows().keys() == {"keeps"}
    path = resource("v1", "persistentvolumeclaims", namespace.name)
    deadline = time.monotonic() + 30
    while api.get_or_none(f"{path}/goes-workspace") and time.monotonic() < deadline:
        time.sleep(0.2)
    assert api.get_or_none(f"{path}/goes-workspace") is None
    assert api.get_or_none(f"{path}/keeps-workspace") is not None


def test_a_finalizer_is_never_removed_and_what_it_holds_is_told(namespace, prune):
    namespace.add(workflow("held", finalizers=["example.agents.platform/hold"]))
    first = prune(**EVERYTHING, wait=1)
    second = prune(**EVERYTHING, wait=1)
    assert namespace.workflows()["held"]["metadata"]["finalizers"] == ["example.agents.platform/hold"]
    assert (first["changed"], first["rows"][0]["outcome"]) == (True, "held")
    assert (second["changed"], second["rows"][0]["action"]) == (False, "held")
    assert second["findings"][0]["status"] == "warning"


def test_a_selector_that_matches_nothing_ends_with_0(lab, namespace, prune):
    namespace.add(workflow("stays"))
    position = lab.audit_position()
    result = prune(**EVERYTHING, selector="no-such=label")
    assert "failed" not in result
    assert (result["changed"], result["summary"]["deleted"]) == (False, 0)
    assert lab.writes(position) == []


def test_over_max_deletions_nothing_goes(namespace, prune):
    namespace.add(*(workflow(f"w{number}") for number in range(4)))
    result = prune(**EVERYTHING, max_deletions=3)
    assert result["error"]["kind"] == "refused"
    assert len(namespace.workflows()) == 4


def test_a_dry_run_delete_leaves_the_object_where_it_is(api, namespace):
    (made,) = namespace.add(workflow("survivor"))
    path, meta = resource(*WORKFLOWS, namespace.name, "survivor"), made["metadata"]
    api.delete(path, meta["uid"], meta["resourceVersion"], dry_run=True)
    assert namespace.workflows().keys() == {"survivor"}
    with pytest.raises(OpsError) as caught:
        api.delete(path, meta["uid"], "1", dry_run=True)
    assert caught.value.kind == "conflict"


def test_without_rights_nothing_is_read_or_deleted(lab, api, namespace):
    account = {"kind": "ServiceAccount", "metadata": {"name": "nobody"}}
    namespace.create("v1", "serviceaccounts", account)
    path = resource("v1", "serviceaccounts", namespace.name, "nobody") + "/token"
    token = api.create(path, {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}})
    kubeconfig = lab.kubeconfig_with_token(f"nobody-{namespace.name}", token["status"]["token"])
    result = run_module("workflow_prune", kubeconfig=str(kubeconfig))
    assert result["error"]["kind"] == "forbidden"
    assert "nobody" in result["msg"]
    assert "\n" not in result["msg"]
