# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health import facts


@pytest.mark.parametrize(
    ("config_map", "problem", "level", "words"),
    [
        (None, None, 0, ""),
        ({"data": {"level": "0"}}, None, 0, ""),
        ({"data": {"level": " 4\n"}}, None, 4, ""),
        ({"data": {"level": "5"}}, None, None, "none of 0 to 4"),
        ({"data": {"level": "²"}}, None, None, "none of 0 to 4"),
        ({"data": {}}, None, None, "says level ''"),
        ({"data": None}, None, None, "says level ''"),
        (None, "no rights", None, "no rights"),
    ],
)
def test_the_level_of_the_emergency_stop(config_map, problem, level, words):
    seen = facts.emergency_stop("agent-platform-ops", config_map, problem)
    assert seen["level"] == level
    assert words in seen["message"]


@pytest.mark.parametrize(("found", "problem", "present"), [({}, None, True), (None, None, False), (None, "no", None)])
def test_a_namespace_is_there_or_not_or_cannot_be_told(found, problem, present):
    assert facts.namespace("ns", found, problem)["present"] is present


@pytest.mark.parametrize(
    ("found", "problem", "present", "wanted", "available"),
    [
        ({"spec": {"replicas": 2}, "status": {"availableReplicas": 1}}, None, True, 2, 1),
        ({"spec": {}, "status": {"replicas": 1}}, None, True, 1, 0),
        ({"spec": {"replicas": 0}, "status": {"observedGeneration": 1}}, None, True, 0, 0),
        ({"spec": None, "status": None}, None, True, 1, None),
        (None, None, False, None, None),
        (None, "no rights", None, None, None),
    ],
)
def test_a_deployment_says_how_many_are_wanted_and_available(found, problem, present, wanted, available):
    seen = facts.deployment("argo", "controller", found, problem)
    assert (seen["present"], seen["wanted"], seen["available"]) == (present, wanted, available)
