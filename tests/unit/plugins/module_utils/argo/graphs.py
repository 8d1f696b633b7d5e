# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes of workflows that ended, in the shapes that the controller gives them."""

from __future__ import annotations

from typing import Any

WORKFLOW = "play"


def node(
    key: str, kind: str, phase: str = "Succeeded", *children: str, inside: str = WORKFLOW, **fields: Any
) -> dict[str, dict]:
    """One node by its id; inside is the id of the template around it, empty for the root."""
    name = key if key == WORKFLOW else f"{WORKFLOW}.{key}"
    made: dict[str, Any] = {
        "id": key, "name": name, "displayName": key, "type": kind, "phase": phase,
        "startedAt": "2026-11-20T08:00:00Z", "finishedAt": "2026-11-20T08:01:00Z", "message": f"of {key}",
    }  # fmt: skip
    if inside and key != WORKFLOW:
        made["boundaryID"] = inside
    if children:
        made["children"] = list(children)
    if kind == "Pod":
        made["templateName"] = "work"
    return {key: {**made, **fields}}


#: two steps that succeeded, one of a pair that failed, and what comes after it never began
STEPS = {
    **node(WORKFLOW, "Steps", "Failed", "g0", outboundNodes=["b", "c"]),
    **node("g0", "StepGroup", "Succeeded", "a"),
    **node("a", "Pod", "Succeeded", "g1"),
    **node("g1", "StepGroup", "Failed", "b", "c"),
    **node("b", "Pod", "Failed"),
    **node("c", "Pod", "Succeeded"),
}
#: a and b after each other, c failed beside b, d after both was omitted
DAG = {
    **node(WORKFLOW, "DAG", "Failed", "a", outboundNodes=["d"]),
    **node("a", "Pod", "Succeeded", "b", "c"),
    **node("b", "Pod", "Succeeded", "d"),
    **node("c", "Pod", "Failed", "d"),
    **node("d", "Omitted", "Omitted"),
}
#: one Retry node that gave up, and one whose second attempt succeeded
RETRIES = {
    **node(WORKFLOW, "Steps", "Failed", "g0", outboundNodes=["b0", "b1"]),
    **node("g0", "StepGroup", "Succeeded", "a"),
    **node("a", "Retry", "Succeeded", "a0", "a1"),
    **node("a0", "Pod", "Failed", nodeFlag={"retried": True}),
    **node("a1", "Pod", "Succeeded", "g1", nodeFlag={"retried": True}),
    **node("g1", "StepGroup", "Failed", "b"),
    **node("b", "Retry", "Failed", "b0", "b1"),
    **node("b0", "Pod", "Failed", nodeFlag={"retried": True}),
    **node("b1", "Pod", "Error", nodeFlag={"retried": True}),
}
#: steps in a DAG, whose inner step failed; the exit handler ran
NESTED = {
    **node(WORKFLOW, "DAG", "Failed", "s"),
    **node("s", "Steps", "Failed", "s0", outboundNodes=["y"]),
    **node("s0", "StepGroup", "Succeeded", "x", inside="s"),
    **node("x", "Pod", "Succeeded", "s1", inside="s"),
    **node("s1", "StepGroup", "Failed", "y", inside="s"),
    **node("y", "Pod", "Failed", inside="s"),
    **node("onExit", "Steps", "Succeeded", "e0", inside=""),
    **node("e0", "StepGroup", "Succeeded", "e", inside="onExit", name="play.onExit[0]"),
    **node("e", "Pod", "Succeeded", inside="onExit", name="play.onExit[0].clean"),
}
#: a play that was stopped while it was held
STOPPED = {
    **node(WORKFLOW, "Steps", "Failed", "g0", outboundNodes=["hold"]),
    **node("g0", "StepGroup", "Failed", "hold"),
    **node("hold", "Suspend", "Failed"),
}
#: one member of a loop failed
LOOP = {
    **node(WORKFLOW, "DAG", "Failed", "t", outboundNodes=["t0", "t1"]),
    **node("t", "TaskGroup", "Failed", "t0", "t1"),
    **node("t0", "Pod", "Succeeded"),
    **node("t1", "Pod", "Failed"),
}
#: one container of a set failed
CONTAINERS = {
    **node(WORKFLOW, "Steps", "Failed", "g0"),
    **node("g0", "StepGroup", "Failed", "p"),
    **node("p", "Pod", "Failed", "c0"),
    **node("c0", "Container", "Succeeded", "c1", inside="p"),
    **node("c1", "Container", "Failed", inside="p"),
}
SINGLE = node(WORKFLOW, "Pod", "Failed")
ALL = {
    "steps": STEPS, "dag": DAG, "retries": RETRIES, "nested": NESTED, "stopped": STOPPED, "loop": LOOP,
    "containers": CONTAINERS, "single": SINGLE,
}  # fmt: skip
