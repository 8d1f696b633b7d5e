# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores for tests, in the test's own process, and a namespace with one of everything that is delicate to restore."""

from __future__ import annotations

from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import acting, restore_look, restore_run
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.modules import restore, restore_info

from tests.support.backups import Keys
from tests.support.cluster import Namespace, workflow
from tests.support.coderun_objects import CODERUNS, coderun
from tests.support.lab import Lab

FINALIZER = "coderuns.orchestrator.io/finalizer"
KINDS = (
    "namespaces",
    "serviceaccounts",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "roles.rbac.authorization.k8s.io",
    "rolebindings.rbac.authorization.k8s.io",
    "services",
    "deployments.apps",
    "workflows.argoproj.io",
    "coderuns.agents.platform",
)
CANARY = "canary-7f3a-never-shown"


def keys_of(lab: Lab) -> Keys:
    """Those of a practice cluster."""
    folder = lab.directory / "keys"
    public = [(folder / f"{name}.pub").read_text().strip() for name in ("signing_key", "identity.age")]
    return Keys(folder / "signing_key", folder / "identity.age", *public)


def options(keys: Keys, store: str, **more: Any) -> dict[str, Any]:
    """Those of both modules, with their defaults."""
    specs = {**restore_run.SPEC, **restore.OWN_SPEC, **restore_info.OWN_SPEC, **acting.SPEC}
    defaults = {name: spec.get("default") for name, spec in specs.items()}
    known = keys.options(store)
    places = {name: known[name] for name in ("platform", "store", "store_options", "trusted_keys")}
    return {**defaults, **places, "identity": str(keys.identity), "actor": "tester", **more}


def act(api: Client, keys: Keys, store: str, *, check: bool = False, **more: Any) -> Acted:
    return restore_run.act(api, options(keys, store, **more), check=check)


def look(api: Client, keys: Keys, store: str, *, diff: bool = False, **more: Any) -> dict[str, Any]:
    return restore_look.look(api, options(keys, store, **more), diff=diff, check=False)


def outcomes(acted: Acted) -> dict[str, str]:
    return {f"{one.kind} {one.name}": one.outcome for one in acted.actions}


def fill(namespace: Namespace) -> None:
    """One of everything that is delicate: addresses, node ports, owners, a volume, times to live, statuses."""
    create = namespace.create
    create("v1", "configmaps", {"kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"mode": "a"}})
    create("v1", "secrets", {"kind": "Secret", "metadata": {"name": "token"}, "stringData": {"key": CANARY}})
    port = [{"port": 80}]
    for name, spec in (
        ("plain", {"ports": port, "selector": {"app": "x"}}),
        ("headless", {"ports": port, "clusterIP": "None", "selector": {"app": "x"}}),
        ("outside", {"ports": port, "type": "NodePort", "selector": {"app": "x"}}),
    ):
        create("v1", "services", {"kind": "Service", "metadata": {"name": name}, "spec": spec})
    create("apps/v1", "deployments", _deployment())
    rule = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}
    rbac = "rbac.authorization.k8s.io/v1"
    create(rbac, "roles", {"kind": "Role", "metadata": {"name": "reader"}, "rules": [rule]})
    subject = {"kind": "ServiceAccount", "name": "default", "namespace": namespace.name}
    binding = {"roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"}}
    create(rbac, "rolebindings", {"kind": "RoleBinding", "metadata": {"name": "r"}, "subjects": [subject], **binding})
    (owner,) = namespace.add(_old_workflow())
    mine = {"apiVersion": WORKFLOWS[0], "kind": "Workflow", "name": "play", "uid": owner["metadata"]["uid"]}
    create("v1", "persistentvolumeclaims", _claim([{**mine, "controller": True}]))
    run = coderun("run")
    run["metadata"] |= {"finalizers": [FINALIZER], "ownerReferences": [mine]}
    made = create(CODERUNS[0], CODERUNS[1], run)
    status = {"phase": "Succeeded", "workCompleted": True, "message": "done", "finishedAt": "2026-08-01T00:00:00Z"}
    namespace.api.replace(f"{path(namespace.name, *CODERUNS, 'run')}/status", {**made, "status": status})


def path(namespace: str, api: str, plural: str, name: str) -> str:
    return resource(api, plural, namespace, name)


def empty(namespace: Namespace) -> None:
    """Delete what fill() made."""
    api, name = namespace.api, namespace.name
    for where, plural, names in (
        (CODERUNS[0], CODERUNS[1], ["run"]),
        (WORKFLOWS[0], WORKFLOWS[1], ["play"]),
        ("v1", "persistentvolumeclaims", ["work"]),
        ("rbac.authorization.k8s.io/v1", "rolebindings", ["r"]),
        ("rbac.authorization.k8s.io/v1", "roles", ["reader"]),
        ("apps/v1", "deployments", ["server"]),
        ("v1", "services", ["plain", "headless", "outside"]),
        ("v1", "secrets", ["token"]),
        ("v1", "configmaps", ["settings"]),
    ):
        for one in names:
            delete(api, path(name, where, plural, one))


def delete(api: Client, where: str) -> None:
    """Delete one object whatever its version is, also what a finalizer would hold."""
    found = api.get_or_none(where)
    if found is None:
        return
    try:
        if found["metadata"].get("finalizers"):
            found = api.patch(where, {"metadata": {"finalizers": None}})
        api.delete(where, found["metadata"]["uid"], found["metadata"]["resourceVersion"])
    except NotFoundError:
        return  # it went with its owner
    except OpsError as error:
        if error.status != 409:
            raise
        delete(api, where)


def _old_workflow() -> dict[str, Any]:
    """Finished 90 days ago, to be deleted a day after it; its artifacts are to go with it."""
    found = workflow("play", finalizers=["workflows.argoproj.io/artifact-gc"])
    found["spec"]["ttlStrategy"] = {"secondsAfterCompletion": 86400 * 365}
    found["status"]["nodes"] = {"play": {"id": "play", "name": "play", "type": "DAG", "phase": "Succeeded"}}
    return found


def _deployment() -> dict[str, Any]:
    labels = {"app": "server"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "busybox:1.36"}]}}
    spec = {"replicas": 0, "selector": {"matchLabels": labels}, "template": pod}
    return {"kind": "Deployment", "metadata": {"name": "server"}, "spec": spec}


def _claim(owners: list[dict[str, Any]]) -> dict[str, Any]:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    return {"kind": "PersistentVolumeClaim", "metadata": {"name": "work", "ownerReferences": owners}, "spec": spec}
