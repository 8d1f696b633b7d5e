# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade import skew
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import parse


def node(version: object, name: str = "n1", ready: str = "True") -> dict:
    conditions = [{"type": "Ready", "status": ready}]
    return {"metadata": {"name": name}, "status": {"nodeInfo": {"kubeletVersion": version}, "conditions": conditions}}


@pytest.mark.parametrize(
    ("current", "target", "status", "words"),
    [
        ("v1.34.4", "v1.35.4", "ok", "minor"),
        ("v1.34.4", "v1.34.9", "ok", "patch"),
        ("v1.35.4", "v1.35.4", "ok", "already"),
        ("v1.33.1", "v1.35.4", "critical", "go to 1.34 first"),
        ("v1.35.4", "v1.34.4", "critical", "upgrade_kubernetes_rollback_to"),
        ("v1.35.4", "v1.35.3", "critical", "is older"),
        ("v1.35.4", "v2.0.0", "critical", "another major version"),
    ],
)
def test_a_minor_version_is_never_skipped_and_nothing_goes_back_without_its_data(
    current, target, status, words
) -> None:
    found = skew.judge(parse(current), parse(target), [])[0]
    assert found["status"] == status
    assert words in found["message"]


@pytest.mark.parametrize(
    ("kubelet", "status"),
    [
        ("v1.35.4", None),
        ("v1.35.9", None),
        ("v1.34.4", None),
        ("v1.32.0", None),
        ("v1.31.9", "critical"),
        ("v1.36.0", "critical"),
        ("v0.35.0", "critical"),
        ("kwok-v0.8.0", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        (["v1.35.4"], "unknown"),
    ],
)
def test_a_kubelet_is_at_most_three_minor_versions_behind_and_never_ahead(kubelet, status) -> None:
    found = [one["status"] for one in skew.judge(parse("v1.34.4"), parse("v1.35.4"), [node(kubelet)])[1:]]
    assert found == ([status] if status else [])


def test_nodes_move_when_they_are_older_or_do_not_tell() -> None:
    nodes = [node("v1.34.4", "b"), node("v1.35.4", "c"), node("v1.35.9", "d"), node("?", "a"), {"metadata": None}]
    assert skew.to_move(parse("v1.35.4"), nodes) == ["", "a", "b"]


@pytest.mark.parametrize(("ready", "told"), [("True", True), ("False", False), ("Unknown", False)])
def test_a_node_tells_whether_it_is_ready(ready, told) -> None:
    assert skew.row(node("v1.35.4", ready=ready)) == {"name": "n1", "version": "v1.35.4", "ready": told}
    assert skew.row({"status": {"conditions": [None]}}) == {"name": "", "version": "", "ready": False}
