# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Change, Mark, Refused, Unchanged
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import nodes, pack
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retry import Wish, retry
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo import graphs
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import workflow

MARK = Mark("", "ada", "2026-11-21T08:00:00Z")
ENDED = {"workflows.argoproj.io/completed": "true", "workflows.argoproj.io/phase": "Failed", "task-id": "7"}


def failed(found=None, spec=None, **status):
    return workflow("play", "Failed", started=900, finished=60, labels=ENDED, nodes=found, spec=spec, status=status)


def test_everything_that_says_that_it_ended_is_set_back():
    conditions = [{"type": "PodRunning", "status": "False"}, {"type": "Completed", "status": "True"}]
    given = failed(
        graphs.STEPS,
        {"shutdown": "Stop", "activeDeadlineSeconds": 0, "entrypoint": "main"},
        message="child failed",
        conditions=conditions,
        storedWorkflowSpec={"shutdown": "Stop"},
    )
    decided = retry(given, MARK, Wish())
    assert isinstance(decided, Change)
    assert decided.patch["spec"] == {"shutdown": None, "activeDeadlineSeconds": None}
    assert decided.patch["metadata"]["labels"] == {
        "workflows.argoproj.io/completed": None, "workflows.argoproj.io/phase": "Running",
    }  # fmt: skip
    status = decided.patch["status"]
    assert {key: status[key] for key in ("phase", "startedAt", "finishedAt", "message", "persistentVolumeClaims")} == {
        "phase": "Running", "startedAt": MARK.time, "finishedAt": None, "message": None, "persistentVolumeClaims": [],
    }  # fmt: skip
    assert status["conditions"] == [conditions[0], {"type": "Completed", "status": "False"}]
    assert status["storedWorkflowSpec"] == {"shutdown": None}
    assert status["nodes"].keys() == {"play", "g1", "b"}
    assert status["nodes"]["b"] is None
    assert decided.detail == "run 1 of its 6 nodes again, 5 stay"
    assert len(decided.pods) == 1


def test_compressed_nodes_are_written_back_compressed():
    decided = retry(failed(compressedNodes=pack(graphs.DAG)), MARK, Wish())
    assert "nodes" not in decided.patch["status"]
    assert nodes(decided.patch["status"]).keys() == {"play", "a", "b"}


def test_one_that_never_had_nodes_starts_from_the_beginning():
    decided = retry(failed(message="invalid spec"), MARK, Wish())
    assert (decided.patch["status"]["phase"], decided.pods) == ("Running", ())


def test_parameters_are_merged_into_both_lists_and_a_stranger_is_refused():
    own, stored = [{"name": "model", "value": "a"}], [{"name": "model", "value": "a"}, {"name": "task", "value": "7"}]
    spec = {"arguments": {"parameters": own}}
    given = failed(graphs.STEPS, spec, storedWorkflowSpec={"arguments": {"parameters": stored}})
    decided = retry(given, MARK, Wish(parameters={"model": "b"}))
    assert decided.patch["spec"]["arguments"]["parameters"] == [{"name": "model", "value": "b"}]
    assert decided.patch["status"]["storedWorkflowSpec"]["arguments"]["parameters"] == [
        {"name": "model", "value": "b"}, {"name": "task", "value": "7"},
    ]  # fmt: skip
    assert retry(given, MARK, Wish(parameters={"x": "b"})).why == "it has no parameter 'x'; it knows: model, task"


def test_a_named_node_that_succeeded_is_run_again():
    assert retry(failed(graphs.STEPS), MARK, Wish(node="a")).detail == "run 4 of its 6 nodes again, 2 stay"
    missing = retry(failed(graphs.STEPS), MARK, Wish(node="nope"))
    assert missing.why == "cannot be retried: 0 nodes are called 'nope'; give the id of one"


@pytest.mark.parametrize(
    ("given", "decided"),
    [
        (workflow(phase="Succeeded"), Refused("it has succeeded; submit it again instead", applies=False)),
        (
            workflow(phase="Running"),
            Refused("its phase is Running; only a Failed or Error one is retried", applies=False),
        ),
        (
            workflow(phase="Running", metadata={"annotations": {"ops.agent-platform/retry-time": MARK.time}}),
            Unchanged("it runs again since 2026-11-21T08:00:00Z"),
        ),
        (failed({"x": {"name": "x"}}), Refused("cannot be retried: its root node is not there, or not alone")),
    ],
)
def test_what_is_not_retried(given, decided):
    assert retry(given, MARK, Wish()) == decided


def test_off_loaded_nodes_cannot_be_told():
    assert "off-loaded" in retry(failed(offloadNodeStatusVersion="fnv:1"), MARK, Wish()).why


@pytest.mark.parametrize(
    ("age", "spec", "refused"), [(15, {"shutdown": "Stop"}, True), (41, {"shutdown": "Stop"}, False), (15, {}, False)]
)
def test_new_pods_are_not_made_while_the_controller_kills_those_of_a_shutdown(age, spec, refused):
    given = workflow("play", "Failed", finished=age, nodes=graphs.STEPS, spec=spec)
    decided = retry(given, MARK, Wish())
    assert isinstance(decided, Refused) is refused
    assert not refused or "for 25 s more" in decided.why
    assert isinstance(retry(given | {"status": given["status"] | {"nodes": graphs.STOPPED}}, MARK, Wish()), Change)
