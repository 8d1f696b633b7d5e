# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.contradictions import Limits
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.coderun_info import Answer, Question, look
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.coderun_cluster import (
    CodeRunCluster,
    coderun,
    job,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import FaultServer, status

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
OLD = "2026-11-21T06:00:00Z"
NASTY = "{{ 7 * 7 }}<b>\n"


def answer(connect: Callable[..., Any], cluster: CodeRunCluster, **asked: Any) -> Answer:
    with FaultServer(cluster) as server:
        return look(Client(connect(server, read_only=True)), Question(("ns",), **asked), NOW, Limits())


def aged(*args: Any, **kwargs: Any) -> dict[str, Any]:
    made = coderun(*args, **kwargs)
    made["status"]["lastUpdate"] = OLD
    return made


def test_a_row_tells_what_a_coderun_does(connect: Callable[..., Any]) -> None:
    found = answer(
        connect, CodeRunCluster(aged(), coderun("b", "Failed"), jobs=(job(),)), states=frozenset({"running"})
    )
    (row,) = found.rows
    assert (row["name"], row["state"], row["age"], row["since"]) == ("a", "running", 7200, OLD)
    assert row["job"] == {"name": "a-v1", "exists": True, "active": True, "end": ""}
    assert (row["retry_limit"], row["workflow"], row["contradictions"]) == (1, "play-task-7-workflow", [])
    assert found.line == "1 failed · 1 running"
    assert found.findings == []


def test_what_contradicts_itself_is_a_finding_with_its_page(connect: Callable[..., Any]) -> None:
    found = answer(connect, CodeRunCluster(aged(), coderun("b", NASTY, spec={"taskId": 8})))
    said = {one["subject"]["name"]: (one["status"], one["message"]) for one in found.findings}
    assert said["a"] == ("critical", "CodeRun ns/a: Running although its Job a-v1 is gone")
    assert (said["b"][0], "no controller writes the phase" in said["b"][1]) == ("unknown", True)
    assert {one["runbook"] for one in found.findings} == {"retry_coderun"}


def test_one_that_is_asked_for_is_compared_with_all_of_its_namespace(connect: Callable[..., Any]) -> None:
    younger = coderun("b", creationTimestamp="2026-11-21T07:59:00Z")
    older = coderun("a", creationTimestamp=OLD)
    cluster = CodeRunCluster(younger, older, jobs=(job("a"), job("b")))
    found = answer(connect, cluster, names=frozenset({"b"}))
    assert [row["name"] for row in found.rows] == ["b"]
    (one,) = found.findings
    assert one["message"] == (
        "CodeRun ns/a: the oldest of 2 unfinished for task 7 of shop by 5DLabs-Rex; the others are b"
    )
    assert answer(connect, cluster, names=frozenset({"z"})).findings == []


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"agent": Agent("rex", "5DLabs-Rex")}, ["a"]),
        ({"task": "8"}, ["b"]),
        ({"workflow": "play-task-8-workflow"}, ["b"]),
        ({}, ["a", "b"]),
    ],
)
def test_they_can_be_narrowed(connect: Callable[..., Any], asked: dict[str, Any], names: list[str]) -> None:
    cluster = CodeRunCluster(coderun(), coderun("b", spec={"taskId": 8, "githubApp": "5DLabs-Cleo"}))
    assert [row["name"] for row in answer(connect, cluster, **asked).rows] == names


@pytest.mark.parametrize("kind", [("batch/v1", "jobs"), ("v1", "pods")])
def test_half_a_look_is_none(connect: Callable[..., Any], kind: tuple[str, str]) -> None:
    cluster = CodeRunCluster(coderun())
    root = "/api" if kind[0] == "v1" else "/apis"
    cluster.more[f"{root}/{kind[0]}/namespaces/ns/{kind[1]}"] = status(403, "not for you")
    with pytest.raises(OpsError, match="not for you"):
        answer(connect, cluster)


def test_no_coderuns_are_told_as_such(connect: Callable[..., Any]) -> None:
    assert answer(connect, CodeRunCluster()).line == "no CodeRuns"
