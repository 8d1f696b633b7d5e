# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.emergency_stop import CHECK
from ansible_collections.agent_platform.ops.plugins.module_utils.health.facts import emergency_stop
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    NASTY,
    look,
    said,
)


@pytest.mark.parametrize(
    ("level", "status", "words"),
    [
        ("0", "ok", "off"),
        ("1", "warning", "on at level 1 (no new agents)"),
        ("4", "warning", "on at level 4 (controllers halted)"),
        ("5", "unknown", "ConfigMap ops/emergency-stop says level '5', which is none of 0 to 4"),
        (NASTY, "unknown", "ConfigMap ops/emergency-stop says level"),
    ],
)
def test_the_level_decides(level, status, words):
    found = look(CHECK, {"emergency_stop": [emergency_stop("ops", {"data": {"level": level}})]})
    assert [one["status"] for one in found] == [status]
    assert found[0]["message"].startswith(f"emergency stop: {words}")


def test_no_config_map_is_no_stop_and_one_that_cannot_be_read_is_unknown():
    assert said(look(CHECK, {"emergency_stop": [emergency_stop("ops", None)]})) == [("ok", "emergency stop: off")]
    unread = emergency_stop("ops", None, "no rights")
    assert said(look(CHECK, {"emergency_stop": [unread]})) == [("unknown", "emergency stop: no rights")]


@pytest.mark.parametrize("level", [None, True, "1", [], 1.0])
def test_a_level_of_another_type_is_unknown(level):
    found = said(look(CHECK, {"emergency_stop": [{"level": level}]}))
    assert found == [("unknown", "emergency stop: nothing tells its level")]


def test_the_command_shows_the_config_map():
    found = look(CHECK, {"emergency_stop": [emergency_stop("ops", {"data": {"level": "2"}})]})
    assert found[0]["evidence"] == "kubectl -n ops get configmap emergency-stop -o yaml"
