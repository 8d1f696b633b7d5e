# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules of upgrades of Kubernetes: options, refusals, check mode; the flows have tests of their own."""

from __future__ import annotations

import json

import pytest
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.kube.fault_server import Answer

DISCOVERED = {"kind": "APIGroupDiscoveryList", "items": []}
ANSWERS = {"/api": Answer(DISCOVERED), "/apis": Answer(DISCOVERED), "/metrics": Answer("none")}


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("kubernetes_upgrade_info", {"version": "v1.36.0"}, "v1.35.4 to v1.36.0"),
        ("cluster_changes_info", {"revision": 7, "since": "2026-11-21T08:00:00Z"}, "0 objects made"),
    ],
)
def test_what_only_looks_tells_a_line_and_writes_nothing(run_module, kubeconfig, module, options, words) -> None:
    with Platform(answers=dict(ANSWERS)).serve() as server:
        told = run_module(module, kubeconfig=kubeconfig(server), **options)
        assert server.writes == []
    assert (told["changed"], told["cost"]["writes"]) == (False, 0)
    assert words in told["line"]


@pytest.mark.parametrize(
    ("module", "options", "words"),
    [
        ("kubernetes_upgrade_info", {"version": "newest"}, "version: 'newest' is no version"),
        ("cluster_changes_info", {"revision": 0, "since": "2026-11-21T08:00:00Z"}, "revision is 0"),
        ("upgrade_gates_info", {"platform": "lab", "store": "file:///none", "timezone": "Mars"}, "timezone 'Mars'"),
        ("upgrade_note", {"platform": "../x", "store": "file:///none"}, "../x"),
        ("lab_control_plane", {"name": "../x", "directory": "."}, "lab_name '../x' cannot be used"),
    ],
)
def test_what_cannot_be_right_is_one_sentence(run_module, module, options, words) -> None:
    refused = run_module(module, **options)
    assert refused["error"]["kind"] == "invalid"
    assert words in refused["msg"]


def test_gates_are_findings_and_a_note_is_no_change(run_module, tmp_path) -> None:
    where = {"platform": "lab", "store": f"file://{tmp_path / 'store'}"}
    seen = run_module("upgrade_gates_info", **where, rehearsed_within="35d")
    assert [one["status"] for one in seen["findings"]] == ["ok", "critical"]
    noted = run_module("upgrade_note", **where, fields={"phase": "moving"}, check=True)
    assert (noted["changed"], noted["note"]["phase"]) == (False, "moving")
    assert not (tmp_path / "store").exists()
    run_module("upgrade_note", **where, fields={"phase": "moving"})
    assert run_module("upgrade_note", **where)["note"] == {"schema": 1, "phase": "moving"}


def test_a_control_plane_tells_how_it_is_and_check_mode_moves_nothing(run_module, tmp_path) -> None:
    programs = tmp_path / "lab" / "kwok" / "clusters" / "lab" / "bin"
    programs.mkdir(parents=True)
    (programs / "kube-apiserver").write_text("#!/bin/sh\necho Kubernetes v1.34.4\n")
    (programs / "kube-apiserver").chmod(0o700)
    (tmp_path / "lab" / "lab.json").write_text(json.dumps({"schema": 2, "name": "lab", "phase": "ready", "ports": {}}))
    where = {"name": "lab", "directory": str(tmp_path / "lab")}
    told = run_module("lab_control_plane", **where)
    assert (told["changed"], told["version"], told["answers"]) == (False, "v1.34.4", False)
    names = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
    planned = run_module("lab_control_plane", check=True, **where, binaries={name: f"/new/{name}" for name in names})
    assert (planned["changed"], planned["moved"]) == (True, list(names))
    assert [path.name for path in programs.iterdir()] == ["kube-apiserver"]
