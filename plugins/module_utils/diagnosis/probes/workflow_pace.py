# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probes: why workflows take longer than they should. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import read
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.paces import Open, Paces, Step
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer, Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probes.coderun_pod import pod_standing
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.seen_pods import FACTS, PODS, Seen, every
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, Threshold, about
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.pods import WORKFLOW
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import containers
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called, counted, kubectl, label
from ansible_collections.agent_platform.ops.plugins.module_utils.health.workloads import standing
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

#: source: diagnosis.paces.Paces of the platform's namespaces
PACES = "paces"
_CONTROLLER = "workflow-controller"
_OF_QUOTA = re.compile(r"exceeded quota", re.IGNORECASE)
#: what pods wait for, and what that is called here; the first that any pod waits for is told
_WAITS = {"image": "image", "settings": "settings", "claim": "claim", "no_room": "room", "starting": "starting"}
_WORKFLOW_FACTS = ("slow_workflow", "namespace", "task")


def pace(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """no_open_one, or the worst of not_picked_up, queued, pods_wait, works and held."""
    found = _open(scene)
    if not found:
        return answer("no_open_one", f"there is no open workflow {scene.subject.get('workflow', '')}".rstrip())
    words = {one: _pace(one) for one in found}
    for word in ("not_picked_up", "queued", "pods_wait", "works", "held"):
        those = [one for one in found if words[one] == word]
        if those:
            said = tuple(f"{one.called}: {one.message}" for one in those[:3])
            count = f"{counted(len(those), 'workflow')} of {len(found)} open"
            return answer(word, count, *said, _shown(those[0]), **_facts(those[0]))
    return answer(UNKNOWN, *(f"{one.called}: {one.message}" for one in found[:3]))


def workflow_controller(scene: Scene, limits: Mapping[str, float]) -> Answer:
    """available, restarts or down."""
    found = next((one for one in scene.items("deployments") if about(one)["name"].endswith(_CONTROLLER)), None)
    if found is None:
        return answer("down", "there is no Deployment of a workflow controller in the platform's namespaces")
    stands, place = standing(found, needed=True), about(found)
    words = f"{called(found, 'Deployment')}: {stands.words}"
    shown = kubectl("describe", "deployment", place["name"], namespace=place["namespace"])
    if stands.status == "unknown":
        return answer(UNKNOWN, words, shown)
    if not stands.available:
        return answer("down", words, shown)
    for pod in scene.items(PODS, place["namespace"]):
        if not about(pod)["name"].startswith(f"{place['name']}-"):
            continue
        for one in containers(pod, scene.now):
            before = one.ran_before
            recent = before is not None and before.ago is not None and before.ago <= limits["window"]
            if recent and one.restarts >= limits["restarts"]:
                log = kubectl("logs", about(pod)["name"], "--previous", namespace=place["namespace"])
                last = before.words if before else ""
                return answer("restarts", f"{called(pod, 'Pod')}: {one.restarts} restarts, last it {last}", log)
    return answer("available", words)


def waiting_pods(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """room, claim, image, settings, quota or starting."""
    waiting = [one for one in _open(scene) if _pace(one) == "pods_wait"]
    for one in waiting:
        refused = next((step for step in one.steps if _OF_QUOTA.search(step.message)), None)
        if refused:
            return answer("quota", f"{one.called}: {refused.message}", **_facts(one))
    names = {(one.namespace, one.name) for one in waiting}
    mine = [pod for pod in scene.items(PODS) if (about(pod)["namespace"], label(pod, WORKFLOW)) in names]
    told = {word: f"{called(pod, 'Pod')}: {words}" for pod in reversed(mine) for word, words in [_waits(pod, scene)]}
    word = next((word for word in _WAITS if word in told), "")
    if not word:
        return answer(UNKNOWN, "no pod of these workflows says for what it waits")
    return answer(_WAITS[word], told[word])


def nodes_short(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """short or well, as the health check of nodes judges it."""
    scene.items("nodes")
    told = scene.findings(nodes.CHECK)
    bad = [one for one in told if one["status"] in ("critical", "warning")]
    if bad:
        return answer("short", *(one["message"] for one in bad[:3]), bad[0]["evidence"])
    blind = next((one["message"] for one in told if one["status"] == "unknown"), "")
    return (
        answer(UNKNOWN, blind) if blind else answer("well", f"{counted(len(told), 'node')} take pods and lack nothing")
    )


def slow_step(scene: Scene, limits: Mapping[str, float]) -> Answer:
    """retried, longer or usual."""
    paces: Paces = scene.value(PACES)
    working = [(one, step) for one in _open(scene) if _pace(one) == "works" for step in one.steps]
    tried = next(((one, step) for one, step in working if step.tries > limits["tries"]), None)
    if tried:
        words = f"{tried[0].called}: {tried[1].name} is tried for the {tried[1].tries}th time"
        return answer("retried", words, _shown(tried[0]), **_facts(tried[0]))
    slow = _slowest(working, paces, limits)
    if slow:
        one, step, words = slow
        return answer("longer", f"{one.called}: {step.name} {words}", _shown(one), **_facts(one))
    return answer("usual", f"none of {counted(len(working), 'running step')} takes longer than its like")


def step_agent(scene: Scene, limits: Mapping[str, float]) -> Answer:
    """dead, at_work or absent."""
    paces: Paces = scene.value(PACES)
    working = [(one, step) for one in _open(scene) if _pace(one) == "works" for step in one.steps]
    slow = _slowest(working, paces, limits)
    if not slow or not slow[0].task:
        raise CannotLook("the workflow of that step names no task, so its agent cannot be told")
    task = slow[0].task
    pods = [one for one in every(scene) if one.pod.task == task and not one.pod.is_ended]
    if not pods:
        return answer("absent", f"there is no pod of an agent for task {task}", task=task)
    told = {word: (one, words) for one in reversed(pods) for word, words in [pod_standing(one, scene)]}
    for word, said in (("dead", "dead"), ("runs", "at_work")):
        if word in told:
            one, words = told[word]
            shown = kubectl("logs", one.pod.name, "--tail=50", namespace=one.pod.namespace)
            return answer(said, f"{one.name}: {words}", shown, **one.facts)
    return answer(UNKNOWN, *(f"{one.name}: {words}" for one, words in told.values()))


def _open(scene: Scene) -> list[Open]:
    name, namespace = scene.subject.get("workflow", ""), scene.subject.get("namespace", "")
    paces: Paces = scene.value(PACES)
    return [
        one for one in paces.open if (not name or one.name == name) and (not namespace or one.namespace == namespace)
    ]


def _pace(one: Open) -> str:
    if one.state == "never_picked_up":
        return "not_picked_up"
    if one.is_locked:
        return "queued"
    if any(step.phase == "Pending" for step in one.steps):
        return "pods_wait"
    if one.is_held and not one.steps:
        return "held"
    return "" if one.state == "unknown" else "works"


def _slowest(
    working: list[tuple[Open, Step]], paces: Paces, limits: Mapping[str, float]
) -> tuple[Open, Step, str] | None:
    """(workflow, step, clause) of the step that exceeds most what is usual for its kind."""
    found = []
    for one, step in working:
        usual = paces.usual((one.template, step.name))
        if step.age is None or step.age < limits["at_least"]:
            continue
        if usual is None:
            words = f"runs for {format_age(step.age)}, and no other of its kind has ended"
            found.append((step.age, one, step, words))
        elif step.age > limits["factor"] * usual:
            words = f"runs for {format_age(step.age)}, usual are {format_age(usual)}"
            found.append((step.age - usual, one, step, words))
    if not found:
        return None
    _seconds, one, step, words = max(found, key=lambda row: row[0])
    return one, step, words


def _waits(pod: Item, scene: Scene) -> tuple[str, str]:
    return pod_standing(Seen(read(pod), pod), scene)


def _facts(one: Open) -> dict[str, str]:
    return {"slow_workflow": one.name, "namespace": one.namespace, "task": one.task}


def _shown(one: Open) -> str:
    return kubectl("get", "workflow", one.name, "-o", "yaml", namespace=one.namespace)


_AT_LEAST = Threshold("at_least", "30m", "Alert A8 of the platform calls a step slow after 30 minutes.")
_FACTOR = Threshold("factor", 2, "Requirement and alert call a workflow slow at twice its expected duration.")
PROBES = (
    Probe(
        "pace",
        "what the open workflows do",
        ("no_open_one", "not_picked_up", "queued", "pods_wait", "works", "held"),
        pace,
        (PACES,),
        _WORKFLOW_FACTS,
    ),
    Probe(
        "workflow_controller",
        "whether the workflow controller is available and stays so",
        ("available", "restarts", "down"),
        workflow_controller,
        ("deployments", PODS),
        (),
        (
            Threshold("restarts", 3, "Two happen in a roll-out; three within the window are a pattern."),
            Threshold("window", "1h", "Restarts of yesterday slow nothing down today."),
        ),
    ),
    Probe(
        "waiting_pods",
        "for what pods of workflows wait",
        ("room", "claim", "image", "settings", "quota", "starting"),
        waiting_pods,
        (PACES, PODS),
        _WORKFLOW_FACTS,
    ),
    Probe("nodes_short", "whether nodes are lost, cordoned or short", ("short", "well"), nodes_short, ("nodes",)),
    Probe(
        "slow_step",
        "whether a step takes longer than its like",
        ("retried", "longer", "usual"),
        slow_step,
        (PACES,),
        _WORKFLOW_FACTS,
        (_AT_LEAST, _FACTOR, Threshold("tries", 3, "Templates of the platform retry at most three times.")),
    ),
    Probe(
        "step_agent",
        "what the agent of that step does",
        ("dead", "at_work", "absent"),
        step_agent,
        (PACES, PODS),
        FACTS,
        (_AT_LEAST, _FACTOR),
    ),
)
