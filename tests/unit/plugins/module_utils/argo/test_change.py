# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.argo import change as c
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.change import Mark, Refused
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.facts import Facts, read
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.nodes import nodes, pack
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.argo.builders import hold, workflow

MARK = Mark("because", "ada", "2026-11-21T08:00:00Z")


@pytest.mark.parametrize(
    ("given", "why", "applies"),
    [
        (None, "cannot tell: the object is not a workflow", True),
        (workflow(phase="Dancing"), "cannot tell: Argo Workflows has no phase 'Dancing'", True),
        (
            workflow(phase="Running", metadata={"deletionTimestamp": "x"}),
            "it is being deleted and cannot be held",
            False,
        ),
        (workflow(phase="Failed"), "it has ended (Failed) and cannot be held", False),
    ],
)
def test_what_is_not_open_is_refused_with_the_reason(given, why, applies):
    assert c.open_facts(given, "held") == Refused(why, applies)


def test_what_is_open_has_facts():
    assert isinstance(c.open_facts(workflow(phase="Running"), "held"), Facts)
    assert isinstance(c.open_facts(workflow(), "held"), Facts)


def test_off_loaded_and_torn_nodes_cannot_be_written():
    off = read(workflow(phase="Running", nodes={"a": hold("a", 1)}, status={"offloadNodeStatusVersion": "fnv:1"}))
    torn = read(workflow(phase="Running", status={"compressedNodes": "AAAA"}))
    assert "off-loaded" in c.writable_nodes(off).why
    assert "corrupt" in c.writable_nodes(torn).why
    assert c.writable_nodes(read(workflow(phase="Running"))) == {}


def test_nodes_are_stored_the_way_they_were():
    found = {"a": hold("ä", 1)}
    assert c.with_nodes({"nodes": {"x": {}}}, found) == {"nodes": found}
    packed = c.with_nodes({"compressedNodes": pack({"x": {}}), "phase": "Running"}, found)
    assert "nodes" not in packed
    assert nodes(packed) == found


def test_the_annotations_of_an_action_replace_those_of_an_earlier_one():
    old = workflow(metadata={"annotations": {"ops.agent-platform/stop-reason": "old", "other": "stays"}})
    after = c.annotated(old, "stop", Mark("", "ada", "now"))
    assert after["metadata"]["annotations"] == {
        "other": "stays", "ops.agent-platform/stop-time": "now", "ops.agent-platform/stop-actor": "ada",
    }  # fmt: skip
    assert old["metadata"]["annotations"]["ops.agent-platform/stop-reason"] == "old"
    assert c.since(read(c.annotated(old, "stop", MARK)), "stop") == " since 2026-11-21T08:00:00Z (because)"
    assert c.since(read(workflow()), "stop") == ""


def test_the_diff_shows_the_patch_by_field_and_cuts_what_is_long():
    made = c.change({"spec": {"suspend": True}}, {"spec": {"x": {"y": "z" * 300}}}, lambda _seen: "", "do it")
    assert made.before_and_after == ({}, {"spec.suspend": None, "spec.x.y": "z" * 200 + "…"})


@pytest.mark.parametrize(
    ("mark", "seen", "is_in"),
    [
        (MARK, {"stop-reason": "because", "stop-time": "2026-11-21T08:00:00Z", "stop-actor": "ada"}, True),
        (MARK, {"stop-reason": "because", "stop-time": "2026-11-21T08:00:01Z", "stop-actor": "ada"}, False),
        (MARK, {"stop-reason": "because", "stop-time": "2026-11-21T08:00:00Z", "stop-actor": "bob"}, False),
        (MARK, {}, False),
        (Mark("", "ada", "now"), {"stop-time": "now", "stop-actor": "ada"}, True),
        (Mark("", "ada", "now"), {"stop-reason": "theirs", "stop-time": "now", "stop-actor": "ada"}, False),
    ],
)
def test_a_change_is_known_by_its_annotations(mark, seen, is_in):
    before = workflow(metadata={"annotations": {c.ANNOTATION + "stop-reason": "earlier"}})
    made = c.change(before, c.annotated(before, "stop", mark), lambda _seen: "", "stop it")
    annotations = {c.ANNOTATION + name: value for name, value in seen.items()}
    assert made.is_in({"metadata": {"annotations": annotations}}) is is_in


@pytest.mark.parametrize("odd", [{}, {"metadata": None}, {"metadata": {"annotations": [1]}}])
def test_a_change_is_not_in_what_has_no_annotations_nor_known_without_its_own(odd):
    before = workflow()
    assert not c.change(before, c.annotated(before, "stop", MARK), lambda _seen: "", "stop it").is_in(odd)
    assert not c.change({}, {"spec": {"suspend": True}}, lambda _seen: "", "hold it").is_in(before)
