# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.runbook import lint

from tests.unit.plugins.module_utils.runbook.declared import BAD, GOOD, broken, described, facts


def found(runbook: dict, life_cycle: bool = True, **changes: object) -> list[dict]:
    return lint.lint(described(runbook, life_cycle), facts(**changes))


def test_a_good_runbook_meets_every_rule() -> None:
    assert found(GOOD) == []


def test_each_rule_has_a_runbook_that_breaks_it() -> None:
    assert set(BAD) == set(lint.RULES)


@pytest.mark.parametrize("rule", BAD)
def test_a_runbook_that_breaks_one_rule_breaks_it_alone_and_it_can_be_left_out(rule: str) -> None:
    (one,) = found(broken(rule))
    assert one["rule"] == rule
    assert one["file"] == "playbooks/restart_sensor.yml"
    assert one["message"]
    assert one["mend"].endswith((".", "?"))
    assert lint.lint(described(broken(rule)), facts(), skip=[rule]) == []


@pytest.mark.parametrize("rule", lint.RULES)
def test_each_rule_says_what_holds(rule: str) -> None:
    assert lint.RULES[rule].holds.endswith(".")


@pytest.mark.parametrize("section", [*lint.SECTIONS, "preflight", "verify", "writes"])
def test_every_section_is_asked_for(section: str) -> None:
    one = {name: value for name, value in GOOD.items() if name != section}
    assert [each["rule"] for each in found(one) if each["message"].startswith(f"{section} is missing")] == ["sections"]


@pytest.mark.parametrize("section", ["preflight", "verify"])
def test_what_role_runbook_carries_out_is_asked_for_only_where_it_does(section: str) -> None:
    one = {name: value for name, value in GOOD.items() if name != section}
    assert found(one, life_cycle=False) == []


def test_what_only_reads_has_nothing_to_verify() -> None:
    assert found({**GOOD, "verify": [], "writes": False, "lock": "none"}) == []


@pytest.mark.parametrize(
    ("changes", "messages"),
    [
        ({"writes": False, "lock": "none"}, []),
        ({"writes": True}, ["preflight is missing or empty"]),
        ({"writes": False, "lock": "cluster"}, ["preflight is missing or empty"]),
        ({"writes": False, "lock": "none", "preflight": None}, ["preflight is missing or empty"]),
    ],
)
def test_what_may_do_without_a_platform_says_so_by_an_empty_preflight(changes: dict, messages: list[str]) -> None:
    told = found({**GOOD, "preflight": [], **changes})
    assert [one["message"] for one in told if one["rule"] == "sections"] == messages


def test_a_template_may_stand_for_a_word_and_not_for_a_list() -> None:
    assert found({**GOOD, "fail_on": "{{ health_check_fail_on }}"}) == []
    assert [one["rule"] for one in found({**GOOD, "after": "{{ after }}"})] == ["shape"]


@pytest.mark.parametrize(
    ("reviewed", "every", "rules"),
    [
        ("2026-08-21", 92, []),
        ("2026-08-20", 92, ["review_overdue"]),
        ("2026-08-20", 180, []),
        ("2026-11-21", 92, []),
        ("2026-11-22", 92, ["review_date"]),
        ("21.11.2026", 92, ["review_date"]),
        (20261121, 92, ["review_date", "shape"]),
    ],
)
def test_reviews(reviewed: object, every: int, rules: list[str]) -> None:
    assert [one["rule"] for one in found({**GOOD, "reviewed": reviewed}, every=every)] == rules


def test_what_writes_takes_one_of_the_locks() -> None:
    assert [one["message"] for one in found({**GOOD, "lock": "none"})] == ["it writes and takes no lock"]
    assert found({**GOOD, "lock": "store"}) == []


def test_what_only_reads_takes_no_lock() -> None:
    assert [one["message"] for one in found({**GOOD, "writes": False})] == ["it only reads and would take the lock"]
    assert found({**GOOD, "writes": False, "lock": "none"}) == []


def test_verbs_and_checks_of_a_site_are_accepted() -> None:
    own = {**GOOD, "title": "Defenestrate a sensor", "verify": ["all_is_well"]}
    assert len(found(own)) == 2
    assert found(own, verbs={"defenestrate", "restart"}, checks={"all_is_well", "cluster_reachable"}) == []


def test_findings_stand_at_the_line_of_their_place_or_of_the_nearest_around_it() -> None:
    lines = {(): 3, ("steps",): 20, ("steps", 0): 21, ("title",): 5}
    one = copy.deepcopy(broken("step_sections")) | {"title": "Sensor", "outcome": ""}
    told = lint.lint(lint.Description("x/restart_sensor.yml", True, one, lines), facts())
    assert [(each["line"], each["rule"]) for each in told] == [
        (3, "sections"),
        (5, "title_verb"),
        (21, "step_sections"),
    ]


@pytest.mark.parametrize("odd", [None, 7, True, [], {}, "x", [None], {"a": 1}, [{}], [[]], "{{ x }}", "\n<b>\0"])
@pytest.mark.parametrize("name", [*GOOD, "rollback_triggers"])
def test_odd_values_of_any_field_give_findings_and_never_an_error(name: str, odd: object) -> None:
    for one in found({**GOOD, name: odd}):
        assert isinstance(one["line"], int)
        assert lint.as_line(one)


@pytest.mark.parametrize("odd", [None, 7, True, [], {}, "x", [None], {"a": 1}])
@pytest.mark.parametrize("name", ["name", "role", "expected", "manual", "on_failure", "when"])
def test_odd_values_in_a_step_give_findings_and_never_an_error(name: str, odd: object) -> None:
    found({**GOOD, "steps": [{**GOOD["steps"][0], name: odd}]})


def test_a_near_miss_is_named() -> None:
    (one,) = found({**GOOD, "after": ["x"], "dashbords": ["y"]})
    assert one["mend"] == "Did you mean dashboards?"


def test_an_unknown_rule_is_refused() -> None:
    lint.require_known(["shape", "declared"])
    with pytest.raises(OpsError, match="there is no rule called 'shapes'"):
        lint.require_known(["shapes"])


def test_a_finding_as_a_line() -> None:
    one = lint.finding("a.yml", 3, "lock", lint.Fault(("lock",), "it writes and takes no lock", "Set lock to cluster."))
    assert lint.as_line(one) == "a.yml:3: lock: it writes and takes no lock. Set lock to cluster."
