# SPDX-License-Identifier: GPL-3.0-or-later
"""Every branch of tree agent_authentication on the practice cluster, and the runbook that walks it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.agents import AgentPods
from tests.support.cluster import Namespace, ago
from tests.support.diagnosis import Case, World, run_case
from tests.support.lab import Lab
from tests.support.symptoms import agent_pod, event, find_cause, measured_pods, unscheduled, wait_for, waits

TREE = "agent_authentication"
REX = {"agent": "5DLabs-Rex[bot]"}
SECRET = "github-app-5dlabs-rex"
API = "external-secrets.io/v1"
CRD = "externalsecrets.external-secrets.io"
Make = Callable[[World], dict[str, str]]

REFUSED = 'remote: {"message": "Bad credentials", "status": "401"} with token ghs_16C7e42F292c6912E7710c838347Ae178B4a'
FORBIDDEN = "HTTP 403: Resource not accessible by integration (https://api.github.com/repos/5dlabs/shop/pulls)"
PERMISSIONS = {"contents": "write", "pull_requests": "write", "metadata": "read", "issues": "write"}


def external_secret(world: World, ready: str) -> None:
    condition = {"type": "Ready", "status": ready, "reason": "SecretSyncedError", "message": "Vault is sealed"}
    status = {"conditions": [condition], "refreshTime": ago(minutes=50)}
    spec = {"refreshInterval": "1h", "target": {"name": SECRET}}
    body = {"kind": "ExternalSecret", "metadata": {"name": "rex-app"}, "spec": spec}
    world.namespace.create(API, "externalsecrets", {**body, "status": status})


def without_secret(ready: str = "", *, by_event: bool = False) -> Make:
    """A pod that waits for its Secret, and what External Secrets says of it."""

    def make(world: World) -> dict[str, str]:
        if by_event:
            agent_pod(world, waits("claude-code", "ContainerCreating"), phase="Pending")
            path = resource("v1", "pods", world.namespace.name, "agent")
            uid = world.namespace.api.get(path)["metadata"]["uid"]
            event(world, "Pod", "agent", "FailedMount", f'MountVolume.SetUp failed: secret "{SECRET}" not found', uid)
        else:
            message = f'secret "{SECRET}" not found'
            agent_pod(world, waits("claude-code", "CreateContainerConfigError", message), phase="Pending")
        if ready:
            external_secret(world, ready)
        return REX

    return make


def logs(line: str, ready: str = "", *, cleo: str = "", installation: dict[str, Any] | None = None) -> Make:
    """Rex runs and has written that line, Cleo hers; External Secrets and GitHub say this."""

    def make(world: World) -> dict[str, str]:
        pods = AgentPods(world.namespace)
        pods.add(log=f"starting\n{line}\ndone")
        if cleo:
            pods.add("5DLabs-Cleo", log=cleo)
        if ready:
            external_secret(world, ready)
        if installation is not None:
            app = {"app_slug": "5dlabs-rex", "permissions": PERMISSIONS, **installation}
            world.settings["installations"] = [app] if installation != {"app_slug": ""} else []
        for one in world.namespace.api.get(pods.path)["items"]:
            wait_for_log(world, one["metadata"]["name"])
        return REX

    return make


def wait_for_log(world: World, pod: str) -> None:
    """The simulated node serves a log about a second after it was told to."""
    until = time.monotonic() + 30
    while True:
        try:
            if world.namespace.api.log(world.namespace.name, pod, "claude-code"):
                return
        except OpsError:
            pass
        assert time.monotonic() < until, pod
        time.sleep(0.1)


def silent(world: World) -> dict[str, str]:
    agent_pod(world, phase="Pending", status=unscheduled("0/3 nodes are available"))
    return REX


STARTED = "key_in_pod=delivered"
ALONE = f"{STARTED} log=credentials sync=synced others=alone"
CASES = [
    Case(TREE, "key_in_pod=missing sync_of_missing=failing -> not_synced", without_secret("False")),
    Case(TREE, "key_in_pod=missing sync_of_missing=synced -> deleted_by_hand", without_secret("True")),
    Case(TREE, "key_in_pod=missing sync_of_missing=absent -> not_declared", without_secret(by_event=True)),
    Case(
        TREE,
        "key_in_pod=missing sync_of_missing=unknown -> missing_unexplained",
        without_secret(),
        blind=("externalsecrets",),
    ),
    Case(TREE, "key_in_pod=unknown log=unknown -> log_unseen", silent),
    Case(TREE, f"{STARTED} log=none -> not_logins", logs("all tests pass")),
    Case(TREE, f"{STARTED} log=rate_limit -> rate_limit", logs("API rate limit exceeded for installation ID 7")),
    Case(TREE, f"{STARTED} log=clock -> clock_skew", logs("'Expiration time' claim ('exp') is too far in the future")),
    Case(TREE, f"{STARTED} log=outage -> github_outage", logs("Could not resolve host: github.com")),
    Case(TREE, f"{STARTED} log=model -> model_key", logs('{"type": "authentication_error", "message": "invalid"}')),
    Case(TREE, f"{STARTED} log=credentials sync=failing -> stale_key", logs(REFUSED, "False")),
    Case(
        TREE,
        f"{STARTED} log=credentials sync=synced others=several -> common_cause",
        logs(REFUSED, "True", cleo=REFUSED),
    ),
    Case(TREE, f"{ALONE} app=suspended -> app_suspended",
         logs(REFUSED, "True", cleo="fine", installation={"suspended_at": ago(days=1)})),
    Case(TREE, f"{STARTED} log=credentials sync=absent others=unknown app=lacking -> permissions_missing",
         logs(REFUSED, installation={"permissions": {"contents": "read"}})),
    Case(TREE, f"{STARTED} log=credentials sync=unknown others=unknown app=fine -> key_replaced",
         logs(REFUSED, installation={}), blind=("externalsecrets",)),
    Case(TREE, f"{ALONE} app=unknown -> key_or_app", logs(REFUSED, "True", cleo="fine")),
    Case(TREE, f"{STARTED} log=permissions app_rights=suspended -> app_suspended",
         logs(FORBIDDEN, installation={"app_slug": ""})),
    Case(TREE, f"{STARTED} log=permissions app_rights=lacking -> permissions_missing",
         logs(FORBIDDEN, installation={"permissions": {"contents": "write", "metadata": "read"}})),
    Case(TREE, f"{STARTED} log=permissions app_rights=fine -> repository_not_selected",
         logs(FORBIDDEN, installation={})),
    Case(TREE, f"{STARTED} log=permissions app_rights=unknown -> permissions_likely", logs(FORBIDDEN)),
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def external_secrets(api) -> Iterator[None]:
    """The kind ExternalSecret, which the practice cluster does not know otherwise."""
    measured_pods(api)  # for the tests of agent_oom, which come next
    names = {"kind": "ExternalSecret", "listKind": "ExternalSecretList", "plural": "externalsecrets"}
    schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
    spec = {
        "group": "external-secrets.io",
        "scope": "Namespaced",
        "names": {**names, "singular": "externalsecret"},
        "versions": [{"name": "v1", "served": True, "storage": True, "schema": schema}],
    }
    kinds = resource("apiextensions.k8s.io/v1", "customresourcedefinitions")
    body = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": CRD}}
    api.apply(f"{kinds}/{CRD}", {**body, "spec": spec})
    wait_for(api, f"{kinds}/{CRD}", _is_established)
    yield
    meta = api.get(f"{kinds}/{CRD}")["metadata"]
    api.delete(f"{kinds}/{CRD}", meta["uid"], meta["resourceVersion"])


def _is_established(kind: dict[str, Any]) -> bool:
    told = (kind.get("status") or {}).get("conditions") or []
    return any(one["type"] == "Established" and one["status"] == "True" for one in told)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_way_through_the_tree(case: Case, lab: Lab, api) -> None:
    result = run_case(case, lab.kubeconfig, api)
    told = str(result)
    assert result["findings"][0]["message"]
    assert "ghs_16C7" not in told


def test_the_runbook_reads_logs_and_github_s_list_under_its_own_rights(lab: Lab, api, tmp_path: Path) -> None:
    world = World(Namespace(api))
    logs(REFUSED, "True", cleo="fine")(world)
    given = tmp_path / "installations.json"
    app = {"app_slug": "5dlabs-rex", "permissions": PERMISSIONS, "suspended_at": ago(days=1)}
    given.write_text(json.dumps({"total_count": 1, "installations": [app]}))
    step = find_cause(lab, TREE, world.namespace, diagnose_agent="5DLabs-Rex[bot]", diagnose_installations=str(given))
    assert (step["data"]["cause"]["id"], step["data"]["cause"]["confidence"]) == ("app_suspended", "high")
    assert "ghs_16C7" not in json.dumps(step)
    assert "Bad credentials" in json.dumps(step)
