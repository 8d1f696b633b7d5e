# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.probe import UNKNOWN
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.scene import CannotLook
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.looked import (
    ask,
    at,
    deployment,
    scene,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.diagnosis.probes.test_workflow import play

WELL = {"conditions": [{"type": "Deployed", "status": "True"}]}
MERGED = [("headers.X-Github-Event.0", "pull_request"), ("body.action", "closed")]
HELPER = {
    "name": "go",
    "k8s": {
        "source": {
            "resource": {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "metadata": {"generateName": "x-"}}
        }
    },
}
NAMELESS = {"name": "go", "argoWorkflow": {"operation": "resume", "source": {"resource": {"kind": "Workflow"}}}}


def sensor(trigger=HELPER, status=WELL, name="merged"):
    data = [{"path": path, "type": "string", "value": [value]} for path, value in MERGED]
    dependency = {"name": "event", "eventSourceName": "github", "eventName": "org", "filters": {"data": data}}
    spec = {"dependencies": [dependency], "triggers": [{"template": trigger}]}
    meta = {"name": name, "namespace": "agent-platform"}
    return {"kind": "Sensor", "metadata": meta, "spec": spec, "status": status}


def runs(name, **labels):
    made = deployment(name)
    made["metadata"]["labels"] = {key.replace("_", "-"): value for key, value in labels.items()}
    return made


def sensors(*found, deployments=()):
    return {"sensor_specs": list(found), "sensors": list(found), "deployments": list(deployments)}


def held(*rows, labels=None, parameters=None):
    workflow = play(("wait-pr-merged", 60), labels={"task-id": "7", **(labels or {})}, parameters=parameters)
    return {"workflow": workflow, "deliveries": list(rows)}


def merge(minutes, code=202, number=9, **more):
    payload = {"pull_request": {"number": number, "merged": True, "labels": [{"name": "task-7"}]}}
    row = {"guid": str(minutes), "event": "pull_request", "action": "closed", "delivered_at": at(minutes=minutes)}
    return {**row, "status_code": code, "request": {"payload": payload}, **more}


OLD = merge(9_000)


@pytest.mark.parametrize(
    ("values", "word"),
    [
        (held(merge(5), OLD), "delivered"),
        (held(merge(5, 502), OLD), "failed"),
        (held(merge(5, 502), merge(4), OLD), "delivered"),
        (held(OLD), "absent"),
        (held(), "absent"),
        (held(merge(5, action="opened"), OLD), "absent"),
        (held(merge(5, number=8), OLD, parameters=[{"name": "pr-number", "value": "9"}]), "absent"),
        (held(merge(5, request=None), OLD), UNKNOWN),
    ],
)
def test_whether_the_awaited_event_came_for_this_pull_request(values, word):
    assert ask("awaited_delivery", scene(values=values))[0] == word


@pytest.mark.parametrize(
    "values",
    [held(merge(5)), held({"odd": 1}), {**held(OLD), "workflow": play(("bank", 5))}, {**held(), "workflow": "odd"}],
)
def test_a_log_that_begins_too_late_or_a_hold_without_an_event_cannot_be_looked_into(values):
    with pytest.raises(CannotLook):
        ask("awaited_delivery", scene(values=values))


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        (sensors(), "absent"),
        (sensors(sensor(), deployments=[runs("x", sensor_name="merged")]), "well"),
        (sensors(sensor()), "unwell"),
        (sensors(sensor(NAMELESS), deployments=[runs("x", sensor_name="merged")]), "defective"),
        (sensors(sensor(NAMELESS), sensor(name="b"), deployments=[runs("x", sensor_name="b")]), "well"),
        (sensors(sensor({"name": "go", "log": {}})), "absent"),
        (sensors(sensor(status={}), deployments=[runs("x", sensor_name="merged")]), UNKNOWN),
    ],
)
def test_one_sensor_that_hears_and_can_act_is_enough(parts, word):
    assert ask("awaited_sensor", scene(values=held(), **parts))[0] == word


SOURCE = {
    "kind": "EventSource",
    "metadata": {"name": "github", "namespace": "agent-platform"},
    "spec": {"github": {"org": {}}},
    "status": WELL,
}
SERVICE = {"kind": "Service", "metadata": {"name": "hook", "namespace": "agent-platform"},
           "spec": {"selector": {"eventsource-name": "github"}}}  # fmt: skip


def endpoints(ready):
    meta = {"name": "hook-1", "namespace": "agent-platform", "labels": {"kubernetes.io/service-name": "hook"}}
    return {"metadata": meta, "endpoints": [{"conditions": {"ready": ready}}, None]}


def sources(*found, deployments=()):
    return {"eventsource_specs": list(found), "eventsources": list(found), "deployments": list(deployments)}


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        (sources(), "absent"),
        (sources({**SOURCE, "spec": {"webhook": {}}}), "absent"),
        (sources(SOURCE), "unwell"),
        (sources(SOURCE, deployments=[runs("x", eventsource_name="github")]), "well"),
    ],
)
def test_whether_an_event_source_takes_webhooks(parts, word):
    assert ask("event_source_stands", scene(**parts))[0] == word


@pytest.mark.parametrize(
    ("services", "slices", "word"),
    [([], [], "absent"), ([SERVICE], [], "no_endpoints"), ([SERVICE], [{"metadata": None}], "no_endpoints"),
     ([SERVICE], [endpoints(True)], "well")],
)  # fmt: skip
def test_whether_a_service_leads_to_it(services, slices, word):
    seen = scene(eventsource_specs=[SOURCE], service_objects=services, endpointslices=slices)
    assert ask("webhook_service", seen)[0] == word


def test_an_endpoint_that_is_not_ready_counts_for_nothing():
    only = endpoints(False)
    only["endpoints"].pop()
    seen = scene(eventsource_specs=[SOURCE], service_objects=[SERVICE], endpointslices=[only])
    assert ask("webhook_service", seen)[0] == "no_endpoints"


def bus(status=WELL):
    return {"kind": "EventBus", "metadata": {"name": "default", "namespace": "argo"}, "status": status,
            "spec": {"nats": {"native": {"maxAge": "5m"}}}}  # fmt: skip


@pytest.mark.parametrize(
    ("found", "word"),
    [([], "absent"), ([bus()], "well"), ([bus({"conditions": [{"type": "Deployed", "status": "False"}]})], "unwell"),
     ([bus({})], UNKNOWN)],
)  # fmt: skip
def test_whether_the_bus_stands(found, word):
    assert ask("event_bus_stands", scene(eventbus_specs=found, eventbuses=found))[0] == word


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        (sensors(), "absent"),
        (sensors(sensor()), "unwell"),
        (sensors(sensor(), deployments=[runs("x", sensor_name="merged")]), "well"),
    ],
)
def test_whether_sensors_stand(parts, word):
    assert ask("sensors_stand", scene(**parts))[0] == word


@pytest.mark.parametrize(("trigger", "word"), [(HELPER, "well"), (NAMELESS, "defective")])
def test_whether_sensors_break_a_rule(trigger, word):
    assert ask("sensors_configured", scene(sensor_specs=[sensor(trigger)]))[0] == word
