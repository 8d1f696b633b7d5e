# SPDX-License-Identifier: GPL-3.0-or-later
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.event_sources import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    condition,
    look,
    said,
)

SOURCE = {
    "metadata": {"namespace": "argo", "name": "github"},
    "status": {"conditions": [condition("Deployed"), condition("SourcesProvided")]},
}


def deployment(name: str, labels: dict | None = None) -> dict:
    meta = {"namespace": "argo", "name": name, "labels": labels}
    return {"metadata": meta, "spec": {"replicas": 1}, "status": {"availableReplicas": 1}}


def test_those_that_run_are_one_finding_with_or_without_labels():
    for labels in ({"eventsource-name": "github"}, None):
        own = deployment("github-eventsource-637ca", labels)
        found = look(CHECK, {"eventsources": [SOURCE], "deployments": [own]})
        assert said(found) == [("ok", "1 event source: conditions hold and Deployments are available")]
    assert said(look(CHECK, {})) == [("ok", "there are no event sources")]


def test_one_without_a_deployment_is_critical():
    for other in (deployment("server"), deployment("x", {"eventsource-name": "gitlab"}), deployment("github-sensor-1")):
        found = look(CHECK, {"eventsources": [SOURCE], "deployments": [other]})
        assert said(found) == [("critical", "EventSource argo/github: no Deployment runs it")]
        assert found[0]["evidence"] == "kubectl -n argo describe eventsource github"
