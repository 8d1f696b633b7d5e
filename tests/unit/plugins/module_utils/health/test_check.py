# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import (
    Check,
    Threshold,
    about,
    each,
    mapping,
    sequence,
    text,
    whole,
)
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding

PERCENT = Threshold("warning", 85, "why", "%")
SPAN = Threshold("old", "14d", "why")


@pytest.mark.parametrize(
    ("threshold", "written", "number"),
    [
        (PERCENT, 90, 90),
        (PERCENT, "90", 90),
        (PERCENT, 0, 0),
        (PERCENT, 12.5, 12.5),
        (SPAN, "2d", 172_800),
        (SPAN, 0, 0),
    ],
)
def test_a_threshold_is_read_in_the_form_of_its_default(threshold, written, number):
    assert threshold.parse(written, "x") == number


@pytest.mark.parametrize(
    ("threshold", "written"),
    [(PERCENT, value) for value in (-1, "many", None, True, [], {}, float("nan"), float("inf"), 1e12)]
    + [(SPAN, value) for value in (5, "-1d", "soon", None, True, [])],
    ids=str,
)
def test_another_form_is_refused_by_its_name(threshold, written):
    with pytest.raises(OpsError, match=r"quotas\.x") as caught:
        threshold.parse(written, "quotas.x")
    assert caught.value.kind == "invalid"


def test_limits_are_the_defaults_and_what_the_inventory_changes():
    check = Check("quotas", "t", "w", ("quotas",), lambda view: [], (PERCENT, SPAN))
    assert check.limits({"warning": 70}) == {"warning": 70, "old": 1_209_600}
    with pytest.raises(OpsError, match="quotas has no threshold 'waning'"):
        check.limits({"waning": 70})


def test_no_field_is_believed_to_have_its_type():
    assert (text(3), text(None), text("a")) == ("", "", "a")
    assert (mapping([]), mapping(None), mapping({"a": 1})) == ({}, {}, {"a": 1})
    assert (sequence({}), sequence("ab"), sequence([1])) == ([], [], [1])
    assert (whole(True), whole("1"), whole(1.0), whole(0)) == (None, None, None, 0)
    assert about({"metadata": None}, "Pod") == {"kind": "Pod", "namespace": "", "name": ""}
    assert about({"kind": "Pod", "metadata": {"name": 3, "namespace": "n"}}) == {
        "kind": "Pod",
        "namespace": "n",
        "name": "",
    }


def test_one_that_cannot_be_judged_is_unknown_and_the_others_go_on():
    def judge(item):
        yield finding("pods", "ok", about(item), str(1 / item["by"]))

    items = [{"metadata": {"name": name}, "by": by} for name, by in (("a", 1), ("b", 0), ("c", 2))]
    assert [(one["status"], one["subject"]["name"]) for one in each("pods", "Pod", items, judge)] == [
        ("ok", "a"),
        ("unknown", "b"),
        ("ok", "c"),
    ]
