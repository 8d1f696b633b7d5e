# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.failing_coderuns import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    DAY,
    HOUR,
    NASTY,
    ago,
    look,
    said,
)


def coderun(phase: str, ended: float = HOUR, agent: object = "5DLabs-Rex", name: str = "x", message: str = "") -> dict:
    status = {"phase": phase, "finishedAt": ago(ended), "message": message}
    return {"metadata": {"namespace": "argo", "name": name}, "spec": {"githubApp": agent}, "status": status}


WELL = [coderun("Succeeded")] * 9


def test_an_agent_that_fails_too_often_is_told_with_its_newest_failure():
    failed = [coderun("Failed", 3 * HOUR, name="older"), coderun("Failed", HOUR, name="newer", message="no\nPR")]
    other = [coderun("Succeeded", agent="5DLabs-Cleo")] * 3
    found = look(CHECK, {"coderuns": [*WELL, *failed, *other]})
    words = "81.8 % of 11 ended well in the last 24 h (limit 95 %), the newest failure is argo/newer: no PR"
    assert said(found) == [
        ("warning", f"agent 5DLabs-Rex: {words}"),
        ("ok", "3 CodeRuns ended in the last 24 h, 3 of them well"),
    ]
    assert found[0]["evidence"] == "kubectl -n argo describe coderun newer"


def test_what_ended_outside_the_window_does_not_count():
    runs = [*WELL, *[coderun("Failed", 2 * DAY)] * 9, *[coderun("Failed", -HOUR)] * 9, coderun("Running")]
    assert said(look(CHECK, {"coderuns": runs})) == [("ok", "9 CodeRuns ended in the last 24 h, 9 of them well")]
    assert look(CHECK, {"coderuns": runs}, {"window": 3 * DAY})[0]["status"] == "critical"
    assert said(look(CHECK, {"coderuns": []})) == [("ok", "no CodeRun ended in the last 24 h")]


def test_too_few_to_tell_are_no_alarm_unless_the_inventory_says_so():
    runs = [coderun("Failed")] * 4
    words = "4 CodeRuns ended in the last 24 h, 0 of them well; too few of 5DLabs-Rex to judge"
    assert said(look(CHECK, {"coderuns": runs})) == [("ok", words)]
    assert look(CHECK, {"coderuns": runs}, least=1)[0]["status"] == "critical"


def test_an_odd_agent_is_named_as_it_is():
    assert look(CHECK, {"coderuns": [coderun("Failed", agent=NASTY)] * 5})[0]["subject"]["name"] == NASTY
    assert "an agent without a name" in look(CHECK, {"coderuns": [coderun("Failed", agent=7)] * 5})[0]["message"]
