# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a pod of an agent may be deleted, and which pod takes its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns, restart
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import KEEP
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
JOB = "play-coderun-t7-rex-claude-0a1b2c3d-v1"
POD = AgentPod(
    "agent-platform", f"{JOB}-x2b4z", "u1", "Running", ready=True, node="node-1", job=JOB, service="shop", task="7",
    created_at=NOW - timedelta(hours=2),
)  # fmt: skip
RUN = CodeRun("agent-platform", "run-7", "r1", "Running", "running", agent="5DLabs-Rex", job=JOB, retry_limit=1)
NEW = replace(POD, name="new", uid="u2", job=JOB[:-1] + "2", created_at=NOW)
CONTROLLER = "agent-platform/controller"


def said(pod: AgentPod = POD, run: CodeRun | None = RUN, job: dict | None = None, controller: bool = True):
    return restart.objection(pod, run, job, controller, CONTROLLER)


def test_one_with_retries_left_may_go() -> None:
    assert said() is None
    assert restart.prospect(POD, RUN, None) == "the controller makes another Job for CodeRun run-7 (retry 1 of 1)"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"run": None}, "no CodeRun says that it is its own"),
        ({"run": replace(RUN, deleting=True)}, "is being deleted"),
        ({"run": replace(RUN, state="failed", phase="Failed")}, "run-7 says Failed"),
        ({"run": replace(RUN, work_completed=True)}, "run-7 says work completed"),
        ({"controller": False}, "Deployment agent-platform/controller is not available"),
        ({"run": replace(RUN, retries=1)}, "are used up (1 of 1)"),
        ({"run": replace(RUN, retries=3)}, "are used up (3 of 1)"),
    ],
)
def test_where_nobody_would_make_another_one_it_stays_unless_it_is_wanted(change: dict, words: str) -> None:
    objection = said(**change)
    assert words in objection.why
    assert not objection.final


@pytest.mark.parametrize(
    ("pod", "words"),
    [
        (replace(POD, labels={KEEP: "true"}), "protected by its label"),
        (replace(POD, phase="Failed"), "it has already ended (Failed)"),
        (replace(POD, phase="Succeeded"), "it has already ended (Succeeded)"),
    ],
)
def test_a_protected_or_ended_one_stays_whatever_is_wanted(pod: AgentPod, words: str) -> None:
    objection = said(pod)
    assert words in objection.why
    assert objection.final


def test_no_limit_of_retries_is_none_and_a_job_with_retries_of_its_own_needs_nobody() -> None:
    assert said(run=replace(RUN, retries=9, retry_limit=0)) is None
    own = {"spec": {"backoffLimit": 2}, "status": {"failed": 1}}
    assert said(run=None, job=own, controller=False) is None
    assert said(run=None, job={"spec": {"backoffLimit": 2}, "status": {"failed": 2}}) is not None
    assert restart.prospect(POD, None, own) == f"its Job {JOB} makes another pod"


@pytest.mark.parametrize(
    ("run", "pods", "state", "words"),
    [
        (replace(RUN, job=NEW.job), [POD, NEW], restart.READY, "new is ready on node-1"),
        (replace(RUN, job=NEW.job), [replace(NEW, ready=False, phase="Succeeded")], restart.READY, "ended well"),
        (replace(RUN, job=NEW.job), [replace(NEW, ready=False, phase="Pending")], restart.STARTING, "new is Pending"),
        (replace(RUN, job=NEW.job), [], restart.MISSING, f"with Job {NEW.job}, which has no pod yet"),
        (replace(RUN, job=NEW.job), [replace(NEW, ready=False, phase="Failed")], restart.MISSING, "run-7 is running"),
        (RUN, [POD], restart.MISSING, "with no other Job yet"),
        (RUN, [replace(NEW, deleting=True)], restart.MISSING, "with no other Job yet"),
        (replace(RUN, state="failed", message="Retry limit\nreached"), [], restart.LOST, "failed: Retry limit reached"),
        (None, [replace(NEW, job=JOB)], restart.READY, "new is ready"),
        (None, [NEW], restart.MISSING, f"Job {JOB} has made no other pod"),
    ],
)
def test_the_current_job_of_the_coderun_says_what_took_its_place(run, pods, state: str, words: str) -> None:
    found = restart.replacement("u1", JOB, run, pods)
    assert (found.state, words in found.words) == (state, True), found.words


def test_of_several_the_newest_counts() -> None:
    older = replace(NEW, name="older", uid="u3", created_at=NOW - timedelta(minutes=1), ready=False)
    found = restart.replacement("u1", JOB, replace(RUN, job=NEW.job), [older, NEW, older])
    assert found.pod == NEW


def test_a_pod_that_is_gone_is_found_by_the_note_or_by_its_job_in_another_attempt() -> None:
    noted = replace(RUN, name="noted", job="other-v3", annotations={restart.POD: POD.name})
    assert restart.run_of_lost(POD.name, [RUN, noted]) == noted
    assert restart.run_of_lost(POD.name, [replace(RUN, job=NEW.job)]).name == "run-7"
    assert restart.run_of_lost("play-coderun-t8-rex-claude-0a1b2c3d-v1-x2b4z", [RUN]) is None
    assert restart.run_of_lost("nothing", [replace(RUN, job="")]) is None


def test_the_coderun_of_a_pod_is_the_owner_of_its_job_or_names_it() -> None:
    other = replace(RUN, name="other", uid="r2", job="else")
    job = {"metadata": {"ownerReferences": [{"kind": "CodeRun", "uid": "r2"}]}}
    assert restart.run_of(POD, job, [replace(RUN, job=""), other]) == other
    assert restart.run_of(POD, None, [other, RUN]) == RUN
    assert restart.run_of(replace(POD, job="", coderun="other"), None, [RUN, other]) == other
    assert restart.run_of(POD, None, [replace(RUN, namespace="elsewhere")]) is None
    assert restart.run_of(POD, {"metadata": {"ownerReferences": "odd"}}, []) is None


def test_a_replacement_of_a_short_while_ago_is_not_restarted_once_more() -> None:
    noted = replace(RUN, annotations=restart.notes("old", "why", "who", "2026-11-21T07:55:00Z"))
    fresh = replace(POD, created_at=NOW - timedelta(minutes=4))
    assert restart.was_restarted(fresh, noted, NOW, 600) == "old"
    assert restart.was_restarted(fresh, noted, NOW, 60) == ""
    assert restart.was_restarted(POD, noted, NOW, 600) == ""
    assert restart.was_restarted(replace(fresh, name="old"), noted, NOW, 600) == ""
    assert restart.was_restarted(fresh, None, NOW, 600) == restart.was_restarted(fresh, RUN, NOW, 600) == ""


@pytest.mark.parametrize(
    ("pods", "words"),
    [
        ([], "no pod of rex is at work"),
        ([replace(POD, phase="Failed")], f"there are {POD.name} (Failed, service shop, task 7)"),
        ([POD, NEW], "2 pods of rex are there: new"),
        ([replace(POD, name=f"p{number}") for number in range(9)], "and 4 more"),
    ],
)
def test_it_must_be_clear_which_pod_is_meant(pods: list[AgentPod], words: str) -> None:
    with pytest.raises(OpsError, match="rex") as refused:
        restart.choose(pods, "rex")
    assert words in refused.value.message
    assert restart.choose([POD, replace(NEW, phase="Succeeded")], "rex") == POD


def test_a_coderun_of_any_shape_is_no_obstacle() -> None:
    for odd in (None, {}, {"metadata": []}, {"status": {"phase": 3, "jobName": []}}):
        run = coderuns.read(odd)
        restart.objection(POD, run, odd, True, CONTROLLER)
        restart.replacement("u", "", run, [POD])
