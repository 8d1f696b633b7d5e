# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds that the sample is made of: where they live, and what their API server does with a status. Private API."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.lab.sample.shapes import Object


@dataclass(frozen=True)
class Kind:
    """``status_apart``: a create drops the status, which is written to a subresource of its own."""

    api: str
    plural: str
    status_apart: bool = False
    # Stays when the sample is made afresh: others may have come to depend on it.
    lasting: bool = False

    def path(self, namespace: str | None = None, name: str | None = None) -> str:
        return resource(self.api, self.plural, namespace, name)


_ARGO = "argoproj.io/v1alpha1"

# In the order in which a fresh start deletes: first what counts or makes other objects.
KINDS = {
    "ResourceQuota": Kind("v1", "resourcequotas"),
    "Workflow": Kind(_ARGO, "workflows"),
    "WorkflowTemplate": Kind(_ARGO, "workflowtemplates"),
    "Sensor": Kind(_ARGO, "sensors", status_apart=True),
    "EventSource": Kind(_ARGO, "eventsources", status_apart=True),
    "EventBus": Kind(_ARGO, "eventbus", status_apart=True),
    "CodeRun": Kind("agents.platform/v1", "coderuns", status_apart=True),
    "Certificate": Kind("cert-manager.io/v1", "certificates", status_apart=True),
    "Deployment": Kind("apps/v1", "deployments"),
    "StatefulSet": Kind("apps/v1", "statefulsets"),
    "Pod": Kind("v1", "pods", status_apart=True),
    "Service": Kind("v1", "services"),
    "PersistentVolumeClaim": Kind("v1", "persistentvolumeclaims"),
    "PersistentVolume": Kind("v1", "persistentvolumes"),
    "ServiceAccount": Kind("v1", "serviceaccounts", lasting=True),
    "StorageClass": Kind("storage.k8s.io/v1", "storageclasses", lasting=True),
    "Namespace": Kind("v1", "namespaces", lasting=True),
    "CustomResourceDefinition": Kind("apiextensions.k8s.io/v1", "customresourcedefinitions", lasting=True),
}


def kind_of(made: Object) -> Kind:
    try:
        return KINDS[made["kind"]]
    except KeyError as error:
        raise OpsError("invalid", f"the sample cannot hold an object of kind {made.get('kind')!r}") from error


def path_of(made: Object) -> str:
    meta = made["metadata"]
    return kind_of(made).path(meta.get("namespace"), meta["name"])
