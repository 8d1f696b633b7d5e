# SPDX-License-Identifier: GPL-3.0-or-later
"""Workspaces of agents: told, deleted, cleaned from inside, by modules workspace_info, workspace_clean and
workspace_files_clean and by runbook clean_workspaces."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.agents import TABLE, AgentPods
from tests.support.cluster import KEEP, Namespace, workflow
from tests.support.coderun_controller import StandInCodeRunController
from tests.support.coderun_objects import coderun, workspace_name
from tests.support.lab import Lab
from tests.support.modules import run_module

USER = "system:serviceaccount:agent-platform-ops:clean-workspaces"
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def pods(namespace: Namespace) -> AgentPods:
    return AgentPods(namespace)


@pytest.fixture
def call(lab: Lab, namespace: Namespace) -> Run:
    def run(module: str, **options: Any) -> dict[str, Any]:
        place = {"namespace": namespace.name} if module == "workspace_files_clean" else {"namespaces": [namespace.name]}
        return run_module(module, kubeconfig=str(lab.kubeconfig), agents=TABLE, **place, **options)

    return run


def add(pods: AgentPods, service: str, agent: str, sharing: str, **labels: str) -> str:
    name = f"workspace-{service}" if sharing == "shared" else f"workspace-{service}-{agent}"
    ours = {"app": "orchestrator", "component": "code-runner", "service": service, "agent": agent}
    pods.add_claim(name, "10Gi", **ours, **{"workspace-type": sharing, **labels})
    return name


def claims(namespace: Namespace) -> set[str]:
    path = resource("v1", "persistentvolumeclaims", namespace.name)
    return {one["metadata"]["name"] for page in namespace.api.pages(path) for one in page}


def deletions(lab: Lab, since: int, namespace: Namespace, user: str = "lab-admin") -> list[str]:
    """Names of claims that a user has deleted in this namespace."""
    lead = f"delete persistentvolumeclaims {namespace.name}/"
    return [one.removeprefix(lead) for one in lab.writes(since, user) if one.startswith(lead)]


def old(path: Path, size: int = 1000) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    os.utime(path, (1e9, 1e9))


def test_every_workspace_is_told_and_only_those_that_nobody_uses_go(
    lab: Lab, namespace: Namespace, pods: AgentPods, call: Run, tmp_path: Path
) -> None:
    mounted = add(pods, "shop", "rex", "shared")
    pods.add(claims=[mounted], exec_workdir=tmp_path)
    add(pods, "shop", "tess", "isolated")
    add(pods, "shop", "cleo", "isolated", **{"workspace.cleanup/skip": "true"})
    add(pods, "bank", "rex", "shared")
    add(pods, "bank", "tess", "isolated", **{KEEP: "true"})
    pods.add_claim("play-9-workspace", "20Gi")
    pods.add_claim("other-data")
    namespace.add(workflow("play-9", phase="Failed"))
    namespace.create(
        "v1",
        "persistentvolumeclaims",
        {
            "kind": "PersistentVolumeClaim",
            "metadata": {
                "name": "workspace-waiting",
                "labels": {"workspace-type": "isolated", "component": "code-runner"},
            },
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": "none-such",
                "resources": {"requests": {"storage": "1Gi"}},
            },
        },
    )
    told = call("workspace_info", look_inside=True, root=str(tmp_path))
    stays = {one["name"]: one["stays_because"].split(";")[0] for one in told["workspaces"]}
    pod = told["workspaces"][[*stays].index(mounted)]["mounted_by"][0]
    assert stays == {
        mounted: f"pod {pod} mounts it",
        "workspace-shop-tess": "",
        "workspace-shop-cleo": "label workspace.cleanup/skip keeps it",
        "workspace-bank": "it is shared by the agents of its service",
        "workspace-bank-tess": f"label {KEEP} keeps it",
        "play-9-workspace": "its workflow failed, and somebody may want to look",
        "workspace-waiting": "its phase is Pending, so a pod may be waiting for it",
    }, told
    inside = told["workspaces"][[*stays].index(mounted)]
    assert inside["free"] > 0
    assert inside["inside"] == "no clone was found in it"

    position, before = lab.audit_position(), claims(namespace)
    rule = {"older_than": "0", "reason": "a test", "wait": 10}
    look = call("workspace_clean", check=True, **rule)
    assert (look["changed"], [one["subject"]["name"] for one in look["rows"]]) == (True, ["workspace-shop-tess"]), look
    assert "work that was not pushed" in look["rows"][0]["detail"]
    assert (deletions(lab, position, namespace), claims(namespace)) == ([], before)
    stopped = call("workspace_clean", **rule | {"shared": True, "failed_workflows": True, "max_changes": 2})
    assert "3 workspaces would be changed, but max_changes is 2; nothing was changed" in stopped["msg"]
    done = call("workspace_clean", **rule)
    assert (done["line"], done["freed"]) == ("1 deleted · 10.0 GiB · 6 stay", 10 << 30), done
    assert before - claims(namespace) == {"workspace-shop-tess"}
    again = call("workspace_clean", **rule)
    assert (again["changed"], again["line"]) == (False, "nothing to do · 6 stay")
    assert deletions(lab, position, namespace) == ["workspace-shop-tess"]

    # By name: what is gone stays gone, what is in use or kept is refused, the other words let go what they say.
    names = ["workspace-shop-tess", mounted, "workspace-bank-tess", "workspace-bank"]
    named = call("workspace_clean", names=names, shared=True, reason="a test", wait=10)
    assert named["error"]["kind"] == "refused"
    assert {one["subject"]["name"]: one["outcome"] for one in named["rows"]} == {
        "workspace-shop-tess": "unchanged",
        mounted: "refused",
        "workspace-bank-tess": "refused",
        "workspace-bank": "changed",
    }
    assert "other-data" in claims(namespace)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"reason": "r"}, "one of names, older_than and unused_for says which workspaces may go"),
        ({"older_than": "1d", "reason": " "}, "reason: it is empty; say why"),
        ({"older_than": "yesterday", "reason": "r"}, "older_than: 'yesterday' is not a duration"),
        ({"older_than": "1d", "agent": "Rexx", "reason": "r"}, "no agent of this platform is called 'Rexx'"),
    ],
)
def test_what_says_nothing_deletes_nothing(call: Run, options: dict, words: str) -> None:
    assert words in call("workspace_clean", **options)["msg"]


def test_old_files_go_and_all_others_stay(pods: AgentPods, call: Run, tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    for name in ("target/a.o", "run\nlog.log", "$(reboot).log", "clone/.git/x.log", "agent-input.jsonl"):
        old(root / name)
    (root / "young.log").write_text("young")
    pods.add(exec_workdir=tmp_path)
    options = {"agent": "Rex", "root": str(root), "patterns": ["*.log", "target/*"], "reason": "full"}
    look = call("workspace_files_clean", check=True, **options)
    assert (look["changed"], look["total"], look["freed"]) == (True, 3, 3000), look
    few = call("workspace_files_clean", max_changes=2, **options)
    assert "3 files would be changed, but max_changes is 2" in few["msg"]
    assert (root / "target" / "a.o").exists()
    done = call("workspace_files_clean", **options)
    assert done["line"].startswith("3 deleted · 2.9 KiB · "), done
    assert done["free"] > 0
    left = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    assert left == ["agent-input.jsonl", "clone/.git/x.log", "young.log"]
    again = call("workspace_files_clean", **options)
    assert (again["changed"], again["line"]) == (False, "nothing to do")
    assert "cannot be listed" in call("workspace_files_clean", **options | {"root": str(root / "none")})["msg"]


def test_the_runbook_shows_and_cleans_with_its_own_rights_alone(
    lab: Lab, namespace: Namespace, pods: AgentPods, tmp_path: Path
) -> None:
    add(pods, "shop", "tess", "isolated")
    old(tmp_path / "a.log")
    pods.add(exec_workdir=tmp_path)
    options = {
        "platform_kubeconfig": str(lab.kubeconfig_of("clean-workspaces")),
        "platform_agents": TABLE,
        "workspace_cleanup_namespace": namespace.name,
        "workspace_cleanup_names": ["workspace-shop-tess"],
        "workspace_cleanup_reason": "a test",
    }
    files = {
        "workspace_cleanup_agent": "",
        "workspace_cleanup_files": ["*.log"],
        "workspace_cleanup_root": str(tmp_path),
    }
    files["workspace_cleanup_pod"] = next(iter(_pods(namespace)))
    position = lab.audit_position()
    look = lab.run_playbook("clean_workspaces", "--check", "-e", json.dumps(options | files))
    assert look.rc == 0, look.stdout
    assert [step["status"] for step in look.record["steps"]] == ["ok", "changed", "changed", "skipped"]
    assert (deletions(lab, position, namespace, USER), (tmp_path / "a.log").exists()) == ([], True)

    run = lab.run_playbook("clean_workspaces", "-e", json.dumps(options | files | {"runbook_confirm": "lab"}))
    assert run.rc == 0, run.stdout
    shown, deleted, cleaned, _restart = run.record["steps"]
    assert shown["data"]["tables"][0]["rows"][0][0] == "workspace-shop-tess"
    assert deleted["summary"].startswith("1 deleted")
    assert cleaned["summary"].startswith("1 deleted")
    assert (claims(namespace), (tmp_path / "a.log").exists()) == (set(), False)


def test_an_agent_is_restarted_with_a_clean_workspace(lab: Lab, namespace: Namespace) -> None:
    with StandInCodeRunController(namespace.api, [namespace.name]) as controller:
        body = coderun("run", agent="5DLabs-Tess", service="shop")
        controller.create(namespace.name, body)
        controller.wait_for_agent(namespace.name, "run")
        claim = workspace_name(body)
        path = resource("v1", "persistentvolumeclaims", namespace.name, claim)
        first, job = namespace.api.get(path)["metadata"]["uid"], controller.jobs(namespace.name)[0]["metadata"]["uid"]
        options = {
            "platform_kubeconfig": str(lab.kubeconfig_of("clean-workspaces")),
            "platform_agents": TABLE,
            "workspace_cleanup_namespace": namespace.name,
            "workspace_cleanup_restart_with_clean": claim,
            "workspace_cleanup_reason": "a test",
            "runbook_only": "4",
            "runbook_confirm": "lab",
        }
        refused = lab.run_playbook("clean_workspaces", "-e", json.dumps(options))
        assert refused.rc == 2
        assert "Work may be lost" in refused.record["message"], refused.stdout
        assert namespace.api.get(path)["metadata"]["uid"] == first

        wanted = json.dumps(options | {"workspace_cleanup_discard_unpushed": True})
        run = lab.run_playbook("clean_workspaces", "-e", wanted)
        assert run.rc == 0, run.stdout
        controller.wait_for_agent(namespace.name, "run")
        until = time.monotonic() + 20
        while (now := namespace.api.get_or_none(path)) is None and time.monotonic() < until:
            time.sleep(0.3)
        assert now is not None
        assert now["metadata"]["uid"] != first
        assert job not in [one["metadata"]["uid"] for one in controller.jobs(namespace.name)]


def _pods(namespace: Namespace) -> list[str]:
    path = resource("v1", "pods", namespace.name)
    return [one["metadata"]["name"] for page in namespace.api.pages(path) for one in page]
