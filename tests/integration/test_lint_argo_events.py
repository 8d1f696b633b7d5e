# SPDX-License-Identifier: GPL-3.0-or-later
"""Sensors and event sources are judged: by module argo_events_lint, and by the runbook with and without a cluster."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from tests.support.cluster import Namespace
from tests.support.lab import Lab, Run
from tests.support.modules import run_module
from tests.unit.plugins.module_utils.eventing.manifests import BAD, Scene

NAME = "lint_argo_events"
USER = "system:serviceaccount:agent-platform-ops:lint-argo-events"
#: what the sample platform is known to do wrong, as the real one does
DEFECTS = {
    ("multi-agent-workflow-resume", "name_missing"),
    ("multi-agent-workflow-resume", "selector_template"),
    ("implementation-agent-remediation", "operation_allowed"),
    ("implementation-agent-remediation", "name_missing"),
    ("implementation-agent-remediation", "selector_template"),
    ("implementation-agent-remediation", "filter_brackets"),
    ("ready-for-qa-label", "filter_brackets"),
    ("pr-approval", "filter_brackets"),
    ("tess-label-fallback", "header_in_body"),
    ("default", "bus_keeps"),
}


@pytest.fixture
def manifests(tmp_path: Path) -> Path:
    """A folder with a sensor that deletes, an event source, and a template of Helm."""
    scene = Scene()
    BAD["operation_allowed"](scene)
    (tmp_path / "sensor.yml").write_text(yaml.safe_dump(scene.sensor))
    (tmp_path / "source.yml").write_text(yaml.safe_dump(scene.source))
    (tmp_path / "helm").mkdir()
    (tmp_path / "helm" / "sensor.yaml").write_text("kind: Sensor\nmetadata:\n  name: {{ .Release.Name }}\n")
    return tmp_path


def lint(lab: Lab, *arguments: str, **options: Any) -> Run:
    own = {"platform_kubeconfig": str(lab.kubeconfig_of("lint-argo-events")), **options}
    return lab.run_playbook(NAME, "-e", json.dumps(own), *arguments)


def of_step(run: Run) -> list[dict[str, Any]]:
    assert run.record, run.stdout
    (step,) = run.record["steps"]
    return step["findings"]


def test_the_runbook_names_the_defects_of_the_platform_and_fails_by_them_and_writes_nothing(lab: Lab) -> None:
    position = lab.audit_position()
    failed = lint(lab)
    assert failed.rc == 2, failed.stdout
    assert "(it fails on critical)" in failed.stdout.splitlines()[-1]
    found = [one for one in of_step(failed) if one["subject"]["namespace"] == "argo"]
    assert {(one["subject"]["name"], one["rule"]) for one in found} == DEFECTS
    # Its own rights suffice for everything that it reads.
    assert "readable" not in {one["rule"] for one in of_step(failed)}

    look = lint(lab, "--check", argo_events_lint_fail_on="never")
    assert look.rc == 0, look.stdout
    assert of_step(look) == of_step(failed)
    assert lab.writes(position, USER) == []


def test_files_are_a_gate_that_needs_no_cluster(lab: Lab, manifests: Path) -> None:
    without = {"platform_kubeconfig": "/nowhere/kubeconfig", "argo_events_lint_paths": [str(manifests)]}
    failed = lint(lab, **without)
    assert failed.rc == 2, failed.stdout
    line = (manifests / "sensor.yml").read_text().splitlines().index("        operation: delete") + 1
    assert f"{manifests}/sensor.yml:{line}: critical: trigger help: operation delete" in failed.stdout
    assert f"{manifests}/helm/sensor.yaml:3: unknown: this is no YAML" in failed.stdout
    (junit,) = lab.state.glob(f"records/{failed.record['id']}.junit.xml")
    failures = ElementTree.parse(junit).findall(".//failure")
    assert [one.get("message") for one in failures if "operation delete" in one.get("message", "")] != []

    (manifests / "sensor.yml").unlink()
    (manifests / "helm" / "sensor.yaml").unlink()
    passed = lint(lab, **without)
    assert passed.rc == 0, passed.stdout
    assert passed.record["verdict"]["status"] == "ok"


def test_the_module_is_a_gate_by_itself(manifests: Path) -> None:
    broken = run_module("argo_events_lint", paths=["."], base=str(manifests), strict=True)
    assert broken["failed"] is True
    assert broken["msg"].startswith("3 files, 1 sensor, 1 event source: 1 critical · 1 unknown: sensor.yml:")
    assert broken["counts"] == {"ok": 1, "warning": 0, "critical": 1, "unknown": 1}
    allowed = run_module("argo_events_lint", paths=["."], base=str(manifests), strict=True, skip=["operation_allowed"])
    assert "failed" not in allowed
    assert (allowed["verdict"], allowed["cost"], allowed["changed"]) == ("unknown", {}, False)


def test_rules_of_a_site_are_judged_in_the_cluster(lab: Lab, namespace: Namespace) -> None:
    scene = Scene()
    for body, plural in ((scene.sensor, "sensors"), (scene.source, "eventsources"), (scene.bus, "eventbus")):
        body["metadata"]["namespace"] = namespace.name
        namespace.create(body["apiVersion"], plural, {key: body[key] for key in ("kind", "metadata", "spec")})
    options: dict[str, Any] = {"kubeconfig": str(lab.kubeconfig), "namespaces": [namespace.name]}
    assert run_module("argo_events_lint", **options)["verdict"] == "ok"
    own = {
        "id": "names_begin_with_play", "scope": "trigger", "when": "!starts_with(name, 'play-')", "severity": "warning",
        "title": "Names begin with play", "message": "{name} does not", "mend": "Call it play-{name}.",
    }  # fmt: skip
    found = run_module("argo_events_lint", **options, rules=[own], house_rules=False)
    assert [one["trigger"] for one in found["findings"] if one["status"] == "warning"] == ["go-on", "help", "tell"]
    assert found["findings"][0]["evidence"] == f"kubectl -n {namespace.name} get sensor resume -o yaml"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"paths": ["nothing.yml"]}, "paths: 'nothing.yml' is neither a file nor a folder."),
        ({"paths": ["."], "rules": [{"id": "x"}]}, "rule x needs scope."),
        ({"paths": ["."], "skip": ["no_rule"]}, "skip: there is no rule 'no_rule'. Rules: operation_allowed, "),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(options: dict, message: str, tmp_path: Path) -> None:
    refused = run_module("argo_events_lint", base=str(tmp_path), **options)
    assert refused["failed"] is True
    assert refused["error"]["kind"] == "invalid"
    assert refused["msg"].startswith(message)
