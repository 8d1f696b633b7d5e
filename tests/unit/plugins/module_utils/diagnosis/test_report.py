# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.report import result
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.tree import load
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.walk import walk
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import scene
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.small_tree import probes, raw


def told(tree=None, unread=(), subject=None, **answers):
    asked = probes(**answers)
    seen = scene(subject, unread=unread)
    made = load(tree or raw(), asked)
    return result(made, walk(made, asked, seen), seen)


def test_a_cause_is_a_finding_with_its_runbook_and_the_command_that_shows_it():
    said = told(name="left")
    (finding,) = said["findings"]
    assert finding["message"] == "The bulb left is burnt. Change it."
    assert (finding["check"], finding["status"], finding["runbook"]) == ("diagnose_lamp", "warning", "change_bulb")
    assert (finding["evidence"], finding["value"]) == ("look left", "confidence high")
    assert said["line"] == "The bulb left is burnt (confidence high) · treated by change_bulb"
    assert [step["answer"] for step in said["path"]] == ["in", "bad"]
    assert said["cause"]["fix"] == {"change_bulb_name": "left", "change_bulb_all": [False, "left"]}


@pytest.mark.parametrize("answers", [{"plug": "unknown", "name": "left"}, {}], ids=["less-sure", "fact-not-known"])
def test_only_a_sure_cause_whose_facts_are_known_may_be_treated(answers):
    assert told(**answers)["cause"]["fix"] is None
    assert told(**answers)["cause"]["runbook"] == "change_bulb"


def test_what_could_not_be_read_stands_in_the_result():
    assert told(unread=("pods",))["unread"] == [{"part": "pods", "reason": "rex may not list them"}]


def test_the_subject_is_what_the_tree_is_about():
    assert told()["subject"] == {"kind": "Platform", "namespace": "", "name": ""}
    about = told(raw(subject="workflow"), subject={"task": "7", "namespace": "argo"})["subject"]
    assert about == {"kind": "Workflow", "namespace": "argo", "name": "7"}
