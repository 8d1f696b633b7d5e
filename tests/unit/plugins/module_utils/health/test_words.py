# SPDX-License-Identifier: GPL-3.0-or-later
import shlex

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import (
    age,
    because,
    bracketed,
    called,
    conditions,
    counted,
    judge_many,
    kubectl,
    label,
    short,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import NASTY, NOW, ago


def test_a_command_can_be_pasted():
    assert kubectl("describe", "pod", "rex-1", namespace="argo") == "kubectl -n argo describe pod rex-1"
    assert kubectl("get", "nodes") == "kubectl get nodes"


def test_a_name_that_is_not_plain_stays_one_word_of_the_command():
    command = kubectl("describe", "pod", f"x; {NASTY}\nrm", namespace="$(id)")
    assert shlex.split(command) == ["kubectl", "-n", "$(id)", "describe", "pod", f"x; {NASTY} rm"]
    assert "\n" not in command


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({"kind": "Pod", "metadata": {"namespace": "argo", "name": "x"}}, "Pod argo/x"),
        ({"metadata": {"name": "y"}}, "Node y"),
        ({"metadata": None}, "Node without a name"),
        ({"metadata": {"name": 7}}, "Node without a name"),
    ],
)
def test_an_object_is_called_by_kind_namespace_and_name(item, name):
    assert called(item, item.get("kind", "Node")) == name


def test_the_first_label_that_is_set_counts():
    item = {"metadata": {"labels": {"a": "", "b": 7, "c": "x"}}}
    assert (label(item, "a", "b", "c"), label(item, "a", "b"), label({"metadata": {"labels": []}}, "a")) == (
        "x",
        "",
        "",
    )


@pytest.mark.parametrize(("moment", "seconds"), [(ago(90), 90), (ago(-90), 0), ("soon", None), (None, None), (7, None)])
def test_ages_are_told_of_times_only(moment, seconds):
    assert age(moment, NOW) == seconds


def test_conditions_are_told_by_type_whatever_else_is_in_the_list():
    ready = {"type": "Ready", "status": "True"}
    assert conditions({"status": {"conditions": [None, "x", {}, {"type": 7}, ready]}}) == {"Ready": ready}
    assert conditions({"status": None}) == conditions({"status": {"conditions": "Ready"}}) == {}


def test_a_condition_gives_its_message_before_its_reason_on_one_line():
    assert because({"reason": "Full", "message": "0/3 nodes\n\tare free"}) == " (0/3 nodes are free)"
    assert because({"reason": "Full", "message": None}) == " (Full)"
    assert because({"reason": 7}) == ""


def test_many_that_are_well_are_one_finding_and_one_that_cannot_be_judged_does_not_hide_them():
    def judge(item):
        if item["metadata"]["name"] == "odd":
            raise KeyError("x")
        if item["metadata"]["name"] == "ill":
            yield finding("c", "warning", subject("Pod"), "ill")

    items = [{"metadata": {"name": name}} for name in ("a", "odd", "ill", "b")]
    found = list(judge_many("c", "Pod", items, judge, "pod", "they run"))
    assert [(one["status"], one["message"], one["value"]) for one in found] == [
        ("unknown", "odd: cannot be judged: KeyError", None),
        ("warning", "ill", None),
        ("ok", "2 pods: they run", 2),
    ]


def test_none_at_all_is_said():
    found = list(judge_many("c", "Pod", [], lambda _item: [], "pod", "they run"))
    assert [(one["status"], one["message"]) for one in found] == [("ok", "there are no pods")]


def test_none_that_is_well_needs_no_finding():
    ill = [finding("c", "critical", subject("Pod"), "ill")]
    assert list(judge_many("c", "Pod", [{}], lambda _item: ill, "pod", "they run")) == ill


def test_long_words_are_cut_and_lines_are_joined():
    assert short("a\n b\tc") == "a b c"
    assert short("x" * 161) == "x" * 159 + "…"
    assert short("x" * 160) == "x" * 160
    assert short(7) == short(None) == ""


def test_the_first_that_says_anything_is_put_in_brackets():
    assert (bracketed("", None, " \n", "b", "c"), bracketed("", 7), bracketed()) == (" (b)", "", "")


def test_one_is_not_many():
    assert [counted(number, "pod") for number in (0, 1, 2, 1_200)] == ["0 pods", "1 pod", "2 pods", "1,200 pods"]
