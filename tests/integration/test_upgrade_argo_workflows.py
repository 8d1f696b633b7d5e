# SPDX-License-Identifier: GPL-3.0-or-later
"""Runbook upgrade_argo_workflows: two real controllers, workflows under way, and ways back."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_definitions import KINDS, Definition
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_writes import Writing, definition_tasks
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from tests.support.commands import ROOT
from tests.support.lab import Lab, Run
from tests.support.modules import run_module
from tests.support.services import Reply, serve
from tests.support.upgrades_argo import NEW, OLD, SERVER, Argo, older_argo, phases, start, until

COMPONENT = yaml.safe_load((ROOT / "roles/component_upgrade/files/components/argo_workflows.yml").read_text())
USER = "system:serviceaccount:agent-platform-ops:upgrade-argo-workflows"
UNKNOWN = "v3.7.99"  # known by its line, and nobody has a program of it
AUTOSCALER = ("autoscaling/v2", "horizontalpodautoscalers")


@pytest.fixture
def argo(lab: Lab, api):
    with older_argo(lab, api) as argo:
        yield argo


@pytest.fixture
def autoscaler(api):
    """One that scales the server, as a site may have it."""
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": SERVER}
    body = {
        "apiVersion": AUTOSCALER[0],
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"generateName": "server-", "namespace": "argo"},
        "spec": {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 1},
    }
    made = api.create(resource(*AUTOSCALER, "argo"), body)
    path = resource(*AUTOSCALER, "argo", made["metadata"]["name"])
    yield path
    found = api.get(path)
    api.delete(path, found["metadata"]["uid"], found["metadata"]["resourceVersion"])


@pytest.fixture
def specifications(api, namespace) -> dict[str, str]:
    """One with each field of an older name, and one that Helm keeps; their paths by name."""
    templates = {"entrypoint": "main", "templates": [{"name": "main", "suspend": {}}]}
    lock = {"synchronization": {"mutex": {"name": "m"}}, **templates}
    chart = {"annotations": {"meta.helm.sh/release-name": "rel"}}
    cron = {"schedule": "0 1 * * *", "suspend": True, "workflowSpec": lock}
    rows = [
        ("cronworkflows", "CronWorkflow", {"name": "nightly"}, cron),
        ("workflowtemplates", "WorkflowTemplate", {"name": "locked"}, lock),
        ("workflowtemplates", "WorkflowTemplate", {"name": "of-helm", **chart}, lock),
    ]
    for plural, kind, meta, spec in rows:
        body = {"apiVersion": WORKFLOWS[0], "kind": kind, "metadata": meta, "spec": spec}
        api.create(resource(WORKFLOWS[0], plural, namespace.name), body)
    return {
        meta["name"]: resource(WORKFLOWS[0], plural, namespace.name, meta["name"])
        for plural, _kind, meta, _spec in rows
    }


def upgrade(argo: Argo, *arguments: str, **options: Any) -> Run:
    """One run under the rights of the runbook."""
    given = {
        "platform_kubeconfig": str(argo.lab.kubeconfig_of("upgrade-argo-workflows")),
        "runbook_confirm": "lab",
        "component_upgrade_steady": 2,
        "component_upgrade_definitions": [argo.definitions(NEW)],
        **options,
    }
    return argo.lab.run_playbook("upgrade_argo_workflows", "-e", json.dumps(given), *arguments, timeout=1800)


def test_workflows_under_way_outlive_an_upgrade_the_way_back_and_one_that_fails(
    lab: Lab, api, namespace, argo: Argo, autoscaler: str, specifications: dict[str, str]
) -> None:
    def specs() -> dict[str, Any]:
        return {name: api.get(path)["spec"] for name, path in specifications.items()}

    names, older = start(namespace, 3), specs()
    since, scaling = lab.audit_position(), api.get(autoscaler)["spec"]
    planned = upgrade(argo, "--check", component_upgrade_version=NEW, component_upgrade_migrate=True)
    assert planned.rc == 0, planned.stdout[-5000:]
    assert (lab.writes(since, USER), argo.versions()) == ([], [OLD] * 3)
    assert planned.record["steps"][1]["changes"]["total"] == 3, "one definition and two workloads"
    assert {row["subject"]["name"] for row in planned.record["steps"][3]["changes"]["rows"]} >= {"nightly", "locked"}

    done = upgrade(argo, component_upgrade_version=NEW, component_upgrade_migrate=True)
    assert done.rc == 0, done.stdout[-6000:]
    statuses = [step["status"] for step in done.record["steps"]]
    assert statuses == ["unknown", "changed", "ok", "warning", "changed"], done.record["steps"]
    assert _says(done) == ("ok", f"it says itself that it is {NEW}+unknown")
    until(lambda: argo.versions() == [NEW] * 3)
    locks = {**older["locked"], "synchronization": {"mutexes": [{"name": "m"}]}}
    newer = {**older, "locked": locks, "nightly": {"schedules": ["0 1 * * *"], "suspend": True, "workflowSpec": locks}}
    assert specs() == newer, "what Helm keeps stays"
    held = [one for one in lab.writes(since, USER) if "horizontalpodautoscalers" in one]
    assert (len(held), api.get(autoscaler)["spec"]) == (2, scaling)
    _resume(lab, namespace, names[:1])
    until(lambda: phases(namespace)[names[0]] == "Succeeded")

    again = upgrade(argo, component_upgrade_version=NEW, component_upgrade_migrate=True)
    assert again.rc == 0, again.stdout[-5000:]
    assert sum(step["changes"]["total"] for step in again.record["steps"]) == 0, again.record["steps"]

    back = upgrade(argo, component_upgrade_state="rolled_back", component_upgrade_metrics_url=argo.metrics_url())
    assert back.rc == 0, back.stdout[-5000:]
    assert _says(back) == ("ok", f"it says itself that it is {OLD}+unknown")
    until(lambda: argo.versions() == [OLD] * 3)
    assert specs() == older
    assert not argo.is_recorded()

    says = Reply(f'argo_workflows_version{{version="{OLD}"}} 1\n'.encode())
    with serve(says) as page:
        failed = upgrade(argo, component_upgrade_version=UNKNOWN, component_upgrade_metrics_url=page.url("/metrics"))
    assert failed.rc == 2
    assert page.asked, "after the way back it is asked which version it is"
    assert "ProgramMissing" in failed.stdout or "was not picked up" in failed.stdout, failed.stdout[-5000:]
    assert failed.record["outcome"] == "failed"
    assert [one["ok"] for one in failed.record["rollbacks"]] == [True], failed.record["rollbacks"]
    until(lambda: argo.versions() == [OLD] * 3)
    assert (argo.is_recorded(), api.get(autoscaler)["spec"]) == (False, scaling)
    _resume(lab, namespace, names[1:])
    until(lambda: set(phases(namespace).values()) == {"Succeeded"})


def test_a_definition_is_applied_only_where_it_is_as_it_was_judged(api) -> None:
    def role(verb: str) -> Definition:
        rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": [verb]}]
        body = {"apiVersion": KINDS["ClusterRole"][0], "kind": "ClusterRole", "metadata": {"name": "judged"}}
        return Definition("ClusterRole", "", "judged", {**body, "rules": rules})

    def delete() -> None:
        meta = api.get(path)["metadata"]
        api.delete(path, meta["uid"], meta["resourceVersion"])

    def verb() -> str:
        return api.get(path)["rules"][0]["verbs"][0]

    path, writing = role("").path, Writing(api, Fence.from_option(api, None), 10, 0, False)
    absent = definition_tasks(api, [role("get")])
    api.create(path.rpartition("/")[0], role("list").body)
    assert (writing.carry_out(absent).kind, verb()) == ("conflict", "list")

    judged = definition_tasks(api, [role("get")])
    api.patch(path, {"rules": role("watch").body["rules"]})
    assert (writing.carry_out(judged).kind, verb()) == ("conflict", "watch")

    judged = definition_tasks(api, [role("list")])
    delete()
    api.create(path.rpartition("/")[0], role("watch").body)
    assert (writing.carry_out(judged).kind, verb()) == ("conflict", "watch"), "another object of that name"

    assert (writing.carry_out(definition_tasks(api, [role("get")])), verb()) == (None, "get")
    delete()


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("v3.9.0", "nothing is known of 3.9. Known are 3.5, 3.6, 3.7"),
        ("newest", "'newest' is no version; write it like v1.35.4"),
        ("v3.6.0", "goes back"),
    ],
)
def test_what_must_not_be_is_refused_in_one_sentence_and_nothing_is_touched(lab: Lab, version: str, words: str) -> None:
    since = lab.audit_position()
    options = {"kubeconfig": str(lab.kubeconfig), "component": COMPONENT, "version": version}
    judged = run_module("component_upgrade_info", **options)
    assert words in judged.get("refusal", judged.get("msg")), judged
    refused = run_module("component_upgrade", state="upgraded", **options)
    assert (words in refused["msg"], refused.get("changed", False)) == (True, False), refused
    assert lab.writes(since) == []


def _says(run: Run) -> tuple[str, str]:
    (found,) = (one for one in run.record["steps"][1]["findings"] if one["check"] == "upgrade_version")
    return found["status"], found["message"]


def _resume(lab: Lab, namespace, names: list[str]) -> None:
    options = {"state": "resumed", "namespace": namespace.name, "names": names, "node": "hold", "wait": 120}
    done = run_module("workflow", kubeconfig=str(lab.kubeconfig), **options)
    assert done.get("changed"), done
