# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.containers import Container, End, containers
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import HOUR, NOW, ago

ENDED = {"exitCode": 137, "reason": "OOMKilled", "finishedAt": ago(2 * HOUR)}


def pod(**status) -> dict:
    return {"status": status}


def test_containers_are_told_in_order_those_that_prepare_first():
    seen = list(
        containers(
            pod(
                containerStatuses=[
                    {
                        "name": "main",
                        "restartCount": 3,
                        "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off\n5m"}},
                        "lastState": {"terminated": ENDED},
                    },
                    {"name": "sidecar", "state": {"running": {"startedAt": ago(HOUR)}}},
                ],
                initContainerStatuses=[{"name": "prepare", "state": {"terminated": {"exitCode": 0}}}],
            ),
            NOW,
        )
    )
    end = End(137, "OOMKilled", 2 * HOUR)
    assert seen == [
        Container("prepare", True, None, False, "", "", End(0, "", None), None, 0),
        Container("main", False, None, False, "CrashLoopBackOff", "back-off 5m", None, end, 3),
        Container("sidecar", False, HOUR, True, "", "", None, None, 0),
    ]


@pytest.mark.parametrize(
    ("state", "waiting"),
    [
        ({"waiting": {}}, "no reason given"),
        ({"waiting": None}, "no reason given"),
        ({"waiting": {"reason": 7}}, "no reason given"),
        ({"running": {}}, ""),
        ({}, ""),
        (None, ""),
        ("running", ""),
    ],
)
def test_a_state_may_be_of_any_shape(state, waiting):
    assert next(containers(pod(containerStatuses=[{"state": state}]), NOW)).waiting == waiting


@pytest.mark.parametrize("odd", [None, "x", [], {"containerStatuses": 7}, {"containerStatuses": [None, "x", 7]}])
def test_a_status_may_be_of_any_shape(odd):
    assert list(containers({"status": odd}, NOW)) == []


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (End(1, "Error", 2 * HOUR), "ended with exit code 1 (Error), 2 h ago"),
        (End(1, "", None), "ended with exit code 1"),
        (End(None, "", None), "ended with an exit code that is not known"),
        (End(137, "OOMKilled", 60), "was killed for want of memory (OOMKilled), 60 s ago"),
    ],
)
def test_an_end_is_told_in_words(end, words):
    assert end.words == words
