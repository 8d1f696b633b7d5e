# SPDX-License-Identifier: GPL-3.0-or-later
"""Module crd_compatibility_info against a real scratch API server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.kube.paths import resource
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.fields import pruned

from tests.support.lab import Lab
from tests.support.modules import run_module
from tests.support.planes import empty_plane

NAME = "coderuns.agents.platform"


def test_objects_that_a_newer_definition_refuses_or_cuts_are_told_and_nothing_is_written(
    lab: Lab, api, tmp_path: Path
) -> None:
    live = api.get(resource("apiextensions.k8s.io/v1", "customresourcedefinitions", None, NAME))
    items = [one for page in api.pages(resource("agents.platform/v1", "coderuns")) for one in page]
    newer = _without(live, "model")
    schema = newer["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    expected = sum(any(path == "spec.model" for path in pruned(schema, item)) for item in items)
    (tmp_path / "crd.json").write_text(json.dumps(newer))
    since = lab.audit_position()
    with empty_plane(f"{lab.name}-scratch", tmp_path) as plane:
        options = {"definitions": [str(tmp_path / "crd.json")], "scratch_kubeconfig": str(plane.kubeconfig)}
        seen = run_module("crd_compatibility_info", kubeconfig=str(lab.kubeconfig), **options)
        assert (seen["objects"], seen["refused"], seen["pruned"]) == (len(items), 0, expected), seen
        assert any("drops spec.model" in one["message"] for one in seen["findings"])
        schema["properties"]["spec"]["required"] = ["what-nobody-has"]
        (tmp_path / "crd.json").write_text(json.dumps(newer))
        refused = run_module("crd_compatibility_info", kubeconfig=str(lab.kubeconfig), **options)
        assert refused["refused"] == len(items) > 0, refused
        own = run_module("crd_compatibility_info", kubeconfig=str(plane.kubeconfig), **options)
        assert "is that of the platform itself" in own["msg"]
    assert lab.writes(since) == []


def _without(live: dict[str, Any], field: str) -> dict[str, Any]:
    """The definition without one field of the spec."""
    spec = json.loads(json.dumps(live["spec"]))
    for version in spec["versions"]:
        fields = version["schema"]["openAPIV3Schema"]["properties"]["spec"]
        del fields["properties"][field]
        fields["required"] = [name for name in fields.get("required", []) if name != field]
    return {"apiVersion": live["apiVersion"], "kind": live["kind"], "metadata": {"name": NAME}, "spec": spec}
