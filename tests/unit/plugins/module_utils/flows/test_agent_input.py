# SPDX-License-Identifier: GPL-3.0-or-later
"""Order and limits; messages to a real HTTP server are sent in tests/integration/test_agent_input.py."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import live_input
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import table
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.targets import Wanted
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import agent_input
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.stream import Answer

AGENTS = table([{"name": "rex", "github_app": "5DLabs-Rex"}])
WAY = agent_input.way_of("port_forward", 8080, "", 30)
WHY = {"reason": "r", "actor": "a"}


class FakeClient:
    """One pod of Rex, and answers to what is asked of it, in order."""

    def __init__(self, *answers: Answer | OpsError, **labels: str) -> None:
        self._answers = list(answers)
        self._labels = {"github-user": "5dlabs-rex", **labels}
        self.asked: list[tuple[str, bool]] = []

    def list_at(self, _path: str, _query: dict) -> tuple[list[dict[str, Any]], str]:
        containers = [{"name": "claude-code"}, {"name": "sidecar"}]
        meta = {"name": "p", "namespace": "ns", "labels": self._labels}
        return [{"metadata": meta, "spec": {"containers": containers}, "status": {"phase": "Running"}}], "1"

    def get_or_none(self, path: str) -> dict[str, Any] | None:
        return self.list_at(path, {})[0][0] if path.endswith("/p") else None

    def ask_pod(self, _namespace, _pod, _port, method, _path, *, writes, **_options) -> Answer:
        self.asked.append((method, writes))
        answer = self._answers.pop(0)
        if isinstance(answer, OpsError):
            raise answer
        return answer


class Fence:
    def __init__(self, client: FakeClient) -> None:
        self._client = client
        self.asked_before: int | None = None

    def check(self) -> None:
        self.asked_before = len(self._client.asked)


def send(client: FakeClient, wanted: Wanted | None = None, check: bool = False, **why: str):
    message, fence = live_input.message(b"hello", "message"), Fence(client)
    made = agent_input.send(
        client, fence, wanted or Wanted("ns", agent="rex"), AGENTS, message, WAY, check=check, why={**WHY, **why}
    )
    return made, fence


OK = Answer(200, b"OK")


def test_health_comes_first_then_the_fence_then_one_request():
    client = FakeClient(OK, OK)
    acted, fence = send(client)
    assert client.asked == [("GET", False), ("POST", True)]
    assert fence.asked_before == 1
    assert (acted.error, acted.actions[0].outcome, acted.more["message"]["reason"]) == (None, "changed", "r")


def test_check_mode_asks_for_health_alone():
    client = FakeClient(OK)
    acted, _fence = send(client, check=True)
    assert (client.asked, acted.actions[0].outcome) == ([("GET", False)], "planned")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (OpsError("timeout", "no answer"), "unverified"),
        (OpsError("unverified", "cut"), "unverified"),
        (OpsError("unreachable", "refused"), "failed"),
        (Answer(500, b"broken"), "failed"),
    ],
)
def test_what_becomes_of_a_request_is_told_and_it_is_never_repeated(answer, outcome):
    client = FakeClient(OK, answer)
    acted, _fence = send(client)
    assert (acted.actions[0].outcome, len(client.asked)) == (outcome, 2)
    assert acted.error is not None
    assert ("not sent again" in acted.actions[0].reason) == (outcome == "unverified")


@pytest.mark.parametrize(
    "answers", [(Answer(503, b""),), (OpsError("unreachable", "no"),), (OpsError("timeout", "no"),)]
)
def test_without_a_bridge_that_is_well_nothing_is_sent(answers):
    client = FakeClient(*answers)
    with pytest.raises(OpsError, match="nothing was sent") as caught:
        send(client)
    assert (caught.value.kind, len(client.asked)) == ("refused", 1)


@pytest.mark.parametrize(
    ("client", "wanted", "words"),
    [
        (FakeClient(**{"cli-type": "codex"}), Wanted("ns", agent="rex"), "runs codex"),
        (FakeClient(), Wanted("ns", pod="gone"), "there is no pod gone"),
        (FakeClient(**{"github-user": "5dlabs-new"}), Wanted("ns", pod="p"), "5dlabs-new, which is not in"),
        (FakeClient(**{"github-user": ""}), Wanted("ns", pod="p"), "is no agent's"),
        (FakeClient(), Wanted("ns", agent="nobody"), "no agent of this platform"),
    ],
)
def test_who_is_not_meant_is_asked_nothing(client, wanted, words):
    with pytest.raises(OpsError, match=words):
        send(client, wanted)
    assert client.asked == []


def test_limits():
    for port, seconds in ((0, 30), (65536, 30), (8080, 0), (8080, 601)):
        with pytest.raises(OpsError, match="must lie between"):
            agent_input.way_of("exec", port, "", seconds)


def test_a_file_is_read_one_byte_further_than_allowed(tmp_path: Path):
    file = tmp_path / "m"
    file.write_bytes(b"x" * 70000)
    assert len(agent_input.read_file(str(file), "message_file")) == 65537
    with pytest.raises(OpsError, match=r"message_file: .* cannot be read: No such file"):
        agent_input.read_file(str(tmp_path / "none"), "message_file")
