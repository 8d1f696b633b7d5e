# SPDX-License-Identifier: GPL-3.0-or-later
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import FINALIZER, CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.contradictions import (
    Limits,
    Work,
    duplicates,
    find,
    limits_from,
)

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(hours=2), NOW - timedelta(minutes=1)
URL = "https://github.com/5dlabs/cto/pull/7"


def run(state: str = "running", name: str = "a", **fields) -> CodeRun:
    fields = {"changed_at": OLD, "created_at": OLD, "job": "j", "agent": "Rex", "service": "cto"} | fields
    return CodeRun("argo", name, name, state.capitalize(), state, **fields)


def implemented(**fields) -> CodeRun:
    return run("succeeded", stage="implementation", **fields)


def new(**fields) -> CodeRun:
    return run("not_picked_up", **{"job": "", "changed_at": None, **fields})


def restored(sign: str) -> str:
    return f"has no status although {sign}: it was restored, and its controller would run it again"


ENDLESS = "would be retried without end: "
GONE, ACTIVE, ENDED = Work(), Work("active", 1), Work("ended")


@pytest.mark.parametrize(
    ("one", "work", "found"),
    [
        (run(), ACTIVE, []),
        (run(), Work(None, 1), []),
        (run(), Work("active", 0), []),
        (run(), GONE, [("critical", "Running although its Job j is gone")]),
        (run(), Work(None, 0, looked=False), []),
        (run(changed_at=YOUNG), GONE, []),
        (run(changed_at=None), GONE, [("critical", "Running although its Job j is gone")]),
        (run(changed_at=None, created_at=YOUNG), GONE, []),
        (run(job=""), GONE, [("critical", "Running without a Job")]),
        (run(job=""), Work(None, 1), []),
        (run(), ENDED, [("warning", "Running although its Job j has ended")]),
        (run(work_completed=True), ACTIVE, [("warning", "Running although its work is said to be completed")]),
        (run(retries=5), ACTIVE, []),
        (run(retries=6), ACTIVE, [("warning", "retried 6 times (limit 5)")]),
        (run("pending", job=""), GONE, []),
        (run("not_picked_up", job=""), GONE, []),
        (implemented(pull_request=URL), ENDED, []),
        (implemented(), ENDED, [("warning", "Succeeded without a pull request")]),
        (run("succeeded", stage="quality"), ENDED, []),
        (
            implemented(pull_request=URL, work_completed=False),
            GONE,
            [("warning", "Succeeded although its work is said not to be completed")],
        ),
        (run("failed", retries=9), GONE, []),
        (run("failed"), ACTIVE, [("warning", "Failed although its Job j still runs")]),
        (run("failed", changed_at=YOUNG), ACTIVE, []),
        (run("failed", deleting=True, deleting_since=YOUNG, finalizers=(FINALIZER,)), GONE, []),
        (
            run("failed", deleting=True, deleting_since=OLD, finalizers=(FINALIZER,)),
            GONE,
            [("warning", f"should have been gone for 2 h, held by the finalizer {FINALIZER}")],
        ),
        (run("failed", deleting=True), GONE, [("warning", "should have been gone")]),
        (run("unknown"), GONE, []),
        (run("pending", retry_key="A_MAX_RETRIES", retry_limit=0), GONE, [("warning", f"{ENDLESS}A_MAX_RETRIES is 0")]),
        (run("failed", retry_key="A_MAX_RETRIES", retry_limit=0), GONE, []),
        (new(context_version=1), GONE, []),
        (new(context_version=2), GONE, [("warning", restored("it is at context version 2"))]),
        (new(context_version=2, deleting=True, deleting_since=YOUNG), GONE, []),
        (new(finalizers=(FINALIZER,)), GONE, [("warning", restored("a controller has put its finalizer on it"))]),
        (new(finalizers=(FINALIZER,), created_at=YOUNG), GONE, []),
        (new(), Work(earlier="k"), [("warning", restored("Job k was made for an earlier one of its name"))]),
        (new(), Work(earlier="k", looked=False), []),
        (run(context_version=2), Work("active", 1, earlier="k"), []),
    ],
)
def test_what_cannot_all_be_true_is_told(one, work, found):
    assert list(find(one, work, NOW, Limits())) == found


def test_limits_are_taken_by_name():
    values = {"grace": 10_000, "deleting": 1, "retries": 0, "other": 7}
    assert list(find(run(), GONE, NOW, limits_from(values))) == []
    assert list(find(run(retries=1), ACTIVE, NOW, limits_from(values))) == [("warning", "retried 1 times (limit 0)")]


def test_several_unfinished_ones_for_one_task_are_told_oldest_first():
    young, old = run(task="7", created_at=YOUNG), run("pending", "z", task="7")
    dateless = run("not_picked_up", "0", task="7", created_at=None)
    (what, runs), *others = duplicates([young, dateless, old, run(name="other", task="8")])
    assert (what, [one.name for one in runs], others) == ("task 7 of cto by Rex", ["z", "a", "0"], [])


@pytest.mark.parametrize(
    "other",
    [
        run("succeeded", "b", task="7"),
        run("failed", "b", task="7"),
        run("unknown", "b", task="7"),
        run(name="b", task="8"),
        run(name="b", task="7", agent="Cleo"),
        run(name="b", task="7", service="docs"),
        run(name="b", task="7", run_type="documentation"),
        run(name="b", task="7", deleting=True),
        replace(run(name="b", task="7"), namespace="cto"),
    ],
)
def test_one_of_another_purpose_or_an_ended_one_is_no_duplicate(other):
    assert list(duplicates([run(task="7"), other])) == []


@pytest.mark.parametrize("task", ["", "0"])
def test_no_task_is_not_one_and_the_same_task(task):
    assert list(duplicates([run(task=task), run(name="b", task=task)])) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"pull_request": URL}, {"pull_request": URL + "/"}),
        ({"labels": {"pr-number": "7"}}, {"pull_request": URL}),
    ],
)
def test_several_for_one_pull_request_are_told(first, second):
    found = list(duplicates([run(**first), run(name="b", **second)]))
    assert [what for what, _runs in found] == ["pull request 7 of cto by Rex"]


def test_those_that_share_task_and_pull_request_are_told_once():
    both = {"task": "7", "pull_request": URL}
    assert len(list(duplicates([run(**both), run(name="b", **both)]))) == 1
