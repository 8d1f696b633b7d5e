# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import lifecycle
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.coderuns import CodeRun
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.jobs import Job
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.lifecycle import Seen

ACTIVE, ENDED = Job("ns", "j-v1", "j", "1", attempt=1), Job("ns", "j-v1", "j", "1", "Failed", attempt=1)
NEW = Job("ns", "j-v2", "k", "1", attempt=2)
PINNED = replace(ACTIVE, pinned=True)
NOTED = {"annotations": {"ops.agent-platform/cancel-time": "t"}}
ASKED = {"annotations": {"ops.agent-platform/retry-version": "2"}, "context_version": 2}
URL = "https://github.com/5dlabs/shop/pull/1"


def run(state: str, **fields: Any) -> CodeRun:
    phase = "" if state == "not_picked_up" else state.capitalize()
    given = {"agent": "5DLabs-Rex", "service": "shop", "context_version": 1, "attempt": 1, **fields}
    return CodeRun("ns", "a", "u", phase, state, **given)


@pytest.mark.parametrize(
    ("seen", "step"),
    [
        (Seen(None), "done"),
        (Seen(run("running"), (ACTIVE,)), "note"),
        (Seen(run("running", **NOTED), (ACTIVE,), 1), "fail"),
        (Seen(run("failed", **NOTED), (ACTIVE,), 1), "remove_jobs"),
        (Seen(run("failed", **NOTED), (), 1), "wait"),
        (Seen(run("failed", **NOTED), (ENDED,), 0), "done"),
        (Seen(run("not_picked_up")), "note"),
        (Seen(run("pending")), "note"),
        (Seen(run("unknown")), "note"),
        (Seen(run("succeeded")), "done"),
        (Seen(run("succeeded"), (ACTIVE,)), "remove_jobs"),
        (Seen(run("running"), (PINNED,)), "refuse"),
    ],
)
def test_the_status_is_written_before_a_job_is_removed(seen: Seen, step: str) -> None:
    assert lifecycle.cancel(seen).do == step


@pytest.mark.parametrize(
    ("seen", "step"),
    [
        (Seen(None), "refuse"),
        (Seen(run("failed", deleting=True)), "refuse"),
        (Seen(run("failed"), (ENDED,)), "raise"),
        (Seen(run("failed", **ASKED), (ENDED,), begun=True), "remove_jobs"),
        (Seen(run("failed", **ASKED), (PINNED,), begun=True), "refuse"),
        (Seen(run("failed", **ASKED), begun=True), "start"),
        # Broken off after the version was raised: the next run goes on there.
        (Seen(run("failed", **ASKED)), "start"),
        (Seen(run("pending", attempt=2, **ASKED), begun=True), "wait"),
        (Seen(run("pending", attempt=2, **ASKED)), "wait"),
        (Seen(run("running", attempt=2, **ASKED), (ACTIVE,), begun=True), "remove_jobs"),
        (Seen(run("running", attempt=2, **ASKED), (NEW,), begun=True), "done"),
        (Seen(run("running", attempt=2, **ASKED), (NEW,)), "done"),
        # It failed at once: that is for a person to see, not to be tried for ever.
        (Seen(run("failed", attempt=2, **ASKED), begun=True), "done"),
        (Seen(run("failed", attempt=2, **ASKED)), "raise"),
        (Seen(run("succeeded", attempt=2, **ASKED)), "done"),
        (Seen(run("succeeded")), "refuse"),
        (Seen(run("succeeded", stage="implementation")), "raise"),
        (Seen(run("succeeded", stage="implementation", pull_request=URL)), "refuse"),
        (Seen(run("running"), (ACTIVE,)), "refuse"),
        (Seen(run("running"), (ENDED,)), "raise"),
        (Seen(run("running")), "raise"),
        (Seen(run("pending")), "refuse"),
        (Seen(run("not_picked_up")), "refuse"),
        (Seen(run("unknown")), "refuse"),
        (Seen(run("failed"), (PINNED,)), "refuse"),
    ],
)
def test_a_retry_goes_step_by_step_and_only_once(seen: Seen, step: str) -> None:
    assert lifecycle.retry(seen).do == step


def other(state: str = "running", **fields: Any) -> CodeRun:
    return replace(run(state, **fields), name="b", uid="v")


@pytest.mark.parametrize(
    ("seen", "shared_cleanup", "step"),
    [
        (Seen(None), False, "done"),
        (Seen(run("failed")), False, "delete"),
        (Seen(run("failed", deleting=True)), False, "wait"),
        (Seen(run("running")), False, "refuse"),
        (Seen(run("failed", labels={"ops.agent-platform/keep": "true"})), True, "refuse"),
        (Seen(run("failed"), (PINNED,)), True, "refuse"),
        (Seen(run("failed"), others=(other(agent="5dlabs-rex"),)), False, "refuse"),
        (Seen(run("failed"), others=(other(agent=""),)), False, "refuse"),
        (Seen(run("failed"), others=(other(),)), True, "delete"),
        (Seen(run("failed"), others=(other("failed"), other(service="bank"), other(agent="Cleo"))), False, "delete"),
    ],
)
def test_one_is_deleted_only_when_nothing_of_another_goes_along(seen: Seen, shared_cleanup: bool, step: str) -> None:
    assert lifecycle.remove(seen, shared_cleanup).do == step


def test_what_holds_a_deletion_is_told() -> None:
    one = run("failed", deleting=True, finalizers=("a/b", "c/d"))
    assert "a/b, c/d holds it" in lifecycle.remove(Seen(one), False).why


@pytest.mark.parametrize(
    ("one", "step", "why"),
    [
        (None, "refuse", "it is gone"),
        (run("running"), "wait", "it is Running"),
        (run("not_picked_up"), "wait", "it is not picked up yet"),
        (run("succeeded"), "done", "it is Succeeded"),
        (run("failed", message="no"), "refuse", "it has ended as Failed: no"),
    ],
)
def test_a_phase_that_cannot_come_any_more_is_not_waited_for(one: CodeRun | None, step: str, why: str) -> None:
    found = lifecycle.reach(Seen(one), frozenset({"Succeeded"}))
    assert (found.do, found.why) == (step, why)
