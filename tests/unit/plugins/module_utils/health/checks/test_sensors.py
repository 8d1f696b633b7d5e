# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.sensors import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    condition,
    look,
    said,
)

WELL = (condition("Deployed"), condition("TriggersProvided"))
OTHER = {"metadata": {"namespace": "argo", "name": "server"}}


def sensor(*conditions: dict) -> dict:
    return {"metadata": {"namespace": "argo", "name": "pr-approval"}, "status": {"conditions": list(conditions)}}


def deployment(available: int, labels: dict | None = None) -> dict:
    meta = {"namespace": "argo", "name": "pr-approval-sensor-67659", "labels": labels}
    return {"metadata": meta, "spec": {"replicas": 1}, "status": {"availableReplicas": available}}


def test_those_that_run_are_one_finding_with_or_without_labels():
    for labels in ({"sensor-name": "pr-approval"}, None):
        found = look(CHECK, {"sensors": [sensor(*WELL)], "deployments": [deployment(1, labels), OTHER]})
        assert said(found) == [("ok", "1 sensor: conditions hold and Deployments are available")]
    assert said(look(CHECK, {})) == [("ok", "there are no sensors")]


def test_the_command_shows_what_is_ill():
    broken = look(CHECK, {"sensors": [sensor(condition("Deployed", "False"))], "deployments": [deployment(1)]})
    down = look(CHECK, {"sensors": [sensor(*WELL)], "deployments": [deployment(0)]})
    assert broken[0]["evidence"] == "kubectl -n argo describe sensor pr-approval"
    assert down[0]["evidence"] == "kubectl -n argo describe deployment pr-approval-sensor-67659"


def test_scaled_to_0_is_critical():
    off = deployment(0) | {"spec": {"replicas": 0}}
    found = said(look(CHECK, {"sensors": [sensor(*WELL)], "deployments": [off]}))
    assert found == [("critical", "Sensor argo/pr-approval: its Deployment pr-approval-sensor-67659: scaled to 0")]
