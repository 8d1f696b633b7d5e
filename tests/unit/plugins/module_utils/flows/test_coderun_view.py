# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.coderun_view import JOBS, RUNS, View, sources
from ansible_collections.agent_platform.ops.plugins.module_utils.kube import watch
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.watch import Notice
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.coderun_cluster import coderun, job

PODS_OF_JOBS = {"metadata": {"namespace": "ns", "uid": "p", "labels": {"job-name": "a-v1"}}, "status": {}}


def at(item: dict[str, Any], version: int) -> dict[str, Any]:
    return {**item, "metadata": {**item["metadata"], "resourceVersion": str(version)}}


def view(*notices: Notice) -> View:
    made = View()
    for notice in notices:
        made.take(notice)
    return made


def listed(kind: str, *items: dict[str, Any]) -> Notice:
    return Notice(f"{kind}|ns", watch.LISTED, list(items))


def test_what_belongs_to_a_coderun_is_seen_with_it() -> None:
    nameless = job("nobody", attempt=9)
    nameless["metadata"] = {"name": "b-v1", "namespace": "ns", "uid": "k"}
    pods = Notice("pods|ns", watch.LISTED, [PODS_OF_JOBS])
    seen = view(listed(RUNS, coderun("a"), coderun("b")), listed(JOBS, job("a"), nameless), pods).seen(
        ["uid-a", "uid-b", "uid-c"]
    )
    assert [one.name for one in seen["uid-a"].jobs] == ["a-v1"]
    assert [one.name for one in seen["uid-b"].jobs] == ["b-v1"]
    assert (seen["uid-a"].pods, seen["uid-b"].pods, seen["uid-c"].run) == (1, 0, None)
    assert [run.name for run in seen["uid-a"].others] == ["b"]


def test_the_pods_of_a_job_that_is_gone_are_still_counted() -> None:
    run = coderun("a")
    run["status"].pop("jobName")
    made = view(listed(RUNS, run), listed(JOBS, job("a")), Notice("pods|ns", watch.LISTED, [PODS_OF_JOBS]))
    assert made.seen(["uid-a"])["uid-a"].pods == 1
    made.drop("uid-a-v1")
    seen = made.seen(["uid-a"])["uid-a"]
    assert (seen.jobs, seen.pods) == ((), 1)


def test_an_older_version_never_replaces_a_newer_one_and_what_is_gone_stays_gone() -> None:
    made = view(listed(RUNS, at(coderun("a", "Failed"), 20)))
    made.take(Notice("coderuns|ns", watch.CHANGED, [at(coderun("a", "Running"), 9)]))
    assert made.seen(["uid-a"])["uid-a"].run.phase == "Failed"
    made.drop("uid-a")
    made.take(Notice("coderuns|ns", watch.CHANGED, [at(coderun("a", "Running"), 30)]))
    assert made.seen(["uid-a"])["uid-a"].run is None


def test_a_fresh_list_forgets_what_is_not_in_it() -> None:
    made = view(listed(RUNS, coderun("a"), coderun("b")), listed(RUNS, coderun("b")))
    assert made.seen(["uid-a"])["uid-a"].run is None
    made.take(Notice("coderuns|ns", watch.DELETED, [coderun("b")]))
    assert made.seen(["uid-b"])["uid-b"].run is None


class _Watches:
    def __init__(self, *notices: Notice) -> None:
        self.notices = watch.SimpleQueue()
        for notice in notices:
            self.notices.put(notice)


def test_half_a_look_is_an_error() -> None:
    names = [source.name for source in sources(["ns"])]
    with pytest.raises(OpsError, match=r"did not list jobs\|ns"):
        View().fill(_Watches(listed(RUNS), listed("pods")), names, 0.05)
    refused = Notice("pods|ns", watch.FAILED, error=OpsError("forbidden", "no pods"), final=True)
    with pytest.raises(OpsError, match="no pods"):
        View().fill(_Watches(listed(RUNS), refused), names, 0.05)
    with pytest.raises(OpsError, match="no pods"):
        View().follow(_Watches(refused), 0.05)
    passing = Notice("pods|ns", watch.FAILED, error=OpsError("unreachable", "not now"))
    View().follow(_Watches(passing, listed(RUNS)), 0.05)
