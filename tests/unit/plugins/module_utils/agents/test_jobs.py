# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import coderuns
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.contradictions import Work
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.jobs import Works, is_at_work, job_of, read
from hypothesis import given
from hypothesis import strategies as st

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def job(name: str = "j", owner: str = "u", of: str = "run", end: str = "", **labels: str) -> dict:
    owners = [{"kind": "CodeRun", "name": of, "uid": owner}] if owner else []
    meta = {"namespace": "ns", "name": name, "uid": f"uid-{name}", "resourceVersion": "7", "labels": labels}
    conditions = [{"type": end, "status": "True"}] if end else []
    return {"metadata": {**meta, "ownerReferences": owners}, "status": {"conditions": conditions}}


def run(uid: str = "u", named: str = "j", name: str = "run") -> coderuns.CodeRun:
    meta = {"namespace": "ns", "name": name, "uid": uid}
    return coderuns.read({"metadata": meta, "status": {"phase": "Running", "jobName": named}})


def pod(phase: str = "Running", owner: str = "", **labels: str) -> dict:
    meta = {"namespace": "ns", "labels": labels, "ownerReferences": [{"uid": owner}, None]}
    return {"metadata": meta, "status": {"phase": phase}}


def test_every_field_is_read() -> None:
    one = read(job(end="Failed", **{"context-version": "3", "ops.agent-platform/keep": "true"}))
    assert (one.namespace, one.name, one.uid, one.version) == ("ns", "j", "uid-j", "7")
    assert (one.end, one.is_active, one.attempt, one.pinned) == ("Failed", False, 3, True)
    assert (one.owners, one.made_for) == (frozenset({"u"}), "run")


@pytest.mark.parametrize("attempt", ["", "x", "-1", "1.5", "9" * 60])
def test_what_is_no_number_is_no_attempt(attempt: str) -> None:
    assert read(job(**{"context-version": attempt})).attempt is None


@given(JSON, JSON)
def test_objects_of_any_shape_do_no_harm(meta: object, status: object) -> None:
    item = {"metadata": meta, "status": status}
    assert read(item).is_active in (True, False)
    assert Works([item, meta], [item]).of(run()).pods >= 0


@pytest.mark.parametrize(
    ("jobs", "pods", "work"),
    [
        ([], [], Work()),
        ([job()], [], Work("active")),
        ([job(end="Complete")], [], Work("ended", end="Complete")),
        ([job("other")], [pod(**{"job-name": "j"})], Work(None, 1)),
        ([], [pod(owner="u"), pod("Succeeded", "u"), pod("Failed", **{"job-name": "j"})], Work(None, 1)),
        ([job("old", owner="another")], [], Work(earlier="old")),
        ([job("old", owner="another", of="stranger")], [], Work()),
    ],
)
def test_what_works_on_a_coderun_is_found_by_name_and_owner(jobs: list, pods: list, work: Work) -> None:
    assert Works(jobs, pods).of(run()) == work


def test_a_pod_names_its_job_by_the_newer_or_the_older_label() -> None:
    assert job_of(pod(**{"batch.kubernetes.io/job-name": "new", "job-name": "old"})) == "new"
    assert (job_of(pod(**{"job-name": "old"})), job_of(pod())) == ("old", "")
    assert [is_at_work(pod(phase)) for phase in ("Pending", "Running", "Succeeded", "Failed")] == [
        True, True, False, False,
    ]  # fmt: skip
