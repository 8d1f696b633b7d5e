# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which versions the parts of a cluster may have beside each other. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import mapping, sequence, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject
from ansible_collections.agent_platform.ops.plugins.module_utils.upgrade.versions import Version, Way, parse, way

CHECK = "version_skew"
RUNBOOK = "upgrade_kubernetes"
#: how many minor versions a part may be behind the API server; none may be ahead of it
BEHIND = {"kubelet": 3, "kube-proxy": 3, "kube-controller-manager": 1, "kube-scheduler": 1}
_WAYS = {
    Way.SKIP: "it skips a minor version, which a control plane does not survive; go to {next} first",
    Way.BACK: (
        "it is older, and what a newer server stored an older one cannot read; go back with the snapshot of etcd that "
        "was taken before the upgrade (upgrade_kubernetes_rollback_to)"
    ),
    Way.MAJOR: "it is another major version, for which no rule is known",
}


def judge(current: Version, target: Version, nodes: Iterable[Mapping[str, Any]]) -> list[dict]:
    """Findings about the way from one version to another, and about the kubelet of each node.

    :param nodes: Node objects
    """
    return [_way(current, target), *(one for node in nodes for one in _kubelet(node, target))]


def to_move(target: Version, nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """Names of the nodes whose kubelet is older than the target, or does not tell; in the order of their names."""
    return sorted(name for name, said in map(kubelet, nodes) if (found := _version(said)) is None or found < target)


def kubelet(node: Mapping[str, Any]) -> tuple[str, str]:
    """(name of the node, what its kubelet says of its version)."""
    said = mapping(mapping(node.get("status")).get("nodeInfo")).get("kubeletVersion")
    return text(mapping(node.get("metadata")).get("name")), text(said)


def row(node: Mapping[str, Any]) -> dict[str, Any]:
    """{name, version, ready} of a node."""
    name, said = kubelet(node)
    conditions = sequence(mapping(node.get("status")).get("conditions"))
    is_ready = any(mapping(one).get("type") == "Ready" and mapping(one).get("status") == "True" for one in conditions)
    return {"name": name, "version": said, "ready": is_ready}


def _way(current: Version, target: Version) -> dict:
    about, found = subject("Cluster", "", "control plane"), way(current, target)
    why = _WAYS.get(found)
    if why:
        following = f"{current.major}.{current.minor + 1}"
        message = f"from {current} to {target} is refused: {why.format(next=following)}"
        return finding(CHECK, "critical", about, message, value=str(current), threshold=str(target))
    words = f"the control plane has {target} already" if found is Way.SAME else f"from {current} to {target}: {found}"
    return finding(CHECK, "ok", about, words, value=str(current), threshold=str(target))


def _kubelet(node: Mapping[str, Any], target: Version) -> Iterator[dict]:
    name, said = kubelet(node)
    about, found, allowed = subject("Node", "", name), _version(said), BEHIND["kubelet"]
    if found is None:
        message = (
            f"node {name}: its kubelet says {said!r:.60}, which is no version, so nobody knows whether it may stay"
        )
        yield finding(CHECK, "unknown", about, message, value=said)
    elif found.line != target.line and found > target:
        message = f"node {name}: its kubelet {found} is newer than {target}, which no kubelet may be"
        yield finding(CHECK, "critical", about, message, value=said, threshold=str(target))
    elif found.major != target.major or target.minor - found.minor > allowed:
        words = f"is more than {allowed} minor versions older than {target}; upgrade the node first"
        message = f"node {name}: its kubelet {found} {words}"
        yield finding(CHECK, "critical", about, message, value=said, threshold=str(target))


def _version(said: str) -> Version | None:
    try:
        return parse(said)
    except OpsError:
        return None
