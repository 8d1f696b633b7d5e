# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.sensors import CHECK as SENSORS
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    NASTY,
    condition,
    look,
    said,
)

WELL = (condition("Deployed"), condition("TriggersProvided"))
OTHER = {"metadata": {"namespace": "argo", "name": "server"}}


def sensor(*conditions: object, name: str = "pr-approval") -> dict:
    return {"metadata": {"namespace": "argo", "name": name}, "status": {"conditions": list(conditions)}}


def deployment(available: object = 1, name: str = "pr-approval-sensor-67659", **labels: str) -> dict:
    labels = {"sensor-name": "pr-approval"} | {key.replace("_", "-"): value for key, value in labels.items()}
    meta = {"namespace": "argo", "name": name, "labels": labels}
    return {"metadata": meta, "spec": {"replicas": 1}, "status": {"availableReplicas": available}}


def unlabelled(name: str) -> dict:
    one = deployment(name=name)
    return one | {"metadata": one["metadata"] | {"labels": None}}


@pytest.mark.parametrize(
    ("one", "deployments", "status", "words"),
    [
        (sensor(*WELL), [], "critical", "no Deployment runs it"),
        (sensor(*WELL), [OTHER], "critical", "no Deployment runs it"),
        (sensor(*WELL), [deployment(sensor_name="pr-approval-2")], "critical", "no Deployment runs it"),
        (sensor(*WELL), [unlabelled("pr-approval-sensors")], "critical", "no Deployment runs it"),
        (
            sensor(*WELL),
            [deployment(0)],
            "critical",
            "its Deployment pr-approval-sensor-67659: none of 1 replica available",
        ),
        (
            sensor(condition("Deployed"), condition("TriggersProvided", "False", "InvalidTriggers", message="no name")),
            [deployment()],
            "critical",
            "not TriggersProvided (no name)",
        ),
        (sensor(condition("Deployed", "Unknown")), [deployment()], "unknown", "nobody knows whether it is Deployed"),
        (sensor(condition("Deployed", None)), [deployment()], "unknown", "nobody knows whether it is Deployed"),
        (sensor(), [deployment()], "unknown", "Argo Events says nothing about it"),
        (sensor() | {"status": None}, [deployment()], "unknown", "Argo Events says nothing about it"),
        (
            sensor(condition("Deployed", "False")),
            [OTHER],
            "critical",
            "not Deployed, no Deployment runs it",
        ),
        (sensor(*WELL, name=NASTY), [OTHER], "critical", "no Deployment runs it"),
    ],
)
def test_a_sensor_is_judged_by_its_conditions_and_its_deployment(one, deployments, status, words):
    found = look(SENSORS, {"sensors": [one], "deployments": deployments})
    assert said(found) == [(status, f"Sensor argo/{one['metadata']['name']}: {words}")]


def test_no_deployment_is_missed_where_nobody_could_look():
    found = look(SENSORS, {"sensors": [sensor(*WELL)]}, unread=(("deployments", "argo"),))
    words = "nobody could look for its Deployment in namespace argo"
    assert said(found) == [("unknown", f"Sensor argo/pr-approval: {words}")]
