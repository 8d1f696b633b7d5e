# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of agents, pods and workspaces, what is judged of them, and how a report shows them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents import (
    checks,
    coderuns,
    names,
    overview,
    pod_rows,
    report,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    HOUR,
    JSON,
    MINUTE,
    NASTY,
    NOW,
    ago,
    look,
    said,
)
from hypothesis import given

TABLE = names.table([{"name": "rex", "github_app": "5DLabs-Rex"}, {"name": "cleo", "github_app": "5DLabs-Cleo"}])
REX = TABLE[0]
EVERYTHING = frozenset({"events", "jobs"})
PRESENCE, USAGE, EVENTS = checks.CHECKS[:3]


def whose(name: str) -> names.Agent | None:
    return names.of_label(name, TABLE)


def pod(name: str = "pod-1", **status: Any) -> dict[str, Any]:
    resources = {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "2Gi"}}
    return {
        "metadata": {
            "namespace": "ns", "name": name, "uid": name, "creationTimestamp": ago(HOUR),
            "labels": {"github-user": "5dlabs-rex", "job-name": "job-v1", "service": "shop", "task-id": "7"},
        },
        "spec": {
            "nodeName": "node-1",
            "containers": [{"name": "claude-code", "resources": resources}, {"name": "sidecar"}],
            "volumes": [{"persistentVolumeClaim": {"claimName": "workspace-shop"}}],
        },
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}], **status},
    }  # fmt: skip


def metrics(name: str = "pod-1", memory: str = "1900Mi", second: str | None = "100Mi") -> dict[str, Any]:
    used = {"claude-code": memory, **({"sidecar": second} if second else {})}
    containers = [{"name": one, "usage": {"cpu": "100m", "memory": size}} for one, size in used.items()]
    return {"metadata": {"namespace": "ns", "name": name}, "containers": containers}


def event(count: int = 6, since: float = MINUTE) -> dict[str, Any]:
    about = {"namespace": "ns", "name": "pod-1"}
    last = {"lastTimestamp": ago(since), "count": count}
    return {"involvedObject": about, "reason": "FailedMount", "message": f"no volume {NASTY}", **last}


def coderun(phase: str = "Running", **status: Any) -> dict[str, Any]:
    return {
        "metadata": {"namespace": "ns", "name": "run-7", "uid": "r7", "creationTimestamp": ago(2 * HOUR)},
        "spec": {"githubApp": "5DLabs-Rex", "taskId": 7},
        "status": {"phase": phase, "jobName": "job-v1", "lastUpdate": ago(HOUR), **status},
    }


def row(item: dict | None = None, looked: frozenset[str] = EVERYTHING, **parts: list) -> dict[str, Any]:
    given_parts = {name: parts.get(name, []) for name in ("pod_metrics", "events", "jobs", "coderuns")}
    return pod_rows.row(item or pod(), whose, pod_rows.around(given_parts), NOW, looked)


def agent(rows: list[dict], runs: list[dict], blind: str = "") -> dict[str, Any]:
    return overview.agent_row(REX, rows, map(coderuns.read, runs), NOW, blind)


def test_a_pod_is_told_with_what_it_uses_and_works_on() -> None:
    job = {"metadata": {"namespace": "ns", "name": "job-v1", "ownerReferences": [{"kind": "CodeRun", "name": "run-7"}]}}
    seen = row(pod_metrics=[metrics()], events=[event()], jobs=[job], coderuns=[coderun()])
    assert (seen["agent"], seen["node"], seen["ready"], seen["age"]) == ("rex", "node-1", True, HOUR)
    assert seen["memory"] == {"used": 2000 << 20, "requested": 1 << 30, "percent": 92.8, "container": "claude-code"}
    assert seen["cpu"] == {"used": 0.2, "requested": 0.5, "percent": 40.0}
    assert (seen["job_state"], seen["coderun"], seen["coderun_state"]) == ("active", "run-7", "running")
    assert [one["reason"] for one in seen["events"]] == ["FailedMount"]
    assert seen["claims"] == ["workspace-shop"]


def test_what_nobody_could_look_at_is_unknown_and_never_zero() -> None:
    seen = row(looked=frozenset())
    assert (seen["cpu"]["used"], seen["memory"]["used"], seen["memory"]["percent"]) == (None, None, None)
    assert (seen["events"], seen["job_state"], seen["coderun_state"]) == (None, "unknown", "unknown")
    half = row(pod_metrics=[metrics(second="much")])
    assert (half["memory"]["used"], half["memory"]["percent"]) == (None, 92.8)
    assert row()["job_state"] == "gone"


def test_the_end_of_the_main_container_explains_most() -> None:
    def over(name: str, code: int, reason: str, since: float) -> dict:
        return {"name": name, "restartCount": 2, "lastState": {"terminated": {
            "exitCode": code, "reason": reason, "finishedAt": ago(since)}}}  # fmt: skip

    both = [over("sidecar", 0, "Completed", MINUTE), over("claude-code", 137, "OOMKilled", HOUR)]
    seen = row(pod(containerStatuses=both))
    assert seen["last_end"] == {"container": "claude-code", "code": 137, "reason": "OOMKilled", "ago": HOUR}
    assert seen["restarts"] == 4


def test_why_no_node_takes_a_pod_is_told() -> None:
    waits = {"type": "PodScheduled", "status": "False", "message": "0/3 nodes are available"}
    assert row(pod(phase="Pending", conditions=[waits]))["unscheduled"] == "0/3 nodes are available"
    assert row()["unscheduled"] == ""


@pytest.mark.parametrize(
    ("rows", "runs", "blind", "state", "line"),
    [
        ([row()], [coderun()], "", "at work", "rex: 1 pod, 1 ready, CodeRun run-7 running for 60 min"),
        ([row()], [], "", "at work", "rex: 1 pod, 1 ready, and no CodeRun of it is open"),
        ([], [coderun("Pending")], "", "waiting", "rex: 0 pods, CodeRun run-7 pending for 60 min"),
        ([], [coderun("Succeeded")], "", "idle", "rex: idle, 0 pods; its last CodeRun run-7 succeeded 60 min ago"),
        ([], [], "", "idle", "rex: idle, 0 pods; no CodeRun of it is left"),
        ([row(pod(phase="Failed"))], [], "", "idle", "rex: idle, 0 pods; no CodeRun of it is left"),
        ([], [], "pods of ns: no", "unknown", "rex: nobody can tell what it does: pods of ns: no"),
        ([row()], [], "x could not be read", "at work", "rex: 1 pod, 1 ready, and no CodeRun of it is open; x"),
    ],
)  # fmt: skip
def test_an_agent_is_at_work_waiting_idle_or_unknown(rows, runs, blind: str, state: str, line: str) -> None:
    seen = agent(rows, runs, blind)
    assert (seen["state"], seen["line"].startswith(line)) == (state, True), seen["line"]
    status = "unknown" if blind else "ok"
    assert [one["status"] for one in look(PRESENCE, {"agents": [seen]})] == [status]


def test_pods_of_strangers_are_told_together() -> None:
    foreign = pod()
    foreign["metadata"]["labels"]["github-user"] = NASTY
    (found,) = look(PRESENCE, {"strangers": [row(foreign), row(foreign)]})
    assert found["status"] == "warning"
    assert found["message"].startswith(f"2 pods of {NASTY}, whom platform_agents does not list, such as pod-1")


@pytest.mark.parametrize(
    ("memory", "status"), [("1Gi", "ok"), ("1800Mi", "warning"), ("2000Mi", "critical"), (None, "unknown")]
)
def test_memory_is_judged_against_the_limit_of_each_container(memory: str | None, status: str) -> None:
    measured = [metrics(memory=memory)] if memory else []
    found = look(USAGE, {"agent_pods": [row(pod_metrics=measured)]})
    assert [one["status"] for one in found] == [status]
    treats = "diagnose_agent_oom" if status in ("warning", "critical") else ""
    assert found[0]["runbook"] == treats


def test_a_new_pod_or_one_that_has_ended_need_not_be_measured() -> None:
    young = pod()
    young["metadata"]["creationTimestamp"] = ago(MINUTE)
    found = look(USAGE, {"agent_pods": [row(young), row(pod(phase="Failed"))]})
    assert said(found) == [("ok", "2 pods: memory below 85 % of every limit")]
    assert look(USAGE, {"agent_pods": [row()]}, unread=(("pod_metrics", "ns"),))[0]["status"] == "ok"


def test_many_recent_complaints_are_a_warning_and_old_ones_are_not() -> None:
    rows = [row(events=[event(4), event(2)])]
    ((status, message),) = said(look(EVENTS, {"agent_pods": rows}))
    assert (status, message.split(", last")[0]) == ("warning", "Pod ns/pod-1: 6 warning events in 60 min")
    for few in ([event(4)], [event(9, since=2 * HOUR)], []):
        assert [one[0] for one in said(look(EVENTS, {"agent_pods": [row(events=few)]}))] == ["ok"]


def test_what_sends_people_here_is_sent_on() -> None:
    def treated(check: str, status: str, message: str = "", runbook: str = "agent_health") -> str:
        return checks.treated([{"check": check, "status": status, "message": message, "runbook": runbook}])[0][
            "runbook"
        ]

    assert treated("pods", "critical", "claude-code was killed (OOMKilled)") == "diagnose_agent_oom"
    assert treated("pods", "critical", "the sidecar keeps the pod running") == "restart_agent"
    assert treated("pods", "warning", "pending") == ""
    assert treated("coderuns", "warning", "nothing was written about it") == "restart_agent"
    assert treated("coderuns", "critical", "", "diagnose_coderun_not_started") == "diagnose_coderun_not_started"


def claim(name: str, **labels: str) -> dict[str, Any]:
    return {
        "metadata": {"namespace": "ns", "name": name, "labels": labels},
        "spec": {"resources": {"requests": {"storage": "10Gi"}}},
        "status": {"phase": "Bound", "capacity": {"storage": "10Gi"}},
    }


def test_workspaces_are_those_that_an_agent_mounts_or_made() -> None:
    items = [claim("workspace-shop"), claim("made", agent="rex"), claim("of-cleo", agent="cleo"), claim("other")]
    usage = [{"namespace": "ns", "name": "made", "used": 5 << 30, "capacity": 10 << 30}]
    found = overview.claim_rows(items, [row()], usage, whose, frozenset({"rex"}))
    assert [(one["name"], one["percent"], one["agents"], one["pods"]) for one in found] == [
        ("made", 50.0, ["rex"], []),
        ("workspace-shop", None, ["rex"], ["pod-1"]),
    ]


def test_tables_and_measures_are_whole_where_nothing_is_known() -> None:
    rows = [row(pod_metrics=[metrics()], events=[event()]), row(pod(phase="Pending"), frozenset())]
    agents = [agent(rows, [coderun()]), agent([], [], "nobody could look")]
    claims = overview.claim_rows([claim("workspace-shop")], rows, [], whose, frozenset({"rex"}))
    tables = report.tables(agents, rows, claims)
    assert [table["title"] for table in tables] == ["Agents", "Pods of agents", "Workspaces", "Warning events of pods"]
    assert all(len(cells) == len(table["columns"]) for table in tables for cells in table["rows"])
    measured = {one["name"]: one["value"] for one in report.measures(agents[1:], 95)}
    assert measured == {"agents.rex.pods": None, "agents.rex.memory": None, "agents.rex.fullest": None}
    assert report.measures(agents, 95)[2]["limit"] == 95
    assert overview.summary(agents, 2) == "2 agents: 1 at work, 1 unknown · 2 pods · 2 pods of strangers"


@given(JSON, JSON)
def test_objects_of_any_shape_do_no_harm(one: Any, other: Any) -> None:
    item = {"metadata": {"labels": one, "name": other}, "spec": one, "status": other}
    parts = {name: [item] for name in ("pod_metrics", "events", "jobs", "coderuns")}
    parts["events"].append({"involvedObject": one, "series": other, "count": one, "reason": other})
    parts["pod_metrics"].append({"containers": [one, {"name": other, "usage": one}]})
    made = row(item, **parts)
    seen = agent([made], [item])
    claims = overview.claim_rows([item], [made], [], whose, frozenset({"rex"}))
    report.tables([seen], [made], claims)
    for check in (PRESENCE, USAGE, EVENTS):
        look(check, {"agents": [seen], "agent_pods": [made], "strangers": [made]})
