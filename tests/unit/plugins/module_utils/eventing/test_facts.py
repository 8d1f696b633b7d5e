# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.dependencies import bus_type
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.facts import Facts
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.triggers import scalar

from tests.unit.plugins.module_utils.eventing.manifests import NUMBER, SECRET, Scene


def facts(scene, scope, **matching):
    """The facts of the one record of a scope that has these."""
    found = Facts(scene.documents(), scene.complete)
    records = [record.facts for document in scene.documents() for record in found.of(document) if record.scope == scope]
    (one,) = [each for each in records if all(each.get(key) == value for key, value in matching.items())]
    return one


def bus(spec):
    document = Document({"kind": "EventBus", "metadata": {"name": "b"}, "spec": spec})
    (record,) = Facts([document]).of(document)
    return record.facts


@pytest.mark.parametrize(
    ("spec", "kind", "kept", "seconds"),
    [
        ({"nats": {"native": {"maxAge": "5m"}}}, "nats", "5m", 300),
        ({"nats": {"native": {"maxAge": "4h35m"}}}, "nats", "4h35m", 16_500),
        ({"nats": {"native": {}}}, "nats", "72h", 259_200),
        ({"nats": {"native": {"maxAge": "soon"}}}, "nats", "soon", None),
        ({"nats": {"exotic": {"url": "nats://x"}}}, "nats", "", None),
        ({"jetstream": {"streamConfig": "maxMsgs: 1\nmaxAge: 1.5h # short\n"}}, "jetstream", "1.5h", 5_400),
        ({"jetstream": {"version": "latest"}}, "jetstream", "", None),
        ({"kafka": {}}, "kafka", "", None),
        (None, "", "", None),
    ],
)
def test_how_long_a_bus_keeps_events(spec, kind, kept, seconds):
    assert [bus(spec)[name] for name in ("type", "kept", "kept_seconds")] == [kind, kept, seconds]


def test_nobody_knows_the_type_of_a_bus_that_was_not_seen():
    assert bus_type(None) == ""


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda block, trigger: None, "parameter"),
        (lambda block, trigger: block["source"]["resource"].update(metadata={"name": "a"}), "literal"),
        (lambda block, trigger: block.update(parameters=[]), "missing"),
        (lambda block, trigger: block.update(parameters=None, source={"resource": None}), "missing"),
        (lambda block, trigger: block["parameters"][0].update(dest="metadata.generateName"), "missing"),
        (lambda block, trigger: block["parameters"][0].update(dest="metadata"), "unseen"),
        (lambda block, trigger: block.update(parameters=[], source={"git": {}}), "unseen"),
        (lambda block, trigger: block["parameters"][0]["src"].update(dependencyName="no"), "missing"),
        (lambda block, trigger: block["parameters"][0]["src"].update(dependencyName="no", value="a"), "parameter"),
        (
            lambda block, trigger: (
                block.update(parameters=[]),
                trigger.update(parameters=[{"src": NUMBER, "dest": "argoWorkflow.source.resource.metadata.name"}]),
            ),
            "parameter",
        ),
        (
            lambda block, trigger: (
                block.update(parameters=[]),
                trigger.update(parameters=[{"src": NUMBER, "dest": "argoWorkflow.source.resource"}]),
            ),
            "unseen",
        ),
        (
            lambda block, trigger: (
                block.update(parameters=[]),
                trigger.update(parameters=[{"src": NUMBER, "dest": "metadata.name"}]),
            ),
            "missing",
        ),
    ],
)
def test_where_a_resource_gets_its_name_from(change, name):
    scene = Scene()
    scene.resume["source"] = {"resource": {"metadata": {}}}
    scene.resume["parameters"] = [{"src": dict(NUMBER), "dest": "metadata.name"}]
    change(scene.resume, scene.spec["triggers"][0])
    assert facts(scene, "trigger", trigger="go-on")["resource_name"] == name


@pytest.mark.parametrize(
    ("conditions", "strangers"),
    [
        ("review", []),
        ("(review||label)&&label", []),
        ("re-view && review", ["re-view"]),
        ("{{ .Values.conditions }}", []),
        (None, []),
    ],
)
def test_conditions_name_dependencies(conditions, strangers):
    scene = Scene()
    scene.spec["triggers"][0]["template"]["conditions"] = conditions
    assert facts(scene, "trigger", trigger="go-on")["conditions_strangers"] == strangers


def test_a_dash_in_the_name_of_a_dependency_may_be_an_underscore():
    scene = Scene()
    scene.dependency["name"] = "pr-review"
    scene.spec["triggers"][0]["template"]["conditions"] = "pr_review || pr-review"
    assert facts(scene, "trigger", trigger="go-on")["conditions_strangers"] == []


def test_triggers_for_dead_letters_are_triggers():
    scene = Scene()
    nested = {"template": {"name": "dead", "k8s": {"operation": "delete", "labelSelector": {"a": "{{b}}"}}}}
    scene.spec["triggers"][0]["dlqTrigger"] = nested
    assert facts(scene, "trigger", trigger="dead")["operation"] == "delete"
    assert facts(scene, "selector", trigger="dead")["template"] is True


def test_a_transformed_event_may_look_like_anything():
    scene = Scene()
    scene.dependency["transform"] = {"jq": ".body"}
    found = Facts(scene.documents(), scene.complete)
    assert [record for record in found.of(scene.documents()[0]) if record.scope == "path"] == []


@pytest.mark.parametrize(
    ("kind", "roots"),
    [("webhook", ["header", "body", "metadata"]), ("github", ["headers", "body", "metadata"]), ("kafka", [])],
)
def test_events_look_as_their_type_does(kind, roots):
    scene = Scene()
    scene.source["spec"] = {kind: {"org": {}}, "template": {"label": {}}}
    assert facts(scene, "path", path="headers.X-Github-Event.0")["roots"] == roots
    assert facts(scene, "dependency", name="label")["event_known"] is False


@pytest.mark.parametrize(
    ("conditions", "ready", "words"),
    [
        ([{"type": "Deployed", "status": "True"}], True, ""),
        ([{"type": "Deployed", "status": "False", "reason": "NoImage"}], False, "not Deployed (NoImage)"),
        ([{"type": "Deployed", "status": "Unknown"}], None, ""),
        (None, None, ""),
    ],
)
def test_whether_an_event_source_is_ready(conditions, ready, words):
    scene = Scene()
    scene.source["status"] = {"conditions": conditions}
    told = facts(scene, "dependency", name="review")
    assert (told["source_ready"], told["source_words"]) == (ready, words)


def test_a_file_says_nothing_of_readiness():
    scene = Scene()
    documents = [Document(one, "a.yml") for one in (scene.sensor, scene.source)]
    (first, _second) = [one.facts for one in Facts(documents).of(documents[0]) if one.scope == "dependency"]
    assert first["source_ready"] is None


@pytest.mark.parametrize("secret", [None, {}, "x", {"key": "secret"}])
def test_a_secret_without_a_name_is_none(secret):
    scene = Scene()
    scene.source["spec"]["github"] = {"org": {"webhookSecret": secret}, "label": {"webhookSecret": SECRET}}
    assert facts(scene, "event", name="org")["secret"] is False
    assert facts(scene, "event", name="label")["secret"] is True


@pytest.mark.parametrize(
    ("value", "word"), [("create", "create"), (7, "7"), (True, "True"), ({"a": 1}, "(no word)"), ([], "(no word)")]
)
def test_a_word_is_said_as_it_is_written(value, word):
    assert scalar(value) == word
