# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import re

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.names import Agent
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.pods import AgentPod
from ansible_collections.agent_platform.ops.plugins.module_utils.agents.targets import Wanted, choose
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError

REX = Agent("rex", "5DLabs-Rex")


def pod(name: str, phase: str = "Running", **more) -> AgentPod:
    return AgentPod("ns", name, "u", phase, True, **more)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted("ns"), "neither is given"),
        (Wanted("ns", agent="rex", pod="p"), "both are given"),
        (Wanted("", agent="rex"), "namespace: ''"),
        (Wanted("ns", pod="a/b"), "pod: 'a/b'"),
        (Wanted("ns", agent="rex", service="a,b=c"), "service: 'a,b=c'"),
        (Wanted("ns", agent="rex", task="{{ 1 }}"), "task: '{{ 1 }}'"),
    ],
)
def test_what_names_nobody_is_refused(wanted, words):
    with pytest.raises(OpsError, match=re.escape(words)) as caught:
        wanted.check()
    assert caught.value.kind == "invalid"


def test_the_selector_has_only_what_was_asked_for():
    Wanted("ns", agent="rex", service="shop", task="7").check()
    assert Wanted("ns", agent="rex").selector(REX) == "github-user=5dlabs-rex"
    assert Wanted("ns", agent="rex", service="shop", task="7").selector(REX).endswith(",service=shop,task-id=7")


def test_the_one_that_runs_is_meant():
    pods = [pod("a", "Succeeded"), pod("b"), pod("c", deleting=True), pod("d", "Pending")]
    assert choose(pods, "rex").name == "b"


@pytest.mark.parametrize(
    ("pods", "words"),
    [
        ([], "no pod of rex is running; nothing was sent"),
        ([pod("a", "Pending")], r"there are a \(Pending"),
        ([pod("a", deleting=True)], r"a \(being deleted"),
        (
            [pod("a"), pod("b", service="shop", task="7")],
            r"2 pods of rex are running: .*b \(Running, service shop, task 7\)",
        ),
        ([pod(f"p{number}") for number in range(8)], "and 3 more"),
    ],
)
def test_none_and_several_are_named(pods, words):
    with pytest.raises(OpsError, match=words) as caught:
        choose(pods, "rex")
    assert caught.value.kind == "refused"
