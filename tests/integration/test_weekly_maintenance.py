# SPDX-License-Identifier: GPL-3.0-or-later
"""The weekly maintenance as a person runs it, with just the rights of its own ServiceAccount."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource

from tests.support.cluster import KEEP, Namespace, ago, workflow
from tests.support.lab import Lab, Run

NAME = "weekly_maintenance"
USER = "system:serviceaccount:agent-platform-ops:weekly-maintenance"
LEASE = resource("coordination.k8s.io/v1", "leases", "agent-platform-ops", "runbook")
# The bookkeeping of a run, which is not the platform.
OWN = "leases agent-platform-ops/"
Maintain = Callable[..., Run]


@pytest.fixture
def stocked(namespace: Namespace) -> Namespace:
    """Twelve old workflows of one template (the newest five stay), a pinned one, a running one, an old CodeRun."""
    namespace.add(
        *(workflow(f"old-{number:02}", finished=ago(days=30 + number)) for number in range(12)),
        workflow("pinned", finished=ago(days=200), labels={KEEP: "true"}),
        workflow("running", phase="Running"),
    )
    address = "https://github.com/5dlabs/shop"
    spec = {"service": "shop", "githubApp": "5DLabs-Rex", "model": "claude", "workingDirectory": "."}
    spec |= {"taskId": 77, "repositoryUrl": address, "docsRepositoryUrl": address}
    namespace.create("agents.platform/v1", "coderuns", {"kind": "CodeRun", "metadata": {"name": "done"}, "spec": spec})
    path = resource("agents.platform/v1", "coderuns", namespace.name, "done") + "/status"
    namespace.api.patch(path, {"status": {"phase": "Succeeded", "lastUpdate": ago(days=90)}})
    return namespace


LEFT = ["old-00", "old-01", "old-02", "old-03", "old-04", "pinned", "running"]


@pytest.fixture
def options(lab: Lab, namespace: Namespace) -> dict[str, Any]:
    return {
        "platform_kubeconfig": str(lab.kubeconfig_of("weekly-maintenance")),
        "workflow_retention_namespaces": [namespace.name],
        "coderun_retention_namespaces": [namespace.name],
        "coderun_retention_keep_newest": 0,
    }


@pytest.fixture
def maintain(lab: Lab, options: dict[str, Any]) -> Maintain:
    return lambda *arguments: lab.run_playbook(NAME, "-e", json.dumps(options), *arguments)


def _holder(api) -> str:
    return ((api.get_or_none(LEASE) or {}).get("spec") or {}).get("holderIdentity") or ""


def _platform_writes(lab: Lab, position: int) -> list[str]:
    return [write for write in lab.writes(position, USER) if OWN not in write]


def test_check_plans_what_a_run_then_does_and_a_second_one_finds_nothing(
    lab: Lab, stocked: Namespace, maintain: Maintain
) -> None:
    position = lab.audit_position()
    look = maintain("--check", "--diff")
    assert (look.rc, look.record["check"]) == (0, True), look.stdout
    assert lab.writes(position, USER) == []
    assert f"{stocked.name}/old-11" in look.stdout

    done = maintain("-e", f"runbook_as_of={look.record['as_of']}")
    assert done.rc == 0, done.stdout
    assert done.record["plan"]["digest"] == look.record["plan"]["digest"]
    assert sorted(stocked.workflows()) == LEFT
    deleted = {f"delete workflows {stocked.name}/old-{number:02}" for number in range(5, 12)}
    assert set(_platform_writes(lab, position)) == deleted | {f"delete coderuns {stocked.name}/done"}

    again = maintain()
    assert (again.rc, again.record["outcome"]) == (0, "finished")
    assert "changed=0" in again.stdout.split("PLAY RECAP")[1]


def test_of_two_at_once_the_second_says_who_holds_the_lock_and_touches_nothing(
    lab: Lab, stocked: Namespace, options: dict[str, Any], tmp_path: Path
) -> None:
    position = lab.audit_position()
    given = ("-e", json.dumps({**options, "runbook_only": ["1", "2"]}))
    runs = [(lab.begin(NAME, *given, log=log), log) for log in (tmp_path / "one.log", tmp_path / "two.log")]
    ended = sorted((process.wait(300), log.read_text()) for process, log in runs)
    assert [code for code, _text in ended] == [0, 2], ended
    assert re.search(r"weekly_maintenance by \S+, process \d+, since 20\d\d-", ended[1][1])
    assert "Nothing was touched." in ended[1][1]
    assert sorted(stocked.workflows()) == LEFT
    assert len(_platform_writes(lab, position)) == 8


@pytest.fixture
def unfit(lab: Lab, stocked: Namespace) -> Iterator[dict[str, tuple[dict[str, Any], str]]]:
    """By platform of a fleet, what cannot be right with it, and the words that its refusal holds."""
    stocked.create("v1", "serviceaccounts", {"kind": "ServiceAccount", "metadata": {"name": "stranger"}})
    path = resource("v1", "serviceaccounts", stocked.name, "stranger") + "/token"
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    token = stocked.api.create(path, request)["status"]["token"]
    kubeconfig = lab.state / "kubeconfig-dead"
    with socket.socket() as placeholder:
        placeholder.bind(("127.0.0.1", 0))
        dead = f"https://127.0.0.1:{placeholder.getsockname()[1]}"
        kubeconfig.write_text(re.sub(r"https://127\.0\.0\.1:\d+", dead, lab.kubeconfig.read_text()))
        yield {
            "no-file": ({"platform_kubeconfig": "/nowhere/kubeconfig"}, "/nowhere/kubeconfig does not exist"),
            "no-context": ({"platform_context": "elsewhere"}, "elsewhere"),
            "other-cluster": ({"platform_cluster_uid": "00000000-0000-0000-0000-000000000000"}, "uid"),
            "negative-age": ({"workflow_retention_succeeded": "-7d"}, "-7d"),
            "vague-moment": ({"runbook_as_of": "yesterday"}, "yesterday"),
            "no-such-step": ({"runbook_only": ["No such step"]}, "No such step"),
            "down": ({"platform_kubeconfig": str(kubeconfig)}, f"{dead} gave no answer"),
            "no-token": ({"platform_kubeconfig": str(lab.kubeconfig_with_token("none", "none"))}, "credentials"),
            "no-rights": (
                {"platform_kubeconfig": str(lab.kubeconfig_with_token("stranger", token))},
                "serviceaccount:[^ ]+:stranger",
            ),
        }


def test_what_cannot_be_right_is_refused_in_one_sentence(
    lab: Lab, api, stocked: Namespace, options: dict[str, Any], maintain: Maintain, unfit, tmp_path: Path
) -> None:
    before, position = stocked.workflows(), lab.audit_position()
    local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    inventory = tmp_path / "hosts.yml"
    fleet = {name: {**local, **options, **wrong} for name, (wrong, _words) in unfit.items()}
    inventory.write_text(json.dumps({"platforms": {"hosts": fleet}}))
    refused = lab.run_playbook(NAME, "-i", str(inventory))
    assert refused.rc == 2, refused.stdout
    assert "Traceback" not in refused.stdout
    for name, (_wrong, words) in unfit.items():
        (path,) = lab.state.glob(f"records/{name}/{NAME}/*.json")
        record = json.loads(path.read_text())
        assert record["outcome"] in ("refused", "failed"), refused.stdout
        assert re.search(words, record["message"]), (name, record["message"])
    # Ages are read under the lock, which all of the fleet share here.
    vague = maintain("-e", "workflow_retention_failed='a while'")
    assert (vague.rc, "a while" in vague.record["message"]) == (2, True), vague.stdout
    assert stocked.workflows() == before
    assert _platform_writes(lab, position) == []
    assert _holder(api) == ""


def test_an_empty_inventory_is_no_success(lab: Lab, maintain: Maintain, tmp_path: Path) -> None:
    inventory = tmp_path / "hosts.yml"
    inventory.write_text("platforms:\n  hosts: {}\n")
    refused = maintain("-i", str(inventory))
    assert refused.rc == 2
    assert "Group platforms of the inventory is empty" in refused.stdout
