# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When following a workflow ends, and what is to be said of it then. Pure. Private API.

| end         | when                                                                                      |
|-------------|-------------------------------------------------------------------------------------------|
| ended       | the workflow succeeded, failed or ended in an error                                       |
| deleted     | it is gone                                                                                |
| stuck       | it is held, or has made no progress, for too long                                         |
| held        | it waits at a hold, and that is where to stop                                             |
| unreachable | the time is over, or it may not be read any more, and the last look at it failed          |
| timeout     | the time is over                                                                          |
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.holds import resumed_when
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import Judgement
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.timeline import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import View, about, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import pods
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, worst_first
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl, meta
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

ENDS = ("ended", "deleted", "stuck", "held", "unreachable", "timeout")
_FINISHED = frozenset({"succeeded", "failed", "error"})


@dataclass(frozen=True, slots=True)
class Limits:
    """stop_at_hold: whether a hold is the end. hold, stuck: seconds from which a hold is a warning, and critical."""

    stop_at_hold: bool
    hold: int
    stuck: int


def end(judgement: Judgement, limits: Limits, *, gone: bool, over: bool, lost: bool) -> str:
    """One of ENDS, or nothing as long as it goes on.

    :param gone: the workflow is not there any more
    :param over: the time is over
    :param lost: the workflow could not be read the last time
    """
    if judgement.state in _FINISHED:
        return "ended"
    if gone:
        return "deleted"
    if over and lost:
        return "unreachable"
    if judgement.state == "stuck":
        return "stuck"
    if judgement.state == "held" and limits.stop_at_hold:
        return "held"
    return "timeout" if over else ""


def line(word: str, scene: Scene, waited: int) -> str:
    """How it ended, in one line for people.

    :param waited: seconds for which it was followed
    """
    judgement, span = scene.judgement, format_age(waited)
    if word == "deleted":
        return f"deleted while it was {_before(judgement)}"
    if word == "unreachable":
        return f"cannot tell: it could not be read any more; {_before(judgement)} when it was last seen"
    if word in ("held", "stuck") and judgement.hold:
        when = resumed_when(judgement.hold.name)
        return f"{judgement.message}" + (f"; it goes on when {when}" if when else "")
    if word == "timeout":
        busy = sorted(
            node["name"] for node in scene.nodes or () if node["type"] == "Pod" and node["phase"] == "Running"
        )
        doing = f"; at work: {', '.join(busy[:3])}{' and others' if len(busy) > 3 else ''}" if busy else ""
        return f"{judgement.message} when following ended after {span}{doing}"
    return judgement.message


def _before(judgement: Judgement) -> str:
    return judgement.state.replace("_", " ")


def findings(word: str, scene: Scene, limits: Limits, unread: Mapping[str, str], said: str) -> list[dict]:
    """What a person should look at, worst first; there is always one on how following ended.

    :param unread: why a part could not be read, by part
    :param said: the line
    """
    return worst_first(
        [
            _of_end(word, scene, limits, said),
            *_of_contradictions(scene),
            *_of_pods(scene),
            *_of_coderuns(scene),
            *_of_unread(scene, unread),
        ]
    )


def _of_end(word: str, scene: Scene, limits: Limits, said: str) -> dict:
    judgement, subject = scene.judgement, about(scene.workflow, "Workflow")
    value, threshold = judgement.age, None
    if word == "ended":
        status = "ok" if judgement.state == "succeeded" else "critical"
    elif word in ("held", "stuck"):
        value = judgement.hold.age if judgement.hold else judgement.idle
        status, threshold = _of_hold(word, value, limits)
    elif word == "unreachable" or (word == "timeout" and judgement.cannot_tell):
        status = "unknown"
    else:
        status = "warning"
    show = kubectl("get", "workflow", subject["name"], "-o", "yaml", namespace=subject["namespace"])
    return finding("workflow_end", status, subject, said, value=value, threshold=threshold, evidence=show)


def _of_hold(word: str, age: int | None, limits: Limits) -> tuple[str, int]:
    if word == "stuck":
        return "critical", limits.stuck
    # Nobody can say of a hold without a beginning that it is young.
    return ("warning" if age is None or age > limits.hold else "ok"), limits.hold


def _of_contradictions(scene: Scene) -> Iterator[dict]:
    for words in scene.judgement.contradictions:
        yield finding("workflow_contradiction", "warning", about(scene.workflow, "Workflow"), words)


def _of_pods(scene: Scene) -> Iterator[dict]:
    """What health check pods says of those that are still there; of a workflow that went well, failures are history."""
    there = [pod for pod in scene.pods if meta(pod).get("uid") not in scene.gone]
    defaults = pods.CHECK.limits({})
    ill = [
        one for one in pods.judge(View(scene.now, {"pods": there}, defaults)) if one["status"] != "ok"
    ]  # fmt: skip
    for one in ill:
        history = scene.judgement.state == "succeeded" and one["status"] == "critical"
        yield one | ({"status": "warning"} if history else {})


def _of_coderuns(scene: Scene) -> Iterator[dict]:
    for item in scene.coderuns:
        run, subject = coderuns.read(item), about(item, "CodeRun")
        show = kubectl("get", "coderun", subject["name"], "-o", "yaml", namespace=subject["namespace"])
        if run.state == "unknown":
            words = f"cannot tell: {run.problem}"
            yield finding("workflow_coderun", "unknown", subject, words, evidence=show)
        elif run.state == "failed":
            words = f"failed: {run.message[:200]}" if run.message else "failed, and nothing says why"
            yield finding("workflow_coderun", "warning", subject, words, evidence=show)


def _of_unread(scene: Scene, unread: Mapping[str, str]) -> Iterator[dict]:
    if scene.nodes is None:
        reason = scene.judgement.cannot_tell or "the nodes cannot be read"
        yield finding(
            "workflow_nodes", "unknown", about(scene.workflow, "Workflow"), f"cannot tell its nodes: {reason}"
        )
    for part, reason in sorted(unread.items()):
        words = f"{part} could not be read: {reason:.300}"
        yield finding("workflow_parts", "unknown", about(scene.workflow, "Workflow"), words, value=part)


def summary(scene: Scene) -> dict[str, Any]:
    """The judgement of the workflow as JSON, with its name, and when its hold ends."""
    hold: dict[str, Any] = scene.judgement.as_dict()["hold"] or {}
    when = resumed_when(hold.get("name", ""))
    uid = text(meta(scene.workflow).get("uid"))
    return {**about(scene.workflow, "Workflow"), "uid": uid, **scene.judgement.as_dict(), "goes_on_when": when}
