# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every image that pods run, from pages of pods; memory grows with images, not with pods. Pure. Private API."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Item, mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import meta, short
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.references import (
    Reference,
    parse,
    running_digest,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.usage.workloads import AGENT, Workload, workload_of

MOST_USERS = 10
_ENDED = ("Succeeded", "Failed")
_CONTAINERS = (
    ("containers", "containerStatuses"),
    ("initContainers", "initContainerStatuses"),
    ("ephemeralContainers", "ephemeralContainerStatuses"),
)


@dataclass(slots=True)
class Image:
    """One reference together with the digest that runs under it.

    written: as pods write it, on one line. reference: None for what is no reference. digest: that runs, empty where
    no runtime told one. pods, ended: how many use it, and how many of these have ended. users: pods by workload.
    """

    written: str
    reference: Reference | None
    digest: str
    pods: int = 0
    ended: int = 0
    users: Counter[Workload] = field(default_factory=Counter)

    @property
    def agents(self) -> list[str]:
        return sorted({user.name for user in self.users if user.kind == AGENT})


class Inventory:
    """Reduces pages of pods to images.

    :param namespaces: those that count; all of them when empty
    """

    def __init__(self, namespaces: Collection[str] = ()) -> None:
        self._namespaces = frozenset(namespaces)
        self._found: dict[tuple[str, str], Image] = {}
        self.pods = 0

    def add(self, items: list[Item]) -> None:
        for pod in map(mapping, items):
            if not self._namespaces or meta(pod).get("namespace") in self._namespaces:
                self.pods += 1
                self._take(pod)

    def images(self) -> list[Image]:
        """By name and digest."""
        return sorted(self._found.values(), key=lambda one: (_spelling(one), one.digest))

    def _take(self, pod: Item) -> None:
        ended = mapping(pod.get("status")).get("phase") in _ENDED
        user = workload_of(pod)
        for key in dict.fromkeys(_asked(pod)):  # a pod counts once, however many of its containers use an image
            image = self._found.get(key)
            if image is None:
                written, digest = key
                image = self._found[key] = Image(short(written, 500), parse(written), digest)
            image.pods += 1
            image.ended += ended
            image.users[user] += 1


def row(image: Image) -> dict[str, Any]:
    """As JSON; users are the ten with most pods, more how many others there are."""
    reference = image.reference
    users = sorted(image.users.items(), key=lambda one: (-one[1], one[0]))
    return {
        "image": reference.words if reference else image.written,
        "registry": reference.registry if reference else "",
        "repository": reference.repository if reference else "",
        "tag": reference.tag if reference else "",
        "pinned": bool(reference and reference.digest),
        "digest": image.digest or (reference.digest if reference else ""),
        "pods": image.pods,
        "ended": image.ended,
        "agents": image.agents,
        "users": [{"workload": user.words, "pods": count} for user, count in users[:MOST_USERS]],
        "more": max(0, len(users) - MOST_USERS),
    }


def _spelling(image: Image) -> str:
    return image.reference.words if image.reference else image.written


def _asked(pod: Item) -> Iterator[tuple[str, str]]:
    """(image as it is written, digest that runs) of each container of a pod."""
    spec, status = mapping(pod.get("spec")), mapping(pod.get("status"))
    for part, told in _CONTAINERS:
        statuses = {text(mapping(one).get("name")): mapping(one) for one in sequence(status.get(told))}
        for container in map(mapping, sequence(spec.get(part))):
            if written := text(container.get("image")).strip():
                state = statuses.get(text(container.get("name")), {})
                yield written, running_digest(text(state.get("imageID")))
