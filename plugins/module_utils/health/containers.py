# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one container of a pod has come to, from its entry in the pod's status. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Item,
    mapping,
    sequence,
    text,
    whole,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import age, bracketed, short
from ansible_collections.agent_platform.ops.plugins.module_utils.timeparse import format_age

OUT_OF_MEMORY = "OOMKilled"
CRASHING = "CrashLoopBackOff"
NO_IMAGE = frozenset(
    {"ImagePullBackOff", "ErrImagePull", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError",
     "RegistryUnavailable"}
)  # fmt: skip
CANNOT_START = frozenset(
    {"CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError",
     "PreStartHookError", "PostStartHookError"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class End:
    """How a container ended; code and seconds ago are None where nothing tells."""

    code: int | None
    reason: str
    ago: float | None

    @property
    def words(self) -> str:
        """ "was killed for want of memory (OOMKilled), 2 h ago"."""
        when = "" if self.ago is None else f", {format_age(self.ago)} ago"
        if self.reason == OUT_OF_MEMORY:
            return f"was killed for want of memory ({OUT_OF_MEMORY}){when}"
        code = "an exit code that is not known" if self.code is None else f"exit code {self.code}"
        return f"ended with {code}{bracketed(self.reason)}{when}"


@dataclass(frozen=True, slots=True)
class Container:
    """One container: at most one of running, waiting (its reason) and ended tells its state now.

    waiting: empty when it does not wait. ran_before: how it ended the last time that it ran.
    """

    name: str
    init: bool
    running_for: float | None
    running: bool
    waiting: str
    said: str
    ended: End | None
    ran_before: End | None
    restarts: int


def containers(pod: Item, now: datetime) -> Iterator[Container]:
    """Containers of the pod that have a status, those that prepare it first."""
    status = mapping(pod.get("status"))
    for part in ("initContainerStatuses", "containerStatuses"):
        for one in sequence(status.get(part)):
            if isinstance(one, dict):
                yield _container(one, part.startswith("init"), now)


def _container(one: dict, init: bool, now: datetime) -> Container:
    state = mapping(one.get("state"))
    running, waiting = state.get("running"), mapping(state.get("waiting"))
    return Container(
        name=text(one.get("name")) or "a container without a name",
        init=init,
        running_for=age(mapping(running).get("startedAt"), now),
        running=isinstance(running, dict),
        waiting=text(waiting.get("reason")) or ("no reason given" if "waiting" in state and not running else ""),
        said=short(waiting.get("message")),
        ended=_end(state.get("terminated"), now),
        ran_before=_end(mapping(one.get("lastState")).get("terminated"), now),
        restarts=whole(one.get("restartCount")) or 0,
    )


def _end(terminated: object, now: datetime) -> End | None:
    if not isinstance(terminated, dict):
        return None
    return End(
        code=whole(terminated.get("exitCode")),
        reason=text(terminated.get("reason")),
        ago=age(terminated.get("finishedAt"), now),
    )
