# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Submit one workflow, and see that a controller picks it up. Private API."""

from __future__ import annotations

from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import effects, submission
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Mark, Refused, Unchanged
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.parameters import as_text
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.submission import Order
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.workflow_await import Awaited, wait_for
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl, short
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

ORIGINS = ("template", "cluster_template", "workflow", "resubmit")


def submit(client: Client, options: dict[str, Any], mark: Mark, fence: Fence, check: bool) -> Acted:
    """Create what the options of the module describe.

    :raises OpsError: before anything is touched, when it cannot be submitted so
    """
    require_sense(options)
    order = Order(
        options["namespace"],
        options["name"],
        options["generate_name"],
        _texts(options["parameters"]),
        _texts(options["labels"]),
    )
    manifest = _manifest(client, options, order, mark)
    name = manifest["metadata"].get("name")
    existing = client.get_or_none(resource(*WORKFLOWS, order.namespace, name)) if name else None
    if existing is None and check:
        client.create(resource(*WORKFLOWS, order.namespace), manifest, dry_run=True)
        return _acted(manifest, "planned", _words(options))
    if existing is None:
        fence.check()
        made = _create(client, order.namespace, manifest)
        if made is not None:
            return _seen(client, made, "changed", _words(options), options["wait"])
        existing = client.get(resource(*WORKFLOWS, order.namespace, name))
    same = submission.compare(existing, manifest)
    if isinstance(same, Refused):
        raise OpsError("refused", f"workflow {order.namespace}/{name}: {same.why}")
    if check:
        return _acted(existing, "unchanged", "", same.why)
    return _seen(client, existing, "unchanged", "", options["wait"], same)


def require_sense(options: dict[str, Any]) -> None:
    """:raises OpsError: invalid, naming the option and the accepted form"""
    given = [origin for origin in ORIGINS if options[origin]]
    if len(given) != 1:
        said = f"{' and '.join(given)} are given" if given else "none is given"
        raise OpsError("invalid", f"one of {', '.join(ORIGINS)} says what is submitted; {said}")
    if not options["namespace"]:
        raise OpsError("invalid", "namespace: it is empty; say where the workflow is to run")
    for option in ("names", "selector", "namespaces"):
        if options[option]:
            raise OpsError("invalid", f"{option} has no meaning with state submitted; name is that of the new workflow")
    if options["name"] and options["generate_name"]:
        raise OpsError("invalid", "name and generate_name are given; the second is for a workflow without the first")


def _manifest(client: Client, options: dict[str, Any], order: Order, mark: Mark) -> dict[str, Any]:
    origin = _origin(client, options)
    if not isinstance(origin, Refused):
        origin = submission.build(origin, order, _template_parameters(client, origin, order.namespace), mark)
    if isinstance(origin, Refused):
        raise OpsError("refused", f"{_words(options)} cannot be done: {origin.why}; nothing was submitted")
    return origin


def _origin(client: Client, options: dict[str, Any]) -> dict[str, Any] | Refused:
    if options["workflow"]:
        return options["workflow"]
    if options["resubmit"]:
        name, namespace = options["resubmit"], options["namespace"]
        found = client.get_or_none(resource(*WORKFLOWS, namespace, name))
        if found is None:
            raise OpsError("invalid", f"resubmit: there is no workflow {name:.80} in namespace {namespace}")
        return submission.of_ended(found)
    name = options["template"] or options["cluster_template"]
    return submission.of_template(name, bool(options["cluster_template"]))


def _template_parameters(client: Client, manifest: dict[str, Any], namespace: str) -> list[Any]:
    """Parameters of the template that a manifest refers to.

    :raises OpsError: invalid, when there is no such template: the controller would fail the workflow at once
    """
    name, cluster = submission.reference_of(manifest)
    if not name:
        return []
    plural, place = ("clusterworkflowtemplates", None) if cluster else ("workflowtemplates", namespace)
    found = client.get_or_none(resource(WORKFLOWS[0], plural, place, name))
    if found is None:
        kind = "ClusterWorkflowTemplate" if cluster else f"WorkflowTemplate in namespace {namespace}"
        hint = f"kubectl get {plural}{'' if cluster else ' -A'} shows what is there."
        raise OpsError("invalid", f"there is no {kind} of name {name:.80}; nothing was submitted", hint=hint)
    return sequence(mapping(mapping(found.get("spec")).get("arguments")).get("parameters"))


def _create(client: Client, namespace: str, manifest: dict[str, Any]) -> dict[str, Any] | None:
    """What was made; None when somebody else was quicker to take the name."""
    try:
        return client.create(resource(*WORKFLOWS, namespace), manifest)
    except OpsError as error:
        if error.status == 409 and manifest["metadata"].get("name"):
            return None
        raise


def _seen(
    client: Client, workflow: dict[str, Any], outcome: str, detail: str, wait: float, same: Unchanged | None = None
) -> Acted:
    meta = workflow["metadata"]
    awaited = Awaited(meta["namespace"], meta["name"], meta["uid"], effects.picked_up)
    missing = wait_for(client, [awaited], wait, gone_is_done=False)
    if missing:
        return _acted(workflow, "unverified", detail, f"{missing[meta['uid']]} after {wait:g} s")
    now = client.get_or_none(resource(*WORKFLOWS, meta["namespace"], meta["name"])) or {}
    if not same and effects.phase_of(now) in ("Failed", "Error"):
        words = short(mapping(now.get("status")).get("message"))
        ended = f"it was submitted and ended at once ({effects.phase_of(now)})"
        return _acted(workflow, "failed", detail, f"{ended}: {words}" if words else ended)
    return _acted(workflow, outcome, detail, same.why if same else "")


def _acted(workflow: dict[str, Any], outcome: str, detail: str, reason: str = "") -> Acted:
    meta = workflow["metadata"]
    name = meta.get("name") or f"{meta.get('generateName', '')}…"
    about = {"namespace": meta["namespace"], "name": name, "uid": text(meta.get("uid"))}
    action = Action(
        "Workflow",
        **about,
        verb="submit",
        done="submitted",
        outcome=outcome,
        detail=detail,
        reason=reason,
        evidence=kubectl("get", "workflow", name, "-o", "yaml", namespace=meta["namespace"]),
        after={"spec": workflow["spec"], "labels": meta.get("labels", {})},
    )
    return Acted([action], None, {"workflow": about, "not_selected": 0})


def _words(options: dict[str, Any]) -> str:
    if options["resubmit"]:
        return f"submit {options['resubmit']:.80} again"
    name = options["template"] or options["cluster_template"]
    return f"submit template {name:.80}" if name else "submit a manifest"


def _texts(values: dict[str, Any] | None) -> dict[str, str]:
    return {str(name): as_text(value) for name, value in (values or {}).items()}
