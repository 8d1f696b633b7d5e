# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.filter.workflow_target import FilterModule

choose = FilterModule().filters()["workflow_target"]
NAMESPACES = ["argo", "agent-platform"]


def one(name: str, phase: str = "Running", namespace: str = "argo") -> dict:
    return {"kind": "Workflow", "namespace": namespace, "name": name, "phase": phase}


@pytest.mark.parametrize(
    ("workflows", "options", "expected"),
    [
        ([one("play")], {"name": "play"}, "play"),
        ([one("play", "Succeeded")], {"name": "play"}, "play"),
        ([one("old", "Failed"), one("new")], {"task": "7"}, "new"),
        ([one("fresh", "")], {"task": 7}, "fresh"),
        ([one("old", "Failed"), one("older", "Succeeded")], {"task": "7", "among": "failed"}, "old"),
        ([one("old", "Error")], {"task": "7", "among": "failed"}, "old"),
    ],
    ids=["by name", "a name means it in any phase", "the unfinished of a task", "not picked up", "the failed", "error"],
)
def test_the_one_that_is_meant_is_found(workflows: list[dict], options: dict, expected: str) -> None:
    seen = choose(workflows, namespaces=NAMESPACES, role="workflow_resume", **options)
    assert (seen["found"].get("name"), seen["problem"]) == (expected, "")


@pytest.mark.parametrize(
    ("workflows", "options", "words"),
    [
        ([], {"name": "{{ x }}"}, "there is no workflow of name {{ x }} in argo and agent-platform"),
        ([], {"task": "7"}, "-e workflow_resume_namespace=<namespace>"),
        (
            [one("play"), one("play", namespace="agent-platform")],
            {"name": "play"},
            "argo/play (Running), agent-platform/play (Running); say which one with -e workflow_resume_namespace",
        ),
        ([one("a"), one("b", "")], {"task": "7"}, "argo/a (Running), argo/b (no phase); say which one with -e"),
        ([one("a", "Failed")], {"task": "7"}, "is unfinished: argo/a (Failed)"),
        ([one("a", "Succeeded")], {"task": "7", "among": "failed"}, "is failed: argo/a (Succeeded)"),
        ([one("a", "Failed"), one("b")], {"task": "7", "among": "failed"}, "still open: argo/b (Running)"),
        ([one(f"play-{number}") for number in range(9)], {"task": "7"}, "argo/play-4 (Running) and 4 more"),
    ],
    ids=["no name", "no task", "two namespaces", "two open", "finished", "succeeded", "retry of an open task", "many"],
)
def test_where_it_is_not_clear_a_sentence_says_why(workflows: list[dict], options: dict, words: str) -> None:
    seen = choose(workflows, namespaces=NAMESPACES, role="workflow_resume", **options)
    assert seen["found"] == {}
    assert words in seen["problem"]
