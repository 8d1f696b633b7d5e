# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pods of the agent that a diagnosis is about, and how its main containers ended. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import as_label
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod, read
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.pods import COMPANIONS
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import (
    OUT_OF_MEMORY,
    Container,
    End,
    containers,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import bracketed

#: part of the snapshot: pods with the claims that they mount
PODS = "pods_with_claims"
_SIGKILL = 137
#: what may have become of a main container, the worst first
ENDS = ("evicted", "killed", "failed", "runs", "ended")


@dataclass(frozen=True, slots=True)
class Seen:
    """One pod of the agent: what it says of itself, and the object."""

    pod: AgentPod
    item: Item

    @property
    def name(self) -> str:
        """ "Pod argo/x"."""
        return f"Pod {self.pod.namespace}/{self.pod.name}"

    @property
    def facts(self) -> dict[str, str]:
        """As answers carry them."""
        pod = self.pod
        return {"pod": pod.name, "namespace": pod.namespace, "node": pod.node, "task": pod.task, "service": pod.service}


FACTS = ("pod", "namespace", "node", "task", "service", "container")


@dataclass(frozen=True, slots=True)
class Kill:
    """A container that was killed for want of memory."""

    seen: Seen
    container: str
    is_main: bool
    end: End


def own(scene: Scene) -> list[Seen]:
    """Pods of the agent, of its service and task where those are given, the newest first.

    :raises CannotLook: they could not be read
    """
    wanted = {"github_user": as_label(scene.subject.get("github_user", ""))}
    wanted |= {name: scene.subject[name] for name in ("service", "task") if scene.subject.get(name)}
    return [
        one
        for one in every(scene, scene.subject.get("namespace", ""))
        if all(_said(one.pod, name) == value for name, value in wanted.items())
    ]


def every(scene: Scene, namespace: str = "") -> list[Seen]:
    """Pods of all agents, the newest first.

    :raises CannotLook: they could not be read
    """
    found = [Seen(read(item), item) for item in scene.items(PODS, namespace)]
    return sorted((one for one in found if one.pod.github_user), key=_newest_first)


def kills(seen: list[Seen], scene: Scene) -> list[Kill]:
    """Containers that were killed for want of memory: those that do an agent's work first, then the latest."""
    found = (kill for one in seen for kill in _kills(one, scene))
    return sorted(found, key=lambda kill: (not kill.is_main, kill.end.ago is None, kill.end.ago or 0.0))


def worst_end(seen: list[Seen], scene: Scene) -> tuple[str, Seen, str] | None:
    """(word of ENDS, pod, clause) of the pod that fared worst, the newest of several; None where nothing tells."""
    ends = [(word, one, words) for one in seen for word, words in _end(one, scene)]
    return min(ends, key=lambda end: ENDS.index(end[0]), default=None)


def main_of(one: Seen, scene: Scene) -> Container | None:
    """The container that does the agent's work, as the pod's status tells."""
    return next((each for each in containers(one.item, scene.now) if _is_main(one, each)), None)


def resources(one: Seen, container: str) -> dict:
    """{requests, limits} of a container, as its pod asks for them."""
    asked = map(mapping, sequence(mapping(one.item.get("spec")).get("containers")))
    return next((mapping(each.get("resources")) for each in asked if each.get("name") == container), {})


def _kills(one: Seen, scene: Scene) -> Iterator[Kill]:
    for each in containers(one.item, scene.now):
        end = next((end for end in (each.ended, each.ran_before) if end and end.reason == OUT_OF_MEMORY), None)
        if end:
            yield Kill(one, each.name, _is_main(one, each), end)


def _end(one: Seen, scene: Scene) -> Iterator[tuple[str, str]]:
    status, main = mapping(one.item.get("status")), main_of(one, scene)
    if text(status.get("reason")) == "Evicted":
        yield "evicted", f"evicted{bracketed(status.get('message'))}"
    elif main and main.ended:
        code = main.ended.code
        yield "ended" if code == 0 else "killed" if code == _SIGKILL else "failed", f"{main.name} {main.ended.words}"
    elif main and main.running:
        yield "runs", f"{main.name} runs"
    elif one.pod.phase in ("Failed", "Succeeded"):
        yield "failed" if one.pod.phase == "Failed" else "ended", f"{one.pod.phase}{bracketed(status.get('message'))}"


def _is_main(one: Seen, container: Container) -> bool:
    if container.init:
        return False
    return container.name == one.pod.main if one.pod.main else container.name not in COMPANIONS


def _said(pod: AgentPod, name: str) -> str:
    return as_label(pod.github_user) if name == "github_user" else str(getattr(pod, name))


def _newest_first(one: Seen) -> tuple[float, str, str]:
    made = one.pod.created_at
    return -(made.timestamp() if made else 0.0), one.pod.namespace, one.pod.name
