# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.eventing.rules import house_rules
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import eventing_lint
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import (
    Platform,
    forbidden,
)
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    FaultServer,
    status,
)

from tests.support.commands import ROOT
from tests.unit.plugins.module_utils.eventing.manifests import BAD, BUS, SENSOR, SOURCE, Scene

SAMPLE = "roles/lab/files/sample/events.yml"


@pytest.fixture
def judged(connect):
    def run(server, namespaces=("argo",), paths=()):
        sight = eventing_lint.Sight()
        eventing_lint.look_at_files(sight, paths)
        eventing_lint.look_at_cluster(sight, Client(connect(server)), namespaces)
        return eventing_lint.report(sight, house_rules())

    return run


def of_files(*paths, base=""):
    sight = eventing_lint.Sight()
    eventing_lint.look_at_files(sight, paths, base)
    return eventing_lint.report(sight, house_rules())


def said(result):
    return [(one["status"], one["rule"], one["subject"]["name"]) for one in result["findings"]]


def platform(sensor=SENSOR, source=SOURCE, bus=BUS, **more):
    lists = {("argo", "sensors"): [sensor], ("argo", "eventsources"): [source], ("argo", "eventbus"): [bus]}
    return Platform({key: value for key, value in lists.items() if value != [None]}, **more)


def test_a_platform_that_is_well(judged):
    with platform().serve() as server:
        result = judged(server)
    assert said(result) == [("ok", "lint", "")] * 3
    assert result["line"] == "1 sensor, 1 event source, 1 EventBus object: no rule is broken"
    assert (result["verdict"], result["lines"], result["checks"]) == ("ok", [], [])
    assert result["seen"] == {"files": 0, "left_out": 0, "Sensor": 1, "EventSource": 1, "EventBus": 1}


def test_what_is_wrong_is_told_worst_first_with_the_rule_and_a_line_for_editors(judged):
    scene = Scene()
    BAD["operation_allowed"](scene)
    BAD["bus_keeps"](scene)
    with platform(scene.sensor, bus=scene.bus).serve() as server:
        result = judged(server)
    assert said(result) == [
        ("critical", "operation_allowed", "resume"), ("warning", "bus_keeps", "default"), ("ok", "lint", "")
    ]  # fmt: skip
    assert [(row["name"], row["status"], row["critical"]) for row in result["checks"]] == [
        ("operation_allowed", "critical", 1),
        ("bus_keeps", "warning", 0),
    ]
    assert result["lines"][0].startswith("Sensor argo/resume: critical: trigger help: operation delete")
    assert result["lines"][0].endswith("[operation_allowed]")
    assert result["line"] == "1 sensor, 1 event source, 1 EventBus object: 1 critical · 1 warning"
    assert [(one["name"], one["value"]) for one in result["measures"]] == [
        ("argo_events_lint.critical", 1),
        ("argo_events_lint.warning", 1),
    ]


def test_what_may_not_be_read_is_unknown_and_so_is_what_hangs_on_it(judged):
    answers = {"/apis/argoproj.io/v1alpha1/namespaces/argo/eventsources": forbidden("eventsources", "argo")}
    with platform(answers=answers).serve() as server:
        result = judged(server)
    assert result["verdict"] == "unknown"
    assert [(one[0], one[1]) for one in said(result)] == [
        ("unknown", "dependency_unseen"), ("unknown", "dependency_unseen"), ("unknown", "readable"), ("ok", "lint")
    ]  # fmt: skip
    assert "eventsources in namespace argo could not be read: " in result["findings"][2]["message"]


def test_a_cluster_without_argo_events_is_unknown(judged):
    with Platform(unknown=("sensors", "eventsources", "eventbus")).serve() as server:
        result = judged(server)
    assert said(result) == [("unknown", "readable", "")] * 3
    assert "this cluster does not know sensors.argoproj.io" in str(result["findings"])


def test_nothing_to_judge_is_unknown_never_well(judged, tmp_path):
    with Platform().serve() as server:
        assert said(judged(server)) == [("unknown", "readable", "")]
    assert said(of_files(str(tmp_path))) == [("unknown", "readable", "")]


def test_a_server_that_refuses_the_credentials_fails_it(judged):
    with FaultServer(lambda request: status(401, "Unauthorized")) as server, pytest.raises(OpsError):
        judged(server)


def test_files_are_judged_beside_the_cluster_that_has_their_event_source(judged, tmp_path):
    path = tmp_path / "sensor.yml"
    path.write_text(str(SENSOR))  # JSON with single quotes is YAML
    alone = of_files(str(path))
    assert {one["rule"] for one in alone["findings"]} == {"dependency_unseen"}
    with platform(None).serve() as server:
        both = judged(server, paths=[str(path)])
    assert both["verdict"] == "ok"
    assert both["line"] == "1 file, 1 sensor, 1 event source, 1 EventBus object: no rule is broken"


def test_a_template_is_unknown_with_its_line_and_what_to_do(tmp_path):
    (tmp_path / "a.yml").write_text("kind: Sensor\nname: {{ .Values.x }}\n")
    (one,) = of_files("a.yml", base=str(tmp_path))["findings"]
    assert (one["status"], one["rule"], one["file"], one["line"]) == ("unknown", "readable", "a.yml", 2)
    assert one["evidence"] == "a.yml:2"
    assert "helm template" in one["mend"]
    assert one["message"].endswith(one["mend"])


def test_the_known_defects_of_the_platform_are_found_at_their_lines():
    lines = (ROOT / SAMPLE).read_text().splitlines()
    result = of_files(SAMPLE, base=str(ROOT))
    found = {
        (one["subject"]["name"], one["rule"]): lines[one["line"] - 1].strip()
        for one in result["findings"]
        if one["status"] != "ok"
    }
    assert {key: line.removeprefix("- ")[:24] for key, line in found.items()} == {
        ("multi-agent-workflow-resume", "name_missing"): "metadata: {generateName:",
        ("multi-agent-workflow-resume", "selector_template"): "labelSelector:",
        ("implementation-agent-remediation", "operation_allowed"): "operation: delete",
        ("implementation-agent-remediation", "name_missing"): "metadata: {namespace: ag",
        ("implementation-agent-remediation", "selector_template"): "labelSelector:",
        ("implementation-agent-remediation", "filter_brackets"): "{path: body.sender.login",
        ("ready-for-qa-label", "filter_brackets"): "{path: body.sender.login",
        ("pr-approval", "filter_brackets"): "{path: body.review.user.",
        ("tess-label-fallback", "header_in_body"): "{path: body.X-GitHub-Eve",
        ("default", "bus_keeps"): "native: {replicas: 3, au",
    }
    assert all(one["file"] == SAMPLE for one in result["findings"] if one["status"] != "ok")
