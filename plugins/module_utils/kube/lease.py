# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lock of a platform in its cluster: a Lease. Private API.

Nobody's clock is trusted: whether a holder lives is seen from its renewals, observed here, as client-go's leader
election does it. Renewals are JSON patches that test holder and transitions, so a stale holder cannot renew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import JSON_PATCH, Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import LEASES, resource

DURATION = 15  # seconds without a renewal after which a holder counts as dead
RENEW_EVERY = 3
RENEWAL_LIMIT = 4  # seconds for one renewal: one that gets no answer leaves time for another before the lock is lost


@dataclass(frozen=True)
class Lock:
    """A lock that is held; transitions is the fencing token."""

    namespace: str
    name: str
    holder: str
    transitions: int

    @property
    def path(self) -> str:
        return resource(*LEASES, self.namespace, self.name)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def acquire(
    client: Client, namespace: str, name: str, holder: str, *, sleep: Callable[[float], None] = time.sleep
) -> Lock:
    """Take the lock when it is free, or from a holder that shows no life for the time it promised.

    :raises OpsError: refused, naming the living holder and since when it holds the lock
    """
    path = resource(*LEASES, namespace, name)
    for _attempt in range(5):
        try:
            lease = client.get_or_none(path)
            if lease is None:
                return _create(client, namespace, name, holder)
            if lease["spec"].get("holderIdentity"):
                lease = _outlive(client, path, lease, sleep)
            return _take(client, lease, holder)
        except OpsError as error:
            if error.kind != "conflict":
                raise
    raise OpsError("conflict", f"lock {namespace}/{name} changes hands all the time", request=f"PUT {path}")


def require_free(client: Client, namespace: str, name: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """:raises OpsError: refused, naming the living holder"""
    path = resource(*LEASES, namespace, name)
    lease = client.get_or_none(path)
    if lease and lease["spec"].get("holderIdentity"):
        _outlive(client, path, lease, sleep)


def renew(client: Client, lock: Lock) -> None:
    """:raises OpsError: refused, when somebody else holds the lock now"""
    _patch_own(client, lock, [{"op": "replace", "path": "/spec/renewTime", "value": _now()}])


def release(client: Client, lock: Lock) -> bool:
    """Give the lock back; False when it was not ours any more."""
    try:
        _patch_own(client, lock, [{"op": "replace", "path": "/spec/holderIdentity", "value": ""}])
    except OpsError as error:
        if error.kind == "refused":
            return False
        raise
    return True


def _create(client: Client, namespace: str, name: str, holder: str) -> Lock:
    body = {
        "apiVersion": LEASES[0],
        "kind": "Lease",
        "metadata": {"name": name, "namespace": namespace},
        "spec": _spec(holder, 1),
    }
    try:
        client.create(resource(*LEASES, namespace), body)
    except NotFoundError as error:
        raise OpsError(
            "refused",
            f"namespace {namespace}, where the lock lives, does not exist",
            request=error.request,
            status=error.status,
            hint="An administrator creates it once: kubectl create namespace " + namespace,
        ) from error
    return Lock(namespace, name, holder, 1)


def _take(client: Client, lease: dict[str, Any], holder: str) -> Lock:
    meta = lease["metadata"]
    transitions = int(lease["spec"].get("leaseTransitions") or 0) + 1
    client.replace(resource(*LEASES, meta["namespace"], meta["name"]), {**lease, "spec": _spec(holder, transitions)})
    return Lock(meta["namespace"], meta["name"], holder, transitions)


def _outlive(client: Client, path: str, lease: dict[str, Any], sleep: Callable[[float], None]) -> dict[str, Any]:
    """Watch a holder until it renews (refused) or its time is over (its lease, to be taken over)."""
    waited, patience = 0.0, float(lease["spec"].get("leaseDurationSeconds") or DURATION) + 1
    while waited < patience:
        sleep(1.0)
        waited += 1
        now = client.get(path)
        if not now["spec"].get("holderIdentity"):
            return now
        if now["spec"] != lease["spec"]:
            spec = now["spec"]
            who = f"{spec['holderIdentity']}, since {spec.get('acquireTime')}"
            hint = "Nothing was touched. Wait for it to end, or look at what it does."
            raise OpsError("refused", f"another run holds the lock of this platform: {who}", hint=hint)
    return now


def _patch_own(client: Client, lock: Lock, operations: list[dict[str, Any]]) -> None:
    tests = [
        {"op": "test", "path": "/spec/holderIdentity", "value": lock.holder},
        {"op": "test", "path": "/spec/leaseTransitions", "value": lock.transitions},
    ]
    try:
        client.patch(lock.path, tests + operations, content_type=JSON_PATCH)
    except OpsError as error:
        if error.status not in (404, 422):
            raise
        lease = client.get_or_none(lock.path)
        spec = lease["spec"] if lease else {}
        owner = spec.get("holderIdentity") or "nobody"
        raise OpsError(
            "refused",
            f"the lock {lock.namespace}/{lock.name} is no longer ours; it is held by {owner}",
            request=error.request,
            status=error.status,
        ) from error


def _spec(holder: str, transitions: int) -> dict[str, Any]:
    now = _now()
    return {
        "holderIdentity": holder,
        "leaseDurationSeconds": DURATION,
        "acquireTime": now,
        "renewTime": now,
        "leaseTransitions": transitions,
    }


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
