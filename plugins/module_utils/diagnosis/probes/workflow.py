# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions about one workflow: its state, its hold, and what its labels say. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.argo.holds import resumed_when
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import CannotTell, nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import (
    SPEC_SUSPEND,
    Hold,
    Judgement,
    Thresholds,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import judge as judge_workflow
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.holds import stage_for
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer, Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Item,
    Threshold,
    mapping,
    sequence,
    text,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called, label, meta
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age, parse_duration, parse_time

Limits = Mapping[str, float]

#: where to look when an event does not come by itself
_MERGE_HOLDS = ("wait-pr-merged", "wait-merge-to-main")
_STATES = {
    "held": "held",
    "running": "running",
    "pending": "not_started",
    "never_picked_up": "not_started",
    "succeeded": "succeeded",
    "failed": "failed",
    "error": "failed",
}


def _judged(scene: Scene) -> tuple[Item, Judgement]:
    workflow = mapping(scene.value("workflow"))
    return workflow, judge_workflow(workflow, scene.now, Thresholds())


def state(scene: Scene, _limits: Limits) -> Answer:
    """A stuck one is held where it has a hold, else it runs."""
    workflow, judged = _judged(scene)
    word = _STATES.get(judged.state, UNKNOWN)
    if judged.state == "stuck":
        word = "held" if judged.holds else "running"
    return answer(word, f"{called(workflow, 'Workflow')}: {judged.message}", state=judged.message)


def stop_requested(scene: Scene, _limits: Limits) -> Answer:
    """The controller acts on a stop within seconds, but not while spec.suspend is set."""
    workflow, judged = _judged(scene)
    spec = mapping(workflow.get("spec"))
    asked = spec.get("shutdown")
    if asked is not None and not isinstance(asked, str):
        return answer(UNKNOWN, "spec.shutdown is not text")
    if not asked:
        return answer("no", "spec.shutdown is not set")
    said = f"spec.shutdown is {asked!r:.40}"
    if any(hold.name == SPEC_SUSPEND for hold in judged.holds):
        return answer(
            "waits", f"{said} and spec.suspend is set: the controller looks at the first only without the other"
        )
    return answer("not_acted_on", f"{said}, and the workflow is Running all the same")


def which_hold(scene: Scene, _limits: Limits) -> Answer:
    """The oldest hold; one that ends by itself is told from one that waits for an event."""
    workflow, judged = _judged(scene)
    if not judged.hold:
        return answer(UNKNOWN, "it has no hold")
    # What holds all of it comes before the node that would wait by itself.
    hold = next((one for one in judged.holds if one.name == SPEC_SUSPEND), judged.hold)
    since = f" for {format_age(hold.age)}" if hold.age is not None else ", nothing says since when"
    facts = {"hold": hold.name, "waits_for": resumed_when(hold.name) or "somebody resumes it"}
    told = f"held at {hold.name}{since}"
    if hold.name == SPEC_SUSPEND:
        return answer("spec_suspend", told, **facts)
    duration = _duration(workflow, hold)
    if duration is not None:
        over = hold.age is not None and hold.age > duration
        word = "overdue" if over else "timed"
        return answer(word, f"{told}; its template says that it ends by itself after {format_age(duration)}", **facts)
    if hold.name in _MERGE_HOLDS:
        return answer("merge", f"{told}; it goes on when {facts['waits_for']}", **facts)
    if resumed_when(hold.name):
        return answer("event", f"{told}; it goes on when {facts['waits_for']}", **facts)
    return answer("other", f"{told}; the play template knows no such hold", **facts)


def _duration(workflow: Item, hold: Hold) -> int | None:
    """Seconds after which a hold ends by itself, None for one without a duration or with a template elsewhere."""
    found = nodes(mapping(workflow.get("status")))
    if isinstance(found, CannotTell):
        return None
    wanted = text(mapping(found.get(hold.node)).get("templateName"))
    spec, status = mapping(workflow.get("spec")), mapping(workflow.get("status"))
    stored = mapping(status.get("storedWorkflowTemplateSpec"))
    for one in (*sequence(spec.get("templates")), *sequence(stored.get("templates"))):
        template = mapping(one)
        if wanted and template.get("name") == wanted:
            return _seconds(mapping(template.get("suspend")).get("duration"))
    return None


def _seconds(value: object) -> int | None:
    """Argo takes a number of seconds, or a duration such as 30m."""
    written = text(value).strip()
    if written.isdigit():
        return int(written)
    try:
        return parse_duration(written) if written else None
    except OpsError:
        return None


def why_suspended(scene: Scene, _limits: Limits) -> Answer:
    """Who suspended it writes down why; the emergency stop does too."""
    workflow, _judged_so = _judged(scene)
    notes = mapping(meta(workflow).get("annotations"))
    reason, actor, when = (
        text(notes.get(f"ops.agent-platform/suspend-{name}")) for name in ("reason", "actor", "time")
    )
    if not reason:
        return answer("not_recorded", "no annotation ops.agent-platform/suspend-reason says why")
    since = f" since {when}" if parse_time(when) else ""
    told = f"suspended{since} by {actor or 'somebody'}: {reason}"
    return answer("recorded", told, reason=reason, actor=actor or "somebody")


def hold_age(scene: Scene, limits: Limits) -> Answer:
    """Whether it waits for longer than such a hold usually does."""
    _workflow, judged = _judged(scene)
    ages = [hold.age for hold in judged.holds if hold.age is not None]
    if not ages:
        return answer(UNKNOWN, "nothing says since when it is held")
    oldest = max(ages)
    word = "old" if oldest > limits["expected"] else "young"
    told = f"held for {format_age(oldest)}; up to {format_age(limits['expected'])} is usual"
    return answer(word, told, held_for=format_age(oldest))


def labels_match(scene: Scene, _limits: Limits) -> Answer:
    """What the sensors' helpers look for: label task-id, and for holds of a stage the label current-stage."""
    workflow, judged = _judged(scene)
    task, stage = label(workflow, "task-id"), label(workflow, "current-stage")
    parameter = _parameter(workflow, "task-id")
    facts = {"task": task, "parameter": parameter, "stage": stage or "(none)"}
    if not task:
        return answer("no_task", "it has no label task-id, by which sensors find it", **facts)
    if parameter and parameter != task:
        told = f"its label task-id is {task!r:.40}, but its parameter task-id is {parameter!r:.40}"
        return answer("differs", told, **facts)
    wanted = stage_for(judged.hold.name if judged.hold else "")
    if wanted and stage != wanted:
        told = f"its label current-stage is {stage or '(none)'}, but the sensor of this hold looks for {wanted}"
        word = "merge_stage" if wanted == stage_for("wait-pr-merged") else "wrong_stage"
        return answer(word, told, **facts, wanted_stage=wanted)
    return answer(
        "match", f"its labels task-id={task} and current-stage={stage or '(none)'} are what sensors look for", **facts
    )


def _parameter(workflow: Item, name: str) -> str:
    arguments = mapping(mapping(workflow.get("spec")).get("arguments"))
    found = (mapping(one) for one in sequence(arguments.get("parameters")))
    return next((str(one.get("value", "")) for one in found if one.get("name") == name), "")


_READS = ("workflow",)
PROBES = (
    Probe("workflow_state", "What state the workflow is in", ("held", "running", "not_started", "succeeded", "failed"),
          state, _READS, ("state",)),
    Probe("workflow_stop_requested", "Whether somebody asked it to stop", ("no", "waits", "not_acted_on"),
          stop_requested, _READS),
    Probe("workflow_hold", "At which hold it waits", ("spec_suspend", "event", "merge", "timed", "overdue", "other"),
          which_hold, _READS, ("hold", "waits_for")),
    Probe("workflow_why_suspended", "Whether somebody wrote down why it is suspended", ("recorded", "not_recorded"),
          why_suspended, _READS, ("reason", "actor")),
    Probe("workflow_hold_age", "Whether it waits for longer than usual", ("young", "old"), hold_age, _READS,
          ("held_for",),
          (Threshold("expected", "1h", "A review or a label comes within the hour; later somebody should ask."),)),
    Probe("workflow_labels", "Whether sensors can find it by its labels",
          ("match", "no_task", "differs", "wrong_stage", "merge_stage"), labels_match, _READS,
          ("task", "parameter", "stage", "wanted_stage")),
)  # fmt: skip
