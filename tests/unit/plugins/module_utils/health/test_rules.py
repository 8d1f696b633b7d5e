# SPDX-License-Identifier: GPL-3.0-or-later
from datetime import UTC, datetime

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import View
from ansible_collections.agent_platform.ops.plugins.module_utils.health.rules import Judged, compile_rules
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import JSON, NASTY
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
JOBS = {"api": "batch/v1", "plural": "jobs"}
RULE = {"name": "jobs_end", "title": "Jobs end", "resource": JOBS, "holds": "status.active == `0`"}


def job(name="a", active=0, **more):
    return {"kind": "Job", "metadata": {"namespace": "n", "name": name}, "status": {"active": active}, **more}


def look(rule, *items):
    """(status, message, value) of each finding of a rule over these objects."""
    (compiled,) = compile_rules([{**RULE, **rule}], ())
    reducer = Judged(compiled, NOW)
    reducer.add(list(items))
    view = View(NOW, {compiled.part.name: reducer.items}, {})
    return [(one["status"], one["message"], one["value"]) for one in compiled.check.judge(view)]


@pytest.mark.parametrize(
    ("rule", "item", "found"),
    [
        ({}, job(active=0), ("ok", "1 jobs: Jobs end", 1)),
        ({}, job(active=1), ("warning", "Job n/a: this does not hold: Jobs end", None)),
        ({"status": "critical", "message": "it hangs"}, job(active=1), ("critical", "Job n/a: it hangs", None)),
        ({"value": "status.active"}, job(active=2), ("warning", "Job n/a: this does not hold: Jobs end", 2)),
        ({"value": "status"}, job(active=2), ("warning", "Job n/a: this does not hold: Jobs end", '{"active": 2}')),
        ({"select": "status.active > `5`"}, job(active=2), ("ok", "0 jobs: Jobs end", 0)),
        ({"select": "metadata.labels"}, job(active=2), ("ok", "0 jobs: Jobs end", 0)),
        (
            {"holds": "status.nothing"},
            job(),
            ("unknown", "Job n/a: cannot be told: holds gives null, which is neither true nor false", None),
        ),
        (
            {"holds": "status.active"},
            job(active=3),
            ("unknown", "Job n/a: cannot be told: holds gives 3, which is neither true nor false", None),
        ),
        ({"holds": "age(status.at) < `3600`"}, {"status": {"at": "2026-11-21T07:30:00Z"}},
         ("ok", "1 jobs: Jobs end", 1)),
        ({"holds": "quantity(status.memory) < `2000`"}, {"status": {"memory": "1Ki"}}, ("ok", "1 jobs: Jobs end", 1)),
    ],
)  # fmt: skip
def test_a_rule_says_of_each_object_whether_it_holds(rule, item, found):
    assert look(rule, item) == [found]


def test_an_expression_that_stumbles_is_unknown_for_that_object_alone():
    found = look({"holds": "length(status.active) == `0`"}, job("a", active=[]), job("b", active=3))
    assert [status for status, *_rest in found] == ["unknown", "ok"]
    assert "Job n/b: cannot be told:" in found[0][1]


def test_namespaces_are_judged_together_and_what_is_not_read_is_never_ok():
    (compiled,) = compile_rules([RULE], ())
    parts = []
    for active in (0, 1):
        reducer = Judged(compiled, NOW)
        reducer.add([job(active=active)])
        parts += reducer.items
    view = View(NOW, {compiled.part.name: parts}, {})
    assert [one["status"] for one in compiled.check.judge(view)] == ["warning", "ok"]


def test_names_of_others_stay_what_they_are():
    ((_status, message, value),) = look({"value": "metadata.name"}, job(NASTY, active=1))
    assert message.startswith(f"Job n/{NASTY}: ")
    assert value == NASTY


@pytest.mark.parametrize(
    ("namespaces", "places"),
    [(None, ("argo", "b")), ([], ("",)), (["one", "two"], ("one", "two"))],
)
def test_a_rule_looks_where_it_says(namespaces, places):
    (compiled,) = compile_rules([{**RULE, "resource": {**JOBS, "namespaces": namespaces}}], ())
    assert compiled.part.places(("argo", "b")) == places


def test_the_check_of_a_rule_is_what_the_inventory_says():
    (compiled,) = compile_rules([{**RULE, "why": "because", "runbook": "weekly_maintenance"}], ())
    check = compiled.check
    assert (check.name, check.title, check.why, check.runbook) == (
        "jobs_end",
        "Jobs end",
        "because",
        "weekly_maintenance",
    )
    assert check.reads == (compiled.part.name,) == ("jobs of rule jobs_end",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": None}, "rule 1: name None is not a word"),
        ({"name": "Jobs End"}, "rule 1: name 'Jobs End' is not a word"),
        ({"name": "pods"}, "rule pods: there is another check of this name"),
        ({"colour": "red"}, "rule jobs_end does not know 'colour'"),
        ({"title": ""}, "rule jobs_end needs title"),
        ({"title": 3}, "rule jobs_end: title must be text"),
        ({"holds": None}, "rule jobs_end needs holds"),
        ({"holds": 3}, "rule jobs_end: holds must be a JMESPath expression"),
        ({"holds": "a b"}, "rule jobs_end: holds is no JMESPath expression"),
        ({"holds": "a" * 1001}, "of at most 1000 characters"),
        ({"holds": "(" * 999}, "rule jobs_end: holds is no JMESPath expression"),
        ({"select": "[?nonsense(a)]"}, "rule jobs_end: select: JMESPath has no function 'nonsense'"),
        ({"value": "length(a, b)"}, "rule jobs_end: value: length takes 1 arguments, not 2"),
        ({"value": "join(a)"}, "rule jobs_end: value: join takes 2 arguments, not 1"),
        ({"status": "ok"}, "rule jobs_end: status 'ok' is none of warning and critical"),
        ({"resource": "jobs"}, "rule jobs_end: resource must be a dictionary"),
        ({"resource": {"api": "batch/v1"}}, "rule jobs_end: resource needs plural"),
        ({"resource": {**JOBS, "kind": "Job"}}, "rule jobs_end: resource does not know 'kind'"),
        ({"resource": {**JOBS, "api": "../v1"}}, "resource.api '../v1' cannot be right"),
        ({"resource": {**JOBS, "plural": "jobs?limit=1"}}, "resource.plural 'jobs\\?limit=1' cannot be right"),
        ({"resource": {**JOBS, "plural": "secrets"}}, "rules do not look at Secrets"),
        ({"resource": {**JOBS, "namespaces": "argo"}}, "resource.namespaces must be a list"),
        ({"resource": {**JOBS, "namespaces": ["a/b"]}}, "resource.namespaces must be a list"),
    ],
)
def test_a_rule_that_cannot_be_right_is_refused_in_one_sentence(change, words):
    with pytest.raises(OpsError, match=words) as caught:
        compile_rules([{**RULE, **change}], ("pods",))
    assert caught.value.kind == "invalid"


@pytest.mark.parametrize(("written", "words"), [({}, "rules must be a list"), (["x"], "rule 1 must be a dictionary")])
def test_rules_are_a_list_of_dictionaries(written, words):
    with pytest.raises(OpsError, match=words):
        compile_rules(written, ())


def test_two_rules_of_one_name_are_refused():
    with pytest.raises(OpsError, match="another check of this name"):
        compile_rules([RULE, RULE], ())


def test_variadic_functions_take_more():
    assert look({"holds": "not_null(status.x, status.y, `true`)"}, job())[0][0] == "ok"


@given(st.lists(JSON, max_size=4))
def test_objects_of_any_shape_are_judged_or_unknown(items):
    (compiled,) = compile_rules([{**RULE, "value": "@"}], ())
    reducer = Judged(compiled, NOW)
    reducer.add(items)
    (seen,) = reducer.items
    assert seen["good"] + len(seen["others"]) == len(items)
