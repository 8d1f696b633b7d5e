# SPDX-License-Identifier: GPL-3.0-or-later
"""Resume, stop and retry workflows while their controller writes them. RACES sets how many of each: RACES=200."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import nodes
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from tests.support.workflows import (
    HOLD,
    WORK,
    act,
    manifest,
    node_phases,
    open_holds,
    phase,
    ready_for_pods,
    steps,
    until,
)

RACES = int(os.environ.get("RACES", "8"))
SEED = int(os.environ.get("SEED", "7"))
AT_ONCE = 8
PARAMETERS = [{"name": f"p{number}", "value": str(number)} for number in range(6)]
#: a pod comes and goes beside the hold, so the controller writes while we do
PLAY = steps(("wait=hold", "a=work"), ("b=work",))
#: no pod is at work at this hold: kwok removes pods by their name, so a successor of the same name would go along
PLAY_BEFORE = steps(("a=work",), ("wait=hold",), ("b=work",))
STEPS = {"wait", "a", "b"}
WAIT = {"wait": 60}


@pytest.fixture
def race(api, namespace):
    """Start many workflows, do something to each at a random moment, and return (name, what came of it)."""

    ready_for_pods(api, namespace.name)

    def run(act_on, template=PLAY):
        names = [f"race-{number:03}" for number in range(RACES)]
        results, chance, todo = {}, random.Random(SEED), list(names)

        def work():
            while todo:
                name = todo.pop()
                namespace.add(manifest(name, template, HOLD, WORK, arguments={"parameters": PARAMETERS}))
                until_held(api, resource(*WORKFLOWS, namespace.name, name))
                time.sleep(chance.uniform(0, 1.2))
                try:
                    results[name] = act_on(name)
                except OpsError as error:
                    results[name] = error

        threads = [threading.Thread(target=work) for _each in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results.keys() == set(names)
        return results

    return run


def until_held(api, path):
    return until(lambda: open_holds(api.get(path)))


def ended(namespace):
    """Every workflow, when all have ended and nothing of them is written any more."""

    def all_ended():
        found = namespace.workflows()
        return found if all(phase(one) in ("Succeeded", "Failed", "Error") for one in found.values()) else None

    return until(all_ended, 300)


def outcomes(results):
    return Counter(
        one.message if isinstance(one, OpsError) else f"{one.actions[0].outcome} {one.actions[0].reason}".strip()
        for one in results.values()
    )


def hold_graph_whole(workflow):
    """No node was lost, and every link leads somewhere."""
    found = nodes(workflow["status"])
    assert all(child in found for node in found.values() for child in node.get("children") or ())
    assert workflow["spec"]["arguments"]["parameters"] == PARAMETERS


def test_resumed_at_any_moment_each_goes_on_to_its_end(api, namespace, race):
    def resume(name):
        return act(api, "resumed", namespace=namespace.name, names=[name], node="wait", note="go", **WAIT)

    results = race(resume)
    assert outcomes(results) == {"changed": RACES}
    for workflow in ended(namespace).values():
        hold_graph_whole(workflow)
        assert phase(workflow) == "Succeeded"
        assert set(node_phases(workflow)) >= STEPS
        assert set(node_phases(workflow).values()) == {"Succeeded"}
        (wait,) = [node for node in nodes(workflow["status"]).values() if node["displayName"] == "wait"]
        assert wait["message"] == "go"


def test_stopped_at_any_moment_each_ends_with_all_its_nodes(api, namespace, race):
    before = {}

    def stop(name):
        before[name] = set(nodes(api.get(resource(*WORKFLOWS, namespace.name, name))["status"]))
        return act(api, "stopped", namespace=namespace.name, names=[name], reason="enough", **WAIT)

    results = race(stop)
    assert outcomes(results) == {"changed": RACES}
    for name, workflow in ended(namespace).items():
        hold_graph_whole(workflow)
        assert phase(workflow) == "Failed"
        assert before[name] <= set(nodes(workflow["status"]))
        assert node_phases(workflow)["wait"] == "Failed"


def test_retried_at_any_moment_what_succeeded_stays_and_the_rest_runs_to_its_end(api, namespace, race):
    kept = {}

    def stop_and_retry(name):
        path = resource(*WORKFLOWS, namespace.name, name)
        act(api, "stopped", namespace=namespace.name, names=[name], reason="enough", **WAIT)
        found = nodes(api.get(path)["status"]).values()
        kept[name] = {
            node["id"]: node["finishedAt"] for node in found if (node["type"], node["phase"]) == ("Pod", "Succeeded")
        }
        acted = act(api, "retried", namespace=namespace.name, names=[name], **WAIT)
        until_held(api, path)
        act(api, "resumed", namespace=namespace.name, names=[name], **WAIT)
        return acted

    results = race(stop_and_retry, PLAY_BEFORE)
    assert outcomes(results) == {"changed": RACES}
    for name, workflow in ended(namespace).items():
        hold_graph_whole(workflow)
        assert phase(workflow) == "Succeeded", node_phases(workflow)
        assert set(node_phases(workflow)) >= STEPS
        found = nodes(workflow["status"])
        assert {key: found[key]["finishedAt"] for key in kept[name]} == kept[name], "what succeeded did not run again"
