# SPDX-License-Identifier: GPL-3.0-or-later
"""What a restore brought back after it had ended does not run again, or is named."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.restarts import POD_LABEL, Makings, Restarts
from ansible_collections.agent_platform.ops.plugins.module_utils.backup.semantics import MARK

BACKUP, LONG_AGO = "2026-11-21T08-00-00Z", "2026-11-01T08:00:00Z"
RESTORED, LATER = "2026-11-21T09:00:00Z", "2026-11-21T09:00:20Z"


def restored(name: str = "play", made: str = RESTORED, **more: Any) -> dict[str, Any]:
    meta = {"namespace": "argo", "name": name, "creationTimestamp": made, "annotations": {MARK: BACKUP}}
    return {"metadata": meta, "status": {"phase": "Succeeded", "startedAt": LONG_AGO}, **more}


def pod(workflow: str = "play", made: str = LATER) -> dict[str, Any]:
    return {"metadata": {"namespace": "argo", "creationTimestamp": made, "labels": {POD_LABEL: workflow}}}


def job(owner: str = "play", kind: str = "CodeRun", made: str = LATER) -> dict[str, Any]:
    owners = [{"kind": "Other", "name": owner}, {"kind": kind, "name": owner}]
    return {"metadata": {"namespace": "argo", "creationTimestamp": made, "ownerReferences": owners}}


def look(kind: str, items: list[Any], makings: list[Any]) -> Restarts:
    made = Makings("" if kind == "Workflow" else kind)
    made.add(makings)
    found = Restarts(kind, made)
    found.add(items)
    return found


ENDED = {"phase": "Succeeded", "startedAt": LONG_AGO}


@pytest.mark.parametrize(
    ("item", "pods", "ended", "why"),
    [
        (restored(), [], 1, ""),
        (restored(), [pod("another")], 1, ""),
        (restored(), [pod()], 1, "it has a pod from after the restore"),
        (restored(status={"phase": "Running", "startedAt": LATER}), [], 1, "it began after the restore"),
        (restored(status={"phase": "Running", "startedAt": RESTORED}), [], 1, "it began after the restore"),
        (restored(status={}), [pod()], 1, "it has a pod from after the restore"),
        (restored(status=None), [], 1, ""),
        # One that had not ended comes back suspended, and may begin.
        (restored(spec={"suspend": True}, status={"phase": "Running", "startedAt": LATER}), [pod()], 0, ""),
        # What was there and was replaced keeps its time and its pods.
        (restored(made=LONG_AGO), [pod(made=LONG_AGO)], 1, ""),
        ({"metadata": {"name": "own", "namespace": "argo", "creationTimestamp": RESTORED}}, [pod("own")], 0, ""),
    ],
)
def test_a_workflow_that_had_ended(item, pods, ended, why):
    found = look("Workflow", [item], pods)
    assert (found.ended, found.again, [row["why"] for row in found.rows]) == (ended, bool(why), [why] if why else [])


@pytest.mark.parametrize(
    ("item", "jobs", "ended", "again"),
    [
        (restored(), [], 1, 0),
        (restored(), [job()], 1, 1),
        (restored(), [job(made=LONG_AGO)], 1, 0),
        (restored(), [job(kind="CronJob")], 1, 0),
        (restored(status={"phase": "Running"}), [job()], 0, 0),
        (restored(status={"phase": "Failed"}), [job()], 1, 1),
    ],
)
def test_a_coderun_that_had_ended(item, jobs, ended, again):
    found = look("CodeRun", [item], jobs)
    assert (found.ended, found.again) == (ended, again)


def test_the_newest_of_several_counts_whatever_their_order():
    for order in (1, -1):
        assert look("Workflow", [restored()], [pod(), pod(made=LONG_AGO)][::order]).again == 1


def test_of_many_the_first_thousand_are_named_and_all_are_counted():
    names = [f"w{number}" for number in range(1200)]
    found = look("Workflow", [restored(name) for name in names], [pod(name) for name in names])
    assert (found.ended, found.again, len(found.rows)) == (1200, 1200, 1000)


@pytest.mark.parametrize("mark", ["", "9999-99-99T99-99-99Z", "{{ x }}", None, 5])
def test_a_mark_of_any_shape_does_no_harm(mark):
    item = restored()
    item["metadata"]["annotations"] = {MARK: mark}
    assert look("Workflow", [item], [pod()]).again == (1 if isinstance(mark, str) and mark else 0)


@pytest.mark.parametrize("odd", [None, 5, [], {}, {"metadata": 5}, {"metadata": {"annotations": [], "labels": "x"}}])
def test_objects_of_any_shape_do_no_harm(odd):
    for kind in ("Workflow", "CodeRun"):
        assert look(kind, [odd], [odd]).ended == 0
