# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pruning modules share; what they do is tested in ../../modules."""

from __future__ import annotations

import pytest
import yaml
from ansible_collections.agent_platform.ops.plugins.module_utils.argo.kinds import CODERUN, WORKFLOW
from ansible_collections.agent_platform.ops.plugins.module_utils.flows import coderun_prune, prune_module, prune_report
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.plugins.modules import coderun_prune as for_coderuns
from ansible_collections.agent_platform.ops.plugins.modules import workflow_prune as for_workflows
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import (
    Answer,
    FaultServer,
    status,
)


@pytest.mark.parametrize("module", [for_coderuns, for_workflows])
def test_every_option_they_share_is_documented_with_its_default(module):
    documented = yaml.safe_load(module.DOCUMENTATION)["options"]
    options = {name: one for name, one in {**prune_module.SPEC, **module.OPTIONS}.items() if name != "lock"}
    assert {name: one.get("default") for name, one in documented.items()} == {
        name: one.get("default") for name, one in options.items()
    }


@pytest.mark.parametrize(("kind", "name"), [(WORKFLOW, "workflow"), (CODERUN, "coderun")])
def test_a_finding_speaks_of_the_kind(kind, name):
    row = {"action": "unknown", "outcome": "kept", "subject": {"name": "x", "namespace": "n"}, "reason": "odd"}
    (one,) = prune_report.findings([row], kind)
    assert one["check"] == f"{name}_retention"
    assert one["evidence"] == f"kubectl -n n get {name} x -o yaml"
    assert kind.full_name.startswith(f"{name}s.")


def test_coderuns_are_read_where_there_are_no_workflows_at_all(connect):
    meta = {"name": "old", "namespace": "n", "uid": "u", "resourceVersion": "1"}
    run = {"metadata": meta, "status": {"phase": "Failed", "finishedAt": "2020-01-01T00:00:00Z"}}

    def route(request):
        if request.path.endswith("/workflows"):
            return status(404, "page not found")
        return Answer({"kind": "List", "metadata": {"resourceVersion": "1"}, "items": [run]})

    with FaultServer(route) as server:
        reading = coderun_prune.read_coderuns(Client(connect(server)), [])
    assert [one.name for one in reading.summaries] == ["old"]
