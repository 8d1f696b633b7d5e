# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import base64
import gzip
import json

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.labels import INSTANCE
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.phases import STATES, Thresholds, judge
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    finished,
    hold,
    node,
    workflow,
)
from hypothesis import given
from hypothesis import strategies as st

POD = node("Pod", "Running", "implementation-cycle", 2 * HOUR)
SUSPENDED = {"suspend": True}


def running(nodes: dict | None = None, started: float = 9 * HOUR, **others: object) -> dict:
    return workflow(phase="Running", created=started, started=started, nodes=nodes, **others)


def packed(nodes: dict) -> dict:
    return {"compressedNodes": base64.b64encode(gzip.compress(json.dumps(nodes).encode())).decode()}


# name: (workflow, state, name of the first hold, its age, message)
CASES = {
    "just made": (workflow(created=30), "pending", None, None, "not picked up yet, 30 s old"),
    "at the threshold": (workflow(created=600), "pending", None, None, "not picked up yet, 10 min old"),
    "never picked up": (
        workflow(created=3 * HOUR), "never_picked_up", None, None, "no controller has picked it up for 3 h",
    ),
    "never picked up, of another instance": (
        workflow(created=HOUR, labels={INSTANCE: "default"}), "never_picked_up", None, None,
        "no controller has picked it up for 60 min; only a controller of instance default takes it",
    ),
    "waits for a lock": (
        workflow(phase="Pending", created=DAY, status={"message": "Waiting for argo/ConfigMap/x\nlock"}), "pending",
        None, None, "pending for 24 h: Waiting for argo/ConfigMap/x lock",
    ),
    "running": (running({"p": POD}), "running", None, None, "running for 9 h"),
    "running, nothing started yet": (running(started=MINUTE), "running", None, None, "running for 60 s"),
    "running without progress": (
        running({"p": node("Pod", "Running", "implementation-cycle", 7 * HOUR)}), "stuck", None, None,
        "stuck: no progress for 7 h while implementation-cycle runs",
    ),
    "running without a node for long": (running(), "stuck", None, None, "stuck: no progress for 9 h"),
    "a finish is progress": (
        running({"p": node("Pod", "Succeeded", "quality-work", 8 * HOUR, HOUR)}), "running", None, None,
        "running for 9 h",
    ),
    "held": (
        running({"h": hold("wait-ready-for-qa", 2 * HOUR)}), "held", "wait-ready-for-qa", 2 * HOUR,
        "held at wait-ready-for-qa for 2 h",
    ),
    "held at the threshold": (
        running({"h": hold("wait-pr-merged", 6 * HOUR)}), "held", "wait-pr-merged", 6 * HOUR,
        "held at wait-pr-merged for 6 h",
    ),
    "stuck": (
        running({"h": hold("wait-pr-merged", 7 * HOUR), "p": POD}), "stuck", "wait-pr-merged", 7 * HOUR,
        "stuck at wait-pr-merged for 7 h",
    ),
    "several holds, the oldest first": (
        running({"b": hold("wait-b", HOUR), "a": hold("wait-a", 2 * HOUR), "c": hold("wait-c", None)}), "held",
        "wait-a", 2 * HOUR, "held at wait-a for 2 h and 2 more holds",
    ),
    "a hold that was passed": (
        running({"h": hold("wait-ready-for-qa", 7 * HOUR, "Succeeded"), "p": POD}), "running", None, None,
        "running for 9 h",
    ),
    "held by its own switch": (
        running({"p": POD}, spec=SUSPENDED), "held", "spec.suspend", None,
        "held at spec.suspend, nothing says since when",
    ),
    "its own switch, silent for long": (
        running(spec=SUSPENDED), "stuck", "spec.suspend", None, "stuck at spec.suspend, nothing says since when",
    ),
    "a node and the switch": (
        running({"h": hold("wait-pr-merged", HOUR)}, spec=SUSPENDED), "held", "wait-pr-merged", HOUR,
        "held at wait-pr-merged for 60 min and 1 more hold",
    ),
    "a hold that does not say since when": (
        running({"h": hold("wait-x", None), "p": POD}), "held", "wait-x", None,
        "held at wait-x, nothing says since when",
    ),
    "stop requested while held": (
        running({"h": hold("wait-x", HOUR)}, spec={"shutdown": "Stop"}), "held", "wait-x", HOUR,
        "held at wait-x for 60 min; stop requested (Stop)",
    ),
    "stop requested while switched off": (
        running({"p": POD}, spec=SUSPENDED | {"shutdown": "Terminate"}), "held", "spec.suspend", None,
        "held at spec.suspend, nothing says since when; stop requested (Terminate), which waits for spec.suspend to be "
        "lifted",
    ),
    "compressed nodes": (
        running(status=packed({"h": hold("wait-pr-merged", 7 * HOUR)})), "stuck", "wait-pr-merged", 7 * HOUR,
        "stuck at wait-pr-merged for 7 h",
    ),
    "off-loaded nodes": (
        running(status={"offloadNodeStatusVersion": "fnv:1"}), "unknown", None, None,
        "cannot tell: the nodes are off-loaded to the controller's database",
    ),
    "off-loaded nodes behind the switch": (
        running(status={"offloadNodeStatusVersion": "fnv:1"}, spec=SUSPENDED), "held", "spec.suspend", None,
        "held at spec.suspend; the nodes are off-loaded to the controller's database",
    ),
    "nothing says when it moved": (
        workflow(phase="Running", created=HOUR), "unknown", None, None, "cannot tell: nothing says when it last moved",
    ),
    "neither phase nor age": (
        workflow(), "unknown", None, None, "cannot tell: it has no phase and nothing says since when it exists",
    ),
    "a phase of its own": (
        workflow(phase="Napping", created=HOUR), "unknown", None, None,
        "cannot tell: Argo Workflows has no phase 'Napping'",
    ),
    "succeeded": (finished("w", 3 * DAY), "succeeded", None, None, "succeeded 3 d ago"),
    "failed": (
        finished("w", HOUR, "Failed", status={"message": "child failed"}), "failed", None, None,
        "failed 60 min ago: child failed",
    ),
    "error": (finished("w", HOUR, "Error"), "error", None, None, "ended in an error 60 min ago"),
    "succeeded at no time": (
        workflow(phase="Succeeded", created=DAY), "succeeded", None, None, "succeeded at an unknown time",
    ),
    "finished with a hold left behind": (
        finished("w", HOUR, "Failed", nodes={"h": hold("wait-x", DAY)}), "failed", None, None, "failed 60 min ago",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "state", "name", "age", "message"), CASES.values(), ids=CASES)
def test_state_hold_and_message(given, state, name, age, message):
    found = judge(given, NOW)
    hold = found.hold
    assert (found.state, hold and hold.name, hold and hold.age) == (state, name, age)
    assert found.message == message
    assert (found.state == "unknown") <= bool(found.cannot_tell)


def test_every_state_has_a_case():
    assert {case[1] for case in CASES.values()} == set(STATES)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (None, "the object is not a workflow"),
        ("workflow", "the object is not a workflow"),
        ({"metadata": "x"}, "metadata is not an object"),
        ({"metadata": {}, "spec": []}, "it has no phase and nothing says since when it exists"),
        ({"metadata": {}, "spec": [1]}, "spec is not an object"),
        ({"metadata": {}, "status": "Running"}, "status is not an object"),
        ({"metadata": {"labels": "x"}}, "metadata.labels is not an object"),
        ({"metadata": {}, "status": {"phase": ["Running"]}}, "status.phase is not text"),
        ({"metadata": {}, "status": {"phase": "Running", "nodes": "x"}}, "status.nodes does not hold node objects"),
    ],
)
def test_an_odd_shape_is_unknown_with_the_reason(given, reason):
    found = judge(given, NOW)
    assert (found.state, found.cannot_tell) == ("unknown", reason)


def test_thresholds_decide():
    given = running({"h": hold("wait-x", 2 * HOUR)})
    assert judge(given, NOW, Thresholds(stuck=HOUR)).state == "stuck"
    assert judge(workflow(created=60), NOW, Thresholds(never_picked_up=59)).state == "never_picked_up"


def test_age_counts_from_the_start_and_idle_from_the_last_move():
    found = judge(running({"p": POD}), NOW)
    assert (found.age, found.idle) == (9 * HOUR, 2 * HOUR)


def test_a_move_in_the_future_is_no_progress():
    given = running({"p": node("Pod", "Running", "x", -DAY)})
    assert judge(given, NOW).state == "stuck"


def test_deletion_in_progress_is_told():
    assert judge(running(metadata={"deletionTimestamp": "2026-11-21T07:00:00Z"}), NOW).deleting


def test_the_dictionary_is_json_and_names_the_first_hold():
    found = judge(running({"h": hold("wait-x", HOUR)}, spec=SUSPENDED), NOW).as_dict()
    assert json.loads(json.dumps(found)) == found
    assert found["hold"] == {"name": "wait-x", "node": "h", "since": "2026-11-21T07:00:00Z", "age": HOUR}
    assert [one["name"] for one in found["holds"]] == ["wait-x", "spec.suspend"]


WORDS = st.sampled_from(
    ["metadata", "spec", "status", "labels", "phase", "nodes", "type", "Suspend", "Running", "Pending", "Failed",
     "startedAt", "finishedAt", "creationTimestamp", "suspend", "shutdown", "compressedNodes", "displayName", "message",
     "2026-11-21T07:00:00Z", "H4sIAAAAAAAA"]
)  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=5),
    max_leaves=25,
)
SHAPED = st.fixed_dictionaries(
    {
        "metadata": st.dictionaries(WORDS, JSON, max_size=3),
        "spec": st.dictionaries(WORDS, JSON, max_size=3),
        "status": st.dictionaries(WORDS, JSON, max_size=5),
    }
)


@given(JSON | SHAPED)
def test_no_shape_makes_it_raise(given):
    found = judge(given, NOW)
    assert found.state in STATES
    assert found.message
    found.as_dict()
