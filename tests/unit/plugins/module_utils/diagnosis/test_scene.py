# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import Probe
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Threshold
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.event_bus import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import node, scene


def test_an_empty_list_means_that_there_is_none_only_where_all_was_read():
    seen = scene(nodes=[node("a"), node("b")])
    assert len(seen.items("nodes")) == 2
    seen.snapshot.miss("nodes", "argo", "no right")
    assert [one["metadata"]["name"] for one in seen.seen("nodes")] == ["a", "b"]
    assert seen.items("nodes", "elsewhere") == []
    for namespace in ("", "argo"):
        with pytest.raises(CannotLook, match="nodes in namespace argo could not be read: no right"):
            seen.items("nodes", namespace)


def test_what_nobody_asked_for_cannot_be_looked_at():
    seen = scene(values={"workflow": 1})
    seen.unread["deliveries"] = "nobody gave them"
    assert seen.value("workflow") == 1
    for source, words in (("deliveries", "nobody gave them"), ("moon", "moon was not asked for")):
        with pytest.raises(CannotLook, match=words):
            seen.value(source)
    with pytest.raises(CannotLook, match="it was not asked for"):
        seen.items("pods")


def test_a_health_check_judges_the_same_objects():
    bus = {"metadata": {"name": "default"}, "status": {"conditions": [{"type": "Deployed", "status": "False"}]}}
    assert [one["status"] for one in scene(eventbuses=[bus]).findings(CHECK)] == ["critical"]
    assert [one["status"] for one in scene(unread=("eventbuses",)).findings(CHECK)] == ["unknown"]


def test_thresholds_of_a_probe_are_numbers():
    probe = Probe("x", "X", (), print, thresholds=(Threshold("longest", "1h", "So."), Threshold("most", 3, "So.")))
    assert probe.limits({"most": 5}) == {"longest": 3600, "most": 5}
