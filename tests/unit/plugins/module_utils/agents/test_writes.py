# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from datetime import UTC, datetime

from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns, lifecycle, writes
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.writes import Mark

MARK = Mark('{{ 1 }}\n"<b>', "ann", datetime(2026, 11, 21, 8, tzinfo=UTC))
NOW = "2026-11-21T08:00:00Z"


def run(**annotations: str) -> coderuns.CodeRun:
    notes = {f"ops.agent-platform/cancel-{name}": value for name, value in annotations.items()}
    meta = {"name": "a", "uid": "u", "resourceVersion": "5", "annotations": notes}
    return coderuns.read({"metadata": meta, "spec": {"contextVersion": 4}, "status": {"retryCount": 2}})


def test_every_write_names_the_object_and_version_that_it_is_about() -> None:
    for write in (writes.note, writes.fail, writes.raise_version, writes.start):
        meta = write(run(), MARK)["metadata"]
        assert (meta["uid"], meta["resourceVersion"]) == ("u", "5")


def test_a_cancellation_tells_who_noted_it_first() -> None:
    assert writes.note(run(), MARK)["metadata"]["annotations"] == {
        "ops.agent-platform/cancel-reason": MARK.reason,
        "ops.agent-platform/cancel-time": NOW,
        "ops.agent-platform/cancel-actor": "ann",
    }
    status = writes.fail(run(reason="first", actor="bob"), MARK)["status"]
    assert (status["phase"], status["message"]) == ("Failed", "Cancelled by bob: first")
    assert (status["workCompleted"], status["finishedAt"]) == (False, NOW)


def test_a_retry_raises_the_version_and_forgets_the_last_attempt() -> None:
    raised = writes.raise_version(run(reason="old"), MARK)
    assert raised["spec"] == {"contextVersion": 5, "continueSession": True}
    notes = raised["metadata"]["annotations"]
    assert (notes[lifecycle.ATTEMPT], notes["ops.agent-platform/cancel-reason"]) == ("5", None)
    assert notes["ops.agent-platform/retry-reason"] == MARK.reason
    status = writes.start(run(), MARK)["status"]
    assert (status["phase"], status["retryCount"], status["contextVersion"]) == ("Pending", 3, 4)
    assert [status[name] for name in ("jobName", "finishedAt", "remediationStatus", "qaStatus")] == [None] * 4
