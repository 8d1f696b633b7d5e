# SPDX-License-Identifier: GPL-3.0-or-later
"""Role workflow_validation: the real controller carries out a workflow of steps and a hold."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import WORKFLOWS, resource

from tests.support.lab import Lab
from tests.support.roles import run_step


def test_a_workflow_is_carried_out_and_nothing_of_it_stays(lab: Lab, api, namespace, tmp_path: Path) -> None:
    # As one leaves it that was killed: nobody goes on with it.
    left = {"generateName": "validation-", "labels": {"ops.agent-platform/validation": "true"}}
    spec = {"entrypoint": "main", "templates": [{"name": "main", "suspend": {}}]}
    namespace.create(*WORKFLOWS, {"kind": "Workflow", "metadata": left, "spec": spec})
    options = [*lab.options, "-e", f"workflow_validation_namespace={namespace.name}"]
    since = lab.audit_position()
    planned = run_step(tmp_path, "workflow_validation", *options, "--check")
    assert (planned.rc, lab.writes(since)) == (0, []), planned.stdout[-3000:]
    assert "none was carried out" in planned.result["summary"]

    done = run_step(tmp_path, "workflow_validation", *options)
    assert (done.rc, done.result["findings"][0]["status"]) == (0, "ok"), done.stdout[-3000:]
    assert [one for page in api.pages(resource(*WORKFLOWS, namespace.name)) for one in page] == []

    refused = run_step(tmp_path, "workflow_validation", *options, "-e", "workflow_validation_namespace=not-there")
    assert refused.rc == 2, "it is required"
    told = ["-e", "workflow_validation_namespace=not-there", "-e", "workflow_validation_required=false"]
    lenient = run_step(tmp_path, "workflow_validation", *options, *told)
    assert (lenient.rc, lenient.result["findings"][0]["status"]) == (0, "critical"), lenient.stdout[-3000:]
