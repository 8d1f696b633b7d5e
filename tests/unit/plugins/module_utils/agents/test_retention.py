# SPDX-License-Identifier: GPL-3.0-or-later
"""Which CodeRuns their kind protects, by cases and by properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.retention import candidate, protected
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.retention import Policy, plan
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.summary import summarize
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
OLD = "2026-01-01T00:00:00Z"
FINALIZER = "coderuns.orchestrator.io/finalizer"
ALL = Policy(0, 0, 0, keep_newest=0)


def coderun(name="c", phase="Succeeded", agent="5DLabs-Rex", service="shop", meta=None, **status):
    metadata = {"namespace": "agents", "name": name, "uid": f"uid-{name}", "resourceVersion": "1", **(meta or {})}
    return {
        "metadata": metadata,
        "spec": {"githubApp": agent, "service": service},
        "status": {"phase": phase, "finishedAt": OLD, **status},
    }


def workflow(name, phase):
    metadata = {"namespace": "argo", "name": name, "uid": f"uid-{name}", "resourceVersion": "1"}
    return summarize({"metadata": metadata, "spec": {}, "status": {"phase": phase, "finishedAt": OLD}})


def decided(coderuns, workflows=(), policy=ALL):
    found = [candidate(one) for one in coderuns]
    made = plan(
        [one.summary for one in found], {}, policy, NOW, kind=CODERUN, protected=protected(found, workflows, NOW)
    )
    return {row.summary.name: (row.action, row.rule) for row in made.rows}


def label(**labels):
    return {"labels": labels}


OWNED = {"ownerReferences": [{"uid": "uid-play"}]}
KEEP = {"labels": {"ops.agent-platform/keep": "true"}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (coderun(), ("delete", "expired")),
        (coderun(phase="Failed"), ("delete", "expired")),
        (coderun(phase="Failed", remediationStatus="needs-fixes"), ("delete", "expired")),
        (coderun(phase="Running"), ("keep", "not_finished")),
        (coderun(phase="Running", workCompleted=True), ("keep", "not_finished")),
        (coderun(phase=""), ("keep", "not_finished")),
        (coderun(phase="Error"), ("unknown", "unreadable")),
        (coderun(phase="Done"), ("unknown", "unreadable")),
        (coderun(finishedAt=None), ("unknown", "no_finish_time")),
        (coderun(finishedAt=None, lastUpdate=OLD), ("delete", "expired")),
        (coderun(finishedAt="soon", lastUpdate=OLD), ("unknown", "no_finish_time")),
        (coderun(finishedAt="2027-01-01T00:00:00Z"), ("unknown", "future_finish")),
        (coderun(expireAt="2026-12-01T00:00:00Z"), ("keep", "expires_later")),
        (coderun(expireAt=OLD), ("delete", "expired")),
        (coderun(expireAt=7), ("unknown", "unreadable")),
        (coderun(meta=KEEP), ("keep", "pinned")),
        (coderun(meta={"deletionTimestamp": OLD, "finalizers": [FINALIZER]}), ("held", "held_by_finalizer")),
        (coderun(meta={"resourceVersion": None}), ("unknown", "unreadable")),
        (coderun(meta={"ownerReferences": "x"}), ("unknown", "unreadable")),
        (coderun(meta={"finalizers": [1]}), ("unknown", "unreadable")),
    ],
)
def test_its_status_decides(given, expected):
    assert decided([given]) == {"c": expected}


@pytest.mark.parametrize("odd", [None, [], "text", {}, {"metadata": None}, {"metadata": {}, "status": []}])
def test_an_object_of_another_shape_is_unknown(odd):
    assert set(decided([odd]).values()) == {("unknown", "unreadable")}


@pytest.mark.parametrize(
    ("meta", "phase", "action"),
    [
        (label(**{"workflow-name": "play"}), "Running", "keep"),
        (label(**{"workflow-name": "play"}), "Odd", "keep"),
        (label(**{"workflow-name": "play"}), "Succeeded", "delete"),
        (label(**{"workflow-name": "gone"}), "Running", "delete"),
        (OWNED, "Running", "keep"),
        (OWNED, "Failed", "delete"),
    ],
)
def test_one_of_a_workflow_that_is_not_finished_stays(meta, phase, action):
    assert decided([coderun(meta=meta)], [workflow("play", phase)])["c"][0] == action


def test_without_a_label_the_workflow_that_the_controller_guesses_protects():
    given = coderun()
    given["spec"]["taskId"] = 5
    assert decided([given], [workflow("play-task-5-workflow", "Running")])["c"] == ("keep", "of_open_workflow")


@pytest.mark.parametrize(
    ("other", "rule"),
    [
        (coderun("o", "Running"), "shared_cleanup"),
        (coderun("o", ""), "shared_cleanup"),
        (coderun("o", "Odd"), "shared_cleanup"),
        (coderun("o", "Running", agent="5dlabs_REX"), "shared_cleanup"),
        (coderun("o", "Running", agent=None), "shared_cleanup"),
        (coderun("o", "Running", service=7), "shared_cleanup"),
        (coderun("o", "Running", meta={"deletionTimestamp": OLD}), "shared_cleanup"),
        (coderun("o", "Running", agent="5DLabs-Cleo"), "expired"),
        (coderun("o", "Running", service="bank"), "expired"),
        (coderun("o", "Running", meta={"namespace": "others"}), "expired"),
        (coderun("o", "Failed"), "expired"),
    ],
)
def test_nothing_is_deleted_whose_clean_up_could_take_the_job_of_another(other, rule):
    assert decided([coderun(agent="5DLabs-Rex"), other])["c"][1] == rule


def test_the_newest_of_each_agent_and_service_stay():
    old = [coderun(f"a{n}", finishedAt=f"2026-01-0{n}T00:00:00Z") for n in (1, 2)]
    found = decided([*old, coderun("other", service="bank")], policy=Policy(0, 0, 0, keep_newest=1))
    assert {name for name, (action, _rule) in found.items() if action == "delete"} == {"a1"}


TIMES = st.sampled_from([None, OLD, "odd", (NOW + timedelta(days=9)).isoformat()])
RUNS = st.builds(
    lambda phase, agent, service, finished, expires, pinned: coderun(
        phase=phase, agent=agent, service=service, meta=KEEP if pinned else {}, finishedAt=finished, expireAt=expires
    ),
    st.sampled_from(["Succeeded", "Succeeded", "Failed", "Running", "Odd", ""]),
    st.sampled_from(["5DLabs-Rex", "5dlabs-rex", "5DLabs-Cleo"]),
    st.sampled_from(["shop", "bank"]),
    TIMES,
    TIMES,
    st.booleans(),
)


@given(st.lists(RUNS, max_size=8))
def test_nothing_pinned_unfinished_or_of_a_working_agent_ever_goes(runs):
    for number, one in enumerate(runs):
        one["metadata"] = {**one["metadata"], "name": f"c{number}", "uid": f"uid-{number}"}
    by_name = {one["metadata"]["name"]: one for one in runs}
    finished = ("Succeeded", "Failed")

    def key(one):
        return one["spec"]["githubApp"].lower(), one["spec"]["service"]

    working = {key(one) for one in runs if one["status"]["phase"] not in finished}
    for name, (action, _rule) in decided(runs).items():
        one = by_name[name]
        if action == "delete":
            assert one["status"]["phase"] in finished
            assert not one["metadata"].get("labels")
            assert key(one) not in working
