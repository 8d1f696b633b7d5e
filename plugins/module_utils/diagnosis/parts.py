# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a diagnosis may read besides the parts of a health check. Pure. Private API."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.diagnosis import parts_platform
from ansible_collections.agent_platform.ops.plugins.module_utils.health.parts import Part

_EVENTS = "argoproj.io/v1alpha1"

#: further lists of objects, read in the namespaces of the platform
EXTRA: dict[str, Part] = parts_platform.EXTRA | {
    part.name: part
    for part in (
        Part("sensor_specs", _EVENTS, "sensors", "Sensor"),
        Part("eventsource_specs", _EVENTS, "eventsources", "EventSource"),
        Part("eventbus_specs", _EVENTS, "eventbus", "EventBus"),
        Part("service_objects", "v1", "services", "Service", kept=("spec.ports", "spec.selector", "spec.clusterIP")),
        Part("endpointslices", "discovery.k8s.io/v1", "endpointslices", "EndpointSlice", kept=("endpoints", "ports")),
    )
}
