# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import json

SUPERVISOR = {
    "sources": "/nowhere",
    "tools": {
        "root": "/tools",
        "platform": "linux-amd64",
        "binaries": {name: f"/tools/{name}" for name in ("metrics-server", "prometheus")},
        "versions": {"metrics_server": "v0.7.2", "prometheus": "v0.315.0", "argo_workflows": "v3.7.15"},
    },
}


def test_without_a_cluster_it_says_what_to_do(run_module, tmp_path):
    result = run_module("lab_supervisor", name="lab", directory=str(tmp_path), **SUPERVISOR)
    assert "practice cluster lab is not set up. Run lab_up." in result["msg"]


def test_check_mode_starts_nothing(run_module, tmp_path):
    ports = dict.fromkeys(("api", "metrics_server", "prometheus", "workflow_metrics"), 1)
    (tmp_path / "lab.json").write_text(json.dumps({"phase": "ready", "ports": ports}))
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "tokens.json").write_text(json.dumps({"lab-supervisor": "t"}))
    result = run_module("lab_supervisor", check=True, name="lab", directory=str(tmp_path), **SUPERVISOR)
    assert (result["changed"], result["reason"]) == (True, "it does not run")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lab.json", "private"]
