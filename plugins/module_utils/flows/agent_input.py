# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send one message to one working agent, once. Private API."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import live_input, names, pods, targets
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.live_input import Message, Protocol
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted, error_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import kubectl
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

_HEALTH_SECONDS = 10.0
_HEADERS = {"Content-Type": "application/json", "Connection": "close"}


@dataclass(frozen=True, slots=True)
class Way:
    """How the bridge is reached. via: port_forward or exec. container: for exec, the agent's own by default."""

    via: str
    port: int
    container: str
    seconds: float


def way_of(via: str, port: int, container: str, seconds: float) -> Way:
    """:raises OpsError: invalid, for a port that cannot be one or no time at all"""
    if not 1 <= port <= 65535:
        raise OpsError("invalid", f"port is {port}; it must lie between 1 and 65535")
    if not 1 <= seconds <= 600:
        raise OpsError("invalid", f"timeout is {seconds:g} s; it must lie between 1s and 10m")
    return Way(via, port, container, seconds)


def read_file(path: str, option: str) -> bytes:
    """At most one byte more than may be sent.

    :raises OpsError: invalid, when it cannot be read
    """
    try:
        with open(path, "rb") as file:
            return file.read(live_input.MOST_BYTES + 1)
    except OSError as error:
        raise OpsError("invalid", f"{option}: {path} cannot be read: {error.strerror}") from error


def send(
    client: Client,
    fence: Fence,
    wanted: targets.Wanted,
    agents: Sequence[Agent],
    message: Message,
    way: Way,
    *,
    check: bool,
    why: dict[str, str],
) -> Acted:
    """Find the pod, ask whether its bridge is there, and send.

    :param check: do all but the sending
    :param why: reason and actor, as they are recorded
    :raises OpsError: refused, before anything is sent, where nobody can read it
    """
    pod, agent = find(client, wanted, agents)
    reason = live_input.refusal(pod, agent)
    if reason:
        hint = "Write to its pull request or its issue instead."
        raise OpsError("refused", f"pod {pod.namespace}/{pod.name}: {reason}; nothing was sent", hint=hint)
    if way.via == "exec" and not (way.container or pod.main):
        hint = "Name one with container, or use via: port_forward."
        raise OpsError("refused", f"pod {pod.namespace}/{pod.name}: {pod.problem}; nothing was sent", hint=hint)
    protocol = live_input.PROTOCOLS[agent.input]
    _require_bridge(client, pod, protocol, way)
    if check:
        return _acted(pod, message, why, "planned", "")
    fence.check()
    began = time.monotonic()
    outcome, reason = _deliver(client, pod, protocol, message, way)
    return _acted(pod, message, why, outcome, reason, round(time.monotonic() - began, 3))


def find(client: Client, wanted: targets.Wanted, agents: Sequence[Agent]) -> tuple[AgentPod, Agent]:
    """The one running pod that is meant, and whose it is.

    :raises OpsError: invalid for an agent or pod that is not there, refused when it is not exactly one
    """
    wanted.check()
    if wanted.agent:
        agent = names.find(wanted.agent, agents)
        query = {"labelSelector": wanted.selector(agent)}
        items, _version = client.list_at(resource("v1", "pods", wanted.namespace), query)
        return targets.choose(map(pods.read, items), wanted.words(agent)), agent
    item = client.get_or_none(resource("v1", "pods", wanted.namespace, wanted.pod))
    if item is None:
        raise OpsError("invalid", f"there is no pod {wanted.pod} in namespace {wanted.namespace}")
    pod = pods.read(item)
    owner = names.of_label(pod.github_user, agents)
    if owner is None:
        whose = f"belongs to {pod.github_user}, which is not in platform_agents" if pod.github_user else "is no agent's"
        raise OpsError("invalid", f"pod {wanted.namespace}/{wanted.pod} {whose}; nothing was sent")
    return targets.choose([pod], f"agent {owner.name}"), owner


def _require_bridge(client: Client, pod: AgentPod, protocol: Protocol, way: Way) -> None:
    """:raises OpsError: refused, when the bridge does not say that it is well"""
    where, seconds = f"the input bridge of pod {pod.namespace}/{pod.name}", min(way.seconds, _HEALTH_SECONDS)
    hint = f"Look at its log: {_log(pod)}"
    try:
        status, _body = _ask(client, pod, "GET", protocol.health, None, way, seconds)
    except OpsError as error:
        if error.kind == "forbidden" or error.status:
            raise
        words = f"{where} does not answer: {error.message.rstrip('.')}; nothing was sent"
        raise OpsError("refused", words, request=error.request, hint=error.hint or hint) from error
    if status != 200:
        raise OpsError("refused", f"{where} says HTTP {status} when asked for its health; nothing was sent", hint=hint)


def _deliver(client: Client, pod: AgentPod, protocol: Protocol, message: Message, way: Way) -> tuple[str, str]:
    """(outcome, why) of the one request that carries the message."""
    data = live_input.body(protocol, message)
    try:
        status, answer = _ask(client, pod, "POST", protocol.path, data, way, way.seconds)
    except OpsError as error:
        words = error.message.rstrip(".")
        if error.kind not in ("timeout", "unverified"):
            return "failed", f"{words}; the agent did not get the message"
        return "unverified", f"{words}; it is not known whether the message is read or will be; it was not sent again"
    return live_input.verdict(status, live_input.said(answer, message))


def _ask(
    client: Client, pod: AgentPod, method: str, path: str, data: bytes | None, way: Way, seconds: float
) -> tuple[int, bytes]:
    writes = method == "POST"
    if way.via == "port_forward":
        where = (pod.namespace, pod.name, way.port)
        answer = client.ask_pod(*where, method, path, writes=writes, body=data, headers=_HEADERS, seconds=seconds)
        return answer.status, answer.body
    url = f"http://127.0.0.1:{way.port}{path}"
    command = live_input.exec_get(seconds, url) if data is None else live_input.exec_post(seconds, url, len(data))
    where = (pod.namespace, pod.name, way.container or pod.main)
    # curl tells better than a stream that is cut off what became of the request, so it gets to speak first.
    ran = client.run_in_pod(*where, command, writes=writes, stdin=data or b"", seconds=seconds + 5)
    return live_input.exec_answer(ran.stdout, f"port {way.port} of pod {pod.namespace}/{pod.name}")


def _acted(
    pod: AgentPod, message: Message, why: dict[str, str], outcome: str, reason: str, seconds: float | None = None
) -> Acted:
    action = Action(
        kind="Pod",
        namespace=pod.namespace,
        name=pod.name,
        uid=pod.uid,
        verb="send",
        done="sent",
        outcome=outcome,
        detail=message.described,
        reason=reason,
        evidence=_log(pod),
        after={"message": message.described},
    )
    told: dict[str, Any] = {"bytes": message.size, "sha256": message.sha256, **why, "seconds": seconds}
    return Acted([action], error_of([action]), {"message": told})


def _log(pod: AgentPod) -> str:
    return kubectl("logs", pod.name, "-c", pod.sidecar, "--tail=20", namespace=pod.namespace)
