# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.record import Record
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.rules import RULES, compile_rules, fill

from tests.unit.plugins.module_utils.eventing.manifests import Scene

OWN = {
    "id": "events_of_github",
    "scope": "event",
    "when": "type != 'github'",
    "severity": "warning",
    "title": "Events come from GitHub",
    "message": "event {name} is of type {type}",
    "mend": "Send it through GitHub.",
}


def test_rules_of_a_site_come_after_those_of_the_house():
    assert [rule.id for rule in compile_rules([OWN])] == [*(rule["id"] for rule in RULES), "events_of_github"]
    assert [rule.id for rule in compile_rules([OWN], house=False)] == ["events_of_github"]


def test_a_rule_with_the_id_of_another_replaces_it_at_its_place():
    replaced = compile_rules([{**OWN, "id": RULES[1]["id"]}])
    assert [rule.id for rule in replaced] == [rule["id"] for rule in RULES]
    assert replaced[1].title == OWN["title"]


def test_a_rule_of_a_site_finds_what_it_says():
    scene = Scene()
    scene.source["spec"]["kafka"] = {"queue": {}}
    (one,) = scene.found(compile_rules([OWN], house=False))
    assert (one["rule"], one["status"], one["field"]) == ("events_of_github", "warning", "spec.kafka.queue")
    assert one["message"] == "event queue is of type kafka. Send it through GitHub."


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("name", 'when gives "org", which is neither true nor false'),
        ("nothing", "when gives null, which is neither true nor false"),
        ("length(secret) > `1`", "In function length(), invalid type for value: True"),
    ],
)
def test_what_cannot_be_told_is_unknown_and_the_others_are_judged(when, said):
    scene = Scene()
    scene.source["spec"]["github"].pop("label")
    rules = compile_rules([{**OWN, "when": when}, {**OWN, "id": "all", "when": "`true`"}], house=False)
    assert [one["rule"] for one in scene.found(rules)] == ["events_of_github", "all"]
    first = scene.found(rules)[0]
    assert first["status"] == "unknown"
    assert f"rule events_of_github cannot be told: {said}" in first["message"]


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ("text", "rules must be a list"),
        (["text"], "rule 1 must be a dictionary"),
        ([{**OWN, "id": "No!"}], "rule 1: id 'No!' is not a word of a-z, 0-9 and _"),
        ([{**OWN, "more": "x"}], "rule events_of_github does not know 'more'; it knows id, scope, when"),
        ([{**OWN, "title": 7}], "rule events_of_github: title must be text"),
        ([{**OWN, "mend": ""}], "rule events_of_github needs mend"),
        ([{**OWN, "scope": "secret"}], "rule events_of_github: scope 'secret' is none of sensor, dependency"),
        ([{**OWN, "severity": "ok"}], "rule events_of_github: severity 'ok' is none of warning, critical, unknown"),
        ([{**OWN, "when": "type =="}], "rule events_of_github: when is no JMESPath expression"),
        ([{**OWN, "when": "shout(type)"}], "rule events_of_github: when: JMESPath has no function 'shout'"),
        ([OWN, OWN], "rules: there are two of id events_of_github"),
    ],
)
def test_what_cannot_be_a_rule_is_refused_in_one_sentence(own, message):
    with pytest.raises(OpsError) as caught:
        compile_rules(own)
    assert caught.value.kind == "invalid"
    assert caught.value.message.startswith(message)


def test_leaving_out_a_stranger_or_all_is_refused():
    with pytest.raises(OpsError, match="skip: there is no rule 'stranger'"):
        compile_rules([], skip=["stranger"])
    with pytest.raises(OpsError, match="no rule is left"):
        compile_rules([], house=False)


def test_facts_fill_a_sentence_and_are_not_filled_again():
    facts = {"name": "{type}\nline", "type": "x", "many": ["a", "b"], "none": [], "empty": "", "truth": True}
    assert fill("{name} {type} {many} {none} {empty} {truth} {stranger} {Type}", facts) == (
        "{type} line x a, b none (nothing) true {stranger} {Type}"
    )


def test_a_rule_breaks_by_its_facts_alone():
    (rule,) = compile_rules([OWN], house=False)
    record = Record("event", Document({}), (), {"type": "github", "name": "org"})
    assert rule.breaks(record) == (False, "")
