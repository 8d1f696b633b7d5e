# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import STATES, CodeRun, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SEEN = "2026-11-20T08:00:00Z"
ENDED = "2026-11-21T07:00:00Z"
URL = "https://github.com/5dlabs/cto/pull/7"


def coderun(status: object = None, **metadata) -> dict:
    meta = {"namespace": "agent-platform", "name": "coderun-t7-rex", "uid": "u", **metadata}
    spec = {"taskId": 7, "service": "cto", "githubApp": "5DLabs-Rex"}
    return {"metadata": meta, "spec": spec, "status": status}


@pytest.mark.parametrize(
    ("status", "state", "finished"),
    [
        (None, "not_picked_up", False),
        ({}, "not_picked_up", False),
        ({"phase": ""}, "not_picked_up", False),
        ({"phase": None, "message": "x"}, "not_picked_up", False),
        ({"phase": "Pending"}, "pending", False),
        ({"phase": "Running"}, "running", False),
        ({"phase": "Running", "workCompleted": True}, "running", False),
        ({"phase": "Succeeded"}, "succeeded", True),
        ({"phase": "Failed"}, "failed", True),
        ({"phase": "Completed"}, "unknown", False),
        ({"phase": "succeeded"}, "unknown", False),
        ({"phase": 7}, "unknown", False),
        ("Running", "unknown", False),
    ],
)
def test_the_state_is_what_the_phase_says(status, state, finished):
    one = read(coderun(status))
    assert (one.state, one.is_finished, bool(one.problem)) == (state, finished, state == "unknown")


@pytest.mark.parametrize(
    ("status", "finished_at"),
    [
        ({"phase": "Succeeded", "finishedAt": ENDED, "lastUpdate": SEEN}, ENDED),
        ({"phase": "Failed", "lastUpdate": SEEN}, SEEN),
        ({"phase": "Failed", "finishedAt": "soon", "lastUpdate": SEEN}, SEEN),
        ({"phase": "Failed"}, None),
        ({"phase": "Running", "finishedAt": ENDED, "lastUpdate": SEEN}, None),
        ({"phase": "Completed", "finishedAt": ENDED}, None),
    ],
)
def test_the_end_is_told_in_several_fields_and_only_of_finished_ones(status, finished_at):
    expected = datetime.fromisoformat(finished_at).astimezone(UTC) if finished_at else None
    assert read(coderun(status)).finished_at == expected


def test_every_field_is_read():
    status = {
        "phase": "Succeeded",
        "jobName": "play-coderun-t7",
        "retryCount": 2,
        "message": "done",
        "lastUpdate": SEEN,
    }
    labels = {"workflow-stage": "implementation", "odd": 7}
    one = read(coderun(status | {"pullRequestUrl": URL, "workCompleted": True}, labels=labels, finalizers=["f", 7]))
    moment = datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert one == CodeRun(
        "agent-platform", "coderun-t7-rex", "u", "Succeeded", "succeeded",
        changed_at=moment, finished_at=moment, agent="5DLabs-Rex", service="cto", task="7", stage="implementation",
        run_type="implementation", pull_request=URL, job="play-coderun-t7", message="done", retries=2,
        workflow="play-task-7-workflow",
        work_completed=True, finalizers=("f",), labels={"workflow-stage": "implementation"},
    )  # fmt: skip


@pytest.mark.parametrize("url", ["no-pr", " no-pr ", "", None, 7, []])
def test_no_pr_counts_as_none(url):
    assert read(coderun({"phase": "Succeeded", "pullRequestUrl": url})).pull_request == ""


def test_labels_tell_what_the_spec_leaves_out():
    labels = {"github-app": "5DLabs-Tess", "task-id": "9", "stage": "testing"}
    one = read({"metadata": {"labels": labels}, "spec": {"taskId": "9", "githubApp": None}})
    assert (one.agent, one.task, one.stage) == ("5DLabs-Tess", "9", "testing")


def test_one_being_deleted_says_since_when():
    one = read(coderun({"phase": "Running"}, deletionTimestamp=SEEN))
    assert one.deleting
    assert one.deleting_since == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert read(coderun({}, deletionTimestamp="odd")).deleting


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    JSON
    | st.fixed_dictionaries(
        {
            "metadata": JSON | st.fixed_dictionaries({"name": JSON, "labels": JSON, "finalizers": JSON}),
            "spec": JSON | st.fixed_dictionaries({"taskId": JSON, "githubApp": JSON}),
            "status": JSON | st.fixed_dictionaries({"phase": JSON, "retryCount": JSON, "finishedAt": JSON}),
        }
    )
)
def test_no_shape_raises(odd):
    one = read(odd)
    assert one.state in STATES
    assert all(isinstance(text, str) for text in (one.namespace, one.name, one.agent, one.task, one.pull_request))


@pytest.mark.parametrize(
    ("env", "limit"),
    [
        (None, (1, "")),
        ({}, (1, "")),
        ([{"name": "CODEX_MAX_RETRIES", "value": "3"}], (1, "")),
        ({"CODEX_MAX_RETRIES": "3"}, (3, "CODEX_MAX_RETRIES")),
        ({"CODEX_MAX_RETRIES": "3", "EXECUTION_MAX_RETRIES": " 0 "}, (0, "EXECUTION_MAX_RETRIES")),
        ({"EXECUTION_MAX_RETRIES": "many", "OPENCODE_MAX_RETRIES": "+2"}, (2, "OPENCODE_MAX_RETRIES")),
        ({"EXECUTION_MAX_RETRIES": 7, "CLAUDE_MAX_RETRIES": "-1"}, (1, "")),
        ({"RUST_LOG": "9"}, (1, "")),
    ],
)
def test_the_first_variable_that_holds_a_number_limits_the_retries(env, limit):
    run = read({"metadata": {}, "spec": {"env": env}})
    assert (run.retry_limit, run.retry_key) == limit
