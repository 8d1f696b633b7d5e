# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.facts import Facts
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.lint import lint
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.record import SCOPES, SHARED
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.rules import RULES, house_rules
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import JSON, NASTY
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.plugins.module_utils.eventing.manifests import BAD, SENSOR, Scene

#: what in a trigger would be an accusation, written where it is none
INNOCENT = (
    {"operation": "delete", "labelSelector": {"matchLabels": {"task-id": "{{workflow.task-id}}"}}},
    "kubectl delete pods -l app={{inputs.parameters.app}}\n# operation: patch",
    [{"argoWorkflow": {"operation": "terminate"}}, {"k8s": {"operation": "update"}}],
    {"triggers": [{"template": {"k8s": {"operation": "nothing"}}}], "dest": "$.metadata.name"},
)


def test_what_is_well_breaks_no_rule() -> None:
    assert Scene().found() == []


def test_each_rule_has_a_change_that_breaks_it() -> None:
    assert set(BAD) == {rule["id"] for rule in RULES}


@pytest.mark.parametrize("rule", BAD)
def test_a_change_that_breaks_one_rule_breaks_it_alone_and_it_can_be_left_out(rule: str) -> None:
    scene = Scene()
    BAD[rule](scene)
    (one,) = scene.found()
    assert one["rule"] == one["check"] == rule
    assert one["status"] == next(each["severity"] for each in RULES if each["id"] == rule)
    assert one["message"].endswith(one["mend"])
    assert one["mend"].endswith(".")
    assert "{" not in one["field"]
    assert one["evidence"].startswith("kubectl -n argo get ")
    assert scene.found(house_rules(skip=[rule])) == []


def test_a_finding_names_its_sensor_trigger_and_field() -> None:
    scene = Scene()
    BAD["operation_allowed"](scene)
    (one,) = scene.found()
    assert one == {
        "check": "operation_allowed",
        "status": "critical",
        "subject": {"kind": "Sensor", "namespace": "argo", "name": "resume"},
        "message": "trigger help: operation delete of a k8s trigger is forbidden on the platform, which allows create, "
        "submit and resume. Create a Workflow that does it with its own checks, or resume a workflow by its name.",
        "value": None,
        "threshold": None,
        "evidence": "kubectl -n argo get sensor resume -o yaml",
        "runbook": "",
        "rule": "operation_allowed",
        "file": "",
        "line": 0,
        "field": "spec.triggers[1].template.k8s.operation",
        "sensor": "resume",
        "trigger": "help",
        "mend": "Create a Workflow that does it with its own checks, or resume a workflow by its name.",
        "reference": "https://argoproj.github.io/argo-events/sensors/triggers/k8s-object-trigger/",
    }


def test_a_finding_in_a_file_names_its_line() -> None:
    scene = Scene()
    BAD["bus_keeps"](scene)
    lines = {("spec", "nats", "native", "maxAge"): 12}
    (one,) = lint([Document(scene.bus, "events/bus.yml", lambda where: lines[where])], house_rules())
    assert (one["file"], one["line"], one["evidence"]) == ("events/bus.yml", 12, "events/bus.yml:12")


@pytest.mark.parametrize("text", INNOCENT)
@pytest.mark.parametrize("place", ["spec", "metadata.annotations", "data"])
def test_what_is_created_is_not_accused(text: Any, place: str) -> None:
    assert _found_with(text, place) == []


@settings(max_examples=50, deadline=None)
@given(
    inner=st.dictionaries(st.sampled_from(["operation", "labelSelector", "dest", "k8s", "argoWorkflow", "x"]), JSON),
    text=st.sampled_from(INNOCENT) | JSON,
    place=st.sampled_from(["spec", "spec.templates", "metadata.annotations", "metadata.labels", "data", "status"]),
)
def test_no_text_anywhere_in_what_is_created_is_ever_accused(inner: dict, text: Any, place: str) -> None:
    assert _found_with({**inner, "more": text}, place) == []


def _found_with(text: Any, place: str) -> list[dict]:
    scene = Scene()
    for block in (scene.create, scene.resume):
        at = block["source"]["resource"]
        for key in place.split(".")[:-1]:
            at = at.setdefault(key, {})
        at[place.split(".")[-1]] = copy.deepcopy(text)
    return scene.found()


@settings(max_examples=100, deadline=None)
@given(data=st.data(), odd=JSON | st.just(NASTY))
def test_objects_of_any_shape_give_findings_and_never_an_error(data: st.DataObject, odd: Any) -> None:
    scene = Scene()
    at: Any = data.draw(st.sampled_from([scene.sensor, scene.source, scene.bus]))
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        key = data.draw(st.sampled_from(keys))
        if key == "kind" or not isinstance(at[key], dict | list) or not at[key] or data.draw(st.booleans()):
            break
        at = at[key]
    if key != "kind":
        at[key] = odd
    for one in scene.found():
        assert one["rule"] in BAD, one
        assert len(one["message"]) < 1_500
        assert "\n" not in one["message"]


@pytest.mark.parametrize("nasty", ["{type} {operation} {mend}", NASTY.removeprefix("{{ "), "a\nb"])
def test_what_others_wrote_stays_what_it_is(nasty: str) -> None:
    scene = Scene()
    scene.create.update(operation=nasty)
    (one,) = scene.found()
    assert f"knows no operation {' '.join(nasty.split())} of a k8s trigger" in one["message"]


def test_an_object_that_cannot_be_judged_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "ansible_collections.agent_platform.ops.plugins.module_utils.eventing.facts"

    def stumble(*_arguments: Any) -> None:
        raise KeyError("spec")

    scene = Scene()
    BAD["bus_keeps"](scene)
    monkeypatch.setattr(f"{module}.triggers", stumble)
    said = [(one["rule"], one["status"], one["subject"]["kind"]) for one in scene.found()]
    assert said == [("readable", "unknown", "Sensor"), ("bus_keeps", "warning", "EventBus")]


def test_a_missing_source_is_only_missed_where_everything_was_seen() -> None:
    alone = [Document(copy.deepcopy(SENSOR))]
    rules = house_rules()
    assert {one["rule"] for one in lint(alone, rules)} == {"dependency_unseen"}
    seen = {("EventSource", ""), ("EventBus", "")}
    assert {one["rule"] for one in lint(alone, rules, seen)} == {"dependency_source", "bus_missing"}


def test_records_have_the_facts_that_are_listed() -> None:
    seen: dict[str, set[str]] = {}
    for change in [lambda _scene: None, *BAD.values()]:
        scene = Scene()
        change(scene)
        facts = Facts(scene.documents(), scene.complete)
        for document in scene.documents():
            for record in facts.of(document):
                seen.setdefault(record.scope, set()).update({*record.facts} - {*SHARED})
    assert seen == {scope: {*names} - {*SHARED} for scope, names in SCOPES.items()}
