# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drain one node, and bring one back. Private API.

Every round reads the cluster anew and decides anew from it, so that what changed meanwhile is never acted on as it was.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import node_cordon, node_read
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted, error_of
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.node_cordon import Why
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.node_evict import Evictions
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes import drained, marks, plan
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.plan import NodePlan
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.scene import Scene
from ansible_collections.agent_platform.ops.plugins.module_utils.nodes.verdicts import Policy
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

_LONGEST_WAIT = 86_400
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for. wait: seconds for all of it."""

    name: str
    policy: Policy
    why: Why
    wait: float

    def require(self) -> None:
        """:raises OpsError: invalid, naming the option and the accepted form"""
        if not 1 <= self.wait <= _LONGEST_WAIT:
            raise OpsError("invalid", f"wait is {self.wait:g}; it must lie between 1 and {_LONGEST_WAIT:,} seconds")


def drain(client: Client, fence: Fence, order: Order, check: bool) -> Acted:
    """Take everything off a node that can go, or tell what keeps it there.

    :raises OpsError: before anything is touched
    """
    order.require()
    scene = node_read.read(client, datetime.now(UTC))
    planned = plan.simulate(scene, order.policy, [order.name])[0]
    _require_others_back(scene, order.name)
    if not planned.may_start:
        done = drained.refusals(planned)
        return _acted(done, order, scene, False)
    if check:
        return _acted(drained.planned(planned, scene.nodes[order.name]), order, scene, False)
    return _carry_out(client, fence, order, scene, planned)


def _require_others_back(scene: Scene, name: str) -> None:
    """:raises OpsError: refused, while another node that we drained is away"""
    away = marks.away(scene.nodes.values(), name)
    if away:
        raise OpsError(
            "refused",
            f"node {away[0]} was drained and is not back yet; node {name} was not touched",
            hint=f"Bring {away[0]} back first; one node at a time keeps room for the pods of the next one.",
        )


def _carry_out(client: Client, fence: Fence, order: Order, scene: Scene, planned: NodePlan) -> Acted:
    deadline = time.monotonic() + order.wait
    error: OpsError | None = None
    work = Evictions(client, fence, order.name, order.policy, scene, planned)
    cordoned = False
    try:
        fence.check()
        cordoned, moment = node_cordon.cordon(client, order.name, order.why)
        _rounds(client, order, work, moment, deadline)
        work.follow_agents(deadline)
    except OpsError as problem:
        error = problem
    done = drained.outcomes(work.state, order.name, order.wait, cordoned)
    acted = _acted(done, order, work.state.scene, done[0].outcome in ("changed", "unchanged"))
    return Acted(acted.actions, error or acted.error, acted.more)


def _rounds(client: Client, order: Order, work: Evictions, moment: str, deadline: float) -> None:
    """Evict, wait, look again; ends when all is done or, after one round at least, the time is over."""
    pause, acted = _FIRST_PAUSE, False
    while True:
        began = time.monotonic()
        work.look(node_read.read(client, datetime.now(UTC)))
        took = time.monotonic() - began
        if work.is_done() or (acted and time.monotonic() >= deadline):
            return
        progressed, acted = work.act(moment), True
        pause = _FIRST_PAUSE if progressed else min(_LONGEST_PAUSE, pause * 1.5)
        # Reading a large cluster takes its time; the server gets as much to rest.
        time.sleep(max(0.0, min(max(pause, took), deadline - time.monotonic())))


def _acted(done: list[Action], order: Order, scene: Scene, is_drained: bool) -> Acted:
    more = {"node": order.name, "drained": is_drained, "cordoned_by_us": marks.is_ours(scene.nodes[order.name])}
    return Acted(done, error_of(done), more)
