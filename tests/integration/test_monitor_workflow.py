# SPDX-License-Identifier: GPL-3.0-or-later
"""One workflow is followed while the real controller works on it: by module workflow_watch_info and by the runbook."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from tests.support.cluster import Namespace, ago
from tests.support.lab import Lab
from tests.support.modules import run_module

NAME = "monitor_workflow"
USER = "system:serviceaccount:agent-platform-ops:monitor-workflow"
HOLD = "wait-pr-approved"
SPEC = {
    "entrypoint": "main",
    "templates": [
        {
            "name": "main",
            "steps": [
                [{"name": "work", "template": "work"}],
                [{"name": HOLD, "template": "hold"}],
                [{"name": "finish", "template": "work"}],
            ],
        },
        {"name": "work", "container": {"image": "busybox:1.36", "command": ["true"]}},
        {"name": "hold", "suspend": {}},
    ],
}
HELD = {
    "entrypoint": "main",
    "templates": [{"name": "main", "steps": [[{"name": HOLD, "template": "hold"}]]}, SPEC["templates"][2]],
}
# The API server never sees the pod: the controller cannot make it out of this patch.
BROKEN = {
    "entrypoint": "work",
    "templates": [{**SPEC["templates"][1], "podSpecPatch": '{"containers": "none"}'}],
}
Follow = Callable[..., dict[str, Any]]
Meanwhile = Callable[[Callable[[], object]], AbstractContextManager[None]]


def submit(namespace: Namespace, spec: dict, **meta: Any) -> None:
    namespace.add({"apiVersion": WORKFLOWS[0], "kind": "Workflow", "metadata": {"name": "play", **meta}, "spec": spec})


def resume(namespace: Namespace) -> None:
    """As a sensor does it: the hold's node is written Succeeded."""
    found = namespace.workflows()["play"]
    (hold,) = (key for key, node in found["status"]["nodes"].items() if node["type"] == "Suspend")
    node = {"phase": "Succeeded", "finishedAt": ago(), "message": "approved"}
    version = {"resourceVersion": found["metadata"]["resourceVersion"]}
    namespace.patch("play", {"metadata": version, "status": {"nodes": {hold: node}}})


@pytest.fixture
def meanwhile(lab: Lab, namespace: Namespace) -> Meanwhile:
    """Do something as soon as the workflow is followed: listed to find it, and once more to watch it from there."""

    def is_followed(position: int) -> bool:
        places = [event.get("objectRef", {}) for event in lab.audit_events(position) if event["verb"] == "list"]
        ours = [at for at in places if (at.get("resource"), at.get("namespace")) == ("workflows", namespace.name)]
        return len(ours) >= 2

    @contextmanager
    def during(action: Callable[[], object]) -> Iterator[None]:
        position = lab.audit_position()

        def act() -> None:
            until = time.monotonic() + 60
            while not is_followed(position) and time.monotonic() < until:
                time.sleep(0.2)
            action()

        thread = threading.Thread(target=act)
        thread.start()
        yield
        thread.join()

    return during


@pytest.fixture
def follow(lab: Lab, namespace: Namespace) -> Follow:
    def run(**options: Any) -> dict[str, Any]:
        asked = {"namespace": namespace.name, "name": "play", "timeout": "60s", **options}
        return run_module("workflow_watch_info", kubeconfig=str(lab.kubeconfig), **asked)

    return run


def lines(result: dict[str, Any], kind: str) -> list[tuple[str, str]]:
    """(name, first words) of the lines about one kind."""
    return [(row["name"], row["message"].split(";")[0]) for row in result["timeline"] if row["kind"] == kind]


def test_it_is_followed_to_its_hold_and_after_that_to_its_end(
    namespace: Namespace, follow: Follow, meanwhile: Meanwhile
) -> None:
    submit(namespace, SPEC)
    held = follow()
    assert held["end"] == "held", held
    assert held["workflow"]["hold"]["name"] == HOLD
    assert held["line"].endswith("it goes on when 5DLabs-Tess approves the pull request")
    assert [one["status"] for one in held["findings"]] == ["ok"]

    with meanwhile(lambda: resume(namespace)):
        done = follow(stop_at_hold=False)
    assert (done["end"], done["workflow"]["state"]) == ("ended", "succeeded"), done
    told = [(name, words.split(" after ")[0]) for name, words in lines(done, "Node")]
    assert told == [
        ("work", "started"),
        ("work", "succeeded"),
        (HOLD, "hold began"),
        (HOLD, "hold ended"),
        ("finish", "started"),
        ("finish", "succeeded"),
    ]
    assert done["timeline"][-1]["message"] == "succeeded"
    assert [pod["phase"] for pod in done["pods"]] == ["Succeeded"] * 2


def test_one_that_fails_is_critical_with_the_controllers_own_words(namespace: Namespace, follow: Follow) -> None:
    submit(namespace, BROKEN)
    done = follow()
    assert (done["end"], done["workflow"]["state"]) == ("ended", "error"), done
    assert done["findings"][0]["status"] == "critical"
    assert [row["status"] for row in done["timeline"] if row["kind"] == "Node"][-1] == "warning"


def test_one_that_waits_is_still_at_it_when_the_time_is_over(namespace: Namespace, follow: Follow) -> None:
    submit(namespace, HELD)
    seen = follow(stop_at_hold=False, timeout="5s")
    assert (seen["end"], seen["findings"][0]["status"]) == ("timeout", "warning")
    assert "when following ended after 5 s" in seen["line"]
    # Each source was listed once and watched once, after the workflow was looked for.
    assert seen["cost"]["requests"] <= 14


def test_one_that_is_deleted_meanwhile_is_told_as_that(
    api, namespace: Namespace, follow: Follow, meanwhile: Meanwhile
) -> None:
    submit(namespace, HELD)
    assert follow()["end"] == "held"
    meta = namespace.workflows()["play"]["metadata"]
    path = resource(*WORKFLOWS, namespace.name, "play")
    with meanwhile(lambda: api.delete(path, meta["uid"], meta["resourceVersion"])):
        seen = follow(stop_at_hold=False)
    assert (seen["end"], seen["line"]) == ("deleted", "deleted while it was held")
    assert seen["timeline"][-1]["message"] == "was deleted"


def test_an_agent_that_ran_out_of_memory_beside_a_living_sidecar_is_told(api, namespace: Namespace, follow) -> None:
    submit(namespace, HELD, labels={"task-id": "990077"})
    body = {
        "kind": "Pod",
        "metadata": {"name": "agent", "labels": {"task-id": "990077", "github-user": "5dlabs-rex"}},
        "spec": {"containers": [{"name": name, "image": "busybox:1.36"} for name in ("claude-code", "sidecar")]},
    }
    namespace.create("v1", "pods", body)
    path = resource("v1", "pods", namespace.name, "agent")
    until = time.monotonic() + 60
    while api.get(path)["status"]["phase"] != "Running":
        assert time.monotonic() < until
        time.sleep(0.3)
    dead = {"exitCode": 137, "reason": "OOMKilled", "startedAt": ago(minutes=2), "finishedAt": ago(minutes=1)}
    common = {"image": "busybox:1.36", "imageID": "", "restartCount": 0}
    states = [
        {"name": "claude-code", "ready": False, "state": {"terminated": dead}, **common},
        {"name": "sidecar", "ready": True, "state": {"running": {"startedAt": ago(minutes=2)}}, **common},
    ]
    api.patch(f"{path}/status", {"status": {"containerStatuses": states}})
    seen = follow(name="", task_id="990077")
    assert seen["end"] == "held", seen
    told = [row for row in seen["timeline"] if row["name"] == "agent" and row["status"] == "critical"]
    assert len(told) == 1
    assert "OOMKilled" in told[0]["message"]
    assert told[0]["message"].endswith("while sidecar lives on")
    assert (seen["findings"][0]["check"], seen["findings"][0]["status"]) == ("pods", "critical")


def test_of_several_open_ones_of_a_task_none_is_chosen(namespace: Namespace, follow: Follow) -> None:
    for name in ("play", "play-again"):
        submit(namespace, {**HELD, "suspend": True}, name=name, labels={"task-id": "990078"})
    refused = follow(name="", task_id="990078")
    assert refused["error"]["kind"] == "invalid"
    assert f"{namespace.name}/play-again" in refused["msg"]


def test_the_runbook_follows_with_its_own_rights_alone_and_writes_nothing(lab: Lab, namespace: Namespace) -> None:
    submit(namespace, HELD)
    position = lab.audit_position()
    options = {
        "platform_kubeconfig": str(lab.kubeconfig_of("monitor-workflow")),
        "workflow_monitor_workflow": "play",
        "workflow_monitor_namespace": namespace.name,
    }
    run = lab.run_playbook(NAME, "-e", json.dumps(options))
    assert (run.rc, run.record["outcome"]) == (0, "finished"), run.stdout
    assert lab.writes(position, USER) == []
    assert f"held at {HOLD} for" in run.stdout
    assert "Follow the workflow" in run.stdout.split("PLAY RECAP")[1]
    (step,) = run.record["steps"]
    assert [table["title"] for table in step["data"]["tables"]][:3] == ["What happened", "Nodes", "Pods"]
    assert step["findings"][0]["status"] == "ok"

    look = lab.run_playbook(NAME, "--check", "-e", json.dumps(options))
    assert (look.rc, look.record["check"]) == (0, True), look.stdout
    assert lab.writes(position, USER) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({}, "monitor_workflow needs workflow_monitor_workflow or workflow_monitor_task"),
        ({"workflow_monitor_workflow": "no-such-play"}, "there is no workflow of name no-such-play"),
    ],
    ids=["nothing", "absent"],
)
def test_what_cannot_be_followed_is_one_sentence(lab: Lab, wrong: dict, words: str) -> None:
    options = {"platform_kubeconfig": str(lab.kubeconfig_of("monitor-workflow")), **wrong}
    run = lab.run_playbook(NAME, "-e", json.dumps(options))
    assert run.rc == 2, run.stdout
    assert words in run.record["message"]
    assert "Traceback" not in run.stdout
