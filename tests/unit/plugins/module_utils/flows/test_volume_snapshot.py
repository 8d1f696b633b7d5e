# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that follows a script; the real definitions are in tests/integration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.volumes import OWN
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import volume_snapshot
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.volume_snapshot import Order

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
ORDER = Order(("ns",), "", (), "", 1, 10, 0.0, NOW, {"reason": "r", "actor": "a"})


class FakeClient:
    """Claims and snapshots; a new snapshot is in the state that is told."""

    def __init__(self, claims: list[str], *, ready: bool = True, conflict: bool = False) -> None:
        self._claims, self._ready, self._conflict = claims, ready, conflict
        self.snapshots = {f"{name}-old": self._snapshot(f"{name}-old", name, "2026-11-20T08:00:00Z") for name in claims}
        self.left: dict[str, dict] = {}

    def _snapshot(self, name: str, claim: str, created: str, *, ready: bool = True) -> dict[str, Any]:
        meta = {"name": name, "namespace": "ns", "uid": name, "resourceVersion": "1", "labels": {OWN: "true"}}
        source = {"source": {"persistentVolumeClaimName": claim}}
        return {"metadata": {**meta, "creationTimestamp": created}, "spec": source, "status": {"readyToUse": ready}}

    def pages(self, path: str, **_options: Any) -> Iterator[list[dict]]:
        if path.endswith("volumesnapshots"):
            yield list(self.snapshots.values())
        else:
            yield [
                {"metadata": {"name": name, "namespace": "ns"}, "status": {"phase": "Bound"}} for name in self._claims
            ]

    def create(self, _path: str, body: dict) -> dict:
        name, claim = body["metadata"]["name"], body["spec"]["source"]["persistentVolumeClaimName"]
        self.snapshots[name] = self._snapshot(name, claim, "2026-11-21T08:00:00Z", ready=self._ready)
        return self.snapshots[name]

    def get_or_none(self, path: str) -> dict | None:
        return self.snapshots.get(path.rsplit("/", 1)[1])

    def delete(self, path: str, uid: str, version: str) -> None:
        if self._conflict:
            raise OpsError("conflict", "it is another one")
        assert (uid, version) == (path.rsplit("/", 1)[1], "1")
        del self.snapshots[uid]

    def wait_absent(self, _path: str, uids: list[str], _timeout: float) -> dict:
        return {uid: {} for uid in uids if uid in self.left}


class Fence:
    """Refuses from the second time on, when that is asked."""

    def __init__(self, most: int = 99) -> None:
        self._left = most

    def check(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise OpsError("refused", "the lock is lost")


def _outcomes(acted: Any) -> list[tuple[str, str, str]]:
    return [(one.verb, one.name, one.outcome) for one in acted.actions]


def test_an_old_one_goes_when_the_new_one_is_ready() -> None:
    client = FakeClient(["a"])
    acted = volume_snapshot.carry_out(client, Fence(), ORDER, check=False)
    assert _outcomes(acted) == [("snapshot", "a", "changed"), ("delete", "a-old", "changed")]
    assert (list(client.snapshots), acted.error) == (["a-20261121-080000"], None)


def test_one_that_does_not_get_ready_is_unverified_and_the_old_one_stays() -> None:
    client = FakeClient(["a"], ready=False)
    acted = volume_snapshot.carry_out(client, Fence(), ORDER, check=False)
    assert _outcomes(acted) == [("snapshot", "a", "unverified")]
    assert "a-old" in client.snapshots
    assert acted.error


def test_check_mode_plans_and_writes_nothing() -> None:
    client = FakeClient(["a"])
    acted = volume_snapshot.carry_out(client, Fence(0), ORDER, check=True)
    assert _outcomes(acted) == [("snapshot", "a", "planned"), ("delete", "a-old", "planned")]
    assert list(client.snapshots) == ["a-old"]


def test_without_the_lock_nothing_more_is_done() -> None:
    client = FakeClient(["a", "b"])
    acted = volume_snapshot.carry_out(client, Fence(1), ORDER, check=False)
    assert _outcomes(acted)[-1] == ("snapshot", "b", "not_reached")
    assert "b-20261121-080000" not in client.snapshots
    assert acted.error


def test_one_that_changed_meanwhile_is_not_deleted() -> None:
    acted = volume_snapshot.carry_out(FakeClient(["a"], conflict=True), Fence(), ORDER, check=False)
    assert _outcomes(acted)[-1] == ("delete", "a-old", "refused")


@pytest.mark.parametrize(
    ("order", "why"),
    [(replace(ORDER, max_changes=1), "max_changes is 1"), (replace(ORDER, keep_newest=0), "at least 1")],
)
def test_what_is_too_much_is_refused_before_the_first_write(order: Order, why: str) -> None:
    client = FakeClient(["a", "b"])
    with pytest.raises(OpsError, match=why):
        volume_snapshot.carry_out(client, Fence(), order, check=False)
    assert sorted(client.snapshots) == ["a-old", "b-old"]


def test_of_names_one_that_is_not_there_keeps_all_from_being_touched() -> None:
    client = FakeClient(["a"])
    acted = volume_snapshot.carry_out(client, Fence(), replace(ORDER, names=("a", "b")), check=False)
    assert _outcomes(acted) == [("snapshot", "b", "refused"), ("snapshot", "a", "not_reached")]
    assert list(client.snapshots) == ["a-old"]
    assert acted.error
