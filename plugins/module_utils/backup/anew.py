# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An object of a backup as it is written into a cluster. Pure. Private API.

What the cluster gives out is left out, so that it gives it out anew. Nothing that is written starts work by itself, and
nothing of it is set to delete itself or the artifacts of others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.canonical import canonical
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.choice import NAMESPACES, Choice
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.kinds import Kind
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import MARK, TRACES
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

WORKFLOWS, CODERUNS, JOBS = "workflows.argoproj.io", "coderuns.agents.platform", "jobs.batch"
#: what a restored workflow's own time to live was
TTL = "ops.agent-platform/ttl-strategy"
#: what is told of an object that is not written just as it was
NOTES = {
    "owners": "an owner is neither there nor restored, so the reference to it is dropped",
    "ttl": f"its time to live is taken out and kept in annotation {TTL}, else it would be deleted at once",
    "expires": "its time to live is over, so the workflow controller deletes it at once",
    "artifact_gc": "finalizer artifact-gc is dropped, so that its deletion deletes no artifacts",
    "suspended": "it had not ended, and comes back suspended",
    "runs": "it had not ended, and its controller starts it again",
}
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_ARTIFACT_GC = "workflows.argoproj.io/artifact-gc"
_COMPLETED = "workflows.argoproj.io/completed"
_OWN_NAME = "kubernetes.io/metadata.name"  # a label that every namespace has
_METADATA = ("name", "namespace", "labels", "annotations", "finalizers", "ownerReferences")
#: fields of a spec that are not written, so that the cluster gives them out
_GIVEN = {
    NAMESPACES: ("finalizers",),
    "persistentvolumeclaims": ("volumeName",),
    "services": ("clusterIP", "clusterIPs", "ipFamilies", "healthCheckNodePort"),
    JOBS: ("selector",),
}
_JOB_LABELS = ("controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name")
#: (reference) -> its uid in the cluster, nothing when the owner is not there
Owner = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Terms:
    """backup: its id, the mark on what is written. keep_ttl: workflows keep the time after which they are deleted."""

    backup: str
    choice: Choice
    keep_ttl: bool = False


@dataclass(frozen=True, slots=True)
class Anew:
    """body: what is sent; its status is there where it is state. notes: keys of NOTES."""

    body: dict[str, Any]
    notes: tuple[str, ...] = ()


def anew(kind: Kind, item: Mapping[str, Any], terms: Terms, owner: Owner) -> Anew:
    """The object as it is written.

    :param owner: of references as they stand in the backup
    """
    notes: list[str] = []
    body = {key: value for key, value in item.items() if key != "status" or kind.status}
    body["metadata"] = _metadata(kind, mapping(item.get("metadata")), terms, owner, notes)
    if kind.resource in _GIVEN and isinstance(item.get("spec"), dict):
        body["spec"] = _spec(kind, item["spec"])
    if kind.resource == "rolebindings.rbac.authorization.k8s.io":
        body["subjects"] = [_subject(one, terms.choice) for one in sequence(item.get("subjects"))]
    if kind.resource == "serviceaccounts":
        body.pop("secrets", None)
    if kind.resource == WORKFLOWS:
        _workflow(body, terms, notes)
    if kind.resource == JOBS:
        _job(body)
    if doubt(kind, item) == "live":
        notes.append("runs" if kind.resource == CODERUNS else "suspended")
    return Anew(body, tuple(notes))


def over(kind: Kind, body: Mapping[str, Any], live: Mapping[str, Any]) -> dict[str, Any]:
    """The body that replaces exactly this version of an object.

    What the cluster gave out stays, and no finalizer goes.
    """
    own, there = body["metadata"], mapping(live.get("metadata"))
    metadata = {**own, "uid": there.get("uid"), "resourceVersion": there.get("resourceVersion")}
    finalizers = dict.fromkeys((*sequence(there.get("finalizers")), *sequence(own.get("finalizers"))))
    if finalizers:
        metadata["finalizers"] = list(finalizers)
    made = {**body, "metadata": metadata}
    given = {key: value for key, value in mapping(live.get("spec")).items() if key in _GIVEN.get(kind.resource, ())}
    if given:
        made["spec"] = {**mapping(body.get("spec")), **given}
    return made


def doubt(kind: Kind, item: Mapping[str, Any]) -> str:
    """Why an object is not restored unless that is asked for: live, offloaded, or nothing.

    A Job is always live: its controller runs it again whatever its status says.
    """
    status = mapping(item.get("status"))
    if kind.resource == JOBS:
        return "live"
    if kind.resource == CODERUNS:
        return "" if coderuns.read(item).is_finished else "live"
    if kind.resource != WORKFLOWS:
        return ""
    if text(status.get("phase")) not in FINISHED:
        return "live"
    return "offloaded" if status.get("offloadNodeStatusVersion") and not status.get("nodes") else ""


def _metadata(kind: Kind, metadata: Mapping[str, Any], terms: Terms, owner: Owner, notes: list[str]) -> dict[str, Any]:
    own = {key: metadata[key] for key in _METADATA if metadata.get(key)}
    if text(own.get("namespace")):
        own["namespace"] = terms.choice.target(own["namespace"])
    if kind.resource == NAMESPACES:
        own["name"] = terms.choice.target(text(own.get("name")))
        own["labels"] = {**mapping(own.get("labels")), _OWN_NAME: own["name"]}
    annotations = mapping(own.get("annotations"))
    kept = {key: value for key, value in annotations.items() if key not in TRACES or key == _LAST_APPLIED}
    own["annotations"] = {**kept, MARK: terms.backup}
    references = [{**one, "uid": owner(one)} for one in map(mapping, sequence(own.pop("ownerReferences", None)))]
    if any(not one["uid"] for one in references):
        notes.append("owners")
    if known := [one for one in references if one["uid"]]:
        own["ownerReferences"] = known
    return own


def _spec(kind: Kind, spec: Mapping[str, Any]) -> dict[str, Any]:
    made = {key: value for key, value in spec.items() if key not in _GIVEN[kind.resource]}
    if kind.resource == "services" and spec.get("clusterIP") == "None":
        made["clusterIP"] = "None"  # a headless service says so by its address
    return made


def _subject(one: Any, choice: Choice) -> Any:
    namespace = text(mapping(one).get("namespace"))
    return {**one, "namespace": choice.target(namespace)} if namespace in choice.into else one


def _workflow(body: dict[str, Any], terms: Terms, notes: list[str]) -> None:
    metadata, status = body["metadata"], mapping(body.get("status"))
    if text(status.get("phase")) not in FINISHED:
        body["spec"] = {**mapping(body.get("spec")), "suspend": True}
        return
    # Without this label the controller takes it up again, whatever its phase is.
    metadata["labels"] = {**mapping(metadata.get("labels")), _COMPLETED: "true"}
    finalizers = sequence(metadata.get("finalizers"))
    if _ARTIFACT_GC in finalizers:
        metadata["finalizers"] = [one for one in finalizers if one != _ARTIFACT_GC]
        notes.append("artifact_gc")
    _time_to_live(body, terms, notes)


def _time_to_live(body: dict[str, Any], terms: Terms, notes: list[str]) -> None:
    """The controller looks at the spec first, and then at the template's that it stored in the status."""
    spec, status = mapping(body.get("spec")), mapping(body.get("status"))
    stored = mapping(status.get("storedWorkflowTemplateSpec"))
    found = spec.get("ttlStrategy") or stored.get("ttlStrategy")
    if not found:
        return
    if terms.keep_ttl:
        notes.append("expires")
        return
    body["metadata"]["annotations"][TTL] = canonical(found).decode()
    body["spec"] = {key: value for key, value in spec.items() if key != "ttlStrategy"}
    if "ttlStrategy" in stored:
        left = {key: value for key, value in stored.items() if key != "ttlStrategy"}
        body["status"] = {**status, "storedWorkflowTemplateSpec": left}
    notes.append("ttl")


def _job(body: dict[str, Any]) -> None:
    """The labels by which a Job finds its pods are given out anew; it does not start by itself."""
    spec = {**mapping(body.get("spec")), "suspend": True}
    template = mapping(spec.get("template"))
    metadata = mapping(template.get("metadata"))
    kept = {key: value for key, value in mapping(metadata.get("labels")).items() if key not in _JOB_LABELS}
    spec["template"] = {**template, "metadata": {**metadata, "labels": kept}}
    labels = mapping(body["metadata"].get("labels"))
    body["metadata"]["labels"] = {key: value for key, value in labels.items() if key not in _JOB_LABELS}
    body["spec"] = spec
