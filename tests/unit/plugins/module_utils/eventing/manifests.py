# SPDX-License-Identifier: GPL-3.0-or-later
"""A sensor, an event source and a bus that break no rule, and for each rule a change that breaks it alone."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.documents import Document
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.lint import lint
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.rules import house_rules

API = "argoproj.io/v1alpha1"
NUMBER = {"dependencyName": "review", "dataKey": "body.pull_request.number"}
SENSOR = {
    "apiVersion": API,
    "kind": "Sensor",
    "metadata": {"name": "resume", "namespace": "argo"},
    "spec": {
        "dependencies": [
            {
                "name": "review",
                "eventSourceName": "github",
                "eventName": "org",
                "filters": {
                    "data": [
                        {"path": "headers.X-Github-Event.0", "type": "string", "value": ["pull_request_review"]},
                        {"path": "body.sender.login", "type": "string", "value": [r"^5dlabs-tess\[bot\]$"]},
                        {"path": "body.pull_request.number", "type": "number", "value": ["1"], "comparator": ">="},
                    ],
                    "exprs": [{"expr": "state == 'approved'", "fields": [{"path": "body.state", "name": "state"}]}],
                },
            },
            {"name": "label", "eventSourceName": "github", "eventName": "label", "transform": {"jq": "."}},
        ],
        "triggers": [
            {
                "template": {
                    "name": "go-on",
                    "conditions": "review || (label)",
                    "argoWorkflow": {
                        "operation": "resume",
                        "source": {"resource": {"apiVersion": API, "kind": "Workflow", "metadata": {}}},
                        "parameters": [{"src": NUMBER, "dest": "metadata.name"}],
                    },
                },
            },
            {
                "template": {
                    "name": "help",
                    "k8s": {
                        "source": {
                            "resource": {
                                "apiVersion": API,
                                "kind": "Workflow",
                                "metadata": {"generateName": "help-"},
                                "spec": {"arguments": {"parameters": [{"name": "number", "value": ""}]}},
                            }
                        },
                        "parameters": [{"src": NUMBER, "dest": "spec.arguments.parameters.0.value"}],
                    },
                },
                "parameters": [{"src": NUMBER, "dest": "name", "operation": "append"}],
                "retryStrategy": {"steps": 3},
            },
            {
                "template": {
                    "name": "tell",
                    "http": {"url": "http://bridge/", "payload": [{"src": NUMBER, "dest": "number"}]},
                },
            },
        ],
    },
}
SECRET = {"name": "webhook", "key": "secret"}
SOURCE = {
    "apiVersion": API,
    "kind": "EventSource",
    "metadata": {"name": "github", "namespace": "argo"},
    "spec": {"github": {"org": {"webhookSecret": SECRET}, "label": {"webhookSecret": SECRET}}},
    "status": {"conditions": [{"type": "Deployed", "status": "True"}]},
}
BUS = {
    "apiVersion": API,
    "kind": "EventBus",
    "metadata": {"name": "default", "namespace": "argo"},
    "spec": {"nats": {"native": {"maxAge": "72h"}}},
}
COMPLETE = {("Sensor", "argo"), ("EventSource", "argo"), ("EventBus", "argo")}


class Scene:
    """The three objects, to be changed."""

    def __init__(self) -> None:
        self.sensor, self.source, self.bus = copy.deepcopy([SENSOR, SOURCE, BUS])
        self.others: list[dict[str, Any]] = []
        self.complete = set(COMPLETE)

    @property
    def spec(self) -> dict[str, Any]:
        return self.sensor["spec"]

    @property
    def dependency(self) -> dict[str, Any]:
        return self.spec["dependencies"][0]

    @property
    def resume(self) -> dict[str, Any]:
        return self.spec["triggers"][0]["template"]["argoWorkflow"]

    @property
    def create(self) -> dict[str, Any]:
        return self.spec["triggers"][1]["template"]["k8s"]

    @property
    def create_metadata(self) -> dict[str, Any]:
        return self.create["source"]["resource"]["metadata"]

    def filter(self, number: int) -> dict[str, Any]:
        return self.dependency["filters"]["data"][number]

    def documents(self) -> list[Document]:
        return [Document(one) for one in (self.sensor, self.source, self.bus, *self.others)]

    def found(self, rules: Any = None) -> list[dict]:
        return lint(self.documents(), rules or house_rules(), self.complete)


def _delete_by_name(scene: Scene) -> None:
    scene.create.update(operation="delete")
    scene.create_metadata["name"] = "old"


def _resume_without_operation(scene: Scene) -> None:
    del scene.resume["operation"]


def _event_chooses(scene: Scene) -> None:
    scene.spec["triggers"][1]["parameters"].append({"src": NUMBER, "dest": "k8s.operation"})


def _two_types(scene: Scene) -> None:
    scene.spec["triggers"][2]["template"]["log"] = {}


def _no_source(scene: Scene) -> None:
    del scene.create["source"]


def _selector(value: str) -> Callable[[Scene], None]:
    return lambda scene: scene.resume.update(labelSelector={"matchLabels": {"task-id": value}})


def _named_elsewhere(scene: Scene) -> None:
    scene.resume.update(source={"git": {"url": "https://example.org/a.git"}}, parameters=[])


def _two_spellings(scene: Scene) -> None:
    other = copy.deepcopy(scene.sensor)
    other["metadata"]["name"] = "other"
    scene.others.append(other)
    value = other["spec"]["dependencies"][0]["filters"]["data"][1]["value"]
    value[:] = [r"5DLabs-Tess\[bot\]", r"5dlabs-tess\[bot\]"]


def _plain_webhook(scene: Scene) -> None:
    scene.source["spec"]["webhook"] = {"ci": {"port": "12000"}}


def _other_spelling_of_a_name(scene: Scene) -> None:
    scene.spec["triggers"][2]["template"]["name"] = "help"


def _same_event_twice(scene: Scene) -> None:
    scene.spec["dependencies"][1]["eventName"] = "org"


def _status(kind: str) -> Callable[[Scene], None]:
    condition = {"type": "Deployed", "status": kind, "reason": "NoImage"}
    return lambda scene: scene.source.update(status={"conditions": [condition]})


def _unseen(scene: Scene) -> None:
    scene.complete.discard(("EventSource", "argo"))
    scene.spec["dependencies"].pop()
    scene.spec["triggers"][0]["template"]["conditions"] = "review"
    scene.dependency["eventSourceName"] = "gitlab"


def _missing(scene: Scene) -> None:
    _unseen(scene)
    scene.complete.add(("EventSource", "argo"))


def _empty(scene: Scene) -> None:
    scene.spec["triggers"] = []


#: by rule, a change that breaks it once and no other
BAD: dict[str, Callable[[Scene], Any]] = {
    "operation_allowed": _delete_by_name,
    "operation_known": lambda scene: scene.create.update(operation="Create"),
    "operation_template": lambda scene: scene.create.update(operation="{{ .Values.operation }}"),
    "operation_missing": _resume_without_operation,
    "operation_by_event": _event_chooses,
    "trigger_type": _two_types,
    "trigger_source": _no_source,
    "selector_template": _selector("{{workflow.task-id}}"),
    "selector_ignored": _selector("7"),
    "name_missing": lambda scene: scene.resume.update(parameters=[]),
    "name_elsewhere": _named_elsewhere,
    "made_without_name": lambda scene: scene.create_metadata.clear(),
    "resource_kind": lambda scene: scene.create["source"]["resource"].pop("apiVersion"),
    "workflow_kind": lambda scene: (
        scene.resume.update(operation="submit"),
        scene.resume["source"]["resource"].update(kind="CronWorkflow"),
    ),
    "dest_form": lambda scene: scene.create["parameters"][0].update(dest="spec.arguments.parameters[0].value"),
    "dest_template": lambda scene: scene.spec["triggers"][1]["parameters"][0].update(dest="metadata.name"),
    "dest_resource": lambda scene: scene.create["parameters"][0].update(dest="k8s.source.resource.metadata.name"),
    "parameter_source": lambda scene: scene.create["parameters"][0].update(src={"value": "7"}),
    "parameter_dependency": lambda scene: scene.create["parameters"][0].update(src={**NUMBER, "dependencyName": "no"}),
    "parameter_operation": lambda scene: scene.create["parameters"][0].update(operation="replace"),
    "sensor_empty": _empty,
    "trigger_repeated": _other_spelling_of_a_name,
    "condition_dependency": lambda scene: scene.spec["triggers"][0]["template"].update(conditions="review && merged"),
    "dependency_complete": lambda scene: scene.spec["dependencies"].append({"name": "", "eventSourceName": "github"}),
    "dependency_source": _missing,
    "dependency_unseen": _unseen,
    "dependency_event": lambda scene: scene.spec["dependencies"][1].update(eventName="labels"),
    "dependency_ready": lambda scene: (_status("False")(scene), scene.spec["dependencies"].pop(),
                                       scene.spec["triggers"][0]["template"].pop("conditions")),
    "bus_differs": lambda scene: (scene.spec.update(eventBusName="fast"), scene.spec["dependencies"].pop(),
                                  scene.spec["triggers"][0]["template"].pop("conditions"),
                                  scene.complete.discard(("EventBus", "argo"))),
    "bus_missing": lambda scene: (scene.spec.update(eventBusName="fast"),
                                  scene.source["spec"].update(eventBusName="fast")),
    "event_repeated": _same_event_twice,
    "filter_complete": lambda scene: scene.filter(0).update(value=[1]),
    "filter_brackets": lambda scene: scene.filter(1).update(value=["5dlabs-tess[bot]"]),
    "actor_spelling": _two_spellings,
    "header_in_body": lambda scene: scene.filter(0).update(path="body.X-GitHub-Event"),
    "header_spelling": lambda scene: scene.filter(0).update(path="headers.X-GitHub-Event.0"),
    "path_root": lambda scene: scene.create["parameters"][0].update(src={**NUMBER, "dataKey": "pull_request.number"}),
    "webhook_secret": lambda scene: scene.source["spec"]["github"]["org"].pop("webhookSecret"),
    "webhook_auth": _plain_webhook,
    "bus_keeps": lambda scene: scene.bus["spec"]["nats"]["native"].update(maxAge="5m"),
    "field_known": lambda scene: scene.create.update(paramters=[]),
}  # fmt: skip
