# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which one pod of an agent is meant. Pure. Private API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?", re.ASCII)
_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?", re.ASCII)
_NAMED = 5

#: options of the modules that deal with one pod
POD_SPEC: dict[str, Any] = {
    "namespace": {"type": "str", "default": "agent-platform"},
    **{name: {"type": "str", "default": ""} for name in ("agent", "service", "task", "pod")},
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: an agent by any spelling, narrowed by service and task, or a pod by its name."""

    namespace: str
    agent: str = ""
    service: str = ""
    task: str = ""
    pod: str = ""

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Wanted:
        """What the options of POD_SPEC say."""
        return cls(**{name: options[name] for name in POD_SPEC})

    def check(self) -> None:
        """:raises OpsError: invalid, naming the option and the accepted form"""
        if bool(self.agent) == bool(self.pod):
            said = "both are given" if self.pod else "neither is given"
            hint = "An agent may be narrowed by service and task."
            raise OpsError("invalid", f"one of agent and pod says who is meant; {said}", hint=hint)
        for option in ("namespace", "pod"):
            value = getattr(self, option)
            if (value or option == "namespace") and not _NAME.fullmatch(value):
                form = "write lower-case letters, digits, dashes and dots"
                raise OpsError("invalid", f"{option}: {value!r:.80} cannot be the name of an object; {form}")
        for option in ("service", "task"):
            value = getattr(self, option)
            if value and not _LABEL_VALUE.fullmatch(value):
                raise OpsError("invalid", f"{option}: {value!r:.80} cannot be the value of a label")

    def selector(self, agent: Agent) -> str:
        """The label selector of the pods that are meant."""
        more = {"service": self.service, "task-id": self.task}
        return ",".join(
            [f"github-user={agent.github_user}", *(f"{key}={value}" for key, value in more.items() if value)]
        )

    def words(self, agent: Agent) -> str:
        narrowed = [f"service {self.service}" if self.service else "", f"task {self.task}" if self.task else ""]
        return f"agent {agent.name} in namespace {self.namespace}" + "".join(f", {one}" for one in narrowed if one)


def choose(pods: Iterable[AgentPod], words: str) -> AgentPod:
    """The one that runs.

    :param words: who was meant
    :raises OpsError: refused, when there is none or more than one, naming them
    """
    there = sorted(pods, key=lambda pod: pod.name)
    running = [pod for pod in there if pod.phase == "Running" and not pod.deleting]
    if len(running) == 1:
        return running[0]
    if running:
        raise OpsError(
            "refused",
            f"{len(running)} pods of {words} are running: {_listed(running)}; nothing was sent",
            hint="Say which one with service, task or pod.",
        )
    seen = f"; there are {_listed(there)}" if there else ""
    raise OpsError(
        "refused",
        f"no pod of {words} is running{seen}; nothing was sent",
        hint="Look at the agent with playbooks/agent_health.yml; it may not have started yet, or have ended.",
    )


def _listed(pods: Sequence[AgentPod]) -> str:
    shown = [f"{pod.name} ({_state(pod)}, service {pod.service}, task {pod.task})" for pod in pods[:_NAMED]]
    more = len(pods) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _state(pod: AgentPod) -> str:
    return "being deleted" if pod.deleting else pod.phase or "no phase"
