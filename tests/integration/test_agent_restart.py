# SPDX-License-Identifier: GPL-3.0-or-later
"""Module agent_restart and its runbook: a real Job loses its pod, a stand-in CodeRun controller makes another one."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import agent_restart
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.modules.agent_restart import OPTIONS, order_of

from tests.support.agents import TABLE, AgentPods
from tests.support.cluster import KEEP, Namespace
from tests.support.coderun_controller import StandInCodeRunController
from tests.support.coderun_objects import CODERUNS, coderun
from tests.support.lab import Lab

TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ"
RUNBOOK, USER = "restart_agent", "system:serviceaccount:agent-platform-ops:restart-agent"
Restart = Callable[..., dict[str, Any]]


@pytest.fixture
def controller(api, namespace: Namespace) -> Iterator[StandInCodeRunController]:
    with StandInCodeRunController(api, [namespace.name]) as controller:
        yield controller


@pytest.fixture
def agents(namespace: Namespace) -> AgentPods:
    return AgentPods(namespace)


@pytest.fixture
def restart(api, namespace: Namespace, tmp_path: Path) -> Restart:
    """As the module does it, but for the process of its own."""

    def run(*, check: bool = False, **options: Any) -> dict[str, Any]:
        usual = {name: option.get("default", "") for name, option in OPTIONS.items()}
        own = {"agents": TABLE, "namespace": namespace.name, "reason": "It hangs", "actor": "", "wait": 20}
        order = order_of({**usual, **own, "keep_directory": str(tmp_path), **options})
        try:
            acted = agent_restart.act(api, Fence(None, None), order, check)
        except OpsError as error:
            return {"error": error.kind, "msg": str(error)}
        (action,) = acted.actions
        told = {"outcome": action.outcome, "detail": action.detail, "reason": action.reason, "pod": action.name}
        return {**told, **acted.more, "error": acted.error and acted.error.kind, "msg": str(acted.error or "")}

    return run


def begin(controller: StandInCodeRunController, namespace: Namespace, name: str = "run-7", **spec: Any) -> str:
    """A CodeRun of Rex at work; returns the name of its pod."""
    controller.create(namespace.name, coderun(name, **{"task": 7, **spec}))
    return controller.wait_for_agent(namespace.name, name)["metadata"]["name"]


def test_its_pod_is_kept_and_deleted_and_another_one_is_followed_until_it_is_ready(
    api, namespace: Namespace, agents: AgentPods, controller: StandInCodeRunController, restart: Restart
) -> None:
    old = begin(controller, namespace)
    agents.serve(old, log=f"cloning with {TOKEN}\ndone")
    look = restart(agent="Rex", check=True)
    assert (look["outcome"], look["kept"]) == ("planned", ""), look
    assert look["detail"] == "then the controller makes another Job for CodeRun run-7 (retry 1 of 1)"
    assert agents.get(old)

    done = restart(agent="5dlabs-rex", reason="It hangs: {{ 1 }}\n<b>", actor="ops")
    assert (done["outcome"], done["pod"]) == ("changed", old), done
    new = done["replacement"]["name"]
    assert (done["replacement"]["ready"], agents.get(old)) == (True, None)
    assert agents.get(new)["metadata"]["labels"]["job-name"].endswith("-v2")
    notes = api.get(resource(*CODERUNS, namespace.name, "run-7"))["metadata"]["annotations"]
    assert notes["ops.agent-platform/restart-reason"] == "It hangs: {{ 1 }}\n<b>"
    assert (notes["ops.agent-platform/restart-actor"], notes["ops.agent-platform/restart-pod"]) == ("ops", old)

    kept = {path.name: path for path in Path(done["kept"]).iterdir()}
    assert set(kept) == {"pod.json", "events.json", "claude-code.log", "sidecar.log"}
    assert json.loads(kept["pod.json"].read_text())["metadata"]["name"] == old
    assert kept["claude-code.log"].read_text().splitlines()[-1].endswith("done")
    assert TOKEN not in "".join(path.read_text() for path in kept.values())
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.values()} == {0o600}

    for again in (restart(pod=old), restart(agent="rex"), restart(pod=old, check=True)):
        assert again["outcome"] == "unchanged", again
        assert f"{new} is ready" in again["reason"]
    after = api.get(resource(*CODERUNS, namespace.name, "run-7"))["metadata"]["annotations"]
    assert after == notes


def test_where_no_other_pod_would_come_nothing_is_deleted_unless_it_is_wanted_anyway(
    api, namespace: Namespace, agents: AgentPods, controller: StandInCodeRunController, restart: Restart
) -> None:
    old = begin(controller, namespace)
    api.patch(resource(*CODERUNS, namespace.name, "run-7") + "/status", {"status": {"retryCount": 1}})
    refused = restart(pod=old)
    assert refused["error"] == "refused"
    assert "the retries of its CodeRun run-7 are used up (1 of 1)" in refused["msg"]
    assert agents.get(old)
    down = restart(pod=old, controller_name="no-such-controller")
    assert "Deployment agent-platform/no-such-controller is not available" in down["msg"]

    lost = restart(pod=old, anyway=True)
    assert (lost["error"], lost["outcome"]) == ("unverified", "unverified"), lost
    assert "no other one comes, since its CodeRun run-7 failed" in lost["msg"]
    assert "playbooks/retry_coderun.yml" in lost["msg"]
    assert agents.get(old) is None


def test_a_controller_that_does_nothing_is_told_in_time(
    namespace: Namespace, agents: AgentPods, controller: StandInCodeRunController, restart: Restart
) -> None:
    old = begin(controller, namespace)
    controller.pause()
    told = restart(pod=old, wait=3)
    assert told["error"] == "unverified", told
    assert "it is gone, and no other pod became ready in 3 s" in told["msg"]
    assert "look whether Deployment agent-platform/controller works" in told["msg"]
    controller.resume()
    again = restart(pod=old)
    assert again["outcome"] == "unchanged", again


def test_which_pod_is_meant_must_be_clear_and_protected_or_ended_ones_stay(
    namespace: Namespace, agents: AgentPods, restart: Restart
) -> None:
    pinned = agents.add(task="1", labels={KEEP: "true"})
    failed = agents.add(task="2", state="failed")
    stranger = agents.add(agent="5DLabs-Zed")
    agents.add(task="3")
    wrong = {
        "2 pods of agent rex": {"agent": "rex"},
        "no agent of this platform is called 'zed'": {"agent": "zed"},
        "belongs to 5dlabs-zed, which is not in platform_agents": {"pod": stranger},
        "there is no pod no-such-pod": {"pod": "no-such-pod"},
        "it is protected by its label": {"pod": pinned, "anyway": True},
        "it has already ended (Failed)": {"pod": failed, "anyway": True},
        "no CodeRun says that it is its own": {"agent": "rex", "task": "3"},
        "reason: it is empty": {"agent": "rex", "reason": " "},
    }
    for words, options in wrong.items():
        refused = restart(**options)
        assert words in refused["msg"], refused
    assert all(agents.get(name) for name in (pinned, failed, stranger))


def test_the_runbook_restarts_with_its_own_rights_alone_once_and_plans_before(
    lab: Lab, namespace: Namespace, agents: AgentPods, controller: StandInCodeRunController
) -> None:
    old = begin(controller, namespace)
    agents.serve(old, log=f"Authorization: Bearer {TOKEN}")
    options = {
        "platform_kubeconfig": str(lab.kubeconfig_of("restart-agent")),
        "platform_agents": TABLE,
        "agent_restart_namespace": namespace.name,
        "agent_restart_agent": "REX",
        "agent_restart_reason": "It 'hangs' <b>",
        "runbook_confirm": "lab",
    }
    position = lab.audit_position()
    plan = lab.run_playbook(RUNBOOK, "--check", "-e", json.dumps(options))
    assert (plan.rc, plan.record["steps"][0]["changes"]["total"]) == (0, 1), plan.stdout
    assert lab.writes(position, USER) == []
    assert not agents.get(old)["metadata"].get("deletionTimestamp")

    position = lab.audit_position()
    run = lab.run_playbook(RUNBOOK, "-e", json.dumps(options))
    assert (run.rc, run.record["outcome"]) == (0, "finished"), run.stdout
    (step,) = run.record["steps"]
    new = step["data"]["replacement"]["name"]
    assert f"1 restarted · {namespace.name}/{old} · {new} is ready" in step["summary"]
    own = [write for write in lab.writes(position, USER) if " leases " not in write]
    assert own == [f"delete pods {namespace.name}/{old}", f"patch coderuns {namespace.name}/run-7"]
    kept = Path(step["data"]["kept"])
    assert TOKEN not in "".join(path.read_text() for path in kept.iterdir())
    assert agents.get(old) is None

    again = lab.run_playbook(
        RUNBOOK, "-e", json.dumps({**options, "agent_restart_agent": "", "agent_restart_pod": old})
    )
    assert (again.rc, again.record["steps"][0]["changes"]["total"]) == (0, 0), again.stdout
    assert "already restarted" in again.record["steps"][0]["summary"]
    assert [write for write in lab.writes(position, USER) if " leases " not in write] == own


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"agent_restart_reason": " "}, "agent_restart_reason"),
        ({"agent_restart_agent": "zed"}, "no agent of this platform is called 'zed'"),
    ],
    ids=["reason", "agent"],
)
def test_what_cannot_be_restarted_is_one_sentence(lab: Lab, wrong: dict, words: str) -> None:
    usual = {"agent_restart_agent": "rex", "agent_restart_reason": "It hangs", "runbook_confirm": "lab"}
    options = {"platform_kubeconfig": str(lab.kubeconfig_of("restart-agent")), **usual, **wrong}
    run = lab.run_playbook(RUNBOOK, "-e", json.dumps(options))
    assert run.rc == 2, run.stdout
    assert words in run.record["message"], run.record["message"]
    assert "Traceback" not in run.stdout
