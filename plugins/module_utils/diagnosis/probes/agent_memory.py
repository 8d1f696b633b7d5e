# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Probes: was an agent killed for want of memory, and why. Pure. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN, Answer, Probe, answer
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook, Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.seen_pods import (
    FACTS,
    PODS,
    Kill,
    Seen,
    kills,
    main_of,
    own,
    resources,
    worst_end,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.space import DISKS, USAGE, fill_of_pod
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Item,
    Threshold,
    about,
    mapping,
    sequence,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.quantity import as_bytes, parse, share
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import (
    because,
    conditions,
    counted,
    kubectl,
)

METRICS = "pod_metrics"
_FULL = Threshold("full", 90, "From here the next build runs out of space before it ends.", "%")
_NEAR = Threshold("near", 90, "The last tenth of its memory is gone within one build.", "%")


def agent_pods(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """some or none."""
    found = own(scene)
    who = scene.subject.get("github_user", "")
    if not found:
        return answer("none", f"no pod carries the label github-user={who}")
    first = found[0]
    return answer("some", f"{counted(len(found), 'pod')} of {who}, the newest is {first.name}", **first.facts)


def memory_kills(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """main, companion or none."""
    found = own(scene)
    killed = kills(found, scene)
    if not killed:
        return answer("none", f"no container of {counted(len(found), 'pod')} was killed for want of memory")
    said = tuple(f"{kill.seen.name}: {kill.container} {kill.end.words}" for kill in killed[:3])
    first = killed[0]
    word = "main" if first.is_main else "companion"
    return answer(word, *said, _log(first.seen, first.container), container=first.container, **first.seen.facts)


def node_memory(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """short or enough."""
    name = _victim(scene).seen.pod.node
    node = next((one for one in scene.items("nodes") if about(one)["name"] == name), None)
    if node is None:
        raise CannotLook(f"the node {name!r:.80} of the pod is not there any more")
    pressure = conditions(node).get("MemoryPressure", {})
    if pressure.get("status") == "True":
        return answer("short", f"Node {name} says MemoryPressure{because(pressure)}", kubectl("describe", "node", name))
    if pressure.get("status") == "False":
        return answer("enough", f"Node {name} has enough memory now")
    return answer(UNKNOWN, f"Node {name} does not say whether it is short of memory")


def memory_limit(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """set or unset."""
    kill = _victim(scene)
    limit = _limit(kill.seen, kill.container)
    if not limit:
        return answer("unset", f"{kill.seen.name}: {kill.container} has no memory limit")
    return answer("set", f"{kill.seen.name}: {kill.container} may use {as_bytes(limit)}")


def repeated_kills(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """other_tasks, same_task or once."""
    victim = _victim(scene)
    others = [kill for kill in kills(own(scene), scene) if kill.is_main and kill.seen != victim.seen]
    said = tuple(f"{kill.seen.name} of task {kill.seen.pod.task}: {kill.end.words}" for kill in others[:3])
    if any(kill.seen.pod.task != victim.seen.pod.task for kill in others):
        return answer("other_tasks", *said)
    if others:
        return answer("same_task", *said)
    return answer("once", "no other pod of this agent that is left was killed for want of memory")


def pod_lives_on(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """lives or ended."""
    seen = _victim(scene).seen
    if seen.pod.phase == "Running":
        return answer("lives", f"{seen.name} is still Running", **seen.facts)
    if seen.pod.is_ended:
        return answer("ended", f"{seen.name} has ended: {seen.pod.phase}", **seen.facts)
    return answer(UNKNOWN, f"{seen.name} does not say whether it runs")


def main_container(scene: Scene, _limits: Mapping[str, float]) -> Answer:
    """evicted, killed, failed, runs or ended."""
    found = worst_end(own(scene), scene)
    if not found:
        return answer(UNKNOWN, "no pod says what its main container does")
    word, seen, words = found
    main = main_of(seen, scene)
    container = main.name if main else ""
    return answer(word, f"{seen.name}: {words}", _log(seen, container), container=container, **seen.facts)


def workspace_space(scene: Scene, limits: Mapping[str, float]) -> Answer:
    """full or free."""
    found = worst_end(own(scene), scene)
    if not found:
        raise CannotLook("no pod says what its main container does")
    fills = fill_of_pod(scene, found[1])
    word = "full" if fills[0].percent >= limits["full"] else "free"
    return answer(word, *(fill.words for fill in fills[:3]), claim=fills[0].claim)


def memory_use(scene: Scene, limits: Mapping[str, float]) -> Answer:
    """near, far or unlimited."""
    found = worst_end(own(scene), scene)
    main = main_of(found[1], scene) if found else None
    if not found or not main:
        raise CannotLook("no pod says which container does its work")
    seen = found[1]
    limit = _limit(seen, main.name)
    if not limit:
        return answer("unlimited", f"{seen.name}: {main.name} has no memory limit")
    used = _used(scene.items(METRICS, seen.pod.namespace), seen, main.name)
    percent = share(used, limit)
    if used is None or percent is None:
        raise CannotLook(f"metrics.k8s.io has no measure of {seen.name}")
    words = f"{seen.name}: {main.name} uses {as_bytes(used)} of {as_bytes(limit)}, {percent:g} %"
    return answer("near" if percent >= limits["near"] else "far", words)


def _victim(scene: Scene) -> Kill:
    found = kills(own(scene), scene)
    if not found:
        raise CannotLook("no container was killed for want of memory")
    return found[0]


def _limit(seen: Seen, container: str) -> Decimal | None:
    return parse(mapping(resources(seen, container).get("limits")).get("memory"))


def _used(metrics: list[Item], seen: Seen, container: str) -> Decimal | None:
    own_metrics = next((one for one in metrics if about(one)["name"] == seen.pod.name), {})
    measured = map(mapping, sequence(own_metrics.get("containers")))
    mine = next((one for one in measured if one.get("name") == container), {})
    return parse(mapping(mine.get("usage")).get("memory"))


def _log(seen: Seen, container: str) -> str:
    pod = seen.pod
    return kubectl("logs", pod.name, *(("-c", container) if container else ()), "--tail=50", namespace=pod.namespace)


PROBES = (
    Probe("agent_pods", "whether there are pods of the agent", ("some", "none"), agent_pods, (PODS,), FACTS),
    Probe(
        "memory_kills",
        "which container was killed for want of memory",
        ("main", "companion", "none"),
        memory_kills,
        (PODS,),
        FACTS,
    ),
    Probe("node_memory", "whether its node is short of memory", ("short", "enough"), node_memory, (PODS, "nodes")),
    Probe("memory_limit", "whether the killed container has a limit", ("set", "unset"), memory_limit, (PODS,)),
    Probe(
        "repeated_kills",
        "whether other pods of the agent were killed as well",
        ("other_tasks", "same_task", "once"),
        repeated_kills,
        (PODS,),
    ),
    Probe("pod_lives_on", "whether its pod still runs", ("lives", "ended"), pod_lives_on, (PODS,), FACTS),
    Probe(
        "main_container",
        "how the main container that fared worst ended",
        ("evicted", "killed", "failed", "ended", "runs"),
        main_container,
        (PODS,),
        FACTS,
    ),
    Probe(
        "workspace_space",
        "whether the workspace of that pod is full",
        ("full", "free"),
        workspace_space,
        (PODS, USAGE, DISKS),
        ("claim",),
        (_FULL,),
    ),
    Probe(
        "memory_use",
        "how much of its limit it uses",
        ("near", "far", "unlimited"),
        memory_use,
        (PODS, METRICS),
        (),
        (_NEAR,),
    ),
)
