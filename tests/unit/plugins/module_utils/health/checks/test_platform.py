# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import platform


@pytest.mark.parametrize(
    ("name", "info", "status", "words"),
    [
        ("cluster_reachable", {"version": "v1.35.4"}, "ok", "v1.35.4"),
        ("cluster_reachable", {}, "unknown", "did not say"),
        ("right_cluster", {"cluster_uid": "a", "pinned_uid": "a"}, "ok", "pinned one"),
        ("right_cluster", {"cluster_uid": "a", "pinned_uid": ""}, "ok", "not set"),
        ("right_cluster", {"cluster_uid": "a", "pinned_uid": "b"}, "critical", "pins b"),
        ("operations_namespace", {"operations_namespace": {"present": True}}, "ok", "exists"),
        ("operations_namespace", {"operations_namespace": {"present": False}}, "critical", "does not exist"),
        ("operations_namespace", {"operations_namespace": {"present": None, "message": "403"}}, "unknown", "403"),
        ("operations_namespace", {}, "unknown", "was not read"),
        ("emergency_stop", {"emergency_stop": {"level": 0}}, "ok", "off"),
        ("emergency_stop", {"emergency_stop": {"level": 3}}, "warning", "level 3"),
        ("emergency_stop", {"emergency_stop": {"level": None, "message": "odd"}}, "unknown", "odd"),
        ("emergency_stop", {}, "unknown", "was not read"),
    ],
)
def test_a_check_judges_what_was_read(name, info, status, words):
    finding = platform.look([name], info)[0]
    assert (finding["check"], finding["status"]) == (name, status)
    assert words in finding["message"]


@pytest.mark.parametrize(
    ("seen", "status", "words"),
    [
        ({"present": True, "wanted": 1, "available": 1}, "ok", "1 of 1"),
        ({"present": True, "wanted": 2, "available": 1}, "ok", "1 of 2"),
        ({"present": True, "wanted": 2, "available": 0}, "critical", "none of 2"),
        ({"present": True, "wanted": 0, "available": 0}, "warning", "scaled to 0"),
        ({"present": True, "wanted": 1, "available": None, "message": "no status yet"}, "unknown", "no status yet"),
        ({"present": False}, "critical", "does not exist"),
        ({"present": None, "message": "no rights"}, "unknown", "no rights"),
        ({}, "unknown", "was not read"),
    ],
)
def test_the_workflow_controller_must_be_available(seen, status, words):
    info = {"workflow_controller": {"namespace": "argo", "name": "controller", **seen} if seen else {}}
    finding = platform.look(["workflow_controller"], info)[0]
    assert finding["status"] == status
    assert words in finding["message"]


def test_a_check_that_is_not_there_is_refused_with_the_list():
    with pytest.raises(OpsError, match="called weather, moon") as caught:
        platform.look(["right_cluster", "weather", "moon"], {})
    assert "cluster_reachable" in caught.value.hint
