# SPDX-License-Identifier: GPL-3.0-or-later
import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks.namespaces import CHECK
from ansible_collections.agent_platform.ops.tests.unit.plugins.module_utils.health.checks.looking import look, said


def namespace(name: str, phase: object = "Active") -> dict:
    return {"metadata": {"name": name}, "status": {"phase": phase}}


@pytest.mark.parametrize(
    ("found", "wanted", "told"),
    [
        (["argo", "other"], ["argo"], [("ok", "1 namespace: active")]),
        ([], ["argo"], [("critical", "Namespace argo: does not exist")]),
        (["other"], ["argo", "b"], [("critical", f"Namespace {name}: does not exist") for name in ("argo", "b")]),
        (["argo", "other"], [], [("ok", "2 namespaces: active")]),
        ([], [], [("ok", "there are no namespaces")]),
    ],
)
def test_those_of_the_platform_must_be_there(found, wanted, told):
    assert said(look(CHECK, {"namespaces": [namespace(name) for name in found]}, {"namespaces": wanted})) == told


@pytest.mark.parametrize(
    ("phase", "status", "words"),
    [
        ("Terminating", "critical", "it is being deleted with everything in it"),
        ("Dancing", "unknown", "its phase is no word of Kubernetes"),
        (None, "unknown", "nothing says what it does"),
    ],
)
def test_only_an_active_one_is_well(phase, status, words):
    found = look(CHECK, {"namespaces": [namespace("argo", phase)]}, {"namespaces": ["argo"]})
    assert said(found) == [(status, f"Namespace argo: {words}")]


def test_one_of_another_platform_does_not_matter():
    found = look(CHECK, {"namespaces": [namespace("argo"), namespace("b", "Terminating")]}, {"namespaces": ["argo"]})
    assert said(found) == [("ok", "1 namespace: active")]
