# SPDX-License-Identifier: GPL-3.0-or-later
"""The work of module coderun against a stand-in API server; the real one is used in tests/integration."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import (
    acting,
    coderun_control,
    coderun_present,
    coderun_steps,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.acting import Acted
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.locking import Fence
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.modules import coderun as module
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.coderun_cluster import (
    CodeRunCluster,
    coderun,
    job,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer, FaultServer

DEFAULTS = {name: spec.get("default") for name, spec in {**module.SPEC, **acting.SPEC, **acting.SEVERAL_SPEC}.items()}
DEFINITION = resource("apiextensions.k8s.io/v1", "customresourcedefinitions", name="coderuns.agents.platform")


class Work:
    """The module's work on one stand-in server."""

    def __init__(self, server: FaultServer, client: Callable[..., Client]) -> None:
        self.server = server
        self._client = client

    def __call__(self, state: str, *names: str, check: bool = False, **options: Any) -> Acted:
        given = {"state": state, "namespace": "ns", "names": list(names), "reason": "why", "actor": "ann", "wait": 3}
        return coderun_control.act(self._client(check), {**DEFAULTS, **given, **options}, check)

    @property
    def writes(self) -> list[str]:
        """Method, name and subresource of each."""
        return [f"{one.method} {one.path.partition('/namespaces/ns/')[2]}" for one in self.server.writes]


@pytest.fixture
def work(connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Work]]:
    monkeypatch.setattr(coderun_steps, "_SETTLE", 0.2)
    servers = []

    def begin(cluster: CodeRunCluster) -> Work:
        server = FaultServer(cluster)
        servers.append(server)
        server.__enter__()
        return Work(server, lambda check: Client(connect(server, read_only=check)))

    yield begin
    for server in servers:
        server.__exit__()


def outcomes(acted: Acted) -> dict[str, tuple[str, str]]:
    return {one.name: (one.outcome, one.reason) for one in acted.actions}


def test_a_cancellation_writes_the_status_before_it_removes_the_job(work: Callable[..., Work]) -> None:
    cluster = CodeRunCluster(coderun(), jobs=(job(),))
    do = work(cluster)
    assert outcomes(do("cancelled", "a")) == {"a": ("changed", "")}
    assert do.writes == ["PATCH coderuns/a", "PATCH coderuns/a/status", "DELETE jobs/a-v1"]
    began = time.monotonic()
    again = do("cancelled", "a", reason="another", wait=60)
    assert outcomes(again) == {"a": ("unchanged", "it has ended: Failed")}
    assert time.monotonic() - began < 30, "nothing is waited for where there is nothing to do"
    assert len(do.writes) == 3


def test_a_job_that_is_made_meanwhile_goes_too(work: Callable[..., Work]) -> None:
    cluster = CodeRunCluster(coderun(), jobs=(job(),))
    late = [job(attempt=2)]

    def control(write: str) -> None:
        if write == "coderuns/a/status" and late:
            cluster.put("jobs", late.pop(), "ADDED")

    cluster.after = control
    do = work(cluster)
    assert outcomes(do("cancelled", "a")) == {"a": ("changed", "")}
    assert not any(plural == "jobs" for plural, _name in cluster.objects)


def test_a_server_that_says_yes_and_does_nothing_is_found_out(work: Callable[..., Work]) -> None:
    do = work(CodeRunCluster(coderun(), jobs=(job(),), deaf=True))
    acted = do("cancelled", "a", wait=1)
    assert outcomes(acted)["a"][0] == "unverified"
    assert acted.error.kind == "unverified"


def test_what_another_keeps_undoing_ends_as_unverified(work: Callable[..., Work]) -> None:
    cluster = CodeRunCluster(coderun())

    def undo(write: str) -> None:
        if write == "coderuns/a/status":
            run = cluster.get("a")
            cluster.put("coderuns", {**run, "status": {**run["status"], "phase": "Running"}})

    cluster.after = undo
    acted = work(cluster)("cancelled", "a", wait=30)
    outcome, reason = outcomes(acted)["a"]
    assert (outcome, "something undoes what is written" in reason) == ("unverified", True)


def test_a_retry_waits_for_the_job_of_the_next_version(work: Callable[..., Work]) -> None:
    cluster = CodeRunCluster(coderun(phase="Failed"), jobs=(job(end="Failed"),))
    cluster.after = lambda write: cluster.put("jobs", job(attempt=2)) if write == "coderuns/a/status" else None
    do = work(cluster)
    assert outcomes(do("retried", "a")) == {"a": ("changed", "")}
    assert do.writes == ["PATCH coderuns/a", "DELETE jobs/a-v1", "PATCH coderuns/a/status"]
    run = cluster.get("a")
    assert (run["spec"]["contextVersion"], "jobName" in run["status"]) == (2, False)
    assert outcomes(do("retried", "a"))["a"][0] == "unchanged"
    assert len(do.writes) == 3


def test_without_a_controller_a_retry_is_not_called_done(work: Callable[..., Work]) -> None:
    acted = work(CodeRunCluster(coderun(phase="Failed")))("retried", "a", wait=1)
    assert "no controller has made the new Job" in outcomes(acted)["a"][1]
    assert acted.error.kind == "unverified"


def test_check_mode_sends_dry_runs_alone(work: Callable[..., Work]) -> None:
    do = work(CodeRunCluster(coderun(), coderun("b", phase="Failed"), jobs=(job(),)))
    assert outcomes(do("cancelled", "a", check=True)) == {"a": ("planned", "")}
    assert outcomes(do("retried", "b", check=True)) == {"b": ("planned", "")}
    assert do.writes == []
    assert len([one for one in do.server.requests if "dryRun" in one.query]) == 2


def test_of_many_only_those_are_meant_for_which_it_has_a_meaning(work: Callable[..., Work]) -> None:
    runs = [coderun("a"), coderun("b", phase="Succeeded"), coderun("c", spec={"taskId": 8})]
    do = work(CodeRunCluster(*runs))
    assert outcomes(do("cancelled", task="7")) == {"a": ("changed", "")}
    assert outcomes(do("cancelled", workflow="play-task-8-workflow")) == {"c": ("changed", "")}
    assert do("cancelled", workflow="nothing").actions == []


def test_over_max_changes_nothing_is_written(work: Callable[..., Work]) -> None:
    do = work(CodeRunCluster(coderun("a"), coderun("b")))
    with pytest.raises(OpsError, match="2 CodeRuns would be changed, but max_changes is 1"):
        do("cancelled", "a", "b", max_changes=1)
    assert do.writes == []


def test_when_the_lock_is_lost_the_rest_is_not_reached(
    work: Callable[..., Work], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(_fence: Fence) -> None:
        raise OpsError("refused", "the lock is no longer ours")

    monkeypatch.setattr(Fence, "check", lost)
    do = work(CodeRunCluster(coderun()))
    acted = do("cancelled", "a")
    assert (outcomes(acted)["a"][0], acted.error.kind, do.writes) == ("not_reached", "refused", [])


@pytest.mark.parametrize("finalizers", [[], ["f"]])
def test_a_deletion_is_done_when_it_is_gone(work: Callable[..., Work], finalizers: list[str]) -> None:
    do = work(CodeRunCluster(coderun(phase="Failed", finalizers=finalizers)))
    acted = do("absent", "a", "never", without_controller=True, wait=1)
    outcome = "unverified" if finalizers else "changed"
    assert {name: one[0] for name, one in outcomes(acted).items()} == {"a": outcome, "never": "unchanged"}
    assert do.writes == ["DELETE coderuns/a"]


def test_nothing_is_deleted_while_the_controller_is_not_available(work: Callable[..., Work]) -> None:
    cluster = CodeRunCluster(coderun(phase="Failed"))
    controller = resource("apps/v1", "deployments", "agent-platform", "controller")
    cluster.more[controller] = Answer({"status": {"availableReplicas": 0}})
    do = work(cluster)
    with pytest.raises(OpsError, match="nothing would finish"):
        do("absent", "a")
    assert do.writes == []


@pytest.mark.parametrize(
    ("state", "options", "words"),
    [
        ("cancelled", {"reason": " "}, "reason: it is empty"),
        ("cancelled", {"reason": "x" * 1001}, "1,001 characters"),
        ("cancelled", {"spec": {"a": 1}}, "spec has no meaning with state cancelled"),
        ("retried", {"shared_cleanup": True}, "shared_cleanup has no meaning with state retried; it goes with absent"),
        ("absent", {"wait_for": ["Running"]}, "it goes with present or retried"),
        ("cancelled", {"wait": -1}, "wait is -1"),
        ("cancelled", {"max_changes": 0}, "max_changes is 0"),
        ("cancelled", {"names": []}, "none is given"),
        ("cancelled", {"task": "7"}, "names and task are given"),
        ("cancelled", {"names": ["a", ""]}, "names: one of them is empty"),
        ("cancelled", {"names": ["a", "nobody"]}, "no CodeRun nobody in namespace ns"),
        ("present", {}, "spec: it is missing"),
        ("present", {"names": ["a", "b"]}, "exactly one name"),
        ("present", {"names": ["b"], "wait_for": ["Running"]}, "there is no CodeRun ns/b"),
    ],
)
def test_bad_input_is_one_sentence_and_changes_nothing(
    work: Callable[..., Work], state: str, options: dict[str, Any], words: str
) -> None:
    do = work(CodeRunCluster(coderun()))
    with pytest.raises(OpsError) as caught:
        do(state, **{"names": ["a"], **options})
    assert caught.value.kind == "invalid"
    assert words in caught.value.message
    assert do.writes == []


def test_one_is_made_from_a_spec_that_fits_and_kept_as_it_was_made(work: Callable[..., Work]) -> None:
    cluster = CodeRunCluster()
    part = {"type": "object", "required": ["service"], "properties": {"service": {"type": "string"}}}
    version = {"name": "v1", "served": True, "schema": {"openAPIV3Schema": {"properties": {"spec": part}}}}
    cluster.more[DEFINITION] = Answer({"spec": {"versions": [version]}})
    do = work(cluster)
    with pytest.raises(OpsError, match=r"spec.service is a whole number.*; spec.more is no field"):
        do("present", "new", spec={"service": 1, "more": 2})
    assert outcomes(do("present", "new", spec={"service": "s"}, check=True))["new"][0] == "planned"
    assert do.writes == []
    assert outcomes(do("present", "new", spec={"service": "s"}))["new"][0] == "changed"
    assert outcomes(do("present", "new", spec={"service": "s"}))["new"][0] == "unchanged"
    acted = do("present", "new", spec={"service": "other"})
    assert (acted.error.kind, "another spec.service" in acted.error.message) == ("refused", True)
    assert do.writes == ["POST coderuns"]


def test_what_the_server_would_not_keep_is_an_error() -> None:
    with pytest.raises(OpsError, match=r"would not keep spec\.b; nothing was made"):
        coderun_present.require_kept({"a": 1, "b": 2}, {"spec": {"a": 1}})
    coderun_present.require_kept({"a": 1}, {"spec": {"a": 1, "b": "a default"}})


def test_a_phase_is_waited_for_and_no_longer_than_told(work: Callable[..., Work]) -> None:
    do = work(CodeRunCluster(coderun()))
    assert outcomes(do("present", "a", wait_for=["Running"]))["a"][0] == "unchanged"
    acted = do("present", "a", wait_for=["Succeeded"], wait=1)
    assert outcomes(acted)["a"] == ("unverified", "it is not Succeeded: it is Running")
    assert acted.error.kind == "unverified"
