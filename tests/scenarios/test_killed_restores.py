# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL of restore and quiesce at any moment, then run again. KILLS sets the length of each series.

Whatever a kill leaves: the next run brings back what is missing and writes nothing twice, what had ended does not run
again, and everything that was held acts again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from tests.support import killing, restores
from tests.support.backups import make_keys
from tests.support.coderun_controller import StandInCodeRunController
from tests.support.finished_work import FinishedWork
from tests.support.killing import KILLS, Begun, Killer

DEFINITIONS = "customresourcedefinitions.apiextensions.k8s.io"
PLACE = ("namespace", "name")


@pytest.fixture
def site(lab, namespace, tmp_path):
    return FinishedWork(lab, namespace, make_keys(tmp_path / "keys"), str(tmp_path / "store"))


def test_a_killed_restore_is_finished_by_the_next_one_and_nothing_runs_again(site, api) -> None:
    site.back_up()
    options = {**site.options, "namespaces": [site.namespace.name]}
    site.empty()
    began = time.monotonic()
    assert killing.run("restore", **options)["total"] == len(site.paths)
    killer = Killer("restore", time.monotonic() - began)
    with StandInCodeRunController(api, [site.namespace.name]) as controller:
        for _kill in range(KILLS):
            controller.pause()  # as role restore holds it
            site.empty()
            position = site.lab.audit_position()
            killer.kill("restore", **options)
            done = killing.run("restore", **options)
            assert not done.get("failed"), done["msg"]
            again = killing.run("restore", **options)
            assert (again["changed"], again["plan"]["states"]) == (False, {"same": len(site.paths)})
            made = site.made(position)
            assert len(made) == len(set(made)), "something was made twice"
            controller.resume()
            site.require_nothing_runs(controller)
    killer.tally.require_hits()


@pytest.fixture
def kind(api):
    """A kind of its own with objects whose status is written apart; removed afterwards."""
    group, plural = "killed.example.org", "things"
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    names = {"plural": plural, "singular": "thing", "kind": "Thing"}
    body = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": names,
            "versions": [{**version, "subresources": {"status": {}}}],
        },
    }
    where = resource("apiextensions.k8s.io/v1", "customresourcedefinitions")
    path = f"{where}/{plural}.{group}"

    def remove() -> None:
        """With its objects, whose finalizers would hold it."""
        if api.get_or_none(path):
            for item in api.list_at(resource(f"{group}/v1", plural), {})[0]:
                restores.delete(api, resource(f"{group}/v1", plural, *(item["metadata"][one] for one in PLACE)))
        restores.delete(api, path)
        until(lambda: api.get_or_none(path) is None)

    remove()
    api.create(where, body)
    until(lambda: api.get_or_none(resource(f"{group}/v1", plural)) is not None)
    yield f"{group}/v1", plural, remove
    remove()


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to this"
        time.sleep(0.05)


def test_a_killed_restore_of_a_kind_with_its_definition_is_finished_by_the_next_one(site, kind) -> None:
    version, plural, remove = kind
    for number in range(30):
        body = {"kind": "Thing", "metadata": {"name": f"thing-{number}", "finalizers": ["example.org/held"]}}
        made = site.namespace.create(version, plural, body)
        path = f"{resource(version, plural, site.namespace.name, f'thing-{number}')}/status"
        site.api.replace(path, {**made, "status": {"ended": True}})
    own = {"resource": f"{plural}.{version.partition('/')[0]}", "status": True}
    site.back_up(DEFINITIONS, own["resource"], kinds=[own])
    options = {**site.options, "kinds": [DEFINITIONS, own["resource"]]}
    killer = None
    for _kill in range(KILLS + 1):
        remove()
        began = time.monotonic()
        if killer:
            killer.kill("restore", **options)
        done = killing.run("restore", **options)
        assert not done.get("failed"), done["msg"]
        killer = killer or Killer("restore of a kind with its definition", time.monotonic() - began)
        again = killing.run("restore", **options)
        assert (again["changed"], again["plan"]["states"].keys()) == (False, {"same"})
        things = site.api.list_at(resource(version, plural, site.namespace.name), {})[0]
        assert [one["status"] for one in things] == [{"ended": True}] * 30
        assert all(one["metadata"]["finalizers"] == ["example.org/held"] for one in things)


def test_two_restores_at_once_bring_everything_back_once(site) -> None:
    site.back_up()
    options = {**site.options, "namespaces": [site.namespace.name]}
    site.empty()
    position = site.lab.audit_position()
    both = [Begun("restore", options) for _each in range(2)]
    for result in [one.result() for one in both]:
        # Without the lock that the runbook takes, one may meet what the other is about to finish, and leaves it.
        assert {row["outcome"] for row in result["rows"]} <= {"changed", "unchanged", "refused"}, result["msg"]
    done = killing.run("restore", **options)
    assert (done["changed"], set(done["plan"]["states"])) == (False, {"same"})
    made = site.made(position)
    assert sorted(made) == sorted(set(made))
    assert len(made) == len(site.paths)


def test_an_identity_that_does_not_fit_restores_nothing(site, tmp_path) -> None:
    site.back_up("configmaps")
    site.empty()
    other = make_keys(tmp_path / "other")
    position = site.lab.audit_position()
    result = killing.run("restore", **{**site.options, "identity": str(other.identity)})
    assert "cannot decrypt" in result["msg"]
    assert site.lab.writes(position) == []


def test_what_is_held_stays_held_when_it_is_replaced_and_is_as_it_was_once_it_is_let_go(site) -> None:
    where = ("apps/v1", "deployments", site.namespace.name, "server")
    labels = {"app": "server"}
    pod = {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "c", "image": "busybox:1.36"}]}}
    spec = {"replicas": 1, "selector": {"matchLabels": labels}, "template": pod}
    site.namespace.create(*where[:2], {"kind": "Deployment", "metadata": {"name": "server"}, "spec": spec})
    site.back_up("deployments.apps")
    site.api.patch(resource(*where), {"metadata": {"labels": {"changed": "yes"}}})
    kubeconfig = str(site.lab.kubeconfig)
    controllers = [{"kind": "Deployment", "namespace": where[2], "name": "server"}]
    held = {"kubeconfig": kubeconfig, "controllers": controllers, "namespaces": [where[2]]}
    killing.run("quiesce", state="quiesced", **held)
    options = {**site.options, "namespaces": [where[2]], "existing": "replace_all"}
    done = killing.run("restore", **options)
    assert (done["changed"], done["total"]) == (True, 1), done
    assert site.api.get(resource(*where))["spec"]["replicas"] == 0
    again = killing.run("restore", **options)
    assert (again["changed"], again["plan"]["states"]) == (False, {"same": 1})
    killing.run("quiesce", state="released", **held)
    found = site.api.get(resource(*where))
    assert (found["spec"]["replicas"], found["metadata"].get("labels")) == (1, None)


COMPONENTS = (
    ("argo", "argo-workflows-workflow-controller"),
    ("argo", "argo-workflows-server"),
    ("argo-events", "argo-events-controller-manager"),
    ("agent-platform", "controller"),
)
SCHEDULES = 15


class Acting:
    """What acts by itself: the controllers of the platform, and schedules in a namespace of the test."""

    def __init__(self, lab, api, namespace) -> None:
        self._api = api
        self._paths = [resource("apps/v1", "deployments", place, name) for place, name in COMPONENTS]
        for number in range(SCHEDULES):
            name = f"schedule-{number}"
            spec = {"schedule": "0 0 1 1 *", "workflowSpec": {"entrypoint": "a", "templates": [{"name": "a"}]}}
            body = {"kind": "CronWorkflow", "metadata": {"name": name}, "spec": {**spec, "suspend": number == 0}}
            namespace.create(WORKFLOWS[0], "cronworkflows", body)
            self._paths.append(resource(WORKFLOWS[0], "cronworkflows", namespace.name, name))
        self.options = {
            "kubeconfig": str(lab.kubeconfig),
            "controllers": [{"kind": "Deployment", "namespace": place, "name": name} for place, name in COMPONENTS],
            "namespaces": [namespace.name],
        }

    def seen(self) -> list[tuple[Any, ...]]:
        """What is wished of each, without what their own controllers write."""
        found = [self._api.get(path) for path in self._paths]
        return [
            (one["spec"], one["metadata"].get("labels"), _own(one["metadata"].get("annotations") or {}))
            for one in found
        ]


def _own(annotations: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in annotations.items() if not key.startswith("deployment.kubernetes.io/")}


@pytest.fixture
def acting(lab, api, namespace):
    found = Acting(lab, api, namespace)
    yield found
    killing.run("quiesce", state="released", **found.options)


def test_whatever_a_killed_quiesce_or_release_leaves_held_is_let_go_by_the_next_release(acting) -> None:
    before = acting.seen()
    killers = {}
    for state in ("quiesced", "released"):
        began = time.monotonic()
        assert not killing.run("quiesce", state=state, **acting.options).get("failed")
        killers[state] = Killer(f"quiesce state={state}", time.monotonic() - began)
    assert acting.seen() == before
    for _kill in range(KILLS):
        killers["quiesced"].kill("quiesce", state="quiesced", **acting.options)
        held = killing.run("quiesce", state="quiesced", **acting.options)
        assert not held.get("failed"), held["msg"]
        killers["released"].kill("quiesce", state="released", **acting.options)
        freed = killing.run("quiesce", state="released", **acting.options)
        assert not freed.get("failed"), freed["msg"]
        assert acting.seen() == before
        assert not killing.run("quiesce", state="released", **acting.options)["changed"]
    for killer in killers.values():
        killer.tally.require_hits()
