# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks on the platform itself, from what platform_info returned. Pure. Private API."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding, subject


def cluster_reachable(info: dict) -> dict:
    """The API server answers with its version."""
    about = subject("Cluster", name=info.get("platform", ""))
    if info.get("version"):
        return finding(
            "cluster_reachable", "ok", about, f"the API server answers, {info['version']}", value=info["version"]
        )
    return finding("cluster_reachable", "unknown", about, "the API server did not say its version")


def right_cluster(info: dict) -> dict:
    """The cluster is the one that the inventory pins; without a pin there is nothing to compare."""
    about, uid, pinned = (
        subject("Cluster", name=info.get("platform", "")),
        info.get("cluster_uid"),
        info.get("pinned_uid"),
    )
    if not pinned:
        return finding(
            "right_cluster", "ok", about, "platform_cluster_uid is not set, any cluster is accepted", value=uid
        )
    if uid == pinned:
        return finding("right_cluster", "ok", about, "the cluster is the pinned one", value=uid, threshold=pinned)
    return finding(
        "right_cluster",
        "critical",
        about,
        f"this is cluster {uid}, the inventory pins {pinned}",
        value=uid,
        threshold=pinned,
    )


def operations_namespace(info: dict) -> dict:
    """The namespace for our own objects exists."""
    seen = info.get("operations_namespace") or {}
    name = seen.get("name", "agent-platform-ops")
    about = subject("Namespace", name=name)
    if seen.get("present"):
        return finding("operations_namespace", "ok", about, f"namespace {name} exists")
    if seen.get("present") is False:
        evidence = f"kubectl create namespace {name}"
        return finding("operations_namespace", "critical", about, f"namespace {name} does not exist", evidence=evidence)
    return finding("operations_namespace", "unknown", about, seen.get("message") or f"namespace {name} was not read")


def emergency_stop(info: dict) -> dict:
    """The emergency stop is off."""
    seen = info.get("emergency_stop") or {}
    level, about = (
        seen.get("level"),
        subject("ConfigMap", seen.get("namespace", ""), seen.get("name", "emergency-stop")),
    )
    if level is None:
        return finding("emergency_stop", "unknown", about, seen.get("message") or "the level was not read")
    if level == 0:
        return finding("emergency_stop", "ok", about, "the emergency stop is off", value=0)
    return finding(
        "emergency_stop", "warning", about, f"the emergency stop is on at level {level}", value=level, threshold=0
    )


def workflow_controller(info: dict) -> dict:
    """The Deployment of Argo's workflow-controller has an available replica."""
    seen = info.get("workflow_controller") or {}
    namespace, name = seen.get("namespace", ""), seen.get("name", "")
    about, evidence = subject("Deployment", namespace, name), f"kubectl -n {namespace} get deployment {name}"
    wanted, available = seen.get("wanted"), seen.get("available")
    if seen.get("present") is False:
        status, message = "critical", f"Deployment {namespace}/{name} does not exist"
    elif wanted is None or available is None:
        status, message = "unknown", seen.get("message") or "the Deployment's status was not read"
    elif wanted == 0:
        status, message = "warning", f"{name} is scaled to 0"
    elif available < 1:
        status, message = "critical", f"{name}: none of {wanted} replicas is available"
    else:
        status, message = "ok", f"{name}: {available} of {wanted} replicas available"
    return finding("workflow_controller", status, about, message, value=available, threshold=1, evidence=evidence)


CHECKS: dict[str, Callable[[dict], dict]] = {
    check.__name__: check
    for check in (cluster_reachable, right_cluster, operations_namespace, emergency_stop, workflow_controller)
}


def known(names: list[str]) -> None:
    """OpsError("invalid") for a name that is no check."""
    strangers = [name for name in names if name not in CHECKS]
    if strangers:
        valid = ", ".join(sorted(CHECKS))
        raise OpsError("invalid", f"there is no check called {', '.join(strangers)}", hint=f"Checks: {valid}.")


def look(names: list[str], info: dict) -> list[dict]:
    """One finding for each named check, from what platform_info returned."""
    known(names)
    return [CHECKS[name](info) for name in names]
