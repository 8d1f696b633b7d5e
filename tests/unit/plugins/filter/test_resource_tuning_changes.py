# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.filter.resource_tuning_changes import FilterModule

chosen = FilterModule().filters()["resource_tuning_changes"]


def test_names_are_those_of_recommendations_where_these_are_given_and_of_workloads_else():
    change = {"kind": "Deployment", "namespace": "argo", "name": "web", "replicas": 3}
    known = [
        {"id": "deployment/argo/web/replicas", "change": change, "proposed": "3", "verdict": "raise", "by_hand": ""}
    ]
    assert chosen("deployment/argo/web/replicas", known) == {"changes": [change], "refusal": ""}
    assert chosen(["deployment/argo/web"])["changes"] == [{"kind": "Deployment", "namespace": "argo", "name": "web"}]
    assert chosen([], []) == {"changes": [], "refusal": ""}
    assert chosen("x", [])["refusal"]
