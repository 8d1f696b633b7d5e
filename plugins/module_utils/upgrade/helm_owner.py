# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""To which Helm release a workload belongs, and whether it is moved in the way that fits. Pure. Private API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.agent_platform.ops.plugins.module_utils.errors import OpsError
from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import about, mapping, text
from ansible_collections.agent_platform.ops.plugins.module_utils.health.finding import finding
from ansible_collections.agent_platform.ops.plugins.module_utils.health.words import called, label, meta

CHECK = "upgrade_method"
_NAME, _NAMESPACE = "meta.helm.sh/release-name", "meta.helm.sh/release-namespace"
_LABEL = "app.kubernetes.io/managed-by"


def release_of(item: Mapping[str, Any]) -> str:
    """ "namespace/name" of the release that Helm says it keeps it for; empty for none."""
    notes = mapping(meta(dict(item)).get("annotations"))
    name = text(notes.get(_NAME))
    return f"{text(notes.get(_NAMESPACE))}/{name}" if name else ""


def require(items: Iterable[Mapping[str, Any]], kind: str, release: str) -> None:
    """Make sure that a move reaches the workloads by whom they belong to.

    :param kind: of the workloads
    :param release: the release that is moved, as "namespace/name"; empty when images are moved
    :raises OpsError: refused, naming the first that belongs to somebody else
    """
    for item in items:
        owner, name = release_of(item), called(dict(item), text(item.get("kind")) or kind)
        if owner == release:
            continue
        if not release:
            hint = "Move it with component_upgrade_method=helm, or the next helm upgrade takes it back."
            raise OpsError("refused", f"{name} belongs to Helm release {owner}", hint=hint)
        whose = f"belongs to Helm release {owner}" if owner else "belongs to no Helm release"
        hint = "" if owner else "Move it with component_upgrade_method=manifests."
        raise OpsError("refused", f"{name} {whose}, and not to {release}", hint=hint)


def findings(items: Iterable[Mapping[str, Any]], kind: str) -> list[dict[str, Any]]:
    """A warning about each workload whose label names Helm while no release does, as where Argo CD renders a chart."""
    words = (
        "its label names Helm and no release does; what renders the chart undoes the move until it knows the version"
    )
    return [
        finding(
            CHECK,
            "warning",
            about(dict(item), text(item.get("kind")) or kind),
            f"{called(dict(item), text(item.get('kind')) or kind)}: {words}",
        )
        for item in items
        if label(dict(item), _LABEL) == "Helm" and not release_of(item)
    ]
