# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.components import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import (
    NASTY,
    look,
    said,
)

WELL = {"availableReplicas": 1}
SERVER = {"kind": "Deployment", "namespace": "argo", "name": "server"}
BUS = {"kind": "StatefulSet", "namespace": "argo", "name": "bus"}


def workload(name: str = "server", status: object = WELL, **metadata: object) -> dict:
    return {"metadata": {"namespace": "argo", "name": name, **metadata}, "spec": {"replicas": 1}, "status": status}


def test_each_workload_has_a_finding():
    deployments = [workload(), workload("cache", None), workload(NASTY, {"observedGeneration": 1})]
    found = look(CHECK, {"deployments": deployments, "statefulsets": [workload("bus")]}, {"components": [SERVER, BUS]})
    assert said(found) == [
        ("ok", "Deployment argo/server: 1 of 1 replica available"),
        ("unknown", "Deployment argo/cache: its controller has said nothing about it"),
        ("critical", f"Deployment argo/{NASTY}: none of 1 replica available"),
        ("ok", "StatefulSet argo/bus: 1 of 1 replica available"),
    ]
    assert found[0]["evidence"] == "kubectl -n argo describe deployment server"
    assert found[3]["subject"] == {"kind": "StatefulSet", "namespace": "argo", "name": "bus"}


@pytest.mark.parametrize(
    ("wanted", "settings", "status", "words"),
    [
        (SERVER, {}, "critical", "Deployment argo/server: does not exist"),
        (SERVER, {"namespaces": ["argo"]}, "critical", "Deployment argo/server: does not exist"),
        (SERVER | {"kind": "StatefulSet"}, {}, "critical", "StatefulSet argo/server: does not exist"),
        (
            SERVER,
            {"namespaces": ["cto"]},
            "unknown",
            "Deployment argo/server: namespace argo is none of the platform's",
        ),
        (SERVER | {"namespace": "empty"}, {}, "critical", "Deployment empty/server: does not exist"),
        (SERVER | {"kind": "DaemonSet"}, {}, "unknown", "DaemonSet argo/server: only Deployment and StatefulSet"),
        ({}, {}, "unknown", "only Deployment and StatefulSet can be looked for"),
        (None, {}, "unknown", "only Deployment and StatefulSet can be looked for"),
    ],
)
def test_what_is_expected_and_absent_is_told(wanted, settings, status, words):
    found = look(CHECK, {"deployments": [workload("other")]}, {**settings, "components": [wanted]})
    assert [one["status"] for one in found] == ["ok", status]
    assert words in found[1]["message"]


@pytest.mark.parametrize("unread", [("deployments", "argo"), ("deployments", "")])
def test_nothing_is_called_absent_where_nobody_could_look(unread):
    found = look(CHECK, {}, {"components": [SERVER]}, unread=(unread,))
    assert said(found) == [("unknown", "Deployment argo/server: nobody could look for it")]


def test_what_has_a_check_of_its_own_is_left_to_it():
    generated = [
        workload("github-eventsource-637ca", labels={"eventsource-name": "github"}),
        workload("pr-approval-sensor-67659", labels={"sensor-name": "pr-approval"}),
        workload("controller"),
    ]
    controller = {"kind": "Deployment", "namespace": "argo", "name": "controller"}
    assert look(CHECK, {"deployments": generated}, {"components": [controller]}) == []
    assert look(CHECK, {"deployments": []}, {"components": [controller]}) == []
    assert len(look(CHECK, {"statefulsets": [workload("controller")]})) == 1


def test_scaled_to_0_is_critical_for_what_is_expected_and_a_warning_for_the_others():
    off = {"spec": {"replicas": 0}, "status": {"observedGeneration": 1}}
    found = look(CHECK, {"deployments": [workload() | off, workload("cache") | off]}, {"components": [SERVER]})
    assert said(found) == [
        ("critical", "Deployment argo/server: scaled to 0"),
        ("warning", "Deployment argo/cache: scaled to 0"),
    ]


@pytest.mark.parametrize("components", [None, "x", {}, [7]])
def test_settings_of_another_shape_are_harmless(components):
    found = look(CHECK, {"deployments": [workload()]}, {"components": components})
    assert found[0]["status"] == "ok"
