# SPDX-License-Identifier: GPL-3.0-or-later
"""Restores on the practice cluster, with the real workflow controller running."""

from __future__ import annotations

import threading
import time

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.store.store import open_store

from tests.support import restores
from tests.support.backups import make_keys, take_backup
from tests.support.cluster import client
from tests.support.coderun_objects import CODERUNS
from tests.support.planes import empty_plane
from tests.support.restores import CANARY, FINALIZER, KINDS, path


class Site:
    """A namespace, and a store for backups of it."""

    def __init__(self, api, namespace, folder) -> None:
        self.api, self.namespace, self.name = api, namespace, namespace.name
        self.keys, self.url = make_keys(folder / "keys"), f"file://{folder / 'store'}"

    def back_up(self, *kinds: str) -> str:
        return take_backup(self.api, open_store(self.url), self.keys, *(kinds or KINDS)).manifest.id

    def act(self, **options):
        return restores.act(self.api, self.keys, self.url, **{"namespaces": [self.name], **options})

    def look(self, **options):
        return restores.look(self.api, self.keys, self.url, **{"namespaces": [self.name], **options})

    def get(self, api: str, plural: str, name: str, namespace: str = ""):
        return self.api.get_or_none(path(namespace or self.name, api, plural, name))


@pytest.fixture
def site(api, namespace, tmp_path):
    return Site(api, namespace, tmp_path)


@pytest.fixture
def versions(api):
    """Every version of the workflows of a namespace from now on."""
    seen, threads = [], []

    def begin(namespace: str):
        collection = resource(*WORKFLOWS, namespace)
        _items, version = api.list_at(collection, {})

        def follow() -> None:
            seen.extend(event["object"] for event in api.watch(collection, version, 12) if event["type"] != "BOOKMARK")

        threads.append(threading.Thread(target=follow))
        threads[0].start()
        return seen

    yield begin
    for thread in threads:
        thread.join()


def test_what_was_deleted_comes_back_as_it_was_and_nothing_of_it_runs_again(site, lab, versions) -> None:
    restores.fill(site.namespace)
    backup = site.back_up()
    assert site.look()["plan"]["states"].keys() == {"same"}
    restores.empty(site.namespace)

    since = lab.audit_position()
    seen = versions(site.name)
    planned = site.act(check=True)
    assert set(restores.outcomes(planned).values()) == {"planned"}
    assert lab.writes(since) == []
    plan = site.look()
    assert plan["plan"]["total"] == len(planned.actions) == 11
    assert CANARY not in str(plan) + str(planned)

    acted = site.act(plan_digest=plan["plan"]["digest"])
    assert (acted.error, set(restores.outcomes(acted).values())) == (None, {"changed"}), acted.actions
    again = site.act()
    assert (again.actions, again.more["plan"]["states"].keys()) == ([], {"same"})

    play = site.get(*WORKFLOWS, "play")
    marked = play["metadata"]["annotations"]
    assert marked["ops.agent-platform/restored-from"] == backup
    assert marked["ops.agent-platform/ttl-strategy"] == '{"secondsAfterCompletion":31536000}'
    assert "ttlStrategy" not in play["spec"]
    assert "finalizers" not in play["metadata"]
    run, claim = site.get(*CODERUNS, "run"), site.get("v1", "persistentvolumeclaims", "work")
    assert [one["metadata"]["ownerReferences"][0]["uid"] for one in (run, claim)] == [play["metadata"]["uid"]] * 2
    assert (run["status"]["phase"], run["metadata"]["finalizers"]) == ("Succeeded", [FINALIZER])
    services = [site.get("v1", "services", name)["spec"] for name in ("plain", "headless", "outside")]
    assert services[0]["clusterIP"] not in ("", "None")
    assert services[1]["clusterIP"] == "None"
    assert services[2]["ports"][0]["nodePort"]

    time.sleep(3)
    assert {one["status"]["phase"] for one in seen} == {"Succeeded"}
    assert all(one["metadata"]["labels"]["workflows.argoproj.io/completed"] == "true" for one in seen)
    assert [item for page in site.api.pages(resource("v1", "pods", site.name)) for item in page] == []


def test_into_another_namespace_beside_the_one_that_is_there(site) -> None:
    restores.fill(site.namespace)
    site.back_up()
    target = f"{site.name}-old"
    acted = site.act(namespaces=[], into={site.name: target})
    assert acted.error is None, acted.actions
    binding = site.get("rbac.authorization.k8s.io/v1", "rolebindings", "r", target)
    assert binding["subjects"][0]["namespace"] == target
    play, claim = site.get(*WORKFLOWS, "play", target), site.get("v1", "persistentvolumeclaims", "work", target)
    assert claim["metadata"]["ownerReferences"][0]["uid"] == play["metadata"]["uid"]
    assert site.get("v1", "services", "outside", target)["spec"]["ports"][0]["nodePort"]
    assert {one.name: one.reason for one in acted.actions if one.reason} == {
        "outside": "its node port belongs to another Service, so the cluster gave it a new one"
    }


def test_definitions_and_what_needs_them_come_back_in_another_cluster_under_another_name(site, lab, tmp_path) -> None:
    definition, templates = "workflowtemplates.argoproj.io", ("argoproj.io/v1alpha1", "workflowtemplates")
    spec = {"entrypoint": "main", "templates": [{"name": "main", "suspend": {}}]}
    site.namespace.create(*templates, {"kind": "WorkflowTemplate", "metadata": {"name": "t"}, "spec": spec})
    site.back_up("customresourcedefinitions.apiextensions.k8s.io", "namespaces", definition)
    with empty_plane(f"{lab.name}-into", tmp_path) as plane:
        fresh = client(plane.kubeconfig)
        first = restores.act(fresh, site.keys, site.url, kinds=["customresourcedefinitions"], names=[definition])
        assert (first.error, len(first.actions)) == (None, 1), first.actions
        then = {"into": {site.name: "elsewhere"}}
        acted = restores.act(fresh, site.keys, site.url, **then)
        assert acted.error is None, acted.actions
        assert fresh.get(path("elsewhere", *templates, "t"))["spec"] == spec
        again = restores.act(fresh, site.keys, site.url, **then)
        assert (again.error, again.actions) == (None, [])


def test_the_runbook_restores_under_its_own_rights_and_a_second_run_finds_nothing(site, lab) -> None:
    site.namespace.create("v1", "configmaps", {"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"k": "old"}})
    site.namespace.create("v1", "secrets", {"kind": "Secret", "metadata": {"name": "s"}, "stringData": {"k": CANARY}})
    keys = restores.keys_of(lab)
    backup = take_backup(site.api, open_store(str(lab.state)), keys, "configmaps", "secrets").manifest.id
    rights = ("-e", f"platform_kubeconfig={lab.kubeconfig_of('restore')}")
    wanted = (*rights, "-e", f"restore_backup={backup}", "-e", f"restore_namespaces={site.name}")
    for plural, name in (("configmaps", "a"), ("secrets", "s")):
        restores.delete(site.api, path(site.name, "v1", plural, name))

    since = lab.audit_position()
    planned = lab.run_playbook("restore", *wanted, "--check")
    assert planned.rc == 0, planned.stdout[-6000:]
    user = "system:serviceaccount:agent-platform-ops:restore"
    assert lab.writes(since, user) == []
    assert planned.record["steps"][0]["changes"]["total"] == 2

    done = lab.run_playbook("restore", *wanted, "-e", "runbook_confirm=lab", "-vvvv")
    assert done.rc == 0, done.stdout[-6000:]
    assert CANARY not in done.stdout
    assert site.get("v1", "configmaps", "a")["data"] == {"k": "old"}
    assert site.get("v1", "secrets", "s")["data"]
    held = [write for write in lab.writes(since, user) if "patch deployments" in write]
    assert len(held) >= 4, "controllers are held and let go"

    again = lab.run_playbook("restore", *wanted, "-e", "runbook_confirm=lab")
    assert (again.rc, again.record["steps"][0]["status"]) == (0, "ok"), again.stdout[-6000:]
