# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole module against a stand-in API server that misbehaves; the real controller is met in tests/integration."""

from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.modules.workflow import STATES
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo import graphs
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import hold, workflow
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.workflow_server import (
    GROUP,
    WorkflowServer,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import FaultServer, status

PODS = "/api/v1/namespaces/argo/pods"


def running(name, *holds, **fields):
    labels = {"team": "a"}
    return workflow(name, "Running", labels=labels, nodes={one: hold(one, 60) for one in holds}, **fields)


def end(item):
    """A controller that stops what it is told to stop."""
    if item["spec"].get("shutdown"):
        item["status"]["phase"] = "Failed"


def pick_up(item):
    item.setdefault("status", {})["phase"] = "Running"


@pytest.fixture
def act(run_module, kubeconfig):
    def run(server, state, **options):
        fixed = {"kubeconfig": kubeconfig(server), "namespace": "argo", "state": state, "wait": 1, "actor": "ada"}
        return run_module("workflow", **{**fixed, **options})

    return run


def outcomes(result):
    return {row["subject"]["name"]: row["outcome"] for row in result["rows"]}


def test_a_second_time_changes_nothing_and_keeps_the_first_reason_and_time(act):
    with FaultServer(WorkflowServer(running("one"))) as server:
        first = act(server, "suspended", names=["one"], reason="{{ first }}\n<b>")
        kept = dict(server.route.items["one"]["metadata"]["annotations"])
        second = act(server, "suspended", names=["one"], reason="second")
        assert len(server.writes) == 1
    assert (first["changed"], first["line"], outcomes(first)) == (True, "1 suspended", {"one": "changed"})
    assert (second["changed"], outcomes(second)) == (False, {"one": "unchanged"})
    assert kept["ops.agent-platform/suspend-reason"] == "{{ first }}\n<b>"
    assert server.route.items["one"]["metadata"]["annotations"] == kept


def test_a_server_that_answers_200_and_does_nothing_is_found_out(act):
    with FaultServer(WorkflowServer(running("one"), ignores=True)) as server:
        result = act(server, "suspended", names=["one"])
    assert result["error"]["kind"] == "unverified"
    assert "spec.suspend is not set in the object after 1 s" in result["msg"]
    assert outcomes(result) == {"one": "unverified"}


def test_a_controller_that_does_not_act_is_found_out_and_again_the_second_time(act):
    with FaultServer(WorkflowServer(running("one"))) as server:
        for _time in range(2):
            result = act(server, "stopped", names=["one"], reason="enough")
            assert (result["error"]["kind"], outcomes(result)) == ("unverified", {"one": "unverified"})
            assert "no controller has ended it" in result["msg"]
        assert len(server.writes) == 1


def test_what_changed_since_it_was_read_is_read_and_decided_again(act):
    route = WorkflowServer(running("one", "wait"), react=end)
    touched = []

    def somebody_writes_first(name):
        if len(touched) < 3:
            touched.append(name)
            route.items[name]["spec"]["arguments"] = {"parameters": [{"name": "new", "value": str(len(touched))}]}
            route.touch(name)

    route._before = somebody_writes_first
    with FaultServer(route) as server:
        result = act(server, "stopped", names=["one"], reason="enough")
        assert len(server.writes) == 4
    assert outcomes(result) == {"one": "changed"}
    assert route.items["one"]["spec"]["arguments"] == {"parameters": [{"name": "new", "value": "3"}]}


def test_one_that_ends_meanwhile_is_not_overwritten(act):
    route = WorkflowServer(running("one"))

    def it_ends(name):
        route.items[name]["status"]["phase"] = "Succeeded"
        route.touch(name)

    route._before = it_ends
    with FaultServer(route) as server:
        result = act(server, "stopped", names=["one"], reason="enough")
    assert (result["error"]["kind"], outcomes(result)) == ("refused", {"one": "refused"})
    assert "shutdown" not in route.items["one"]["spec"]


def test_of_names_one_refusal_keeps_all_from_being_touched(act):
    with FaultServer(WorkflowServer(running("one"), workflow("two", "Succeeded"))) as server:
        result = act(server, "suspended", names=["one", "two"])
        assert server.writes == []
    assert outcomes(result) == {"one": "not_reached", "two": "refused"}
    assert result["error"]["kind"] == "refused"


def test_of_a_selector_those_that_cannot_be_meant_are_counted_and_left(act):
    done = workflow("done", "Succeeded", labels={"team": "a"})
    with FaultServer(WorkflowServer(running("one"), running("two", "a", "b"), done, react=end)) as server:
        result = act(server, "stopped", selector="team=a", reason="enough")
    assert (outcomes(result), result["not_selected"]) == ({"one": "changed", "two": "changed"}, 1)


def test_bulk_stops_at_max_changes_before_the_first_write(act):
    with FaultServer(WorkflowServer(*(running(f"w{number}") for number in range(4)))) as server:
        result = act(server, "suspended", selector="team=a", max_changes=3)
        assert server.writes == []
    assert result["msg"].startswith("4 workflows would be changed, but max_changes is 3; nothing was changed.")


def test_a_failed_request_is_told_and_the_others_are_done(act):
    with FaultServer(WorkflowServer(running("one"), running("two"))) as server:
        inner = server.route
        server.route = lambda request: (
            status(403, "no") if request.method == "PATCH" and request.path.endswith("/one") else inner(request)
        )
        result = act(server, "suspended", selector="team=a")
    assert outcomes(result) == {"one": "failed", "two": "changed"}
    assert result["error"]["kind"] == "forbidden"


def test_check_mode_rehearses_on_the_server_and_writes_nothing(act):
    with FaultServer(WorkflowServer(running("one", "wait"))) as server:
        result = act(server, "resumed", names=["one"], check=True)
        assert server.writes == []
        assert [request.query.get("dryRun") for request in server.requests if request.method == "PATCH"] == ["All"]
    assert (result["line"], result["changed"]) == ("1 would be resumed", True)
    assert result["diff"][0]["after"]["status.nodes.wait.phase"] == "Succeeded"


def test_a_retry_deletes_the_pods_whose_names_it_needs_and_no_others(act):
    failed = workflow("play", "Failed", labels={"workflows.argoproj.io/completed": "true"}, nodes=graphs.SINGLE)

    def run_again(item):
        item["status"]["nodes"] = {"play": {**graphs.SINGLE["play"], "phase": "Running"}}

    for label, outcome in (("play", "changed"), ("other", "refused")):
        route = WorkflowServer(failed, react=run_again)
        meta = {"name": "play", "namespace": "argo", "uid": "p", "resourceVersion": "1"}
        route.others[f"{PODS}/play"] = {"metadata": {**meta, "labels": {"workflows.argoproj.io/workflow": label}}}
        with FaultServer(route) as server:
            assert outcomes(act(server, "retried", names=["play"])) == {"play": outcome}
        assert (f"{PODS}/play" in route.others) == (outcome == "refused")


def test_a_protected_pod_keeps_its_workflow_from_being_retried(act):
    route = WorkflowServer(workflow("play", "Failed", nodes=graphs.SINGLE))
    labels = {"workflows.argoproj.io/workflow": "play", "ops.agent-platform/keep": "true"}
    route.others[f"{PODS}/play"] = {
        "metadata": {"name": "play", "namespace": "argo", "uid": "p", "resourceVersion": "1", "labels": labels}
    }
    with FaultServer(route) as server:
        assert "protects it" in act(server, "retried", names=["play"])["msg"]
        assert server.writes == []


TEMPLATE = {"spec": {"arguments": {"parameters": [{"name": "task"}]}}}


def test_a_submission_is_picked_up_and_the_same_again_is_the_same(act):
    route = WorkflowServer(react=pick_up)
    route.others[f"{GROUP}/namespaces/argo/workflowtemplates/play"] = TEMPLATE
    wish = {"template": "play", "name": "one", "parameters": {"task": 7}}
    with FaultServer(route) as server:
        first, second = (act(server, "submitted", **wish) for _time in range(2))
        other = act(server, "submitted", **{**wish, "parameters": {"task": 8}})
        assert len(server.writes) == 1
    assert (first["workflow"], first["line"]) == ({"namespace": "argo", "name": "one", "uid": "uid-one"}, "1 submitted")
    assert (second["changed"], second["workflow"]) == (False, first["workflow"])
    assert other["error"]["kind"] == "refused"


def test_a_submission_that_nobody_picks_up_or_that_fails_at_once_is_told(act):
    wish = {"workflow": {"spec": {"entrypoint": "main"}}, "generate_name": "p-"}
    with FaultServer(WorkflowServer()) as server:
        result = act(server, "submitted", **wish)
    assert "no controller has picked it up after 1 s" in result["msg"]
    failing = WorkflowServer(react=lambda item: item.update(status={"phase": "Failed", "message": "invalid spec"}))
    with FaultServer(failing) as server:
        result = act(server, "submitted", **wish)
    assert "ended at once (Failed): invalid spec" in result["msg"]


def test_a_rehearsed_submission_writes_nothing(act):
    with FaultServer(WorkflowServer()) as server:
        result = act(server, "submitted", workflow={"spec": {"entrypoint": "main"}}, name="one", check=True)
        assert server.writes == []
        assert server.route.items == {}
    assert (result["line"], result["workflow"]["uid"]) == ("1 would be submitted", "")


def test_only_what_may_go_is_deleted(act):
    old = workflow("old", "Failed", labels={"team": "a"})
    pinned = workflow("pinned", "Failed", labels={"team": "a", "ops.agent-platform/keep": "true"})
    owner = workflow("owner", "Failed", labels={"team": "a"})
    route = WorkflowServer(old, pinned, owner, running("live"))
    owned = {"name": "data", "namespace": "argo", "uid": "c", "ownerReferences": [{"uid": "uid-owner"}],
             "labels": {"ops.agent-platform/keep": "true"}}  # fmt: skip
    route.others["/api/v1/namespaces/argo/persistentvolumeclaims/data"] = {"metadata": owned}
    with FaultServer(route) as server:
        planned = act(server, "absent", selector="team=a", reason="over", check=True)
        assert server.writes == []
        result = act(server, "absent", selector="team=a", reason="over")
    assert outcomes(planned) == {"old": "planned", "owner": "refused"}
    assert (outcomes(result), result["not_selected"]) == ({"old": "changed", "owner": "refused"}, 2)
    assert route.items.keys() == {"pinned", "owner", "live"}


def test_what_is_not_there_is_absent_and_what_lives_goes_only_with_live(act):
    with FaultServer(WorkflowServer(running("live"))) as server:
        assert outcomes(act(server, "absent", names=["gone"], reason="over")) == {"gone": "unchanged"}
        assert "live: true deletes it" in act(server, "absent", names=["live"], reason="over")["msg"]
        assert outcomes(act(server, "absent", names=["live"], reason="over", live=True)) == {"live": "changed"}


@pytest.mark.parametrize(
    ("state", "options", "sentence"),
    [
        ("suspended", {}, "names or selector says which workflows are meant; neither is given."),
        ("suspended", {"names": ["a"], "selector": "b=c"}, "names or selector says which workflows are meant; both"),
        ("suspended", {"names": ["a"], "namespace": ""}, "namespace: it is empty; names need the namespace"),
        ("suspended", {"names": [""]}, "names: one of them is empty."),
        ("suspended", {"names": ["a"], "namespaces": ["b"]}, "namespaces goes with selector"),
        ("suspended", {"names": ["a"], "node": "x"}, "node has no meaning with state suspended; it goes with resumed"),
        ("suspended", {"names": ["a"], "template": "x"}, "template has no meaning with state suspended; it goes"),
        ("suspended", {"names": ["a"], "reason": "x" * 1001}, "reason: it has 1,001 characters; at most 1,000"),
        ("suspended", {"names": ["a"], "wait": 0}, "wait is 0; it must lie between 1 and 3,600."),
        ("suspended", {"names": ["a"], "max_changes": 0}, "max_changes is 0; it must lie between 1 and 100,000."),
        ("suspended", {"names": ["nope"]}, "there is no workflow nope in namespace argo; nothing was changed."),
        ("stopped", {"names": ["a"]}, "reason: it is empty; say why the workflow is stopped"),
        ("absent", {"names": ["a"], "reason": " "}, "reason: it is empty"),
        ("retried", {"names": ["a"], "node": "x"}, "restart_successful and node belong together"),
        ("retried", {"names": ["a"], "restart_successful": True}, "restart_successful and node belong together"),
        ("resumed", {"names": ["a"], "node": "x", "all_holds": True}, "node names one hold and all_holds means all"),
        ("submitted", {}, "one of template, cluster_template, workflow, resubmit says what is submitted"),
        ("submitted", {"template": "a", "resubmit": "b"}, "template and resubmit are given."),
        ("submitted", {"template": "a", "namespace": ""}, "namespace: it is empty; say where the workflow is"),
        ("submitted", {"template": "a", "names": ["b"]}, "names has no meaning with state submitted"),
        ("submitted", {"template": "a", "name": "b", "generate_name": "c"}, "name and generate_name are given"),
        ("submitted", {"template": "a"}, "there is no WorkflowTemplate in namespace argo of name a; nothing"),
        ("submitted", {"resubmit": "a"}, "resubmit: there is no workflow a in namespace argo."),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence_and_changes_nothing(act, state, options, sentence):
    with FaultServer(WorkflowServer(running("one"))) as server:
        result = act(server, state, **options)
        assert server.writes == []
    assert sentence in result["msg"]
    assert "\n" not in result["msg"]
    assert result["error"]["kind"] == "invalid"


def test_an_accepted_state_for_each_thing_to_do():
    assert STATES == ["submitted", "suspended", "resumed", "stopped", "terminated", "retried", "absent"]
