# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of Argo Workflows and of the work under way after any upgrade that was killed and run again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.backup.holding import MARK as HELD
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_record
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_definitions import read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import Record
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.processes import running
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.rollout import MARK

from tests.support.cluster import Namespace
from tests.support.nodes import delete
from tests.support.upgrades_argo import CONTROLLER, NEW, OLD, SERVER, Argo, until
from tests.support.workflows import act, node_phases, phase

_AUTOSCALERS = ("autoscaling/v2", "horizontalpodautoscalers")
_APPLICATIONS = ("argoproj.io/v1alpha1", "applications")
_DEFINITION = resource("apiextensions.k8s.io/v1", "customresourcedefinitions", name="applications.argoproj.io")


class KilledArgo:
    """Argo Workflows with workflows under way, and with an autoscaler and an automatic sync that an upgrade holds."""

    def __init__(self, argo: Argo, namespace: Namespace, flights: list[str]) -> None:
        self.argo, self.api = argo, argo.api
        self._namespace, self._flights = namespace, list(flights)
        self._acting = {path: self.api.get(path)["spec"] for path in (self._add_autoscaler(), self._add_application())}
        self._before = {name: self._nodes(name) for name in flights}
        self._pods = self._made()
        self._record = upgrade_record.place("agent-platform-ops", "argo_workflows")
        self._definitions = {OLD: self._there()}

    @property
    def scratch(self) -> Any:
        """Folder of the control plane that an upgrade starts to compare definitions."""
        return self.argo.lab.state / "scratch-lab"

    def is_marked(self, name: str) -> Callable[[], bool]:
        """Whether a Deployment was moved."""
        return lambda: MARK in (self.api.get(self.argo.path(name))["metadata"].get("annotations") or {})

    def is_held(self) -> bool:
        """Whether anything is."""
        return any(HELD in (self.api.get(path)["metadata"].get("labels") or {}) for path in self._acting)

    def record(self) -> Record | None:
        return upgrade_record.load(self.api, self._record)

    def version(self) -> str:
        """The version at which it is; that everything is as it should be there.

        :raises AssertionError: when it is between two versions, something is held, or work was lost
        """
        found = self.argo.versions()[0]
        until(lambda: self.argo.versions() == [found] * 3)
        self._require_kept(found)
        assert not self.is_held()
        assert {path: self.api.get(path)["spec"] for path in self._acting} == self._acting
        assert not running([self.scratch]), "its scratch server runs"
        assert not self.scratch.exists()
        self._require_work()
        return found

    def land(self) -> None:
        """Let one of the workflows that were held all the time go on, and see that it succeeds."""
        name = self._flights.pop()
        act(self.api, "resumed", namespace=self._namespace.name, names=[name], node="hold", reason="It lands")
        until(lambda: phase(self._namespace.workflows()[name]) == "Succeeded", 120)
        self._before[name] = self._nodes(name)
        self._pods |= self._made()

    def remove(self) -> None:
        for path in (*self._acting, _DEFINITION):
            delete(self.api, path)

    def _require_kept(self, version: str) -> None:
        """What is kept of an upgrade leads back to exactly what was there."""
        marked = [name for name in (CONTROLLER, SERVER) if self.is_marked(name)()]
        record = self.record()
        assert self._definitions.setdefault(version, self._there()) == self._there()
        if version == OLD:
            assert (record, marked) == (None, [])
            return
        assert record
        assert (record.old, record.new, record.phase, marked) == (OLD, NEW, upgrade_record.DONE, [CONTROLLER, SERVER])
        kept = {one.path: one.item["spec"] for one in record.kept if one.item}
        changed = {path: spec for path, spec in self._definitions[OLD].items() if spec != self._there()[path]}
        assert kept == changed
        assert kept

    def _require_work(self) -> None:
        """Nothing that was under way is lost, and nothing ran twice."""
        assert {name: self._nodes(name) for name in self._before} == self._before
        assert self._made() == self._pods, "a step ran again"

    def _nodes(self, name: str) -> dict[str, str]:
        return node_phases(self._namespace.workflows()[name])

    def _made(self) -> dict[str, str]:
        """Uids of the pods of all steps, by name."""
        pages = self.api.pages(resource("v1", "pods", self._namespace.name))
        return {one["metadata"]["name"]: one["metadata"]["uid"] for page in pages for one in page}

    def _there(self) -> dict[str, dict[str, Any]]:
        """Specs of the definitions of Argo Workflows by path."""
        rows = read([self.argo.definitions(NEW)], "argo").rows
        return {one.path: self.api.get(one.path)["spec"] for one in rows}

    def _add_autoscaler(self) -> str:
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": SERVER}
        body = {
            "apiVersion": _AUTOSCALERS[0],
            "kind": "HorizontalPodAutoscaler",
            "metadata": {"generateName": "server-", "namespace": "argo"},
            "spec": {"scaleTargetRef": target, "minReplicas": 1, "maxReplicas": 1},
        }
        made = self.api.create(resource(*_AUTOSCALERS, "argo"), body)
        return resource(*_AUTOSCALERS, "argo", made["metadata"]["name"])

    def _add_application(self) -> str:
        """One of Argo CD, which does not run here: nobody syncs it."""
        names = {"plural": "applications", "singular": "application", "kind": "Application"}
        schema = {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}}
        version = {"name": "v1alpha1", "served": True, "storage": True, "schema": schema}
        spec = {"group": "argoproj.io", "scope": "Namespaced", "names": names, "versions": [version]}
        about = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition"}
        self.api.apply(_DEFINITION, {**about, "metadata": {"name": "applications.argoproj.io"}, "spec": spec})
        until(lambda: self.api.get_or_none(resource(*_APPLICATIONS)) is not None)
        path = resource(*_APPLICATIONS, "argo", "argo-workflows")
        body = {
            "apiVersion": _APPLICATIONS[0],
            "kind": "Application",
            "metadata": {"name": "argo-workflows"},
            "spec": {"destination": {"namespace": "argo"}, "syncPolicy": {"automated": {"prune": True}}},
        }
        self.api.apply(path, body)
        return path
