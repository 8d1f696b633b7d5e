# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.failing_workflows import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    NASTY,
    look,
    said,
)

LAST = {"namespace": "argo", "name": "play-7", "message": "child\nfailed"}


def ended(succeeded: object, failed: object, template: object = "play", last: object = None) -> dict:
    return {"template": template, "succeeded": succeeded, "failed": failed, "since": "", "last": last}


def looked(*rows: object, **thresholds: object) -> list[dict]:
    return look(CHECK, {"workflows": [{"counts": {}, "open": [], "ended": list(rows)}]}, **thresholds)


def test_a_template_that_fails_too_often_is_told_with_its_newest_failure():
    found = looked(ended(9, 2, last=LAST), ended(40, 1, "docs", LAST), ended(0, 4, "rare", LAST))
    words = "81.8 % of 11 ended well in the last 24 h (limit 95 %), the newest failure is argo/play-7: child failed"
    assert said(found) == [
        ("warning", f"template play: {words}"),
        ("ok", "45 workflows ended in the last 24 h, 40 of them well; too few of rare to judge"),
    ]
    assert found[0]["evidence"] == "kubectl -n argo describe workflow play-7"
    assert found[0]["subject"] == {"kind": "WorkflowTemplate", "namespace": "argo", "name": "play"}


@pytest.mark.parametrize("last", [None, {}, "x", {"name": 7}])
def test_the_newest_failure_may_not_be_known(last):
    found = looked(ended(0, 9, None, last))
    words = "workflows without a template: 0 % of 9 ended well in the last 24 h (limit 75 %)"
    assert said(found) == [("critical", words)]


def test_names_and_messages_stay_what_they_are():
    message = looked(ended(0, 9, NASTY, LAST | {"message": NASTY}))[0]["message"]
    assert message.count(NASTY) == 2


def test_rows_of_another_shape_are_harmless():
    assert said(looked(None, "x", ended("9", None))) == [("ok", "no workflow ended in the last 24 h")]
    assert said(looked()) == [("ok", "no workflow ended in the last 24 h")]


def test_thresholds_can_be_changed():
    assert looked(ended(9, 2, last=LAST), warning=50)[0]["status"] == "ok"
    assert looked(ended(0, 4, last=LAST), least=4)[0]["status"] == "critical"
