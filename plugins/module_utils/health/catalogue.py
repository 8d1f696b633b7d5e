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
    components,
    emergency_stop,
    monitoring,
    nodes,
    pods,
    quotas,
)

CHECKS: tuple[Check, ...] = (
    backup_age.CHECK,
    certificates.CHECK,
    claims.CHECK,
    components.CHECK,
    emergency_stop.CHECK,
    monitoring.CHECK,
    nodes.CHECK,
    pods.CHECK,
    quotas.CHECK,
)
