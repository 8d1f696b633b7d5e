# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of a snapshot: which objects, where they are read, and what is kept of them. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import RETRY_KEYS

Scope = Literal["cluster", "platform"]


@dataclass(frozen=True, slots=True)
class Part:
    """Objects of one kind.

    scope: cluster for one list over all of it, platform for one list in each namespace of the platform.
    kept: dotted fields that are kept besides kind and the usual metadata; nothing means the whole object.
    namespaces: where to look instead of the platform's namespaces.
    """

    name: str
    api: str
    plural: str
    kind: str
    scope: Scope = "platform"
    kept: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()

    def places(self, platform: Iterable[str]) -> tuple[str, ...]:
        """Namespaces to list one by one; the empty one stands for a list over the whole cluster."""
        if self.scope == "cluster":
            return ("",)
        return self.namespaces or tuple(dict.fromkeys(platform)) or ("",)


PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        Part("nodes", "v1", "nodes", "Node", "cluster", ("spec.unschedulable", "spec.taints", "status.conditions",
             "status.allocatable", "status.capacity", "status.nodeInfo")),
        Part("namespaces", "v1", "namespaces", "Namespace", "cluster", ("status.phase",)),
        Part("deployments", "apps/v1", "deployments", "Deployment", "platform", ("spec.replicas", "spec.paused",
             "spec.selector", "status")),
        Part("statefulsets", "apps/v1", "statefulsets", "StatefulSet", "platform", ("spec.replicas", "status")),
        Part("pods", "v1", "pods", "Pod", "platform", ("spec.nodeName", "spec.restartPolicy", "spec.containers.name",
             "spec.containers.resources", "status")),
        Part("sensors", "argoproj.io/v1alpha1", "sensors", "Sensor", "platform", ("spec.replicas", "status")),
        Part("eventsources", "argoproj.io/v1alpha1", "eventsources", "EventSource", "platform", ("spec.replicas",
             "status")),
        Part("eventbuses", "argoproj.io/v1alpha1", "eventbus", "EventBus", "platform", ("status",)),
        Part("coderuns", "agents.platform/v1", "coderuns", "CodeRun", "platform", ("spec.taskId", "spec.service",
             "spec.githubApp", "spec.runType", "spec.contextVersion", *(f"spec.env.{key}" for key in RETRY_KEYS),
             "status")),
        Part("jobs", "batch/v1", "jobs", "Job", "platform", ("spec.suspend", "status")),
        Part("quotas", "v1", "resourcequotas", "ResourceQuota", "platform", ("spec.hard", "status")),
        Part("claims", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "platform", ("spec.resources",
             "spec.storageClassName", "spec.accessModes", "spec.volumeName", "status")),
        Part("certificates", "cert-manager.io/v1", "certificates", "Certificate", "cluster", ("spec.secretName",
             "status")),
    )
}  # fmt: skip

#: Parts that flows/health_info.py fills in its own way, each a list of plain objects:
#:
#: workflows         one: {"counts": {state: number}, "open": [{"metadata", "judgement"}], "ended": [{"template",
#:                   "succeeded", "failed", "last": {"namespace", "name", "message"}}]}; a judgement is
#:                   argo.phases.Judgement.as_dict() with its contradictions, by the thresholds stuck, never_picked_up
#:                   and clock_skew of the checks that read it; "ended" counts what ended in the window
#:                   settings["window"] (seconds), by template; "last" is the newest failure, None without one
#: emergency_stop    one: the answer of health.facts.emergency_stop
#: services          one for each: {"service": "prometheus", "url", "answer": {"status", "content", "msg"}}
#: volume_usage      one for each claim that a source knows: {"namespace", "name", "used", "capacity"} in bytes;
#:                   without a source the part is unread, with the reason
#: backups           one for each backup of this platform in the store: {"key", "kind", "finished", "complete",
#:                   "proved"}; proved is None as long as nobody has verified it
#: datasets          one for each kind of other data that is kept or is to be: {"kind", "limit", "datasets"}; limit in
#:                   seconds or None; datasets from the newest down to the first that can be used, each {"id",
#:                   "started", "believed", "whole", "problem"}
#: held              one for each object that is held: {"kind", "namespace", "name", "since"}; since is RFC 3339, or
#:                   nothing where the API server did not note it
SPECIAL = ("workflows", "emergency_stop", "services", "volume_usage", "backups", "datasets", "held")

#: settings that a View carries: components [{"kind", "namespace", "name"}] that must be there and available,
#: namespaces of the platform, window (seconds)
SETTINGS = ("components", "namespaces", "window")
