# SPDX-License-Identifier: GPL-3.0-or-later
"""Runbook upgrade_argo_workflows where Helm keeps the installation: a real Helm, and a workflow under way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.commands import ROOT
from tests.support.lab import Lab, Run
from tests.support.modules import run_module
from tests.support.upgrades_argo import NEW, OLD, older_argo, phases, start, until
from tests.support.upgrades_helm import KEEPER, RELEASE, SECRET, Helm, released

COMPONENT = yaml.safe_load((ROOT / "roles/component_upgrade/files/components/argo_workflows.yml").read_text())
USER = "system:serviceaccount:agent-platform-ops:upgrade-argo-workflows"
ACCOUNT = f"system:serviceaccount:argo:{KEEPER}"
UNKNOWN = "v3.7.99"  # known by its line, and nobody has a program of it
TIMEOUT = 10  # seconds after which Helm has given up


@pytest.fixture
def helm(lab: Lab, api, tmp_path: Path):
    with older_argo(lab, api) as argo, released(argo, tmp_path) as helm:
        yield helm


def upgrade(helm: Helm, version: str, *arguments: str, **options: Any) -> Run:
    """One run under the rights of the runbook; Helm has an account of its own."""
    release = {
        "release": RELEASE,
        "chart": helm.chart(version),
        "values_files": [],
        "kubeconfig": str(helm.kubeconfig),
        "binary": str(helm.program),
        "timeout": TIMEOUT,
        **options.pop("release", {}),
    }
    given = {
        "platform_kubeconfig": str(helm.argo.lab.kubeconfig_of("upgrade-argo-workflows")),
        "runbook_confirm": "lab",
        "component_upgrade_method": "helm",
        "component_upgrade_helm": release,
        "component_upgrade_version": version,
        "component_upgrade_steady": 2,
        "component_upgrade_scratch": False,
        "component_upgrade_backup": False,
        "component_upgrade_definitions": [helm.argo.definitions(NEW)],
        **options,
    }
    done = helm.argo.lab.run_playbook("upgrade_argo_workflows", "-e", json.dumps(given), *arguments, timeout=1800)
    assert SECRET not in done.stdout + json.dumps(done.record)
    return done


def test_a_release_is_upgraded_also_after_a_killed_one_and_taken_back(
    lab: Lab, namespace, helm: Helm, tmp_path: Path
) -> None:
    names, argo = start(namespace, 1), helm.argo
    _require_that_manifests_are_refused(lab)
    since = lab.audit_position()
    planned = upgrade(helm, NEW, "--check")
    assert planned.rc == 0, planned.stdout[-5000:]
    stranger = upgrade(helm, NEW, "--check", release={"binary": _stranger(tmp_path)})
    assert (stranger.rc, "Helm sees another release argo/argo-workflows" in stranger.stdout) == (2, True)
    assert lab.writes(since, USER) + lab.writes(since, ACCOUNT) == []
    assert planned.record["steps"][1]["changes"]["total"] == 2, "a definition and the release"

    _begin(lab, helm)
    helm.kill_an_upgrade(NEW)
    values = tmp_path / "more.yml"
    values.write_text("note: of this run\n")
    done = upgrade(helm, NEW, release={"values_files": [str(values)]})
    assert done.rc == 0, done.stdout[-6000:]
    until(lambda: argo.versions() == [NEW] * 3)
    assert helm.history()[-2:] == [(3, "superseded", OLD), (4, "deployed", NEW)], "back first, then on"
    assert helm.values() == {"note": "of this run", "password": SECRET}
    assert helm.note() == "of this run"
    assert {row["subject"]["kind"] for row in done.record["steps"][1]["changes"]["rows"]} == {
        "CustomResourceDefinition",
        "HelmRelease",
    }
    _resume(lab, namespace, names)
    until(lambda: set(phases(namespace).values()) == {"Succeeded"})

    again = upgrade(helm, NEW, release={"values_files": [str(values)]})
    assert (again.rc, again.record["steps"][1]["changes"]["total"]) == (0, 0), again.stdout[-5000:]

    back = upgrade(helm, NEW, component_upgrade_state="rolled_back")
    assert back.rc == 0, back.stdout[-5000:]
    until(lambda: argo.versions() == [OLD] * 3)
    assert (helm.history()[-1], helm.note(), argo.is_recorded()) == ((5, "deployed", OLD), "of the site", False)

    failed = upgrade(helm, UNKNOWN)
    assert failed.rc == 2
    assert "ProgramMissing" in failed.stdout or "was not picked up" in failed.stdout, failed.stdout[-5000:]
    assert [one["ok"] for one in failed.record["rollbacks"]] == [True], failed.record["rollbacks"]
    until(lambda: argo.versions() == [OLD] * 3)
    assert (helm.history()[-1], argo.is_recorded()) == ((7, "deployed", OLD), False)


def _require_that_manifests_are_refused(lab: Lab) -> None:
    options = {"kubeconfig": str(lab.kubeconfig), "component": COMPONENT, "version": NEW, "state": "upgraded"}
    refused = run_module("component_upgrade", **options)
    assert "belongs to Helm release argo/argo-workflows" in refused["msg"], refused


def _stranger(folder: Path) -> str:
    """A helm whose account leads to another cluster."""
    program = folder / "other-helm"
    rows = json.dumps([{"revision": 1, "updated": "2020-01-01T00:00:00Z"}])
    program.write_text(f"#!/bin/sh\necho '{rows}'\n")
    program.chmod(0o755)
    return str(program)


def _begin(lab: Lab, helm: Helm) -> None:
    """What a run does before Helm's own work, of which it then dies."""
    release = {"name": RELEASE, "timeout": TIMEOUT}
    options = {"version": NEW, "state": "prepared", "method": "helm", "release": release}
    begun = run_module("component_upgrade", kubeconfig=str(lab.kubeconfig), component=COMPONENT, **options)
    assert begun["release"]["upgrade"], begun
    assert helm.argo.is_recorded()


def _resume(lab: Lab, namespace, names: list[str]) -> None:
    options = {"state": "resumed", "namespace": namespace.name, "names": names, "node": "hold", "wait": 120}
    done = run_module("workflow", kubeconfig=str(lab.kubeconfig), **options)
    assert done.get("changed"), done
