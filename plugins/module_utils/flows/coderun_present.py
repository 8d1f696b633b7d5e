# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a CodeRun, and wait until one is in a phase. Private API."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import lifecycle, schema
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun, read
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.writes import Mark
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.coderun_steps import Goal, carry_out
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

_DEFINITIONS = ("apiextensions.k8s.io/v1", "customresourcedefinitions")
_TOLD = 3
Object = dict[str, Any]


def act(client: Client, options: Object, fence: Fence, check: bool) -> Acted:
    """Make the CodeRun that the options describe, or only wait for one that is there; then wait for its phase.

    :raises OpsError: invalid or refused, before anything is written
    """
    namespace, name, spec = _wanted(options)
    path = resource(*CODERUN.at, namespace)
    if spec is not None:
        _require_fit(client, spec)
    found = client.get_or_none(f"{path}/{name}")
    if found is None and spec is None:
        raise OpsError("invalid", f"there is no CodeRun {namespace}/{name}, and without spec none is made")
    if found is None:
        body = _body(name, options, spec)
        require_kept(spec, client.create(path, body, dry_run=True))
        action, found = _create(client, namespace, body, fence, check)
    else:
        action = _compare(read(found), found, spec)
    run = read(found)
    if not options["wait_for"] or check or action.outcome not in ("changed", "unchanged"):
        return Acted([action])
    done, error = await_phase(client, options, fence, [run], [action])
    return Acted(done, error)


def await_phase(
    client: Client, options: Object, fence: Fence, runs: list[CodeRun], done: list[Action]
) -> tuple[list[Action], OpsError | None]:
    """The actions, of which those count as unverified whose CodeRun did not get into one of the phases in time."""
    goal = Goal(partial(lifecycle.reach, phases=frozenset(options["wait_for"])), Mark("", "", datetime.now(UTC)))
    limits = {"max_changes": options["max_changes"], "wait": options["wait"], "check": False}
    courses, error = carry_out(client, runs, goal, fence, **limits)
    late = {one.first.uid: one.last.why for one in courses if one.last.do != lifecycle.DONE}
    phases = " or ".join(options["wait_for"])
    told = [
        replace(one, outcome="unverified", reason=f"it is not {phases}: {late[one.uid]}") if one.uid in late else one
        for one in done
    ]
    return told, error


def _wanted(options: Object) -> tuple[str, str, Object | None]:
    given = [name for name in ("selector", "workflow", "task") if options[name]]
    if given or len(options["names"]) != 1 or not options["namespace"]:
        raise OpsError("invalid", "state present takes the namespace and exactly one name in names, and nothing else")
    if options["spec"] is None and not options["wait_for"]:
        raise OpsError("invalid", "spec: it is missing; state present needs a spec to make, or phases to wait_for")
    return options["namespace"], options["names"][0], options["spec"]


def _require_fit(client: Client, spec: Object) -> None:
    try:
        definition = client.get(resource(*_DEFINITIONS, name=CODERUN.full_name))
    except NotFoundError as error:
        raise OpsError("invalid", f"{client.host} knows no {CODERUN.full_name}", status=error.status) from error
    whole = schema.of_version(definition, CODERUN.api.partition("/")[2])
    if whole is None:
        raise OpsError("invalid", f"{client.host} does not serve {CODERUN.api} of {CODERUN.full_name}")
    found = list(schema.problems(spec, mapping(mapping(whole.get("properties")).get("spec")), "spec"))
    if found:
        more = f" (and {len(found) - _TOLD} more)" if len(found) > _TOLD else ""
        raise OpsError("invalid", f"{'; '.join(found[:_TOLD])}{more}; nothing was made")


def require_kept(spec: Object | None, answer: Object) -> None:
    """:raises OpsError: invalid, naming what the server would drop without a word"""
    found = list(schema.lost(spec, answer.get("spec"), "spec"))
    if found:
        raise OpsError("invalid", f"the API server would not keep {', '.join(found[:_TOLD])}; nothing was made")


def _body(name: str, options: Object, spec: Object | None) -> Object:
    meta = {"name": name, **({"labels": options["labels"]} if options["labels"] else {})}
    return {"apiVersion": CODERUN.api, "kind": CODERUN.kind, "metadata": meta, "spec": spec}


def _create(client: Client, namespace: str, body: Object, fence: Fence, check: bool) -> tuple[Action, Object]:
    if check:
        run = CodeRun(namespace, body["metadata"]["name"], "", "", "not_picked_up")
        return _made(run, "planned", "it is not there", body["spec"]), body
    fence.check()
    made = client.create(resource(*CODERUN.at, namespace), body)
    return _made(read(made), "changed", "it was not there", body["spec"]), made


def _compare(run: CodeRun, found: Object, spec: Object | None) -> Action:
    differing = list(schema.lost(spec, found.get("spec"), "spec")) if spec is not None else []
    if not differing:
        return _made(run, "unchanged", "", {}, "it is there")
    reason = (
        f"it is there with another {', '.join(differing[:_TOLD])}; its Job was made from that, so it is not changed:"
        " give another name, or delete it first"
    )
    return _made(run, "refused", "", {}, reason)


def _made(run: CodeRun, outcome: str, detail: str, after: Object, reason: str = "") -> Action:
    return Action(
        CODERUN.kind, run.namespace, run.name, run.uid, "create", "created", outcome, detail, reason,
        kubectl("get", "coderun", run.name, "-o", "yaml", namespace=run.namespace), {}, after,
    )  # fmt: skip
