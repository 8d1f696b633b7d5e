# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether and how a workflow is suspended, stopped or terminated. Pure. Private API."""

from __future__ import annotations

from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.argo import change as c
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import effects
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Decision, Mark, Refused, Unchanged
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import FINISHED
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping

STOP, TERMINATE = "Stop", "Terminate"
_VERBS = {STOP: ("stop", "stopped"), TERMINATE: ("terminate", "terminated")}


def suspend(workflow: object, mark: Mark) -> Decision:
    """Hold the whole workflow by spec.suspend: what runs goes on to its end, nothing new starts."""
    facts = c.open_facts(workflow, "suspended")
    if isinstance(facts, Refused):
        return facts
    if shutdown := c.shutdown_of(facts):
        return Refused(f"it is being shut down ({shutdown:.40}); to suspend it would keep it from ending")
    if c.is_suspended(facts):
        return Unchanged(f"spec.suspend is set{c.since(facts, 'suspend')}", effects.suspended)
    after = c.annotated(_object(workflow), "suspend", mark)
    after["spec"] = {**facts.spec, "suspend": True}
    return c.change(_object(workflow), after, effects.suspended, "hold it by spec.suspend")


def shut_down(workflow: object, mark: Mark, strategy: str, *, release: bool = False, message: str = "") -> Decision:
    """End a workflow: Stop runs its exit handlers, Terminate does not.

    :param release: take spec.suspend away in the same patch, since the controller ends nothing that it holds by that
    :param message: goes into an annotation beside the reason
    """
    verb, done = _VERBS[strategy]
    facts = c.any_facts(workflow, done)
    if isinstance(facts, Refused):
        return facts
    asked = c.shutdown_of(facts)
    if facts.phase in FINISHED:
        if asked:
            return Unchanged(f"it has ended ({facts.phase}), {asked:.40} was asked for{c.since(facts, verb)}")
        return Refused(f"it has ended by itself ({facts.phase}) and cannot be {done}", applies=False)
    held = c.is_suspended(facts)
    if held and not release:
        how = "give release: true, which takes spec.suspend away in the same request, or resume it first"
        return Refused(f"spec.suspend is set, and the controller ends nothing that it holds so; {how}")
    if asked in (strategy, TERMINATE) and not held:
        return Unchanged(f"{asked} was asked for{c.since(facts, _VERBS[asked][0])}", effects.ended)
    after = c.annotated(_object(workflow), verb, mark)
    if message:
        after["metadata"]["annotations"][f"{c.ANNOTATION}{verb}-message"] = message
    after["spec"] = {name: value for name, value in facts.spec.items() if name != "suspend"}
    after["spec"]["shutdown"] = TERMINATE if asked == TERMINATE else strategy
    how = "exit handlers run" if after["spec"]["shutdown"] == STOP else "exit handlers do not run"
    return c.change(
        _object(workflow), after, effects.ended, f"{verb} it, {how}" + ("; spec.suspend is lifted" if held else "")
    )


def _object(workflow: object) -> dict[str, Any]:
    return mapping(workflow)
