# SPDX-License-Identifier: GPL-3.0-or-later
"""The module: result and refusals; the flow has tests of its own."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.flows.health_server import Platform

COMPONENT = {
    "name": "argo",
    "title": "Argo",
    "namespace": "argo",
    "workloads": [{"name": "controller", "container": "controller"}],
    "says": {"metric": "argo_version"},
}


def test_where_nobody_can_look_it_is_unknown_and_bad_input_is_refused(run_module, kubeconfig) -> None:
    with Platform(answers={}).serve() as server:
        options = {"kubeconfig": kubeconfig(server), "component": COMPONENT}
        told = run_module("component_version_info", version="v3.7.15", **options)
        failed = run_module("component_version_info", version="newest", **options)
        assert server.writes == []
    assert (told["changed"], told["findings"][0]["status"], told["wanted"]) == (False, "unknown", "v3.7.15")
    assert "version: 'newest' is no version" in failed["msg"]
