# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manifest of a workflow that is submitted, and whether one of its name is the same. Pure. Private API."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import change as c
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import labels
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Mark, Refused, Unchanged
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.parameters import (
    parameter_names,
    unknown_parameters,
    with_parameters,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text

RESUBMITTED = "workflows.argoproj.io/resubmitted-from-workflow"
_DIGEST = f"{c.ANNOTATION}submit-digest"
_CREATOR = "workflows.argoproj.io/creator"
_ARGO_KEEPS = (labels.PHASE, labels.COMPLETED, labels.ARCHIVING)
#: what the controller and people write into a spec later on
_LATER = ("suspend", "shutdown")


@dataclass(frozen=True, slots=True)
class Order:
    """What a submission adds to its origin: the manifest gets either name or generate_name."""

    namespace: str
    name: str = ""
    generate_name: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)


def of_template(name: str, cluster_scope: bool) -> dict[str, Any]:
    """A workflow that refers to a template, as `argo submit --from` makes it."""
    reference = {"name": name, **({"clusterScope": True} if cluster_scope else {})}
    marks = {labels.TEMPLATES[1 if cluster_scope else 0]: name}
    return {
        "metadata": {"generateName": f"{name}-", "labels": marks},
        "spec": {"workflowTemplateRef": reference},
    }


def of_ended(workflow: object) -> dict[str, Any] | Refused:
    """The workflow once more: what Argo and this collection wrote into it is left out."""
    facts = c.any_facts(workflow, "submitted again")
    if isinstance(facts, Refused):
        return facts
    if facts.phase not in FINISHED:
        return Refused(f"its phase is {facts.phase or 'empty'}; only one that has ended is submitted again")
    name, annotations = text(facts.metadata.get("name")), mapping(facts.metadata.get("annotations"))
    marks = {key: value for key, value in facts.labels.items() if key not in _ARGO_KEEPS}
    kept = {key: value for key, value in annotations.items() if not key.startswith((c.ANNOTATION, "kubectl."))}
    return {
        "metadata": {
            "generateName": text(facts.metadata.get("generateName")) or f"{name}-",
            "labels": {k: v for k, v in marks.items() if not k.startswith(_CREATOR)} | {RESUBMITTED: name},
            "annotations": kept,
            **{key: facts.metadata[key] for key in ("ownerReferences",) if key in facts.metadata},
        },
        "spec": {key: value for key, value in facts.spec.items() if key not in _LATER},
    }


def reference_of(manifest: Mapping[str, Any]) -> tuple[str, bool]:
    """(name, whether of the cluster) of the template that a workflow refers to; an empty name for none."""
    reference = mapping(mapping(manifest.get("spec")).get("workflowTemplateRef"))
    return text(reference.get("name")), reference.get("clusterScope") is True


def build(manifest: dict[str, Any], order: Order, template: Sequence[Any], mark: Mark) -> dict[str, Any] | Refused:
    """What is sent to the API server.

    :param template: parameters of the template that it refers to
    """
    metadata, spec = mapping(manifest.get("metadata")), mapping(manifest.get("spec"))
    if not spec:
        return Refused("the workflow has no spec")
    place = metadata.get("namespace")
    if place not in (None, "", order.namespace):
        return Refused(f"the workflow is of namespace {place!s:.60}, not {order.namespace}")
    own = sequence(mapping(spec.get("arguments")).get("parameters"))
    if why := unknown_parameters(order.parameters, [*parameter_names(own), *parameter_names(template)]):
        return Refused(why)
    if missing := _without_value([*template, *own], {*order.parameters, *_valued(own)}):
        return Refused(f"parameter {missing[0]:.80} has no value and no default; give it in parameters")
    made = c.annotated({"metadata": copy.deepcopy(metadata)}, "submit", mark)["metadata"]
    made = {key: value for key, value in made.items() if key in ("labels", "annotations", "ownerReferences")}
    made["labels"] = {**mapping(metadata.get("labels")), **order.labels}
    spec = with_parameters(copy.deepcopy(spec), order.parameters)
    made["annotations"][_DIGEST] = _digest(spec, made["labels"])
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {**made, "namespace": order.namespace, **_named(metadata, order)},
        "spec": spec,
    }


def compare(existing: object, manifest: Mapping[str, Any]) -> Unchanged | Refused:
    """Whether the workflow that has the name already is what would be submitted."""
    metadata, spec = mapping(mapping(existing).get("metadata")), mapping(mapping(existing).get("spec"))
    theirs = mapping(metadata.get("annotations")).get(_DIGEST)
    same = theirs == mapping(manifest["metadata"]["annotations"]).get(_DIGEST)
    if not theirs:
        same = {key: value for key, value in spec.items() if key not in _LATER} == manifest["spec"]
    phase = text(mapping(mapping(existing).get("status")).get("phase")) or "without a phase"
    if same:
        return Unchanged(f"it was submitted already and is {phase}")
    return Refused(f"another workflow of this name is there ({phase}); take another name, or submit without one")


def _named(metadata: Mapping[str, Any], order: Order) -> dict[str, str]:
    if order.generate_name:
        return {"generateName": order.generate_name}
    if name := order.name or text(metadata.get("name")):
        return {"name": name}
    return {"generateName": text(metadata.get("generateName")) or "workflow-"}


def _valued(parameters: Sequence[Any]) -> list[str]:
    return parameter_names([one for one in parameters if isinstance(one, dict) and ("value" in one or _default(one))])


def _without_value(parameters: Sequence[Any], given: set[str]) -> list[str]:
    return [
        name
        for one in parameters
        for name in parameter_names([one])
        if name not in given and "value" not in one and not _default(one)
    ]


def _default(parameter: Mapping[str, Any]) -> bool:
    """Whether a value comes from somewhere: a default, or a place that the controller reads."""
    return "default" in parameter or bool(mapping(parameter.get("valueFrom")))


def _digest(spec: Mapping[str, Any], marks: Mapping[str, Any]) -> str:
    content = json.dumps([spec, marks], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()
