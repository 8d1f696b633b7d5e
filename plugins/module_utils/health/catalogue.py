# Copyright (c) 2026 The agent_platform.ops authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All health checks. Made from health/checks by scripts/sync-checks; do not edit. Private API."""

from __future__ import annotations

from ansible_collections.agent_platform.ops.plugins.module_utils.health.check import Check
from ansible_collections.agent_platform.ops.plugins.module_utils.health.checks import (
    backup_age,
    certificates,
    claims,
    coderun_contradictions,
    coderun_controller,
    coderuns,
    components,
    dataset_age,
    emergency_stop,
    event_bus,
    event_sources,
    failing_coderuns,
    failing_workflows,
    held,
    monitoring,
    namespaces,
    nodes,
    pods,
    quotas,
    sensors,
    workflows,
)

CHECKS: tuple[Check, ...] = (
    backup_age.CHECK,
    certificates.CHECK,
    claims.CHECK,
    coderun_contradictions.CHECK,
    coderun_controller.CHECK,
    coderuns.CHECK,
    components.CHECK,
    dataset_age.CHECK,
    emergency_stop.CHECK,
    event_bus.CHECK,
    event_sources.CHECK,
    failing_coderuns.CHECK,
    failing_workflows.CHECK,
    held.CHECK,
    monitoring.CHECK,
    namespaces.CHECK,
    nodes.CHECK,
    pods.CHECK,
    quotas.CHECK,
    sensors.CHECK,
    workflows.CHECK,
)
