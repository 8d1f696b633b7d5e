# SPDX-License-Identifier: GPL-3.0-or-later
"""Every health check on the practice cluster: by module health_info and by the runbook, under just its own rights."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.catalogue import CHECKS
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.cluster import ARGO, Namespace, ago, workflow
from tests.support.lab import Lab, Run
from tests.support.modules import run_module

NAME = "health_check"
USER = "system:serviceaccount:agent-platform-ops:health-check"
NAMES = sorted(check.name for check in CHECKS)
HOLD = {"type": "Suspend", "phase": "Running"}
Info = Callable[..., dict[str, Any]]


def stuck_at(hold: str) -> dict[str, Any]:
    """A workflow that no controller touches."""
    labels = {f"{ARGO}/controller-instanceid": "nobody", f"{ARGO}/completed": "false"}
    stuck = workflow("stuck", phase="Running", labels=labels)
    node = {**HOLD, "id": "stuck", "name": "stuck", "displayName": hold, "startedAt": ago(days=30)}
    stuck["status"]["nodes"] = {"stuck": node}
    return stuck


@pytest.fixture
def troubled(namespace: Namespace) -> Namespace:
    """With a workflow that is stuck."""
    namespace.add(stuck_at("wait-pr-merged"))
    return namespace


@pytest.fixture
def info(lab: Lab, namespace: Namespace) -> Info:
    def run(**options: Any) -> dict[str, Any]:
        asked = {"kubeconfig": str(lab.kubeconfig), "namespaces": [namespace.name], "components": [], **options}
        return run_module("health_info", **asked)

    return run


def check_health(lab: Lab, *arguments: str, **options: Any) -> Run:
    own = {"platform_kubeconfig": str(lab.kubeconfig_of("health-check")), **options}
    return lab.run_playbook(NAME, "-e", json.dumps(own), *arguments)


def said(result: dict[str, Any], check: str) -> list[tuple[str, str]]:
    return [(one["status"], one["message"]) for one in result["findings"] if one["check"] == check]


def of_step(run: Run) -> list[dict[str, Any]]:
    assert run.record, run.stdout
    step, _services = run.record["steps"]
    return step["findings"]


def test_the_runbook_names_what_is_wrong_and_fails_by_it_and_writes_nothing(lab: Lab) -> None:
    position = lab.audit_position()
    failed = check_health(lab)
    assert failed.rc == 2, failed.stdout
    assert failed.record["outcome"] == "finished"
    assert failed.record["verdict"]["status"] == "critical"
    assert "(it fails on critical)" in failed.stdout.splitlines()[-1]
    assert sorted(row["name"] for row in failed.record["steps"][0]["data"]["checks"]) == NAMES
    # Its own rights suffice for everything that can be read.
    assert failed.record["steps"][0]["data"]["unread"] == []

    look = check_health(lab, "--check", "-e", f"runbook_as_of={failed.record['as_of']}", health_check_fail_on="never")
    assert look.rc == 0, look.stdout
    assert of_step(look) == of_step(failed)
    assert lab.writes(position, USER) == []


def test_what_others_wrote_is_shown_and_never_carried_out(lab: Lab, namespace: Namespace) -> None:
    namespace.add(stuck_at("{{ 7 * 7 }}<script>alert(1)</script>"))
    seen = check_health(
        lab, platform_namespaces=[namespace.name], health_check_checks=["workflows"], health_check_fail_on="never"
    )
    assert seen.rc == 0, seen.stdout
    assert "stuck at {{ 7 * 7 }}<script>alert(1)</script> for 30 d" in of_step(seen)[0]["message"]
    (page,) = lab.state.glob(f"records/{seen.record['id']}.html")
    assert "{{ 7 * 7 }}&lt;script&gt;" in page.read_text()
    assert "<script" not in page.read_text()


def test_what_is_wrong_is_named_and_two_looks_say_the_same(troubled: Namespace, info: Info) -> None:
    as_of = ago()
    first, second = (info(as_of=as_of, checks=["workflows", "quotas", "pods"]) for _look in range(2))
    assert first["verdict"] == "critical"
    assert said(first, "workflows")[0] == (
        "critical",
        f"Workflow {troubled.name}/stuck: stuck at wait-pr-merged for 30 d (limit 6 h)",
    )
    for result in (first, second):
        del result["cost"], result["invocation"]
    assert first == second


def test_what_may_not_be_read_in_one_namespace_is_unknown_there_and_the_rest_is_judged(
    lab: Lab, api: Any, namespace: Namespace, info: Info
) -> None:
    account = {"kind": "ServiceAccount", "namespace": namespace.name, "name": "watcher"}
    group = "rbac.authorization.k8s.io"
    namespace.create("v1", "serviceaccounts", {"kind": "ServiceAccount", "metadata": {"name": "watcher"}})
    rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
    namespace.create(f"{group}/v1", "roles", {"kind": "Role", "metadata": {"name": "watcher"}, "rules": rules})
    role = {"apiGroup": group, "kind": "Role", "name": "watcher"}
    binding = {"kind": "RoleBinding", "metadata": {"name": "watcher"}, "roleRef": role, "subjects": [account]}
    namespace.create(f"{group}/v1", "rolebindings", binding)
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    path = resource("v1", "serviceaccounts", namespace.name, "watcher") + "/token"
    token = api.create(path, request)["status"]["token"]
    watcher = lab.kubeconfig_with_token(f"watcher-{namespace.name}", token)

    result = info(kubeconfig=str(watcher), namespaces=[namespace.name, "argo"], checks=["pods"])
    user = f"system:serviceaccount:{namespace.name}:watcher"
    reason = f"{user} may not list pods in namespace argo"
    assert result["unread"] == [{"part": "pods", "namespace": "argo", "reason": reason}]
    assert said(result, "pods") == [
        ("unknown", f"pods in namespace argo could not be read: {reason}"),
        ("ok", "there are no pods"),
    ]
    assert result["verdict"] == "unknown"


def test_a_kind_that_the_cluster_does_not_know_is_unknown_and_a_rule_of_the_site_is_a_check(info: Info) -> None:
    rules = [
        {
            "name": "no_gateways",
            "title": "Gateways are programmed",
            "resource": {"api": "gateway.example.com/v1", "plural": "gateways"},
            "holds": "`true`",
        },
        {
            "name": "authorities",
            "title": "Configuration maps hold authorities",
            "resource": {"api": "v1", "plural": "configmaps"},
            "holds": "ends_with(metadata.name, '.crt')",
        },
    ]
    result = info(rules=rules, checks=[rule["name"] for rule in rules])
    ((status, words),) = said(result, "no_gateways")
    assert status == "unknown"
    assert "this cluster does not know gateways.gateway.example.com" in words
    assert said(result, "authorities") == [("ok", "1 configmaps: Configuration maps hold authorities")]


def test_what_cannot_be_right_fails_the_step_in_one_sentence(lab: Lab) -> None:
    failed = check_health(lab, health_check_thresholds={"pods": {"pending": "soon"}})
    assert failed.rc == 2
    assert "pods.pending: 'soon' is not a duration" in failed.record["message"], failed.stdout
    assert "Traceback" not in failed.stdout
