# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bring a component to the state that is asked for: move it, confirm that, or take it back. Private API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import upgrade_record, upgrade_release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted, require_texts
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_back import TakingBack
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_helm import HelmMoving
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_helm_back import HelmTakingBack
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_look import (
    component_of,
    told,
    workloads,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_move import Moving
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_record import DONE, UNDER_WAY, Record
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_release import Release
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.upgrade_writes import Writing
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.components import Component
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import parse

PREPARED, UPGRADED, CONFIRMED, ROLLED_BACK = "prepared", "upgraded", "confirmed", "rolled_back"


def act(client: Client, options: Mapping[str, Any], check: bool) -> Acted:
    """Bring a component to the state that is asked for.

    :raises OpsError: before anything is touched
    """
    require_texts(options)
    component = component_of(options)
    fence = Fence.from_option(client, options["lock"])
    place = upgrade_record.place(options["operations_namespace"], component.name)
    record = upgrade_record.load(client, place)
    writing = Writing(client, fence, options["wait"], options["steady"], check)
    release, state = upgrade_release.of(options, component), options["state"]
    if state == CONFIRMED:
        return _confirm(client, component, place, record, release, check)
    if state == ROLLED_BACK:
        taking = HelmTakingBack if release else TakingBack
        return taking(client, component, place, record, writing, release).act(options, automatic=options["automatic"])
    if release is None:
        if state == PREPARED:
            raise OpsError("invalid", "state: prepared belongs to method helm; images are moved with state: upgraded")
        return Moving(client, component, place, record, writing, None).act(options)
    moving = HelmMoving(client, component, place, record, writing, release)
    return moving.prepare(options) if state == PREPARED else moving.follow(options)


def _confirm(
    client: Client, component: Component, place: str, record: Record | None, release: Release | None, check: bool
) -> Acted:
    """End an upgrade that was seen to work; it can still be taken back by hand."""
    placed = workloads(client, component)
    if record is not None and record.phase == UNDER_WAY and not check:
        upgrade_release.require_same_method(record, release)
        other = [one for one in placed if one.version != parse(record.new)]
        if other:
            first = f"{other[0].workload.kind} {component.namespace}/{other[0].workload.name} is at {other[0].version}"
            raise OpsError("refused", f"the upgrade to {record.new} is not complete: {first}")
        after = upgrade_release.history(client, release).newest.number if release else 0
        upgrade_record.save(client, place, replace(record, phase=DONE, after=after), component.name)
    versions = {"old": record.old, "new": record.new} if record else {"old": "", "new": ""}
    return Acted([], None, {**versions, "left_out": {}, "workloads": told(placed, component)})
