# SPDX-License-Identifier: GPL-3.0-or-later
"""Module agent_info and runbook agent_health over pods of agents on simulated nodes."""

from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.agents import TABLE, AgentPods
from tests.support.cluster import Namespace, ago
from tests.support.coderun_objects import CODERUNS, coderun
from tests.support.lab import Lab
from tests.support.modules import run_module

RUNBOOK, USER = "agent_health", "system:serviceaccount:agent-platform-ops:agent-health"


@pytest.fixture
def pods(api, namespace: Namespace) -> dict[str, str]:
    """Rex is well, killed and pending, Cleo has died beside its sidecar, Tess is idle, and somebody else is there."""
    agents = AgentPods(namespace)
    agents.add_claim("workspace-shop", service="shop", agent="rex")
    made = {
        "well": agents.add(task="1", claims=["workspace-shop"]),
        "killed": agents.add(task="2", state="oom_killed"),
        "pending": agents.add(task="3", state="pending"),
        "dead": agents.add("5DLabs-Cleo", task="4", state="main_dead"),
        "stranger": agents.add("5DLabs-Zed", task="5"),
    }
    run = namespace.create(*CODERUNS, coderun("run-of-tess", agent="5DLabs-Tess", task=6))["metadata"]["name"]
    status = {"phase": "Succeeded", "finishedAt": ago(hours=3), "lastUpdate": ago(hours=3)}
    api.patch(f"{resource(*CODERUNS, namespace.name, run)}/status", {"status": status})
    return made


def test_each_agent_is_told_as_it_is(lab: Lab, namespace: Namespace, pods: dict[str, str]) -> None:
    asked = {"kubeconfig": str(lab.kubeconfig), "agents": TABLE, "namespaces": [namespace.name]}
    seen = run_module("agent_info", **asked)
    agents = {row["name"]: row for row in seen["agents"]}
    assert (agents["rex"]["state"], agents["rex"]["pods"], agents["rex"]["ready"]) == ("at work", 2, 1), seen
    assert agents["tess"]["line"] == "tess: idle, 0 pods; its last CodeRun run-of-tess succeeded 3 h ago"
    assert (agents["tess"]["status"], agents["rex"]["status"], agents["cleo"]["status"]) == (
        "ok",
        "critical",
        "critical",
    )
    rows = {row["name"]: row for row in seen["pods"]}
    assert rows[pods["killed"]]["last_end"]["reason"] == "OOMKilled"
    assert "node" in rows[pods["pending"]]["unscheduled"]
    assert rows[pods["well"]]["claims"] == ["workspace-shop"]
    assert [row["name"] for row in seen["strangers"]] == [pods["stranger"]]
    assert [row["name"] for row in seen["claims"]] == ["workspace-shop"]
    next_actions = {one["subject"]["name"]: one["runbook"] for one in seen["findings"] if one["status"] == "critical"}
    assert next_actions == {pods["killed"]: "diagnose_agent_oom", pods["dead"]: "restart_agent"}
    assert seen["line"] == "4 agents: 2 at work, 2 idle · 3 pods, 2 not ready · 1 pod of strangers"


def test_the_runbook_looks_with_its_own_rights_alone_and_writes_nothing(
    lab: Lab, namespace: Namespace, pods: dict[str, str]
) -> None:
    options = {
        "platform_kubeconfig": str(lab.kubeconfig_of("agent-health")),
        "platform_agents": TABLE,
        "platform_namespaces": [namespace.name],
        "agent_health_agents": ["5DLabs-Rex[bot]"],
    }
    position = lab.audit_position()
    run = lab.run_playbook(RUNBOOK, "-e", json.dumps(options))
    assert (run.rc, run.record["outcome"]) == (0, "finished"), run.stdout
    (step,) = run.record["steps"]
    assert step["summary"].startswith("rex: 2 pods, 1 ready")
    assert step["data"]["tables"][0]["title"] == "Agents"
    assert {one["name"] for one in step["data"]["measures"]} == {
        "agents.rex.pods",
        "agents.rex.memory",
        "agents.rex.fullest",
    }
    assert {one["message"] for one in step["findings"] if "may not list" in one["message"]} == set()
    assert pods["stranger"] not in run.stdout

    look = lab.run_playbook(RUNBOOK, "--check", "-e", json.dumps({**options, "agent_health_agents": "nobody"}))
    assert (look.rc, "no agent of this platform is called 'nobody'" in look.record["message"]) == (2, True), look.stdout
    assert lab.writes(position, USER) == []
