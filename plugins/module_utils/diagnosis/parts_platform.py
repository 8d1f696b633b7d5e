# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of objects that the trees about agents and storage read, beside those of health checks. Pure. Private API."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import Part

_POD = ("spec.nodeName", "spec.containers.name", "spec.containers.resources", "spec.containers.volumeMounts",
        "spec.initContainers.name", "spec.volumes.name", "spec.volumes.persistentVolumeClaim", "status")  # fmt: skip

EXTRA: dict[str, Part] = {
    part.name: part
    for part in (
        Part("pods_with_claims", "v1", "pods", "Pod", kept=_POD),
        Part("events", "v1", "events", "Event", kept=("involvedObject", "reason", "message", "type", "lastTimestamp",
             "eventTime")),
        Part("pod_metrics", "metrics.k8s.io/v1beta1", "pods", "PodMetrics", kept=("containers",)),
        Part("external_secrets", "external-secrets.io/v1", "externalsecrets", "ExternalSecret",
             kept=("spec.target.name", "spec.refreshInterval", "status.conditions", "status.refreshTime")),
    )
}  # fmt: skip
