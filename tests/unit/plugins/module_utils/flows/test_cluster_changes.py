# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.flows.cluster_changes import prepare
from ansible_collections.agent_platform.ops.plugins.module_utils.kube.client import Client
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer, status

SINCE = "2026-11-21T08:00:00Z"
OPTIONS = {"revision": 1000, "since": SINCE, "rows_directory": None}
MAPS = {"resource": "configmaps", "responseKind": {"kind": "ConfigMap"}, "scope": "Namespaced", "verbs": ["list"]}


def item(name: object, version: object, created: object = "2026-11-20T08:00:00Z") -> dict:
    return {"metadata": {"name": name, "namespace": "a", "resourceVersion": version, "creationTimestamp": created}}


def look(connect, *items: dict, **answers: Answer) -> dict:
    core = {"metadata": {"name": ""}, "versions": [{"version": "v1", "resources": [MAPS]}]}
    known = {
        "/api": Answer({"kind": "APIGroupDiscoveryList", "items": [core]}),
        "/apis": Answer({"kind": "APIGroupDiscoveryList", "items": []}),
    }
    with Platform({("", "configmaps"): list(items)}, {**known, **answers}).serve() as server:
        return prepare(OPTIONS)(Client(connect(server, read_only=True)))


def test_what_is_newer_than_the_snapshot_was_made_or_changed_since(connect) -> None:
    seen = look(
        connect,
        item("old", "1000"),
        item("changed", "1001"),
        item("made", "2000", "2026-11-21T09:00:00Z"),
        item("odd", None),
        item("odder", "x" * 9, 7),
    )
    assert {row["subject"]["name"]: row["change"] for row in seen["rows"]} == {
        "changed": "changed",
        "made": "made",
        "odd": "changed",
        "odder": "changed",
    }
    assert (seen["total"], seen["line"]) == (4, f"1 object made and 3 changed since {SINCE}")


def test_half_a_look_is_an_error(connect) -> None:
    with pytest.raises(OpsError):
        look(connect, **{"/api/v1/configmaps": status(403, "no")})


@pytest.mark.parametrize("options", [{"revision": 0}, {"since": "yesterday"}])
def test_bad_options_are_refused(options) -> None:
    with pytest.raises(OpsError) as caught:
        prepare({**OPTIONS, **options})
    assert caught.value.kind == "invalid"
