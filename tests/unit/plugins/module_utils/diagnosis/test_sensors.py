# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.holds import awaited
from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis.sensors import hears, resumes

QA = awaited("wait-ready-for-qa")
EVENT = {"path": "headers.X-Github-Event.0", "type": "string", "value": ["pull_request"]}


def sensor(*data, **filters):
    dependency = {"name": "event", "filters": {"data": list(data), **filters}}
    return {"spec": {"dependencies": [dependency]}}


def of(path, *values, **more):
    return {"path": path, "type": "string", "value": list(values), **more}


@pytest.mark.parametrize(
    ("one", "heard"),
    [
        (sensor(), True),
        (sensor(EVENT, of("body.action", "labeled")), True),
        (sensor(of("headers.X-GitHub-Event", "pull_request")), True),
        (sensor(of("headers.X-Github-Event.0", "push", "pull")), True),
        (sensor(of("headers.X-Github-Event.0", "push")), False),
        (sensor(of("body.X-GitHub-Event", "pull_request")), False),
        (sensor(EVENT, of("body.action", "closed")), False),
        (sensor(EVENT, of("body.action", "closed"), dataLogicalOperator="or"), True),
        (sensor(EVENT, of("body.action", "closed", comparator="!=")), True),
        (sensor(EVENT, of("body.label.name", "approved")), False),
        (sensor(EVENT, of("body.sender.login", "somebody")), True),
        (sensor(EVENT, of("body.action", "[")), False),
        ({"spec": {"dependencies": [None, 7]}}, True),
        ({"spec": {"dependencies": []}}, False),
        ({"spec": None}, False),
    ],
)
def test_a_sensor_hears_what_its_filters_let_through(one, heard):
    assert hears(one, QA) is heard


@pytest.mark.parametrize(
    ("template", "resuming"),
    [
        ({"argoWorkflow": {"operation": "resume"}}, True),
        ({"argoWorkflow": {"source": {}}}, True),
        ({"argoWorkflow": {"operation": "delete"}}, False),
        ({"k8s": {"source": {"resource": {"kind": "Workflow"}}}}, True),
        ({"k8s": {"operation": "create", "source": {"resource": {"kind": "CodeRun"}}}}, False),
        ({"k8s": {"operation": "delete", "source": {"resource": {"kind": "Workflow"}}}}, False),
        ({}, False),
        (None, False),
    ],
)
def test_a_sensor_resumes_by_itself_or_by_a_helper(template, resuming):
    assert resumes({"spec": {"triggers": [{"template": template}]}}) is resuming
