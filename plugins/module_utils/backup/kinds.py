# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of objects that a backup holds, in the order in which they come back. Pure. Private API.

Versions and whether a kind lives in namespaces are asked from the server: they move, these names do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

#: what a restored object may need is in an earlier wave; what could refuse or change others comes last. What acts on
#: work comes after it: a controller that finds work without its status begins it anew
DEFINITIONS, NAMESPACES, CLASSES, SETTINGS, RIGHTS, NETWORK, TEMPLATES, WORK, WORKLOADS, LIMITS, GATES = range(11)

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of objects.

    resource: its plural and group as kubectl names it, such as deployments.apps.
    status: the status is state that nobody makes anew, so it belongs to the object.
    state: backed up also where its controller's owner is, because the owner would make another one.
    """

    resource: str
    wave: int
    status: bool = False
    state: bool = False

    @property
    def plural(self) -> str:
        return self.resource.partition(".")[0]

    @property
    def group(self) -> str:
        """Empty for the core group."""
        return self.resource.partition(".")[2]


CATALOGUE: tuple[Kind, ...] = (
    Kind("customresourcedefinitions.apiextensions.k8s.io", DEFINITIONS),
    Kind("namespaces", NAMESPACES),
    Kind("storageclasses.storage.k8s.io", CLASSES),
    Kind("priorityclasses.scheduling.k8s.io", CLASSES),
    Kind("serviceaccounts", SETTINGS),
    Kind("secrets", SETTINGS),
    Kind("configmaps", SETTINGS),
    Kind("persistentvolumeclaims", SETTINGS, state=True),
    Kind("clusterroles.rbac.authorization.k8s.io", RIGHTS),
    Kind("clusterrolebindings.rbac.authorization.k8s.io", RIGHTS),
    Kind("roles.rbac.authorization.k8s.io", RIGHTS),
    Kind("rolebindings.rbac.authorization.k8s.io", RIGHTS),
    Kind("services", NETWORK),
    Kind("ingresses.networking.k8s.io", NETWORK),
    Kind("networkpolicies.networking.k8s.io", NETWORK),
    Kind("clusterissuers.cert-manager.io", TEMPLATES),
    Kind("issuers.cert-manager.io", TEMPLATES),
    Kind("certificates.cert-manager.io", TEMPLATES),
    Kind("clustersecretstores.external-secrets.io", TEMPLATES),
    Kind("secretstores.external-secrets.io", TEMPLATES),
    Kind("externalsecrets.external-secrets.io", TEMPLATES),
    Kind("clusterworkflowtemplates.argoproj.io", TEMPLATES),
    Kind("workflowtemplates.argoproj.io", TEMPLATES),
    Kind("eventbus.argoproj.io", TEMPLATES),
    Kind("appprojects.argoproj.io", TEMPLATES),
    Kind("workflows.argoproj.io", WORK, status=True, state=True),
    Kind("coderuns.agents.platform", WORK, status=True, state=True),
    Kind("cronworkflows.argoproj.io", WORK, status=True),
    Kind("workfloweventbindings.argoproj.io", WORK),
    Kind("eventsources.argoproj.io", WORK),
    Kind("sensors.argoproj.io", WORK),
    Kind("applications.argoproj.io", WORK),
    Kind("deployments.apps", WORKLOADS),
    Kind("statefulsets.apps", WORKLOADS),
    Kind("daemonsets.apps", WORKLOADS),
    Kind("cronjobs.batch", WORKLOADS),
    Kind("resourcequotas", LIMITS),
    Kind("limitranges", LIMITS),
    Kind("poddisruptionbudgets.policy", LIMITS),
    Kind("horizontalpodautoscalers.autoscaling", LIMITS),
    Kind("validatingadmissionpolicies.admissionregistration.k8s.io", GATES),
    Kind("validatingadmissionpolicybindings.admissionregistration.k8s.io", GATES),
    Kind("mutatingwebhookconfigurations.admissionregistration.k8s.io", GATES),
    Kind("validatingwebhookconfigurations.admissionregistration.k8s.io", GATES),
)

#: never in a backup, whoever asks: they tell of a moment, or belong to one node or one process
NEVER = frozenset(
    (
        "events",
        "events.events.k8s.io",
        "leases.coordination.k8s.io",
        "nodes",
        "pods",
        "endpoints",
        "endpointslices.discovery.k8s.io",
        "replicasets.apps",
        "controllerrevisions.apps",
        "componentstatuses",
        "bindings",
    )
)


@dataclass(frozen=True, slots=True)
class Served:
    """A kind as a server serves it. api: group and version, such as apps/v1."""

    kind: Kind
    api: str
    name: str
    namespaced: bool


def catalogue(more: Iterable[Mapping[str, Any]]) -> tuple[Kind, ...]:
    """The kinds of a backup with those that a site adds, in the order of their restoration.

    :param more: {"resource": plural.group, "status": whether its status is state}
    :raises OpsError: invalid, naming the row
    """
    own = {kind.resource: kind for kind in map(_own, more)}
    kinds = [own.pop(kind.resource, kind) for kind in CATALOGUE]
    return tuple(sorted([*kinds, *own.values()], key=lambda kind: kind.wave))


def _own(row: Mapping[str, Any]) -> Kind:
    resource = str(row.get("resource", ""))
    if not _NAME.fullmatch(resource):
        raise OpsError("invalid", f"kinds: {resource!r} is no resource; give it as plural.group, such as jobs.batch")
    if resource in NEVER:
        raise OpsError("invalid", f"kinds: {resource} cannot be backed up; it tells of a moment and is made anew")
    known = next((kind for kind in CATALOGUE if kind.resource == resource), None)
    status = bool(row.get("status"))
    if known:
        return Kind(resource, known.wave, known.status or status, known.state)
    return Kind(resource, WORK, status=status)


def known(resource: str) -> Kind:
    """The kind of a resource; what only a site knows comes back with the work, and its status is not state."""
    return next((kind for kind in CATALOGUE if kind.resource == resource), Kind(resource, WORK))


def served(kinds: Sequence[Kind], offered: Iterable[Mapping[str, Any]]) -> tuple[list[Served], list[Kind]]:
    """The kinds that a server serves, each in the version that it prefers, and those that it does not.

    :param offered: {"resource", "api", "kind", "namespaced"}, of several versions the preferred one first
    """
    by_name: dict[str, Mapping[str, Any]] = {}
    for row in offered:
        by_name.setdefault(str(row["resource"]), row)
    found, missing = [], []
    for kind in kinds:
        row = by_name.get(kind.resource)
        if row is None:
            missing.append(kind)
        else:
            found.append(Served(kind, str(row["api"]), str(row["kind"]), bool(row["namespaced"])))
    return found, missing
