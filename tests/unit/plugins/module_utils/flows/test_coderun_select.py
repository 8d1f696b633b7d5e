# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.coderun_select import Selection, find
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.coderun_cluster import (
    CodeRunCluster,
    coderun,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import FaultServer, status

OWNED = [None, {"kind": "Workflow", "name": "owner"}]
RUNS = (
    coderun("labelled", labels={"workflow-name": "play"}),
    coderun("owned", ownerReferences=OWNED),
    coderun("guessed", spec={"taskId": 8}),
    coderun("elsewhere", namespace="other", spec={"taskId": 9}),
)


def chosen(connect: Callable[..., Any], selection: Selection, *more: dict[str, Any]) -> list[str]:
    with FaultServer(CodeRunCluster(*RUNS, *more)) as server:
        return [run.name for run in find(Client(connect(server)), selection)]


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(names=("owned", "labelled")), ["labelled", "owned"]),
        (Selection(workflow="play"), ["labelled"]),
        (Selection(workflow="owner"), ["owned"]),
        (Selection(workflow="play-task-8-workflow"), ["guessed"]),
        (Selection(workflow="play-task-7-workflow"), []),
        (Selection(task="7"), ["labelled", "owned"]),
        (Selection(selector="any=thing"), ["guessed", "labelled", "owned", "elsewhere"]),
    ],
)
def test_they_are_found_by_name_workflow_or_task(
    connect: Callable[..., Any], selection: Selection, names: list[str]
) -> None:
    assert chosen(connect, selection) == names


def test_what_is_not_there_or_there_twice_is_named(connect: Callable[..., Any]) -> None:
    with pytest.raises(OpsError, match=r"no CodeRun \{\{ x \}\} in any namespace"):
        chosen(connect, Selection(names=("owned", "{{ x }}")))
    twice = [coderun("t", uid="1"), coderun("t2", uid="2")]
    twice[1]["metadata"] |= {"namespace": "other"}
    cluster = CodeRunCluster(*twice)
    cluster.objects["coderuns", "t2"]["metadata"]["name"] = "t"
    with FaultServer(cluster) as server, pytest.raises(OpsError, match="CodeRun t is there in ns, other"):
        find(Client(connect(server)), Selection(names=("t",)))


def test_a_cluster_without_coderuns_is_told_in_words(connect: Callable[..., Any]) -> None:
    with FaultServer(lambda _request: status(404, "page not found")) as server:
        with pytest.raises(OpsError, match=r"knows no coderuns\.agents\.platform"):
            find(Client(connect(server)), Selection(task="7"))
