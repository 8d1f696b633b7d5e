# SPDX-License-Identifier: GPL-3.0-or-later
"""The flows about workspaces against a server that follows a script; the real one is in tests/integration."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import table
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.targets import Wanted
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.workspaces import Rule
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    workspace_clean,
    workspace_files,
    workspace_info,
    workspace_read,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.answers import NotFoundError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.stream import Ran

NOW = datetime(2026, 11, 21, tzinfo=UTC)
AGENTS = table([{"name": "rex", "github_app": "5DLabs-Rex"}, {"name": "tess", "github_app": "5DLabs-Tess"}])
WHY = {"reason": "r", "actor": "a"}


def claim(name: str, **labels: str) -> dict[str, Any]:
    meta = {"name": name, "namespace": "ns", "uid": f"uid-{name}", "resourceVersion": "7"}
    ours = {"app": "orchestrator", "component": "code-runner", "workspace-type": "isolated", "service": "shop"}
    return {
        "metadata": {**meta, "labels": {**ours, **labels}, "creationTimestamp": "2026-11-01T00:00:00Z"},
        "status": {"phase": "Bound"},
    }


def pod(claim_name: str) -> dict[str, Any]:
    volumes = [{"name": "v", "persistentVolumeClaim": {"claimName": claim_name}}]
    containers = [{"name": "claude-code", "volumeMounts": [{"name": "v", "mountPath": "/workspace"}]}]
    return {
        "metadata": {"name": "p", "namespace": "ns", "labels": {"github-user": "5dlabs-rex"}},
        "spec": {"volumes": volumes, "containers": containers},
        "status": {"phase": "Running"},
    }


class FakeClient:
    """Collections by the end of their path; pods are another list from the second look on."""

    def __init__(self, claims: list[dict], pods: Iterable[list[dict]] = ([],), refuse: str = "") -> None:
        self._claims, self._pods, self._refuse = claims, list(pods), refuse
        self.deleted: list[tuple[str, str, str]] = []
        self.left: dict[str, dict] = {}
        self.outputs: list[Ran | OpsError] = []

    def read(self, path: str, new: Any, **_options: Any) -> Any:
        if self._refuse and path.endswith(self._refuse):
            raise OpsError("forbidden", "no")
        if path.endswith("coderuns"):
            raise NotFoundError("invalid", "no such kind")
        made = new()
        if path.endswith("persistentvolumeclaims"):
            made.add(self._claims)
        elif path.endswith("pods"):
            made.add(self._pods.pop(0) if len(self._pods) > 1 else self._pods[0])
        return made

    def each(self, function: Any, items: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
        for item in items:
            try:
                yield item, function(item)
            except OpsError as error:
                yield item, error

    def delete(self, path: str, uid: str, version: str) -> str:
        if uid == "uid-changed":
            raise OpsError("conflict", "another version")
        self.deleted.append((path.rsplit("/", 1)[-1], uid, version))
        return "gone"

    def wait_absent(self, _path: str, _uids: list[str], _wait: float) -> dict[str, dict]:
        return self.left

    def get(self, _path: str) -> dict[str, Any]:
        return self._pods[0][0]

    def list_at(self, _path: str, _query: dict) -> tuple[list[dict], str]:
        return self._pods[0], "1"

    def run_in_pod(self, *_where: Any, **_options: Any) -> Ran:
        output = self.outputs.pop(0)
        if isinstance(output, OpsError):
            raise output
        return output


class Fence:
    def __init__(self, allowed: int = 99) -> None:
        self._allowed = allowed

    def check(self) -> None:
        self._allowed -= 1
        if self._allowed < 0:
            raise OpsError("refused", "the lock is gone")


def clean(client: FakeClient, fence: Fence | None = None, check: bool = False, most: int = 20, **rule: Any):
    wanted = workspace_info.Look(["ns"], AGENTS, Rule(**{"older_than": 0, **rule}), NOW)
    return workspace_clean.clean(client, fence or Fence(), wanted, max_changes=most, wait=1, why=WHY, check=check)


def outcomes(acted) -> dict[str, str]:
    return {one.name: one.outcome for one in acted.actions}


def test_exactly_the_version_that_was_read_is_deleted():
    client = FakeClient([claim("a"), claim("b", **{"workspace.cleanup/skip": "true"})])
    acted = clean(client)
    assert (client.deleted, outcomes(acted)) == ([("a", "uid-a", "7")], {"a": "changed"})
    assert [one["reason"] for one in acted.more["kept"]] == ["label workspace.cleanup/skip keeps it"]
    looking = FakeClient([claim("a")])
    assert (clean(looking, check=True).actions[0].outcome, looking.deleted) == ("planned", [])


def test_one_that_is_mounted_in_the_last_moment_stays():
    client = FakeClient([claim("a"), claim("b")], [[], [pod("a")]])
    acted = clean(client)
    assert outcomes(acted) == {"a": "refused", "b": "changed"}
    assert "pod p mounts it, since just now" in acted.actions[0].reason


def test_one_that_changed_and_one_that_stays_are_told():
    client = FakeClient([claim("changed"), claim("held")])
    client.left = {"uid-held": {"finalizers": ["kubernetes.io/pvc-protection"]}}
    acted = clean(client)
    assert outcomes(acted) == {"changed": "refused", "held": "unverified"}
    assert acted.error.kind == "unverified"
    assert "kubernetes.io/pvc-protection holds it" in acted.actions[1].reason


def test_without_the_lock_nothing_more_is_deleted():
    client = FakeClient([claim(f"w{number:02}") for number in range(12)])
    acted = clean(client, Fence(1))
    assert len(client.deleted) == 10
    assert sorted(outcomes(acted).values()) == ["changed"] * 10 + ["not_reached"] * 2
    assert acted.error.kind == "refused"


def test_over_the_limit_nothing_is_deleted():
    client = FakeClient([claim("a"), claim("b")])
    with pytest.raises(OpsError, match="2 workspaces would be changed, but max_changes is 1"):
        clean(client, most=1)
    assert client.deleted == []


@pytest.mark.parametrize("source", ["pods", "workflows", "persistentvolumeclaims"])
def test_where_nobody_could_look_nothing_is_deleted(source):
    client = FakeClient([claim("a")], refuse=source)
    with pytest.raises(OpsError, match="no"):
        clean(client)
    assert client.deleted == []


def test_a_kind_that_is_not_there_uses_nothing():
    users = workspace_read.read_users(FakeClient([]), ["ns"], AGENTS)
    assert (users.coderuns, users.plays) == ([], [])
    assert workspace_read.read_pods(FakeClient([], [[pod("a")]]), "ns")[0][0].claims == ("a",)


def test_a_look_inside_that_fails_is_unknown_and_never_well():
    client = FakeClient([claim("a")], [[pod("a")]])
    client.outputs = [OpsError("timeout", "no end")]
    wanted = workspace_info.Look(["ns"], AGENTS, Rule(), NOW, look_inside=True)
    told = workspace_info.look(client, wanted)
    assert (told["workspaces"][0]["free"], told["findings"][0]["status"]) == (None, "unknown")
    table_ = b"Filesystem 1024-blocks Used Available Capacity Mounted on\nx 100 95 5 95% /workspace\n\0"
    client.outputs = [Ran(0, table_, b"")]
    told = workspace_info.look(client, wanted)
    assert told["findings"][0]["message"] == "workspace a is 95 % full: 5.0 KiB are free"
    assert told["workspaces"][0]["unpushed"] is None
    client.outputs = [Ran(0, table_ + b"0\x000\0/workspace/a\0", b"")]
    assert workspace_info.look(client, wanted)["workspaces"][0]["unpushed"] is False
    # A command that tells nothing has not found everything pushed.
    client.outputs = [Ran(None, b"", b"", "no shell")]
    told = workspace_info.look(client, wanted)
    assert (told["workspaces"][0]["unpushed"], told["findings"][0]["status"]) == (None, "unknown")


@pytest.mark.parametrize("namespaces", [[], [""]])
def test_a_namespace_is_needed(namespaces):
    with pytest.raises(OpsError, match="name at least one"):
        workspace_info.require_namespaces(namespaces)


LIST = b"5 1 1 9\0a.log\x005 1 1 8\0b.log\0end\x000"


def files(client: FakeClient, fence: Fence | None = None, **more: Any):
    options = {"patterns": ["*.log"], "root": "/workspace", "max_changes": 9, **more}
    order = workspace_files.Order(Wanted("ns", agent="rex"), container="", older_than=60, seconds=5, **options)
    return workspace_files.clean(client, fence or Fence(), order, AGENTS, why=WHY, check=False)


def test_files_that_changed_stay_and_are_no_failure():
    client = FakeClient([], [[pod("a")]])
    client.outputs = [Ran(0, LIST, b""), Ran(0, b"dc\nx 9 9 4 5% /w\n", b"")]
    acted = files(client)
    assert (acted.error, outcomes(acted)) == (None, {"p:a.log": "changed", "p:b.log": "refused"})
    assert acted.more["freed"] == 5


def test_a_stream_that_breaks_leaves_files_unverified():
    client = FakeClient([], [[pod("a")]])
    client.outputs = [Ran(0, LIST, b""), OpsError("timeout", "no end")]
    acted = files(client)
    assert (acted.error.kind, set(outcomes(acted).values())) == ("timeout", {"unverified"})


def test_without_the_lock_no_file_is_deleted():
    client = FakeClient([], [[pod("a")]])
    client.outputs = [Ran(0, LIST, b"")]
    assert set(outcomes(files(client, Fence(0))).values()) == {"not_reached"}


def test_a_list_that_is_too_long_deletes_nothing():
    client = FakeClient([], [[pod("a")]])
    client.outputs = [OpsError("refused", "too much")]
    with pytest.raises(OpsError, match="more files than can be listed"):
        files(client)
