# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take snapshots of volumes, wait until each can be restored from, and remove old ones. Private API."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.backup import volumes
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.volumes import Claim, Snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import (
    Acted,
    error_of,
    require_max_changes,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook.actions import Action

CHECK = "volume_snapshot"
_LOOK_EVERY = 1.0  # seconds


@dataclass(frozen=True, slots=True)
class Order:
    """Whose claims, by label selector or names; how many ready snapshots of each stay; and how it is done."""

    namespaces: tuple[str, ...]
    selector: str
    names: tuple[str, ...]
    snapshot_class: str
    keep_newest: int
    max_changes: int
    wait: float
    moment: datetime
    why: Mapping[str, str]


def carry_out(client: Client, fence: Fence, order: Order, *, check: bool) -> Acted:
    """Take a snapshot of each claim; of those claims whose new one is ready the old ones go.

    :raises OpsError: before the first write; invalid with status 404 where the cluster knows no VolumeSnapshots
    """
    if order.keep_newest < 1:
        raise OpsError("invalid", f"keep_newest is {order.keep_newest}; at least 1 snapshot stays")
    there = {namespace: _snapshots(client, namespace) for namespace in order.namespaces}
    claims = [one for namespace in order.namespaces for one in _claims(client, namespace, order)]
    wanted = [claim for claim in claims if not claim.problem]
    require_max_changes(len(wanted), order.max_changes, "snapshots")
    done = [_of_claim(claim, "", "refused", claim.problem) for claim in claims if claim.problem]
    done += _absent(order, claims)
    if done and order.names:
        reason = "another one that was named cannot be done"
        return Acted([*done, *(_of_claim(one, "", "not_reached", reason) for one in wanted)], error_of(done))
    for claim in wanted:
        if check:
            done.append(_of_claim(claim, "", "planned"))
            done += [_of_snapshot(one, "planned") for one in _old(there[claim.namespace], claim, order, coming=1)]
            continue
        try:
            fence.check()
        except OpsError as stop:
            reached = {one.name for one in done if one.kind == "PersistentVolumeClaim"}
            left = (one for one in wanted if one.name not in reached)
            return Acted([*done, *(_of_claim(one, "", "not_reached", str(stop)) for one in left)], stop)
        taken = _taken(client, claim, order)
        done.append(taken)
        if taken.outcome == "changed":
            now = _snapshots(client, claim.namespace)
            done += [_removed(client, one, order.wait) for one in _old(now, claim, order, coming=0)]
    # A claim that is not bound is told; it does not make the others a failure.
    return Acted(done, error_of([one for one in done if one.outcome != "refused"]))


def _claims(client: Client, namespace: str, order: Order) -> Iterable[Claim]:
    path = resource("v1", "persistentvolumeclaims", namespace)
    for page in client.pages(path, label_selector=order.selector or None):
        for claim in map(volumes.claim_of, page):
            if not order.names or claim.name in order.names:
                yield claim


def _snapshots(client: Client, namespace: str) -> list[Snapshot]:
    pages = client.pages(resource(volumes.API, volumes.PLURAL, namespace))
    return [volumes.snapshot_of(item) for page in pages for item in page]


def _old(there: list[Snapshot], claim: Claim, order: Order, *, coming: int) -> list[Snapshot]:
    """:param coming: snapshots that will be there and are not yet"""
    of_claim = [one for one in there if one.claim == claim.name]
    if coming and order.keep_newest == 1:
        return [one for one in of_claim if one.own and not one.kept and one.created]
    return volumes.surplus(of_claim, order.keep_newest - coming)


def _absent(order: Order, claims: list[Claim]) -> list[Action]:
    missing = sorted(set(order.names) - {claim.name for claim in claims})
    return [_of_claim(Claim("", name, "", ""), "", "refused", "there is no claim of this name") for name in missing]


def _taken(client: Client, claim: Claim, order: Order) -> Action:
    body = volumes.body(claim, order.moment, order.snapshot_class, order.why)
    name = body["metadata"]["name"]
    try:
        made = client.create(resource(volumes.API, volumes.PLURAL, claim.namespace), body)
        uid = made["metadata"]["uid"]
    except OpsError as error:
        return _of_claim(claim, name, "failed", error.message)
    deadline, seen = time.monotonic() + order.wait, volumes.snapshot_of(made)
    path = resource(volumes.API, volumes.PLURAL, claim.namespace, name)
    while not seen.ready and time.monotonic() < deadline:
        time.sleep(_LOOK_EVERY)
        try:
            found = client.get_or_none(path)
        except OpsError as error:
            return _of_claim(claim, name, "unverified", f"nobody could look whether it is ready: {error.message}")
        seen = volumes.snapshot_of(found or {})
        if seen.uid != uid:
            return _of_claim(claim, name, "unverified", "somebody deleted it before it was ready")
    if seen.ready:
        return _of_claim(claim, name, "changed")
    reason = f"it is not ready after {order.wait:g} s" + (f": {seen.error}" if seen.error else "")
    return _of_claim(claim, name, "unverified", reason)


def _removed(client: Client, one: Snapshot, wait: float) -> Action:
    path = resource(volumes.API, volumes.PLURAL, one.namespace)
    try:
        client.delete(f"{path}/{one.name}", one.uid, one.version)
    except OpsError as error:
        return _of_snapshot(one, "refused" if error.kind == "conflict" else "failed", error.message)
    try:
        left = client.wait_absent(path, [one.uid], wait)
    except OpsError as error:
        return _of_snapshot(one, "unverified", f"nobody could look whether it is gone: {error.message}")
    return _of_snapshot(one, "unverified" if left else "changed", f"still there after {wait:g} s" if left else "")


def _of_claim(claim: Claim, snapshot: str, outcome: str, reason: str = "") -> Action:
    evidence = f"kubectl -n {claim.namespace} describe volumesnapshot {snapshot}" if snapshot else ""
    detail = f"as {snapshot}" if snapshot else ""
    words = ("snapshot", "taken", outcome, detail, reason, evidence)
    return Action("PersistentVolumeClaim", claim.namespace, claim.name, claim.uid, *words)


def _of_snapshot(one: Snapshot, outcome: str, reason: str = "") -> Action:
    words = ("delete", "deleted", outcome, f"of claim {one.claim}", reason)
    return Action("VolumeSnapshot", one.namespace, one.name, one.uid, *words)
