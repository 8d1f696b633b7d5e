# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Module coderun: what is asked for, who carries it out, and what is told of it. Private API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import lifecycle
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.lifecycle import Seen, Step
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.writes import Mark
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import coderun_present, coderun_prune
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    Acted,
    actor_of,
    error_of,
    require_texts,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.coderun_select import Selection, find
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.coderun_steps import Course, Goal, carry_out
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

_ONLY = {
    "spec": ("present",),
    "labels": ("present",),
    "wait_for": ("present", "retried"),
    "shared_cleanup": ("absent",),
    "without_controller": ("absent",),
}


class _Verb(NamedTuple):
    """What it is called, imperative and participle, and which of many are worth a look; of those named all are."""

    verb: str
    done: str
    worth: Callable[[CodeRun], bool]


def _has_note(run: CodeRun, verb: str) -> bool:
    return f"{lifecycle.PREFIX}{verb}-time" in run.annotations


_VERBS = {
    "cancelled": _Verb("cancel", "cancelled", lambda run: not run.is_finished or _has_note(run, "cancel")),
    "retried": _Verb("retry", "retried", lambda run: run.state == "failed" or _has_note(run, "retry")),
    "absent": _Verb("delete", "deleted", lambda run: True),
}


def act(client: Client, options: dict[str, Any], check: bool) -> Acted:
    """Do what the options of the module ask for.

    :raises OpsError: before anything is touched, when they make no sense or more would be changed than is allowed
    """
    require_sense(options)
    fence = Fence.from_option(client, options["lock"])
    if options["state"] == "present":
        acted = coderun_present.act(client, options, fence, check)
    else:
        acted = _change(client, options, fence, check)
    acted.error = acted.error or error_of(acted.actions)
    return acted


def require_sense(options: dict[str, Any]) -> None:
    """:raises OpsError: invalid, naming the option and the accepted form"""
    state = options["state"]
    strangers = [name for name, states in _ONLY.items() if options[name] and state not in states]
    if strangers:
        meant = " or ".join(_ONLY[strangers[0]])
        raise OpsError("invalid", f"{strangers[0]} has no meaning with state {state}; it goes with {meant}")
    require_texts(options, needed="" if state == "present" else f"the CodeRun is to be {state}")
    for name, least, most in (("wait", 0, 86_400), ("max_changes", 1, 100_000)):
        if not least <= options[name] <= most:
            raise OpsError("invalid", f"{name} is {options[name]}; it must lie between {least:,} and {most:,}")


def _change(client: Client, options: dict[str, Any], fence: Fence, check: bool) -> Acted:
    state = options["state"]
    verb, selection = _VERBS[state], Selection.of(options)
    found = find(client, selection, absent_is_well=state == "absent")
    runs = [run for run in found if selection.names or verb.worth(run)]
    if state == "absent" and runs and not options["without_controller"]:
        place = options["controller_namespace"], options["controller_name"]
        coderun_prune.require_controller(client, *place, count=len(runs))
    goal = Goal(_decision(options), mark(options))
    limits = {"max_changes": options["max_changes"], "wait": options["wait"], "check": check}
    courses, error = carry_out(client, runs, goal, fence, **limits)
    done = [_action(one, verb, error is not None, check) for one in courses]
    gone = [_gone(selection.namespace, name, verb) for name in selection.names if name not in {r.name for r in found}]
    if options["wait_for"] and not check and not error:
        well = {one.uid for one in done if one.outcome in ("changed", "unchanged")}
        ours = [run for run in runs if run.uid in well]
        done, error = coderun_present.await_phase(client, options, fence, ours, done)
    return Acted([*done, *gone], error)


def _decision(options: dict[str, Any]) -> Callable[[Seen], Step]:
    if options["state"] == "absent":
        return partial(lifecycle.remove, shared_cleanup=options["shared_cleanup"])
    return {"cancelled": lifecycle.cancel, "retried": lifecycle.retry}[options["state"]]


def mark(options: dict[str, Any]) -> Mark:
    return Mark(options["reason"], actor_of(options), datetime.now(UTC))


def _action(course: Course, verb: _Verb, stopped: bool, check: bool) -> Action:
    run, seen = course.first, course.seen
    outcome, reason = _outcome(course, stopped, check)
    # One that ended by itself was not cancelled, and there is nothing to do either.
    by_itself = outcome == "unchanged" and verb.verb == "cancel" and not _has_note(run, "cancel")
    return Action(
        CODERUN.kind,
        run.namespace,
        run.name,
        run.uid,
        verb.verb,
        "ended" if by_itself else verb.done,
        outcome,
        detail=course.plan.why if course.plan.do in lifecycle.WRITES else "",
        reason=reason,
        evidence=kubectl("get", "coderun", run.name, "-o", "yaml", namespace=run.namespace),
        before=_facts(run, course.jobs_before),
        after=_expected(run, verb.verb) if check else _facts(seen.run, [job.name for job in seen.jobs]),
    )


def _outcome(course: Course, stopped: bool, check: bool) -> tuple[str, str]:
    """(outcome, reason)."""
    wrote, plan = bool(course.written), course.plan
    if course.end == "failed":
        return "failed", course.why
    if check:
        planned = {lifecycle.REFUSE: "refused", lifecycle.DONE: "unchanged", lifecycle.WAIT: "unchanged"}
        return planned.get(plan.do, "planned"), "" if plan.do in lifecycle.WRITES else plan.why
    if course.end == "done":
        return ("changed", "") if wrote else ("unchanged", course.last.why)
    if course.end == "refused" and not wrote:
        return "refused", course.why
    if stopped and not wrote:
        return "not_reached", ""
    return "unverified", course.why or course.last.why


def _facts(run: CodeRun | None, jobs: list[str]) -> dict[str, Any]:
    if run is None:
        return {}
    return {"phase": run.phase, "contextVersion": run.context_version, "jobs": jobs}


def _expected(run: CodeRun, verb: str) -> dict[str, Any]:
    if verb == "delete":
        return {}
    retried = verb == "retry"
    version = (run.context_version or 1) + retried
    return {"phase": "Pending" if retried else "Failed", "contextVersion": version, "jobs": []}


def _gone(namespace: str, name: str, verb: _Verb) -> Action:
    return Action(CODERUN.kind, namespace, name, "", verb.verb, verb.done, "unchanged", reason="it is not there")
